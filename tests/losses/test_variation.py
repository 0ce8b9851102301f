"""Total variation by hand."""

import numpy as np
import tensorflow as tf

from stylekit.losses.variation import total_variation


def test_by_hand():
    # Rows 0 1 and 2 4: across (1 + 4) / 2, down (4 + 9) / 2.
    image = tf.reshape(tf.constant([0.0, 1.0, 2.0, 4.0]), [1, 2, 2, 1])
    np.testing.assert_allclose(total_variation(image), [2.5 + 6.5])


def test_wrapped_by_hand():
    # As above, and back from the last to the first: across (1 + 4 + 1 + 4) / 4, down likewise.
    image = tf.reshape(tf.constant([0.0, 1.0, 2.0, 4.0]), [1, 2, 2, 1])
    np.testing.assert_allclose(total_variation(image, wrap=True), [2.5 + 6.5])
    row = tf.reshape(tf.constant([0.0, 1.0, 3.0]), [1, 1, 3, 1])
    np.testing.assert_allclose(total_variation(row, wrap=True), [(1 + 4 + 9) / 3])


def test_flat_image_has_none():
    np.testing.assert_array_equal(total_variation(tf.fill([2, 5, 4, 3], 0.3)), [0.0, 0.0])


def test_a_single_pixel_has_none():
    np.testing.assert_array_equal(total_variation(tf.ones([1, 1, 1, 3])), [0.0])
