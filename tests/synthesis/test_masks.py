"""Regions out of masks as people draw them."""

import io

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter

from stylekit.errors import StylekitError
from stylekit.synthesis.masks import match_regions

COLORS = {"sky": (0, 0, 255), "grass": (0, 200, 0), "path": (255, 51, 31)}


def draw(height, width, shift=0):
    image = Image.new("RGB", (width, height), COLORS["sky"])
    pen = ImageDraw.Draw(image)
    pen.rectangle([0, height // 2 + shift, width, height], fill=COLORS["grass"])
    pen.ellipse([10, 10, 30 + shift, 30], fill=COLORS["path"])
    return image


def as_array(image):
    return np.asarray(image, np.float32) / 255


def as_drawn(image):
    """With soft edges and the noise of JPEG."""
    stream = io.BytesIO()
    image.filter(ImageFilter.GaussianBlur(0.8)).save(stream, "JPEG", quality=70)
    return as_array(Image.open(stream).convert("RGB"))


def test_noisy_masks_give_the_regions_of_clean_ones():
    style, target = draw(64, 80), draw(48, 96, shift=6)
    clean = match_regions(as_array(style), as_array(target))
    noisy = match_regions(as_drawn(style), as_drawn(target))
    assert clean.style.shape == (64, 80, 3) and clean.target.shape == (48, 96, 3)
    assert np.abs(clean.style - noisy.style).max(axis=2).mean() < 0.02
    assert np.abs(clean.target - noisy.target).max(axis=2).mean() < 0.02
    np.testing.assert_array_equal(noisy.style.sum(axis=2), 1)
    np.testing.assert_allclose(noisy.colors, clean.colors, atol=0.05)
    # Areas as drawn: the sky is the first, the path the smallest.
    assert clean.target[..., 2].sum() < clean.target[..., 0].sum()


def test_the_middle_of_an_edge_is_no_third_region():
    # Between black and white lies grey, which is a region elsewhere in the mask.
    image = Image.new("RGB", (60, 40), "black")
    pen = ImageDraw.Draw(image)
    pen.rectangle([20, 0, 60, 40], fill="white")
    pen.rectangle([45, 10, 55, 30], fill=(128, 128, 128))
    mask = as_array(image.filter(ImageFilter.GaussianBlur(1)))
    regions = match_regions(mask, mask)
    grey = regions.style[..., np.argmin(np.abs(regions.colors.mean(axis=1) - 0.5))]
    assert grey[:, :35].sum() == 0 and grey[15:25, 48:52].min() == 1


def test_colors_may_differ_a_little_between_the_masks():
    style, target = draw(64, 64), draw(64, 64)
    changed = as_array(target)
    changed[as_array(target)[..., 0] > 0.9] = (254 / 255, 0, 0)
    regions = match_regions(as_array(style), changed)
    np.testing.assert_array_equal(regions.style, regions.target)


def test_a_region_of_the_style_alone_is_reported():
    target = Image.new("RGB", (64, 64), COLORS["sky"])
    ImageDraw.Draw(target).rectangle([0, 40, 64, 64], fill=COLORS["grass"])
    regions = match_regions(as_array(draw(64, 64)), as_array(target))
    assert regions.unused == ["#ff331f"] and regions.style.shape[2] == 2


def test_a_region_of_the_target_alone_is_an_error():
    target = draw(64, 64)
    ImageDraw.Draw(target).rectangle([50, 50, 64, 64], fill=(255, 255, 0))
    with pytest.raises(StylekitError, match="the colour #ffff00, which the style mask lacks"):
        match_regions(as_array(draw(64, 64)), as_array(target))


def _colors(count):
    random = np.random.default_rng(0)
    colors = random.random((count, 3), np.float32)
    return np.repeat(np.repeat(colors.reshape(10, -1, 3), 8, axis=0), 8, axis=1)


@pytest.mark.parametrize(
    ("mask", "reason"),
    [
        (np.full((32, 32, 3), 0.5, np.float32), "style mask has one colour, #808080"),
        (_colors(200), "or more colours: a mask is drawn in at most 16"),
        (np.random.default_rng(0).random((32, 32, 3), np.float32), "hardly any flat areas"),
    ],
)
def test_what_is_no_mask(mask, reason):
    with pytest.raises(StylekitError, match=reason):
        match_regions(mask, as_array(draw(64, 64)))
