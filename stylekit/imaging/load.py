"""Read image files of every common kind into one convention."""

import io
import stat
import struct
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
from PIL import Image, ImageCms, ImageOps

from stylekit.errors import StylekitError

# What Pillow's decoders raise for damaged data, each in its own way.
_DAMAGED = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    EOFError,
    LookupError,
    OverflowError,
    struct.error,
    zlib.error,
)


# Where an image comes from: a file, a stream, or an image that Pillow has opened or made.
Source = str | Path | BinaryIO | Image.Image


@dataclass(frozen=True)
class Picture:
    """An image in memory; of uint8, 0 to 255 in place of 0 to 1, where `load_bytes` gave it.

    Attributes:
        rgb: float32 `[height, width, 3]`, sRGB in [0, 1].
        alpha: float32 `[height, width]` in [0, 1], 0 transparent; None if the image has none.
    """

    rgb: np.ndarray
    alpha: np.ndarray | None = None


def load(source: Source) -> Picture:
    """Read an image: upright by its EXIF orientation, in sRGB by its ICC profile.

    Grey, palette, CMYK, 16-bit and transparent images are converted; of an animation, the first
    frame is read. A damaged ICC profile is passed over, as browsers do.

    Raises:
        StylekitError: a missing, empty, truncated or damaged file, one that is no image, or an
            image of more than twice `PIL.Image.MAX_IMAGE_PIXELS`.
    """
    with _upright(source) as image:
        if _is_deep(image):
            return Picture(_deep_grey(image))
        picture = _bytes(image)
    alpha = None if picture.alpha is None else np.asarray(picture.alpha, np.float32) / 255
    return Picture(np.asarray(picture.rgb, np.float32) / 255, alpha)


def load_rgb(source: Source) -> np.ndarray:
    """As `load`, the colours alone: float32 `[height, width, 3]` in [0, 1]."""
    return load(source).rgb


def load_bytes(source: Source) -> Picture:
    """As `load`, in a quarter of the memory: with a byte, 0 to 255, for each number."""
    with _upright(source) as image:
        if _is_deep(image):
            return Picture(np.rint(_deep_grey(image) * 255).astype(np.uint8))
        return _bytes(image)


def pixel_size(source: Source) -> tuple[int, int]:
    """Height and width in pixels as stored in the file's header, before any EXIF rotation.

    Raises:
        StylekitError: as `load`, except for damage behind the header.
    """
    with _opened(source) as image:
        return image.height, image.width


@contextmanager
def _upright(source: Source) -> Iterator[Image.Image]:
    """The decoded image of a source, turned as its EXIF orientation says."""
    with _opened(source) as image:
        image.load()
        yield ImageOps.exif_transpose(image)


@contextmanager
def _opened(source: Source) -> Iterator[Image.Image]:
    """The image of a source, and StylekitError for what goes wrong while it is open."""
    name = source_name(source)
    if not isinstance(source, str | Path | Image.Image) and not hasattr(source, "read"):
        raise StylekitError(
            f"an image is read from a file, a stream or an image of Pillow: not from "
            f"{type(source).__name__}"
        )
    try:
        if isinstance(source, str | Path):
            _require_file(source)
        with warnings.catch_warnings():
            # Large photographs are welcome up to the size at which Pillow raises an error;
            # oddities in metadata (broken EXIF, palette transparency) do not matter.
            warnings.simplefilter("ignore")
            if isinstance(source, Image.Image):
                yield source
            else:
                with Image.open(source) as image:
                    yield image
    except Image.DecompressionBombError as error:
        limit = 2 * (Image.MAX_IMAGE_PIXELS or 0) // 1_000_000
        raise StylekitError(
            f"the image {name!r} has more than {limit} megapixels: make it smaller first"
        ) from error
    except Image.UnidentifiedImageError as error:
        raise StylekitError(_unidentified(source, name)) from error
    except _DAMAGED as error:
        # The system's errors have a number: no such file, is a directory, permission denied.
        if isinstance(error, OSError) and error.errno is not None:
            raise StylekitError(
                f"cannot read the image {name!r}: {error.strerror or error}"
            ) from error
        raise StylekitError(f"the image {name!r} is truncated or damaged: {error}") from error


def _require_file(path: str | Path) -> None:
    """Refuse a pipe or a device, which would be waited for: images are opened more than once.

    Raises:
        OSError: there is no such file.
        StylekitError: it is neither a file nor a folder.
    """
    mode = Path(path).stat().st_mode
    if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
        raise StylekitError(f"cannot read the image {str(path)!r}: it is not a regular file")


def source_name(source: Source) -> str:
    """What messages call a source."""
    if isinstance(source, str | Path):
        return str(source)
    # Pillow has the name of the file that it opened; an image that was made has none.
    return str(getattr(source, "name", None) or getattr(source, "filename", None) or "image")


def _unidentified(source: Source, name: str) -> str:
    if isinstance(source, str | Path) and Path(source).stat().st_size == 0:
        return f"the image {name!r} is empty (0 bytes)"
    return f"{name!r} is not an image of a known kind: use JPEG, PNG, WebP, TIFF, BMP or GIF"


def _is_deep(image: Image.Image) -> bool:
    """Whether an image has more than 8 bits a channel, in one of Pillow's grey modes."""
    return image.mode == "F" or image.mode.startswith("I")


def _bytes(image: Image.Image) -> Picture:
    """Colours and transparency of an image of 8 bits a channel, as they are."""
    alpha = None
    if image.has_transparency_data:
        rgba = image.convert("RGBA")
        alpha = np.asarray(rgba.getchannel("A"))
        # A grey profile, if there is one, describes the grey channel.
        image = image.convert("L") if image.mode in ("L", "LA", "La") else rgba
    return Picture(np.asarray(_in_srgb(image)), alpha)


def _deep_grey(image: Image.Image) -> np.ndarray:
    """Grey of 16 bits, or of floats in [0, 1], without rounding to 8 bits.

    Pillow reads 16-bit grey as mode "I;16" (or "I", by format), and 16-bit colour as 8-bit RGB.
    """
    white = np.float32(1 if image.mode == "F" else 65535)
    grey = np.clip(np.nan_to_num(np.asarray(image, np.float32) / white), 0, 1)
    return np.repeat(grey[:, :, None], 3, axis=2)


def _in_srgb(image: Image.Image) -> Image.Image:
    profile = image.info.get("icc_profile")
    if image.mode in ("RGBA", "RGBX", "P", "PA", "1"):
        image = image.convert("RGB")
    if profile:
        try:
            converted = ImageCms.profileToProfile(
                image,
                ImageCms.ImageCmsProfile(io.BytesIO(profile)),
                ImageCms.createProfile("sRGB"),
                outputMode="RGB",
            )
        except (ImageCms.PyCMSError, OSError, ValueError):
            converted = None  # damaged, or for other channels than the image has
        if converted is not None:
            return converted
    return image.convert("RGB")
