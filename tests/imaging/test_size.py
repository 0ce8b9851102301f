import pytest

from stylekit.errors import StylekitError
from stylekit.imaging.size import parse_size


@pytest.mark.parametrize(
    ("text", "size"), [("384x640", (384, 640)), (" 8X12 ", (8, 12)), ("3×4", (3, 4)), ("7", (7, 7))]
)
def test_the_height_comes_first(text: str, size: tuple[int, int]) -> None:
    assert parse_size(text) == size


@pytest.mark.parametrize("text", ["", "x", "2x", "x2", "0", "0x9", "1x2x3", "-4", "1.5", "٣"])
def test_no_sizes(text: str) -> None:
    with pytest.raises(StylekitError, match="a size is HEIGHTxWIDTH in pixels"):
        parse_size(text)
