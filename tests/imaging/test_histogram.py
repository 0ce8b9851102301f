"""Histograms taken from another picture."""

import numpy as np

from stylekit.imaging.histogram import match_histograms

RANDOM = np.random.default_rng(0)


def test_the_picture_itself_is_unchanged():
    photo = RANDOM.random((5, 4, 3), np.float32)
    np.testing.assert_allclose(match_histograms(photo, photo), photo, atol=1e-6)


def test_histograms_match_and_the_order_stays():
    image = RANDOM.random((20, 30, 3), np.float32)
    reference = RANDOM.random((20, 30, 3), np.float32) ** 3
    matched = match_histograms(image, reference)
    np.testing.assert_allclose(
        np.sort(matched, axis=None), np.sort(reference, axis=None), atol=1e-6
    )
    order = np.argsort(image[..., 0], axis=None)
    assert np.all(np.diff(matched[..., 0].ravel()[order]) >= 0)


def test_histograms_of_other_sizes():
    image = np.linspace(0, 1, 100, dtype=np.float32).reshape(10, 10, 1)
    reference = np.array([0.2, 0.4], np.float32).reshape(1, 2, 1)
    matched = match_histograms(image, reference)
    assert matched.min() == np.float32(0.2) and matched.max() == np.float32(0.4)
    np.testing.assert_allclose(matched.mean(), 0.3, atol=1e-3)
