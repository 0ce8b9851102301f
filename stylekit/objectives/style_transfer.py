"""The objective of style transfer: content, style and total variation."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import tensorflow as tf

from stylekit.config import ObjectiveConfig
from stylekit.errors import StylekitError
from stylekit.losses.content import mean_square, mean_squared_difference
from stylekit.losses.gram import gram_matrix
from stylekit.losses.variation import total_variation
from stylekit.perception.names import canonical
from stylekit.perception.network import LossNetwork

# Keeps a relative loss finite where a target is exactly zero (a black photo, a dead layer).
TINY = 1e-8


@dataclass(frozen=True)
class Terms:
    """Values of an objective for each image, float32 `[batch]`; `total` is what is minimised."""

    total: tf.Tensor
    content: tf.Tensor
    style: tf.Tensor
    variation: tf.Tensor


class StyleTransferObjective:
    """`content_weight · content + strength · style_weight · style + variation_weight · variation`.

    Gatys et al. 2016 in the form of Johnson et al. 2016: content is the mean squared difference
    of feature maps, style that of Gram matrices divided by `height * width * channels`, each a
    weighted sum over layers. With `normalization: relative` every layer's value is divided by the
    mean square of its target. Values are then of order one for every painting, layer and loss
    network, so that one recipe serves them all; `absolute` leaves the published scale.

    Training over pixels (`synthesis`) and over weights (`training`) minimise this same object.

    Attributes:
        network: the loss network.
        style_grams: float32 `[styles, channels, channels]` for each style layer.
        style_count: number of styles.

    Raises:
        StylekitError: an unknown layer, no layers at all, or no styles.
    """

    def __init__(
        self, network: LossNetwork, config: ObjectiveConfig, styles: Sequence[np.ndarray]
    ) -> None:
        """`styles`: paintings, float32 RGB `[height, width, 3]` in [0, 1], already resized."""
        if not styles:
            raise StylekitError("style transfer needs at least one style image: none was given")
        self.network = network
        self.config = config
        self.content_layers = _canonical_weights(config.content_layers, network)
        self.style_layers = _canonical_weights(config.style_layers, network)
        self._relative = config.normalization == "relative"
        self.style_grams = self._grams_of(styles)
        self.style_count = len(styles)

    def content_targets(self, photos: tf.Tensor) -> dict[str, tf.Tensor]:
        """Feature maps of photos `[batch, height, width, 3]` in [0, 1] at the content layers."""
        return self.network(photos, tuple(self.content_layers))

    def __call__(
        self,
        images: tf.Tensor,
        content_targets: dict[str, tf.Tensor],
        style_weights: tf.Tensor,
        strength: tf.Tensor,
    ) -> Terms:
        """Value for images `[batch, height, width, 3]` in [0, 1].

        Style weights `[batch, styles]` blend the target Gram matrices; strength `[batch, 1]`
        scales the style term.
        """
        features = self.features(images)
        return self.terms(features, images, content_targets, style_weights, strength)

    def features(self, images: tf.Tensor) -> dict[str, tf.Tensor]:
        """Feature maps at all layers of the objective; those of photos are `content_targets` too.

        For whoever compares one image with several targets; a call is for one.
        """
        return self.network(images, (*self.content_layers, *self.style_layers))

    def terms(
        self,
        features: dict[str, tf.Tensor],
        images: tf.Tensor,
        content_targets: dict[str, tf.Tensor],
        style_weights: tf.Tensor,
        strength: tf.Tensor,
    ) -> Terms:
        """Value for images whose features are known; the other arguments are those of a call."""
        content = tf.add_n(
            [
                weight * self._distance(features[layer], content_targets[layer])
                for layer, weight in self.content_layers.items()
            ]
        )
        style = tf.add_n(
            [
                weight * self._distance(gram_matrix(features[layer]), target)
                for (layer, weight), target in zip(
                    self.style_layers.items(), self._style_targets(style_weights), strict=True
                )
            ]
        )
        variation = total_variation(images)
        total = (
            self.config.content_weight * content
            + tf.reshape(strength, [-1]) * self.config.style_weight * style
            + self.config.variation_weight * variation
        )
        return Terms(total, content, style, variation)

    def _distance(self, value: tf.Tensor, target: tf.Tensor) -> tf.Tensor:
        distance = mean_squared_difference(value, target)
        return distance / (mean_square(target) + TINY) if self._relative else distance

    def _style_targets(self, style_weights: tf.Tensor) -> list[tf.Tensor]:
        """Blended Gram matrices `[batch, channels, channels]` of the style layers, in order."""
        return [
            tf.einsum("bs,sij->bij", tf.cast(style_weights, tf.float32), self.style_grams[layer])
            for layer in self.style_layers
        ]

    def _grams_of(self, styles: Sequence[np.ndarray]) -> dict[str, tf.Tensor]:
        layers = tuple(self.style_layers)
        per_style = [
            {layer: gram_matrix(f) for layer, f in self.network(style[None], layers).items()}
            for style in styles
        ]
        return {layer: tf.concat([g[layer] for g in per_style], axis=0) for layer in layers}


def _canonical_weights(weights: dict[str, float], network: LossNetwork) -> dict[str, float]:
    """Layer weights under the papers' names."""
    return {canonical(layer, network.architecture): weight for layer, weight in weights.items()}
