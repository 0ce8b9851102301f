"""Total variation: how much neighbouring pixels differ."""

import tensorflow as tf

from stylekit.losses.precision import at_least_float32


def total_variation(images: tf.Tensor, wrap: bool = False) -> tf.Tensor:
    """Squared total variation of images, as means over pixel pairs.

    Images `[batch, height, width, channels]` → float32 `[batch]`:
    `mean((x[i, j] - x[i, j+1])²) + mean((x[i, j] - x[i+1, j])²)`
    (the form of lengstrom/fast-style-transfer, per image). An axis of length 1 adds nothing.
    With `wrap` the last pixel of an axis is followed by its first.
    """
    images = at_least_float32(images)
    if wrap:
        across = tf.square(tf.roll(images, -1, axis=2) - images)
        down = tf.square(tf.roll(images, -1, axis=1) - images)
    else:
        across = tf.square(images[:, :, 1:] - images[:, :, :-1])
        down = tf.square(images[:, 1:] - images[:, :-1])
    return sum(
        tf.math.divide_no_nan(
            tf.reduce_sum(squares, axis=[1, 2, 3]),
            tf.cast(tf.reduce_prod(tf.shape(squares)[1:]), images.dtype),
        )
        for squares in (across, down)
    )
