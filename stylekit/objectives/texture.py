"""Texture: a sample's Gram matrices (Gatys et al. 2015) and spectrum (Liu et al. 2016)."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import tensorflow as tf

from stylekit.config import ObjectiveConfig
from stylekit.losses.spectrum import spectrum_distance
from stylekit.losses.variation import total_variation
from stylekit.objectives.pixels import PixelObjective
from stylekit.objectives.style_transfer import Measures, StyleTransferObjective
from stylekit.perception.network import LossNetwork
from stylekit.perception.parts import Part, aligned


def textures_objective(
    network: LossNetwork, config: ObjectiveConfig, samples: Sequence[np.ndarray], size: int
) -> StyleTransferObjective:
    """The style of several samples, for images of `size` pixels a side: what networks minimise.

    Samples are float32 RGB `[height, width, 3]` in [0, 1]. The network pads with zeros, so a share
    of an image's features is of its border, the larger the smaller it is. An image smaller than
    the sample is therefore compared with the mean Gram matrices of parts of the sample of its
    size; at the sample's own size the objective is that of `TextureObjective`.
    """
    without_content = replace(config, content_layers={})
    objective = StyleTransferObjective(network, without_content, samples)
    for index, sample in enumerate(samples):
        parts = [
            StyleTransferObjective(network, without_content, [part]).style_grams
            for part in _parts(sample, size)
        ]
        for layer, grams in objective.style_grams.items():
            mean = tf.add_n([part[layer] for part in parts]) / len(parts)
            objective.style_grams[layer] = tf.concat(
                [grams[:index], mean, grams[index + 1 :]], axis=0
            )
    return objective


class TextureObjective(PixelObjective):
    """The style of a sample without content, and optionally its spectrum.

    The spectrum is compared in windows of the sample's size, as many as it takes to cover the
    image; a smaller image is compared with the middle of the sample. Its distance is divided by
    the variance of the sample's colours, so that it is of order one like the style.
    """

    def __init__(
        self,
        network: LossNetwork,
        config: ObjectiveConfig,
        sample: np.ndarray,
        spectrum_weight: float = 0.0,
        borderless: bool = False,
    ) -> None:
        """Sample float32 RGB `[height, width, 3]` in [0, 1]. Content layers are not used.

        `borderless` is for images that continue beyond their border. What the network sees along
        the border of the sample would have to be somewhere in them: as a bright spot. So the
        sample is then seen as if it went on, mirrored; total variation goes on at the other side.
        """
        # Variation is added here: it has to know whether the image goes on beyond its border.
        style = replace(config, content_layers={}, variation_weight=0.0)
        self._style = StyleTransferObjective(network, style, [sample])
        self._variation_weight = config.variation_weight
        self._borderless = borderless
        if borderless:
            self._style.style_grams = self._grams_without_border(sample)
        self._sample = sample
        self._spectrum_weight = spectrum_weight
        self.reach = network.reach

    def measure(self, image: tf.Tensor, part: Part | None = None) -> Measures:
        """See `PixelObjective`."""
        return self._style.measure(image, {}, part)

    def value(self, measures: Measures, image: tf.Tensor) -> tf.Tensor:
        """See `PixelObjective`."""
        one = tf.ones([1, 1])
        total = self._style.terms(measures, image, {}, one, one).total[0]
        total += self._variation_weight * total_variation(image, self._borderless)[0]
        if self._spectrum_weight:
            total += self._spectrum_weight * self._spectrum(image[0])
        return total

    def _grams_without_border(self, sample: np.ndarray) -> dict[str, tf.Tensor]:
        """As the style's own Gram matrices, `[1, channels, channels]` for each layer."""
        height, width = sample.shape[:2]
        margin = aligned(self._style.network.reach)
        padded = np.pad(sample, [(margin, margin), (margin, margin), (0, 0)], mode="reflect")
        part = Part(-margin, -margin, 0, height, 0, width, height, width)
        grams = self._style.measure(tf.constant(padded[None]), {}, part).grams
        return dict(zip(self._style.style_layers, grams, strict=True))

    def _spectrum(self, image: tf.Tensor) -> tf.Tensor:
        height, width = (
            min(a, b) for a, b in zip(image.shape[:2], self._sample.shape[:2], strict=True)
        )
        sample = _middle(self._sample, height, width)
        distances = [
            spectrum_distance(image[top : top + height, left : left + width], sample)
            for top in _starts(image.shape[0], height)
            for left in _starts(image.shape[1], width)
        ]
        variance = float(np.mean(np.var(sample, axis=(0, 1)))) + 1e-8
        return tf.add_n(distances) / (len(distances) * variance)


def _middle(sample: np.ndarray, height: int, width: int) -> np.ndarray:
    top, left = (sample.shape[0] - height) // 2, (sample.shape[1] - width) // 2
    return sample[top : top + height, left : left + width]


def _parts(sample: np.ndarray, size: int) -> list[np.ndarray]:
    """Squares of `size` pixels, or of the sample's side where it is less, that cover a sample."""
    height, width = (min(size, side) for side in sample.shape[:2])
    return [
        sample[top : top + height, left : left + width]
        for top in _starts(sample.shape[0], height)
        for left in _starts(sample.shape[1], width)
    ]


def _starts(length: int, window: int) -> list[int]:
    """Where windows begin that together cover an axis, evenly spread."""
    return [int(start) for start in np.linspace(0, length - window, -(-length // window))]
