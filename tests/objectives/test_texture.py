"""The objective of textures."""

import numpy as np

from stylekit.config import ObjectiveConfig
from stylekit.objectives.texture import TextureObjective
from stylekit.perception.network import LossNetwork
from stylekit.synthesis.gradients import evaluator


def test_a_wrapped_image_is_not_asked_for_a_border(random_vgg):
    layers = {"relu1_1": 1.0, "relu2_1": 1.0, "relu3_1": 1.0}
    network = LossNetwork(list(layers), "vgg16", random_vgg, pooling="avg")
    config = ObjectiveConfig(content_layers={}, style_layers=layers)
    # One colour, in which a border is all that there is to see.
    sample = np.full((37, 32, 3), [0.9, 0.2, 0.6], np.float32)
    image = np.full((48, 32, 3), [0.9, 0.2, 0.6], np.float32)
    values = [
        evaluator(TextureObjective(network, config, sample, borderless=borderless), wrap=True)(
            image
        )[0]
        for borderless in (False, True)
    ]
    assert values[1] < 1e-8 < 1e-4 < values[0]
