"""The gradient of a frozen convolution, however it is computed."""

import numpy as np
import pytest
import tensorflow as tf

from stylekit.perception.convolution import FrozenConvolution


def _random(*shape: int) -> tf.Tensor:
    return tf.constant(np.random.default_rng(len(shape)).standard_normal(shape))


@pytest.mark.parametrize("batch", [1, 2])
def test_its_gradient_as_a_convolution_is_that_of_tensorflow(batch: int) -> None:
    kernel, features, direction = _random(3, 3, 4, 6), _random(batch, 7, 5, 4), _random(7, 5, 6)
    values, gradients = [], []
    for as_convolution in (False, True):
        convolve = FrozenConvolution(kernel, as_convolution)
        with tf.GradientTape() as tape:
            tape.watch(features)
            value = convolve(features)
            total = tf.reduce_sum(value * direction)
        values.append(value.numpy())
        gradients.append(tape.gradient(total, features).numpy())
    np.testing.assert_array_equal(*values)
    np.testing.assert_allclose(*gradients, rtol=1e-12, atol=1e-12)


def test_a_gradient_by_hand() -> None:
    # One pixel, of which the kernel's middle alone sees something: d(6 x) / dx = 6.
    kernel = tf.reshape(tf.constant([1.0, 2, 3, 4, 6, 5, 7, 8, 9]), [3, 3, 1, 1])
    pixel = tf.constant([[[[2.0]]]])
    # A neighbour on the right is weighed by the kernel's right column, and back by its left one.
    pair = tf.constant([[[[1.0], [0.0]]]])
    for as_convolution in (False, True):
        convolve = FrozenConvolution(kernel, as_convolution)
        with tf.GradientTape(persistent=True) as tape:
            tape.watch([pixel, pair])
            one = tf.reduce_sum(convolve(pixel))
            left = convolve(pair)[0, 0, 0, 0]
        assert float(one) == 12
        assert float(tape.gradient(one, pixel)[0, 0, 0, 0]) == 6
        assert tape.gradient(left, pair)[0, 0, :, 0].numpy().tolist() == [6, 5]


def test_its_gradient_has_a_gradient() -> None:
    convolve = FrozenConvolution(_random(3, 3, 2, 2), as_convolution=True)
    features = _random(1, 3, 3, 2)
    with tf.GradientTape() as outer:
        outer.watch(features)
        with tf.GradientTape() as inner:
            inner.watch(features)
            energy = tf.reduce_sum(convolve(features) ** 2) / 2
        slope = tf.reduce_sum(inner.gradient(energy, features) ** 2) / 2
    twice = outer.gradient(slope, features)
    # The energy is x'Ax / 2, the slope |Ax|² / 2, whose gradient is A(Ax).
    with tf.GradientTape() as tape:
        once = _applied(convolve, features)
        tape.watch(once)
        energy = tf.reduce_sum(convolve(once) ** 2) / 2
    np.testing.assert_allclose(twice, tape.gradient(energy, once), rtol=1e-10)


def _applied(convolve: FrozenConvolution, features: tf.Tensor) -> tf.Tensor:
    with tf.GradientTape() as tape:
        tape.watch(features)
        energy = tf.reduce_sum(convolve(features) ** 2) / 2
    return tape.gradient(energy, features)
