"""One call from a photograph to a picture."""

from functools import lru_cache
from pathlib import Path

from PIL import Image

from stylekit import zoo
from stylekit.imaging.color import Preservation, parse_preservation
from stylekit.imaging.save import bytes_to_image, to_image
from stylekit.inference.large import stylize_large
from stylekit.inference.look import Look, is_large, load_within
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
    precise: bool = False,
) -> Image.Image:
    """A photograph in the style of a painting.

    The networks of the last models used stay loaded, so that a second photograph takes less time.
    Above 16 megapixels it is stylized in tiles, as the command does.

    Args:
        photo: an image file, or an image of Pillow.
        style: a name or a blend such as "a:0.6,b:0.4"; None for the model's default.
        strength: 0, exactly the photograph, to 1, the full style.
        model: name of a shipped model, an exported file, or a `Stylizer` that holds one.
        preserve_color: "luminance" or "histogram" for the colours of the photograph.
        max_size: longer side, in pixels, to which a larger photograph is shrunk.
        seed: of the noise, for a model that has noise: another one gives another picture.
        precise: compute a shipped model in floats on every processor, for the same picture
            everywhere; see `Stylizer`.

    Returns:
        An RGB image, or RGBA where the photograph has transparency.

    Raises:
        StylekitError: a file that cannot be read, an unknown model or style, a wrong strength, a
            seed for a model without noise, or a large photograph that cannot be stylized in
            tiles, see `large.stylize_large`.
    """
    preservation = None if preserve_color is None else parse_preservation(preserve_color)
    look = Look(style, strength, preservation, seed)
    opened = model if isinstance(model, Stylizer) else _warm(str(model))
    stylizer = opened.in_floats if precise else opened
    if max_size is None and stylizer.takes_tiles and is_large(photo):
        painted = stylize_large(photo, stylizer, look)
        return bytes_to_image(painted.rgb, painted.alpha)
    stylized = look.of(load_within(photo, max_size), stylizer)
    return to_image(stylized.rgb, stylized.alpha)


@lru_cache(maxsize=2)
def _warm(model: str) -> Stylizer:
    return Stylizer(model)
