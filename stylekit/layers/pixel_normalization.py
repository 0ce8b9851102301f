"""Normalization across the channels of each position."""

import keras
import tensorflow as tf

from stylekit.layers.instance_normalization import ConditionalInstanceNormalization


@keras.saving.register_keras_serializable("stylekit")
class ConditionalPixelNormalization(ConditionalInstanceNormalization):
    """As `ConditionalInstanceNormalization`, with the statistics of each position by itself.

    Mean and variance are over the channels (Ba et al. 2016; Karras et al. 2018, section 4.2,
    without the mean). What is painted at a place then depends on its surroundings alone, and a map
    may be even all over.
    """

    def call(self, features: tf.Tensor, weights: tf.Tensor) -> tf.Tensor:
        weights = tf.cast(weights, tf.float32)
        wide = tf.cast(features, tf.float32)
        centred = wide - tf.reduce_mean(wide, axis=-1, keepdims=True)
        variance = tf.reduce_mean(centred * centred, axis=-1, keepdims=True)
        standardized = centred * tf.math.rsqrt(variance + self.epsilon)
        scaled = standardized * self._blend(self.scale, weights) + self._blend(self.offset, weights)
        return tf.cast(scaled, features.dtype)
