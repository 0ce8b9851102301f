"""One sheet with photographs in every style of a model."""

import math
from collections.abc import Sequence

import numpy as np

from stylekit.imaging.color import Preservation
from stylekit.imaging.load import Picture
from stylekit.imaging.sheet import contact_sheet, labelled_grid
from stylekit.inference.look import Look
from stylekit.inference.stylizer import Stylizer


def style_sheet(
    photos: Sequence[np.ndarray],
    stylizer: Stylizer,
    strengths: Sequence[float] = (1.0,),
    blends: bool = False,
    preserve_color: Preservation | None = None,
) -> np.ndarray:
    """Photographs in every style, labelled.

    One photograph at one strength is laid out in rows of its own size; several make a table with
    a row for each photograph and strength.

    Args:
        photos: float32 `[height, width, 3]` in [0, 1], in the size at which they are stylized.
        stylizer: the model.
        strengths: each in [0, 1].
        blends: whether halves of each two neighbouring styles are shown between them.
        preserve_color: as for `Look`.

    Returns:
        float32 `[height, width, 3]` in [0, 1].
    """
    styles = _styles(stylizer.styles, blends)
    rows = [
        [photo, *(_stylized(photo, stylizer, Look(s, strength, preserve_color)) for s in styles)]
        for photo in photos
        for strength in strengths
    ]
    labels = ["photo", *styles.values()]
    if len(rows) == 1:
        return labelled_grid(rows[0], labels, _columns(len(labels)))
    several = len(strengths) > 1
    row_labels = [f"{strength:g}" if several else "" for _ in photos for strength in strengths]
    cell = max(max(photo.shape[:2]) for photo in photos)
    return contact_sheet(rows, row_labels, labels, cell)


def _columns(count: int) -> int:
    """About as many columns as rows, with few places left empty."""
    square = math.ceil(math.sqrt(count))
    return min((square, square + 1), key=lambda columns: -count % columns)


def _styles(names: Sequence[str], blends: bool) -> dict[str, str]:
    """What to ask for and how to call it: each style, and what lies between it and the next."""
    styles = {}
    for name, after in zip(names, [*names[1:], None], strict=True):
        styles[name] = name
        if blends and after is not None:
            styles[f"{name}:0.5,{after}:0.5"] = f"{name} + {after}"
    return styles


def _stylized(photo: np.ndarray, stylizer: Stylizer, look: Look) -> np.ndarray:
    return look.of(Picture(photo), stylizer).rgb
