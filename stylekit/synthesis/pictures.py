"""The pictures that an optimisation starts from, and the sizes it needs."""

from collections.abc import Callable, Sequence

import numpy as np

from stylekit.errors import StylekitError
from stylekit.imaging.resize import resize
from stylekit.perception.parts import stride

# Mean pixel of ImageNet in RGB, 0-1: zero in the loss network's own units.
MEAN_RGB = np.array([123.68, 116.779, 103.939], np.float32) / 255


def noise(mean: np.ndarray, deviation: float, seed: int) -> Callable[[int, int], np.ndarray]:
    """A function from height and width to an image of Gaussian noise around a colour `[3]`."""

    def start(height: int, width: int) -> np.ndarray:
        random = np.random.default_rng(seed)
        values = random.normal(mean, deviation, (height, width, 3))
        return np.clip(values, 0, 1).astype(np.float32)

    return start


def resized(picture: np.ndarray) -> Callable[[int, int], np.ndarray]:
    """A function from height and width to the picture at that size."""
    return lambda height, width: resize(picture, height, width)


def require_size(picture: np.ndarray, layers: Sequence[str], what: str) -> None:
    """Raise StylekitError if a picture is smaller than a position of the deepest layer."""
    deepest = max(layers, key=stride)
    height, width = picture.shape[:2]
    if min(height, width) < stride(deepest):
        raise StylekitError(
            f"{what} is {width}x{height} pixels: {deepest} needs at least "
            f"{stride(deepest)} on each side"
        )
