"""Batch normalization as generators of textures use it: conditional, without running averages."""

import keras
import tensorflow as tf

from stylekit.layers.instance_normalization import ConditionalInstanceNormalization


@keras.saving.register_keras_serializable("stylekit")
class ConditionalBatchNormalization(ConditionalInstanceNormalization):
    """As `ConditionalInstanceNormalization`, with statistics over the whole batch.

    Mean and variance of a channel are over batch, height and width (Ioffe and Szegedy 2015), in
    training and inference alike: texture networks were sampled from in training mode
    (DmitryUlyanov/texture_nets, v1). For a batch of one image it is instance normalization.
    """

    def call(self, features: tf.Tensor, weights: tf.Tensor) -> tf.Tensor:
        weights = tf.cast(weights, tf.float32)
        wide = tf.cast(features, tf.float32)
        centred = wide - tf.reduce_mean(wide, axis=[0, 1, 2], keepdims=True)
        variance = tf.reduce_mean(centred * centred, axis=[0, 1, 2], keepdims=True)
        scale = tf.math.rsqrt(variance + self.epsilon) * self._blend(self.scale, weights)
        return tf.cast(centred * scale + self._blend(self.offset, weights), features.dtype)
