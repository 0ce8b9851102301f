"""Where the painting meets the photo."""

import numpy as np
import tensorflow as tf

from stylekit.layers.blend import BlendWithPhoto, clip_to_image


def test_strength_zero_is_the_photo_and_one_the_painting():
    photo = tf.random.stateless_uniform([2, 3, 4, 3], seed=[1, 2])
    painted = tf.random.stateless_uniform([2, 3, 4, 3], seed=[3, 4])
    blended = BlendWithPhoto()(photo, painted, tf.constant([[0.0], [1.0]]))
    np.testing.assert_array_equal(blended[0], photo[0])
    np.testing.assert_allclose(blended[1], painted[1], atol=1e-6)


def test_gradient_passes_only_inwards():
    values = tf.constant([-0.5, -0.5, 0.5, 1.5, 1.5])
    upstream = tf.constant([1.0, -1.0, 1.0, 1.0, -1.0])
    with tf.GradientTape() as tape:
        tape.watch(values)
        clipped = clip_to_image(values)
    np.testing.assert_array_equal(clipped, [0.0, 0.0, 0.5, 1.0, 1.0])
    # Descent moves against the gradient: -1 raises a value below 0, 1 lowers one above 1.
    gradient = tape.gradient(clipped, values, output_gradients=upstream)
    np.testing.assert_array_equal(gradient, [0.0, -1.0, 1.0, 1.0, 0.0])
