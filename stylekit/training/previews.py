"""Previews: how the network paints the same few photographs as training goes on."""

from collections.abc import Mapping, Sequence

import numpy as np
import tensorflow as tf

from stylekit.imaging.sheet import contact_sheet
from stylekit.models.generator import Generator

_CELL = 192


def preview_sheet(
    generator: Generator, photos: Sequence[np.ndarray], styles: Mapping[str, int]
) -> np.ndarray:
    """A row for each photo: the photo, strength 0.5 if there is one style, each style in full.

    Styles are given by name, with their index among the generator's. Photos are squares, float32
    RGB `[size, size, 3]` in [0, 1]; so is the sheet, of another size.
    """
    columns = [(name, index, 1.0) for name, index in styles.items()]
    if len(columns) == 1:
        name, index, _ = columns[0]
        columns.insert(0, (f"{name}, strength 0.5", index, 0.5))
    rows = [
        [photo, *(_stylized(generator, photo, index, strength) for _, index, strength in columns)]
        for photo in photos
    ]
    labels = ["photo", *(label for label, _, _ in columns)]
    return contact_sheet(rows, ["" for _ in rows], labels, _CELL)


def _stylized(generator: Generator, photo: np.ndarray, style: int, strength: float) -> np.ndarray:
    style_weights = tf.one_hot([style], generator.style_count)
    stylized = generator.stylize(photo[None], style_weights, tf.constant([[strength]]))
    return stylized.numpy()[0]
