"""Instance normalization and its conditional form."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from stylekit.layers.instance_normalization import (
    EPSILON,
    ConditionalInstanceNormalization,
    InstanceNormalization,
    centre,
    normalize,
    standardize,
)


def test_by_hand():
    # One channel with values 1, 3, 5, 7: mean 4, variance 5.
    features = tf.reshape(tf.constant([1.0, 3.0, 5.0, 7.0]), [1, 2, 2, 1])
    expected = np.array([-3.0, -1.0, 1.0, 3.0]) / np.sqrt(5 + EPSILON)
    np.testing.assert_allclose(tf.reshape(standardize(features), [-1]), expected, rtol=1e-6)


def test_undoes_contrast_and_brightness_of_each_image():
    features = tf.random.stateless_normal([2, 6, 5, 3], seed=[1, 2])
    changed = features * tf.reshape([2.0, 7.0], [2, 1, 1, 1]) + tf.reshape(
        [1.0, -4.0], [2, 1, 1, 1]
    )
    np.testing.assert_allclose(standardize(changed), standardize(features), atol=1e-4)


def test_is_batch_normalization_at_batch_one():
    features = tf.random.stateless_normal([1, 6, 5, 3], seed=[1, 2])
    batch = keras.layers.BatchNormalization(epsilon=EPSILON)(features, training=True)
    np.testing.assert_allclose(InstanceNormalization()(features), batch, atol=1e-5)


def test_a_single_position_gives_the_offset():
    layer = ConditionalInstanceNormalization()
    layer.build((1, 1, 1, 2), (1, 1))
    layer.offset.assign([[0.25, -3.0]])
    result = layer(tf.fill([1, 1, 1, 2], 9.0), tf.ones([1, 1]))
    np.testing.assert_allclose(tf.reshape(result, [-1]), [0.25, -3.0])


@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
def test_large_half_precision_activations_stay_finite(dtype):
    # The squares of 6e4 and the sum over the map both overflow float16.
    signs = tf.cast(tf.reshape(tf.range(64 * 64) % 2, [1, 64, 64, 1]), tf.float32) * 2 - 1
    layer = InstanceNormalization(dtype=dtype)
    result = tf.cast(layer(tf.cast(signs * 6e4, dtype)), tf.float32)
    np.testing.assert_allclose(result, signs, atol=1e-2)


def test_style_weights_pick_and_blend():
    layer = ConditionalInstanceNormalization()
    layer.build((None, None, None, 1), (None, 2))
    layer.scale.assign([[2.0], [4.0]])
    layer.offset.assign([[10.0], [20.0]])
    features = tf.repeat(tf.random.stateless_normal([1, 4, 4, 1], seed=[1, 2]), 3, axis=0)
    weights = tf.constant([[1.0, 0.0], [0.0, 1.0], [0.25, 0.75]])
    plain = standardize(features[:1])[0]
    result = layer(features, weights)
    for row, (scale, offset) in enumerate([(2.0, 10.0), (4.0, 20.0), (3.5, 17.5)]):
        np.testing.assert_allclose(result[row], scale * plain + offset, rtol=1e-5)


def test_the_gradient_in_closed_form_is_that_of_automatic_differentiation():
    features = tf.random.stateless_normal([3, 7, 5, 4], seed=[1, 2]) * 3 + 1
    scale, offset = (tf.random.stateless_normal([3, 1, 1, 4], seed=[n, n]) for n in (3, 4))
    upstream = tf.random.stateless_normal([3, 7, 5, 4], seed=[5, 6])
    with tf.GradientTape(persistent=True) as tape:
        tape.watch([features, scale, offset])
        centred, inverse = centre(features)
        plain = tf.reduce_sum(upstream * (centred * (inverse * scale) + offset))
        value = tf.reduce_sum(upstream * normalize(features, scale, offset, EPSILON))
    np.testing.assert_allclose(value, plain, rtol=1e-6)
    for found, expected in zip(
        tape.gradient(value, [features, scale, offset]),
        tape.gradient(plain, [features, scale, offset]),
        strict=True,
    ):
        np.testing.assert_allclose(found, expected, atol=1e-5)
