"""Find the images in a folder."""

import os
from collections.abc import Iterator
from pathlib import Path

# What imaging.load opens; other files of a folder (texts, videos) are passed over in silence.
SUFFIXES = frozenset((".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff", ".gif", ".ppm"))


def images_below(root: Path) -> list[Path]:
    """Images of a folder and everything below it, links followed, hidden names left out.

    Their order depends on their names alone.
    """
    return sorted(_images_below(root), key=lambda path: path.relative_to(root).parts)


def _images_below(root: Path) -> Iterator[Path]:
    seen: set[str] = set()
    for folder, folders, files in os.walk(root, followlinks=True):
        real = os.path.realpath(folder)
        if real in seen:  # a link that leads back up
            folders.clear()
            continue
        seen.add(real)
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in files:
            if not name.startswith(".") and Path(name).suffix.lower() in SUFFIXES:
                yield Path(folder, name)
