"""Gradients of every loss against finite differences, in float64."""

import numpy as np
import pytest
import tensorflow as tf

from stylekit.losses.content import mean_square, mean_squared_difference
from stylekit.losses.gram import gram_matrix, products
from stylekit.losses.masked_gram import masked_gram_matrices, masked_gram_sums
from stylekit.losses.patches import descriptors, weighted_difference
from stylekit.losses.robust import mean_smooth_l1
from stylekit.losses.spectrum import spectrum_distance
from stylekit.losses.variation import total_variation

RANDOM = np.random.default_rng(0)
SHAPE = (1, 6, 5, 4)
VALUE, TARGET = RANDOM.normal(0, 2, (2, *SHAPE))
MASKS = tf.constant(RANDOM.random((1, 6, 5, 3)))
GRAM_TARGET = gram_matrix(tf.constant(TARGET))
MASKED_TARGET = masked_gram_matrices(masked_gram_sums(tf.constant(TARGET), MASKS), MASKS)
COUNTS = tf.constant(RANDOM.random((1, 6, 5, 1)))
WEIGHTS = tf.constant(RANDOM.normal(size=(1, 6, 5, 7)))

LOSSES = {
    "content": lambda x: mean_squared_difference(x, TARGET),
    "mean square": mean_square,
    "gram": lambda x: mean_squared_difference(gram_matrix(x), GRAM_TARGET),
    # Weights that are not symmetric, as those of a distance between Gram matrices always are.
    "products": lambda x: tf.reduce_sum(WEIGHTS[0, :1, :4, :4] * products(x[0])),
    "masked gram": lambda x: mean_squared_difference(
        masked_gram_matrices(masked_gram_sums(x, MASKS), MASKS), MASKED_TARGET
    ),
    "smooth L1": lambda x: mean_smooth_l1(x, TARGET),
    "variation": total_variation,
    "wrapped variation": lambda x: total_variation(x, wrap=True),
    "patches": lambda x: weighted_difference(x, TARGET, COUNTS),
    "descriptors": lambda x: tf.reduce_sum(WEIGHTS * descriptors(x, MASKS, 10.0)),
    "spectrum": lambda x: spectrum_distance(x[0], tf.constant(TARGET[0])),
}


@pytest.mark.parametrize("name", LOSSES)
def test_gradient_is_that_of_finite_differences(name):
    loss = LOSSES[name]
    value = tf.constant(VALUE)
    with tf.GradientTape() as tape:
        tape.watch(value)
        total = tf.reduce_sum(loss(value))
    assert total.dtype == tf.float64
    gradient = tape.gradient(total, value)
    step = 1e-5
    for direction in RANDOM.normal(size=(3, *SHAPE)):
        ahead = float(tf.reduce_sum(loss(value + step * direction)))
        behind = float(tf.reduce_sum(loss(value - step * direction)))
        slope = float(tf.reduce_sum(gradient * direction))
        np.testing.assert_allclose((ahead - behind) / (2 * step), slope, rtol=1e-6)
