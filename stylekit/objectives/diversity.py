"""Diversity: how far apart the pictures are that a network makes of the same photograph."""

from collections.abc import Callable
from typing import NamedTuple

import tensorflow as tf

from stylekit.config import DiversityConfig
from stylekit.errors import StylekitError
from stylekit.losses.entropy import entropy_per_dimension, mean_distance
from stylekit.perception.names import canonical
from stylekit.perception.network import LossNetwork

PIXELS = "pixels"

# By how much pictures are reduced for a distance without fine detail.
_COARSE = 8


class Diversity(NamedTuple):
    """Of the group that each picture belongs to, float32 `[batch]`.

    Attributes:
        entropy: nats per dimension, of what the configuration compares; the larger, the better.
        distance: mean over pairs of the root-mean-square difference of pixels in [0, 1].
        coarse_distance: likewise, of pictures reduced 8-fold: what is not fine grain.
    """

    entropy: tf.Tensor
    distance: tf.Tensor
    coarse_distance: tf.Tensor


class DiversityObjective:
    """Entropy of the pictures of a group (Ulyanov et al. 2017), and their distances.

    A group is what a batch has of one photograph, or of one texture: `samples` pictures behind
    one another.
    """

    def __init__(self, network: LossNetwork, config: DiversityConfig) -> None:
        """The network must have the layer that the configuration compares, if that is one."""
        self._network = network
        self._config = config

    def __call__(self, images: tf.Tensor) -> Diversity:
        """Of images `[batch, height, width, 3]` in [0, 1], of a static shape.

        Raises:
            StylekitError: the batch cannot be divided into groups.
        """
        if images.shape[0] % self._config.samples:
            raise StylekitError(
                f"a batch of {images.shape[0]} pictures on a device is no multiple of "
                f"objective.diversity.samples = {self._config.samples}"
            )
        return Diversity(
            self._of_groups(entropy_per_dimension, self._compared(images)),
            self._of_groups(mean_distance, images),
            self._of_groups(mean_distance, reduced(images, _COARSE)),
        )

    def _compared(self, images: tf.Tensor) -> tf.Tensor:
        """What distances are taken between."""
        compared = images
        if self._config.layer != PIXELS:
            layer = canonical(self._config.layer, self._network.architecture)
            compared = self._network(images, (layer,))[layer]
        return reduced(compared, self._config.reduction)

    def _of_groups(self, measure: Callable[[tf.Tensor], tf.Tensor], images: tf.Tensor) -> tf.Tensor:
        samples = self._config.samples
        shape = [images.shape[0] // samples, samples, *images.shape[1:]]
        return tf.repeat(measure(tf.reshape(images, shape)), samples)


def reduced(images: tf.Tensor, factor: int) -> tf.Tensor:
    """Means over squares of `factor` pixels; rows and columns that fill none are left out."""
    return images if factor == 1 else tf.nn.avg_pool2d(images, factor, factor, "VALID")
