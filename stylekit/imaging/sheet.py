"""Contact sheets: labelled tables of pictures."""

from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from stylekit.errors import StylekitError
from stylekit.imaging.resize import resize_longest

_GAP = 4  # pixels between cells
_BACKGROUND = 1.0
_INK = (40, 40, 40)


def contact_sheet(
    rows: Sequence[Sequence[np.ndarray]],
    row_labels: Sequence[str],
    column_labels: Sequence[str],
    cell: int,
) -> np.ndarray:
    """Lay pictures out in a table on white, with labels at the left and on top.

    Args:
        rows: pictures `[height, width, 3]` in [0, 1], of any sizes; each is resized to fit its
            cell. Rows may be shorter than the widest one.
        row_labels: a text for each row; the column of labels is left out if all are empty.
        column_labels: a text for each column, likewise.
        cell: side of a cell in pixels.

    Returns:
        float32 `[height, width, 3]` in [0, 1].

    Raises:
        StylekitError: no pictures, or other numbers of labels than of rows and columns.
    """
    column_count = max((len(row) for row in rows), default=0)
    if column_count == 0:
        raise StylekitError("a contact sheet needs at least one picture")
    if len(row_labels) != len(rows) or len(column_labels) != column_count:
        raise StylekitError(
            f"a contact sheet of {len(rows)} rows and {column_count} columns was given "
            f"{len(row_labels)} row labels and {len(column_labels)} column labels"
        )
    font = ImageFont.load_default(size=max(10, cell // 14))
    line = round(font.getbbox("Ág")[3]) + 2
    left = _GAP + max(_text_width(font, label) for label in row_labels)
    wrapped = [_wrap(font, label, cell) for label in column_labels]
    top = _GAP + line * max(len(lines) for lines in wrapped)

    step = cell + _GAP
    shape = (top + len(rows) * step, left + column_count * step, 3)
    sheet = np.full(shape, _BACKGROUND, np.float32)
    for i, row in enumerate(rows):
        for j, picture in enumerate(row):
            _place(sheet, resize_longest(picture, cell), top + i * step, left + j * step, cell)

    image = Image.fromarray(np.rint(sheet * 255).astype(np.uint8))
    draw = ImageDraw.Draw(image)
    for i, label in enumerate(row_labels):
        position = (_GAP // 2, top + i * step + cell // 2)
        draw.text(position, label, fill=_INK, font=font, anchor="lm")
    for j, lines in enumerate(wrapped):
        for k, text in enumerate(lines):
            position = (left + j * step + cell // 2, _GAP // 2 + k * line)
            draw.text(position, text, fill=_INK, font=font, anchor="ma")
    return np.asarray(image, np.float32) / 255


def labelled_grid(
    pictures: Sequence[np.ndarray], labels: Sequence[str], columns: int
) -> np.ndarray:
    """Lay pictures out row by row on white, each in its own size under its label.

    Args:
        pictures: `[height, width, 3]` in [0, 1]; at least one.
        labels: a text for each, shortened to the width of its column.
        columns: number of pictures in a row.

    Returns:
        float32 `[height, width, 3]` in [0, 1].
    """
    rows = [range(i, min(i + columns, len(pictures))) for i in range(0, len(pictures), columns)]
    heights = [max(pictures[i].shape[0] for i in row) for row in rows]
    widths = [
        max(picture.shape[1] for picture in pictures[j::columns])
        for j in range(min(columns, len(pictures)))
    ]
    font = ImageFont.load_default(size=min(24, max(10, min(widths) // 16)))
    line = round(font.getbbox("Ág")[3]) + 2 * _GAP
    lefts = _GAP + np.cumsum([0, *(width + _GAP for width in widths)])
    tops = np.cumsum([0, *(line + height + _GAP for height in heights)])
    sheet = np.full((tops[-1], lefts[-1], 3), _BACKGROUND, np.float32)
    for i, row in enumerate(rows):
        for j, index in enumerate(row):
            height, width = pictures[index].shape[:2]
            top, left = tops[i] + line, lefts[j] + (widths[j] - width) // 2
            sheet[top : top + height, left : left + width] = pictures[index]

    image = Image.fromarray(np.rint(sheet * 255).astype(np.uint8))
    draw = ImageDraw.Draw(image)
    for i, row in enumerate(rows):
        for j, index in enumerate(row):
            label = labels[index]
            while label and font.getlength(label) > widths[j]:
                label = label[:-1]
            position = (float(lefts[j] + widths[j] / 2), float(tops[i] + _GAP))
            draw.text(position, label, fill=_INK, font=font, anchor="ma")
    return np.asarray(image, np.float32) / 255


def _place(sheet: np.ndarray, picture: np.ndarray, top: int, left: int, cell: int) -> None:
    """Write a picture into the middle of its cell."""
    height, width = picture.shape[:2]
    top += (cell - height) // 2
    left += (cell - width) // 2
    sheet[top : top + height, left : left + width] = picture


def _text_width(font: ImageFont.FreeTypeFont | ImageFont.ImageFont, text: str) -> int:
    return round(font.getlength(text)) + _GAP if text else 0


def _wrap(font: ImageFont.FreeTypeFont | ImageFont.ImageFont, label: str, width: int) -> list[str]:
    """The words of a label in lines that fit `width` pixels, if single words do."""
    lines: list[str] = []
    for word in label.split():
        if lines and font.getlength(f"{lines[-1]} {word}") <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines
