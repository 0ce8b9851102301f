"""What each style looks like, small enough to ride in a model file."""

import io

import numpy as np
import tensorflow as tf
from PIL import Image

from stylekit.imaging.load import load_rgb
from stylekit.imaging.resize import resize
from stylekit.models.generator import Generator
from stylekit.training.photographs import packaged_photographs

# Pixels a side: of the photo that is stylized, where strokes have their size, and of what is kept.
STYLIZED = 192
KEPT = 48
QUALITY = 55


def previews_for(generator: Generator, styles: list[str]) -> dict[str, bytes]:
    """One photograph in each style, as WebP by the name of its file, in the styles' order.

    The tables alone at the start of a JPEG are as large as one of these pictures.
    """
    photo = tf.constant(_photo()[None])
    pictures = {}
    for index in range(len(styles)):
        weights = tf.one_hot([index], len(styles))
        stylized = generator.stylize(photo, weights, tf.ones([1, 1]))
        pictures[f"preview_{index}.webp"] = webp(resize(np.asarray(stylized)[0], KEPT, KEPT))
    return pictures


def _photo() -> np.ndarray:
    """The middle square of the last of the packages' photographs: a flower."""
    photo = load_rgb(packaged_photographs().paths[-1])
    side = min(photo.shape[:2])
    top, left = ((length - side) // 2 for length in photo.shape[:2])
    return resize(photo[top : top + side, left : left + side], STYLIZED, STYLIZED)


def webp(picture: np.ndarray) -> bytes:
    """A picture `[height, width, 3]` in [0, 1] as a small WebP file."""
    stream = io.BytesIO()
    image = Image.fromarray(np.rint(np.clip(picture, 0, 1) * 255).astype(np.uint8))
    image.save(stream, "WEBP", quality=QUALITY, method=6)
    return stream.getvalue()
