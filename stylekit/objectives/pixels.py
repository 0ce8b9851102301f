"""What `synthesis` minimises: an objective of one image, made of sums over its parts."""

from abc import ABC, abstractmethod
from typing import Any

import numpy as np
import tensorflow as tf

from stylekit.objectives.style_transfer import Measures, StyleTransferObjective
from stylekit.perception.parts import Part


class PixelObjective(ABC):
    """An objective of one image `[1, height, width, 3]` in [0, 1], of a size it was made for.

    `value(measure(image), image)` is the objective. What `measure` returns (any nest of tensors)
    is a sum over positions of feature maps: the measures of parts add up to those of the whole,
    so that a large image can be measured crop by crop. `value` may also look at the pixels
    themselves.

    Attributes:
        reach: pixels around a position that its features depend on.
    """

    reach: int

    @abstractmethod
    def measure(self, image: tf.Tensor, part: Part | None = None) -> Any:
        """Measures of an image, or of the crop of one that `part` describes."""

    @abstractmethod
    def value(self, measures: Any, image: tf.Tensor) -> tf.Tensor:
        """The objective of the whole image with these measures: a float32 scalar."""

    def renew(self, image: np.ndarray) -> None:
        """Choose anew what is held fixed between restarts of the optimiser; here, nothing is.

        Image float32 `[height, width, 3]`. An objective whose targets depend on the image, such
        as the patches that look most like it, chooses them here.
        """
        return


class PhotoInStyles(PixelObjective):
    """Style transfer of one photo: the objective that networks are trained on, as pixels see it."""

    def __init__(
        self,
        objective: StyleTransferObjective,
        photo: np.ndarray,
        style_weights: np.ndarray,
        strength: float = 1.0,
    ) -> None:
        """Photo float32 `[height, width, 3]` in [0, 1]; style weights `[styles]`."""
        self._objective = objective
        self._targets = objective.content_targets(tf.constant(photo[None]))
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
