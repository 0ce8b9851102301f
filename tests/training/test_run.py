import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from stylekit.config import RunConfig
from stylekit.errors import StylekitError
from stylekit.imaging.load import load_rgb
from stylekit.inference.stylizer import Stylizer
from stylekit.models.registry import build_generator
from stylekit.training.run import (
    RunDirectory,
    describe_run,
    load_generator,
    load_run,
    save_generator,
    style_sizes,
)


def _create(path: Path, config: RunConfig) -> RunDirectory:
    run = RunDirectory(path)
    run.create(config, [load_rgb(style.path) for style in config.styles])
    return run


@pytest.fixture
def run(tmp_path: Path, tiny_config: Callable[..., RunConfig]) -> RunDirectory:
    return _create(tmp_path / "run", tiny_config())


def test_a_new_run_holds_its_configuration_and_styles(
    run: RunDirectory, tiny_config: Callable[..., RunConfig]
) -> None:
    again = RunDirectory.open(run.path)
    assert again.read_config() == tiny_config()
    (style,) = again.read_styles()
    assert style.shape == (32, 38, 3)  # the 40×48 of the file at style_size 32
    versions = json.loads(run.versions.read_text())
    assert versions["format_version"] == 1 and versions["tensorflow"].startswith("2.")


def test_styles_are_kept_at_the_largest_size_of_all_stages(
    tmp_path: Path, tiny_config: Callable[..., RunConfig]
) -> None:
    stages = [{"steps": 1, "style_size": 36, "image_size": 16}, {"steps": 1, "image_size": 16}]
    config = tiny_config(training={"stages": stages})
    assert style_sizes(config) == [36, 32]
    (style,) = _create(tmp_path / "run", config).read_styles()
    assert style.shape[0] == 36


def test_a_folder_in_use_is_not_touched(tmp_path: Path, run: RunDirectory) -> None:
    with pytest.raises(StylekitError, match=r"not empty: --resume .* --overwrite"):
        RunDirectory(run.path).check_free(overwrite=False)
    RunDirectory(run.path).check_free(overwrite=True)
    foreign = tmp_path / "thesis"
    foreign.mkdir()
    (foreign / "chapter1.tex").write_text("")
    with pytest.raises(StylekitError, match="not a run of stylekit"):
        RunDirectory(foreign).check_free(overwrite=True)
    with pytest.raises(StylekitError, match="not empty"):
        RunDirectory(foreign / "chapter1.tex").check_free(overwrite=False)
    (tmp_path / "empty").mkdir()
    RunDirectory(tmp_path / "empty").check_free(overwrite=False)
    (tmp_path / "empty" / "train.lock").touch()
    RunDirectory(tmp_path / "empty").check_free(overwrite=False)
    RunDirectory(tmp_path / "new").check_free(overwrite=False)


def test_overwriting_leaves_nothing_of_the_old_run(
    run: RunDirectory, tiny_config: Callable[..., RunConfig]
) -> None:
    (run.checkpoints / "step-00000005.npz").write_bytes(b"old")
    run.metrics.write_text("old")
    (run.path / "notes.txt").write_text("of the user")
    _create(run.path, tiny_config(seed=3))
    assert list(run.checkpoints.iterdir()) == [] and not run.metrics.exists()
    assert (run.path / "notes.txt").exists()
    assert run.read_config().seed == 3


def test_an_output_that_cannot_be_written(
    tmp_path: Path, tiny_config: Callable[..., RunConfig]
) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StylekitError, match="cannot write the output"):
        _create(tmp_path / "file" / "run", tiny_config())


def test_folders_that_are_no_run_of_this_version(tmp_path: Path, run: RunDirectory) -> None:
    with pytest.raises(StylekitError, match="no run directory"):
        RunDirectory.open(tmp_path / "missing")
    with pytest.raises(StylekitError, match="not a run directory"):
        RunDirectory.open(tmp_path)
    run.versions.write_text('{"format_version": 99}')
    with pytest.raises(StylekitError, match="format version 99, this stylekit reads 1"):
        load_run(run.path)
    run.versions.write_text('{"format_ver')
    with pytest.raises(StylekitError, match="damaged"):
        describe_run(run.path)


def test_a_run_without_weights(run: RunDirectory) -> None:
    with pytest.raises(StylekitError, match="no trained weights yet.*--resume"):
        load_generator(run.path)
    assert describe_run(run.path)["summary"] is None


def test_the_saved_network_stylizes_as_it_did(
    run: RunDirectory, tiny_config: Callable[..., RunConfig], photo: np.ndarray
) -> None:
    trained = build_generator(tiny_config().generator, 1)
    for weight in trained.model.weights:  # so that no initial value can be taken for a trained one
        weight.assign(np.random.default_rng(1).normal(0, 0.1, weight.shape))
    save_generator(run, trained)
    runner, card = load_run(run.path)
    assert card.styles == ["painting"] and card.generator == "small" and card.margin == 16
    square = np.repeat(photo[None, :20, :20], 1, axis=0)
    inputs = (square, np.ones((1, 1), np.float32), np.ones((1, 1), np.float32))
    np.testing.assert_allclose(runner(*inputs), trained.model(list(inputs)), atol=1e-6)
    stylizer = Stylizer(runner, card=card)
    assert stylizer.stylize(photo).shape == photo.shape
    np.testing.assert_array_equal(stylizer.stylize(photo, strength=0.0), photo)
    assert [path.name for path in run.path.iterdir() if path.name.startswith(".")] == []


def test_damaged_weights_and_those_of_another_network(
    run: RunDirectory, tiny_config: Callable[..., RunConfig]
) -> None:
    other = tiny_config(generator={"channels": 16})
    save_generator(run, build_generator(other.generator, 1))
    with pytest.raises(StylekitError, match="damaged or of another network"):
        load_generator(run.path)
    run.weights.write_bytes(run.weights.read_bytes()[:1000])
    with pytest.raises(StylekitError, match="damaged or of another network"):
        load_generator(run.path)


def test_a_run_that_knows_nothing_of_visits_saw_each_image_once(run: RunDirectory) -> None:
    text = run.config.read_text()
    assert "  visits: 4\n" in text and run.read_config().content.visits == 4
    run.config.write_text(text.replace("  visits: 4\n", ""))
    assert run.read_config().content.visits == 1
