"""Images of what a network looks for: a class, or a channel of the loss network."""

from dataclasses import dataclass

import numpy as np

from stylekit.errors import StylekitError
from stylekit.objectives.class_score import ClassObjective, saliency
from stylekit.objectives.dream import DreamObjective
from stylekit.perception.classifier import Classifier
from stylekit.perception.names import canonical
from stylekit.perception.network import LossNetwork
from stylekit.synthesis.ascent import Colors, ascend
from stylekit.synthesis.gradients import Evaluate, evaluator
from stylekit.synthesis.pictures import MEAN_RGB, noise, require_size


@dataclass(frozen=True)
class AscentConfig:
    """How an image of a class or channel is found.

    Attributes:
        steps: of gradient ascent.
        step_size: mean absolute change of a step, in units of the image.
        decay: weight of the squared distance to the mean image, in the classifier's own units.
        jitter: largest shift in pixels.
        colors: see `ascent.ascend`.
        seed: of the shifts and of the noise that a channel's image starts from.
    """

    steps: int = 200
    step_size: float = 1.0 / 255
    decay: float = 1e-4
    jitter: int = 0
    colors: Colors = "natural"
    seed: int = 0


def class_image(
    classifier: Classifier, index: int, config: AscentConfig | None = None
) -> np.ndarray:
    """What the classifier takes for a class, float32 RGB `[height, width, 3]` in [0, 1].

    It starts from the image that is zero to the classifier (Simonyan et al. 2014, section 2).

    Raises:
        StylekitError: the classifier has no such class.
    """
    config = config or AscentConfig()
    _require_class(classifier, index)
    start = np.broadcast_to(classifier.mean, (classifier.height, classifier.width, 3))
    evaluate = evaluator(ClassObjective(classifier, index, config.decay))
    return _ascend(evaluate, start.astype(np.float32), config)


def channel_image(
    network: LossNetwork, layer: str, channel: int, size: int, config: AscentConfig | None = None
) -> np.ndarray:
    """What a channel of the loss network answers to, float32 RGB `[size, size, 3]` in [0, 1].

    Raises:
        StylekitError: the network has no such layer or channel, or the size is too small.
    """
    config = config or AscentConfig()
    layer = canonical(layer, network.architecture)
    start = noise(MEAN_RGB, 0.05, config.seed)(size, size)
    require_size(start, [layer], "the image")
    evaluate = evaluator(DreamObjective(network, (layer,), channel))
    return _ascend(evaluate, start, config)


def saliency_map(classifier: Classifier, photo: np.ndarray, index: int | None) -> np.ndarray:
    """Where a photo shows a class, float32 `[height, width]` with the maximum 1.

    The photo has the classifier's size; without a class, the one it scores highest is taken.

    Raises:
        StylekitError: the classifier has no such class.
    """
    if index is None:
        index = predicted_class(classifier, photo)
    _require_class(classifier, index)
    values = saliency(classifier, photo, index)
    peak = max(float(values.max()), 1e-12)
    return np.asarray(values / peak, np.float32)


def predicted_class(classifier: Classifier, photo: np.ndarray) -> int:
    """Index of the class with the highest score; the photo has the classifier's size."""
    return int(np.argmax(classifier.scores(photo[None])[0]))


def _ascend(evaluate: Evaluate, start: np.ndarray, config: AscentConfig) -> np.ndarray:
    random = np.random.default_rng(config.seed)
    return ascend(
        evaluate, start, config.steps, config.step_size, config.jitter, random, config.colors
    )


def _require_class(classifier: Classifier, index: int) -> None:
    if not 0 <= index < classifier.classes:
        raise StylekitError(
            f"the network has the classes 0 to {classifier.classes - 1}: not {index}"
        )
