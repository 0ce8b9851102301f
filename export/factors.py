"""Factors that bring the squares of feature maps into the range of float16."""

import math

import tensorflow as tf

from stylekit.export.calibration import calibration_feeds
from stylekit.models.generator import Generator
from stylekit.models.statistics import NetworkWithStatistics, plain_mean
from stylekit.training.photographs import packaged_photographs

# What the largest distance from a mean becomes on photographs. Four neighbours (see `means`) of
# four times that distance still have squares whose sum is below 65504.
PEAK = 32.0

# Smallest normal number in float16, rounded up to a power of two. What is less may count as zero,
# and a map of one colour would be divided by it.
LEAST_EPSILON = 2.0**-14

# Pixels a side of the photographs: extremes of feature maps hardly depend on it.
_SIZE = 128


def half_factors(generator: Generator) -> list[float]:
    """For each normalization a power of two that brings distances from the mean to `PEAK` at most.

    Nothing in a trained network keeps its feature maps small, for normalization takes their size
    out: distances of 500 are common, and their squares are infinite in float16.
    Measured on photographs of scikit-image and scikit-learn, in every style.
    """
    peaks: list[float] = []

    def recorded_mean(values: tf.Tensor) -> tf.Tensor:
        peaks.append(float(tf.reduce_max(tf.abs(values))))
        return plain_mean(values)

    network = NetworkWithStatistics(generator, recorded_mean)
    runs = 0
    for feeds in calibration_feeds(
        packaged_photographs().paths,
        generator.style_count,
        network.size,
        _SIZE,
        _SIZE,
        generator.noise,
    ):
        network(*feeds.values())
        runs += 1
    # Of each normalization a mean of features was taken, and one of their squared distances.
    count = len(peaks) // runs
    distances = [math.sqrt(max(peaks[index::count])) for index in range(1, count, 2)]
    return [2.0 ** math.floor(math.log2(PEAK / max(distance, 1e-3))) for distance in distances]
