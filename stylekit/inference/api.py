"""One call from a photograph to a picture."""

from functools import lru_cache
from pathlib import Path

from PIL import Image

from stylekit import zoo
from stylekit.imaging.color import Preservation, parse_preservation
from stylekit.imaging.load import from_image
from stylekit.imaging.save import to_image
from stylekit.inference.look import Look, load_within, within
from stylekit.inference.stylizer import Stylizer


def stylize(
    photo: str | Path | Image.Image,
    *,
    style: str | None = None,
    strength: float = 1.0,
    model: str | Path | Stylizer = zoo.DEFAULT,
    preserve_color: Preservation | None = None,
    max_size: int | None = None,
    seed: int | None = None,
) -> Image.Image:
    """A photograph in the style of a painting.

    The networks of the last models used stay loaded, so that a second photograph takes less time.

    Args:
        photo: an image file, or an image of Pillow.
        style: a name or a blend such as "a:0.6,b:0.4"; None for the model's default.
        strength: 0, exactly the photograph, to 1, the full style.
        model: name of a shipped model, an exported file, or a `Stylizer` that holds one.
        preserve_color: "luminance" or "histogram" for the colours of the photograph.
        max_size: longer side, in pixels, to which a larger photograph is shrunk.
        seed: of the noise, for a model that has noise: another one gives another picture.

    Returns:
        An RGB image, or RGBA where the photograph has transparency.

    Raises:
        StylekitError: a file that cannot be read, an unknown model or style, a wrong strength, or
            a seed for a model without noise.
    """
    preservation = parse_preservation(preserve_color) if preserve_color else None
    look = Look(style, strength, preservation, seed)
    if isinstance(photo, Image.Image):
        picture = within(from_image(photo), max_size)
    else:
        picture = load_within(photo, max_size)
    stylizer = model if isinstance(model, Stylizer) else _warm(str(model))
    stylized = look.of(picture, stylizer)
    return to_image(stylized.rgb, stylized.alpha)


@lru_cache(maxsize=2)
def _warm(model: str) -> Stylizer:
    return Stylizer(model)
