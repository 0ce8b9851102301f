"""What a classifier takes for a class (Simonyan et al. 2014)."""

import numpy as np
import tensorflow as tf

from stylekit.objectives.pixels import PixelObjective
from stylekit.perception.classifier import Classifier
from stylekit.perception.parts import Part


class ClassObjective(PixelObjective):
    """`decay · ‖image - mean‖² - score`, with the score of a class before the softmax.

    The penalty is on pixels as the classifier sees them: 0-255 for the paper's network.
    """

    def __init__(self, classifier: Classifier, index: int, decay: float) -> None:
        self.reach = 0
        self._classifier = classifier
        self._index = index
        self._decay = decay

    def measure(self, image: tf.Tensor, part: Part | None = None) -> tf.Tensor:
        """The score: of whole images only, since a classifier has one size."""
        return self._classifier.scores(image)[0, self._index]

    def value(self, measures: tf.Tensor, image: tf.Tensor) -> tf.Tensor:
        """See `PixelObjective`."""
        difference = self._classifier.scale * (image - tf.constant(self._classifier.mean))
        return self._decay * tf.reduce_sum(tf.square(difference)) - measures


def saliency(classifier: Classifier, image: np.ndarray, index: int) -> np.ndarray:
    """How much the score of a class hangs on each pixel: `max over channels |∂score / ∂image|`.

    Image float32 `[height, width, 3]` in [0, 1], of the classifier's size → `[height, width]`.
    """
    pixels = tf.constant(image[None])
    with tf.GradientTape() as tape:
        tape.watch(pixels)
        score = classifier.scores(pixels)[0, index]
    return np.abs(tape.gradient(score, pixels).numpy()[0]).max(axis=2)
