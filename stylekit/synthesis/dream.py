"""DeepDream (Mordvintsev et al. 2015): octaves, jitter, layers, a guide."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from stylekit.errors import StylekitError
from stylekit.imaging.resize import resize, resize_longest
from stylekit.objectives.dream import DreamObjective
from stylekit.perception.names import canonical
from stylekit.perception.network import LossNetwork
from stylekit.perception.parts import stride
from stylekit.synthesis.ascent import Colors, ascend
from stylekit.synthesis.gradients import evaluator
from stylekit.synthesis.pictures import require_size

# Longest side of a guide in pixels; the table of products with its features grows with its area.
_GUIDE_SIDE = 256


@dataclass(frozen=True)
class DreamConfig:
    """What `stylekit dream` can be told.

    The defaults are google/deepdream's, but for the layer and the colours.

    Attributes:
        layers: of the loss network, whose activations are raised.
        channel: one channel of them instead of all.
        octaves: sizes at which it is done, from the smallest to the photo's own.
        ratio: between the sizes of neighbouring octaves.
        steps: in each octave.
        step_size: mean absolute change of a step, in units of the image.
        jitter: largest shift in pixels.
        colors: see `ascent.ascend`.
        loss_weights: see `perception.weights.resolve_weights`.
        seed: of the shifts.
    """

    layers: tuple[str, ...] = ("relu4_1",)
    channel: int | None = None
    octaves: int = 4
    ratio: float = 1.4
    steps: int = 10
    step_size: float = 1.5 / 255
    jitter: int = 32
    colors: Colors = "natural"
    loss_weights: str = "auto"
    seed: int = 0


def dream(
    photo: np.ndarray,
    config: DreamConfig | None = None,
    guide: np.ndarray | None = None,
    on_octave: Callable[[int, np.ndarray], None] | None = None,
) -> np.ndarray:
    """What the layers see in a photo, float32 RGB `[height, width, 3]` in [0, 1].

    Each octave starts from the photo at its size and what the octave before has added to it, its
    detail. Octaves that are too small for the layers are left out. `on_octave(k, image)` is called
    after octave k = 1, 2, ...

    Raises:
        StylekitError: unknown layers or channels, a photo or guide too small, a ratio of 1 or less.
    """
    config = config or DreamConfig()
    if not config.ratio > 1:  # NaN neither
        raise StylekitError(f"octaves must shrink by a ratio above 1: not {config.ratio}")
    network = LossNetwork(config.layers, None, config.loss_weights)
    layers = tuple(canonical(layer, network.architecture) for layer in config.layers)
    require_size(photo, layers, "the photo")
    if guide is not None:
        guide = resize_longest(guide, min(_GUIDE_SIDE, max(guide.shape[:2])))
        require_size(guide, layers, "the guide")
    objective = DreamObjective(network, layers, config.channel, guide)
    random = np.random.default_rng(config.seed)
    smallest = max(map(stride, layers))

    detail = np.zeros((1, 1, 3), np.float32)
    image = photo
    done = 0
    for octave in reversed(range(config.octaves)):
        factor = config.ratio**-octave
        height, width = (max(1, round(side * factor)) for side in photo.shape[:2])
        if min(height, width) < smallest:
            continue
        base = resize(photo, height, width)
        # Details lie around zero: they are resized as an image around grey.
        image = np.clip(base + 2 * (resize(0.5 + detail / 2, height, width) - 0.5), 0, 1)
        jitter = min(config.jitter, height - 1, width - 1)
        evaluate = evaluator(objective)  # anew for each size: TensorFlow traces one for a shape
        image = ascend(
            evaluate, image, config.steps, config.step_size, jitter, random, config.colors
        )
        detail = image - base
        done += 1
        if on_octave is not None:
            on_octave(done, image)
    return image
