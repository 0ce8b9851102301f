"""Smooth L1 by hand."""

import numpy as np
import tensorflow as tf

from stylekit.losses.robust import mean_smooth_l1


def test_by_hand():
    value, target = tf.constant([[0.5, 3.0]]), tf.constant([[0.0, 1.0]])
    np.testing.assert_allclose(mean_smooth_l1(value, target), [(0.125 + 1.5) / 2])
