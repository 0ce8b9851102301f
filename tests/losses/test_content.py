"""Mean squared differences by hand."""

import numpy as np
import tensorflow as tf

from stylekit.losses.content import mean_square, mean_squared_difference


def test_mean_squared_difference_is_per_image():
    value = tf.constant([[1.0, 2.0], [0.0, 0.0]])
    target = tf.constant([[0.0, 4.0], [3.0, 1.0]])
    np.testing.assert_allclose(mean_squared_difference(value, target), [2.5, 5.0])


def test_mean_square_is_the_difference_from_zero():
    value = tf.random.stateless_normal([3, 4, 5, 6], seed=[1, 2])
    np.testing.assert_allclose(
        mean_square(value), mean_squared_difference(value, tf.zeros_like(value)), rtol=1e-6
    )


def test_half_precision_is_summed_in_float32():
    value = tf.fill([1, 256, 256, 1], tf.constant(100.0, tf.float16))
    np.testing.assert_allclose(mean_square(value), [1e4], rtol=1e-3)
