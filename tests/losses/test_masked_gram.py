"""Gram matrices of regions."""

import numpy as np
import pytest
import tensorflow as tf

from stylekit.losses.gram import gram_matrix
from stylekit.losses.masked_gram import masked_gram_matrices, masked_gram_sums

FEATURES = tf.random.stateless_normal([1, 6, 8, 5], seed=[1, 2])


def _grams(features, masks):
    return masked_gram_matrices(masked_gram_sums(features, masks), masks)


def test_one_full_mask_is_the_plain_gram_matrix():
    ones = tf.ones([1, 6, 8, 1])
    np.testing.assert_allclose(_grams(FEATURES, ones), gram_matrix(FEATURES), rtol=1e-5, atol=1e-6)


def test_a_half_mask_is_the_gram_matrix_of_that_half():
    left = np.zeros((1, 6, 8, 1), np.float32)
    left[:, :, :4] = 1
    grams = _grams(FEATURES, tf.constant(np.concatenate([left, 1 - left], axis=3)))
    np.testing.assert_allclose(grams[:1], gram_matrix(FEATURES[:, :, :4]), rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(grams[1:], gram_matrix(FEATURES[:, :, 4:]), rtol=1e-5, atol=1e-6)


def test_a_region_without_area_is_zero():
    np.testing.assert_array_equal(_grams(FEATURES, tf.zeros([1, 6, 8, 1])), np.zeros((1, 5, 5)))


def test_the_gradient_is_zero_outside_the_mask():
    mask = np.zeros((1, 6, 8, 1), np.float32)
    mask[:, 2:4, 3:6] = 0.5
    with tf.GradientTape() as tape:
        tape.watch(FEATURES)
        value = tf.reduce_sum(tf.square(_grams(FEATURES, tf.constant(mask))))
    gradient = tape.gradient(value, FEATURES).numpy()
    np.testing.assert_array_equal(np.abs(gradient).sum(axis=3)[0] > 0, mask[0, :, :, 0] > 0)


@pytest.mark.parametrize("dtype", ["bfloat16", "float16"])
def test_half_precision_is_within_one_percent(dtype):
    # Rectified, as the loss network's maps are; float16 cannot hold the sums.
    exact = tf.nn.relu(tf.random.stateless_normal([1, 32, 32, 16], seed=[3, 4])) * 30
    masks = tf.random.stateless_uniform([1, 32, 32, 2], seed=[5, 6])
    sums = masked_gram_sums(tf.cast(exact, dtype), masks)
    assert sums.dtype == tf.float32 and float(tf.reduce_max(sums)) > 65504
    wanted = masked_gram_sums(exact, masks)
    assert float(tf.norm(sums - wanted) / tf.norm(wanted)) < 0.01
