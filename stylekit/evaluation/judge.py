"""An objective as a judge of pictures, which looks at each picture once."""

from dataclasses import dataclass

import numpy as np
import tensorflow as tf

from stylekit.losses.content import mean_squared_difference
from stylekit.losses.gram import gram_matrix
from stylekit.objectives.style_transfer import Measures, StyleTransferObjective


@dataclass(frozen=True)
class Look:
    """What is kept of a picture.

    Attributes:
        image: `[1, size, size, 3]`.
        content: feature maps at the content layers.
        grams: Gram matrices of the style layers.
    """

    image: tf.Tensor
    content: dict[str, tf.Tensor]
    grams: list[tf.Tensor]


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
        """Run the loss network on a picture `[size, size, 3]`."""
        image = tf.constant(picture[None], tf.float32)
        content_layers, style_layers = self.objective.content_layers, self.objective.style_layers
        features = self.objective.network(image, (*content_layers, *style_layers))
        return Look(
            image,
            {layer: features[layer] for layer in content_layers},
            [gram_matrix(features[layer]) for layer in style_layers],
        )

    def __call__(self, picture: Look, photo: Look, style: int) -> Verdict:
        """Losses of a picture against a photo and the objective's style number `style`."""
        differences = [
            mean_squared_difference(picture.content[layer], photo.content[layer])
            for layer in self.objective.content_layers
        ]
        terms = self.objective.terms(
            Measures(differences, picture.grams),
            picture.image,
            photo.content,
            tf.one_hot([style], self.objective.style_count),
            tf.ones([1, 1]),
        )
        return Verdict(float(terms.content[0]), float(terms.style[0]), float(terms.total[0]))
