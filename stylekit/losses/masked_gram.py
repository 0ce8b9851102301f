"""Gram matrices of the regions of an image."""

import tensorflow as tf

from stylekit.losses.gram import products
from stylekit.losses.precision import at_least_float32


def masked_gram_sums(features: tf.Tensor, masks: tf.Tensor) -> tf.Tensor:
    """`F_r F_rᵀ` with `F_r = F ∘ R_r` for each region r, summed over positions.

    Features `[1, height, width, channels]` and masks `[1, height, width, regions]` in [0, 1] →
    float32 `[regions, channels, channels]` (DmitryUlyanov/fast-neural-doodle, style_loss.lua).
    Products of bfloat16 are accumulated in float32 and rounded once; sums over positions have no
    room in float16, whose features are multiplied in float32.
    """
    if features.dtype == tf.float16:
        features = tf.cast(features, tf.float32)
    channels, regions = features.shape[-1], masks.shape[-1]
    flat = tf.reshape(features, [-1, channels])
    flat_masks = tf.reshape(tf.cast(masks, flat.dtype), [-1, regions])
    grams = []
    for region in range(regions):
        masked = flat * flat_masks[:, region, None]
        grams.append(products(masked))
    return at_least_float32(tf.stack(grams))


def masked_gram_matrices(sums: tf.Tensor, masks: tf.Tensor) -> tf.Tensor:
    """`masked_gram_sums` divided by channels times the area of the region.

    `masks` are those of the whole image; a region without area stays zero. With one mask of ones
    it is `losses.gram.gram_matrix`. The published text prints the area as a factor; it divides in
    the code, and by the argument of the text.
    """
    area = tf.reduce_sum(tf.cast(masks, sums.dtype), axis=[0, 1, 2])
    divisor = area * tf.cast(tf.shape(sums)[-1], sums.dtype)
    return tf.math.divide_no_nan(sums, divisor[:, None, None])
