"""Doodles on a random loss network."""

import numpy as np
import pytest

from stylekit.synthesis.doodle import DoodleConfig, doodle

RANDOM = np.random.default_rng(0)
BLACK, GREEN = np.zeros(3, np.float32), np.array([0, 1, 0], np.float32)


def halves(height, width, first, second):
    picture = np.empty((height, width, 3), np.float32)
    picture[:, : width // 2], picture[:, width // 2 :] = first, second
    return picture


def strokes(height, width):
    """Upright strokes on the left, level ones on the right, of one mean colour."""
    rows, columns = np.mgrid[0:height, 0:width]
    waves = np.where(columns < width // 2, np.sin(columns * np.pi / 2), np.sin(rows * np.pi / 2))
    return np.repeat((0.5 + 0.4 * waves)[:, :, None], 3, axis=2).astype(np.float32)


@pytest.mark.parametrize("method", ["gram", "patch"])
def test_strokes_go_where_the_mask_says(random_vgg, method):
    style, style_mask = strokes(40, 48), halves(40, 48, BLACK, GREEN)
    target_mask = halves(32, 48, GREEN, BLACK)
    config = DoodleConfig(
        method, layers=("relu1_2", "relu2_1"), schedule="full:40", loss_weights=random_vgg
    )
    solution = doodle(style, style_mask, target_mask, config)
    assert solution.loss < 0.5 * solution.values[0][0]
    picture = solution.image.mean(axis=2)
    for half, upright in ((picture[:, :20], False), (picture[:, 28:], True)):
        across, down = (np.abs(np.diff(half, axis=axis)).mean() for axis in (1, 0))
        assert across > 1.3 * down if upright else down > 1.3 * across
