"""L-BFGS over the pixels of one image."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import tensorflow as tf
from scipy.optimize import minimize

# Pairs of steps and gradients that are kept (Gatys et al.'s DeepTextures code uses 20).
HISTORY = 20

# SciPy may evaluate several times in one iteration's line search; this only guards against a
# search that never ends.
EVALUATIONS_PER_ITERATION = 20


@dataclass(frozen=True)
class Synthesis:
    """Result of an optimisation.

    Attributes:
        image: float32 RGB `[height, width, 3]` in [0, 1].
        values: the loss at the start and after each iteration.
    """

    image: np.ndarray
    values: list[float]


def minimize_pixels(
    loss: Callable[[tf.Tensor], tf.Tensor],
    start: np.ndarray,
    iterations: int,
    on_iteration: Callable[[int, np.ndarray], None] | None = None,
) -> Synthesis:
    """`min_x loss(x)` over images in the box [0, 1], by SciPy's bounded L-BFGS-B.

    `loss` maps images `[1, height, width, 3]` to a scalar; `start` is float32
    `[height, width, 3]`. `on_iteration(k, image)` is called after iteration k = 1, 2, ... The run
    ends after `iterations`, or earlier where the line search finds no better point. The best
    point of L-BFGS-B is always its last, so `values` never rises.
    """
    shape = (1, *start.shape)

    @tf.function
    def value_and_gradient(image: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        with tf.GradientTape() as tape:
            tape.watch(image)
            value = tf.reduce_sum(loss(image))
        return value, tape.gradient(value, image)

    evaluated: dict[bytes, float] = {}

    def evaluate(point: np.ndarray) -> tuple[float, np.ndarray]:
        image = tf.constant(point.reshape(shape), tf.float32)
        value, gradient = value_and_gradient(image)
        evaluated[point.tobytes()] = float(value)
        return float(value), gradient.numpy().ravel().astype(np.float64)

    origin = start.ravel().astype(np.float64)
    values = [evaluate(origin)[0]]

    def record(point: np.ndarray) -> None:
        values.append(evaluated[point.tobytes()])
        evaluated.clear()
        if on_iteration is not None:
            on_iteration(len(values) - 1, point.reshape(start.shape).astype(np.float32))

    result = minimize(
        evaluate,
        origin,
        jac=True,
        method="L-BFGS-B",
        bounds=[(0.0, 1.0)] * origin.size,
        callback=record,
        options={
            "maxiter": iterations,
            "maxfun": EVALUATIONS_PER_ITERATION * iterations,
            "maxcor": HISTORY,
            "ftol": 0.0,
            "gtol": 0.0,
        },
    )
    return Synthesis(result.x.reshape(start.shape).astype(np.float32), values)
