"""What generators are built of: convolutions with conditional instance normalization."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import keras
import tensorflow as tf

from stylekit.layers.batch_normalization import ConditionalBatchNormalization
from stylekit.layers.instance_normalization import ConditionalInstanceNormalization
from stylekit.layers.padding import CircularPadding2D, ReplicationPadding2D
from stylekit.layers.pixel_normalization import ConditionalPixelNormalization
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


_NORMALIZATIONS = {
    "instance": ConditionalInstanceNormalization,
    "batch": ConditionalBatchNormalization,
    "pixel": ConditionalPixelNormalization,
}
_PADDINGS = {"replication": ReplicationPadding2D, "circular": CircularPadding2D}


@dataclass(frozen=True)
class Blocks:
    """Makes the repeated parts of a generator, all normalised under the same conditions.

    Attributes:
        conditions: weights of the normalizations' rows, `[batch, rows]`.
        normalization: `instance`; `batch`, whose statistics are over the whole batch; or `pixel`,
            over the channels of a position.
        padding: `replication`, or `circular` for pictures that can be tiled.
    """

    conditions: keras.KerasTensor
    normalization: str = "instance"
    padding: str = "replication"

    def normalize(self, features: keras.KerasTensor, relu: bool = True) -> keras.KerasTensor:
        features = _NORMALIZATIONS[self.normalization]()(features, self.conditions)
        return keras.layers.ReLU()(features) if relu else features

    def convolution(
        self, features: keras.KerasTensor, filters: int, kernel_size: int, strides: int = 1
    ) -> keras.KerasTensor:
        """Convolution, normalization, ReLU."""
        convolved = padded_convolution(
            features, filters, kernel_size, strides, padding=self.padding
        )
        return self.normalize(convolved)

    def residual(self, features: keras.KerasTensor) -> keras.KerasTensor:
        """Two 3×3 convolutions, normalised, added to their input; no ReLU after the sum."""
        filters = features.shape[-1]
        inner = self.convolution(features, filters, 3)
        convolved = padded_convolution(inner, filters, 3, padding=self.padding)
        inner = self.normalize(convolved, relu=False)
        return keras.layers.Add()([features, inner])

    def upsample(
        self, features: keras.KerasTensor, filters: int, kernel_size: int, folded: bool = True
    ) -> keras.KerasTensor:
        """Resize-convolution to the double size, normalization, ReLU; see `UpsampleConv2D`."""
        layer = UpsampleConv2D(filters, kernel_size, padding=self.padding, folded=folded)
        return self.normalize(layer(features))


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
    features: keras.KerasTensor,
    filters: int,
    kernel_size: int,
    strides: int = 1,
    padding: str = "replication",
    **options: Any,
) -> keras.KerasTensor:
    """Convolution whose output has the input's size divided by `strides`.

    `padding` is one of `Blocks`; `options` go to `keras.layers.Conv2D`; there is no bias unless
    they ask for one, since a normalization that follows would take it out again.
    """
    margin = (kernel_size - 1) // 2
    padded = _PADDINGS[padding](margin)(features) if margin else features
    options = {"use_bias": False, **options}
    return keras.layers.Conv2D(filters, kernel_size, strides, **options)(padded)
