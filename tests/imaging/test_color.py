import numpy as np
import pytest

from stylekit.errors import StylekitError
from stylekit.imaging.color import parse_preservation, preserve_color, recoloring

RANDOM = np.random.default_rng(0)


def _luminance(rgb: np.ndarray) -> np.ndarray:
    return rgb @ np.array([0.299, 0.587, 0.114])


def test_luminance_takes_light_from_one_and_hue_from_the_other() -> None:
    photo = 0.4 + 0.2 * RANDOM.random((5, 7, 3), np.float32)
    stylized = 0.4 + 0.2 * RANDOM.random((5, 7, 3), np.float32)
    kept = preserve_color(stylized, photo, "luminance")
    np.testing.assert_allclose(_luminance(kept), _luminance(stylized), atol=1e-6)
    np.testing.assert_allclose(
        kept[..., 0] - kept[..., 2], photo[..., 0] - photo[..., 2], atol=1e-6
    )


def test_histogram_gives_mean_and_covariance_of_the_photo() -> None:
    photo = 0.5 + 0.03 * RANDOM.standard_normal((40, 50, 3)).astype(np.float32)
    photo[..., 1] += 0.5 * (photo[..., 0] - 0.5)
    stylized = RANDOM.random((40, 50, 3), np.float32)
    kept = preserve_color(stylized, photo, "histogram").reshape(-1, 3)
    np.testing.assert_allclose(kept.mean(0), photo.reshape(-1, 3).mean(0), atol=1e-4)
    np.testing.assert_allclose(np.cov(kept.T), np.cov(photo.reshape(-1, 3).T), atol=1e-5)


@pytest.mark.parametrize("how", ["luminance", "histogram"])
def test_the_photo_itself_stays(how: str) -> None:
    photo = RANDOM.random((9, 8, 3), np.float32)
    kept = preserve_color(photo, photo, parse_preservation(how))
    np.testing.assert_allclose(kept, photo, atol=1e-5)


@pytest.mark.parametrize("how", ["luminance", "histogram"])
def test_one_colour_and_one_pixel(how: str) -> None:
    for shape in ((4, 4, 3), (1, 1, 3)):
        photo = np.full(shape, [0.2, 0.5, 0.7], np.float32)
        stylized = np.full(shape, 0.9, np.float32)
        kept = preserve_color(stylized, photo, parse_preservation(how))
        assert np.isfinite(kept).all() and kept.min() >= 0 and kept.max() <= 1
    np.testing.assert_allclose(
        preserve_color(np.zeros((2, 2, 3)), np.full((2, 2, 3), 0.3), "histogram"), 0.3, atol=1e-6
    )


def test_errors() -> None:
    with pytest.raises(StylekitError, match="did you mean 'luminance'"):
        parse_preservation("luminanc")
    with pytest.raises(StylekitError, match="shape"):
        preserve_color(np.zeros((2, 2, 3)), np.zeros((2, 3, 3)), "luminance")


def test_parts_are_recoloured_as_the_whole() -> None:
    photo, stylized = RANDOM.random((2, 30, 20, 3), np.float32)
    parts = [(stylized[rows], photo[rows]) for rows in (slice(0, 7), slice(7, 30))]
    recolor = recoloring("histogram", parts)
    recoloured = np.concatenate([recolor(*part) for part in parts])
    np.testing.assert_allclose(recoloured, preserve_color(stylized, photo, "histogram"), atol=1e-6)
