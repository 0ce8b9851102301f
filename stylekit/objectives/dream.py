"""Dreams: what a layer sees, seen more strongly (Mordvintsev et al. 2015)."""

import numpy as np
import tensorflow as tf

from stylekit.errors import StylekitError
from stylekit.losses.content import mean_square
from stylekit.losses.precision import at_least_float32
from stylekit.objectives.pixels import PixelObjective
from stylekit.perception.network import LossNetwork
from stylekit.perception.parts import Part, counted, share


class DreamObjective(PixelObjective):
    """Minus half the mean square of layers' activations, or of one channel of a layer.

    With a guide, it is minus the mean product of the features at each position with those of the
    guide that have the largest product with them (google/deepdream, dream.ipynb).
    """

    def __init__(
        self,
        network: LossNetwork,
        layers: tuple[str, ...],
        channel: int | None = None,
        guide: np.ndarray | None = None,
    ) -> None:
        """`layers` are the papers' names; guide float32 RGB `[height, width, 3]` in [0, 1].

        Raises:
            StylekitError: a layer does not have the channel, or a channel with a guide.
        """
        self.reach = network.reach
        self._network = network
        self._layers = layers
        self._channel = channel
        self._guides: dict[str, tf.Tensor] = {}
        if guide is not None and channel is not None:
            raise StylekitError("a guide speaks for all channels: give a channel or a guide")
        if guide is not None:
            features = network(tf.constant(guide[None]), layers)
            self._guides = {layer: _flat(value) for layer, value in features.items()}
        if channel is not None:
            for layer in layers:
                count = network.channels(layer)
                if not 0 <= channel < count:
                    raise StylekitError(
                        f"{layer} has the channels 0 to {count - 1}, and none with number {channel}"
                    )

    def measure(self, image: tf.Tensor, part: Part | None = None) -> tf.Tensor:
        """See `PixelObjective`."""
        features = self._network(image, self._layers)
        total = tf.constant(0.0)
        for layer in self._layers:
            value = features[layer]
            fraction = tf.constant(1.0)
            if part is not None:
                value, fraction = counted(value, layer, part), share(layer, part)
            total += fraction * self._strength(layer, value)
        return total

    def value(self, measures: tf.Tensor, image: tf.Tensor) -> tf.Tensor:
        """See `PixelObjective`."""
        return -measures

    def _strength(self, layer: str, features: tf.Tensor) -> tf.Tensor:
        if layer in self._guides:
            return _mean_best_product(at_least_float32(features[0]), self._guides[layer])
        if self._channel is not None:
            features = features[..., self._channel]
        return 0.5 * mean_square(features)[0]


def _flat(features: tf.Tensor) -> tf.Tensor:
    """`[1, height, width, channels]` → float32 `[positions, channels]`."""
    return tf.reshape(at_least_float32(features), [-1, features.shape[-1]])


def _mean_best_product(features: tf.Tensor, guide: tf.Tensor) -> tf.Tensor:
    """Mean over positions of the largest product with a vector of the guide, per channel.

    Features `[height, width, channels]`, guide `[positions, channels]` → scalar. The products of
    one row at a time: a table of all of them has tens of gigabytes at a layer of full size.
    """
    best = tf.map_fn(
        lambda row: tf.argmax(tf.matmul(row, guide, transpose_b=True), axis=1),
        tf.stop_gradient(features),
        fn_output_signature=tf.int64,
        parallel_iterations=1,
    )
    return tf.reduce_mean(features * tf.stop_gradient(tf.gather(guide, best)))
