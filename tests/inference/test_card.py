import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest
from ai_edge_litert import schema_py_generated as schema

from stylekit.errors import StylekitError
from stylekit.inference.card import ModelCard, embed_card, read_card
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
    assert read_card(tiny_model) == tiny_card


def test_a_second_card_takes_the_place_of_the_first(
    tiny_model: Path, tiny_card: ModelCard, tmp_path: Path
) -> None:
    second = dataclasses.replace(tiny_card, name="second", created="2026-11-24")
    content = embed_card(tiny_model.read_bytes(), second)
    path = tmp_path / "second.tflite"
    path.write_bytes(content)
    assert read_card(path) == second
    model = schema.Model.GetRootAs(content)
    names = [model.Metadata(index).Name() for index in range(model.MetadataLength())]
    assert names.count(b"stylekit_card") == 1


def test_the_card_changes_nothing_else(tiny_tflite: bytes, tiny_model: Path) -> None:
    before = schema.ModelT.InitFromPackedBuf(tiny_tflite)
    after = schema.ModelT.InitFromPackedBuf(tiny_model.read_bytes())
    old_names = [entry.name for entry in before.metadata]
    assert [entry.name for entry in after.metadata] == [*old_names, b"stylekit_card"]
    assert len(after.buffers) == len(before.buffers) + 1
    for old, new in zip(before.buffers, after.buffers, strict=False):
        if old.data is None:
            assert new.data is None
        else:
            np.testing.assert_array_equal(old.data, new.data)


def test_weights_stay_aligned_as_the_schema_asks(tiny_card: ModelCard, tiny_tflite: bytes) -> None:
    # Names of all lengths would shift buffers that nothing aligns.
    for length in range(1, 20):
        card = dataclasses.replace(tiny_card, name="n" * length)
        content = embed_card(tiny_tflite, card)
        model = schema.Model.GetRootAs(content)
        start = np.frombuffer(content, np.uint8).ctypes.data
        filled = [model.Buffers(index) for index in range(model.BuffersLength())]
        offsets = [b.DataAsNumpy().ctypes.data - start for b in filled if not b.DataIsNone()]
        assert offsets and all(offset % 16 == 0 for offset in offsets)


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
def test_a_truncated_file(tiny_model: Path, tmp_path: Path, share: float) -> None:
    whole = tiny_model.read_bytes()
    path = tmp_path / "half.tflite"
    path.write_bytes(whole[: max(8, int(len(whole) * share))])
    assert "is damaged or incomplete" in _unreadable(path)


def test_a_model_without_a_card(tiny_tflite: bytes, tmp_path: Path) -> None:
    path = tmp_path / "foreign.tflite"
    path.write_bytes(tiny_tflite)
    with pytest.raises(StylekitError, match="has no model card"):
        read_card(path)


def test_a_card_that_is_damaged_in_the_file(tiny_model: Path, tmp_path: Path) -> None:
    path = tmp_path / "damaged.tflite"
    path.write_bytes(tiny_model.read_bytes().replace(b'"margin": 2', b'"margin": x'))
    with pytest.raises(StylekitError, match=r"damaged\.tflite.*the model card is damaged"):
        read_card(path)


def test_a_card_is_not_embedded_in_something_else(tiny_card: ModelCard) -> None:
    with pytest.raises(StylekitError, match="is not a TensorFlow Lite model"):
        embed_card(b"something else", tiny_card)
