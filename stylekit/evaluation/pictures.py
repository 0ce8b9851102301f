"""The pictures of an evaluation: photographs as squares, and a crop of a painting."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from stylekit.errors import StylekitError
from stylekit.imaging.load import load_rgb
from stylekit.imaging.resize import resize
from stylekit.training.photographs import folder_photographs

logger = logging.getLogger("stylekit")

# What an interval over photographs needs.
FEWEST = 2


@dataclass(frozen=True)
class Photo:
    """A photograph to evaluate on: its file, and float32 `[size, size, 3]`."""

    path: Path
    pixels: np.ndarray


def middle_square(picture: np.ndarray, size: int) -> np.ndarray:
    """The middle square of a picture `[height, width, 3]`, resized to `[size, size, 3]`."""
    side = min(picture.shape[:2])
    return resize(_middle(picture, side), size, size)


def painting_crop(painting: np.ndarray, size: int) -> np.ndarray:
    """A part of a painting at its own scale, `[size, size, 3]`: what a perfect copyist gives.

    The painting is enlarged only where its shortest side has fewer than `size` pixels.
    """
    return resize(_middle(painting, min(size, *painting.shape[:2])), size, size)


def _middle(picture: np.ndarray, side: int) -> np.ndarray:
    top, left = ((length - side) // 2 for length in picture.shape[:2])
    return picture[top : top + side, left : left + side]


def load_photos(folder: str | Path, count: int | None, size: int) -> list[Photo]:
    """Middle squares of the photographs of a folder and all folders below it.

    `count` of them, taken at even distances in the order of their names; all if None or if there
    are no more. Those that cannot be read are left out, with a warning in the log.

    Raises:
        StylekitError: no such folder, or fewer than two readable photographs.
    """
    paths = _spread(folder_photographs(folder).paths, count)
    photos = []
    for path in paths:
        try:
            photos.append(Photo(path, middle_square(load_rgb(path), size)))
        except StylekitError as error:
            logger.warning("left out a photograph that cannot be read: %s", error)
    if len(photos) < FEWEST:
        raise StylekitError(
            f"an evaluation needs at least {FEWEST} photographs, but {str(folder)!r} gave "
            f"{len(photos)}: intervals are taken over them"
        )
    return photos


def _spread(paths: Sequence[Path], count: int | None) -> list[Path]:
    if count is None or count >= len(paths):
        return list(paths)
    return [paths[int(index)] for index in np.linspace(0, len(paths) - 1, count)]
