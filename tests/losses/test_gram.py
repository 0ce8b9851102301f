"""Gram matrices against numbers worked out by hand, and their scale laws."""

import numpy as np
import pytest
import tensorflow as tf

from stylekit.losses.gram import gram_matrix


def test_by_hand():
    # Two channels over 1 x 2 positions: F = [[1, 2], [3, 4]] (position, channel).
    features = tf.constant([[[[1.0, 2.0], [3.0, 4.0]]]])
    # F^T F = [[1 + 9, 2 + 12], [14, 4 + 16]], divided by 1 * 2 * 2.
    np.testing.assert_allclose(gram_matrix(features)[0], [[2.5, 3.5], [3.5, 5.0]])


def test_scales_with_the_square_of_the_features():
    features = tf.random.stateless_normal([2, 4, 6, 8], seed=[1, 2])
    np.testing.assert_allclose(
        gram_matrix(3.0 * features), 9.0 * gram_matrix(features), rtol=1e-4, atol=1e-6
    )


def test_does_not_depend_on_how_often_a_texture_is_repeated():
    features = tf.random.stateless_normal([1, 4, 6, 8], seed=[1, 2])
    tiled = tf.tile(features, [1, 3, 2, 1])
    np.testing.assert_allclose(gram_matrix(tiled), gram_matrix(features), rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize("dtype", ["bfloat16", "float16"])
def test_half_precision_is_within_one_percent(dtype):
    # Rectified, as the loss network's maps are; values up to 3e3 overflow float16 when squared.
    exact = tf.nn.relu(tf.random.stateless_normal([1, 32, 32, 64], seed=[3, 4])) * 1e3
    gram = gram_matrix(tf.cast(exact, dtype))
    assert gram.dtype == tf.float32
    error = tf.norm(gram - gram_matrix(exact)) / tf.norm(gram_matrix(exact))
    assert float(error) < 0.01
