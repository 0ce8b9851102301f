"""Steps of gradient ascent by hand."""

import numpy as np
import pytest

from stylekit.synthesis.ascent import ascend

GREY = np.full((4, 6, 3), 0.5, np.float32)


def redder(image):
    """A value that falls as the image gets redder, and its gradient."""
    return -float(image[..., 0].sum()), np.broadcast_to(np.float32([-1, 0, 0]), image.shape)


@pytest.mark.parametrize(
    ("colors", "direction"),
    # 0.26² + 0.09² + 0.02², 0.26 · 0.27 - 0.02 · 0.05, and 0.26 · 0.27 - 0.09² + 0.02 · 0.03
    [("free", [1, 0, 0]), ("natural", [0.0761, 0.0692, 0.0627])],
)
def test_steps_have_their_size_and_their_colors(colors, direction):
    random = np.random.default_rng(0)
    found = ascend(redder, GREY, 2, 0.01, 3, random, colors) - GREY
    wanted = 2 * 0.01 * np.array(direction) / np.mean(direction)
    np.testing.assert_allclose(found, np.broadcast_to(wanted, GREY.shape), atol=1e-6)


def test_it_stays_in_the_box():
    found = ascend(redder, GREY, 3, 0.5, 0, np.random.default_rng(0), "free")
    np.testing.assert_array_equal(found[..., 0], np.ones((4, 6)))
