"""Resize images."""

import numpy as np
from PIL import Image

from stylekit.errors import StylekitError

# Pixels of the other side that a filter needs where an image is wrapped: those of Lanczos' three
# lobes for half the size, the most that is asked for.
_AROUND = 8


def resize(image: np.ndarray, height: int, width: int, wrap: bool = False) -> np.ndarray:
    """Resize with Lanczos' filter, antialiased when shrinking, in floats throughout.

    Args:
        image: float `[H, W]` or `[H, W, channels]` in [0, 1].
        height: pixels, at least 1.
        width: pixels, at least 1.
        wrap: the image continues at its other side, and so will the result.

    Returns:
        float32 `[height, width]` or `[height, width, channels]`, clipped to [0, 1].

    Raises:
        StylekitError: a height or width below 1.
    """
    if height < 1 or width < 1:
        raise StylekitError(f"cannot resize an image to {width}x{height}: sizes start at 1")
    if image.ndim == 2:
        return resize(image[:, :, None], height, width, wrap)[:, :, 0]
    if image.shape[:2] == (height, width):
        return image.astype(np.float32)
    around = _AROUND if wrap else 0
    box = (around, around, around + image.shape[1], around + image.shape[0])
    image = np.pad(image, [(around, around), (around, around), (0, 0)], mode="wrap")
    channels = [
        Image.fromarray(np.ascontiguousarray(channel, np.float32)).resize(
            (width, height), Image.Resampling.LANCZOS, box=box
        )
        for channel in np.moveaxis(image, 2, 0)
    ]
    # Lanczos' filter has negative lobes: it overshoots at edges.
    return np.clip(np.stack([np.asarray(c) for c in channels], axis=2), 0, 1)


def resize_shortest(image: np.ndarray, size: int) -> np.ndarray:
    """Resize so that the shorter side has `size` pixels, keeping the aspect ratio."""
    return _scaled(image, size, min(image.shape[:2]))


def resize_longest(image: np.ndarray, size: int) -> np.ndarray:
    """Resize so that the longer side has `size` pixels, keeping the aspect ratio."""
    return _scaled(image, size, max(image.shape[:2]))


def _scaled(image: np.ndarray, size: int, side: int) -> np.ndarray:
    """Scale by `size / side`; no side falls below 1 pixel."""
    if size < 1:
        raise StylekitError(f"cannot resize an image to {size} pixels: sizes start at 1")
    height, width = (max(1, round(length * size / side)) for length in image.shape[:2])
    return resize(image, height, width)
