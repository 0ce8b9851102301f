"""The objective of style transfer on a loss network with random weights."""

import numpy as np
import pytest
import tensorflow as tf

from stylekit.config import ObjectiveConfig
from stylekit.errors import StylekitError
from stylekit.objectives.style_transfer import StyleTransferObjective
from stylekit.perception.names import convolution_names, kernel_shape
from stylekit.perception.network import LossNetwork
from stylekit.perception.weight_files import write_weights

RANDOM = np.random.default_rng(0)
STYLES = [RANDOM.random((32, 40, 3), np.float32), RANDOM.random((32, 32, 3), np.float32) ** 3]
PHOTOS = tf.constant(RANDOM.random((2, 32, 32, 3), np.float32))


@pytest.fixture(scope="module")
def weights(tmp_path_factory):
    """A VGG16 file with random weights; the gain keeps activations of one order of size."""
    arrays = {}
    for name in convolution_names("vgg16"):
        shape = kernel_shape(name)
        gain = np.sqrt(2 / (9 * shape[2]))
        kernel = RANDOM.normal(0, gain, shape).astype(np.float32)
        arrays[name] = (kernel, np.zeros(shape[3], np.float32))
    path = tmp_path_factory.mktemp("weights") / "random.npz"
    write_weights(path, arrays)
    return str(path)


def objective(weights, styles=STYLES, **options):
    config = ObjectiveConfig(
        **{
            "content_layers": {"relu2_2": 1.0},
            "style_layers": {"relu1_1": 1.0, "relu2_1": 0.5},
            "variation_weight": 0.0,
            **options,
        }
    )
    layers = (*config.content_layers, *config.style_layers)
    return StyleTransferObjective(LossNetwork(layers, "vgg16", weights), config, styles)


def test_the_photo_itself_has_no_content_loss(weights):
    goal = objective(weights)
    terms = goal(
        PHOTOS, goal.content_targets(PHOTOS), tf.constant([[1.0, 0], [0, 1]]), tf.ones([2, 1])
    )
    np.testing.assert_allclose(terms.content, [0, 0], atol=1e-6)
    assert np.all(terms.style.numpy() > 0)


def test_the_painting_itself_has_no_style_loss(weights):
    goal = objective(weights)
    painting = tf.constant(STYLES[0][None])
    targets = goal.content_targets(tf.image.resize(PHOTOS[:1], [32, 40]))
    terms = goal(painting, targets, tf.constant([[1.0, 0.0]]), tf.ones([1, 1]))
    np.testing.assert_allclose(terms.style, [0], atol=1e-6)
    assert float(terms.content[0]) > 0


def test_relative_losses_of_a_black_target_would_be_one(weights):
    # With F = 0 everywhere, mean((0 - P)²) / mean(P²) = 1 for content and for each style layer.
    goal = objective(weights)
    zero = {layer: tf.zeros_like(f) for layer, f in goal.network(PHOTOS).items()}
    goal.network = lambda images, layers=None: zero
    targets = {"relu2_2": tf.random.stateless_normal(zero["relu2_2"].shape, seed=[1, 2])}
    terms = goal(PHOTOS, targets, tf.constant([[1.0, 0], [0, 1]]), tf.ones([2, 1]))
    np.testing.assert_allclose(terms.content, [1, 1], rtol=1e-4)
    np.testing.assert_allclose(terms.style, [1.5, 1.5], rtol=1e-4)


def test_strength_scales_the_style_term_alone(weights):
    goal = objective(weights, content_weight=2.0, style_weight=3.0, variation_weight=5.0)
    image = tf.constant(RANDOM.random((2, 32, 32, 3), np.float32))
    terms = goal(
        image,
        goal.content_targets(PHOTOS),
        tf.constant([[1.0, 0], [0, 1]]),
        tf.constant([[1.0], [0.25]]),
    )
    expected = 2 * terms.content + 3 * np.array([1, 0.25]) * terms.style + 5 * terms.variation
    np.testing.assert_allclose(terms.total, expected, rtol=1e-5)


def test_style_weights_blend_the_targets(weights):
    goal = objective(weights)
    blended = goal._style_targets(tf.constant([[0.25, 0.75]]))[0][0]
    grams = goal.style_grams["relu1_1"]
    np.testing.assert_allclose(blended, 0.25 * grams[0] + 0.75 * grams[1], rtol=1e-5)


def test_absolute_normalization_is_the_published_scale(weights):
    relative = objective(weights, style_layers={"relu1_1": 1.0})
    absolute = objective(weights, style_layers={"relu1_1": 1.0}, normalization="absolute")
    one = tf.constant([[1.0, 0], [1.0, 0]])
    values = [
        goal(PHOTOS, goal.content_targets(PHOTOS), one, tf.ones([2, 1])).style
        for goal in (relative, absolute)
    ]
    scale = np.mean(np.square(relative.style_grams["relu1_1"][0]))
    np.testing.assert_allclose(values[1], scale * values[0], rtol=1e-4)


def test_gradient_is_that_of_finite_differences(weights):
    goal = objective(weights)
    image = tf.constant(RANDOM.random((1, 16, 16, 3), np.float32))
    targets = goal.content_targets(PHOTOS[:1, :16, :16])
    style, full = tf.constant([[1.0, 0.0]]), tf.ones([1, 1])

    def value(x):
        return goal(x, targets, style, full).total[0]

    with tf.GradientTape() as tape:
        tape.watch(image)
        total = value(image)
    gradient = tape.gradient(total, image)
    direction = gradient / tf.norm(gradient)
    step = 1e-2
    slope = (value(image + step * direction) - value(image - step * direction)) / (2 * step)
    np.testing.assert_allclose(slope, tf.norm(gradient), rtol=0.02)


def test_no_style_and_unknown_layers_are_refused(weights):
    with pytest.raises(StylekitError, match="at least one style"):
        objective(weights, styles=[])
    with pytest.raises(StylekitError, match="relu9_9"):
        objective(weights, style_layers={"relu9_9": 1.0})
