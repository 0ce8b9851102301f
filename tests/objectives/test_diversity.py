"""How far apart pictures of one photograph are."""

import numpy as np
import pytest
import tensorflow as tf

from stylekit.config import DiversityConfig
from stylekit.errors import StylekitError
from stylekit.losses.entropy import entropy_per_dimension, mean_distance
from stylekit.objectives.diversity import DiversityObjective, reduced
from stylekit.perception.network import LossNetwork


@pytest.fixture(scope="module")
def network(random_vgg: str) -> LossNetwork:
    return LossNetwork(["relu1_2"], weights=random_vgg)


def _images(count: int = 4) -> tf.Tensor:
    return tf.constant(np.random.default_rng(0).random((count, 16, 16, 3), np.float32))


def test_groups_are_neighbours(network: LossNetwork) -> None:
    images = _images()
    objective = DiversityObjective(network, DiversityConfig(samples=2, reduction=1))
    found = objective(images)
    pairs = tf.stack([images[:2], images[2:]])
    np.testing.assert_allclose(found.entropy, tf.repeat(entropy_per_dimension(pairs), 2))
    np.testing.assert_allclose(found.distance, tf.repeat(mean_distance(pairs), 2))
    # Independent pixels: means over 64 of them are an eighth as far apart.
    np.testing.assert_allclose(found.coarse_distance, found.distance / 8, rtol=0.5)


def test_means_over_squares(network: LossNetwork) -> None:
    # Differences of single pixels that cancel in each square are none.
    board = np.indices((16, 16)).sum(axis=0) % 2
    images = np.stack([board, 1 - board])[..., None].repeat(3, axis=3).astype(np.float32)
    fine, coarse = (
        DiversityObjective(network, DiversityConfig(samples=2, reduction=reduction))(images)
        for reduction in (1, 2)
    )
    assert float(fine.entropy[0]) - float(coarse.entropy[0]) > 5
    assert float(fine.distance[0]) == pytest.approx(1)
    assert float(fine.coarse_distance[0]) == pytest.approx(0, abs=1e-6)
    assert reduced(images, 3).shape == (2, 5, 5, 3)


def test_features_of_the_loss_network(network: LossNetwork) -> None:
    images = _images(2)
    config = DiversityConfig(samples=2, layer="relu1_2", reduction=2)
    features = tf.nn.avg_pool2d(network(images, ("relu1_2",))["relu1_2"], 2, 2, "VALID")
    expected = entropy_per_dimension(features[None])
    np.testing.assert_allclose(DiversityObjective(network, config)(images).entropy[0], expected)


def test_a_batch_that_is_no_multiple(network: LossNetwork) -> None:
    with pytest.raises(StylekitError, match=r"3 pictures .*samples = 2"):
        DiversityObjective(network, DiversityConfig(samples=2))(_images(3))
