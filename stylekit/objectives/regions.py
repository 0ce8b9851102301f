"""Style by regions: doodles, and photographs whose regions are painted after several paintings."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
import tensorflow as tf

from stylekit.config import ObjectiveConfig
from stylekit.losses.content import mean_square, mean_squared_difference
from stylekit.losses.masked_gram import masked_gram_matrices, masked_gram_sums
from stylekit.losses.robust import mean_smooth_l1
from stylekit.losses.variation import total_variation
from stylekit.objectives.pixels import PixelObjective
from stylekit.objectives.style_transfer import TINY, canonical_weights
from stylekit.perception.masks import propagate_masks
from stylekit.perception.network import LossNetwork
from stylekit.perception.parts import Part, counted, counted_of_whole, share


@dataclass(frozen=True)
class StyleRegion:
    """What a region is painted after: the masked part of a painting.

    Attributes:
        painting: float32 RGB `[height, width, 3]` in [0, 1].
        mask: float32 `[height, width]` in [0, 1].
    """

    painting: np.ndarray
    mask: np.ndarray


class Measures(NamedTuple):
    """Sums over positions; see `PixelObjective`."""

    content: list[tf.Tensor]
    grams: list[tf.Tensor]


class RegionObjective(PixelObjective):
    """`content_weight · content + style_weight · Σ regions style + variation_weight · variation`.

    Style is the distance between masked Gram matrices of region r of the image and of region r of
    a painting, where masks are carried through the network as its receptive fields see them
    (Ulyanov's fast-neural-doodle). `config.normalization` is that of style transfer;
    `distance: smooth_l1` takes the published distance instead.
    """

    def __init__(
        self,
        network: LossNetwork,
        config: ObjectiveConfig,
        masks: np.ndarray,
        styles: Sequence[StyleRegion],
        photo: np.ndarray | None = None,
        distance: Literal["squared", "smooth_l1"] = "squared",
    ) -> None:
        """Masks float32 `[height, width, regions]` in [0, 1]; one style for each region."""
        self.reach = network.reach
        self._network = network
        self._config = config
        self._distance = distance
        self._relative = config.normalization == "relative" and distance == "squared"
        self._style_layers = canonical_weights(config.style_layers, network)
        self._masks = self._masks_at_layers(masks)
        by_region = [self._grams_of(style) for style in styles]
        self._targets = {
            layer: tf.concat([grams[layer] for grams in by_region], axis=0)
            for layer in self._style_layers
        }
        self._content_layers = {}
        self._content_targets: dict[str, tf.Tensor] = {}
        if photo is not None:
            self._content_layers = canonical_weights(config.content_layers, network)
            self._content_targets = network(tf.constant(photo[None]), tuple(self._content_layers))

    def measure(self, image: tf.Tensor, part: Part | None = None) -> Measures:
        """See `PixelObjective`."""
        features = self._network(image, (*self._content_layers, *self._style_layers))
        content = []
        for layer, target in self._content_targets.items():
            value = features[layer]
            fraction = tf.constant(1.0) if part is None else share(layer, part)
            if part is not None:
                value = counted(value, layer, part)
                target = counted_of_whole(target, layer, part)
            content.append(fraction * mean_squared_difference(value, target)[0])
        grams = []
        for layer in self._style_layers:
            value, masks = features[layer], self._masks[layer]
            if part is not None:
                value = counted(value, layer, part)
                masks = counted_of_whole(masks, layer, part)
            grams.append(masked_gram_sums(value, masks))
        return Measures(content, grams)

    def value(self, measures: Measures, image: tf.Tensor) -> tf.Tensor:
        """See `PixelObjective`."""
        total = self._config.variation_weight * total_variation(image)[0]
        for (layer, target), difference in zip(
            self._content_targets.items(), measures.content, strict=True
        ):
            if self._relative:
                difference /= mean_square(target)[0] + TINY
            weight = self._config.content_weight * self._content_layers[layer]
            total += weight * difference
        for (layer, weight), sums in zip(self._style_layers.items(), measures.grams, strict=True):
            grams = masked_gram_matrices(sums, self._masks[layer])
            distances = self._distances(grams, self._targets[layer])
            total += self._config.style_weight * weight * tf.reduce_sum(distances)
        return total

    def _distances(self, grams: tf.Tensor, targets: tf.Tensor) -> tf.Tensor:
        """One number for each region."""
        if self._distance == "smooth_l1":
            return mean_smooth_l1(grams, targets)
        distances = mean_squared_difference(grams, targets)
        return distances / (mean_square(targets) + TINY) if self._relative else distances

    def _grams_of(self, style: StyleRegion) -> dict[str, tf.Tensor]:
        layers = tuple(self._style_layers)
        masks = self._masks_at_layers(style.mask[:, :, None])
        features = self._network(tf.constant(style.painting[None]), layers)
        return {
            layer: masked_gram_matrices(
                masked_gram_sums(features[layer], masks[layer]), masks[layer]
            )
            for layer in layers
        }

    def _masks_at_layers(self, masks: np.ndarray) -> dict[str, tf.Tensor]:
        return propagate_masks(
            tf.constant(masks[None], tf.float32), self._style_layers, self._network.architecture
        )
