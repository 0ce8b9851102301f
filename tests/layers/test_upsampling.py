"""The folded resize-convolution is the plain one."""

import numpy as np
import pytest
import tensorflow as tf

from stylekit.layers.upsampling import UpsampleConv2D, phase_matrices


def test_phases_of_a_kernel_of_three():
    # Doubled positions 2i-1, 2i, 2i+1 hold inputs i-1, i, i; and 2i, 2i+1, 2i+2 hold i, i, i+1.
    np.testing.assert_array_equal(
        phase_matrices(3),
        [
            [[1, 0, 0], [0, 1, 1]],
            [[1, 1, 0], [0, 0, 1]],
        ],
    )


@pytest.mark.parametrize("padding, mode", [("replication", "edge"), ("circular", "wrap")])
@pytest.mark.parametrize("kernel_size", [3, 5, 7, 9])
def test_equals_nearest_upsampling_then_convolution(kernel_size, padding, mode):
    layer = UpsampleConv2D(2, kernel_size, use_bias=True, bias_initializer="ones", padding=padding)
    features = tf.random.stateless_normal([2, 6, 5, 3], seed=[1, 2])
    folded = layer(features)

    doubled = np.repeat(np.repeat(features.numpy(), 2, axis=1), 2, axis=2)
    around = kernel_size // 2
    padded = np.pad(doubled, [(0, 0), (around, around), (around, around), (0, 0)], mode=mode)
    plain = tf.nn.conv2d(padded, tf.convert_to_tensor(layer.kernel), 1, "VALID") + layer.bias
    np.testing.assert_allclose(folded, plain, atol=1e-5)
    layer.folded = False
    np.testing.assert_allclose(layer(features), plain, atol=1e-5)


def test_an_even_kernel_is_refused():
    with pytest.raises(ValueError, match="kernel_size=4"):
        UpsampleConv2D(2, 4)
