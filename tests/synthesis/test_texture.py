"""Textures on a random loss network."""

import numpy as np
import pytest

from stylekit.config import ObjectiveConfig
from stylekit.errors import StylekitError
from stylekit.objectives.texture import TextureObjective
from stylekit.perception.network import LossNetwork
from stylekit.synthesis.gradients import evaluator
from stylekit.synthesis.texture import TextureConfig, synthesize_texture

RANDOM = np.random.default_rng(0)
ROWS, COLUMNS = np.mgrid[0:48, 0:64]
STRIPES = np.dstack([0.5 + 0.4 * np.sin(COLUMNS * np.pi / 4), ROWS * 0 + 0.3, ROWS * 0 + 0.6])
STRIPES = STRIPES.astype(np.float32)
LAYERS = ("relu1_1", "relu2_1", "relu3_1")


def texture(random_vgg, sample=STRIPES, **options):
    options = {"layers": LAYERS, "loss_weights": random_vgg, "schedule": "full:25", **options}
    return synthesize_texture(sample, TextureConfig(**options))


@pytest.mark.slow
def test_the_style_loss_falls_and_the_colors_come(random_vgg):
    solution = texture(random_vgg, size=(40, 32))
    assert solution.image.shape == (40, 32, 3)
    assert solution.loss < 0.05 * solution.values[0][0]
    np.testing.assert_allclose(
        solution.image.mean(axis=(0, 1)), STRIPES.mean(axis=(0, 1)), atol=0.1
    )


def test_histograms_are_those_of_the_sample(random_vgg):
    solution = texture(random_vgg, match_histogram=True, iterations=3)
    for channel in range(3):
        np.testing.assert_allclose(
            np.quantile(solution.image[..., channel], [0.1, 0.5, 0.9]),
            np.quantile(STRIPES[..., channel], [0.1, 0.5, 0.9]),
            atol=0.03,
        )


def _seam(image):
    """Mean difference across the border over that between neighbours inside."""
    across = np.abs(image[:, 0] - image[:, -1]).mean() + np.abs(image[0] - image[-1]).mean()
    inside = np.abs(np.diff(image, axis=1)).mean() + np.abs(np.diff(image, axis=0)).mean()
    return across / inside


def test_variation_of_a_seamless_texture_goes_on_at_its_other_side(random_vgg):
    # Left black, right white: two edges on a torus, one in a picture.
    network = LossNetwork(["relu1_1"], "vgg16", random_vgg)
    image = np.zeros((16, 32, 3), np.float32)
    image[:, 16:] = 1
    found = []
    for weight in (0.0, 1.0):
        config = ObjectiveConfig(
            content_layers={}, style_layers={"relu1_1": 1.0}, variation_weight=weight
        )
        for borderless in (False, True):
            objective = TextureObjective(network, config, STRIPES, borderless=borderless)
            found.append(evaluator(objective, wrap=borderless)(image)[0])
    np.testing.assert_allclose(found[2] - found[0], 1 / 31, atol=1e-4)
    np.testing.assert_allclose(found[3] - found[1], 2 / 32, atol=1e-4)


@pytest.mark.slow
def test_seamless_textures_close(random_vgg):
    noise = RANDOM.random((32, 32, 3), np.float32)
    sample = np.mean([np.roll(noise, (i, j), (0, 1)) for i in range(4) for j in range(4)], axis=0)
    options = {"sample": sample, "size": (32, 48), "schedule": "full:40"}
    seamless = texture(random_vgg, seamless=True, **options).image
    ordinary = texture(random_vgg, **options).image
    assert _seam(seamless) < 1.4 < _seam(ordinary)


def test_the_spectrum_makes_stripes_regular(random_vgg):
    def regularity(image):
        # Share of the red channel's energy in the frequency of the stripes: 8 pixels, across.
        power = np.abs(np.fft.fft2(image[..., 0] - image[..., 0].mean())) ** 2
        frequency = image.shape[1] // 8
        return (power[0, frequency] + power[0, -frequency]) / power.sum()

    plain = texture(random_vgg, layers=("relu1_1",))
    regular = texture(random_vgg, layers=("relu1_1",), spectrum_weight=10.0)
    assert regularity(regular.image) > 0.9 > regularity(plain.image) + 0.3
    # Larger than the sample: windows of its size, together.
    wide = texture(random_vgg, layers=("relu1_1",), spectrum_weight=10.0, size=(48, 96))
    assert wide.image.shape == (48, 96, 3) and np.isfinite(wide.loss)


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"size": (40, 40), "seamless": True}, "multiples of 16: not 40x40"),
        ({"size": (3, 40)}, "the texture, in this schedule, is 40x3"),
        ({"sample": STRIPES[:2]}, "the sample, in this schedule, is 64x2"),
        ({"layers": ("relu7_1",)}, "choose among relu1_1"),
    ],
)
def test_mistakes(random_vgg, options, reason):
    with pytest.raises(StylekitError, match=reason):
        texture(random_vgg, **options)
