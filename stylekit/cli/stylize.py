"""`stylekit stylize`: one photograph, one model, one picture."""

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from stylekit.errors import StylekitError

if TYPE_CHECKING:
    from stylekit.imaging.load import Picture
    from stylekit.inference.stylizer import Stylizer

# The network holds the whole photograph with tens of channels: 16 megapixels need some gigabytes.
_MOST_PIXELS = 16_000_000


@click.command("stylize")
@click.argument("photo")
@click.option("--model", required=True, metavar="FILE|RUN", help="Exported model, or a run.")
@click.option("--style", metavar="NAME", help="A style, or a blend: a:0.6,b:0.4. [first]")
@click.option("--strength", default="1", metavar="S", help="0 (the photo) to 1. [1]")
@click.option(
    "--max-size",
    type=click.IntRange(min=1),
    metavar="N",
    help="Shrink the photo so that its longer side has at most N pixels.",
)
@click.option("-o", "--output", metavar="OUT", help="Picture to write. [PHOTO_stylized.*]")
@click.option("--threads", type=click.IntRange(min=1), metavar="N", help="Processors. [all]")
@click.option("--json", "as_json", is_flag=True, help="Print what was done as JSON.")
def command(
    photo: str,
    model: str,
    style: str | None,
    strength: str,
    max_size: int | None,
    output: str | None,
    threads: int | None,
    as_json: bool,
) -> None:
    """Stylize PHOTO with a model."""
    from stylekit.files import require_writable
    from stylekit.imaging.save import image_format, save
    from stylekit.inference.styles import parse_strength, parse_styles

    target = Path(output) if output is not None else _default_output(Path(photo))
    image_format(target)
    require_writable(target)
    wanted_strength = parse_strength(strength)
    picture = _load(photo, max_size)
    stylizer = _stylizer(model, threads)
    weights = parse_styles(style, stylizer.styles)

    start = time.perf_counter()
    stylized = stylizer.stylize(picture.rgb, style, wanted_strength)
    seconds = time.perf_counter() - start
    save(target, stylized, picture.alpha)

    height, width = stylized.shape[:2]
    shares = {
        name: round(float(weight), 6)
        for name, weight in zip(stylizer.styles, weights, strict=True)
        if weight
    }
    if as_json:
        report = {
            "output": str(target),
            "width": width,
            "height": height,
            "model": stylizer.card.name,
            "styles": shares,
            "strength": wanted_strength,
            "seconds": seconds,
        }
        click.echo(json.dumps(report, ensure_ascii=False))
    else:
        blend = " + ".join(
            name if weight == 1 else f"{weight:.0%} {name}" for name, weight in shares.items()
        )
        click.echo(
            f"{target}: {width}x{height}, {blend}, strength {wanted_strength:g}, {seconds:.2f} s"
        )


def _default_output(photo: Path) -> Path:
    """Beside the photo, in its format where that can be written, else PNG."""
    from stylekit.imaging.save import can_save

    suffix = photo.suffix if can_save(photo) else ".png"
    return photo.with_name(f"{photo.stem}_stylized{suffix}")


def _load(photo: str, max_size: int | None) -> "Picture":
    """The photo, no larger than `max_size` and no larger than fits into memory."""
    from stylekit.imaging.load import Picture, load, pixel_size
    from stylekit.imaging.resize import resize_longest

    height, width = pixel_size(photo)
    longest = max(height, width)
    scale = min(1.0, max_size / longest) if max_size is not None else 1.0
    if height * width * scale**2 > _MOST_PIXELS:
        fitting = int(longest * (_MOST_PIXELS / (height * width)) ** 0.5)
        raise StylekitError(
            f"the photo {photo!r} would be stylized at {height * width * scale**2 / 1e6:.1f} "
            f"megapixels, more than {_MOST_PIXELS // 1_000_000}: give --max-size {fitting} or less"
        )
    picture = load(photo)
    if scale == 1.0 or max_size is None:
        return picture
    alpha = None if picture.alpha is None else resize_longest(picture.alpha, max_size)
    return Picture(resize_longest(picture.rgb, max_size), alpha)


def _stylizer(model: str, threads: int | None) -> "Stylizer":
    from stylekit.inference.stylizer import Stylizer

    if not Path(model).is_dir():
        return Stylizer(model, threads=threads)
    from stylekit.cli.quiet import start_tensorflow

    start_tensorflow(threads)
    from stylekit.training.run import load_run

    runner, card = load_run(model)
    return Stylizer(runner, card=card)
