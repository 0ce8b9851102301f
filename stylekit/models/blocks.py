"""What generators are built of: convolutions with conditional instance normalization."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import keras
import tensorflow as tf

from stylekit.layers.instance_normalization import ConditionalInstanceNormalization
from stylekit.layers.padding import ReplicationPadding2D
from stylekit.layers.upsampling import UpsampleConv2D


def paint_start() -> dict[str, keras.initializers.Initializer]:
    """Initializers of the layer that paints: a mid-grey picture with faint colour.

    A start at full variance has many times the contrast of any painting, and the first minutes go
    into removing it. Made anew for each network: an initializer draws its seed when it is made,
    and one made at import would not follow the seed of a training.
    """
    return {
        "kernel_initializer": keras.initializers.VarianceScaling(
            0.01, mode="fan_avg", distribution="uniform"
        ),
        "bias_initializer": keras.initializers.Constant(0.5),
    }


@keras.saving.register_keras_serializable("stylekit")
class Conditions(keras.layers.Layer):
    """Weights of the normalizations' rows: one for each style, and a last one for the photo.

    Style weights `[batch, styles]` and strength `[batch, 1]` → `[batch, styles + 1]`:
    `(strength * weights, 1 - strength)`. So strength moves scale and offset along the line from a
    learned "as the photograph is" row to the style's own, as blending two styles does.
    """

    def call(self, style_weights: tf.Tensor, strength: tf.Tensor) -> tf.Tensor:
        return tf.concat([style_weights * strength, 1.0 - strength], axis=-1)


@dataclass(frozen=True)
class Blocks:
    """Makes the repeated parts of a generator, all normalised under the same conditions."""

    conditions: keras.KerasTensor

    def normalize(self, features: keras.KerasTensor, relu: bool = True) -> keras.KerasTensor:
        features = ConditionalInstanceNormalization()(features, self.conditions)
        return keras.layers.ReLU()(features) if relu else features

    def convolution(
        self, features: keras.KerasTensor, filters: int, kernel_size: int, strides: int = 1
    ) -> keras.KerasTensor:
        """Convolution (replication padding), normalization, ReLU."""
        return self.normalize(padded_convolution(features, filters, kernel_size, strides))

    def residual(self, features: keras.KerasTensor) -> keras.KerasTensor:
        """Two 3×3 convolutions, normalised, added to their input; no ReLU after the sum."""
        filters = features.shape[-1]
        inner = self.convolution(features, filters, 3)
        inner = self.normalize(padded_convolution(inner, filters, 3), relu=False)
        return keras.layers.Add()([features, inner])

    def upsample(
        self, features: keras.KerasTensor, filters: int, kernel_size: int
    ) -> keras.KerasTensor:
        """Resize-convolution to the double size, normalization, ReLU."""
        return self.normalize(UpsampleConv2D(filters, kernel_size)(features))


NOISE_LAYER = "noise_convolution"


def add_noise(features: keras.KerasTensor, noise: Sequence[keras.KerasTensor]) -> keras.KerasTensor:
    """Features at a quarter of the photo's size, with a convolution of the noise added, if any.

    Here strokes are formed, and here the noise of all scales has its place. It starts faint, so
    that a network trained without noise can take it up.
    """
    if not noise:
        return features
    centred = keras.layers.Rescaling(2.0, -1.0)(noise[0])
    faint = keras.initializers.VarianceScaling(0.1, mode="fan_in")
    filters = features.shape[-1]
    spread = padded_convolution(centred, filters, 3, kernel_initializer=faint, name=NOISE_LAYER)
    return keras.layers.Add()([features, spread])


def padded_convolution(
    features: keras.KerasTensor, filters: int, kernel_size: int, strides: int = 1, **options: Any
) -> keras.KerasTensor:
    """Convolution whose output has the input's size divided by `strides`, replication padding.

    `options` go to `keras.layers.Conv2D`; there is no bias unless they ask for one, since a
    normalization that follows would take it out again.
    """
    padded = ReplicationPadding2D((kernel_size - 1) // 2)(features)
    options = {"use_bias": False, **options}
    return keras.layers.Conv2D(filters, kernel_size, strides, **options)(padded)
