"""Fit a photograph of any size to a network, and cut its part out of the output."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Window:
    """Where a photograph lies in its padded form, in pixels."""

    top: int
    left: int
    height: int
    width: int

    def crop(self, output: np.ndarray) -> np.ndarray:
        """The photograph's part of `[..., padded height, padded width, channels]`."""
        return output[
            ...,
            self.top : self.top + self.height,
            self.left : self.left + self.width,
            :,
        ]


def pad_for_model(
    rgb: np.ndarray, margin: int, multiple_of: int, smallest: int
) -> tuple[np.ndarray, Window]:
    """Pad an image to a size that a network takes.

    First the last row and column are repeated up to the smallest size; then the image is
    reflected (again and again if it is smaller than the padding) by the margin on all sides, and
    further at the bottom and right until height and width are multiples.

    Args:
        rgb: `[height, width, 3]`, from 1×1 up.
        margin: pixels on every side, for borders without a band.
        multiple_of: what height and width with margins must be divisible by.
        smallest: least height and width, margins not counted.

    Returns:
        The padded image, and the window of the original in it: `window.crop(padded)` is `rgb`.
    """
    height, width = rgb.shape[:2]
    repeated = [(0, max(0, smallest - height)), (0, max(0, smallest - width)), (0, 0)]
    large_enough = np.pad(rgb, repeated, mode="edge")
    reflected = [
        (margin, margin + -(length + 2 * margin) % multiple_of) for length in large_enough.shape[:2]
    ]
    padded = np.pad(large_enough, [*reflected, (0, 0)], mode="reflect")
    return padded, Window(margin, margin, height, width)
