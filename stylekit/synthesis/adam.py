"""Adam over the pixels of one image."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from stylekit.synthesis.gradients import Evaluate
from stylekit.synthesis.lbfgs import Synthesis

_FIRST_DECAY, _SECOND_DECAY, _TINY = 0.9, 0.999, 1e-8  # Kingma and Ba 2015


@dataclass
class Moments:
    """Adam's memory: running means of the gradient and of its square, and the steps so far."""

    steps: int = 0
    first: np.ndarray = field(default_factory=lambda: np.zeros(0, np.float32))
    second: np.ndarray = field(default_factory=lambda: np.zeros(0, np.float32))


def minimize_by_adam(
    evaluate: Evaluate,
    start: np.ndarray,
    iterations: int,
    learning_rate: float,
    moments: Moments,
    on_iteration: Callable[[int, np.ndarray, float], bool],
) -> Synthesis:
    """`min_x` over images in the box [0, 1], by Adam, clipped to the box after every step.

    `learning_rate` is in units of the image (neural-style's 10 is 10 / 255 here). `moments` are
    changed in place, so that a later call goes on where this one ended; those of another size of
    image are started anew. `on_iteration(k, image, value)` says whether to stop; its value is
    that of the image *before* step k, and `values` has one for each step and one for the result.
    """
    if moments.first.shape != start.shape:
        moments.steps = 0
        moments.first = np.zeros(start.shape, np.float32)
        moments.second = np.zeros(start.shape, np.float32)
    image = np.clip(start, 0, 1).astype(np.float32)
    values = []
    for iteration in range(1, iterations + 1):
        value, gradient = evaluate(image)
        values.append(value)
        moments.steps += 1
        moments.first += (1 - _FIRST_DECAY) * (gradient - moments.first)
        moments.second += (1 - _SECOND_DECAY) * (np.square(gradient) - moments.second)
        first = moments.first / (1 - _FIRST_DECAY**moments.steps)
        second = moments.second / (1 - _SECOND_DECAY**moments.steps)
        step = learning_rate * first / (np.sqrt(second) + _TINY)
        image = np.clip(image - step, 0, 1).astype(np.float32)
        if on_iteration(iteration, image, value):
            break
    values.append(evaluate(image)[0])
    return Synthesis(image, values)
