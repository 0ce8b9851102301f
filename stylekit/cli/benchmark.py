"""`stylekit benchmark`: how fast exported files run, side by side."""

import json
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from stylekit.inference.benchmark import Timing


@click.command("benchmark")
@click.argument("files", nargs=-1, required=True, metavar="FILE|NAME...")
@click.option(
    "--size",
    "sizes",
    multiple=True,
    metavar="N|HEIGHTxWIDTH",
    help="Of the photo; again for another one. [256 and 512]",
)
@click.option(
    "--threads",
    multiple=True,
    type=click.IntRange(min=1),
    metavar="N",
    help="Processors; again for another number. [all]",
)
@click.option("--repetitions", type=click.IntRange(min=1), default=20, help="Timed runs. [20]")
@click.option(
    "--warm-up", type=click.IntRange(min=1), default=2, help="Runs before, not counted. [2]"
)
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def command(
    files: tuple[str, ...],
    sizes: tuple[str, ...],
    threads: tuple[int, ...],
    repetitions: int,
    warm_up: int,
    as_json: bool,
) -> None:
    """Time exported FILEs, which take turns, and measure memory in processes of their own.

    The network runs on the photo and its margin. LiteRT's Python interface offers no profile by
    operator; it shows how much of a graph XNNPACK took.
    """
    from stylekit import zoo
    from stylekit.cli.quiet import silent_stderr
    from stylekit.imaging.size import parse_size
    from stylekit.inference.benchmark import SIZES, benchmark

    wanted = tuple(map(parse_size, sizes)) or SIZES
    paths = [zoo.model_path(file) for file in files]
    with silent_stderr():
        timings = benchmark(paths, wanted, threads, repetitions, warm_up)
    if as_json:
        click.echo(json.dumps([timing.to_dict() for timing in timings], ensure_ascii=False))
        return
    click.echo(f"{repetitions} repetitions after {warm_up} warm-up runs; files take turns")
    click.echo(_table(timings))


def _table(timings: "list[Timing]") -> str:
    heads = ("file", "form", "photo", "threads", "first", "p50", "p95", "x", "memory", "XNNPACK")
    rows = [heads]
    rows += [
        (
            timing.file,
            timing.form,
            f"{timing.width}x{timing.height}",
            str(timing.threads),
            f"{timing.first:.1f} ms",
            f"{timing.p50:.1f} ms",
            f"{timing.p95:.1f} ms",
            f"{timing.relative:.2f}",
            f"{timing.memory:.0f} MB",
            f"{timing.partitions} + {timing.outside}",
        )
        for timing in timings
    ]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(
            [row[0].ljust(widths[0])]
            + [cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)]
        )
        for row in rows
    )
