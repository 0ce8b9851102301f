"""Trainings of networks with noise, and the entropy of what they make of one photograph."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from stylekit import Stylizer
from stylekit.config import DiversityConfig, RunConfig
from stylekit.imaging.load import load_rgb
from stylekit.models.generator import noise_maps
from stylekit.training.api import train
from stylekit.training.data import BatchSource
from stylekit.training.metrics import read_metrics
from stylekit.training.photographs import folder_photographs
from stylekit.training.run import RunDirectory, load_run
from stylekit.training.schedule import entropy_weight


def test_the_weight_of_the_entropy_by_hand() -> None:
    config = DiversityConfig(samples=2, entropy_weight=0.8, start_step=3, rise_steps=4)
    weights = [entropy_weight(config, step) for step in range(9)]
    assert weights == pytest.approx([0, 0, 0, 0.2, 0.4, 0.6, 0.8, 0.8, 0.8])
    assert entropy_weight(DiversityConfig(entropy_weight=0.5), 0) == 0.5


def test_a_batch_has_several_images_of_a_photograph(
    photo_folder: Path, tiny_config: Callable[..., RunConfig], stage: Callable[..., Any]
) -> None:
    config = tiny_config(training={"stages": [stage(5, batch_size=6, full_strength_share=0.0)]})
    diversity = DiversityConfig(samples=3, entropy_weight=0.5)
    arguments = (folder_photographs(photo_folder), config.content, config.training, 2, 1)
    batch = BatchSource(*arguments, noise_maps(2), diversity).batch(4)
    assert batch.photos.shape == (6, 32, 32, 3)
    assert batch.noise is not None and batch.noise.shape == (6, 8, 8, 2)
    for values in (batch.photos, batch.style_weights, batch.strength):
        first, second = values[:3], values[3:]
        assert (first == first[:1]).all() and (second == second[:1]).all()
    assert (batch.photos[0] != batch.photos[3]).any()
    assert len({noise.tobytes() for noise in batch.noise}) == 6
    assert batch.entropy_weight is not None and batch.entropy_weight.tolist() == [0.5] * 6
    again = BatchSource(*arguments, noise_maps(2), diversity).batch(4)
    np.testing.assert_array_equal(batch.noise, again.noise)
    # All photographs have their turn.
    seen = [BatchSource(*arguments, noise_maps(2), diversity).batch(step) for step in range(3)]
    assert len({image.tobytes() for each in seen for image in each.photos[::3]}) == 6


def _train(
    tiny_config: Callable[..., RunConfig], folder: Path, weight: float
) -> tuple[Path, list[dict[str, Any]]]:
    config = tiny_config(
        generator={"noise": 2},
        objective={"diversity": {"samples": 2, "entropy_weight": weight, "reduction": 2}},
        training={"learning_rate": 1e-2, "ema_decay": 0.0},
    )
    result = train(config, folder, progress=False)
    return result.run, read_metrics(RunDirectory.open(result.run).metrics)


@pytest.mark.slow
def test_the_entropy_term_makes_pictures_differ(
    tiny_config: Callable[..., RunConfig], photo_folder: Path, tmp_path: Path
) -> None:
    without, plain = _train(tiny_config, tmp_path / "without", 0.0)
    run, metrics = _train(tiny_config, tmp_path / "with", 1.0)
    for record in metrics:
        assert {"entropy", "distance", "coarse_distance"} < set(record)
        assert record["entropy_weight"] == 1.0
    assert metrics[0]["distance"] == pytest.approx(plain[0]["distance"], rel=1e-4)
    assert metrics[-1]["distance"] > 1.5 * plain[-1]["distance"]
    assert metrics[-1]["entropy"] > plain[-1]["entropy"]

    photo = load_rgb(next(photo_folder.glob("*.png")))
    spreads = []
    for folder in (without, run):
        runner, card = load_run(folder)
        stylizer = Stylizer(runner, card=card)
        one, other = (stylizer.stylize(photo, seed=seed) for seed in (1, 2))
        np.testing.assert_array_equal(one, stylizer.stylize(photo, seed=1))
        spreads.append(float(np.sqrt(np.mean((one - other) ** 2))))
    assert spreads[1] > spreads[0] > 0
