"""`stylekit texture`: more of a texture, by optimisation."""

from typing import Any

import click

from stylekit.cli.synthesis_options import SharedOptions, comma_separated, synthesis_options


@click.command("texture")
@click.argument("sample")
@click.option("--size", metavar="HEIGHTxWIDTH", help="Of the texture in pixels. [sample's]")
@click.option(
    "--sample-size", type=click.IntRange(min=16), metavar="N", help="Shortest side of the sample."
)
@click.option("--seamless", is_flag=True, help="It continues at its other side: tiles.")
@click.option("--layers", metavar="L,L,...", help="Such as relu1_1,pool1,pool2,pool3,pool4.")
@click.option("--match-histogram", is_flag=True, help="Give it the sample's colours at the end.")
@click.option(
    "--spectrum",
    "spectrum_weight",
    type=click.FloatRange(min=0),
    default=0.0,
    metavar="X",
    help="Weight of the sample's spectrum, for regular patterns. [0]",
)
@click.option(
    "--variation-weight", type=click.FloatRange(min=0), default=0.0, metavar="X", help="Smoothness."
)
@click.option("--pooling", type=click.Choice(["avg", "max"]), default="avg")
@synthesis_options
def command(
    sample: str,
    size: str | None,
    sample_size: int | None,
    seamless: bool,
    layers: str | None,
    match_histogram: bool,
    spectrum_weight: float,
    variation_weight: float,
    pooling: Any,
    **options: Any,
) -> None:
    """Make a texture like SAMPLE (Gatys et al. 2015)."""
    shared = SharedOptions(**options)
    shared.start(sample)
    from stylekit.imaging.load import load_rgb
    from stylekit.imaging.size import parse_size
    from stylekit.synthesis.texture import TextureConfig, synthesize_texture

    config = TextureConfig(
        size=None if size is None else parse_size(size),
        sample_size=sample_size,
        seamless=seamless,
        layers=comma_separated(layers),
        match_histogram=match_histogram,
        spectrum_weight=spectrum_weight,
        variation_weight=variation_weight,
        pooling=pooling,
        **shared.recipe(),
    )
    picture = load_rgb(sample)
    shared.write(lambda: synthesize_texture(picture, config, shared.solver(), shared.files()))
