"""What stylizing a photograph will take, before it is done."""

import os
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from stylekit.imaging.load import load_bytes, pixel_size
from stylekit.imaging.resize import resize_longest
from stylekit.imaging.save import encode_png
from stylekit.inference.card import ModelCard
from stylekit.inference.look import MOST_PIXELS, load_within
from stylekit.inference.sheets import SHEET, sampled_pixels
from stylekit.inference.stylizer import Stylizer
from stylekit.inference.tiles import COMPUTED, surroundings, tiles
from stylekit.processor import available_threads

# Longer sides, in pixels, of the copies that are tried: the difference between the two is what
# pixels cost, without what is spent once.
_SMALL, _LARGE = 384, 768

# Bytes a pixel of the arrays around the network: photo, padded photo, output and picture as
# floats; in tiles, photo and picture with a byte a value.
_ARRAYS, _ARRAYS_IN_TILES = 60, 6


@dataclass(frozen=True)
class Plan:
    """What a photograph will take on this machine, with nothing else running.

    Attributes:
        photo: the file.
        width: in pixels.
        height: likewise.
        in_tiles: whether it is so large that it is stylized in tiles, in bounded memory.
        threads: processors that are used.
        seconds: in the network.
        megabytes_of_memory: at the highest, of the whole process; None where the system does not
            say what a process uses.
        megabytes_of_machine: memory that the machine has; None where it does not say.
        megabytes_of_picture: of the PNG file.
    """

    photo: str
    width: int
    height: int
    in_tiles: bool
    threads: int
    seconds: float
    megabytes_of_memory: float | None
    megabytes_of_machine: float | None
    megabytes_of_picture: float


def plan_photo(stylizer: Stylizer, photo: str | Path, threads: int | None = None) -> Plan:
    """Stylize two reduced copies of a photograph, and reckon from them what all of it will take.

    `threads` is what the stylizer was opened with.

    Raises:
        StylekitError: a photograph that cannot be read, or is too large for a run, which has no
            tiles.
    """
    height, width = pixel_size(photo)
    whole = height * width
    in_tiles = whole > MOST_PIXELS and stylizer.takes_tiles
    rgb = load_bytes(photo).rgb / np.float32(255) if in_tiles else load_within(photo, None).rgb
    height, width = rgb.shape[:2]  # upright
    # Tiles are computed in floats, a whole photograph may be in int8.
    network = stylizer.in_floats if in_tiles else stylizer
    copies = [resize_longest(rgb, size) for size in (_SMALL, _LARGE)]
    del rgb
    seconds, memory = [], []
    for copy in copies:
        network.stylize(copy)  # a first run of a size also makes its plan of memory
        start = time.perf_counter()
        stylized = network.stylize(copy)
        seconds.append(time.perf_counter() - start)
        memory.append(_memory())

    card = stylizer.card
    small, large = (_padded_pixels(copy.shape[0], copy.shape[1], card) for copy in copies)
    computed = (_pixels_in_tiles if in_tiles else _padded_pixels)(height, width, card)
    peak = None
    if memory[0] is not None and memory[1] is not None:
        at_once = SHEET**2 if in_tiles else computed
        growth = max(0.0, (memory[1] - memory[0]) / (large - small))
        arrays = (_ARRAYS_IN_TILES if in_tiles else _ARRAYS) * whole / 1e6
        peak = memory[1] + (at_once - large) * growth + arrays
    return Plan(
        photo=str(photo),
        width=width,
        height=height,
        in_tiles=in_tiles,
        threads=threads or available_threads(),
        seconds=seconds[1] * computed / large,
        megabytes_of_memory=peak,
        megabytes_of_machine=_machine_memory(),
        megabytes_of_picture=len(encode_png(stylized)) / 1e6 * whole / stylized[..., 0].size,
    )


def _padded_pixels(height: int, width: int, card: ModelCard) -> int:
    """Pixels that the network sees of a photo of this size; of a strip, most are margin."""
    rows, columns = (max(side, card.smallest) + 2 * card.margin for side in (height, width))
    return rows * columns


def _pixels_in_tiles(height: int, width: int, card: ModelCard) -> int:
    """Pixels that are computed for all tiles, what they share counted each time, and sheets."""
    parts = tiles(height, width, (COMPUTED, COMPUTED), surroundings(card))
    return len(parts) * COMPUTED**2 + sampled_pixels(height, width)


def _memory() -> float | None:
    """Memory that this process holds now, in megabytes, where the system is a Linux."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except (OSError, IndexError, ValueError):
        return None
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def _machine_memory() -> float | None:
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e6
    except (AttributeError, ValueError, OSError):
        return None
