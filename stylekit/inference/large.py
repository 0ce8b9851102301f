"""Photographs too large to be held as floats: read and stylized in tiles, all in bytes."""

from collections.abc import Callable, Iterator

import numpy as np

from stylekit.imaging.color import Preservation, recoloring
from stylekit.imaging.load import Picture, Source, load_bytes
from stylekit.inference.look import Look
from stylekit.inference.stylizer import Stylizer
from stylekit.inference.tiles import Tiles

# Pixels that are recoloured at once, in whole rows.
_STRIP = 1 << 20


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
        look: what is chosen.
        mode: see `tiles.stylize_in_tiles`.
        on_tile: likewise.

    Returns:
        uint8; its transparency is that of the photograph.

    Raises:
        StylekitError: a photograph that cannot be read, a model that cannot stylize in tiles.
    """
    photo = load_bytes(source)
    picture = stylizer.stylize_in_tiles(
        photo.rgb, look.style, look.strength, mode, on_tile, look.seed
    )
    if look.preserve_color is not None:
        _recolor(picture, photo.rgb, look.preserve_color)
    return Picture(picture, photo.alpha)


def _recolor(picture: np.ndarray, photo: np.ndarray, how: Preservation) -> None:
    """Give a stylized picture, uint8 `[height, width, 3]`, the colours of its photo, in place."""
    height, width = picture.shape[:2]
    step = max(1, _STRIP // width)
    strips = [slice(first, first + step) for first in range(0, height, step)]

    def floats() -> Iterator[tuple[np.ndarray, np.ndarray]]:
        for rows in strips:
            yield picture[rows] / np.float32(255), photo[rows] / np.float32(255)

    recolor = recoloring(how, floats())
    for rows, parts in zip(strips, floats(), strict=True):
        picture[rows] = np.rint(recolor(*parts) * 255)
