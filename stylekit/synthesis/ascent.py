"""Gradient ascent as dreams and class images do it: steps of one size, on shifted images."""

from typing import Literal

import numpy as np

from stylekit.synthesis.gradients import Evaluate

_TINY = 1e-12

# How a step may change colours: as the gradient says, or as natural colours vary.
Colors = Literal["natural", "free"]

# A square root of the covariance of RGB in ImageNet, but for its scale: mostly light and dark
# (tensorflow/lucid, optvis/param/color.py; Olah et al. 2017, "Feature Visualization").
_NATURAL_ROOT = np.array([[0.26, 0.09, 0.02], [0.27, 0.00, -0.05], [0.27, -0.09, 0.03]], np.float32)
_NATURAL = _NATURAL_ROOT @ _NATURAL_ROOT.T


def ascend(
    evaluate: Evaluate,
    image: np.ndarray,
    steps: int,
    step_size: float,
    jitter: int,
    random: np.random.Generator,
    colors: Colors,
) -> np.ndarray:
    """Follow the gradient of `-evaluate` for a number of steps, within the box [0, 1].

    In each step the image is rolled by offsets of up to `jitter` pixels, moved so that the mean
    absolute change is `step_size`, and rolled back (google/deepdream, dream.ipynb). Rolling wanders
    over the grid of the poolings, which would show otherwise.

    With `natural` colours, the gradient is followed in coordinates in which natural colours vary
    equally and independently: multiplied by their covariance. `free` follows it as it is, and ends
    at the corners of the cube of colours.

    Image float32 `[height, width, 3]` in [0, 1]; so is the result.
    """
    for _ in range(steps):
        offset = tuple(random.integers(-jitter, jitter + 1, 2))
        rolled = np.roll(image, offset, (0, 1))
        _, gradient = evaluate(rolled)
        if colors == "natural":
            gradient = gradient @ _NATURAL
        rolled = rolled - step_size * gradient / (np.mean(np.abs(gradient)) + _TINY)
        image = np.clip(np.roll(rolled, (-offset[0], -offset[1]), (0, 1)), 0, 1)
    return image.astype(np.float32)
