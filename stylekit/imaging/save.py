"""Write an image file."""

import io
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageCms

from stylekit.errors import StylekitError
from stylekit.files import atomic_path

_FORMATS = {
    ".png": "PNG",
    ".jpg": "JPEG",
    ".jpeg": "JPEG",
    ".webp": "WEBP",
    ".tif": "TIFF",
    ".tiff": "TIFF",
    ".bmp": "BMP",
}
_WITH_ALPHA = ("PNG", "WEBP", "TIFF")


def can_save(path: str | Path) -> bool:
    """Whether the suffix of `path` names a format that `save` writes."""
    return Path(path).suffix.lower() in _FORMATS


def image_format(path: str | Path) -> str:
    """The format, such as "PNG", that the suffix of `path` names.

    Raises:
        StylekitError: an unknown suffix; the message lists those known.
    """
    suffix = Path(path).suffix.lower()
    if suffix not in _FORMATS:
        raise StylekitError(
            f"cannot write {str(path)!r}: unknown suffix {suffix!r}, use {', '.join(_FORMATS)}"
        )
    return _FORMATS[suffix]


def save(
    path: str | Path, rgb: np.ndarray, alpha: np.ndarray | None = None, quality: int = 95
) -> None:
    """Write an image in the format that the suffix of `path` names, with an sRGB profile.

    Args:
        path: PNG, JPEG, WebP, TIFF or BMP, written by rename.
        rgb: `[height, width, 3]`, sRGB in [0, 1]; values outside are clipped.
        alpha: `[height, width]` in [0, 1] or None; laid on white where the format has none.
        quality: of JPEG and WebP, 1 to 100.

    Raises:
        StylekitError: an unknown suffix, an array of another shape or with NaN, an image too large
            for the format, a file that cannot be written.
    """
    format_name = image_format(path)
    _check(rgb, alpha)
    if alpha is not None and format_name not in _WITH_ALPHA:
        rgb = rgb * alpha[:, :, None] + (1 - alpha[:, :, None])
        alpha = None
    write_image(path, _image(rgb, alpha), format_name, **_options(format_name, quality))


def save_bytes(
    path: str | Path, rgb: np.ndarray, alpha: np.ndarray | None = None, quality: int = 95
) -> None:
    """As `save`, of uint8.

    Raises:
        StylekitError: as `save`.
    """
    format_name = image_format(path)
    image = Image.fromarray(rgb)
    if alpha is not None and format_name in _WITH_ALPHA:
        image = bytes_to_image(rgb, alpha)
    elif alpha is not None:
        white = Image.new("RGB", image.size, "white")
        image = Image.composite(image, white, Image.fromarray(alpha))
    write_image(path, image, format_name, **_options(format_name, quality))


def write_image(path: str | Path, image: Image.Image, format_name: str, **options: Any) -> None:
    """Write an image of Pillow by rename, with Pillow's own options of the format.

    Raises:
        StylekitError: an image too large for the format, a file that cannot be written.
    """
    with atomic_path(path) as temporary, io.BufferedWriter(_File(temporary, "wb")) as stream:
        try:
            image.save(stream, format_name, **options)
        except ValueError as error:
            raise StylekitError(
                f"cannot write {str(path)!r} ({image.width}x{image.height}) as {format_name}: "
                f"{error}"
            ) from error


class _File(io.FileIO):
    """A file that keeps its descriptor to itself, so that encoders write through Python.

    Pillow's own writing to a descriptor takes the part that a full disk still had room for to be
    the whole, and says nothing.
    """

    def fileno(self) -> int:
        raise io.UnsupportedOperation("no descriptor for encoders")


def encode_png(rgb: np.ndarray, alpha: np.ndarray | None = None) -> bytes:
    """The content of a PNG file, of what `save` takes."""
    stream = io.BytesIO()
    to_image(rgb, alpha).save(stream, "PNG", **_options("PNG", quality=100))
    return stream.getvalue()


def to_image(rgb: np.ndarray, alpha: np.ndarray | None = None) -> Image.Image:
    """A Pillow image, RGB or RGBA with 8 bits a channel, of what `save` takes.

    Raises:
        StylekitError: an array of another shape or with NaN.
    """
    _check(rgb, alpha)
    return _image(rgb, alpha)


def bytes_to_image(rgb: np.ndarray, alpha: np.ndarray | None = None) -> Image.Image:
    """A Pillow image, RGB or RGBA, of uint8 `[height, width, 3]` and `[height, width]`."""
    return Image.fromarray(rgb if alpha is None else np.dstack([rgb, alpha]))


def _image(rgb: np.ndarray, alpha: np.ndarray | None) -> Image.Image:
    channels = rgb if alpha is None else np.dstack([rgb, alpha])
    return Image.fromarray(np.rint(np.clip(channels, 0, 1) * 255).astype(np.uint8))


def _check(rgb: np.ndarray, alpha: np.ndarray | None) -> None:
    if rgb.ndim != 3 or rgb.shape[2] != 3 or 0 in rgb.shape:
        raise StylekitError(f"an image must have the shape [height, width, 3], not {rgb.shape}")
    if alpha is not None and alpha.shape != rgb.shape[:2]:
        raise StylekitError(f"alpha must have the shape {rgb.shape[:2]}, not {alpha.shape}")
    if not np.isfinite(rgb).all():
        raise StylekitError("the image holds NaN or infinite values")


def _options(format_name: str, quality: int) -> dict[str, Any]:
    if format_name == "BMP":
        return {}
    options: dict[str, Any] = {"icc_profile": _srgb_profile()}
    if format_name in ("JPEG", "WEBP"):
        options["quality"] = quality
    if format_name == "JPEG":
        options["subsampling"] = 0  # strokes have saturated edges, which 4:2:0 smears
    if format_name == "TIFF":
        options["compression"] = "tiff_deflate"
    return options


@cache
def _srgb_profile() -> bytes:
    """An ICC profile of sRGB, about 600 bytes; the same bytes every time."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    # Bytes 24 to 35 of an ICC header are the date of creation: six big-endian numbers.
    profile[24:36] = b"".join(part.to_bytes(2, "big") for part in (2000, 1, 1, 0, 0, 0))
    return bytes(profile)
