import numpy as np
import pytest

from stylekit.errors import StylekitError
from stylekit.imaging.resize import resize, resize_longest, resize_shortest


def test_a_flat_image_stays_flat() -> None:
    resized = resize(np.full((9, 7, 3), 0.3, np.float32), 23, 4)
    assert resized.dtype == np.float32
    np.testing.assert_allclose(resized, np.full((23, 4, 3), 0.3), atol=1e-6)


def test_values_are_not_rounded_to_8_bits() -> None:
    step = 0.1 / 255
    image = np.full((8, 8, 3), 0.5 + step, np.float32)
    np.testing.assert_allclose(resize(image, 4, 4), 0.5 + step, atol=1e-6)


def test_shrinking_is_antialiased() -> None:
    stripes = np.zeros((64, 64, 3), np.float32)
    stripes[:, ::2] = 1
    inner = resize(stripes, 16, 16)[:, 2:-2]
    np.testing.assert_allclose(inner, 0.5, atol=0.02)


def test_overshoot_is_clipped() -> None:
    edge = np.zeros((8, 8, 3), np.float32)
    edge[:, 4:] = 1
    enlarged = resize(edge, 32, 32)
    assert enlarged.min() == 0 and enlarged.max() == 1


def test_channels_keep_their_places(photo: np.ndarray) -> None:
    together = resize(photo, 11, 13)
    for channel in range(3):
        np.testing.assert_array_equal(together[:, :, channel], resize(photo[..., channel], 11, 13))


def test_the_same_size_is_the_same_image(photo: np.ndarray) -> None:
    np.testing.assert_array_equal(resize(photo, 21, 34), photo)


def test_sides_and_aspect_ratio() -> None:
    image = np.zeros((30, 40, 3), np.float32)
    assert resize_shortest(image, 15).shape == (15, 20, 3)
    assert resize_shortest(image, 60).shape == (60, 80, 3)
    assert resize_longest(image, 20).shape == (15, 20, 3)
    assert resize_longest(image[:, :, 0], 20).shape == (15, 20)
    assert resize_longest(np.zeros((2, 500, 3), np.float32), 10).shape == (1, 10, 3)


@pytest.mark.parametrize("size", [0, -3])
def test_sizes_below_one(size: int) -> None:
    image = np.zeros((4, 4, 3), np.float32)
    with pytest.raises(StylekitError, match=str(size)):
        resize(image, 4, size)
    with pytest.raises(StylekitError, match=str(size)):
        resize_shortest(image, size)
