"""Values and gradients, whole and in tiles."""

import numpy as np
import pytest
import tensorflow as tf

from stylekit.config import ObjectiveConfig
from stylekit.objectives.pixels import PhotoInStyles
from stylekit.objectives.regions import RegionObjective, StyleRegion
from stylekit.objectives.style_transfer import StyleTransferObjective
from stylekit.perception.network import LossNetwork
from stylekit.synthesis.gradients import evaluator

RANDOM = np.random.default_rng(0)
# With tiles of 32, the rest has a row at every layer, and of its 3 columns none at the deepest.
HEIGHT, WIDTH = 89, 67
IMAGE, PHOTO = RANDOM.random((2, HEIGHT, WIDTH, 3), np.float32)
PAINTING = RANDOM.random((40, 48, 3), np.float32)
LAYERS = {"relu1_1": 1.0, "relu3_1": 2.0}


@pytest.fixture(scope="module", params=["style transfer", "regions"])
def objective(request, random_vgg):
    network = LossNetwork([*LAYERS, "relu2_1"], "vgg16", random_vgg)
    config = ObjectiveConfig(
        content_layers={"relu2_1": 1.0}, style_layers=LAYERS, variation_weight=3.0
    )
    if request.param == "style transfer":
        goal = StyleTransferObjective(network, config, [PAINTING])
        return PhotoInStyles(goal, PHOTO, np.ones(1, np.float32))
    left = np.zeros((HEIGHT, WIDTH, 1), np.float32)
    left[:, :30] = 1
    styles = [StyleRegion(p, np.ones(p.shape[:2], np.float32)) for p in (PAINTING, PAINTING[::-1])]
    return RegionObjective(network, config, np.dstack([left, 1 - left]), styles, PHOTO)


def test_tiles_equal_the_whole(objective):
    whole_value, whole = evaluator(objective)(IMAGE)
    value, gradient = evaluator(objective, tile=32)(IMAGE)
    np.testing.assert_allclose(value, whole_value, rtol=1e-5)
    np.testing.assert_allclose(gradient, whole, atol=1e-5 * np.abs(whole).max())


@pytest.fixture(scope="module")
def texture(random_vgg):
    network = LossNetwork(list(LAYERS), "vgg16", random_vgg)
    config = ObjectiveConfig(content_layers={}, style_layers=LAYERS)
    goal = StyleTransferObjective(network, config, [PAINTING])
    return PhotoInStyles(goal, PHOTO, np.ones(1, np.float32))


def test_wrapped_tiles_equal_the_wrapped_whole(texture):
    image = RANDOM.random((64, 48, 3), np.float32)
    whole_value, whole = evaluator(texture, wrap=True)(image)
    value, gradient = evaluator(texture, wrap=True, tile=32)(image)
    np.testing.assert_allclose(value, whole_value, rtol=1e-5)
    np.testing.assert_allclose(gradient, whole, atol=1e-5 * np.abs(whole).max())


def test_a_wrapped_image_may_be_rolled(texture):
    image = RANDOM.random((32, 48, 3), np.float32)
    value, gradient = evaluator(texture, wrap=True)(image)
    # By multiples of relu3_1's stride, the features roll along.
    rolled_value, rolled = evaluator(texture, wrap=True)(np.roll(image, (4, 12), (0, 1)))
    np.testing.assert_allclose(rolled_value, value, rtol=1e-5)
    np.testing.assert_allclose(
        np.roll(rolled, (-4, -12), (0, 1)), gradient, atol=1e-5 * np.abs(gradient).max()
    )


def test_gradient_is_that_of_finite_differences(objective):
    evaluate = evaluator(objective)
    _, gradient = evaluate(IMAGE)
    direction = gradient / np.linalg.norm(gradient)
    step = 0.05
    slope = (evaluate(IMAGE + step * direction)[0] - evaluate(IMAGE - step * direction)[0]) / (
        2 * step
    )
    np.testing.assert_allclose(slope, np.linalg.norm(gradient), rtol=0.02)


def test_the_call_and_the_pixels_see_the_same_objective(random_vgg):
    network = LossNetwork([*LAYERS, "relu2_1"], "vgg16", random_vgg)
    config = ObjectiveConfig(content_layers={"relu2_1": 1.0}, style_layers=LAYERS)
    goal = StyleTransferObjective(network, config, [PAINTING])
    targets = goal.content_targets(tf.constant(PHOTO[None]))
    total = goal(tf.constant(IMAGE[None]), targets, tf.ones([1, 1]), tf.ones([1, 1])).total[0]
    value, _ = evaluator(PhotoInStyles(goal, PHOTO, np.ones(1, np.float32)))(IMAGE)
    np.testing.assert_allclose(value, total, rtol=1e-6)


def test_half_precision_points_the_same_way(random_vgg):
    layers = {"relu1_1": 1.0, "relu2_1": 1.0}
    config = ObjectiveConfig(content_layers={}, style_layers=layers)
    found = []
    for dtype in ("float32", "bfloat16"):
        network = LossNetwork(list(layers), "vgg16", random_vgg, dtype=dtype)
        goal = StyleTransferObjective(network, config, [PAINTING])
        found.append(evaluator(PhotoInStyles(goal, PHOTO, np.ones(1, np.float32)))(0.3 * IMAGE))
    (value, gradient), (half_value, half_gradient) = found
    np.testing.assert_allclose(half_value, value, rtol=0.05)
    cosine = np.sum(gradient * half_gradient) / (
        np.linalg.norm(gradient) * np.linalg.norm(half_gradient)
    )
    assert cosine > 0.95
