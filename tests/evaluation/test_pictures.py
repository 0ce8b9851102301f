from pathlib import Path

import numpy as np
import pytest

from stylekit.errors import StylekitError
from stylekit.evaluation.pictures import load_photos, middle_square, painting_crop


def test_the_middle_of_a_picture_at_the_size_asked_for() -> None:
    picture = np.zeros((20, 40, 3), np.float32)
    picture[:, 10:30] = 1.0
    assert middle_square(picture, 16).shape == (16, 16, 3)
    assert middle_square(picture, 16).min() == 1.0
    assert middle_square(picture, 30).shape == (30, 30, 3)


def test_a_crop_of_a_painting_keeps_its_scale() -> None:
    painting = np.random.default_rng(0).random((50, 60, 3), np.float32)
    np.testing.assert_array_equal(painting_crop(painting, 40), painting[5:45, 10:50])
    assert painting_crop(painting, 64).shape == (64, 64, 3)  # enlarged, as it is too small


def test_photographs_are_spread_over_the_folder(photos: Path) -> None:
    assert [photo.path.name for photo in load_photos(photos, None, 32)] == [
        f"{i}.png" for i in range(4)
    ]
    chosen = load_photos(photos, 2, 32)
    assert [photo.path.name for photo in chosen] == ["0.png", "3.png"]
    assert {photo.pixels.shape for photo in chosen} == {(32, 32, 3)}
    assert len(load_photos(photos, 100, 32)) == 4


def test_a_broken_photograph_is_left_out_and_too_few_are_an_error(
    photos: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (photos / "1.png").write_bytes(b"no picture")
    with caplog.at_level("WARNING", logger="stylekit"):
        assert [photo.path.name for photo in load_photos(photos, None, 32)] == [
            "0.png",
            "2.png",
            "3.png",
        ]
    assert "1.png" in caplog.text
    for name in ("2.png", "3.png"):
        (photos / name).unlink()
    with pytest.raises(StylekitError, match="at least 2 photographs.*gave 1"):
        load_photos(photos, None, 32)
    with pytest.raises(StylekitError, match="does not exist"):
        load_photos(photos / "missing", None, 32)
