import itertools

import numpy as np
import pytest

from stylekit.imaging.window import Window, pad_for_model


def _row(*values: float) -> np.ndarray:
    """A picture of one row."""
    return np.repeat(np.array(values, np.float32)[None, :, None], 3, axis=2)


def test_reflection_then_more_on_the_right() -> None:
    padded, window = pad_for_model(_row(1, 2, 3, 4, 5), margin=2, multiple_of=4, smallest=1)
    # 5 + 2 × 2 = 9 columns, 12 with the multiple.
    assert padded[0, :, 0].tolist() == [3, 2, 1, 2, 3, 4, 5, 4, 3, 2, 1, 2]
    assert padded.shape == (8, 12, 3)
    assert window == Window(top=2, left=2, height=1, width=5)


def test_the_last_column_is_repeated_up_to_the_smallest_size() -> None:
    padded, _ = pad_for_model(_row(1, 2), margin=1, multiple_of=1, smallest=4)
    assert padded[0, :, 0].tolist() == [2, 1, 2, 2, 2, 2]
    assert padded.shape == (6, 6, 3)


def test_a_margin_larger_than_the_image_reflects_again() -> None:
    padded, _ = pad_for_model(_row(1, 2, 3), margin=4, multiple_of=1, smallest=1)
    assert padded[0, :, 0].tolist() == [1, 2, 3, 2, 1, 2, 3, 2, 1, 2, 3]


def test_one_pixel_is_repeated() -> None:
    padded, window = pad_for_model(np.full((1, 1, 3), 0.4, np.float32), 16, 8, 32)
    assert padded.shape == (64, 64, 3)
    assert (padded == np.float32(0.4)).all()
    assert window.crop(padded).shape == (1, 1, 3)


def test_nothing_to_do(photo: np.ndarray) -> None:
    padded, window = pad_for_model(photo, margin=0, multiple_of=1, smallest=1)
    np.testing.assert_array_equal(padded, photo)
    assert window == Window(0, 0, 21, 34)


@pytest.mark.parametrize("margin", [0, 3, 16])
def test_cropping_undoes_padding_and_sizes_fit(margin: int) -> None:
    random = np.random.default_rng(0)
    for height, width in itertools.product((1, 2, 7, 16, 33), repeat=2):
        image = random.random((height, width, 3), np.float32)
        padded, window = pad_for_model(image, margin, multiple_of=4, smallest=8)
        assert padded.shape[0] % 4 == 0 and padded.shape[1] % 4 == 0
        assert min(padded.shape[:2]) >= 8 + 2 * margin
        np.testing.assert_array_equal(window.crop(padded), image)
        np.testing.assert_array_equal(window.crop(padded[None]), image[None])
