"""Entropy of samples: against closed forms, by hand, and what its gradient does."""

import math

import numpy as np
import pytest
import tensorflow as tf

from stylekit.errors import StylekitError
from stylekit.losses.entropy import EULER, entropy_per_dimension, mean_distance

# The logarithm of the distance to the nearest neighbour deviates by about 1.3 in one dimension:
# four deviations of the mean of 1500.
TOLERANCE = 0.14


@pytest.mark.parametrize("dimension", [1, 2, 5])
@pytest.mark.parametrize("deviation", [0.5, 20.0])
def test_entropy_of_a_gaussian(dimension: int, deviation: float) -> None:
    samples = np.random.default_rng(1).normal(7.0, deviation, (2, 1500, dimension))
    expected = dimension / 2 * math.log(2 * math.pi * math.e * deviation**2)
    found = dimension * entropy_per_dimension(tf.constant(samples), floor=1e-6).numpy()
    np.testing.assert_allclose(found, expected, atol=TOLERANCE)


def test_entropy_of_correlated_gaussians() -> None:
    factor = np.array([[1.0, 0.0], [0.9, 0.2]])
    samples = np.random.default_rng(2).normal(size=(1, 1500, 2)) @ factor.T
    expected = math.log(2 * math.pi * math.e) + math.log(abs(np.linalg.det(factor)))
    found = 2 * float(entropy_per_dimension(tf.constant(samples), floor=1e-6)[0])
    assert found == pytest.approx(expected, abs=TOLERANCE)


def test_two_points_by_hand() -> None:
    # At distance 5 in the plane: 2 ln 5 + ln 1 + ln pi + 0.577.
    samples = tf.constant([[[0.0, 0.0], [3.0, 4.0]]], tf.float64)
    expected = (2 * math.log(5) + math.log(math.pi) + EULER) / 2
    assert float(entropy_per_dimension(samples, floor=0)[0]) == pytest.approx(expected)
    # Every element of a picture is a dimension; groups have nothing to do with each other.
    pictures = tf.reshape(samples, [1, 2, 1, 1, 2])
    both = tf.concat([pictures, 10 * pictures], axis=0)
    np.testing.assert_allclose(
        entropy_per_dimension(both, floor=0), [expected, expected + math.log(10)]
    )


def test_gradients_reach_both_members_of_each_pair() -> None:
    # Nearest neighbours of 0, 1, 3 are 1, 0, 1, at the distances 1, 1, 2.
    samples = tf.constant([[[0.0], [1.0], [3.0]]], tf.float64)
    with tf.GradientTape() as tape:
        tape.watch(samples)
        value = entropy_per_dimension(samples, floor=0)
    gradient = tape.gradient(value, samples).numpy().ravel()
    np.testing.assert_allclose(gradient, [-2 / 3, 1 / 2, 1 / 6])


def test_gradient_by_finite_differences() -> None:
    samples = np.random.default_rng(3).random((1, 4, 2, 3))
    variable = tf.constant(samples)
    with tf.GradientTape() as tape:
        tape.watch(variable)
        value = entropy_per_dimension(variable)[0]
    gradient = tape.gradient(value, variable).numpy()
    step = 1e-6
    for index in [(0, 0, 0, 0), (0, 2, 1, 1), (0, 3, 0, 2)]:
        moved = [samples.copy(), samples.copy()]
        moved[0][index] += step
        moved[1][index] -= step
        up, down = (float(entropy_per_dimension(tf.constant(value))[0]) for value in moved)
        assert gradient[index] == pytest.approx((up - down) / (2 * step), rel=1e-5, abs=1e-8)


def test_a_step_along_the_gradient_raises_minimal_distances() -> None:
    samples = np.random.default_rng(4).random((1, 6, 4, 4, 3))
    variable = tf.constant(samples)
    with tf.GradientTape() as tape:
        tape.watch(variable)
        value = entropy_per_dimension(variable)[0]
    moved = samples + 0.1 * tape.gradient(value, variable).numpy()

    def minimal(values: np.ndarray) -> np.ndarray:
        flat = values.reshape(6, -1)
        distances = np.linalg.norm(flat[:, None] - flat[None], axis=2)
        return (distances + np.diag(np.full(6, np.inf))).min(axis=1)

    assert (minimal(moved) > minimal(samples)).all()


def test_coincident_samples_give_numbers() -> None:
    samples = tf.constant(np.random.default_rng(5).random((1, 2, 3, 3), np.float32))
    samples = tf.concat([samples, samples[:, :1]], axis=1)
    with tf.GradientTape() as tape:
        tape.watch(samples)
        value = entropy_per_dimension(samples)[0]
    gradient = tape.gradient(value, samples).numpy()
    assert np.isfinite(float(value))
    assert np.isfinite(gradient).all()
    # What coincides has no direction to part in; what does not is pushed away from both.
    assert np.abs(gradient[0, 1]).max() > 0


def test_mean_distance_by_hand() -> None:
    samples = tf.constant(
        [[[0.0, 0.0], [3.0, 4.0], [0.0, 0.0]], [[1e4, 0.0], [1e4, 1.0], [1e4, 2.0]]]
    )
    # Root mean square over two elements.
    expected = [(5 + 0 + 5) / 3 / math.sqrt(2), (1 + 2 + 1) / 3 / math.sqrt(2)]
    np.testing.assert_allclose(mean_distance(samples), expected, rtol=1e-6)


@pytest.mark.parametrize("measure", [entropy_per_dimension, mean_distance])
def test_one_sample_has_no_neighbour(measure) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(StylekitError, match="at least two"):
        measure(tf.zeros([1, 1, 4, 4, 3]))


def test_half_precision_is_computed_in_float32() -> None:
    samples = np.random.default_rng(6).random((1, 3, 8, 8, 3)).astype(np.float16)
    exact = entropy_per_dimension(tf.constant(samples.astype(np.float32)))
    np.testing.assert_allclose(entropy_per_dimension(tf.constant(samples)), exact)
