"""Doodles by patches that match in features and in regions (Champandard 2016)."""

from typing import NamedTuple

import numpy as np
import tensorflow as tf

from stylekit.config import ObjectiveConfig
from stylekit.errors import StylekitError
from stylekit.losses.content import mean_square, mean_squared_difference
from stylekit.losses.patches import (
    SIDE,
    best_matches,
    descriptors,
    gather_matches,
    patch_count,
    weighted_difference,
)
from stylekit.losses.variation import total_variation
from stylekit.objectives.pixels import PixelObjective
from stylekit.objectives.style_transfer import TINY, canonical_weights
from stylekit.perception.network import LossNetwork
from stylekit.perception.parts import Part, counted, counted_of_whole, share, stride


class Measures(NamedTuple):
    """Sums over positions; see `PixelObjective`."""

    content: list[tf.Tensor]
    style: list[tf.Tensor]


class PatchObjective(PixelObjective):
    """`content_weight · content + style_weight · patches + variation_weight · variation`.

    Every 3×3 patch of the image's features has a match: the patch of the style that is most like
    it in features and in the map of regions. Style is the mean squared difference to the matches,
    divided by the mean square of the style's features. Matches are found anew when the optimiser
    restarts, and held fixed in between: a smooth objective, where the original, which matches at
    every evaluation, has none.
    """

    def __init__(
        self,
        network: LossNetwork,
        config: ObjectiveConfig,
        masks: np.ndarray,
        style: np.ndarray,
        style_masks: np.ndarray,
        semantic_weight: float,
        photo: np.ndarray | None = None,
    ) -> None:
        """Masks float32 `[height, width, regions]` in [0, 1], of the image and of the style.

        Raises:
            StylekitError: the style or the image has no 3×3 patch at the deepest layer.
        """
        self.reach = network.reach
        self._network = network
        self._config = config
        self._semantic_weight = semantic_weight
        self._layers = canonical_weights(config.style_layers, network)
        for picture, what in ((style, "the style"), (masks, "the target mask")):
            _require_patch(picture, tuple(self._layers), what)
        self._masks = {layer: _pooled(masks, layer) for layer in self._layers}
        self._style = network(tf.constant(style[None]), tuple(self._layers))
        self._descriptors = {
            layer: descriptors(features, _pooled(style_masks, layer), semantic_weight)
            for layer, features in self._style.items()
        }
        self._targets: dict[str, tf.Variable] = {}
        self._counts: dict[str, tf.Variable] = {}
        self._spreads: dict[str, tf.Variable] = {}
        for layer, features in self._style.items():
            shape = self._masks[layer].shape[:3]
            self._targets[layer] = tf.Variable(tf.zeros([*shape, features.shape[-1]]))
            self._counts[layer] = tf.Variable(tf.zeros([*shape, 1]))
            self._spreads[layer] = tf.Variable(0.0)
        self._content_layers: dict[str, float] = {}
        self._content_targets: dict[str, tf.Tensor] = {}
        if photo is not None:
            self._content_layers = canonical_weights(config.content_layers, network)
            self._content_targets = network(tf.constant(photo[None]), tuple(self._content_layers))

    def renew(self, image: np.ndarray) -> None:
        """Find the best match of every patch of the image."""
        features = self._network(tf.constant(image[None]), tuple(self._layers))
        for layer, value in features.items():
            ours = descriptors(value, self._masks[layer], self._semantic_weight)
            index = best_matches(ours, self._descriptors[layer])
            matches = gather_matches(self._style[layer], index, *value.shape[1:3])
            self._targets[layer].assign(matches.target)
            self._counts[layer].assign(matches.count)
            self._spreads[layer].assign(matches.spread)

    def measure(self, image: tf.Tensor, part: Part | None = None) -> Measures:
        """See `PixelObjective`."""
        features = self._network(image, (*self._content_layers, *self._layers))
        content = []
        for layer, target in self._content_targets.items():
            value = features[layer]
            fraction = tf.constant(1.0)
            if part is not None:
                value = counted(value, layer, part)
                target = counted_of_whole(target, layer, part)
                fraction = share(layer, part)
            content.append(fraction * mean_squared_difference(value, target)[0])
        style = []
        for layer in self._layers:
            value = features[layer]
            target = tf.convert_to_tensor(self._targets[layer])
            count = tf.convert_to_tensor(self._counts[layer])
            if part is not None:
                value = counted(value, layer, part)
                target = counted_of_whole(target, layer, part)
                count = counted_of_whole(count, layer, part)
            style.append(weighted_difference(value, target, count))
        return Measures(content, style)

    def value(self, measures: Measures, image: tf.Tensor) -> tf.Tensor:
        """See `PixelObjective`."""
        total = self._config.variation_weight * total_variation(image)[0]
        for (layer, weight), difference in zip(
            self._content_layers.items(), measures.content, strict=True
        ):
            relative = difference / (mean_square(self._content_targets[layer])[0] + TINY)
            total += self._config.content_weight * weight * relative
        for (layer, weight), difference in zip(self._layers.items(), measures.style, strict=True):
            _, height, width, channels = self._targets[layer].shape
            patches = patch_count(height, width)
            loss = difference / (patches * SIDE**2 * channels) + self._spreads[layer]
            relative = loss / (mean_square(self._style[layer])[0] + TINY)
            total += self._config.style_weight * weight * relative
        return total


def _pooled(masks: np.ndarray, layer: str) -> tf.Tensor:
    """Masks `[height, width, regions]` averaged to the size of a layer, `[1, h, w, regions]`."""
    pooled = tf.constant(masks[None], tf.float32)
    side = 1
    while side < stride(layer):
        pooled = tf.nn.avg_pool2d(pooled, 2, 2, "VALID")
        side *= 2
    return pooled


def _require_patch(picture: np.ndarray, layers: tuple[str, ...], what: str) -> None:
    deepest = max(layers, key=stride)
    needed = SIDE * stride(deepest)
    height, width = picture.shape[:2]
    if min(height, width) < needed:
        raise StylekitError(
            f"{what}, in this schedule, is {width}x{height} pixels: a patch of {deepest} needs "
            f"{needed} on each side"
        )
