"""Patches: what is computed without them equals what is defined with them."""

import numpy as np
import tensorflow as tf

from stylekit.losses.patches import (
    best_matches,
    descriptors,
    gather_matches,
    patch_count,
    weighted_difference,
)

RANDOM = np.random.default_rng(0)
STYLE = RANDOM.normal(size=(1, 7, 9, 4))
IMAGE = RANDOM.normal(size=(1, 6, 5, 4))


def _patches(features):
    windows = np.lib.stride_tricks.sliding_window_view(features[0], (3, 3), axis=(0, 1))
    return windows.reshape(-1, windows.shape[2] * 9)


def test_the_loss_is_the_mean_squared_difference_of_patches():
    index = RANDOM.integers(0, patch_count(7, 9), patch_count(6, 5))
    matches = gather_matches(tf.constant(STYLE), tf.constant(index), 6, 5)
    value = weighted_difference(tf.constant(IMAGE), matches.target, matches.count)
    value = value / (patch_count(6, 5) * 9 * 4) + matches.spread
    expected = np.mean((_patches(IMAGE) - _patches(STYLE)[index]) ** 2)
    np.testing.assert_allclose(value, expected, rtol=1e-10)


def test_a_patch_of_the_style_finds_itself():
    masks = np.ones((1, 7, 9, 1))
    ours = descriptors(tf.constant(STYLE[:, 1:6, 2:8]), tf.constant(masks[:, 1:6, 2:8]), 10.0)
    theirs = descriptors(tf.constant(STYLE), tf.constant(masks), 10.0)
    rows, columns = np.mgrid[1:4, 2:6]
    np.testing.assert_array_equal(best_matches(ours, theirs), (rows * 7 + columns).ravel())


def test_regions_outweigh_features():
    # The right half of the style is another region: the image, all of that region, must match there
    # although its own copy lies on the left.
    style_masks = np.zeros((1, 7, 9, 2))
    style_masks[:, :, :5, 0] = 1
    style_masks[:, :, 5:, 1] = 1
    image_masks = np.zeros((1, 7, 5, 2))
    image_masks[..., 1] = 1
    ours = descriptors(tf.constant(STYLE[:, :, :5]), tf.constant(image_masks), 10.0)
    theirs = descriptors(tf.constant(STYLE), tf.constant(style_masks), 10.0)
    columns = best_matches(ours, theirs).numpy() % 7
    assert columns.min() >= 5


def test_a_patch_is_as_like_itself_as_can_be():
    masks = np.ones((1, 7, 9, 1))
    vectors = _patches(descriptors(tf.constant(STYLE), tf.constant(masks), 10.0).numpy())
    np.testing.assert_allclose(np.sum(vectors**2, axis=1), 11.0, rtol=1e-5)
