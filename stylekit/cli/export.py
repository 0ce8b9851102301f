"""`stylekit export`: a trained network as TFLite files."""

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from stylekit.errors import StylekitError

if TYPE_CHECKING:
    from stylekit.export.run import ExportedFile

# As in export.options, which takes TensorFlow to import.
_FORMS = ("float32", "float16", "dynamic", "int8", "mixed")
_IMAGE_TYPES = ("float32", "uint8")


@click.command("export")
@click.argument("run", metavar="RUN|NAME")
@click.option("--tflite", is_flag=True, help="Write TensorFlow Lite files.")
@click.option(
    "--quantize",
    "forms",
    multiple=True,
    type=click.Choice(_FORMS),
    help="How numbers are stored and computed, a file each. [float32 and float16]",
)
@click.option(
    "--size",
    "sizes",
    multiple=True,
    metavar="N|HEIGHTxWIDTH|any",
    help="Size of the photo, a file each; any leaves it to the runtime. [any]",
)
@click.option("--gpu-safe", is_flag=True, help="No sum can overflow in float16; needs --size.")
@click.option(
    "--image-type",
    type=click.Choice(_IMAGE_TYPES),
    default="float32",
    help="Of photo and picture. [float32]",
)
@click.option(
    "--calibration",
    metavar="DIR",
    help="Photographs that measure the ranges of int8 and mixed. [those of scikit-image]",
)
@click.option(
    "--max-error",
    type=float,
    metavar="E",
    help="Largest difference from the trained network, of values in [0, 1]. [by form]",
)
@click.option("--android", metavar="DIR", help="Put the float16 file into an app's assets.")
@click.option("-o", "--output", metavar="DIR", help="Folder to write to. [RUN, or . for a NAME]")
@click.option("--json", "as_json", is_flag=True, help="Print what was found out as JSON.")
@click.pass_context
def command(
    context: click.Context,
    run: str,
    tflite: bool,
    forms: tuple[str, ...],
    sizes: tuple[str, ...],
    gpu_safe: bool,
    image_type: str,
    calibration: str | None,
    max_error: float | None,
    android: str | None,
    output: str | None,
    as_json: bool,
) -> None:
    """Export the network of a RUN directory, or of a shipped NAME, compared on photographs.

    The exit code is 1, and nothing is written, if a file differs by more than --max-error.
    """
    from stylekit import zoo

    if not tflite and android is None:
        raise StylekitError("say what to export to: --tflite writes TensorFlow Lite files")
    if android is not None:
        if tflite:
            raise StylekitError("give --tflite or --android: each writes files of its own")
        _write_assets(run, android, as_json)
        return
    from stylekit.cli.quiet import silent_stderr, start_tensorflow

    start_tensorflow()
    from stylekit.export.options import ExportOptions, parse_size
    from stylekit.export.run import ExportMismatch, export_run

    defaults = ExportOptions()
    options = ExportOptions(
        forms=tuple(dict.fromkeys(forms)) or defaults.forms,  # type: ignore[arg-type]
        sizes=tuple(dict.fromkeys(map(parse_size, sizes))) or defaults.sizes,
        gpu_safe=gpu_safe,
        image_type=image_type,  # type: ignore[arg-type]
        calibration=calibration,
        max_error=max_error,
    )
    path = zoo.run_path(run)
    if output is None and path != Path(run):
        output = "."  # not into the package
    mismatch = None
    try:
        # LiteRT says on its first run that it is on the CPU; errors come as exceptions.
        with silent_stderr() as terminal, _status(terminal) as status:
            files = export_run(path, output, options, status)
    except ExportMismatch as error:
        files, mismatch = error.files, error
    if as_json:
        click.echo(json.dumps([file.to_dict() for file in files], indent=2, ensure_ascii=False))
    else:
        click.echo(_table(files))
    if mismatch is not None:
        click.echo(f"stylekit: {mismatch}", err=True)
        context.exit(1)


@contextmanager
def _status(terminal: int | None) -> Iterator[Callable[[Path, int, int], None]]:
    """Says which file is being made, on a terminal alone, in a line that is gone at the end."""

    def show(line: str) -> None:
        if terminal is not None and os.isatty(terminal):
            os.write(terminal, f"\r\x1b[K{line}".encode())

    try:
        yield lambda path, number, count: show(
            f"{path}, {number} of {count}: made, and compared on photographs"
        )
    finally:
        show("")


def _write_assets(run: str, folder: str, as_json: bool) -> None:
    from stylekit import zoo
    from stylekit.cli.quiet import silent_stderr, start_tensorflow
    from stylekit.export.android import export_assets

    if zoo.run_path(run) == Path(run):
        start_tensorflow()
    with silent_stderr():
        path = export_assets(run, folder)
    size = path.stat().st_size
    if as_json:
        click.echo(json.dumps({"file": str(path), "bytes": size}))
    else:
        click.echo(f"{path}: {size / 1e3:.0f} KB, for the assets of android_demo/")


def _table(files: "list[ExportedFile]") -> str:
    """A line for each file; errors are of values in [0, 1], the worst of all pictures."""
    heads = (
        *("file", "size", "max error", "mean", "PSNR", "SSIM", "objective"),
        *("int8 ops", "weights", "rank", "XNNPACK", "memory"),
    )
    rows = [heads]
    for file in files:
        found = file.verification
        parity, graph = found.parity, found.graph
        rows.append(
            (
                str(file.path),
                f"{file.bytes / 1e3:.0f} KB",
                f"{parity.max_error:.1e}",
                f"{parity.mean_error:.1e}",
                f"{parity.psnr:.1f} dB",
                f"{parity.ssim:.4f}",
                "-" if parity.objective is None else f"{parity.objective - 1:+.1%}",
                f"{graph.int8_operators:.0%}",
                f"{graph.int8_weights:.0%}",
                str(graph.max_rank),
                f"{found.partitions} + {found.outside}",
                f"{found.memory:.0f} MB",
            )
        )
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = []
    for row in rows:
        cells = [row[0].ljust(widths[0])]
        cells += [cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)]
        lines.append("  ".join(cells))
    refused = sorted({name for file in files for name in file.verification.graph.refused_by_gpu})
    if refused:
        lines.append(f"a GPU delegate would refuse: {', '.join(refused)}")
    return "\n".join(lines)
