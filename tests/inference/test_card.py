import dataclasses
import io
import json
import zipfile
from pathlib import Path

import pytest

from stylekit.errors import StylekitError
from stylekit.inference.associated import associated_files, model_part, with_files
from stylekit.inference.card import CARD_FILE, ModelCard, embed_card, read_card
from stylekit.inference.flatbuffer import pack, unpack
from stylekit.inference.litert import LiteRTModel


def test_json_gives_the_card_back(tiny_card: ModelCard) -> None:
    card = dataclasses.replace(tiny_card, name="Größe „星“", losses={"style": 0.25})
    assert ModelCard.from_json(card.to_json()) == card


def test_keys_of_later_additions_are_left_out(tiny_card: ModelCard) -> None:
    values = {**json.loads(tiny_card.to_json()), "tiles": {"overlap": 64}}
    assert ModelCard.from_json(json.dumps(values)) == tiny_card


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"format_version": 2}, "format version 2, this stylekit reads 1"),
        ({"format_version": None}, "format version None"),
        ({"styles": []}, "styles = []"),
        ({"styles": "wave"}, "styles = 'wave'"),
        ({"styles": [1]}, "styles = [1]"),
        ({"name": None}, "name = None"),
        ({"generator": 3}, "generator = 3"),
        ({"margin": -1}, "margin = -1"),
        ({"margin": 1.5}, "margin = 1.5"),
        ({"multiple_of": 0}, "multiple_of = 0"),
        ({"smallest": "8"}, "smallest = '8'"),
    ],
)
def test_wrong_values(tiny_card: ModelCard, change: dict, message: str) -> None:
    values = {**json.loads(tiny_card.to_json()), **change}
    with pytest.raises(StylekitError) as raised:
        ModelCard.from_json(json.dumps(values))
    assert message in str(raised.value)


@pytest.mark.parametrize("text", ["", "{", "[]", '"card"', b"\xff\xfe\x00", "[" * 100_000])
def test_text_that_is_no_card(text: str | bytes) -> None:
    with pytest.raises(StylekitError, match="the model card is damaged"):
        ModelCard.from_json(text)


def test_a_file_gives_its_card_back(tiny_model: Path, tiny_card: ModelCard) -> None:
    read = read_card(tiny_model)
    assert len(read.model_sha256) == 64
    assert dataclasses.replace(read, model_sha256="") == tiny_card


def test_a_second_card_takes_the_place_of_the_first(
    tiny_model: Path, tiny_card: ModelCard, tmp_path: Path
) -> None:
    second = dataclasses.replace(tiny_card, name="second", created="2026-11-24")
    content = embed_card(tiny_model.read_bytes(), second)
    path = tmp_path / "second.tflite"
    path.write_bytes(content)
    assert dataclasses.replace(read_card(path), model_sha256="") == second
    assert list(associated_files(content)) == [CARD_FILE]


def test_the_card_changes_nothing_else(tiny_tflite: bytes, tiny_model: Path) -> None:
    assert model_part(tiny_model.read_bytes()) == tiny_tflite


def test_any_zip_reader_finds_card_and_files(tiny_tflite: bytes, tiny_card: ModelCard) -> None:
    content = embed_card(tiny_tflite, tiny_card, {"preview_0.jpg": b"picture"})
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        assert archive.read("preview_0.jpg") == b"picture"
        assert json.loads(archive.read("stylekit_card.json"))["styles"] == tiny_card.styles
    assert embed_card(tiny_tflite, tiny_card, {"preview_0.jpg": b"picture"}) == content


def test_a_card_of_another_file(tiny_model: Path, tmp_path: Path) -> None:
    content = tiny_model.read_bytes()
    model = unpack(model_part(content))
    model.description = "trained longer"
    path = tmp_path / "other.tflite"
    path.write_bytes(with_files(pack(model), associated_files(content)))
    with pytest.raises(StylekitError, match="belongs to another model, 'tiny'"):
        read_card(path)


def _unreadable(path: Path) -> str:
    """The one error of both readers."""
    with pytest.raises(StylekitError) as card_error:
        read_card(path)
    with pytest.raises(StylekitError) as model_error:
        LiteRTModel(path)
    assert str(card_error.value) == str(model_error.value)
    assert str(path) in str(card_error.value) and "\n" not in str(card_error.value)
    return str(card_error.value)


def test_missing_and_empty_files_and_folders(tmp_path: Path) -> None:
    assert "No such file" in _unreadable(tmp_path / "none.tflite")
    assert "directory" in _unreadable(tmp_path)
    (tmp_path / "empty.tflite").touch()
    assert "is empty" in _unreadable(tmp_path / "empty.tflite")


def test_a_file_of_another_kind(tmp_path: Path) -> None:
    path = tmp_path / "photo.tflite"
    path.write_bytes(b"\xff\xd8\xff\xe0" * 1000)
    assert "is not a TensorFlow Lite model" in _unreadable(path)


@pytest.mark.parametrize("share", [0.001, 0.01, 0.1, 0.5, 0.9, 0.99])
def test_a_truncated_model(tiny_model: Path, tmp_path: Path, share: float) -> None:
    whole = model_part(tiny_model.read_bytes())
    path = tmp_path / "half.tflite"
    path.write_bytes(whole[: max(8, int(len(whole) * share))])
    assert "is damaged or incomplete" in _unreadable(path)


def test_a_model_without_a_card(tiny_tflite: bytes, tmp_path: Path) -> None:
    path = tmp_path / "foreign.tflite"
    path.write_bytes(tiny_tflite)
    with pytest.raises(StylekitError, match="has no model card"):
        read_card(path)


def test_files_that_are_damaged(tiny_model: Path, tmp_path: Path) -> None:
    content = bytearray(tiny_model.read_bytes())
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        card = archive.getinfo(CARD_FILE)
    first = card.header_offset + 30 + len(CARD_FILE)  # behind the entry's header and name
    path = tmp_path / "damaged.tflite"
    for damaged in range(first, first + card.compress_size, 40):
        content[damaged] ^= 0xFF
        path.write_bytes(content)
        with pytest.raises(StylekitError, match="files in the model are damaged"):
            read_card(path)
        content[damaged] ^= 0xFF


def test_a_card_that_is_damaged_in_the_file(tiny_model: Path, tmp_path: Path) -> None:
    path = tmp_path / "damaged.tflite"
    path.write_bytes(with_files(model_part(tiny_model.read_bytes()), {CARD_FILE: b'{"margin": x'}))
    with pytest.raises(StylekitError, match=r"damaged\.tflite.*the model card is damaged"):
        read_card(path)


def test_a_file_cut_short_in_its_card(tiny_model: Path, tmp_path: Path) -> None:
    whole = tiny_model.read_bytes()
    for missing in (1, 40, 400):
        path = tmp_path / "short.tflite"
        path.write_bytes(whole[:-missing])
        with pytest.raises(StylekitError, match="has no model card|are damaged"):
            read_card(path)


def test_a_card_is_not_embedded_in_something_else(tiny_card: ModelCard) -> None:
    with pytest.raises(StylekitError, match="is not a TensorFlow Lite model"):
        embed_card(b"something else", tiny_card)
