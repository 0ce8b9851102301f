"""The number format that losses are computed in."""

import tensorflow as tf


def at_least_float32(value: tf.Tensor) -> tf.Tensor:
    """Half-precision tensors in float32, others as they are (tests compute in float64)."""
    value = tf.convert_to_tensor(value)
    return tf.cast(value, tf.float32) if value.dtype.size < 4 else value
