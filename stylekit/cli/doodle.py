"""`stylekit doodle`: a painting's regions, arranged as a mask says."""

from typing import Any

import click

from stylekit.cli.synthesis_options import SharedOptions, comma_separated, synthesis_options


@click.command("doodle")
@click.option("--style", required=True, metavar="PAINTING", help="What to paint with.")
@click.option("--style-mask", required=True, metavar="M", help="Its regions, in plain colours.")
@click.option("--target-mask", required=True, metavar="T", help="Where they go, in those colours.")
@click.option("--content", metavar="PHOTO", help="A photo of the target mask's size to keep to.")
@click.option(
    "--method",
    type=click.Choice(["gram", "patch"]),
    default="gram",
    help="Gram matrices of regions (fast), or 3x3 patches (slow). [gram]",
)
@click.option("--size", type=click.IntRange(min=16), metavar="N", help="Longest side. [mask's]")
@click.option("--content-weight", type=click.FloatRange(min=0), metavar="X")
@click.option("--variation-weight", type=click.FloatRange(min=0), metavar="X", help="Smoothness.")
@click.option("--layers", metavar="L,L,...", help="Layers of the style.")
@click.option(
    "--distance",
    type=click.Choice(["squared", "smooth_l1"]),
    default="squared",
    help="Of Gram matrices; smooth_l1 is fast-neural-doodle's. [squared]",
)
@synthesis_options
def command(
    style: str,
    style_mask: str,
    target_mask: str,
    content: str | None,
    method: Any,
    size: int | None,
    content_weight: float | None,
    variation_weight: float | None,
    layers: str | None,
    distance: Any,
    **options: Any,
) -> None:
    """Paint the regions of a mask as the regions of a painting."""
    shared = SharedOptions(**options)
    shared.start(style, style_mask, target_mask, content)
    from stylekit.imaging.load import load_rgb
    from stylekit.synthesis.doodle import DoodleConfig, doodle

    config = DoodleConfig(
        method=method,
        size=size,
        content_weight=content_weight,
        variation_weight=variation_weight,
        layers=comma_separated(layers),
        distance=distance,
        **shared.recipe(),
    )
    painting, regions, target = (load_rgb(path) for path in (style, style_mask, target_mask))
    photo = None if content is None else load_rgb(content)
    shared.write(
        lambda: doodle(painting, regions, target, config, shared.solver(), shared.files(), photo)
    )
