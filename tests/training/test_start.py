"""Trainings that begin with trained weights, and styles that are added to a network."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from stylekit.config import RunConfig, StyleConfig, merged, parse_config
from stylekit.errors import StylekitError
from stylekit.imaging.load import load_rgb
from stylekit.layers.instance_normalization import ConditionalInstanceNormalization
from stylekit.models.generator import Generator
from stylekit.models.registry import build_generator
from stylekit.training import train
from stylekit.training.metrics import read_metrics
from stylekit.training.run import (
    RunDirectory,
    load_generator,
    load_run,
    save_generator,
    write_json,
)
from stylekit.training.start import copy_weights, find_start, settings_from


def _rows(generator: Generator) -> list[np.ndarray]:
    return [
        np.asarray(weight)
        for layer in generator.model.layers
        if isinstance(layer, ConditionalInstanceNormalization)
        for weight in layer.weights
    ]


def _others(generator: Generator) -> list[np.ndarray]:
    return [
        np.asarray(weight)
        for layer in generator.model.layers
        if not isinstance(layer, ConditionalInstanceNormalization)
        for weight in layer.weights
    ]


@pytest.fixture
def source(tmp_path: Path, tiny_config: Callable[..., RunConfig]) -> Path:
    """A run as a training leaves it, with two styles whose rows differ."""
    path = str(tmp_path / "painting.png")
    config = tiny_config(
        styles=[{"name": "one", "path": path}, {"name": "two", "path": path}],
        objective={"architecture": "vgg16"},
    )
    run = RunDirectory(tmp_path / "source")
    run.create(config, [load_rgb(path)] * 2)
    generator = build_generator(config.generator, 2)
    random = np.random.default_rng(0)
    for weight in generator.model.weights:
        weight.assign(weight + random.normal(0, 0.1, weight.shape))
    save_generator(run, generator)
    write_json(run.summary, {"photographs": {"terms": "of their owner"}})
    return run.path


@pytest.fixture
def adding(source: Path, tmp_path: Path, stage: Callable[..., dict[str, Any]]) -> RunConfig:
    """Adds a style to the network of `source`."""
    settings = settings_from(str(source), [StyleConfig("three", str(tmp_path / "painting.png"))])
    # AdamW would let rows decay that are to stay.
    training = {
        "stages": [stage(25, full_strength_share=1.0)],
        "optimizer": "adamw",
        "learning_rate": 0.05,
        "precision": "float32",
    }
    return parse_config(merged(settings, {"training": training, "content": {"plain_share": 0.0}}))


def test_rows_follow_the_names_of_the_styles(tiny_config: Callable[..., RunConfig]) -> None:
    config = tiny_config().generator
    source, target = build_generator(config, 2), build_generator(config, 3)
    random = np.random.default_rng(0)
    for weight in source.model.weights:
        weight.assign(random.normal(size=weight.shape))
    copy_weights(source, ["one", "two"], target, ["two", "new", "one"])
    for before, after in zip(_others(source), _others(target), strict=True):
        np.testing.assert_array_equal(before, after)
    for before, after in zip(_rows(source), _rows(target), strict=True):
        np.testing.assert_array_equal(after[[0, 2, 3]], before[[1, 0, 2]])
        np.testing.assert_allclose(after[1], before[:2].mean(axis=0), rtol=1e-6)


def test_weights_of_another_network(tiny_config: Callable[..., RunConfig]) -> None:
    source = build_generator(tiny_config().generator, 1)
    for generator in ({"channels": 16}, {"blocks": 2}, {"name": "johnson", "channels": 4}):
        target = build_generator(tiny_config(generator=generator).generator, 1)
        with pytest.raises(StylekitError, match="does not fit the generator"):
            copy_weights(source, ["a"], target, ["a"])


def test_a_training_starts_where_another_ended(
    source: Path, tmp_path: Path, tiny_config: Callable[..., RunConfig]
) -> None:
    config = tiny_config(start={"weights": str(source)})
    result = train(config, tmp_path / "run", minutes=1e-9, progress=False)
    before, after = load_generator(source), load_generator(result.run)
    for one, other in zip(_others(before), _others(after), strict=True):
        np.testing.assert_array_equal(one, other)
    for one, other in zip(_rows(before), _rows(after), strict=True):
        np.testing.assert_allclose(other[0], one[:2].mean(axis=0), rtol=1e-6)
    _, card = load_run(result.run)
    assert "photographs: of their owner" in card.terms["weights at the start"]
    assert card.recipe["start"]["weights"] == "source"
    # It goes on without what it started from.
    source.rename(tmp_path / "elsewhere")
    assert train(config, result.run, resume=True, progress=False).finished


def test_an_added_style_leaves_everything_else_as_it_is(
    source: Path, adding: RunConfig, tmp_path: Path
) -> None:
    result = train(adding, tmp_path / "added", progress=False)
    assert result.summary["losses_by_style"].keys() == {"three"}
    before, after = load_generator(source), load_generator(result.run)
    for one, other in zip(_others(before), _others(after), strict=True):
        np.testing.assert_array_equal(one, other)
    changed = []
    for one, other in zip(_rows(before), _rows(after), strict=True):
        np.testing.assert_array_equal(other[[0, 1, 3]], one)
        changed.append(np.abs(other[2] - one[:2].mean(axis=0)).max())
    assert min(changed) > 1e-4
    losses = [record["total"] for record in read_metrics(result.run / "metrics.jsonl")]
    assert np.mean(losses[-5:]) < 0.9 * np.mean(losses[:5])
    _, card = load_run(result.run)
    assert card.styles == ["one", "two", "three"]
    assert [style["path"] for style in card.recipe["styles"]] == [None, None, "painting.png"]
    assert list(RunDirectory.open(result.run).paintings()) == ["three"]


def test_an_interrupted_addition_ends_at_the_same_weights(
    adding: RunConfig, tmp_path: Path
) -> None:
    whole = train(adding, tmp_path / "whole", progress=False).run
    parts = train(adding, tmp_path / "parts", minutes=1e-9, progress=False).run
    train(None, parts, resume=True, progress=False)
    for one, other in zip(
        load_generator(whole).model.weights, load_generator(parts).model.weights, strict=True
    ):
        np.testing.assert_array_equal(np.asarray(one), np.asarray(other))


def test_settings_are_those_of_the_weights(source: Path, tmp_path: Path) -> None:
    settings = settings_from(str(source))
    config = parse_config(settings)
    assert config.style_names == ["one", "two"] and config.objective.weights == "hed"
    assert config.generator.channels == 8 and config.content.source == str(tmp_path / "photos")
    assert all(Path(str(style.path)).parent == source / "styles" for style in config.styles)
    (source / "styles" / "one.png").unlink()
    assert "styles" not in settings_from(str(source))
    with pytest.raises(StylekitError, match="a style 'two' already"):
        settings_from(str(source), [StyleConfig("two", "two.png")])


def test_a_folder_here_called_as_the_photographs_of_a_shipped_model(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    photographs = find_start("classics").config.content.source
    (tmp_path / str(photographs)).mkdir()
    monkeypatch.chdir(tmp_path)
    assert photographs and "content" not in settings_from("classics")


def test_weights_by_their_file_or_by_what_is_none(source: Path, tmp_path: Path) -> None:
    file = source / "generator.weights.h5"
    assert find_start(str(file)).config.style_names == ["one", "two"]
    alone = tmp_path / "alone.weights.h5"
    alone.write_bytes(file.read_bytes())
    exported = tmp_path / "model.tflite"
    exported.write_bytes(b"TFL3")
    for path, message in [
        (alone, "must lie in their run"),
        (exported, "holds no weights that can be trained"),
        (tmp_path / "missing.weights.h5", "there are no weights"),
        (tmp_path / "photos", "not a run directory"),
        (Path("clasics"), "did you mean 'classics'"),
    ]:
        with pytest.raises(StylekitError, match=message):
            find_start(str(path))


def test_a_style_that_is_learned_needs_a_painting_and_a_place(adding: RunConfig) -> None:
    assert [style.name for style in adding.learned_styles] == ["three"]
    with pytest.raises(StylekitError, match="unknown style 'thre'; did you mean 'three'"):
        parse_config(
            {"styles": [{"name": "three"}], "start": {"weights": "x", "added_styles": ["thre"]}}
        )
    with pytest.raises(StylekitError, match=r"'styles\.0\.path' is missing"):
        parse_config({"styles": [{"name": "three"}], "start": {"weights": "x"}})
