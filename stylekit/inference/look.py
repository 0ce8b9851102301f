"""How a photograph is to look, and making it so."""

from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from stylekit.errors import StylekitError
from stylekit.imaging.color import Preservation, preserve_color
from stylekit.imaging.load import Picture, Source, load, pixel_size, source_name
from stylekit.imaging.resize import resize_longest
from stylekit.inference.stylizer import Stylizer

# The network holds the whole photograph with tens of channels: 16 megapixels need some gigabytes.
MOST_PIXELS = 16_000_000


@dataclass(frozen=True)
class Look:
    """What is chosen for a photograph.

    Attributes:
        style: a name or a blend such as "a:0.6,b:0.4"; None for the model's default.
        strength: 0, exactly the photograph, to 1, the full style.
        preserve_color: how the photograph's colours are kept; None for the painting's colours.
        seed: of the noise, for a model that has it.
    """

    style: str | None = None
    strength: float = 1.0
    preserve_color: Preservation | None = None
    seed: int | None = None

    def of(self, picture: Picture, stylizer: Stylizer) -> Picture:
        """The picture stylized; its transparency stays as it is.

        Raises:
            StylekitError: as `Stylizer.stylize`.
        """
        stylized = stylizer.stylize(picture.rgb, self.style, self.strength, self.seed)
        if self.preserve_color is not None:
            stylized = preserve_color(stylized, picture.rgb, self.preserve_color)
        return Picture(stylized, picture.alpha)


def is_large(photo: Source, networks: int = 1) -> bool:
    """Whether a photograph has more pixels than each of some networks can hold at the same time.

    Raises:
        StylekitError: as `imaging.load.pixel_size`.
    """
    height, width = pixel_size(photo)
    return height * width > MOST_PIXELS // networks


def load_within(source: Source, max_size: int | None) -> Picture:
    """The photograph, its longer side no longer than `max_size`, and never enlarged.

    Raises:
        StylekitError: as `imaging.load.load`, or more than `MOST_PIXELS` are left of it.
    """
    height, width = pixel_size(source)
    longest = max(height, width)
    scale = min(1.0, max_size / longest) if max_size is not None else 1.0
    if height * width * scale**2 > MOST_PIXELS:
        fitting = int(longest * (MOST_PIXELS / (height * width)) ** 0.5)
        raise StylekitError(
            f"the photo {source_name(source)!r} would be stylized at "
            f"{height * width * scale**2 / 1e6:.1f} megapixels, more than "
            f"{MOST_PIXELS // 1_000_000}: give --max-size {fitting} or less"
        )
    if not isinstance(source, str | Path | Image.Image):
        source.seek(0)
    return within(load(source), max_size)


def within(picture: Picture, max_size: int | None) -> Picture:
    """The picture, shrunk if its longer side has more than `max_size` pixels."""
    if max_size is None or max(picture.rgb.shape[:2]) <= max_size:
        return picture
    alpha = None if picture.alpha is None else resize_longest(picture.alpha, max_size)
    return Picture(resize_longest(picture.rgb, max_size), alpha)
