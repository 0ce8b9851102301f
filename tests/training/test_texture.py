from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from stylekit.config import (
    DiversityConfig,
    RunConfig,
    StartConfig,
    StyleConfig,
    merged,
    parse_config,
    to_yaml,
)
from stylekit.errors import StylekitError
from stylekit.imaging.save import save
from stylekit.objectives.networks import loss_network
from stylekit.training import train
from stylekit.training.checkpoints import load_newest
from stylekit.training.metrics import read_metrics
from stylekit.training.run import RunDirectory, load_texture_generator
from stylekit.training.start import settings_from
from stylekit.training.texture import TextureTask


@pytest.fixture
def config(tmp_path: Path) -> Callable[..., RunConfig]:
    """Makes the configuration of a tiny training of two textures; keywords go into `training`."""
    random = np.random.default_rng(0)
    styles = []
    for name, color in (("sand", (0.9, 0.7, 0.4)), ("water", (0.1, 0.3, 0.6))):
        sample = np.array(color) * random.uniform(0.6, 1, (48, 40, 1))
        save(tmp_path / f"{name}.png", sample)
        styles.append({"name": name, "path": str(tmp_path / f"{name}.png")})

    def make(**training: Any) -> RunConfig:
        return parse_config(
            {
                "task": "texture",
                "styles": styles,
                "generator": {"name": "pyramid", "channels": 4, "scales": 3},
                "objective": {
                    "style_layers": {"relu1_1": 1.0, "relu1_2": 1.0},
                    "style_size": 32,
                    "weights": "hed",
                },
                "training": {
                    "stages": [
                        {"steps": 12, "image_size": 16, "batch_size": 3},
                        {"steps": 12, "image_size": 32, "batch_size": 2},
                    ],
                    "precision": "float32",
                    "checkpoint_every": 5,
                    **training,
                },
            }
        )

    return make


def test_a_training_learns_textures(tmp_path: Path, config: Callable[..., RunConfig]) -> None:
    result = train(config(), tmp_path / "run", progress=False)
    records = read_metrics(result.run / "metrics.jsonl")
    assert [record["stage"] for record in records] == [0] * 12 + [1] * 12
    before, after = (np.mean([r["total"] for r in part]) for part in (records[:4], records[-4:]))
    assert after < 0.8 * before
    losses = result.summary["losses_by_style"]
    assert list(losses) == ["sand", "water"]
    assert set(losses["sand"]) == {"total", "style", "variation"}
    assert len(list((result.run / "previews").iterdir())) == 2


def test_a_stopped_training_ends_as_if_it_had_not_been_stopped(
    tmp_path: Path, config: Callable[..., RunConfig]
) -> None:
    train(config(), tmp_path / "whole", progress=False)
    train(config(), tmp_path / "stopped", progress=False, minutes=1e-9)
    train(None, tmp_path / "stopped", progress=False, resume=True)
    whole, stopped = (
        load_newest(tmp_path / name / "checkpoints", damaged=lambda *_: None).arrays
        for name in ("whole", "stopped")
    )
    assert whole.keys() == stopped.keys()
    assert all(np.array_equal(whole[name], stopped[name]) for name in whole)


def test_batches_are_functions_of_their_step(
    tmp_path: Path, config: Callable[..., RunConfig]
) -> None:
    settings = config()
    task = TextureTask(settings, RunDirectory(tmp_path), loss_network(settings.objective))
    weights, entropy, *noise = task.batch(0, 3)
    assert entropy.tolist() == [0, 0, 0]
    assert [array.shape for array in noise] == [(3, 4, 4, 3), (3, 8, 8, 3), (3, 16, 16, 3)]
    assert all(array.min() >= 0 and array.max() < 1 for array in noise)
    for one, same in zip([weights, entropy, *noise], task.batch(0, 3), strict=True):
        np.testing.assert_array_equal(one, same)
    assert np.abs(task.batch(0, 4)[2] - noise[0]).max() > 0.1
    # Six images are three rounds of both textures.
    textures = np.concatenate([task.batch(0, step)[0] for step in (0, 1)]).argmax(axis=1)
    assert [sorted(textures[first : first + 2]) for first in (0, 2, 4)] == [[0, 1]] * 3
    (element,) = task.dataset(0, 3, 4)
    for array, expected in zip(element, [weights, entropy, *noise], strict=True):
        np.testing.assert_array_equal(array, expected)


def test_the_entropy_of_textures(tmp_path: Path, config: Callable[..., RunConfig]) -> None:
    ends = []
    for weight in (0.0, 5.0):
        stage = {"steps": 20, "image_size": 16, "batch_size": 4}
        settings = config(stages=[stage], warmup_steps=0, learning_rate=0.03)
        diversity = DiversityConfig(samples=2, entropy_weight=weight, reduction=2)
        objective = replace(settings.objective, diversity=diversity)
        settings = replace(settings, objective=objective)
        task = TextureTask(settings, RunDirectory(tmp_path), loss_network(settings.objective))
        textures, entropy, *_ = task.batch(0, 1)
        assert (textures[::2] == textures[1::2]).all() and entropy.tolist() == [weight] * 4
        result = train(settings, tmp_path / f"run_{weight:g}", progress=False)
        records = read_metrics(result.run / "metrics.jsonl")
        assert all(record["entropy_weight"] == weight for record in records)
        ends.append(np.mean([record["distance"] for record in records[-3:]]))
    assert ends[1] > 1.1 * ends[0]


@pytest.mark.parametrize(
    ("sample", "message"),
    [
        (np.full((40, 40, 3), 0.4), "'sand' has one colour only"),
        (np.random.default_rng(0).random((40, 20, 3)), "'sand' has 20x40 pixels: give at least 32"),
    ],
)
def test_samples_without_a_texture(
    tmp_path: Path, config: Callable[..., RunConfig], sample: np.ndarray, message: str
) -> None:
    settings = config()
    save(tmp_path / "sand.png", sample)
    with pytest.raises(StylekitError, match=message):
        train(settings, tmp_path / "run", progress=False)
    assert not (tmp_path / "run").exists()


def test_a_size_that_does_not_suit_the_generator(
    tmp_path: Path, config: Callable[..., RunConfig]
) -> None:
    stages = [{"steps": 1, "image_size": 34, "batch_size": 1}]
    with pytest.raises(StylekitError, match="image_size 34 .* multiple of 4"):
        train(config(stages=stages), tmp_path / "run", progress=False)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"content": {"source": "photos"}}, "content: textures are made of noise"),
        ({"start": {"weights": "run", "added_styles": ["sand"]}}, "are trained together"),
        ({"objective": {"content_layers": {"relu1_1": 1.0}}}, "textures have no content"),
        ({"training": {"stages": [{"context": 8}]}}, "context is of photographs"),
        ({"training": {"stages": 3}}, "training.stages = 3"),
    ],
)
def test_what_only_photographs_have(changes: dict[str, Any], message: str) -> None:
    styles = [{"name": "sand", "path": "sand.png"}]
    with pytest.raises(StylekitError, match=message):
        parse_config({"task": "texture", "styles": styles, **changes})


def test_the_resolved_configuration_is_read_again(config: Callable[..., RunConfig]) -> None:
    assert parse_config(yaml.safe_load(to_yaml(config()))) == config()


def test_other_textures_are_trained_from_a_run(
    tmp_path: Path, config: Callable[..., RunConfig]
) -> None:
    stages = [{"steps": 4, "image_size": 16, "batch_size": 2}]
    source = train(config(stages=stages), tmp_path / "source", progress=False).run
    settings = settings_from(str(source))
    assert settings["task"] == "texture"
    assert [style["name"] for style in settings["styles"]] == ["sand", "water"]
    clay = {"name": "clay", "path": str(tmp_path / "water.png")}
    wanted = {
        "styles": [clay, settings["styles"][0]],
        "training": {"stages": [{**stages[0], "steps": 1}], "learning_rate": 1e-7},
    }
    result = train(parse_config(merged(settings, wanted)), tmp_path / "run", progress=False)
    assert [part["steps"] for part in result.summary["earlier"]] == [4]
    before, after = (load_texture_generator(run) for run in (source, result.run))
    for old, new in zip(before.model.weights, after.model.weights, strict=True):
        rows = np.asarray(old), np.asarray(new)
        if rows[0].ndim == 2:  # of a normalization: sand keeps its row, clay begins as the mean
            rows = np.stack([rows[0].mean(axis=0), rows[0][0]]), rows[1]
        np.testing.assert_allclose(rows[1], rows[0], atol=1e-4)


def test_a_network_of_another_task_to_start_from(
    tmp_path: Path, config: Callable[..., RunConfig]
) -> None:
    mixed = replace(config(), start=StartConfig("classics"))
    with pytest.raises(StylekitError, match="'classics', paints photographs"):
        train(mixed, tmp_path / "run", progress=False)
    source = train(
        config(stages=[{"steps": 1, "image_size": 16, "batch_size": 1}]),
        tmp_path / "source",
        progress=False,
    ).run
    with pytest.raises(StylekitError, match="to which no style is added"):
        settings_from(str(source), [StyleConfig("new", str(tmp_path / "sand.png"))])
