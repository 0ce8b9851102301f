"""Stylization networks with statistics over the batch, for comparison."""

import numpy as np
import pytest
import tensorflow as tf

from stylekit.config import GeneratorConfig
from stylekit.models.registry import build_generator


@pytest.mark.parametrize("name", ["small", "johnson"])
def test_statistics_over_the_batch(name: str) -> None:
    batch, instance = (
        build_generator(GeneratorConfig(name, 8, 1, normalization=kind), style_count=1).model
        for kind in ("batch", "instance")
    )
    instance.set_weights(batch.get_weights())
    bright = tf.random.stateless_uniform([1, 32, 32, 3], seed=[1, 2])
    both = tf.concat([bright, 0.4 + 0.2 * bright], axis=0)
    one, two = tf.ones([1, 1]), tf.ones([2, 1])
    # A batch of one image is that image.
    alone = instance([bright, one, one])
    np.testing.assert_allclose(batch([bright, one, one]), alone, atol=1e-4)
    # In company its picture is another, and contrast is taken over from the photo.
    mixed, separate = batch([both, two, two]), instance([both, two, two])
    assert float(tf.reduce_max(tf.abs(mixed[0] - alone[0]))) > 0.01
    assert float(tf.math.reduce_std(mixed[1])) < 0.8 * float(tf.math.reduce_std(mixed[0]))
    np.testing.assert_allclose(separate[1], separate[0], atol=2e-3)
