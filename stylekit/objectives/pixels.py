"""What `synthesis` minimises: an objective of one image, made of sums over its parts."""

from typing import Any, Protocol

import numpy as np
import tensorflow as tf

from stylekit.objectives.style_transfer import Measures, StyleTransferObjective
from stylekit.perception.parts import Part


class PixelObjective(Protocol):
    """An objective of one image `[1, height, width, 3]` in [0, 1], of a size it was made for.

    `value(measure(image), image)` is the objective. What `measure` returns (any nest of tensors)
    is a sum over positions of feature maps: the measures of parts add up to those of the whole,
    so that a large image can be measured crop by crop. `value` may also look at the pixels
    themselves.

    Attributes:
        reach: pixels around a position that its features depend on.
    """

    reach: int

    def measure(self, image: tf.Tensor, part: Part | None = None) -> Any:
        """Measures of an image, or of the crop of one that `part` describes."""

    def value(self, measures: Any, image: tf.Tensor) -> tf.Tensor:
        """The objective of the whole image with these measures: a float32 scalar."""


class PhotoInStyles:
    """Style transfer of one photo: the objective that networks are trained on, as pixels see it.

    Attributes:
        reach: see `PixelObjective`.
    """

    def __init__(
        self,
        objective: StyleTransferObjective,
        photo: np.ndarray,
        style_weights: np.ndarray,
        strength: float = 1.0,
        content_targets: dict[str, tf.Tensor] | None = None,
    ) -> None:
        """Photo float32 `[height, width, 3]` in [0, 1]; style weights `[styles]`.

        Content targets are computed from the photo unless they are given.
        """
        self._objective = objective
        self._targets = (
            objective.content_targets(tf.constant(photo[None]))
            if content_targets is None
            else content_targets
        )
        self._weights = tf.constant(style_weights[None], tf.float32)
        self._strength = tf.constant([[strength]], tf.float32)
        self.reach = objective.network.reach

    def measure(self, image: tf.Tensor, part: Part | None = None) -> Measures:
        """See `PixelObjective`."""
        return self._objective.measure(image, self._targets, part)

    def value(self, measures: Measures, image: tf.Tensor) -> tf.Tensor:
        """See `PixelObjective`."""
        terms = self._objective.terms(measures, image, self._targets, self._weights, self._strength)
        return terms.total[0]
