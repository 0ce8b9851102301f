import numpy as np
import pytest

from stylekit.errors import StylekitError
from stylekit.imaging.sheet import contact_sheet, labelled_grid


def _flat(red: float, green: float, blue: float, shape: tuple[int, int] = (8, 8)) -> np.ndarray:
    return np.broadcast_to(np.array([red, green, blue], np.float32), (*shape, 3))


def test_cells_without_labels_lie_on_a_grid() -> None:
    red, green, blue = _flat(1, 0, 0), _flat(0, 1, 0), _flat(0, 0, 1)
    sheet = contact_sheet([[red, green], [blue]], ["", ""], ["", ""], cell=20)
    assert sheet.dtype == np.float32
    # Two cells and three gaps of 4 pixels in both directions.
    assert sheet.shape == (52, 52, 3)
    assert (sheet[4:24, 4:24] == [1, 0, 0]).all()
    assert (sheet[4:24, 28:48] == [0, 1, 0]).all()
    assert (sheet[28:48, 4:24] == [0, 0, 1]).all()
    assert (sheet[28:48, 28:48] == 1).all()
    assert (sheet[:4] == 1).all() and (sheet[:, :4] == 1).all()


def test_a_wide_picture_lies_in_the_middle_of_its_cell() -> None:
    sheet = contact_sheet([[_flat(0, 0, 0, (5, 20))]], [""], [""], cell=20)
    dark = (sheet == 0).all(axis=2)
    rows, columns = np.nonzero(dark)
    assert (rows.min(), rows.max() + 1) == (4 + 7, 4 + 12)
    assert (columns.min(), columns.max() + 1) == (4, 24)


def test_labels_are_written_beside_the_cells() -> None:
    white = _flat(1, 1, 1)
    plain = contact_sheet([[white]], [""], [""], cell=60)
    labelled = contact_sheet([[white]], ["portrait"], ["strength one half"], cell=60)
    assert (plain == 1).all()
    height = labelled.shape[0] - plain.shape[0]
    width = labelled.shape[1] - plain.shape[1]
    assert height > 0 and width > 0
    assert (labelled[4 + height :, 4 + width :] == 1).all()  # nothing over the picture
    assert (labelled[: 4 + height, 4 + width :] < 0.5).any()  # ink above it
    assert (labelled[4 + height :, : 4 + width] < 0.5).any()  # ink at its left


def test_a_long_column_label_takes_more_lines() -> None:
    white = [[_flat(1, 1, 1)]]
    short = contact_sheet(white, [""], ["one"], cell=60)
    long = contact_sheet(white, [""], ["one two three four five six seven eight"], cell=60)
    assert long.shape[0] > short.shape[0] and long.shape[1] == short.shape[1]


def test_wrong_numbers_of_labels_and_no_pictures() -> None:
    white = _flat(1, 1, 1)
    with pytest.raises(StylekitError, match="2 row labels"):
        contact_sheet([[white]], ["a", "b"], ["c"], cell=20)
    with pytest.raises(StylekitError, match="0 column labels"):
        contact_sheet([[white]], ["a"], [], cell=20)
    with pytest.raises(StylekitError, match="at least one picture"):
        contact_sheet([], [], [], cell=20)


def test_a_grid_in_the_size_of_the_pictures() -> None:
    pictures = [np.full((20, 30, 3), value, np.float32) for value in (0.0, 0.2, 0.4)]
    grid = labelled_grid(pictures, ["a", "a label that is far too long", ""], columns=2)
    line = (grid.shape[0] - 2 * 20 - 2 * 4) // 2
    assert grid.shape == (2 * (line + 20 + 4), 4 + 2 * (30 + 4), 3)
    np.testing.assert_allclose(grid[line : line + 20, 4:34], 0, atol=1 / 255)
    np.testing.assert_allclose(grid[line : line + 20, 38:68], 0.2, atol=1 / 255)
    np.testing.assert_allclose(grid[2 * line + 24 : 2 * line + 44, 4:34], 0.4, atol=1 / 255)
    assert grid[:line, 4:34].min() < 0.6 and grid[2 * line + 24 :, 38:].min() == 1
