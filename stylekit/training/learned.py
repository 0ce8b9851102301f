"""What of a network is learned: everything, or the rows of some styles alone."""

from collections.abc import Sequence

import keras
import numpy as np
import tensorflow as tf

from stylekit.layers.instance_normalization import ConditionalInstanceNormalization
from stylekit.models.generator import AnyGenerator


class Learned:
    """The part of a generator that a training changes.

    Attributes:
        rows_alone: whether the rest of the network, and its other styles, stay as they are.
        variables: all trainable ones; if `rows_alone`, scales and offsets of the conditional
            instance normalizations, in which each style has a row.
    """

    def __init__(self, generator: AnyGenerator, rows: Sequence[int] | None = None) -> None:
        """`rows`: indices of the styles whose rows alone are learned; None for everything."""
        self.rows_alone = rows is not None
        self.variables: list[keras.Variable] = [
            variable
            for layer in generator.model.layers
            if not self.rows_alone or isinstance(layer, ConditionalInstanceNormalization)
            for variable in layer.trainable_variables
        ]
        # 1 for the rows that are learned; the last one is the photo's.
        self._mask = np.zeros((generator.style_count + 1, 1), np.float32)
        self._mask[list(rows or [])] = 1

    def restricted(self, gradients: list[tf.Tensor]) -> list[tf.Tensor]:
        """Gradients of `variables`, with zeros where nothing is to be learned."""
        return [gradient * self._mask for gradient in gradients] if self.rows_alone else gradients

    def pairs(
        self, averaged: AnyGenerator, generator: AnyGenerator
    ) -> list[tuple[keras.Variable, keras.Variable]]:
        """Each weight that changes, as `averaged` and `generator` have it."""
        learned = {variable.path for variable in self.variables}
        weights = zip(averaged.model.weights, generator.model.weights, strict=True)
        return [(average, weight) for average, weight in weights if weight.path in learned]
