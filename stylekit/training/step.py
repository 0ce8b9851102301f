"""One training step: gradients of the objective, and the update of the weights."""

from collections.abc import Sequence
from typing import Any

import keras
import tensorflow as tf

from stylekit.models.generator import AnyGenerator
from stylekit.training.learned import Learned
from stylekit.training.task import Loss

# Dynamic loss scaling as in Micikevicius et al. 2018: halve on overflow, double after 2000 steps.
_FIRST_SCALE = 2.0**15
_STEPS_UNTIL_DOUBLED = 2000


class LossScale:
    """Factor on the loss that keeps float16 gradients in range; 1 for all other formats."""

    def __init__(self, dynamic: bool) -> None:
        self.dynamic = dynamic
        self.factor = tf.Variable(_FIRST_SCALE if dynamic else 1.0, trainable=False)
        self.good_steps = tf.Variable(0, trainable=False)

    def update(self, finite: tf.Tensor) -> None:
        """Adapt the factor to a step whose gradients were finite or not."""
        if not self.dynamic:
            return
        good_steps = tf.where(finite, self.good_steps + 1, 0)
        doubled = good_steps >= _STEPS_UNTIL_DOUBLED
        factor = tf.where(finite, self.factor, self.factor / 2)
        self.factor.assign(tf.where(doubled, factor * 2, factor))
        self.good_steps.assign(tf.where(doubled, 0, good_steps))


def clip_by_global_norm(
    gradients: Sequence[tf.Tensor], limit: float | None
) -> tuple[list[tf.Tensor], tf.Tensor]:
    """Gradients scaled down to a global norm of `limit`, and the norm before that."""
    norm = tf.linalg.global_norm(gradients)
    if limit is None:
        return list(gradients), norm
    factor = tf.minimum(1.0, limit / tf.maximum(norm, 1e-12))
    return [gradient * factor for gradient in gradients], norm


def average_decay(limit: float, updates: tf.Tensor) -> tf.Tensor:
    """Decay of the moving average after a number of updates, `(1 + n) / (10 + n)` up to `limit`.

    Starting low lets the average forget the random weights of the beginning (TensorFlow's
    ExponentialMovingAverage, `num_updates`).
    """
    updates = tf.cast(updates, tf.float32)
    return tf.minimum(limit, (1.0 + updates) / (10.0 + updates))


class TrainingStep:
    """Forward, backward and update, as one `tf.function` under a distribution strategy.

    Attributes:
        averaged: a network like the trained one, whose weights are the moving average of its.
    """

    def __init__(
        self,
        strategy: tf.distribute.Strategy,
        generator: AnyGenerator,
        averaged: AnyGenerator,
        learned: Learned,
        loss: Loss,
        optimizer: keras.optimizers.Optimizer,
        loss_scale: LossScale,
        batch_size: int,
        clip_norm: float | None,
        ema_decay: float,
    ) -> None:
        """`batch_size` counts the images of all replicas together."""
        self._strategy = strategy
        self._generator = generator
        self.averaged = averaged
        self._loss = loss
        self._optimizer = optimizer
        self._loss_scale = loss_scale
        self._batch_size = batch_size
        self._clip_norm = clip_norm
        self._ema_decay = ema_decay
        self._learned = learned

    @tf.function
    def prepare(self, *batch: tf.Tensor) -> Any:
        """What the loss takes from a batch's images alone, for as many steps as visit them."""
        return self._strategy.run(self._loss.prepare, args=batch)

    @tf.function
    def __call__(self, prepared: Any, *batch: tf.Tensor) -> dict[str, tf.Tensor]:
        """Do a step, and return what it measured.

        The elements of a batch are what the loss takes, or values of the strategy's replicas
        where it has several; `prepared` is of the batch's images. Returns float32 means over the
        whole batch: what the loss measures, and `gradient_norm` before clipping; and `updated`,
        false if the loss or a gradient was not finite and the weights stayed.
        """
        gradients, means = self._strategy.run(self._gradients, args=(prepared, *batch))
        gradients = [self._sum_over_replicas(gradient) for gradient in gradients]
        means = {name: self._sum_over_replicas(value) for name, value in means.items()}
        gradients, norm = clip_by_global_norm(gradients, self._clip_norm)
        finite = tf.math.is_finite(norm) & tf.math.is_finite(means["total"])
        tf.cond(finite, lambda: self._update(gradients), lambda: None)
        self._loss_scale.update(finite)
        return {**means, "gradient_norm": norm, "updated": finite}

    def _gradients(
        self, prepared: Any, *batch: tf.Tensor
    ) -> tuple[list[tf.Tensor], dict[str, tf.Tensor]]:
        """A replica's part of the gradients and of the means."""
        variables = [variable.value for variable in self._learned.variables]
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch(variables)
            losses = self._loss(self._generator, prepared, *batch)
            scaled = tf.reduce_sum(losses.minimised) / self._batch_size * self._loss_scale.factor
        gradients = self._learned.restricted(tape.gradient(scaled, variables))
        means = {
            name: tf.reduce_sum(value) / self._batch_size for name, value in losses.measured.items()
        }
        return [gradient / self._loss_scale.factor for gradient in gradients], means

    def _sum_over_replicas(self, value: tf.Tensor) -> tf.Tensor:
        return self._strategy.reduce(tf.distribute.ReduceOp.SUM, value, axis=None)

    def _update(self, gradients: list[tf.Tensor]) -> None:
        # The optimizer sums over replicas, which all hold the same sum already. The division is
        # done in each replica, so that its result lies on that replica's device.
        replicas = self._strategy.num_replicas_in_sync
        self._strategy.run(
            lambda: self._optimizer.apply(
                [gradient / replicas for gradient in gradients], self._learned.variables
            )
        )
        decay = average_decay(self._ema_decay, self._optimizer.iterations)
        for average, weight in self._learned.pairs(self.averaged, self._generator):
            average.assign(average + (1.0 - decay) * (weight - average))
