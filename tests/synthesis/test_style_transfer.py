"""The presets of style transfer against the formulas of their papers."""

import numpy as np
import pytest

from stylekit.losses.variation import total_variation
from stylekit.perception.network import LossNetwork
from stylekit.synthesis.style_transfer import TransferConfig, transfer_picture

RANDOM = np.random.default_rng(0)
PHOTO, PAINTING = RANDOM.random((2, 32, 48, 3), np.float32)


def paper(random_vgg, **options):
    """The loss before the first iteration, by the paper's preset."""
    config = TransferConfig(preset="paper", loss_weights=random_vgg, iterations=1, **options)
    return transfer_picture(PHOTO, [PAINTING], config).values[0][0]


@pytest.mark.parametrize("layers", [("relu1_1", "relu2_1"), ("relu2_2",)])
def test_the_paper_sums_squares_of_gram_matrices(random_vgg, layers):
    # From the photo, so that content is zero.
    found = paper(random_vgg, start="photo", style_layers=layers, content_layers=("relu1_1",))
    network = LossNetwork(layers, "vgg16", random_vgg, "avg")
    wanted = 0.0
    for ours, theirs in zip(
        network(PHOTO[None]).values(), network(PAINTING[None]).values(), strict=True
    ):
        positions, channels = ours.shape[1] * ours.shape[2], ours.shape[3]
        ours, theirs = (
            np.reshape(f, (positions, channels)).astype(np.float64) for f in (ours, theirs)
        )
        squares = np.sum((ours.T @ ours - theirs.T @ theirs) ** 2)
        wanted += squares / (4 * channels**2 * positions**2) / len(layers)
    np.testing.assert_allclose(found, wanted, rtol=1e-3)


def test_the_paper_sums_half_the_squares_of_features(random_vgg):
    options = {"style_layers": ("relu1_1",), "style_weight": 0.0, "content_weight": 1.0}
    found = [
        paper(random_vgg, content_layers=layers, seed=3, **options)
        for layers in (("relu1_1",), ("relu3_1",), ("block1_conv1", "relu3_1"))
    ]
    np.testing.assert_allclose(found[2], found[0] + found[1], rtol=1e-4)
    network = LossNetwork(["relu3_1"], "vgg16", random_vgg, "avg")
    # The same noise again: where a style that weighs nothing has it start.
    grey = np.array([123.68, 116.779, 103.939]) / 255
    start = np.clip(np.random.default_rng(3).normal(grey, 0.25, PHOTO.shape), 0, 1)
    ours, photo = (
        network(picture[None].astype(np.float32))["relu3_1"].numpy().astype(np.float64)
        for picture in (start, PHOTO)
    )
    np.testing.assert_allclose(found[1], np.sum((ours - photo) ** 2) / 2, rtol=1e-3)


def test_neural_style_takes_means(random_vgg):
    styles, layers = ("relu1_1", "relu3_1"), ("relu1_1", "relu3_1", "relu4_2")
    config = TransferConfig(
        "neural-style", start="photo", style_layers=styles, iterations=1, loss_weights=random_vgg
    )
    found = transfer_picture(PHOTO, [PAINTING], config).values[0][0]
    network = LossNetwork(layers, "vgg16", random_vgg)
    photo, painting = (network(picture[None]) for picture in (PHOTO, PAINTING))
    style = 0.0
    for layer in styles:
        channels, positions = photo[layer].shape[3], photo[layer].shape[1] * photo[layer].shape[2]
        ours, theirs = (
            np.reshape(f[layer], (positions, channels)).astype(np.float64)
            for f in (photo, painting)
        )
        squares = np.sum((ours.T @ ours - theirs.T @ theirs) ** 2)
        style += squares / (channels**4 * positions**2)
    # Torch: half a sum over pixels, in 0-255; ours is a mean over pairs, a few less than pixels.
    pixels = 255 * PHOTO.astype(np.float64)
    summed = 0.5 * (np.sum(np.diff(pixels, axis=0) ** 2) + np.sum(np.diff(pixels, axis=1) ** 2))
    variation = 0.5 * 255**2 * PHOTO.size * float(total_variation(PHOTO[None])[0])
    np.testing.assert_allclose(variation, summed, rtol=0.05)
    np.testing.assert_allclose(found, 100 * style + 1e-3 * variation, rtol=1e-3)
