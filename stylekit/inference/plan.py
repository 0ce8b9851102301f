"""What stylizing a photograph will take, before it is done."""

import os
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from stylekit.imaging.load import load, pixel_size
from stylekit.imaging.resize import resize_longest
from stylekit.imaging.save import encode_png
from stylekit.inference.litert import available_threads
from stylekit.inference.stylizer import Stylizer

# Longer sides, in pixels, of the copies that are tried: the difference between the two is what
# pixels cost, without what is spent once.
_SMALL, _LARGE = 384, 768


@dataclass(frozen=True)
class Plan:
    """What a photograph will take on this machine, with nothing else running.

    Attributes:
        photo: the file.
        width: in pixels.
        height: likewise.
        threads: processors that are used.
        seconds: in the network.
        megabytes_of_memory: at the highest, of the whole process; None where the system does not
            say what a process has used.
        megabytes_of_machine: memory that the machine has; None where it does not say.
        megabytes_of_picture: of the PNG file.
    """

    photo: str
    width: int
    height: int
    threads: int
    seconds: float
    megabytes_of_memory: float | None
    megabytes_of_machine: float | None
    megabytes_of_picture: float


def plan_photo(stylizer: Stylizer, photo: str | Path, threads: int | None = None) -> Plan:
    """Stylize two reduced copies of a photograph, and reckon from them what all of it will take.

    `threads` is what the stylizer was opened with.

    Raises:
        StylekitError: a photograph that cannot be read.
    """
    height, width = pixel_size(photo)
    picture = load(photo).rgb
    pixels, seconds, memory = [], [], []
    for size in (_SMALL, _LARGE):
        copy = resize_longest(picture, size)
        stylizer.stylize(copy)  # a first run of a size also makes its plan of memory
        start = time.perf_counter()
        stylized = stylizer.stylize(copy)
        seconds.append(time.perf_counter() - start)
        pixels.append(copy.shape[0] * copy.shape[1])
        memory.append(_peak_memory())

    whole = height * width
    more = (whole - pixels[1]) / (pixels[1] - pixels[0])
    peak = None
    if memory[0] is not None and memory[1] is not None:
        peak = max(memory[1], memory[1] + more * (memory[1] - memory[0]))
    return Plan(
        photo=str(photo),
        width=width,
        height=height,
        threads=threads or available_threads(),
        seconds=seconds[1] * whole / pixels[1],
        megabytes_of_memory=peak,
        megabytes_of_machine=_machine_memory(),
        megabytes_of_picture=len(encode_png(stylized)) / 1e6 * whole / pixels[1],
    )


def _peak_memory() -> float | None:
    """Most memory that this process has had, in megabytes."""
    try:
        import resource
    except ImportError:  # Windows
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1e6 if sys.platform == "darwin" else peak * 1024 / 1e6


def _machine_memory() -> float | None:
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e6
    except (AttributeError, ValueError, OSError):
        return None
