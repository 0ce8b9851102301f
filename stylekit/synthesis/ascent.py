"""Gradient ascent as dreams and class images do it: steps of one size, on shifted images."""

import numpy as np

from stylekit.synthesis.gradients import Evaluate

_TINY = 1e-12


def ascend(
    evaluate: Evaluate,
    image: np.ndarray,
    steps: int,
    step_size: float,
    jitter: int,
    random: np.random.Generator,
) -> np.ndarray:
    """Follow the gradient of `-evaluate` for a number of steps, within the box [0, 1].

    In each step the image is rolled by offsets of up to `jitter` pixels, moved so that the mean
    absolute change is `step_size`, and rolled back (google/deepdream, dream.ipynb). Rolling wanders
    over the grid of the poolings, which would show otherwise.

    Image float32 `[height, width, 3]` in [0, 1]; so is the result.
    """
    for _ in range(steps):
        offset = tuple(random.integers(-jitter, jitter + 1, 2))
        rolled = np.roll(image, offset, (0, 1))
        _, gradient = evaluate(rolled)
        rolled = rolled - step_size * gradient / (np.mean(np.abs(gradient)) + _TINY)
        image = np.clip(np.roll(rolled, (-offset[0], -offset[1]), (0, 1)), 0, 1)
    return image.astype(np.float32)
