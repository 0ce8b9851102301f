"""The spectrum of a pattern."""

import numpy as np
import tensorflow as tf

from stylekit.losses.spectrum import spectrum_distance

RANDOM = np.random.default_rng(0)


def test_shifted_patterns_have_the_same_spectrum():
    sample = RANDOM.random((12, 16, 3))
    shifted = np.roll(sample, (5, 3), (0, 1))
    np.testing.assert_allclose(spectrum_distance(tf.constant(shifted), sample), 0, atol=1e-20)


def test_colors_that_do_not_belong_together_are_seen():
    sample = RANDOM.random((12, 16, 3))
    torn = sample.copy()
    torn[..., 0] = np.roll(torn[..., 0], 5, 0)  # the moduli of each channel are still right
    assert float(spectrum_distance(tf.constant(torn), sample)) > 1e-3


def test_following_the_gradient_reaches_the_pattern():
    rows, columns = np.mgrid[0:16, 0:16]
    checks = np.repeat(((rows // 4 + columns // 4) % 2)[:, :, None], 3, axis=2).astype(np.float64)
    image = tf.constant(RANDOM.random((16, 16, 3)))
    with tf.GradientTape() as tape:
        tape.watch(image)
        value = spectrum_distance(image, checks)
    # The loss is a mean of squares: half its gradient times the number of values is the way there.
    image -= tape.gradient(value, image) * (image.shape.num_elements() / 2)
    assert float(value) > 0.01
    np.testing.assert_allclose(spectrum_distance(image, checks), 0, atol=1e-12)
