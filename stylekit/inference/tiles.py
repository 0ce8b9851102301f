"""Photographs of any size in bounded memory: tiles that share the whole picture's statistics.

Instance normalization makes every pixel depend on every other, through the means and variances
of the feature maps. Tiles that take their own are painted in contrasts of their own, and show.
Here they are given those of the whole picture (see `models.statistics`), and enough of their
surroundings that nothing else of a border reaches the part that is kept. Where a network takes
noise, a tile gets what the whole picture has there.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np

from stylekit.errors import StylekitError
from stylekit.imaging.window import pad_for_model
from stylekit.inference.card import ModelCard
from stylekit.inference.litert import LiteRTModel
from stylekit.inference.noise_maps import NoiseMaps
from stylekit.inference.sheets import SHEET, sheets

if TYPE_CHECKING:
    from stylekit.inference.maps import StatisticsModel

Tiles = Literal["fast", "exact"]
TILES: tuple[Tiles, ...] = get_args(Tiles)

# Pixels a side that are computed of a tile, where the file does not say.
COMPUTED = 640
# Residual blocks of both networks, where the recipe does not say otherwise.
DEFAULT_BLOCKS = 5
# `exact` sweeps until no mean or deviation moves by more than this share of a deviation.
SETTLED = 1e-3


@dataclass(frozen=True)
class Tile:
    """A part of a picture: rows and columns that are computed, and those of them that are kept."""

    rows: slice
    columns: slice
    kept_rows: slice
    kept_columns: slice

    @property
    def kept(self) -> tuple[slice, slice]:
        """Where the kept part lies in the computed one."""
        return tuple(
            slice(kept.start - whole.start, kept.stop - whole.start)
            for kept, whole in (
                (self.kept_rows, self.rows),
                (self.kept_columns, self.columns),
            )
        )  # type: ignore[return-value]


def tiles(height: int, width: int, computed: tuple[int, int], around: int) -> list[Tile]:
    """Tiles of one size whose kept parts cover a picture without overlap.

    A kept part is at least `around` pixels away from what is cut off of the picture.

    Args:
        height: of the picture; like all of these, a multiple of what the network divides by.
        width: as `height`.
        computed: height and width of a tile, or of the picture where that is smaller.
        around: pixels.
    """
    return [
        Tile(rows, columns, kept_rows, kept_columns)
        for rows, kept_rows in _strips(height, min(height, computed[0]), around)
        for columns, kept_columns in _strips(width, min(width, computed[1]), around)
    ]


def _strips(length: int, computed: int, around: int) -> Iterator[tuple[slice, slice]]:
    """Computed and kept ranges along one side."""
    step = computed - 2 * around
    count = 1 if length <= computed else math.ceil((length - 2 * around) / step)
    kept_from = 0
    for index in range(count):
        last = index == count - 1
        # The last one moves back into the picture, and keeps less.
        start = length - computed if last else index * step
        kept_to = length if last else start + computed - around
        yield slice(start, start + computed), slice(kept_from, kept_to)
        kept_from = kept_to


def surroundings(card: ModelCard) -> int:
    """Pixels that a network sees beyond a pixel, on each side, rounded up to a multiple of 8.

    Two 3×3 convolutions at a quarter of the size for each residual block, and 16 pixels for what
    comes before and after them.
    """
    generator = card.recipe.get("generator", {})
    blocks = generator.get("blocks") or DEFAULT_BLOCKS
    return 8 * math.ceil((8 * int(blocks) + 16) / 8)


class PaddedPhoto:
    """A photograph and the margin that a network wants around it, made tile by tile.

    Attributes:
        height: with margins, a multiple of what the network divides by.
        width: as `height`.
    """

    def __init__(
        self, photo: np.ndarray, card: ModelCard, at_least: tuple[int, int] | None = None
    ) -> None:
        """Pad a photo for a network, up to the only size that a file takes.

        Args:
            photo: `[height, width, 3]`, floats in [0, 1] or uint8.
            card: of the network.
            at_least: height and width, margins included.
        """
        self._photo = photo
        # Where each row and column of the padded photo comes from, by padding their numbers.
        self._rows, self._columns = (
            _sources(photo.shape[axis], card, at_least[axis] if at_least else 0)
            for axis in range(2)
        )
        self.height, self.width = len(self._rows), len(self._columns)
        self.margin = card.margin

    def part(self, rows: slice, columns: slice) -> np.ndarray:
        """float32 `[rows, columns, 3]` in [0, 1]."""
        part = self._photo[np.ix_(self._rows[rows], self._columns[columns])]
        return part.astype(np.float32) / 255 if part.dtype == np.uint8 else part


def _sources(length: int, card: ModelCard, at_least: int) -> np.ndarray:
    """Numbers of the photo's rows (or columns) that make up those of the padded photo."""
    fits = max(length, card.smallest) + 2 * card.margin <= at_least
    # Reflected up to the size of a file, too: a row that is repeated has no texture, and the
    # statistics would be of it as well.
    multiple_of = at_least if fits else card.multiple_of
    numbers = np.arange(length)[:, None, None]
    padded, _ = pad_for_model(numbers, card.margin, multiple_of, card.smallest)
    line: np.ndarray = padded[:, 0, 0]
    return line


def stylize_in_tiles(
    model: LiteRTModel,
    card: ModelCard,
    photo: np.ndarray,
    style_weights: np.ndarray,
    strength: float,
    mode: Tiles = "fast",
    on_tile: Callable[[int, int], None] = lambda done, all_: None,
    seed: int = 0,
) -> np.ndarray:
    """Stylize a photograph in tiles that share the statistics of all of it.

    `fast` takes the statistics from sheets of patches from all over the photograph (see `sheets`).
    `exact` measures them on the photograph itself: since the statistics of a normalization depend
    on those before it, all tiles are swept once for each normalization (13 times in the small
    network), or until nothing changes any more; that is its cost.

    Args:
        model: a file that takes statistics.
        card: of the file.
        photo: `[height, width, 3]`, floats in [0, 1] or uint8.
        style_weights: `[styles]`, sum 1.
        strength: in [0, 1].
        mode: see above.
        on_tile: called with tiles done and tiles in all, each counted in all sweeps that may be
            needed.
        seed: of the noise, for a network that takes it.

    Returns:
        The stylized photograph, of the photo's shape and type.

    Raises:
        StylekitError: the file takes no statistics, or NaN came out.
    """
    if not model.takes_statistics:
        raise StylekitError(
            f"the model {card.name!r} cannot stylize in tiles: export it again with this stylekit"
        )
    feeds = (style_weights[None], np.full((1, 1), strength, np.float32))
    computed = model.fixed_size or (COMPUTED, COMPUTED)
    around = surroundings(card)
    padded = PaddedPhoto(photo, card, model.fixed_size)
    sides = zip((padded.height, padded.width), computed, strict=True)
    if any(side > most and most <= 2 * around for side, most in sides):
        raise StylekitError(
            f"the model {card.name!r} takes photos of {computed[1]}x{computed[0]} only, too small "
            f"for tiles, which need more than {2 * around} pixels a side"
        )
    parts = tiles(padded.height, padded.width, computed, around)
    maps = NoiseMaps.from_card(card.noise)
    statistics = _sampled_statistics(model, card, photo, feeds, seed)
    before = 0
    if mode == "exact":
        # With the schema of TFLite files behind it, which takes long to import.
        from stylekit.inference.maps import StatisticsModel

        measuring = StatisticsModel(model)
        before = measuring.count * len(parts)
        statistics = _swept_statistics(
            measuring, padded, parts, feeds, statistics, on_tile, maps, seed
        )

    picture = np.empty_like(photo)
    for done, tile in enumerate(parts):
        part = padded.part(tile.rows, tile.columns)
        noise = None if maps is None else maps.part(seed, tile.rows, tile.columns)
        stylized = model.run(part[None], *feeds, statistics, noise).stylized[0][tile.kept]
        if not np.isfinite(stylized).all():
            raise StylekitError(f"the model {card.name!r} gave NaN: its weights are damaged")
        _place(picture, stylized, tile.kept_rows.start, tile.kept_columns.start, padded.margin)
        on_tile(before + done + 1, before + len(parts))
    return picture


def _sampled_statistics(
    model: LiteRTModel,
    card: ModelCard,
    photo: np.ndarray,
    feeds: tuple[np.ndarray, np.ndarray],
    seed: int,
) -> np.ndarray:
    """Mean of the statistics of sheets, which have the file's size if that is fixed."""
    height, width = SHEET, SHEET
    if model.fixed_size is not None:
        height, width = (side - 2 * card.margin for side in model.fixed_size)
    maps = NoiseMaps.from_card(card.noise)
    found = []
    for sheet in sheets(photo, height, width):
        padded = PaddedPhoto(sheet, card, model.fixed_size)
        whole = slice(0, padded.height), slice(0, padded.width)
        noise = None if maps is None else maps.part(seed, *whole)
        statistics = model.run(padded.part(*whole)[None], *feeds, noise=noise).statistics
        if statistics is None:
            raise StylekitError(f"the model {card.name!r} takes statistics but gives none")
        found.append(statistics.astype(np.float64))
    mean: np.ndarray = np.mean(found, axis=0).astype(np.float32)
    return mean


def _swept_statistics(
    measuring: "StatisticsModel",
    padded: PaddedPhoto,
    parts: list[Tile],
    feeds: tuple[np.ndarray, np.ndarray],
    start: np.ndarray,
    on_tile: Callable[[int, int], None],
    maps: NoiseMaps | None,
    seed: int,
) -> np.ndarray:
    """Statistics of the whole photograph, found by sweeping its tiles.

    After the k-th sweep those of the first k normalizations are right; the rest, computed from
    estimates, are near, and mostly settle long before all sweeps are done.
    """
    statistics = start
    total = (measuring.count + 1) * len(parts)
    for sweep in range(measuring.count):
        sums = measuring.no_sums()
        for done, tile in enumerate(parts):
            part = padded.part(tile.rows, tile.columns)
            noise = None if maps is None else maps.part(seed, tile.rows, tile.columns)
            measuring.add(sums, part[None], feeds, statistics, tile.kept, noise)
            on_tile(sweep * len(parts) + done + 1, total)
        previous, statistics = statistics, sums.statistics()
        if _change(previous, statistics, sums.sizes) < SETTLED:
            break
    return statistics


def _change(before: np.ndarray, after: np.ndarray, sizes: list[int]) -> float:
    """Largest change of a mean or a deviation, in deviations of its channel.

    Infinite where a flat photograph made features overflow: its small deviations magnify errors
    of earlier normalizations until these are right.
    """
    if not (np.isfinite(before).all() and np.isfinite(after).all()):
        return math.inf
    change = 0.0
    first = 1
    for channels in sizes:
        (old_mean, old_variance), (new_mean, new_variance) = (
            vector[0, 0, 0, first : first + 2 * channels].reshape(2, channels).astype(np.float64)
            for vector in (before, after)
        )
        deviation = np.sqrt(np.maximum(new_variance, 1e-10))
        moved = np.abs(new_mean - old_mean) / deviation
        widened = np.abs(np.sqrt(np.maximum(old_variance, 0)) / deviation - 1)
        # A channel that hardly varies is lifted out of rounding by the normalization's epsilon.
        alive = new_variance > 1e-6
        if alive.any():
            change = max(change, float(moved[alive].max()), float(widened[alive].max()))
        first += 2 * channels
    return change


def _place(picture: np.ndarray, part: np.ndarray, row: int, column: int, margin: int) -> None:
    """Write a part of the padded picture to where it lies without margins."""
    top, left = row - margin, column - margin
    inner = part[max(0, -top) :, max(0, -left) :]
    top, left = max(0, top), max(0, left)
    height = max(0, min(inner.shape[0], picture.shape[0] - top))
    width = max(0, min(inner.shape[1], picture.shape[1] - left))
    values = np.clip(inner[:height, :width], 0, 1)
    if picture.dtype == np.uint8:
        values = np.rint(values * 255)
    picture[top : top + height, left : left + width] = values
