"""Stylization networks that take noise."""

import numpy as np
import pytest
import tensorflow as tf

from stylekit.config import GeneratorConfig
from stylekit.errors import StylekitError
from stylekit.models.generator import Generator
from stylekit.models.registry import GENERATORS, build_generator
from stylekit.training.start import copy_weights

CONFIGS = {
    "small": GeneratorConfig(name="small", channels=8, blocks=1, noise=3),
    "johnson": GeneratorConfig(name="johnson", channels=4, blocks=1, noise=2),
}


@pytest.mark.parametrize("config", CONFIGS.values(), ids=CONFIGS)
def test_each_seed_gives_another_picture(config: GeneratorConfig) -> None:
    generator = build_generator(config, style_count=1)
    photos = tf.random.stateless_uniform([2, 32, 40, 3], seed=[1, 2])
    full = tf.ones([2, 1])
    one, again, other = (generator.stylize(photos, full, full, seed) for seed in (4, 4, 5))
    assert one.shape == photos.shape
    np.testing.assert_array_equal(one, again)
    assert float(tf.reduce_mean(tf.abs(one - other))) > 1e-3
    # Strength 0 is the photo, whatever the noise.
    np.testing.assert_array_equal(generator.stylize(photos, full, 0 * full, 6), photos)


@pytest.mark.parametrize("config", CONFIGS.values(), ids=CONFIGS)
def test_the_input_has_a_channel_for_each_scale(config: GeneratorConfig) -> None:
    generator = build_generator(config, style_count=1)
    assert generator.noise is not None
    assert generator.noise.cells == (1, 2, 4)[: config.noise]
    assert [tensor.name for tensor in generator.model.inputs] == [
        "photo",
        "style_weights",
        "strength",
        "noise",
    ]
    assert generator.model.inputs[-1].shape == (None, None, None, config.noise)


def test_a_generator_that_takes_none_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def plain(config: GeneratorConfig, style_count: int) -> Generator:
        return GENERATORS["small"](GeneratorConfig(channels=8, blocks=1), style_count)

    monkeypatch.setitem(GENERATORS, "plain", plain)
    with pytest.raises(StylekitError, match="'plain' takes no noise"):
        build_generator(GeneratorConfig(name="plain", noise=1), 1)


def test_a_network_without_noise_is_taken_up() -> None:
    plain = build_generator(GeneratorConfig(channels=8, blocks=1), style_count=2)
    for weight in plain.model.trainable_variables:
        weight.assign(weight + np.random.default_rng(0).normal(0, 0.1, weight.shape))
    noisy = build_generator(CONFIGS["small"], style_count=2)
    copy_weights(plain, ["a", "b"], noisy, ["a", "b"])
    photo = tf.random.stateless_uniform([1, 32, 32, 3], seed=[1, 2])
    inputs = [photo, tf.constant([[0.0, 1.0]]), tf.ones([1, 1])]
    # The convolution has no bias, so noise at its mean changes nothing.
    mean = tf.fill([1, 8, 8, 3], 0.5)
    np.testing.assert_allclose(noisy.model([*inputs, mean]), plain.model(inputs), atol=1e-5)
    with pytest.raises(StylekitError, match="does not fit"):
        copy_weights(noisy, ["a", "b"], plain, ["a", "b"])
