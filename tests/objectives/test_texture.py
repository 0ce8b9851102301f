"""The objective of textures."""

import numpy as np

from stylekit.config import ObjectiveConfig
from stylekit.objectives.texture import TextureObjective, textures_objective
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


def test_networks_minimise_what_synthesis_does(random_vgg):
    layers = {"relu1_1": 1.0, "relu2_1": 1.0}
    network = LossNetwork(list(layers), "vgg16", random_vgg, pooling="avg")
    config = ObjectiveConfig(
        content_layers={}, content_weight=0, style_weight=1, style_layers=layers
    )
    random = np.random.default_rng(0)
    samples = [random.random((24, 24, 3), np.float32) ** power for power in (1, 3)]
    images = random.random((2, 24, 24, 3), np.float32)
    objective = textures_objective(network, config, samples, 24)
    totals = objective(images, {}, np.eye(2, dtype=np.float32), np.ones((2, 1), np.float32)).total
    for image, sample, total in zip(images, samples, totals, strict=True):
        single = TextureObjective(network, config, sample)
        value = single.value(single.measure(image[None]), image[None])
        np.testing.assert_allclose(total, value, rtol=1e-4)


def test_a_smaller_image_is_compared_with_the_mean_of_parts(random_vgg):
    network = LossNetwork(["relu1_1"], "vgg16", random_vgg)
    config = ObjectiveConfig(content_layers={}, style_layers={"relu1_1": 1.0})
    sample = np.random.default_rng(0).random((24, 16, 3), np.float32)
    (found,) = textures_objective(network, config, [sample], 16).style_grams.values()
    grams = [
        textures_objective(network, config, [sample[top : top + 16]], 16).style_grams["relu1_1"]
        for top in (0, 8)
    ]
    np.testing.assert_allclose(found, (grams[0] + grams[1]) / 2, rtol=1e-5)
