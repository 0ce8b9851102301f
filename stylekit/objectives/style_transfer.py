"""The objective of style transfer: content, style and total variation."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import tensorflow as tf

from stylekit.config import ObjectiveConfig
from stylekit.errors import StylekitError
from stylekit.losses.content import mean_square, mean_squared_difference
from stylekit.losses.gram import gram_matrix
from stylekit.losses.variation import total_variation
from stylekit.perception.names import canonical
from stylekit.perception.network import LossNetwork
from stylekit.perception.parts import Part, counted, counted_of_whole, share

# Keeps a relative loss finite where a target is exactly zero (a black photo, a dead layer).
TINY = 1e-8


@dataclass(frozen=True)
class Terms:
    """Values of an objective for each image, float32 `[batch]`; `total` is what is minimised."""

    total: tf.Tensor
    content: tf.Tensor
    style: tf.Tensor
    variation: tf.Tensor


class Measures(NamedTuple):
    """What the objective takes from an image; the measures of its parts add up to the whole's.

    Attributes:
        content: mean squared differences to the content targets, float32 `[batch]` for each
            content layer.
        grams: Gram matrices `[batch, channels, channels]` for each style layer.
    """

    content: list[tf.Tensor]
    grams: list[tf.Tensor]


class StyleTransferObjective:
    """`content_weight · content + strength · style_weight · style + variation_weight · variation`.

    Gatys et al. 2016 in the form of Johnson et al. 2016: content is the mean squared difference
    of feature maps, style that of Gram matrices divided by `height * width * channels`, each a
    weighted sum over layers. With `normalization: relative` every layer's value is divided by the
    mean square of its target. Values are then of order one for every painting, layer and loss
    network, so that one recipe serves them all; `absolute` leaves the published scale.

    Training over pixels (`synthesis`) and over weights (`training`) minimise this same object.
    Without content layers it is the objective of texture synthesis (Gatys et al. 2015).

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
        self.content_layers = canonical_weights(config.content_layers, network)
        self.style_layers = canonical_weights(config.style_layers, network)
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
        measures = self.measure(images, content_targets)
        return self.terms(measures, images, content_targets, style_weights, strength)

    def measure(
        self, images: tf.Tensor, content_targets: dict[str, tf.Tensor], part: Part | None = None
    ) -> Measures:
        """Features of images, or of the crop of them that `part` describes, summed up.

        `content_targets` are always those of the whole image.
        """
        features = self.network(images, (*self.content_layers, *self.style_layers))
        content = []
        for layer in self.content_layers:
            value, target = features[layer], content_targets[layer]
            if part is None:
                content.append(mean_squared_difference(value, target))
            else:
                value = counted(value, layer, part)
                target = counted_of_whole(target, layer, part)
                content.append(share(layer, part) * mean_squared_difference(value, target))
        grams = []
        for layer in self.style_layers:
            if part is None:
                grams.append(gram_matrix(features[layer]))
            else:
                gram = gram_matrix(counted(features[layer], layer, part))
                grams.append(share(layer, part) * gram)
        return Measures(content, grams)

    def terms(
        self,
        measures: Measures,
        images: tf.Tensor,
        content_targets: dict[str, tf.Tensor],
        style_weights: tf.Tensor,
        strength: tf.Tensor,
    ) -> Terms:
        """Value for whole images with these measures; the arguments are those of a call."""
        nothing = tf.zeros(tf.shape(images)[:1])
        content = sum(
            (
                weight * self._relative_to(content_targets[layer], difference)
                for (layer, weight), difference in zip(
                    self.content_layers.items(), measures.content, strict=True
                )
            ),
            start=nothing,
        )
        style = sum(
            (
                weight * self._relative_to(target, mean_squared_difference(gram, target))
                for (_, weight), gram, target in zip(
                    self.style_layers.items(),
                    measures.grams,
                    self._style_targets(style_weights),
                    strict=True,
                )
            ),
            start=nothing,
        )
        # Without weight it is only reported.
        weighed = self.config.variation_weight > 0
        variation = total_variation(images if weighed else tf.stop_gradient(images))
        total = (
            self.config.content_weight * content
            + tf.reshape(strength, [-1]) * self.config.style_weight * style
            + self.config.variation_weight * variation
        )
        return Terms(total, content, style, variation)

    def _relative_to(self, target: tf.Tensor, difference: tf.Tensor) -> tf.Tensor:
        """A mean squared difference, divided by the mean square of its target if so configured."""
        return difference / (mean_square(target) + TINY) if self._relative else difference

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


def canonical_weights(weights: dict[str, float], network: LossNetwork) -> dict[str, float]:
    """Layer weights under the papers' names."""
    return {canonical(layer, network.architecture): weight for layer, weight in weights.items()}
