"""An objective as a judge of pictures, which looks at each picture once."""

from dataclasses import dataclass

import numpy as np
import tensorflow as tf

from stylekit.objectives.style_transfer import StyleTransferObjective

Features = dict[str, tf.Tensor]


@dataclass(frozen=True)
class Look:
    """A picture `[size, size, 3]` and its features at all layers of an objective."""

    image: tf.Tensor
    features: Features


@dataclass(frozen=True)
class Verdict:
    """Losses of a picture at strength 1: content, style, and the objective."""

    content: float
    style: float
    total: float


class Judge:
    """Says what an objective thinks of a picture as a stylization of a photo."""

    def __init__(self, objective: StyleTransferObjective) -> None:
        self.objective = objective

    def look(self, picture: np.ndarray) -> Look:
        """Run the loss network on a picture."""
        image = tf.constant(picture[None], tf.float32)
        return Look(image, self.objective.features(image))

    def __call__(self, picture: Look, photo: Look, style: int) -> Verdict:
        """Losses of a picture against a photo and the objective's style number `style`."""
        terms = self.objective.terms(
            picture.features,
            picture.image,
            photo.features,
            tf.one_hot([style], self.objective.style_count),
            tf.ones([1, 1]),
        )
        return Verdict(float(terms.content[0]), float(terms.style[0]), float(terms.total[0]))
