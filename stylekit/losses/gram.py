"""Gram matrices: the summary statistic of texture."""

from collections.abc import Callable

import tensorflow as tf


def gram_matrix(features: tf.Tensor) -> tf.Tensor:
    """Gram matrix of feature maps.

    Features `[batch, height, width, channels]` → float32 `[batch, channels, channels]`, divided by
    `height * width * channels` (Johnson et al. 2016, eq. 3).

    Half-precision products are accumulated in float32 and rounded once, at the end (relative error
    below 1 %). float16 has no room for them: its features are divided first.
    """
    shape = tf.shape(features)
    positions = shape[1] * shape[2]
    channels = features.shape[-1]
    norm = tf.cast(positions * channels, tf.float64 if features.dtype == tf.float64 else tf.float32)
    flat = tf.reshape(features, [-1, positions, channels])
    if flat.dtype == tf.float16:
        return tf.cast(products(flat * tf.cast(tf.math.rsqrt(norm), tf.float16)), tf.float32)
    return tf.cast(products(flat), norm.dtype) / norm


@tf.custom_gradient
def products(flat: tf.Tensor) -> tuple[tf.Tensor, Callable[[tf.Tensor], tf.Tensor]]:
    """`Fᵀ F` of `[..., positions, channels]` → `[..., channels, channels]`.

    Its gradient is `F (D + Dᵀ)` for the gradient `D` of the products: one product where
    differentiating both factors takes two.
    """

    def gradient(upstream: tf.Tensor) -> tf.Tensor:
        return tf.matmul(flat, upstream + tf.linalg.matrix_transpose(upstream))

    return tf.matmul(flat, flat, transpose_a=True), gradient
