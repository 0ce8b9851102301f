"""What Python computes, for the tests of other languages: `write_imaging_goldens.py FILE.json`.

Padding, resizing, sheets and colour preservation on a few pixels; tests/goldens/imaging.json is its
output.
"""

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from stylekit.files import atomic_path
from stylekit.imaging.color import preserve_color
from stylekit.imaging.window import pad_for_model
from stylekit.inference.sheets import sheets

# Length of a side, margin, multiple, smallest.
PADDINGS = [(1, 2, 4, 1), (2, 3, 4, 1), (5, 2, 4, 1), (7, 8, 4, 16), (21, 8, 4, 16), (34, 0, 4, 16)]
# Height and width, from and to.
RESIZES = [((6, 8), (3, 5)), ((5, 4), (9, 11)), ((4, 7), (4, 7)), ((1, 9), (1, 2))]
# Height and width of a photograph, and of its sheets at most.
SHEETS = [((300, 420), (96, 128)), ((80, 500), (96, 96)), ((60, 50), (64, 64))]


def main() -> None:
    """Compute and write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", type=Path)
    with atomic_path(parser.parse_args().file) as temporary:
        temporary.write_text(json.dumps(goldens(), indent=1) + "\n", encoding="utf-8")


def goldens() -> dict[str, Any]:
    """Inputs and outputs by what is computed; pictures are lists of bytes, RGB."""
    random = np.random.default_rng(7)
    return {
        "padding": [_padding(*case) for case in PADDINGS],
        "resize": [_resize(random, *case) for case in RESIZES],
        "luminance": [_luminance(random)],
        "sheets": [_sheets(*case) for case in SHEETS],
    }


def _padding(length: int, margin: int, multiple_of: int, smallest: int) -> dict[str, Any]:
    numbers = np.arange(length)[:, None, None]
    padded, _ = pad_for_model(numbers, margin, multiple_of, smallest)
    return {
        "length": length,
        "margin": margin,
        "multiple_of": multiple_of,
        "smallest": smallest,
        "indices": padded[:, 0, 0].tolist(),
    }


def _resize(
    random: np.random.Generator, before: tuple[int, int], after: tuple[int, int]
) -> dict[str, Any]:
    pixels = random.integers(0, 256, (*before, 3), np.uint8)
    resized = Image.fromarray(pixels).resize(after[::-1], Image.Resampling.BILINEAR)
    return {"input": _picture(pixels), "output": _picture(np.asarray(resized))}


def _luminance(random: np.random.Generator) -> dict[str, Any]:
    photo, stylized = random.integers(0, 256, (2, 4, 5, 3), np.uint8)
    kept = preserve_color(stylized / np.float32(255), photo / np.float32(255), "luminance")
    output = np.rint(kept * 255).astype(np.uint8)
    return {
        "photo": _picture(photo),
        "stylized": _picture(stylized),
        "output": _picture(output),
    }


def _sheets(size: tuple[int, int], most: tuple[int, int]) -> dict[str, Any]:
    """Sheets of a photo whose bytes, RGB, are `(97 * i + i // 5) % 256`, i from 0.

    Of each the checksum: the sum of its bytes, halves rounded up, each times `i % 251 + 1`.
    """
    numbers = np.arange(3 * size[0] * size[1])
    photo = ((97 * numbers + numbers // 5) % 256).astype(np.uint8).reshape(*size, 3)
    found = []
    for sheet in sheets(photo, *most):
        # Weights are 64ths, so that a half is one, but for the rounding of the division by 255.
        values = np.floor(sheet * 255 + 0.5001).astype(np.int64).ravel()
        checksum = int((values * (np.arange(len(values)) % 251 + 1)).sum())
        found.append({"height": sheet.shape[0], "width": sheet.shape[1], "checksum": checksum})
    return {
        "height": size[0],
        "width": size[1],
        "most_rows": most[0],
        "most_columns": most[1],
        "sheets": found,
    }


def _picture(pixels: np.ndarray) -> dict[str, Any]:
    height, width = pixels.shape[:2]
    return {"height": height, "width": width, "pixels": pixels.ravel().tolist()}


if __name__ == "__main__":
    main()
