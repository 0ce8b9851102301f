"""L-BFGS over pixels."""

import numpy as np
import tensorflow as tf

from stylekit.synthesis.lbfgs import history, minimize_pixels


def test_finds_the_minimum_of_a_quadratic():
    target = np.random.default_rng(0).uniform(0.2, 0.8, (5, 4, 3)).astype(np.float32)
    scale = tf.reshape(tf.range(1.0, 61.0), [1, 5, 4, 3])
    start = np.full_like(target, 0.5)
    result = minimize_pixels(lambda x: tf.reduce_sum(scale * tf.square(x - target)), start, 60)
    np.testing.assert_allclose(result.image, target, atol=1e-3)


def test_stays_in_the_box_and_never_rises():
    start = np.full((2, 2, 3), 0.5, np.float32)
    seen = []
    result = minimize_pixels(
        lambda x: tf.reduce_sum(tf.square(x - tf.constant([2.0, -1.0, 0.3]))),
        start,
        20,
        on_iteration=lambda k, image: seen.append((k, image.copy())),
    )
    np.testing.assert_allclose(result.image, np.broadcast_to([1.0, 0.0, 0.3], (2, 2, 3)), atol=1e-4)
    assert result.values == sorted(result.values, reverse=True)
    assert [k for k, _ in seen] == list(range(1, len(result.values)))


def test_large_images_keep_fewer_pairs():
    sizes = (512, 1024, 2048, 8192)
    assert [history(3 * side**2) for side in sizes] == [20, 9, 5, 5]
