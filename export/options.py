"""What a user may choose for an exported file."""

from dataclasses import dataclass, field
from typing import Literal, get_args

from stylekit.errors import StylekitError
from stylekit.export.forms import FORMS, Form
from stylekit.imaging import size

ImageType = Literal["float32", "uint8"]
IMAGE_TYPES: tuple[ImageType, ...] = get_args(ImageType)


@dataclass(frozen=True)
class Size:
    """Height and width in pixels that a file is made for; as text, what `--size` takes."""

    height: int
    width: int

    def __str__(self) -> str:
        return f"{self.height}x{self.width}"


def parse_size(text: str) -> Size | None:
    """A size from "256" (a square), "384x640" (height and width) or "any" (None).

    Raises:
        StylekitError: something else.
    """
    return None if text == "any" else Size(*size.parse_size(text))


@dataclass(frozen=True)
class ExportOptions:
    """Which files an export writes: one for each form and size.

    Attributes:
        forms: see `forms.to_form`.
        sizes: of the photo; None is any, chosen at run time.
        gpu_safe: no sum that overflows in float16, and only operators that GPU delegates take.
        image_type: of the photo and the picture.
        calibration: folder of photographs that measure the ranges of int8 and mixed; None for
            those of scikit-image and scikit-learn.
        max_error: largest difference from the trained network that is accepted, of values in
            [0, 1]; None for the form's own.
    """

    forms: tuple[Form, ...] = ("float32", "float16")
    sizes: tuple[Size | None, ...] = field(default=(None,))
    gpu_safe: bool = False
    image_type: ImageType = "float32"
    calibration: str | None = None
    max_error: float | None = None

    def __post_init__(self) -> None:
        """Refuse what cannot be.

        Raises:
            StylekitError: an unknown form or type, or a negative or NaN error.
        """
        for form in self.forms:
            if form not in FORMS:
                raise StylekitError(f"unknown form {form!r}: choose {', '.join(FORMS)}")
        if self.image_type not in IMAGE_TYPES:
            raise StylekitError(
                f"unknown image type {self.image_type!r}: choose {', '.join(IMAGE_TYPES)}"
            )
        if self.max_error is not None and not self.max_error >= 0:
            raise StylekitError(f"the largest error must be at least 0, not {self.max_error:g}")
