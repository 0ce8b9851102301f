"""Paddings that stay inside one XNNPACK partition."""

from collections.abc import Callable
from typing import Any

import keras
import tensorflow as tf


def replicate_pad(features: tf.Tensor, size: int) -> tf.Tensor:
    """Repeat the outermost rows and columns `size` times on every side.

    Features `[batch, height, width, channels]` → `[batch, height + 2 size, width + 2 size,
    channels]`. Made of slices and concatenations: TFLite's MIRROR_PAD ends an XNNPACK partition
    (twice the latency of a residual block), and zero padding lets a network find the border and
    paint along it.
    """
    for axis in (1, 2):
        first, last = _edges(features, axis)
        before = tf.concat([first] * size, axis)
        after = tf.concat([last] * size, axis)
        features = tf.concat([before, features, after], axis)
    return features


def circular_pad(features: tf.Tensor, size: int) -> tf.Tensor:
    """Continue a map at its other side, as if copies of it were laid side by side.

    Features `[batch, height, width, channels]`, height and width at least `size` → `[batch,
    height + 2 size, width + 2 size, channels]`. A network of circular convolutions knows no
    border, and what it makes can be tiled (Ulyanov et al. 2016, texture networks).
    """
    for axis in (1, 2):
        if axis == 1:
            before, after = features[:, -size:], features[:, :size]
        else:
            before, after = features[:, :, -size:], features[:, :, :size]
        features = tf.concat([before, features, after], axis)
    return features


PADDINGS: dict[str, Callable[[tf.Tensor, int], tf.Tensor]] = {
    "replication": replicate_pad,
    "circular": circular_pad,
}


def _edges(features: tf.Tensor, axis: int) -> tuple[tf.Tensor, tf.Tensor]:
    if axis == 1:
        return features[:, :1], features[:, -1:]
    return features[:, :, :1], features[:, :, -1:]


@keras.saving.register_keras_serializable("stylekit")
class ReplicationPadding2D(keras.layers.Layer):
    """`replicate_pad` as a layer; the padding of the generators of Ulyanov et al. 2016."""

    def __init__(self, size: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.size = size

    def call(self, features: tf.Tensor) -> tf.Tensor:
        return replicate_pad(features, self.size)

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        batch, height, width, channels = input_shape
        grown = [None if side is None else side + 2 * self.size for side in (height, width)]
        return (batch, *grown, channels)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "size": self.size}


@keras.saving.register_keras_serializable("stylekit")
class CircularPadding2D(ReplicationPadding2D):
    """`circular_pad` as a layer."""

    def call(self, features: tf.Tensor) -> tf.Tensor:
        return circular_pad(features, self.size)
