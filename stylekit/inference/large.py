"""Photographs too large to be held as floats: read and stylized in tiles, all in bytes."""

from collections.abc import Callable

import numpy as np

from stylekit.errors import StylekitError
from stylekit.imaging.color import preserve_color
from stylekit.imaging.load import Picture, Source, load_bytes
from stylekit.inference.look import Look
from stylekit.inference.stylizer import Stylizer
from stylekit.inference.tiles import Tiles

# Rows that are recoloured at once.
_STRIP = 256


def stylize_large(
    source: Source,
    stylizer: Stylizer,
    look: Look,
    mode: Tiles = "fast",
    on_tile: Callable[[int, int], None] = lambda done, all_: None,
) -> Picture:
    """Stylize a photograph of any size, holding it and its picture with a byte a value.

    Args:
        source: a photograph.
        stylizer: the network.
        look: what is chosen; colours can be kept by luminance.
        mode: see `tiles.stylize_in_tiles`.
        on_tile: likewise.

    Returns:
        uint8; its transparency is that of the photograph.

    Raises:
        StylekitError: a photograph that cannot be read, a model that cannot stylize in tiles, or
            colours kept by histogram.
    """
    if look.preserve_color == "histogram":
        raise StylekitError(
            "colours cannot be kept by histogram in tiles: use --preserve-color luminance, or "
            "--max-size"
        )
    photo = load_bytes(source)
    picture = stylizer.stylize_in_tiles(
        photo.rgb, look.style, look.strength, mode, on_tile, look.seed
    )
    if look.preserve_color is not None:
        for first in range(0, len(picture), _STRIP):
            rows = slice(first, first + _STRIP)
            parts = (picture[rows] / np.float32(255), photo.rgb[rows] / np.float32(255))
            recoloured = preserve_color(*parts, look.preserve_color)
            picture[rows] = np.rint(recoloured * 255)
    return Picture(picture, photo.alpha)
