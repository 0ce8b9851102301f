"""`stylekit sample`: textures from a trained network, one forward pass each."""

import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from stylekit.errors import StylekitError

if TYPE_CHECKING:
    from stylekit.inference.textures import TextureSampler

# Pictures that an animation passes through unless it is told, and frames from one to the next.
_STOPS, _STEPS = 4, 16


@click.command("sample")
@click.argument("model", metavar="[NAME|FILE|RUN]", required=False)
@click.option("--texture", metavar="NAME", help="A texture, or a blend: a:0.5,b:0.5. [the first]")
@click.option("--size", default="256", metavar="HEIGHTxWIDTH", help="In pixels. [256x256]")
@click.option("--seed", type=click.IntRange(0, 2**32 - 1), default=0, metavar="N", help="[0]")
@click.option(
    "--count",
    type=click.IntRange(min=1),
    metavar="K",
    help="Pictures of the seeds N, N+1, …; of an animation, those it passes through. [1]",
)
@click.option("--tileable", is_flag=True, help="The picture continues at its other side.")
@click.option(
    "-o",
    "--output",
    required=True,
    metavar="OUT",
    help="Picture; of several, their seeds are added to the name. A .gif is an animation.",
)
@click.option("--threads", type=click.IntRange(min=1), metavar="N", help="Processors. [all]")
def command(
    model: str | None,
    texture: str | None,
    size: str,
    seed: int,
    count: int | None,
    tileable: bool,
    output: str,
    threads: int | None,
) -> None:
    """Make textures with a shipped model NAME, an exported FILE or a RUN. [the shipped one]"""
    from stylekit.cli.quiet import silent_stderr
    from stylekit.files import require_writable
    from stylekit.imaging.save import image_format, save
    from stylekit.imaging.size import parse_size

    height, width = parse_size(size)
    animated = Path(output).suffix.lower() == ".gif"
    if animated and count == 1:
        raise StylekitError("an animation passes through at least 2 pictures: give another --count")
    count = count or (_STOPS if animated else 1)
    if seed + count > 2**32:
        raise StylekitError(f"{count} seeds from {seed} on go beyond {2**32 - 1}: start lower")
    seeds = [seed + number for number in range(count)]
    if not animated:
        image_format(output)
    paths = [output] if count == 1 or animated else [_with_seed(output, each) for each in seeds]
    for path in paths:
        require_writable(path)
    sampler = _open(_default() if model is None else model, threads)
    name = _described(sampler, texture)
    if animated:
        with silent_stderr():
            _animate(sampler, texture, seeds, (height, width), tileable, output)
        click.echo(f"{output}: {width}x{height}, {name}, {count} seeds, {count * _STEPS} frames")
        return
    for each, path in zip(seeds, paths, strict=True):
        began = time.perf_counter()
        # LiteRT says on its first run that it is on the CPU; errors come as exceptions.
        with silent_stderr():
            picture = sampler.sample(texture, each, height, width, tileable)
        seconds = time.perf_counter() - began
        save(path, picture)
        click.echo(f"{path}: {width}x{height}, {name}, seed {each}, {seconds:.3f} s")


def _with_seed(path: str, seed: int) -> str:
    file = Path(path)
    return str(file.with_name(f"{file.stem}_{seed}{file.suffix}"))


def _default() -> str:
    from stylekit import zoo

    if zoo.DEFAULT_TEXTURES not in zoo.names():
        raise StylekitError("no texture model is shipped: name an exported file or a run")
    return zoo.DEFAULT_TEXTURES


def _open(model: str, threads: int | None) -> "TextureSampler":
    """A shipped model or file, without TensorFlow; or a run, with it."""
    from stylekit import zoo
    from stylekit.inference.textures import TextureSampler

    path = zoo.model_path(model)
    if not path.is_dir():
        return TextureSampler(model, threads=threads)
    from stylekit.cli.quiet import start_tensorflow

    start_tensorflow(threads)
    from stylekit.training.run import load_texture_run

    runner, card = load_texture_run(path)
    return TextureSampler(runner, card=card)


def _described(sampler: "TextureSampler", texture: str | None) -> str:
    """The textures of a picture, and their shares where there are several."""
    weights = sampler.texture_weights(texture)
    shares = [(name, share) for name, share in zip(sampler.textures, weights, strict=True) if share]
    if len(shares) == 1:
        return shares[0][0]
    return " + ".join(f"{share:.0%} {name}" for name, share in shares)


def _animate(
    sampler: "TextureSampler",
    texture: str | None,
    seeds: list[int],
    size: tuple[int, int],
    tileable: bool,
    path: str,
) -> None:
    import numpy as np

    from stylekit.imaging.animation import write_gif

    frames = [
        np.rint(picture * 255).astype(np.uint8)
        for picture in sampler.walk(texture, seeds, _STEPS, *size, tileable)
    ]
    write_gif(path, frames)
