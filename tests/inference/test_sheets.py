import numpy as np
import pytest

from stylekit.inference.sheets import line, plan, sheets


def test_a_photograph_no_larger_than_a_sheet_is_the_sheet() -> None:
    photo = np.random.default_rng(0).random((40, 60, 3)).astype(np.float32)

    (sheet,) = sheets(photo, 64, 64)

    np.testing.assert_array_equal(sheet, photo)


def test_a_line_by_hand() -> None:
    # Two patches of 256 of a side of 1000: its beginning and its end.
    found = line(1000, 512, place=0, number=1)

    assert len(found.first) == 512
    # Well before the edge at 256, on it, and well after.
    assert (found.first[0], found.weights[0]) == (0, 0)
    assert (found.first[239], found.weights[239]) == (239, 0)
    assert (found.first[256], found.second[256]) == (256, 744)
    assert found.weights[256] == 16.5 / 32
    assert (found.second[511], found.weights[511]) == (999, 1)


def test_lines_stay_in_the_photograph() -> None:
    for place in range(4):
        found = line(1030, 1024, place, 4)
        assert 0 <= min(found.first.min(), found.second.min())
        assert max(found.first.max(), found.second.max()) <= 1029


@pytest.mark.parametrize(
    ("height", "width", "number"),
    [(1024, 1024, 1), (2048, 1024, 2), (3000, 4000, 4), (6936, 9248, 8), (500, 20000, 6)],
)
def test_number_of_sheets(height: int, width: int, number: int) -> None:
    assert len(plan(height, width, 1024, 1024)) == number


def test_every_part_has_its_share() -> None:
    # Over all sheets, the mean place of rows and columns is the middle of the photograph, and
    # their spread that of all rows and columns.
    lines = plan(3001, 4003, 1024, 1024)
    for side, length in ((0, 3001), (1, 4003)):
        places = np.concatenate(
            [
                np.where(pair[side].weights < 0.5, pair[side].first, pair[side].second)
                for pair in lines
            ]
        )
        assert abs(places.mean() - length / 2) < 0.01 * length
        assert abs(places.std() / (length / 12**0.5) - 1) < 0.03


def test_sheets_that_follow_one_another_in_height_lie_apart_in_width() -> None:
    places = [columns.first[0] for _, columns in plan(6936, 9248, 1024, 1024)]

    assert len(set(places)) == 8
    assert np.abs(np.diff(places)).min() >= 2 * (np.sort(places)[1] - np.sort(places)[0])


def test_sheets_of_bytes_are_those_of_floats() -> None:
    photo = np.random.default_rng(0).integers(0, 256, (300, 400, 3)).astype(np.uint8)

    of_floats = list(sheets(photo.astype(np.float32) / 255, 128, 128))
    of_bytes = list(sheets(photo, 128, 128))

    assert len(of_floats) == len(of_bytes) == 4
    for one, other in zip(of_floats, of_bytes, strict=True):
        np.testing.assert_allclose(one, other, rtol=0, atol=1e-6)
