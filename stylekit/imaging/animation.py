"""Write an animation."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from stylekit.imaging.save import write_image


def write_gif(
    path: str | Path,
    frames: Sequence[np.ndarray],
    milliseconds: int = 80,
    last_milliseconds: int | None = None,
) -> None:
    """Write pictures as a loop, by rename.

    Args:
        path: a GIF file.
        frames: uint8 `[height, width, 3]`, resized to the last one's size.
        milliseconds: that each is shown.
        last_milliseconds: that the last one is shown; as the others if None.

    Raises:
        StylekitError: the file cannot be written.
    """
    height, width = frames[-1].shape[:2]
    images = [Image.fromarray(frame).resize((width, height)) for frame in frames]
    last = milliseconds if last_milliseconds is None else last_milliseconds
    durations = [milliseconds] * (len(images) - 1) + [last]
    options = {"save_all": True, "append_images": images[1:], "duration": durations, "loop": 0}
    write_image(path, images[0], "GIF", **options)
