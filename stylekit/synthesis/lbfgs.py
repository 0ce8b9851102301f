"""L-BFGS over the pixels of one image."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import tensorflow as tf
from scipy.optimize import Bounds, OptimizeResult, minimize

from stylekit.synthesis.gradients import Evaluate, evaluator_of

# Pairs of steps and gradients that are kept (Gatys et al.'s DeepTextures code uses 20); fewer for
# large images, where they would need more than so many bytes, but not less than Champandard's 5.
HISTORY, LEAST_HISTORY = 20, 5
HISTORY_BYTES = 5e8

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

    def record(iteration: int, image: np.ndarray, value: float) -> bool:
        if on_iteration is not None:
            on_iteration(iteration, image)
        return False

    return minimize_in_box(evaluator_of(loss), start, iterations, record)


def minimize_in_box(
    evaluate: Evaluate,
    start: np.ndarray,
    iterations: int,
    on_iteration: Callable[[int, np.ndarray, float], bool],
) -> Synthesis:
    """As `minimize_pixels`, for a function that gives values and gradients.

    `on_iteration(k, image, value)` says whether to stop.
    """

    def function(point: np.ndarray) -> tuple[float, np.ndarray]:
        value, gradient = evaluate(point.reshape(start.shape).astype(np.float32))
        if len(values) == 0:
            values.append(value)
        return value, gradient.ravel().astype(np.float64)

    def record(intermediate_result: OptimizeResult) -> None:
        values.append(float(intermediate_result.fun))
        image = intermediate_result.x.reshape(start.shape).astype(np.float32)
        if on_iteration(len(values) - 1, image, values[-1]):
            raise StopIteration

    values: list[float] = []
    result = minimize(
        function,
        np.clip(start, 0.0, 1.0).ravel().astype(np.float64),
        jac=True,
        method="L-BFGS-B",
        bounds=Bounds(np.zeros(start.size), np.ones(start.size)),
        callback=record,
        options={
            "maxiter": iterations,
            "maxfun": EVALUATIONS_PER_ITERATION * iterations,
            "maxcor": history(start.size),
            "ftol": 0.0,
            "gtol": 0.0,
        },
    )
    return Synthesis(result.x.reshape(start.shape).astype(np.float32), values)


def history(variables: int) -> int:
    """Number of pairs for so many variables, each pair two float64 vectors."""
    return int(min(HISTORY, max(LEAST_HISTORY, HISTORY_BYTES // (16 * variables))))
