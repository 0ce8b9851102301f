"""Photographs too large to be held as floats: read, stylized in tiles, written, all in bytes."""

from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import numpy as np

from stylekit.errors import StylekitError
from stylekit.imaging.color import preserve_color
from stylekit.imaging.load import load_bytes
from stylekit.imaging.save import save_bytes
from stylekit.inference.look import Look
from stylekit.inference.stylizer import Stylizer
from stylekit.inference.tiles import Tiles

# Rows that are recoloured at once.
_STRIP = 256


def stylize_large(
    source: str | Path | BinaryIO,
    target: str | Path,
    stylizer: Stylizer,
    look: Look,
    mode: Tiles = "fast",
    on_tile: Callable[[int, int], None] = lambda done, all_: None,
) -> tuple[int, int]:
    """Stylize a photograph of any size, holding it and its picture with a byte a value.

    Args:
        source: a photograph; transparency is laid on white.
        target: the picture to write.
        stylizer: the network.
        look: what is chosen; colours can be kept by luminance.
        mode: see `tiles.stylize_in_tiles`.
        on_tile: likewise.

    Returns:
        Height and width.

    Raises:
        StylekitError: a photograph that cannot be read, a picture that cannot be written, a model
            that cannot stylize in tiles, or colours kept by histogram.
    """
    if look.preserve_color == "histogram":
        raise StylekitError(
            "colours cannot be kept by histogram in tiles: use --preserve-color luminance, or "
            "--max-size"
        )
    photo = load_bytes(source)
    picture = stylizer.stylize_in_tiles(photo, look.style, look.strength, mode, on_tile, look.seed)
    if look.preserve_color is not None:
        for first in range(0, len(photo), _STRIP):
            rows = slice(first, first + _STRIP)
            parts = (picture[rows] / np.float32(255), photo[rows] / np.float32(255))
            recoloured = preserve_color(*parts, look.preserve_color)
            picture[rows] = np.rint(recoloured * 255)
    save_bytes(target, picture)
    return picture.shape[0], picture.shape[1]
