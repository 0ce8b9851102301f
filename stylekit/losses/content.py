"""Content: the distance between two feature maps."""

import tensorflow as tf


def mean_squared_difference(value: tf.Tensor, target: tf.Tensor) -> tf.Tensor:
    """Mean of `(value - target)²` over all axes but the first, in float32.

    `[batch, ...]` and `[batch, ...]` → `[batch]`. On feature maps it is the content loss of
    Johnson et al. 2016, eq. 2; on Gram matrices the style loss of algorithm "fast neural style".
    """
    difference = tf.cast(value, tf.float32) - tf.cast(target, tf.float32)
    return tf.reduce_mean(tf.square(difference), axis=tf.range(1, tf.rank(difference)))


def mean_square(value: tf.Tensor) -> tf.Tensor:
    """Mean of `value²` over all axes but the first, in float32: `[batch, ...]` → `[batch]`."""
    value = tf.cast(value, tf.float32)
    return tf.reduce_mean(tf.square(value), axis=tf.range(1, tf.rank(value)))
