"""Means over a whole map that a runtime with float16 sums can compute."""

import tensorflow as tf

from stylekit.errors import StylekitError

# Sums of so many numbers at most. A delegate that adds in float16 then overflows only where the
# mean square of 64 neighbours in a row exceeds 65504 / 64 = 1023.
LONGEST_SUM = 64


def cascaded_mean(features: tf.Tensor) -> tf.Tensor:
    """The mean over height and width by means of means of a few neighbours each.

    GPU delegates add in float16 even where a graph is float32, and one sum over a map of 256² of
    values above 1 passes 65504 (LiteRT#9249). Here every sum has as many terms as a prime factor
    of the height or of the width; all means have the same weight, so the result is exact.

    Features `[batch, height, width, channels]` of a static size → `[batch, 1, 1, channels]`, by
    AVERAGE_POOL_2D alone.

    Raises:
        StylekitError: a prime factor above `LONGEST_SUM`.
    """
    for axis in (1, 2):
        for factor in pooling_factors(features.shape[axis]):
            window = (factor, 1) if axis == 1 else (1, factor)
            features = tf.nn.avg_pool2d(features, window, window, "VALID")
    return features


def pooling_factors(length: int) -> list[int]:
    """Factors whose product is `length`: 4 as long as it divides, then primes.

    Raises:
        StylekitError: a prime factor above `LONGEST_SUM`.
    """
    factors = []
    remaining = length
    while remaining > 1:
        factor = 4 if remaining % 4 == 0 else _least_prime_factor(remaining)
        if factor > LONGEST_SUM:
            raise StylekitError(
                f"a map of {length} rows or columns cannot be averaged in sums of at most "
                f"{LONGEST_SUM}: choose a size without large prime factors, such as 256 or 384"
            )
        factors.append(factor)
        remaining //= factor
    return factors


def _least_prime_factor(number: int) -> int:
    for candidate in range(2, int(number**0.5) + 1):
        if number % candidate == 0:
            return candidate
    return number
