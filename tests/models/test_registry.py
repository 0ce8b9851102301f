"""Every generator of the registry keeps what all generators promise."""

import numpy as np
import pytest
import tensorflow as tf

from stylekit.config import GeneratorConfig
from stylekit.errors import StylekitError
from stylekit.models.registry import GENERATORS, build_generator

CONFIGS = {
    "small": GeneratorConfig(name="small", channels=8, blocks=1),
    "johnson": GeneratorConfig(name="johnson", channels=4, blocks=1, upsampling="transpose"),
    "johnson-resize": GeneratorConfig(name="johnson", channels=4, blocks=1, upsampling="resize"),
}


def test_all_generators_are_tested():
    assert {config.name for config in CONFIGS.values()} == set(GENERATORS)


@pytest.mark.parametrize("config", CONFIGS.values(), ids=CONFIGS)
def test_shapes_range_and_strength(config):
    generator = build_generator(config, style_count=2)
    assert generator.style_count == 2
    height, width = generator.multiple_of * 8, generator.multiple_of * 5
    photo = tf.random.stateless_uniform([3, height, width, 3], seed=[1, 2])
    weights = tf.constant([[1.0, 0.0], [0.0, 1.0], [0.5, 0.5]])
    stylized = generator.model([photo, weights, tf.constant([[0.0], [1.0], [0.5]])])
    assert stylized.shape == photo.shape
    assert 0 <= float(tf.reduce_min(stylized)) and float(tf.reduce_max(stylized)) <= 1
    np.testing.assert_array_equal(stylized[0], photo[0])
    assert float(tf.reduce_max(tf.abs(stylized[1] - photo[1]))) > 0.1


@pytest.mark.parametrize("config", CONFIGS.values(), ids=CONFIGS)
def test_stylize_reflects_and_crops(config):
    generator = build_generator(config, style_count=1)
    margin = generator.margin
    photo = np.random.default_rng(0).random((1, 32, 24, 3), np.float32)
    one = tf.ones([1, 1])
    around = [(0, 0), (margin, margin), (margin, margin), (0, 0)]
    padded = tf.constant(np.pad(photo, around, mode="reflect"))
    whole = generator.model([padded, one, one])
    stylized = generator.stylize(tf.constant(photo), one, one)
    assert stylized.shape == photo.shape
    np.testing.assert_array_equal(stylized, whole[:, margin : margin + 32, margin : margin + 24])


@pytest.mark.parametrize("config", CONFIGS.values(), ids=CONFIGS)
def test_contrast_of_the_photo_does_not_matter_at_full_strength(config):
    model = build_generator(config, style_count=1).model
    photo = tf.random.stateless_uniform([1, 32, 32, 3], seed=[1, 2])
    full = tf.ones([1, 1])
    faint = model([0.4 + 0.2 * photo, full, full])
    np.testing.assert_allclose(faint, model([photo, full, full]), atol=2e-3)


@pytest.mark.parametrize("config", CONFIGS.values(), ids=CONFIGS)
def test_half_precision_is_near_and_ends_in_float32(config):
    exact = build_generator(config, style_count=1)
    half = build_generator(config, style_count=1, dtype_policy="mixed_bfloat16")
    half.model.set_weights(exact.model.get_weights())
    photo = tf.random.stateless_uniform([1, 32, 32, 3], seed=[1, 2])
    inputs = [photo, tf.ones([1, 1]), tf.ones([1, 1])]
    assert half.model(inputs).dtype == tf.float32
    np.testing.assert_allclose(half.model(inputs), exact.model(inputs), atol=0.05)


def test_the_small_network_is_small():
    model = build_generator(GeneratorConfig(name="small"), style_count=6).model
    assert model.count_params() <= 450_000


def test_johnson_has_the_published_number_of_weights():
    # c9s1-32, d64, d128, R128 x 5, u64, u32, c9s1-3 without biases but the last.
    model = build_generator(GeneratorConfig(name="johnson", upsampling="transpose"), 1).model
    kernels = sum(int(np.prod(w.shape)) for w in model.weights if len(w.shape) == 4)
    nine, three = 81, 9
    published = nine * 3 * 32 + three * (32 * 64 + 64 * 128 + 10 * 128 * 128 + 128 * 64 + 64 * 32)
    assert kernels == published + nine * 32 * 3


def test_an_unknown_generator_names_the_nearest():
    with pytest.raises(StylekitError, match="johnson"):
        build_generator(GeneratorConfig(name="jonson"), 1)
