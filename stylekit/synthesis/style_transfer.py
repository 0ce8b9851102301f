"""Style transfer by optimisation: what feed-forward networks are measured against."""

from collections.abc import Callable

import numpy as np
import tensorflow as tf

from stylekit.objectives.style_transfer import StyleTransferObjective
from stylekit.synthesis.lbfgs import Synthesis, minimize_pixels


def transfer(
    objective: StyleTransferObjective,
    photo: np.ndarray,
    iterations: int,
    style_weights: np.ndarray | None = None,
    strength: float = 1.0,
    on_iteration: Callable[[int, np.ndarray], None] | None = None,
) -> Synthesis:
    """Gatys et al. 2016, from the photo, with the objective that networks are trained on.

    Photo float32 RGB `[height, width, 3]` in [0, 1]; style weights `[styles]`, by default the
    first style alone. The loss network decides the smallest photo (16 pixels for relu4_2).
    """
    if style_weights is None:
        style_weights = np.eye(1, objective.style_count, dtype=np.float32)[0]
    targets = objective.content_targets(tf.constant(photo[None]))
    weights = tf.constant(style_weights[None], tf.float32)
    strengths = tf.constant([[strength]], tf.float32)
    return minimize_pixels(
        lambda image: objective(image, targets, weights, strengths).total,
        photo,
        iterations,
        on_iteration,
    )
