"""Content: the distance between two feature maps."""

import tensorflow as tf

from stylekit.losses.precision import at_least_float32


def mean_squared_difference(value: tf.Tensor, target: tf.Tensor) -> tf.Tensor:
    """Mean of `(value - target)²` over all axes but the first, in float32 or better.

    `[batch, ...]` and `[batch, ...]` → `[batch]`. On feature maps it is the content loss of
    Johnson et al. 2016, eq. 2; on Gram matrices the style loss of algorithm "fast neural style".
    """
    difference = at_least_float32(value) - at_least_float32(target)
    return tf.reduce_mean(tf.square(difference), axis=tf.range(1, tf.rank(difference)))


def mean_square(value: tf.Tensor) -> tf.Tensor:
    """Mean of `value²` over all axes but the first, in float32 or better.

    `[batch, ...]` → `[batch]`.
    """
    value = at_least_float32(value)
    return tf.reduce_mean(tf.square(value), axis=tf.range(1, tf.rank(value)))
