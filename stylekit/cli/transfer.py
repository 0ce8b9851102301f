"""`stylekit transfer`: a photograph painted after paintings, by optimisation."""

from typing import Any

import click

from stylekit.cli.synthesis_options import (
    SharedOptions,
    comma_separated,
    numbers,
    synthesis_options,
)


@click.command("transfer")
@click.argument("photo")
@click.argument("paintings", nargs=-1, required=True, metavar="PAINTING...")
@click.option("--painting-weights", metavar="W,W,...", help="Of several paintings. [equal]")
@click.option(
    "--mask",
    "masks",
    multiple=True,
    metavar="IMAGE",
    help="White where the photo is painted after the painting; one for each, in their order.",
)
@click.option("--preset", default="stylekit", metavar="NAME", help="stylekit, paper, neural-style.")
@click.option("--size", type=click.IntRange(min=16), metavar="N", help="Longest side. [up to 512]")
@click.option(
    "--style-size",
    type=click.IntRange(min=16),
    metavar="N",
    help="Shortest side of the paintings: brush size. [picture's]",
)
@click.option("--content-weight", type=click.FloatRange(min=0), metavar="X")
@click.option("--style-weight", type=click.FloatRange(min=0), metavar="X")
@click.option("--variation-weight", type=click.FloatRange(min=0), metavar="X", help="Smoothness.")
@click.option("--content-layers", metavar="L,L,...", help="Layers such as relu4_2.")
@click.option("--style-layers", metavar="L,L,...")
@click.option("--pooling", type=click.Choice(["max", "avg"]))
@click.option("--start", type=click.Choice(["photo", "noise"]), help="Start of the optimisation.")
@click.option("--preserve-color", metavar="HOW", help="luminance or histogram of the photo.")
@synthesis_options
def command(
    photo: str,
    paintings: tuple[str, ...],
    painting_weights: str | None,
    masks: tuple[str, ...],
    content_layers: str | None,
    style_layers: str | None,
    preserve_color: str | None,
    **options: Any,
) -> None:
    """Paint PHOTO after one or several PAINTINGs (Gatys et al. 2016)."""
    own = {
        name: options.pop(name)
        for name in (
            "preset",
            "size",
            "style_size",
            "content_weight",
            "style_weight",
            "variation_weight",
            "pooling",
            "start",
        )
    }
    shared = SharedOptions(**options)
    shared.start(photo, *paintings, *masks)
    from stylekit.imaging.color import parse_preservation
    from stylekit.imaging.load import load_rgb
    from stylekit.synthesis.style_transfer import TransferConfig, transfer_picture

    config = TransferConfig(
        **own,
        painting_weights=numbers(painting_weights, "--painting-weights"),
        content_layers=comma_separated(content_layers),
        style_layers=comma_separated(style_layers),
        preserve_color=None if preserve_color is None else parse_preservation(preserve_color),
        **shared.recipe(),
    )
    picture, styles = load_rgb(photo), [load_rgb(painting) for painting in paintings]
    regions = [load_rgb(mask).mean(axis=2) for mask in masks] or None
    shared.write(
        lambda: transfer_picture(picture, styles, config, shared.solver(), shared.files(), regions)
    )
