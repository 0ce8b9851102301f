"""Entropy of samples by their nearest neighbours, and how far they are from each other."""

import math

import tensorflow as tf

from stylekit.errors import StylekitError
from stylekit.losses.precision import at_least_float32

EULER = 0.5772156649015329

# Distances below this, root-mean-square over the elements, count as this: a quarter of a grey
# level. Where samples coincide the logarithm stays finite, and its gradient is zero.
FLOOR = 1e-3


def entropy_per_dimension(samples: tf.Tensor, floor: float = FLOOR) -> tf.Tensor:
    """Differential entropy in nats, by Kozachenko and Leonenko 1987, divided by the dimension.

    For n samples `x_i` of dimension D, whose nearest neighbours are at distances `r_i`,

        H = D / n * sum_i ln r_i + ln(n - 1) + ln V_D + 0.5772...,   V_D: volume of the unit ball.

    Samples `[groups, n, ...]`, each group from a distribution of its own → `[groups]`, float32 or
    better. Which neighbour is the nearest is taken as a constant; gradients flow to both members
    of each pair. `H / D` is of order one at any size: about the mean logarithm of the distances'
    root mean square over elements, plus 1.42. To spread samples is to *raise* it: Ulyanov et al.
    2017 minimise `loss - weight * H`.

    Raises:
        StylekitError: less than two samples in a group.
    """
    flat = _centred(samples)
    _, count, dimension = flat.shape
    squared = tf.linalg.set_diag(
        _squared_distances(flat), tf.fill(tf.shape(flat)[:2], flat.dtype.max)
    )
    nearest = tf.gather(flat, tf.argmin(squared, axis=2), axis=1, batch_dims=1)
    mean_squares = tf.reduce_mean(tf.square(flat - nearest), axis=2)
    logarithms = 0.5 * tf.math.log(mean_squares + floor**2)
    log_ball = dimension / 2 * math.log(math.pi) - math.lgamma(dimension / 2 + 1)
    constant = (math.log(count - 1) + log_ball + EULER) / dimension + 0.5 * math.log(dimension)
    return tf.reduce_mean(logarithms, axis=1) + constant


def mean_distance(samples: tf.Tensor) -> tf.Tensor:
    """Mean over all pairs of their root-mean-square difference: `[groups, n, ...]` → `[groups]`.

    A measure, not a loss: its gradient is infinite where two samples coincide.

    Raises:
        StylekitError: less than two samples in a group.
    """
    flat = _centred(samples)
    _, count, dimension = flat.shape
    distances = tf.sqrt(tf.maximum(_squared_distances(flat) / dimension, 0.0))
    return tf.reduce_sum(distances, axis=[1, 2]) / (count * (count - 1))


def _centred(samples: tf.Tensor) -> tf.Tensor:
    """`[groups, n, dimension]` about each group's mean, where distances lose least to rounding."""
    samples = at_least_float32(samples)
    groups, count = samples.shape[:2]
    if count < 2:
        raise StylekitError(
            f"the distance between samples needs at least two of them: there is {count}"
        )
    flat = tf.reshape(samples, [groups, count, math.prod(samples.shape[2:])])
    return flat - tf.stop_gradient(tf.reduce_mean(flat, axis=1, keepdims=True))


def _squared_distances(flat: tf.Tensor) -> tf.Tensor:
    """Between all pairs, `[groups, n, dimension]` → `[groups, n, n]`; zero on the diagonal."""
    squares = tf.reduce_sum(tf.square(flat), axis=2)
    products = tf.matmul(flat, flat, transpose_b=True)
    squared = squares[:, :, None] + squares[:, None, :] - 2.0 * products
    return tf.linalg.set_diag(squared, tf.zeros_like(squares))
