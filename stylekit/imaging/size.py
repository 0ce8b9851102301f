"""Sizes of pictures as users write them."""

import re

from stylekit.errors import StylekitError


def parse_size(text: str) -> tuple[int, int]:
    """Height and width in pixels from a text such as `384x640`; one number is both.

    The height comes first, as in the shape of an array and of a network's input. Where sizes are
    printed, the width does, as everywhere where pictures are looked at.

    Raises:
        StylekitError: something else.
    """
    match = re.fullmatch(r"([0-9]+)(?:[x×]([0-9]+))?", text.strip().lower())
    if match is None or 0 in (sides := (int(match[1]), int(match[2] or match[1]))):
        raise StylekitError(
            f"a size is HEIGHTxWIDTH in pixels, such as 384x640, or one number for both: not "
            f"{text!r}"
        )
    return sides
