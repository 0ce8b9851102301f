"""Presets of style transfer are the published objectives, in their own normalisation."""

import numpy as np
import pytest
import tensorflow as tf

from stylekit.losses.variation import total_variation
from stylekit.objectives.pixels import PhotoInStyles
from stylekit.objectives.style_transfer import StyleTransferObjective
from stylekit.perception.network import LossNetwork
from stylekit.synthesis.style_transfer import PRESETS, TransferConfig, _Objectives

RANDOM = np.random.default_rng(0)
HEIGHT, WIDTH = 40, 33
IMAGE, PHOTO, PAINTING = RANDOM.random((3, HEIGHT, WIDTH, 3), np.float32)
STYLE = [f"relu{block}_1" for block in range(1, 6)]


@pytest.fixture(scope="module")
def features(random_vgg):
    """Average-pooled and max-pooled features of image, photo and painting, `[M, C]` by layer."""
    found = {}
    for pooling in ("avg", "max"):
        network = LossNetwork([*STYLE, "relu4_2"], "vgg16", random_vgg, pooling=pooling)
        maps = [network(tf.constant(x[None])) for x in (IMAGE, PHOTO, PAINTING)]
        flat = [
            {layer: np.float64(f[0]).reshape(-1, f.shape[-1]) for layer, f in m.items()}
            for m in maps
        ]
        found[pooling] = (network, *flat)
    return found


def value(preset, network, weights):
    recipe = _Objectives(TransferConfig(preset, loss_weights=weights), PRESETS[preset], IMAGE)
    config = recipe.config(HEIGHT, WIDTH)
    objective = StyleTransferObjective(network, config, [PAINTING])
    goal = PhotoInStyles(objective, PHOTO, np.ones(1, np.float32))
    image = tf.constant(IMAGE[None])
    return float(goal.value(goal.measure(image), image))


def gram_difference(image, painting, layer):
    """`Σ (F Fᵀ - P Pᵀ)²`, unnormalised."""
    ours, theirs = image[layer], painting[layer]
    return np.sum((ours.T @ ours - theirs.T @ theirs) ** 2)


def test_the_paper_prints_sums(features, random_vgg):
    network, image, photo, painting = features["avg"]
    content = 0.5 * np.sum((image["relu4_2"] - photo["relu4_2"]) ** 2)
    style = 0.0
    for layer in STYLE:
        positions, channels = image[layer].shape
        style += gram_difference(image, painting, layer) / (4 * channels**2 * positions**2) / 5
    np.testing.assert_allclose(
        value("paper", network, random_vgg), 1e-3 * content + style, rtol=1e-4
    )


def test_neural_style_takes_means(features, random_vgg):
    network, image, photo, painting = features["max"]
    content = np.mean((image["relu4_2"] - photo["relu4_2"]) ** 2)
    style = 0.0
    for layer in STYLE:
        positions, channels = image[layer].shape
        style += gram_difference(image, painting, layer) / (channels**4 * positions**2)
    # Torch: half the sum over pixels of squared differences, on pixels in 0-255.
    pixels = 255 * np.float64(IMAGE)
    variation = 0.5 * (np.sum(np.diff(pixels, axis=0) ** 2) + np.sum(np.diff(pixels, axis=1) ** 2))
    # Ours is a mean over pairs, of which an image has a few less than pixels.
    pairs = float(total_variation(tf.constant(IMAGE[None]))[0]) * 0.5 * 255**2 * 3 * HEIGHT * WIDTH
    np.testing.assert_allclose(pairs, variation, rtol=0.05)
    expected = 5 * content + 100 * style + 1e-3 * pairs
    np.testing.assert_allclose(value("neural-style", network, random_vgg), expected, rtol=1e-4)
