import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tensorflow as tf

from stylekit.config import RunConfig
from stylekit.errors import StylekitError
from stylekit.imaging.load import load_rgb
from stylekit.objectives.networks import loss_network
from stylekit.training import visits
from stylekit.training.data import Batch, BatchSource
from stylekit.training.metrics import read_metrics
from stylekit.training.photographs import folder_photographs
from stylekit.training.run import RunDirectory
from stylekit.training.style_transfer import StyleTransferLoss, StyleTransferTask
from stylekit.training.trainer import Trainer
from stylekit.training.visits import Kept


class _PoisonedSource(BatchSource):
    """A source whose photographs are NaN at a step, for a number of times."""

    def __init__(self, config: RunConfig, step: int, times: int) -> None:
        super().__init__(
            folder_photographs(str(config.content.source)),
            config.content,
            config.training,
            len(config.styles),
            config.seed,
        )
        self._step = step
        self._times = times

    def batch(self, step: int) -> Batch:
        batch = super().batch(step)
        if step == self._step and self._times > 0:
            self._times -= 1
            return Batch(batch.photos * np.nan, batch.style_weights, batch.strength)
        return batch


def _trainer(config: RunConfig, path: Path, poisoned: int = 0, times: int = 0) -> Trainer:
    run = RunDirectory(path)
    if not run.path.exists():
        run.create(config, [load_rgb(style.path) for style in config.styles])
    source = _PoisonedSource(config, poisoned, times)
    task = StyleTransferTask(config, run, source, loss_network(config.objective))
    return Trainer(config, run, task, show_progress=False)


def _steps(trainer: Trainer) -> list[dict[str, Any]]:
    return read_metrics(trainer._run.metrics)


def test_a_nan_rolls_back_to_the_last_checkpoint_and_halves_the_rate(
    tmp_path: Path, tiny_config: Callable[..., RunConfig], caplog: pytest.LogCaptureFixture
) -> None:
    config = tiny_config(training={"schedule": "constant", "warmup_steps": 0})
    trainer = _trainer(config, tmp_path / "run", poisoned=7, times=1)
    trainer.train()
    assert "not finite at step 8: back to step 5" in caplog.text
    assert trainer.progress.step == 12 and trainer.progress.rollbacks == 1
    records = _steps(trainer)
    assert [record["step"] for record in records] == list(range(1, 13))
    rate = config.training.learning_rate
    assert [record["learning_rate"] for record in records] == [rate] * 5 + [rate / 2] * 7
    assert all(np.isfinite(weight).all() for weight in trainer.averaged.model.get_weights())


def test_it_gives_up_after_three_rollbacks(
    tmp_path: Path, tiny_config: Callable[..., RunConfig]
) -> None:
    trainer = _trainer(tiny_config(), tmp_path / "run", poisoned=7, times=99)
    with pytest.raises(StylekitError, match="not finite at step 8, after 3 rollbacks") as caught:
        trainer.train()
    assert "\n" not in str(caught.value)
    # The last good checkpoint is still there, with the history in it.
    again = _trainer(tiny_config(), tmp_path / "run")
    again.restore()
    assert again.progress.step == 5
    assert again.progress.rollbacks == 3 and again.progress.rate_factor == 0.125
    assert all(np.isfinite(weight).all() for weight in again.generator.model.get_weights())


def test_a_resumed_training_goes_on_with_the_halved_rate(
    tmp_path: Path, tiny_config: Callable[..., RunConfig]
) -> None:
    config = tiny_config()
    whole = _trainer(config, tmp_path / "whole", poisoned=3, times=1)
    whole.train()
    interrupted = _trainer(config, tmp_path / "interrupted", poisoned=3, times=1)
    interrupted.train(minutes=1e-9)  # before the first step
    assert interrupted.stopped_by == "minutes" and interrupted.progress.step == 0
    resumed = _trainer(config, tmp_path / "interrupted", poisoned=3, times=1)
    resumed.restore()
    resumed.train()
    assert resumed.stopped_by is None
    for a, b in zip(
        whole.generator.model.get_weights(), resumed.generator.model.get_weights(), strict=True
    ):
        np.testing.assert_array_equal(a, b)


def test_stages_follow_each_other(
    tmp_path: Path,
    tiny_config: Callable[..., RunConfig],
    stage: Callable[..., dict[str, Any]],
) -> None:
    stages = [
        stage(3, image_size=16, batch_size=1, style_size=16),
        stage(4, context=8),
    ]
    trainer = _trainer(tiny_config(training={"stages": stages}), tmp_path / "run")
    trainer.train()
    assert [record["stage"] for record in _steps(trainer)] == [0] * 3 + [1] * 4


def test_checkpoints_of_another_network(
    tmp_path: Path, tiny_config: Callable[..., RunConfig]
) -> None:
    _trainer(tiny_config(), tmp_path / "run").save()
    other = tiny_config(generator={"channels": 16})
    with pytest.raises(StylekitError, match="another network or optimizer"):
        _trainer(other, tmp_path / "run").restore()


@pytest.mark.parametrize(
    ("training", "message"),
    [
        ({"stages": [{"steps": 1, "image_size": 34}]}, "image_size 34 .* multiple of 4"),
    ],
)
def test_sizes_that_do_not_suit_the_generator(
    tmp_path: Path, tiny_config: Callable[..., RunConfig], training: dict[str, Any], message: str
) -> None:
    with pytest.raises(StylekitError, match=message):
        _trainer(tiny_config(training=training), tmp_path / "run")


def test_previews_and_summaries_are_written(
    tmp_path: Path, tiny_config: Callable[..., RunConfig]
) -> None:
    trainer = _trainer(tiny_config(training={"preview_every": 5}), tmp_path / "run")
    trainer.train()
    names = sorted(path.name for path in (tmp_path / "run" / "previews").iterdir())
    assert names == [f"step-{step:08d}.jpg" for step in (0, 5, 10, 12)]
    (events,) = (tmp_path / "run" / "tensorboard").iterdir()
    assert b"gradient_norm" in events.read_bytes()


def test_the_losses_of_each_style_are_evaluated(
    tmp_path: Path, tiny_config: Callable[..., RunConfig]
) -> None:
    style = tiny_config().styles[0]
    config = tiny_config(
        styles=[{"name": name, "path": style.path} for name in ("first", "second")]
    )
    trainer = _trainer(config, tmp_path / "run")
    losses = trainer.evaluate()
    assert list(losses) == ["first", "second"]
    terms = losses["first"]
    expected = terms["content"] + config.objective.style_weight * terms["style"]
    assert terms["total"] == pytest.approx(expected, rel=1e-5)
    json.dumps(losses)


def _visiting(
    tiny_config: Callable[..., RunConfig], monkeypatch: pytest.MonkeyPatch
) -> tuple[RunConfig, list[int]]:
    """A training with three visits in rounds of two batches; grows by one for each preparation."""
    monkeypatch.setattr(visits, "ROUND_IMAGES", 4)
    prepared = []
    prepare = StyleTransferLoss.prepare

    def counting(self: StyleTransferLoss, *batch: tf.Tensor) -> dict[str, tf.Tensor]:
        tf.py_function(lambda: prepared.append(1), [], [])
        return prepare(self, *batch)

    monkeypatch.setattr(StyleTransferLoss, "prepare", counting)
    return tiny_config(content={"visits": 3}), prepared


def test_content_is_looked_at_once_for_all_visits(
    tmp_path: Path, tiny_config: Callable[..., RunConfig], monkeypatch: pytest.MonkeyPatch
) -> None:
    config, prepared = _visiting(tiny_config, monkeypatch)
    kept = _trainer(config, tmp_path / "kept")
    kept.train()
    assert len(prepared) == 12 / 3
    monkeypatch.setattr(Kept, "get", lambda self, step, compute: compute())
    computed = _trainer(config, tmp_path / "computed")
    computed.train()
    assert len(prepared) == 4 + 12
    _assert_same_weights(kept, computed)


def test_a_training_resumed_within_a_round_ends_at_the_same_weights(
    tmp_path: Path, tiny_config: Callable[..., RunConfig], monkeypatch: pytest.MonkeyPatch
) -> None:
    config, prepared = _visiting(tiny_config, monkeypatch)
    whole = _trainer(config, tmp_path / "run")
    whole.train()
    newest = max((tmp_path / "run" / "checkpoints").iterdir())
    newest.unlink()
    resumed = _trainer(config, tmp_path / "run")
    resumed.restore()
    assert resumed.progress.step == 10  # the last turn of the second round
    resumed.train()
    assert len(prepared) == 4 + 2
    _assert_same_weights(whole, resumed)


def _assert_same_weights(one: Trainer, other: Trainer) -> None:
    pairs = zip(one.averaged.model.get_weights(), other.averaged.model.get_weights(), strict=True)
    assert all(np.array_equal(*pair) for pair in pairs)
