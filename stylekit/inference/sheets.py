"""Sheets: a large photograph in small, of patches at its own scale.

A reduced copy has other texture than the photograph, and so other statistics. A sheet is of
patches from all over the photograph, blended into one another, since a hard edge would be texture
too. The phone app and the page make the same sheets, from the same whole numbers.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count

import numpy as np

# Pixels a side of a sheet, where the file does not say; of a patch, about; of a blended edge.
SHEET = 1024
PATCH = 256
BLENDED = 32
# Sheets that are made at least, if the photograph has the pixels; then all together have this share
# of its pixels, and at most so many of them.
FEWEST = 4
SHARE_OF = 3
MOST_PIXELS = 8 * SHEET * SHEET


@dataclass(frozen=True)
class Line:
    """Where the rows of a sheet (or its columns) come from, `[length]` each.

    A row of the sheet is `(1 - weights) * first + weights * second`, of rows of the photograph.
    """

    first: np.ndarray
    second: np.ndarray
    weights: np.ndarray


def sheets(photo: np.ndarray, height: int, width: int) -> Iterator[np.ndarray]:
    """Sheets of a photograph, as many as give its statistics at little cost.

    Args:
        photo: `[height, width, 3]`, floats in [0, 1] or uint8.
        height: of a sheet, at most; a photograph that is no higher is not cut in this direction.
        width: likewise.

    Yields:
        float32 `[rows, columns, 3]` in [0, 1].
    """
    for rows, columns in plan(photo.shape[0], photo.shape[1], height, width):
        yield _blended(photo, rows, columns)


def plan(height: int, width: int, most_rows: int, most_columns: int) -> list[tuple[Line, Line]]:
    """Rows and columns of each sheet; of them, every part of the photograph has its share."""
    rows, columns = min(height, most_rows), min(width, most_columns)
    pixels, sheet_pixels = height * width, rows * columns
    sampled = min(pixels // SHARE_OF, MOST_PIXELS)
    number = max(sampled // sheet_pixels, min(FEWEST, pixels // sheet_pixels))
    # A step without common divisor, near the golden section: sheets that follow one another in
    # height lie far apart in width.
    step = next(step for step in count(max(1, 5 * number // 8)) if math.gcd(step, number) == 1)
    return [
        (
            line(height, rows, sheet, number),
            line(width, columns, (step * sheet + number // 2) % number, number),
        )
        for sheet in range(number)
    ]


def sampled_pixels(height: int, width: int) -> int:
    """Pixels of all sheets of a photograph of this size, where the file does not say theirs."""
    return sum(
        len(rows.first) * len(columns.first) for rows, columns in plan(height, width, SHEET, SHEET)
    )


def line(length: int, most: int, place: int, number: int) -> Line:
    """One side of a sheet.

    A side that is no longer than a sheet's is taken as it is. Of a longer one, patches begin at
    places evenly spread, the first at its beginning and the last at its end, by turns in each of
    `number` sheets, of which this is the one at `place`.
    """
    if length <= most:
        same = np.arange(length)
        return Line(same, same, np.zeros(length, np.float32))
    patches = max(2, (most + PATCH // 2) // PATCH)
    side = most // patches
    last = patches * number - 1
    starts = np.array(
        [(patch * number + place) * (length - side) // last for patch in range(patches)]
    )
    positions = np.arange(patches * side)
    # The patch before the nearest edge between two, and how far beyond that edge a position is.
    before = np.clip((positions + side // 2) // side - 1, 0, patches - 2)
    beyond = positions - (before + 1) * side
    weights = np.clip((beyond + BLENDED / 2 + 0.5) / BLENDED, 0, 1).astype(np.float32)
    first = np.clip(starts[before] + side + beyond, 0, length - 1)
    second = np.clip(starts[before + 1] + beyond, 0, length - 1)
    return Line(first, second, weights)


def _blended(photo: np.ndarray, rows: Line, columns: Line) -> np.ndarray:
    sheet: np.ndarray = np.zeros((len(rows.first), len(columns.first), 3), np.float32)
    for row_numbers, row_weights in _two(rows):
        for column_numbers, column_weights in _two(columns):
            weights = row_weights[:, None, None] * column_weights[:, None]
            sheet += weights * photo[np.ix_(row_numbers, column_numbers)]
    return sheet / np.float32(255) if photo.dtype == np.uint8 else sheet


def _two(line: Line) -> tuple[tuple[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]:
    """What a line is made of: numbers and weights, twice."""
    return (line.first, 1 - line.weights), (line.second, line.weights)
