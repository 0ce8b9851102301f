"""How what a generator paints becomes a picture: on a photograph, or alone."""

from typing import Any

import keras
import tensorflow as tf


@tf.custom_gradient
def clip_to_image(values: tf.Tensor) -> tuple[tf.Tensor, Any]:
    """Clip to [0, 1], with the gradient of projected descent.

    A plain clip has no gradient outside its range, so a pixel that once left it never returns.
    Here a gradient passes wherever a descent step on it would move the value inwards or stay
    inside; only steps further out are stopped.
    """
    clipped = tf.minimum(tf.maximum(values, 0.0), 1.0)

    def gradient(upstream: tf.Tensor) -> tf.Tensor:
        outward = ((values <= 0) & (upstream > 0)) | ((values >= 1) & (upstream < 0))
        return tf.where(outward, tf.zeros_like(upstream), upstream)

    return clipped, gradient


@keras.saving.register_keras_serializable("stylekit")
class BlendWithPhoto(keras.layers.Layer):
    """`clip(photo + strength * (painted - photo))` in [0, 1], always in float32.

    Photo and painted `[batch, height, width, 3]`, strength `[batch, 1]` in [0, 1]. Strength 0
    gives exactly the photo, strength 1 exactly `painted`, clipped.

    Adding a residual straight to the photo looks simpler, but the residual comes from instance
    normalization and so does not know the photo's contrast: it could never cancel it, and the
    contrast of a stylized picture must not depend on that of its photo (Ulyanov et al. 2016).
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{**kwargs, "dtype": "float32"})

    def call(self, photo: tf.Tensor, painted: tf.Tensor, strength: tf.Tensor) -> tf.Tensor:
        strength = tf.reshape(strength, [-1, 1, 1, 1])
        return clip_to_image(photo + strength * (painted - photo))

    def compute_output_shape(
        self, photo_shape: tuple[int | None, ...], *_: tuple[int | None, ...]
    ) -> tuple[int | None, ...]:
        return photo_shape


@keras.saving.register_keras_serializable("stylekit")
class ClipToImage(keras.layers.Layer):
    """`clip_to_image` as a layer, always in float32."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{**kwargs, "dtype": "float32"})

    def call(self, painted: tf.Tensor) -> tf.Tensor:
        return clip_to_image(painted)

    def compute_output_shape(self, shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        return shape
