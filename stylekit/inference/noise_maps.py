"""Noise of several scales for stylization networks: maps at a quarter of the size."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from stylekit.errors import StylekitError
from stylekit.inference.noise import uniform_at

# Pixels of the photo on a side for each element of a map.
STRIDE = 4
# Numbers of a grid in a row, so that a place has the same noise in a picture of any width.
_ROW = 1 << 16


@dataclass(frozen=True)
class NoiseMaps:
    """The noise that a network takes: a channel for each scale.

    A channel is a grid of uniform numbers, `cell` elements apart, with linear interpolation
    between them (docs/noise.md). Noise at a place depends on the seed and the place alone: a part
    of a picture has the noise that the whole has there.

    Attributes:
        cells: distance of the grid's points in each channel, in elements of the map.
    """

    cells: tuple[int, ...]

    @classmethod
    def of_scales(cls, count: int) -> "NoiseMaps":
        """Channels for `count` scales, each twice as coarse as the one before."""
        return cls(tuple(2**scale for scale in range(count)))

    @classmethod
    def from_card(cls, values: dict[str, Any]) -> "NoiseMaps | None":
        """What the card of a model says of its noise; None if it takes none.

        Raises:
            StylekitError: values that no card of this version has.
        """
        if not values:
            return None
        cells = values.get("cells")
        if (
            values.get("stride") != STRIDE
            or not (isinstance(cells, list) and cells)
            or not all(isinstance(cell, int) and cell >= 1 for cell in cells)
        ):
            raise StylekitError(f"the model card is damaged: noise = {values!r}")
        return cls(tuple(cells))

    def to_card(self) -> dict[str, Any]:
        """What `from_card` reads."""
        return {"stride": STRIDE, "cells": list(self.cells)}

    def of(self, seed: int, height: int, width: int) -> np.ndarray:
        """Noise of a photo with these sides, in pixels and margins included, multiples of 4.

        float32 `[1, height / 4, width / 4, channels]` in [0, 1).

        Raises:
            StylekitError: a seed that is not from 0 to 4294967295.
        """
        return self.part(seed, slice(0, height), slice(0, width))

    def part(self, seed: int, rows: slice, columns: slice) -> np.ndarray:
        """As `of`, for a part of a photo; rows and columns are in pixels, multiples of 4."""
        channels = [
            _interpolated(seed, channel, cell, rows, columns)
            for channel, cell in enumerate(self.cells)
        ]
        return np.stack(channels, axis=-1)[None].astype(np.float32)


def _interpolated(seed: int, channel: int, cell: int, rows: slice, columns: slice) -> np.ndarray:
    """One channel, float64 `[rows, columns]`. Exact for cells that are powers of two up to 2¹⁰."""
    (top, bottom, down), (left, right, across) = (_places(part, cell) for part in (rows, columns))
    grid_rows = np.arange(top[0], bottom[-1] + 1, dtype=np.int64)
    grid_columns = np.arange(left[0], right[-1] + 1, dtype=np.int64)
    grid = uniform_at(seed, channel, grid_rows[:, None] * _ROW + grid_columns).astype(np.float64)
    top, bottom, left, right = top - top[0], bottom - top[0], left - left[0], right - left[0]
    between_rows = grid[top] + (grid[bottom] - grid[top]) * down[:, None]
    begin, end = between_rows[:, left], between_rows[:, right]
    interpolated: np.ndarray = begin + (end - begin) * across
    return interpolated


def _places(part: slice, cell: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Numbers of the grid's points before and after each element, and how far it is between them.

    Points lie in the middle of cells; the first one is a cell before the picture.
    """
    elements = np.arange(part.start // STRIDE, part.stop // STRIDE)
    places = (elements + 0.5) / cell + 0.5
    before = np.floor(places).astype(np.int64)
    return before, before + 1, places - before
