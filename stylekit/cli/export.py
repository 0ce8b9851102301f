"""`stylekit export`: a trained network as TFLite files."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from stylekit.errors import StylekitError

if TYPE_CHECKING:
    from stylekit.export.run import ExportedFile


@click.command("export")
@click.argument("run", metavar="RUN|NAME")
@click.option("--tflite", is_flag=True, help="Write TensorFlow Lite files, float32 and float16.")
@click.option("-o", "--output", metavar="DIR", help="Folder to write to. [RUN, or . for a NAME]")
@click.option("--json", "as_json", is_flag=True, help="Print what was written as JSON.")
def command(run: str, tflite: bool, output: str | None, as_json: bool) -> None:
    """Export the network of a RUN directory, or of a shipped NAME, compared on photographs."""
    if not tflite:
        raise StylekitError("say what to export to: --tflite writes TensorFlow Lite files")
    from stylekit.cli.quiet import start_tensorflow

    start_tensorflow()
    from stylekit import zoo
    from stylekit.export.run import export_run

    path = zoo.run_path(run)
    if output is None and path != Path(run):
        output = "."  # not into the package
    files = export_run(str(path), output)
    if as_json:
        click.echo(json.dumps([_described(file) for file in files], indent=2, ensure_ascii=False))
    else:
        click.echo(_table(files))


def _described(file: "ExportedFile") -> dict[str, Any]:
    return {
        "file": str(file.path),
        "precision": file.precision,
        "bytes": file.size,
        "parity": file.parity.to_dict(),
    }


def _table(files: "list[ExportedFile]") -> str:
    """A line for each file: name, size, largest error of a value in [0, 1], PSNR."""
    width = max(len(str(file.path)) for file in files)
    lines = [f"{'file':{width}}  {'size':>8}  {'max error':>9}  {'PSNR':>8}"]
    for file in files:
        size = f"{file.size / 1e6:.2f} MB"
        psnr = f"{file.parity.psnr:.1f} dB"
        lines.append(
            f"{str(file.path):{width}}  {size:>8}  {file.parity.max_error:>9.1e}  {psnr:>8}"
        )
    return "\n".join(lines)
