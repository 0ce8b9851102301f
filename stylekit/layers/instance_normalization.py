"""Instance normalization and its conditional form."""

from typing import Any

import keras
import tensorflow as tf

EPSILON = 1e-5  # Ulyanov et al. 2016, InstanceNormalization.lua


def standardize(features: tf.Tensor, epsilon: float = EPSILON) -> tf.Tensor:
    """`(x - mean) / sqrt(variance + epsilon)` for every image and channel, in float32.

    Features `[batch, height, width, channels]` of any float type → float32 of the same shape;
    mean and biased variance are over height and width. The mean is taken out before squaring, so
    activations up to 6e4 stay finite and keep their precision. Rank 4 throughout, and made of
    MEAN, SUB, MUL, ADD and RSQRT alone, which every TFLite delegate runs.
    """
    centred, scale = centre(features, epsilon)
    return centred * scale


def centre(features: tf.Tensor, epsilon: float = EPSILON) -> tuple[tf.Tensor, tf.Tensor]:
    """The two factors of `standardize`: `x - mean` and `1 / sqrt(variance + epsilon)`.

    Apart, so that a layer can multiply its own scale into the second, which is small
    (`[batch, 1, 1, channels]`), instead of passing over the whole map once more.
    """
    features = tf.cast(features, tf.float32)
    centred = features - tf.reduce_mean(features, axis=[1, 2], keepdims=True)
    variance = tf.reduce_mean(centred * centred, axis=[1, 2], keepdims=True)
    return centred, tf.math.rsqrt(variance + epsilon)


@tf.custom_gradient
def normalize(
    features: tf.Tensor, scale: tf.Tensor, offset: tf.Tensor, epsilon: float
) -> tuple[tf.Tensor, Any]:
    """`scale * standardize(features) + offset`, with its gradient in closed form.

    Features `[batch, height, width, channels]`, scale and offset float32 `[batch, 1, 1,
    channels]` → the features' shape and type. With `n` positions, `h = standardize(features)`
    and `d` the gradient of the output, the gradients are

        offset: sum(d)      scale: sum(d h)
        features: scale / sqrt(variance + epsilon) * (d - sum(d) / n - h sum(d h) / n)

    (Ioffe and Szegedy 2015, section 3, where the batch is one image.) Automatic differentiation
    of `centre` gives the same in twice as many passes over the map, and such passes are what a
    generator's step spends its time in.
    """
    centred, inverse = centre(features, epsilon)
    normalized = tf.cast(centred * (inverse * scale) + offset, features.dtype)

    def gradient(upstream: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor, None]:
        upstream = tf.cast(upstream, tf.float32)
        total = tf.reduce_sum(upstream, axis=[1, 2], keepdims=True)
        correlation = inverse * tf.reduce_sum(upstream * centred, axis=[1, 2], keepdims=True)
        positions = tf.cast(tf.reduce_prod(tf.shape(features)[1:3]), tf.float32)
        factor = inverse * scale
        inner = factor * upstream - centred * (factor * inverse * correlation / positions)
        inner -= factor * total / positions
        return tf.cast(inner, features.dtype), correlation, total, None

    return normalized, gradient


@keras.saving.register_keras_serializable("stylekit")
class InstanceNormalization(keras.layers.Layer):
    """`y = scale * (x - mean) / sqrt(variance + epsilon) + offset` for each image and channel.

    Ulyanov, Vedaldi, Lempitsky 2016. Features `[batch, height, width, channels]` → the same shape
    and type. Statistics in float32 over height and width, in training and inference alike: no
    running averages. A 1×1 map gives `offset`.
    """

    def __init__(self, epsilon: float = EPSILON, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.epsilon = epsilon

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        channels = input_shape[-1]
        self.scale = self.add_weight(name="scale", shape=(channels,), initializer="ones")
        self.offset = self.add_weight(name="offset", shape=(channels,), initializer="zeros")

    def call(self, features: tf.Tensor) -> tf.Tensor:
        centred, inverse = centre(features, self.epsilon)
        scale = tf.cast(tf.convert_to_tensor(self.scale), tf.float32)
        offset = tf.cast(tf.convert_to_tensor(self.offset), tf.float32)
        return tf.cast(centred * (inverse * scale) + offset, features.dtype)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "epsilon": self.epsilon}


@keras.saving.register_keras_serializable("stylekit")
class ConditionalInstanceNormalization(keras.layers.Layer):
    """Instance normalization whose scale and offset are picked or blended by weights.

    Dumoulin, Shlens, Kudlur 2017: `y = (w @ scale) * (x - mean) / sqrt(variance + epsilon) +
    (w @ offset)`. Called with features `[batch, height, width, channels]` and weights
    `[batch, conditions]`; a one-hot row picks a condition, any other blends.
    """

    def __init__(self, epsilon: float = EPSILON, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.epsilon = epsilon

    def build(
        self, features_shape: tuple[int | None, ...], weights_shape: tuple[int | None, ...]
    ) -> None:
        shape = (weights_shape[-1], features_shape[-1])
        self.scale = self.add_weight(name="scale", shape=shape, initializer="ones")
        self.offset = self.add_weight(name="offset", shape=shape, initializer="zeros")

    def call(self, features: tf.Tensor, weights: tf.Tensor) -> tf.Tensor:
        weights = tf.cast(weights, tf.float32)
        scale = self._blend(self.scale, weights)
        offset = self._blend(self.offset, weights)
        return normalize(features, scale, offset, self.epsilon)

    def _blend(self, rows: keras.Variable, weights: tf.Tensor) -> tf.Tensor:
        """Rows `[conditions, channels]` weighted to `[batch, 1, 1, channels]`."""
        blended = tf.matmul(weights, tf.cast(tf.convert_to_tensor(rows), tf.float32))
        return tf.reshape(blended, [-1, 1, 1, rows.shape[-1]])

    def compute_output_shape(
        self, features_shape: tuple[int | None, ...], weights_shape: tuple[int | None, ...]
    ) -> tuple[int | None, ...]:
        return features_shape

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "epsilon": self.epsilon}
