"""Regions out of masks as people draw them: a few colours, soft edges, JPEG noise."""

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import distance_transform_edt, maximum_filter, minimum_filter

from stylekit.errors import StylekitError

MOST_REGIONS = 16

# Distances between colours in RGB, each channel in [0, 1].
_SAME = 0.2  # colours of one region, in one mask
_MATCHING = 0.4  # colours of one region, in two masks that were drawn one after the other
_FLAT = 0.15  # range within 3×3 pixels, in any channel, inside a region

# A colour is a region's if it has this share of the flat pixels; a mask has this share of them.
_LEAST_SHARE = 0.002
_LEAST_FLAT = 0.5

_KMEANS_STEPS = 5


@dataclass(frozen=True)
class Regions:
    """Regions that two masks have in common.

    Attributes:
        colors: of the regions in the style mask, float32 `[regions, 3]` in [0, 1].
        style: float32 `[height, width, regions]`, 1 inside the region and 0 outside.
        target: likewise.
        unused: hexadecimal colours of the style mask that the target mask does not have.
    """

    colors: np.ndarray
    style: np.ndarray
    target: np.ndarray
    unused: list[str]


def match_regions(style_mask: np.ndarray, target_mask: np.ndarray) -> Regions:
    """Regions of two masks, float32 RGB `[height, width, 3]` in [0, 1], by their colours.

    The colours are those of the style mask, by k-means from its most frequent flat ones; pixels
    of soft edges belong to the nearest flat pixel's region.

    Raises:
        StylekitError: a mask has one colour, or too many; or the target mask has a colour that
            the style mask lacks.
    """
    centres = _main_colors(style_mask, "style mask")
    target_centres = _main_colors(target_mask, "target mask")
    distances = np.linalg.norm(target_centres[:, None] - centres[None], axis=2)
    missing = distances.min(axis=1) > _MATCHING
    if missing.any():
        raise StylekitError(
            f"the target mask has the colour {_hexadecimal(target_centres[missing][0])}, which the "
            f"style mask lacks: it has {', '.join(map(_hexadecimal, centres))}"
        )
    used = np.zeros(len(centres), bool)
    used[distances.argmin(axis=1)] = True
    # A target colour is the region that it is nearest to; so are the pixels around it.
    region_of = distances.argmin(axis=1)
    style_labels = _labels(style_mask, centres)
    target_labels = region_of[_labels(target_mask, target_centres)]
    kept = np.flatnonzero(used)
    if len(kept) < 2:
        raise StylekitError(
            "the masks have one region in common, and a doodle needs two or more: use "
            "'stylekit texture' for one"
        )
    return Regions(
        centres[kept],
        _one_hot(style_labels, kept),
        _one_hot(target_labels, kept),
        [_hexadecimal(color) for color in centres[~used]],
    )


def _main_colors(mask: np.ndarray, what: str) -> np.ndarray:
    """Colours of a mask's regions, `[colours, 3]`, the most frequent first."""
    pixels = mask[_flat(mask)]
    if len(pixels) < _LEAST_FLAT * mask.shape[0] * mask.shape[1]:
        raise StylekitError(
            f"the {what} has hardly any flat areas: a mask is drawn in a few plain colours"
        )
    cells, counts = np.unique(np.rint(pixels * 31).astype(np.int64), axis=0, return_counts=True)
    order = np.argsort(counts)[::-1]
    cells, counts = cells[order] / np.float32(31), counts[order]
    centres: list[np.ndarray] = []
    least = max(1, round(_LEAST_SHARE * len(pixels)))
    while len(cells):
        near = np.linalg.norm(cells - cells[0], axis=1) < _SAME
        if counts[near].sum() >= least:
            centres.append(cells[0])
        cells, counts = cells[~near], counts[~near]
    if len(centres) > MOST_REGIONS:
        raise StylekitError(
            f"the {what} has {len(centres)} or more colours: a mask is drawn in at most "
            f"{MOST_REGIONS}, each for a region"
        )
    colors = _kmeans(pixels, np.array(centres, np.float32))
    if len(colors) == 1:
        raise StylekitError(
            f"the {what} has one colour, {_hexadecimal(colors[0])}: a doodle needs two or more"
        )
    return colors


def _kmeans(pixels: np.ndarray, centres: np.ndarray) -> np.ndarray:
    for _ in range(_KMEANS_STEPS):
        labels = _nearest(pixels, centres)
        centres = np.array(
            [
                pixels[labels == k].mean(axis=0) if (labels == k).any() else centre
                for k, centre in enumerate(centres)
            ],
            np.float32,
        )
    return centres


def _labels(mask: np.ndarray, centres: np.ndarray) -> np.ndarray:
    """Index of each pixel's region, `[height, width]`.

    The middle of a soft edge may look like a third region; so it goes to the nearest flat pixel.
    """
    labels = _nearest(mask.reshape(-1, 3), centres).reshape(mask.shape[:2])
    rows, columns = distance_transform_edt(
        ~_flat(mask), return_distances=False, return_indices=True
    )
    return labels[rows, columns]


def _nearest(pixels: np.ndarray, centres: np.ndarray) -> np.ndarray:
    distances = np.stack([np.sum((pixels - centre) ** 2, axis=1) for centre in centres], axis=1)
    return np.argmin(distances, axis=1)


def _flat(mask: np.ndarray) -> np.ndarray:
    """Where a mask is plain: bool `[height, width]`."""
    size = (3, 3, 1)
    return ((maximum_filter(mask, size) - minimum_filter(mask, size)) < _FLAT).all(axis=2)


def _one_hot(labels: np.ndarray, kept: np.ndarray) -> np.ndarray:
    return (labels[:, :, None] == kept).astype(np.float32)


def _hexadecimal(color: np.ndarray) -> str:
    return "#" + "".join(f"{round(float(value) * 255):02x}" for value in color)
