"""`stylekit dream`: what a layer sees in a photograph, seen more strongly."""

import time
from typing import Any

import click

from stylekit.cli.synthesis_options import comma_separated


@click.command("dream")
@click.argument("photo")
@click.option("-o", "--output", required=True, metavar="OUT", help="Picture to write.")
@click.option("--layer", "layers", default="relu4_1", metavar="L,L,...", help="[relu4_1]")
@click.option("--channel", type=click.IntRange(min=0), metavar="N", help="One channel. [all]")
@click.option("--guide", metavar="IMAGE", help="Whose features are sought.")
@click.option("--size", type=click.IntRange(min=1), metavar="N", help="Longest side. [photo's]")
@click.option("--octaves", type=click.IntRange(min=1), default=4, metavar="N", help="[4]")
@click.option("--octave-ratio", "ratio", type=float, default=1.4, metavar="X", help="[1.4]")
@click.option(
    "--steps",
    "--iterations",
    "steps",
    type=click.IntRange(min=1),
    default=10,
    metavar="N",
    help="In each octave. [10]",
)
@click.option(
    "--step-size",
    type=click.FloatRange(min=0, min_open=True),
    default=1.5,
    metavar="X",
    help="Mean change of a pixel in a step, of 255. [1.5]",
)
@click.option("--jitter", type=click.IntRange(min=0), default=32, metavar="N", help="Pixels. [32]")
@click.option(
    "--colors",
    type=click.Choice(["natural", "free"]),
    default="natural",
    help="Steps as natural colours vary, or any. [natural]",
)
@click.option("--seed", type=click.IntRange(min=0), default=0, metavar="N", help="Of the jitter.")
@click.option("--loss-weights", default="auto", metavar="auto|imagenet|hed|FILE")
@click.option("--threads", type=click.IntRange(min=1), metavar="N", help="Processors. [all]")
def command(
    photo: str,
    output: str,
    layers: str,
    channel: int | None,
    guide: str | None,
    size: int | None,
    octaves: int,
    ratio: float,
    steps: int,
    step_size: float,
    jitter: int,
    colors: Any,
    seed: int,
    loss_weights: str,
    threads: int | None,
) -> None:
    """Raise what layers of the loss network see in PHOTO (DeepDream)."""
    from stylekit.cli.quiet import start_tensorflow
    from stylekit.files import require_writable
    from stylekit.imaging.load import load_rgb
    from stylekit.imaging.resize import resize_longest
    from stylekit.imaging.save import image_format, save

    image_format(output)
    require_writable(output, [photo] if guide is None else [photo, guide])
    start_tensorflow(threads)
    from stylekit.synthesis.dream import DreamConfig, dream
    from stylekit.training.logs import messages_on_terminal

    picture = load_rgb(photo)
    if size is not None:
        picture = resize_longest(picture, size)
    config = DreamConfig(
        layers=comma_separated(layers) or (),
        channel=channel,
        octaves=octaves,
        ratio=ratio,
        steps=steps,
        step_size=step_size / 255,
        jitter=jitter,
        colors=colors,
        loss_weights=loss_weights,
        seed=seed,
    )
    began = time.perf_counter()
    with messages_on_terminal(True):
        result = dream(picture, config, None if guide is None else load_rgb(guide))
    save(output, result)
    height, width = result.shape[:2]
    click.echo(f"{output}: {width}x{height}, {layers}, {time.perf_counter() - began:.0f} s")
