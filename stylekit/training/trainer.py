"""The training loop: steps, checkpoints, previews, and what happens when something goes wrong."""

import logging
import math
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

import keras
import numpy as np
import tensorflow as tf

from stylekit.config import RunConfig
from stylekit.errors import StylekitError
from stylekit.models.generator import AnyGenerator
from stylekit.training.checkpoints import Checkpoint, load_newest, save_checkpoint
from stylekit.training.data import stage_index, stage_start
from stylekit.training.display import Display, Speed
from stylekit.training.learned import Learned
from stylekit.training.optimizers import build_optimizer
from stylekit.training.precision import keras_policy
from stylekit.training.recorder import Recorder
from stylekit.training.run import RunDirectory
from stylekit.training.schedule import learning_rate
from stylekit.training.start import copy_weights
from stylekit.training.step import LossScale, TrainingStep
from stylekit.training.stopping import StopRequest
from stylekit.training.task import Task
from stylekit.training.visits import Kept

logger = logging.getLogger("stylekit")

MOST_ROLLBACKS = 3


class NonFiniteLoss(Exception):
    """The loss or a gradient of a step is not finite."""


@dataclass
class Progress:
    """Where a training stands; part of every checkpoint.

    Attributes:
        step: steps done.
        seconds: time spent in them, over all sessions.
        rollbacks: how often a non-finite loss sent the training back.
        rate_factor: factor on the learning rate, halved at each rollback.
    """

    step: int = 0
    seconds: float = 0.0
    rollbacks: int = 0
    rate_factor: float = 1.0


class Rehearsed(NamedTuple):
    """What a step took.

    Attributes:
        prepare: seconds of what is done once for all visits of the images.
        rest: seconds of the batch, gradients and update.
        kept_bytes: of what was prepared.
    """

    prepare: float
    rest: float
    kept_bytes: int


class Trainer:
    """Trains the generator of a configuration in a run directory.

    Attributes:
        generator: the network that is trained.
        averaged: its twin, whose weights are the moving average; the result.
        progress: steps done so far, and what came with them.
        stopped_by: `SIGINT`, `SIGTERM` or `minutes` if the last session ended early, else None.
    """

    def __init__(
        self,
        config: RunConfig,
        run: RunDirectory,
        task: Task[Any],
        strategy: tf.distribute.Strategy | None = None,
        show_progress: bool = True,
        on_preview: Callable[[int, AnyGenerator], None] | None = None,
    ) -> None:
        """Touch no file: `train` and `restore` do. "auto" values must have been resolved."""
        keras.utils.set_random_seed(config.seed)
        self._config = config
        self._training = config.training
        self._run = run
        self._task = task
        self._strategy = strategy or tf.distribute.get_strategy()
        self._show_progress = show_progress
        self._on_preview = on_preview
        precision = config.training.precision
        with self._strategy.scope():
            self.generator = self._build_generator(keras_policy(precision))
            self.averaged = self._build_generator("float32")
            self._learned = Learned(
                self.generator, config.learned_indices if config.rows_alone else None
            )
            self._optimizer = build_optimizer(
                config.training.optimizer,
                self._learned.variables,
                # Decay would change rows that are to stay.
                weight_decay=not self._learned.rows_alone,
            )
            self._loss_scale = LossScale(dynamic=precision == "float16")
        self.averaged.model.set_weights(self.generator.model.get_weights())
        self._steps: dict[int, TrainingStep] = {}
        self._recorder = Recorder(run)
        self._reported = 0
        self.progress = Progress()
        self.stopped_by: str | None = None

    def _build_generator(self, policy: str) -> AnyGenerator:
        generator = self._task.build(policy)
        for stage in self._training.stages:
            self._task.check_size(generator, stage)
            if stage.batch_size % self._strategy.num_replicas_in_sync:
                raise StylekitError(
                    f"batch_size {stage.batch_size} cannot be divided among "
                    f"{self._strategy.num_replicas_in_sync} devices"
                )
        return generator

    # --- State ---

    def start_from(self, source: AnyGenerator, styles: Sequence[str]) -> None:
        """Take over the weights of a trained network, whose styles have these names.

        Raises:
            StylekitError: it does not fit the configuration's generator.
        """
        copy_weights(source, styles, self.generator, self._config.style_names)
        self.averaged.model.set_weights(self.generator.model.get_weights())

    def _variables(self) -> dict[str, tf.Variable]:
        """All variables that the next step depends on, by a name that is the same in every run."""
        groups: dict[str, list[tf.Variable]] = {
            "generator": [weight.value for weight in self.generator.model.weights],
            "averaged": [weight.value for weight in self.averaged.model.weights],
            "optimizer": [variable.value for variable in self._optimizer.variables],
            "loss_scale": [self._loss_scale.factor, self._loss_scale.good_steps],
        }
        return {
            f"{group}/{index:03d}": variable
            for group, variables in groups.items()
            for index, variable in enumerate(variables)
        }

    def save(self) -> None:
        """Write a checkpoint of the present state."""
        arrays = {name: variable.numpy() for name, variable in self._variables().items()}
        save_checkpoint(
            self._run.checkpoints,
            Checkpoint(
                self.progress.step,
                arrays,
                {
                    "seconds": self.progress.seconds,
                    "rollbacks": self.progress.rollbacks,
                    "rate_factor": self.progress.rate_factor,
                },
            ),
        )

    def restore(self) -> None:
        """Go back to the newest readable checkpoint; later steps leave the metrics.

        Raises:
            StylekitError: there is none, or it is of another network.
        """
        checkpoint = load_newest(
            self._run.checkpoints,
            damaged=lambda path, reason: logger.warning(
                "checkpoint %s is damaged (%s): falling back to the one before", path, reason
            ),
        )
        variables = self._variables()
        shapes = {name: tuple(variable.shape) for name, variable in variables.items()}
        if shapes != {name: array.shape for name, array in checkpoint.arrays.items()}:
            raise StylekitError(
                f"the checkpoints in {str(self._run.checkpoints)!r} are of another network or "
                "optimizer than the configuration's: start again with --overwrite"
            )
        for name, variable in variables.items():
            variable.assign(checkpoint.arrays[name])
        self.progress = Progress(step=checkpoint.step, **checkpoint.state)
        self._recorder.rewind(checkpoint.step)

    def close(self) -> None:
        """Finish the record."""
        self._recorder.close()

    # --- The loop ---

    def train(self, minutes: float | None = None) -> None:
        """Train to the last step, or until a signal or the time stops it; then save.

        Raises:
            StylekitError: the loss was not finite again after three rollbacks, or the disk is
                full; the last good checkpoint stays.
        """
        display = Display(
            self._training.total_steps,
            self.progress.step,
            self._show_progress,
            self._task.shown,
        )
        with StopRequest(minutes) as stop, closing(self._recorder), display:
            if self.progress.step == 0:
                self.save()
                self._preview()
            while not self._is_over(stop):
                try:
                    self._train_stage(stop, display)
                except NonFiniteLoss:
                    self._roll_back()
            finished = self.progress.step >= self._training.total_steps
            self.stopped_by = None if finished else stop.reason
            self.save()
            self._preview()

    def _is_over(self, stop: StopRequest) -> bool:
        return self.progress.step >= self._training.total_steps or stop.reason is not None

    def _train_stage(self, stop: StopRequest, display: Display) -> None:
        """Steps of the stage that the training is in, until it ends or something stops it."""
        index = stage_index(self._training, self.progress.step)
        stage = self._training.stages[index]
        end = stage_start(self._training, index + 1)
        train_step = self._training_step(index)
        kept = Kept(self._task.kept_batches(index))
        speed = Speed(stage.batch_size)
        for batch in self._dataset(index, self.progress.step, end):
            before = time.perf_counter()
            rate = self._learning_rate()
            self._optimizer.learning_rate.assign(rate)
            prepare = partial(train_step.prepare, *batch)
            prepared = kept.get(self._task.visited_step(self.progress.step), prepare)
            result = {name: value.numpy() for name, value in train_step(prepared, *batch).items()}
            self._check(result)
            self.progress.step += 1
            seconds = time.perf_counter() - before
            self.progress.seconds += seconds
            speed.add(seconds)
            self._record(index, result, rate, speed)
            display.show(self.progress.step, result, speed, stop.seconds_left)
            self._report_broken()
            if self._is_over(stop):
                return
            if self.progress.step % self._training.checkpoint_every == 0:
                self.save()
            if self.progress.step % self._training.preview_every == 0:
                self._preview()

    def _dataset(self, index: int, start: int, end: int) -> Iterable[Any]:
        """Batches of the steps from `start` to before `end`, all in one stage."""
        return self._strategy.experimental_distribute_dataset(self._task.dataset(index, start, end))

    def rehearse(self, index: int, steps: int) -> list[Rehearsed]:
        """Do the first steps of a stage; what each took, its batch included.

        The first makes the step's graph too. For a plan of the training: the weights change, but
        steps are neither counted nor checked.
        """
        stage = self._training.stages[index]
        start = stage_start(self._training, index)
        train_step = self._training_step(index)
        self._optimizer.learning_rate.assign(self._learning_rate())
        speed = Speed(stage.batch_size)
        rehearsed = []
        before = time.perf_counter()
        for batch in self._dataset(index, start, start + min(steps, stage.steps)):
            preparing = time.perf_counter()
            prepared = train_step.prepare(*batch)
            seconds = time.perf_counter() - preparing
            result = {name: value.numpy() for name, value in train_step(prepared, *batch).items()}
            self._recorder.record(0, self._numbers(index, result, self._learning_rate(), speed))
            rest = time.perf_counter() - before - seconds
            tensors = tf.nest.flatten(prepared, expand_composites=True)
            kept_bytes = sum(tensor.dtype.size * int(tf.size(tensor)) for tensor in tensors)
            rehearsed.append(Rehearsed(seconds, rest, kept_bytes))
            before = time.perf_counter()
        return rehearsed

    def _learning_rate(self) -> float:
        return self.progress.rate_factor * learning_rate(self._training, self.progress.step)

    def _training_step(self, index: int) -> TrainingStep:
        """The step function of a stage, made once."""
        if index not in self._steps:
            self._steps[index] = TrainingStep(
                self._strategy,
                self.generator,
                self.averaged,
                self._learned,
                self._task.loss(index),
                self._optimizer,
                self._loss_scale,
                self._training.stages[index].batch_size,
                self._training.clip_norm,
                self._training.ema_decay,
            )
        return self._steps[index]

    def evaluate(self) -> dict[str, dict[str, float]]:
        """Losses of the averaged network, by the names of the styles that are learned."""
        return self._task.evaluate(self.averaged)

    def _check(self, result: dict[str, Any]) -> None:
        """Raise NonFiniteLoss, unless float16 gradients overflowed and a smaller scale will do."""
        if result["updated"]:
            return
        overflow = self._loss_scale.dynamic and float(self._loss_scale.factor) >= 1
        if not (overflow and math.isfinite(result["total"])):
            raise NonFiniteLoss

    def _roll_back(self) -> None:
        failed = self.progress
        if failed.rollbacks == MOST_ROLLBACKS:
            raise StylekitError(
                f"the loss was not finite at step {failed.step + 1}, after {MOST_ROLLBACKS} "
                "rollbacks that each halved the learning rate: lower training.learning_rate "
                f"(it was {self._training.learning_rate:g}) or the weights of the objective"
            )
        self.restore()
        self.progress.rollbacks = failed.rollbacks + 1
        self.progress.rate_factor = failed.rate_factor / 2
        self.progress.seconds = failed.seconds
        self.save()
        logger.warning(
            "the loss was not finite at step %d: back to step %d with the learning rate halved "
            "(rollback %d of %d)",
            failed.step + 1,
            self.progress.step,
            self.progress.rollbacks,
            MOST_ROLLBACKS,
        )

    # --- What is shown and recorded ---

    def _record(self, stage: int, result: dict[str, Any], rate: float, speed: Speed) -> None:
        if self.progress.step % self._training.log_every == 0:
            self._recorder.record(self.progress.step, self._numbers(stage, result, rate, speed))

    def _numbers(
        self, stage: int, result: dict[str, Any], rate: float, speed: Speed
    ) -> dict[str, Any]:
        """What is recorded of a step."""
        return {
            "stage": stage,
            **{name: float(result[name]) for name in self._task.measured},
            "gradient_norm": float(result["gradient_norm"]),
            "learning_rate": rate,
            "images_per_second": speed.images_per_second,
            "seconds": self.progress.seconds,
        }

    def preview_sheet(self) -> np.ndarray:
        """What the averaged network makes now."""
        return self._task.preview(self.averaged)

    def _preview(self) -> None:
        self._recorder.preview(self.progress.step, self.preview_sheet())
        if self._on_preview is not None:
            self._on_preview(self.progress.step, self.averaged)

    def _report_broken(self) -> None:
        """Name the photographs that turned out to be broken since the last call."""
        broken = self._task.broken
        for path in list(broken)[self._reported :]:
            logger.warning("skipped a photograph that cannot be read: %s", broken[path])
        self._reported = len(broken)
