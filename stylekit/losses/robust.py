"""Distances that grow slowly with large differences."""

import tensorflow as tf

from stylekit.losses.precision import at_least_float32


def mean_smooth_l1(value: tf.Tensor, target: tf.Tensor) -> tf.Tensor:
    """Mean of `d²/2` where `|d| < 1`, else `|d| - 1/2`, over all axes but the first.

    `d = value - target`; Torch's SmoothL1Criterion. `[batch, ...]` → `[batch]`.
    """
    difference = at_least_float32(value) - at_least_float32(target)
    size = tf.abs(difference)
    distance = tf.where(size < 1, 0.5 * tf.square(difference), size - 0.5)
    return tf.reduce_mean(distance, axis=tf.range(1, tf.rank(distance)))
