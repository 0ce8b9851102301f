"""`stylekit sheet`: photographs in every style of a model."""

from pathlib import Path

import click

from stylekit.errors import StylekitError


@click.command("sheet")
@click.argument("photos", nargs=-1, required=True, metavar="PHOTO...")
@click.option("--model", metavar="NAME|FILE|RUN", help="Shipped model, exported file, or run.")
@click.option("--strengths", default="1", metavar="S,S,...", help="A row for each. [1]")
@click.option("--blends", is_flag=True, help="Show neighbouring styles half and half, too.")
@click.option("--preserve-color", metavar="HOW", help="As for stylize: luminance or histogram.")
@click.option(
    "--size",
    type=click.IntRange(min=16, max=2048),
    default=384,
    metavar="N",
    help="Longer side, in pixels, at which photos are stylized and shown. [384]",
)
@click.option("--precise", is_flag=True, help="As for stylize: floats on every machine.")
@click.option("-o", "--output", metavar="OUT", help="Picture to write. [PHOTO_sheet.jpg]")
@click.option("--threads", type=click.IntRange(min=1), metavar="N", help="Processors. [all]")
def command(
    photos: tuple[str, ...],
    model: str | None,
    strengths: str,
    blends: bool,
    preserve_color: str | None,
    size: int,
    precise: bool,
    output: str | None,
    threads: int | None,
) -> None:
    """Show photographs in every style of a model, on one labelled sheet."""
    from stylekit import zoo
    from stylekit.cli.quiet import silent_stderr
    from stylekit.cli.stylize import open_stylizer
    from stylekit.files import require_writable
    from stylekit.imaging.color import parse_preservation
    from stylekit.imaging.load import load_rgb
    from stylekit.imaging.resize import resize_longest
    from stylekit.imaging.save import image_format, save
    from stylekit.inference.style_sheet import style_sheet
    from stylekit.inference.styles import parse_strength

    if any(Path(photo).is_dir() for photo in photos):
        raise StylekitError("a sheet is made of files: give FOLDER/* for the photos of a folder")
    first = Path(photos[0])
    target = Path(output) if output is not None else first.with_name(f"{first.stem}_sheet.jpg")
    image_format(target)
    require_writable(target, photos)
    wanted = [parse_strength(strength) for strength in strengths.split(",")]
    preservation = None if preserve_color is None else parse_preservation(preserve_color)
    pictures = [resize_longest(load_rgb(photo), size) for photo in photos]
    stylizer = open_stylizer(zoo.DEFAULT if model is None else model, threads, precise)
    with silent_stderr():
        stylizer.warm_up()
    sheet = style_sheet(pictures, stylizer, wanted, blends, preservation)
    save(target, sheet)
    click.echo(f"{target}: {sheet.shape[1]}x{sheet.shape[0]}, {', '.join(stylizer.styles)}")
