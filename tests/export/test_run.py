import os
from collections.abc import Callable
from pathlib import Path

import pytest

from stylekit.config import RunConfig
from stylekit.errors import StylekitError
from stylekit.export import generator as generator_module
from stylekit.export import run as module
from stylekit.export.convert import convert
from stylekit.export.run import export_run
from stylekit.export.verify import Parity
from stylekit.inference.card import ModelCard, read_card
from stylekit.inference.litert import LiteRTModel
from stylekit.models.generator import Generator
from stylekit.training.run import RunDirectory

PARITY = Parity(max_error=1e-6, mean_error=1e-7, psnr=120.0, photo_error=0.0, pictures=24)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out the conversion, for tests of what is around it."""

    def export(generator: Generator, card: ModelCard, precision: str) -> tuple[bytes, Parity]:
        return f"{card.name} {precision}".encode(), PARITY

    monkeypatch.setattr(module, "export_generator", export)


def _files(folder: Path) -> set[Path]:
    return {path for path in folder.rglob("*") if path.is_file()}


@pytest.mark.slow
def test_both_files_are_whole(run: RunDirectory, config: RunConfig, tmp_path: Path) -> None:
    written = export_run(run.path, tmp_path / "models" / "new")
    assert [file.path.name for file in written] == [
        "tiny-run_float32.tflite",
        "tiny-run_float16.tflite",
    ]
    assert _files(tmp_path / "models") == {file.path for file in written}
    for file in written:
        assert file.path.stat().st_size == file.size
        card = read_card(file.path)
        assert card.precision == file.precision
        assert card.parity["psnr"] == file.parity.psnr
        assert card.generator == "small"
        assert card.styles == config.style_names
        assert card.recipe["generator"]["channels"] == 8
        assert LiteRTModel(file.path).style_count == 2


@pytest.mark.usefixtures("quick")
def test_the_run_directory_is_where_files_go_by_default(run: RunDirectory) -> None:
    before = _files(run.path)
    written = export_run(run.path)
    assert _files(run.path) - before == {file.path for file in written}
    assert (run.path / "tiny-run_float16.tflite").read_text() == "tiny run float16"


@pytest.mark.slow
def test_a_conversion_that_went_wrong_writes_nothing(
    run: RunDirectory,
    perturbed: Callable[[bytes], bytes],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def half_wrong(generator: Generator, precision: str) -> bytes:
        content = convert(generator, precision)
        return perturbed(content) if precision == "float16" else content

    monkeypatch.setattr(generator_module, "convert", half_wrong)
    before = _files(tmp_path)
    with pytest.raises(StylekitError, match="the float16 export does not match"):
        export_run(run.path, tmp_path / "models")
    assert _files(tmp_path) == before


def test_a_run_without_weights(run: RunDirectory) -> None:
    run.weights.unlink()
    with pytest.raises(StylekitError, match="has no trained weights yet"):
        export_run(run.path)


def test_a_folder_that_is_no_run(tmp_path: Path) -> None:
    with pytest.raises(StylekitError, match="is not a run directory"):
        export_run(tmp_path)


def test_a_file_in_the_place_of_the_folder(run: RunDirectory, tmp_path: Path) -> None:
    (tmp_path / "models").write_text("mine")
    with pytest.raises(StylekitError, match="cannot write to the folder .*models"):
        export_run(run.path, tmp_path / "models")
    assert (tmp_path / "models").read_text() == "mine"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_read_only_folder(run: RunDirectory, tmp_path: Path) -> None:
    folder = tmp_path / "models"
    folder.mkdir(mode=0o500)
    with pytest.raises(StylekitError, match="cannot write .*Permission denied"):
        export_run(run.path, folder)


def test_an_unwritable_folder_is_known_before_the_conversion(
    run: RunDirectory, monkeypatch: pytest.MonkeyPatch
) -> None:
    def export(*_: object) -> None:
        pytest.fail("converted although nothing can be written")

    monkeypatch.setattr(module, "export_generator", export)
    with pytest.raises(StylekitError, match="cannot write"):
        # Not a folder that any user can write to, root included.
        export_run(run.path, "/proc/self/fd")


@pytest.mark.parametrize(
    ("name", "expected"),
    [("Starry Night / small", "Starry-Night-small"), ("夜", "夜"), ("..", "model")],
)
def test_names_of_files(name: str, expected: str) -> None:
    assert module._file_name(name, "float16") == f"{expected}_float16.tflite"
