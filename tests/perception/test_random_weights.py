import numpy as np
import pytest
import tensorflow as tf

from stylekit.errors import StylekitError
from stylekit.perception.network import LossNetwork
from stylekit.perception.random_weights import random_weights


def test_the_weights_are_always_the_same() -> None:
    one, other = random_weights(), random_weights()
    assert one.source == other.source and one.source.name == "random"
    for name, (kernel, bias) in one.arrays.items():
        np.testing.assert_array_equal(kernel, other.arrays[name][0])
        assert not bias.any()
    assert random_weights("vgg19").source.sha256 != one.source.sha256
    with pytest.raises(StylekitError, match="vgg18"):
        random_weights("vgg18")


def test_features_keep_their_size_from_layer_to_layer() -> None:
    layers = ("relu1_1", "relu2_1", "relu3_1", "relu4_1")
    network = LossNetwork(layers, weights=random_weights())
    image = tf.random.stateless_uniform([1, 64, 64, 3], [1, 2])
    sizes = [float(tf.reduce_mean(tf.square(f))) ** 0.5 for f in network(image).values()]
    assert max(sizes) / min(sizes) < 4, sizes
