import dataclasses
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from stylekit.config import ObjectiveConfig, RunConfig, StageConfig, StartConfig, StyleConfig
from stylekit.errors import StylekitError
from stylekit.export import run as module
from stylekit.export.convert import convert
from stylekit.export.graph import Graph
from stylekit.export.options import ExportOptions, Size
from stylekit.export.run import ExportMismatch, export_run
from stylekit.export.verified import Verification
from stylekit.export.verify import Parity, Tolerance
from stylekit.inference.card import ModelCard, read_card
from stylekit.inference.litert import LiteRTModel
from stylekit.models.generator import Generator
from stylekit.training.run import RunDirectory

FOUND = Verification(
    parity=Parity(max_error=1e-6, mean_error=1e-7, psnr=120.0, photo_error=0.0, pictures=24),
    tolerance=Tolerance(1e-4, 100.0),
    graph=Graph({}, {}, 4, [], 0.0, 0.0),
    memory=20.0,
    partitions=1,
    outside=0,
    problems=[],
)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out the conversion, for tests of what is around it."""

    def export(generator: Generator, card: ModelCard, form: str, *_: object) -> object:
        return f"{card.name} {form}".encode(), FOUND

    monkeypatch.setattr(module, "convert", lambda *_: b"")
    monkeypatch.setattr(module, "run_objective", lambda _: None)
    monkeypatch.setattr(module, "export_generator", export)


def _files(folder: Path) -> set[Path]:
    return {path for path in folder.rglob("*") if path.is_file()}


@pytest.mark.slow
def test_both_files_are_whole(run: RunDirectory, config: RunConfig, tmp_path: Path) -> None:
    said: list[tuple[Path, int, int]] = []
    written = export_run(
        run.path, tmp_path / "models" / "new", on_file=lambda *file: said.append(file)
    )
    assert said == [(file.path, number, 2) for number, file in enumerate(written, start=1)]
    assert [file.path.name for file in written] == [
        "tiny-run_float32.tflite",
        "tiny-run_float16.tflite",
    ]
    assert _files(tmp_path / "models") == {file.path for file in written}
    for file in written:
        assert file.path.stat().st_size == file.bytes
        card = read_card(file.path)
        assert card.precision == file.form
        assert card.parity["psnr"] == file.verification.parity.psnr
        assert card.generator == "small"
        assert card.styles == config.style_names
        assert card.recipe["generator"]["channels"] == 8
        assert LiteRTModel(file.path).style_count == 2
        assert file.verification.parity.objective == pytest.approx(1, abs=0.01)


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
    monkeypatch.setattr(module, "convert", lambda *arguments: perturbed(convert(*arguments)))
    before = _files(tmp_path)
    with pytest.raises(ExportMismatch, match="the float16 export does not match") as raised:
        export_run(run.path, tmp_path / "models", ExportOptions(forms=("float16",)))
    assert raised.value.files[0].verification.parity.psnr < 50
    assert _files(tmp_path) == before


@pytest.mark.usefixtures("quick")
def test_a_file_for_each_form_and_size(run: RunDirectory) -> None:
    options = ExportOptions(
        forms=("float32", "mixed"), sizes=(Size(32, 48), None), image_type="uint8"
    )
    assert [file.path.name for file in export_run(run.path, options=options)] == [
        "tiny-run_float32_32x48_uint8.tflite",
        "tiny-run_mixed_32x48_uint8.tflite",
        "tiny-run_float32_uint8.tflite",
        "tiny-run_mixed_uint8.tflite",
    ]


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize(
    ("options", "message"),
    [
        (ExportOptions(sizes=(Size(30, 32),)), "cannot take pictures of 32x30"),
        (ExportOptions(sizes=(Size(40000, 40000),)), "more than 16 megapixels"),
        (ExportOptions(forms=("int8",), calibration="nowhere"), "'nowhere' does not exist"),
    ],
)
def test_what_is_known_before_the_conversion(
    run: RunDirectory, tmp_path: Path, options: ExportOptions, message: str
) -> None:
    with pytest.raises(StylekitError, match=message):
        export_run(run.path, tmp_path / "models", options)
    assert not (tmp_path / "models").exists()


def test_an_interrupted_conversion_leaves_the_old_file(
    run: RunDirectory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = tmp_path / "tiny-run_float32.tflite"
    old.write_text("old")

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(module, "convert", interrupted)
    with pytest.raises(KeyboardInterrupt):
        export_run(run.path, tmp_path, ExportOptions(forms=("float32",)))
    assert old.read_text() == "old"
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]


def test_a_run_without_paintings_has_no_objective(run: RunDirectory) -> None:
    for painting in run.styles.iterdir():
        painting.unlink()
    assert module.run_objective(run.path) is None


def test_only_the_styles_that_a_run_added_have_an_objective(
    config: RunConfig, tmp_path: Path
) -> None:
    directory = RunDirectory(tmp_path / "added")
    layers = {"relu1_1": 1.0}
    added = dataclasses.replace(
        config,
        styles=[StyleConfig("waves"), config.styles[1]],
        objective=ObjectiveConfig(
            content_layers=layers, style_layers=layers, weights="hed", style_size=16
        ),
        start=StartConfig("classics", added_styles=["stars"]),
    )
    directory.create(added, [np.zeros((16, 16, 3), np.float32)])
    objective = module.run_objective(directory.path)
    assert objective is not None
    picture = np.full((16, 16, 3), 0.5, np.float32)
    assert objective(picture, picture, 0) is None
    assert objective(picture, picture, 1) > 0


def test_the_objective_sees_paintings_at_the_size_of_the_last_stage(
    config: RunConfig, tmp_path: Path
) -> None:
    layers = {"relu1_1": 1.0}
    stages = [StageConfig(1, 16, style_size=32), StageConfig(1, 16, style_size=16)]
    objective = ObjectiveConfig(
        content_layers=layers, style_layers=layers, weights="hed", style_size=64
    )
    painting = np.random.default_rng(0).random((64, 64, 3), np.float32)

    def measured(objective: ObjectiveConfig, *stages: StageConfig) -> float | None:
        directory = RunDirectory(tmp_path / "run")
        training = dataclasses.replace(config.training, stages=list(stages))
        changed = dataclasses.replace(config, objective=objective, training=training)
        directory.create(changed, [painting, painting])
        evaluate = module.run_objective(directory.path)
        picture = np.full((16, 16, 3), 0.5, np.float32)
        return evaluate and evaluate(picture, picture, 0)

    at_16 = dataclasses.replace(objective, style_size=16)
    assert measured(objective, *stages) == pytest.approx(measured(at_16, stages[1]), rel=0.05)
    assert measured(objective, stages[1], stages[0]) != pytest.approx(
        measured(at_16, stages[1]), rel=0.05
    )


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
    assert module._file_name(name, "float16", None, ExportOptions()) == f"{expected}_float16.tflite"
