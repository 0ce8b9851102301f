"""Previews: how the network paints the same few photographs as training goes on."""

from collections.abc import Mapping, Sequence

import numpy as np
import tensorflow as tf

from stylekit.imaging.sheet import contact_sheet
from stylekit.models.generator import Generator

_CELL = 192
_OTHER_SEEDS = (1, 2)


def preview_sheet(
    generator: Generator, photos: Sequence[np.ndarray], styles: Mapping[str, int]
) -> np.ndarray:
    """A row for each photo: the photo, strength 0.5 if there is one style, each style in full.

    A network of one style with noise shows the style with several seeds.

    Styles are given by name, with their index among the generator's. Photos are squares, float32
    RGB `[size, size, 3]` in [0, 1]; so is the sheet, of another size.
    """
    # Label, and the style's index, strength and seed.
    columns = [(name, (index, 1.0, 0)) for name, index in styles.items()]
    if len(columns) == 1:
        name, (index, *_) = columns[0]
        columns.insert(0, (f"{name}, strength 0.5", (index, 0.5, 0)))
        if generator.noise is not None:
            columns += [(f"{name}, seed {seed}", (index, 1.0, seed)) for seed in _OTHER_SEEDS]
    rows = [
        [photo, *(_stylized(generator, photo, *settings) for _, settings in columns)]
        for photo in photos
    ]
    labels = ["photo", *(label for label, _ in columns)]
    return contact_sheet(rows, ["" for _ in rows], labels, _CELL)


def _stylized(
    generator: Generator, photo: np.ndarray, style: int, strength: float, seed: int
) -> np.ndarray:
    style_weights = tf.one_hot([style], generator.style_count)
    stylized = generator.stylize(photo[None], style_weights, tf.constant([[strength]]), seed)
    return stylized.numpy()[0]
