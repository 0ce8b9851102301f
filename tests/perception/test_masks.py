"""Masks carried through the network."""

import numpy as np
import tensorflow as tf

from stylekit.perception.masks import propagate_masks
from stylekit.perception.network import LossNetwork


def test_by_hand():
    mask = np.zeros((1, 4, 4, 1), np.float32)
    mask[0, 0, 0] = 9
    masks = propagate_masks(tf.constant(mask), ["relu1_1", "pool1"], "vgg16")
    # One mean over 3×3 spreads the corner to its four neighbours.
    np.testing.assert_allclose(masks["relu1_1"][0, :, :, 0][:2, :2], np.ones((2, 2)), rtol=1e-6)
    assert float(tf.reduce_sum(masks["relu1_1"])) == np.float32(4)
    # relu1_2 is the mean of that: 4 6 6 4 ... / 9; pool1 its mean over 2×2.
    twice = np.array([[4, 4, 2], [4, 4, 2], [2, 2, 1]]) / 9
    np.testing.assert_allclose(masks["pool1"][0, 0, 0, 0], twice[:2, :2].mean(), rtol=1e-6)


def test_borders_fade_as_zero_padding_counts():
    masks = propagate_masks(tf.ones([1, 8, 8, 1]), ["relu1_1"], "vgg16")["relu1_1"][0, :, :, 0]
    np.testing.assert_allclose(masks[0, 3], 6 / 9, rtol=1e-6)
    np.testing.assert_allclose(masks[0, 0], 4 / 9, rtol=1e-6)
    np.testing.assert_allclose(masks[3, 3], 1, rtol=1e-6)


def test_masks_fit_the_feature_maps_at_odd_sizes(random_vgg):
    layers = ["relu1_2", "relu2_1", "pool2", "relu3_2", "relu4_1"]
    features = LossNetwork(layers, "vgg16", random_vgg)(tf.ones([1, 37, 58, 3]))
    masks = propagate_masks(tf.ones([1, 37, 58, 2]), layers, "vgg16")
    for layer in layers:
        assert masks[layer].shape[1:3] == features[layer].shape[1:3]
