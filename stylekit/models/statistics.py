"""A generator whose instance-norm statistics can be read, and given."""

from collections.abc import Callable, Sequence
from typing import Any

import tensorflow as tf

from stylekit.layers.instance_normalization import ConditionalInstanceNormalization
from stylekit.models.generator import Generator

# Features [batch, height, width, channels] -> their means [batch, 1, 1, channels].
MeanOf = Callable[[tf.Tensor], tf.Tensor]


def plain_mean(features: tf.Tensor) -> tf.Tensor:
    """One MEAN over height and width."""
    return tf.reduce_mean(features, axis=[1, 2], keepdims=True)


class NetworkWithStatistics:
    """The same network, on the same weights, with its normalizations' statistics outside.

    A part of a photograph has other means and variances than the whole, and would be painted in
    another contrast: tiles would show. So the network takes and gives `statistics`, a vector
    `[1, 1, 1, 1 + 2 * channels]` of a switch and, for each normalization in turn, the means and
    the variances of its channels. Zeros: those of the photo at hand are used. What a run on
    another photo gave, whose switch is 1: those are used. One graph then serves the whole photo,
    the sheets that stand for it, and its tiles.

    Attributes:
        size: of the vector.
    """

    def __init__(
        self,
        generator: Generator,
        mean_of: MeanOf = plain_mean,
        factors: Sequence[float] = (),
        least_epsilon: float = 0.0,
    ) -> None:
        """The same numbers in another arithmetic.

        Args:
            generator: the network.
            mean_of: computes means over height and width.
            factors: for each normalization, of the distances from the mean before they are
                squared, for an arithmetic that cannot hold large squares; none is needed if empty.
            least_epsilon: that is added to their variance, for one that cannot hold small ones.
        """
        self._model = generator.model
        self._mean_of = mean_of
        self._factors = factors
        self._least_epsilon = least_epsilon
        self._normalizations = [
            layer
            for layer in generator.model.layers
            if isinstance(layer, ConditionalInstanceNormalization)
        ]
        self.size = 1 + 2 * sum(layer.scale.shape[-1] for layer in self._normalizations)

    def __call__(
        self,
        photo: tf.Tensor,
        style_weights: tf.Tensor,
        strength: tf.Tensor,
        statistics: tf.Tensor,
        *noise: tf.Tensor,
    ) -> dict[str, tf.Tensor]:
        """Run on one photo `[1, height, width, 3]`; gives `stylized` and `statistics`, those used.

        `style_weights` is `[1, styles]`, `strength` `[1, 1]`, `noise` what the network takes.
        """
        own = 1.0 - _part(statistics, 0, 1)
        used: list[tf.Tensor] = []
        rows: list[tf.Tensor] = []

        def normalize(
            layer: ConditionalInstanceNormalization, features: tf.Tensor, conditions: tf.Tensor
        ) -> tf.Tensor:
            if not rows:
                rows.append(self._blended_rows(conditions))
            first = sum(int(part.shape[-1]) for part in used)
            channels = layer.scale.shape[-1]
            scale, offset = _halves(rows[0], first, channels)
            given_mean, given_variance = _halves(statistics, 1 + first, channels)
            mean = own * self._mean_of(features) + given_mean
            factor = self._factors[len(used) // 2] if self._factors else 1.0
            square = factor * factor
            centred = _times(features - mean, factor)
            variance = own * self._mean_of(centred * centred) + _times(given_variance, square)
            used.extend((mean, _times(variance, 1 / square)))
            epsilon = max(layer.epsilon * square, self._least_epsilon)
            return centred * (scale * tf.math.rsqrt(variance + epsilon)) + offset

        def operation(layer: Any) -> Any:
            if isinstance(layer, ConditionalInstanceNormalization):
                return lambda features, conditions: normalize(layer, features, conditions)
            return layer

        # What Keras itself evaluates and clones models with; it has no public name.
        stylized = self._model._run_through_graph(
            [photo, style_weights, strength, *noise], operation_fn=operation
        )
        return {
            "stylized": stylized,
            "statistics": _joined([tf.ones([1, 1, 1, 1]), *used]),
        }

    def _blended_rows(self, conditions: tf.Tensor) -> tf.Tensor:
        """Scales and offsets of all normalizations in turn, `[1, 1, 1, size - 1]`.

        One matrix product in place of two for each of a dozen normalizations.
        """
        matrix = tf.concat(
            [
                tf.cast(tf.convert_to_tensor(rows), tf.float32)
                for layer in self._normalizations
                for rows in (layer.scale, layer.offset)
            ],
            axis=1,
        )
        return tf.reshape(tf.matmul(conditions, matrix), [1, 1, 1, self.size - 1])


def _times(values: tf.Tensor, factor: float) -> tf.Tensor:
    """The product; no operator where the factor is 1."""
    return values if factor == 1 else values * factor


def _halves(vector: tf.Tensor, first: int, channels: int) -> tuple[tf.Tensor, tf.Tensor]:
    """Two neighbouring parts of a vector `[1, 1, 1, …]`."""
    return _part(vector, first, channels), _part(vector, first + channels, channels)


def _part(vector: tf.Tensor, first: int, channels: int) -> tf.Tensor:
    return tf.slice(vector, [0, 0, 0, first], [1, 1, 1, channels])


def _joined(vectors: list[tf.Tensor]) -> tf.Tensor:
    """Vectors `[1, 1, 1, …]` behind one another, four at a time; XNNPACK joins five."""
    while len(vectors) > 1:
        fours = [vectors[first : first + 4] for first in range(0, len(vectors), 4)]
        vectors = [tf.concat(four, axis=-1) if len(four) > 1 else four[0] for four in fours]
    return vectors[0]
