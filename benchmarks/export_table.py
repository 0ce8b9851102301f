"""Every form of an exported network in one table: file, latency, memory, picture.

    python benchmarks/export_table.py RUN --photos DIR [--calibration DIR] [--sheet FOLDER]

RUN is a run directory, or the name of a shipped model; only a run has paintings to compute the
style objective with. DIR of --photos holds photographs that neither trained nor calibrated.
Pictures are compared with those of the float32 file, at full strength: PSNR and SSIM are the
least, the objective's change the largest, of the mean of any style. --sheet writes, for three
photographs, a sheet of all styles by all forms. Run it on quiet processors.
"""

import argparse
import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np

from stylekit import zoo
from stylekit.export.convert import convert
from stylekit.export.forms import FORMS
from stylekit.export.generator import export_generator
from stylekit.export.graph import Graph
from stylekit.export.options import ExportOptions
from stylekit.export.run import run_objective
from stylekit.export.verify import psnr, ssim
from stylekit.imaging.load import load_rgb
from stylekit.imaging.resize import resize
from stylekit.imaging.save import save
from stylekit.imaging.sheet import contact_sheet
from stylekit.inference.benchmark import benchmark
from stylekit.inference.stylizer import Stylizer
from stylekit.training.photographs import folder_photographs
from stylekit.training.run import load_generator, model_card

COLUMNS = (
    *("form", "photo", "file", "p50", "p95", "times float32", "memory"),
    *("PSNR", "SSIM", "objective", "int8 operators", "int8 weights"),
)
SHEET_PHOTOS = 3


@dataclass
class Quality:
    """Of a form's pictures at one size, a list for each style."""

    psnr: dict[str, list[float]] = field(default_factory=dict)
    ssim: dict[str, list[float]] = field(default_factory=dict)
    ratio: dict[str, list[float]] = field(default_factory=dict)


def main() -> None:
    """Export, compare, time, and print a Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("run")
    parser.add_argument("--photos", required=True)
    parser.add_argument("--calibration")
    parser.add_argument("--count", type=int, default=6, help="photographs compared")
    parser.add_argument("--size", type=int, action="append", help="of the photo [256 and 512]")
    parser.add_argument("--repetitions", type=int, default=20)
    parser.add_argument("--sheet", type=Path)
    arguments = parser.parse_args()

    run = zoo.run_path(arguments.run)
    sizes = arguments.size or [256, 512]
    paths = folder_photographs(arguments.photos).paths[: arguments.count]
    with tempfile.TemporaryDirectory() as folder:
        files, graphs = _exported(run, Path(folder), arguments.calibration)
        stylizers = {form: Stylizer(file) for form, file in files.items()}
        objective = run_objective(run)
        qualities = {
            size: _compared(stylizers, [_square(path, size) for path in paths], objective)
            for size in sizes
        }
        timings = benchmark(
            list(files.values()),
            [(size, size) for size in sizes],
            repetitions=arguments.repetitions,
        )
        print("| " + " | ".join(COLUMNS) + " |\n|" + "---|" * len(COLUMNS))
        for timing in timings:
            quality = qualities[timing.height][timing.form]
            graph = graphs[timing.form]
            cells = (
                timing.form,
                f"{timing.height}²",
                f"{Path(timing.file).stat().st_size / 1e3:.0f} KB",
                f"{timing.p50:.1f} ms",
                f"{timing.p95:.1f} ms",
                f"{1 / timing.relative:.2f}",
                f"{timing.memory:.0f} MB",
                f"{_worst(quality.psnr, min):.1f} dB",
                f"{_worst(quality.ssim, min):.4f}",
                f"{_worst(quality.ratio, max) - 1:+.1%}" if quality.ratio else "-",
                f"{graph.int8_operators:.0%}",
                f"{graph.int8_weights:.0%}",
            )
            print("| " + " | ".join(cells) + " |")
        if arguments.sheet:
            _write_sheets(stylizers, paths[:SHEET_PHOTOS], arguments.sheet)


def _exported(
    run: Path, folder: Path, calibration: str | None
) -> tuple[dict[str, Path], dict[str, Graph]]:
    """Files and graphs by form; also of forms that an export would refuse to write."""
    generator = load_generator(run)
    card = model_card(run, generator)
    converted = convert(generator)
    files, graphs = {}, {}
    for form in FORMS:
        content, found = export_generator(
            generator,
            card,
            form,
            options=ExportOptions(calibration=calibration),
            converted=converted,
        )
        files[form] = folder / f"{form}.tflite"
        files[form].write_bytes(content)
        graphs[form] = found.graph
        for problem in found.problems:
            print(f"would not be written: {problem}")
    return files, graphs


def _compared(
    stylizers: dict[str, Stylizer],
    photos: list[np.ndarray],
    objective: Callable[[np.ndarray, np.ndarray, int], float] | None,
) -> dict[str, Quality]:
    qualities = {form: Quality() for form in stylizers}
    for photo in photos:
        for index, style in enumerate(stylizers["float32"].styles):
            full = stylizers["float32"].stylize(photo, style)
            value = objective(full, photo, index) if objective else None
            for form, stylizer in stylizers.items():
                picture = stylizer.stylize(photo, style)
                quality = qualities[form]
                quality.psnr.setdefault(style, []).append(psnr(picture - full))
                quality.ssim.setdefault(style, []).append(ssim(picture, full))
                if objective and value is not None:
                    ratio = objective(picture, photo, index) / value
                    quality.ratio.setdefault(style, []).append(ratio)
    return qualities


def _worst(by_style: dict[str, list[float]], worse: Callable[..., float]) -> float:
    """Of the means over photographs, that of the worst style."""
    return worse(float(np.mean(values)) for values in by_style.values())


def _square(path: Path, size: int) -> np.ndarray:
    """The middle square of a photograph."""
    photo = load_rgb(path)
    side = min(photo.shape[:2])
    top, left = ((length - side) // 2 for length in photo.shape[:2])
    return resize(photo[top : top + side, left : left + side], size, size)


def _write_sheets(stylizers: dict[str, Stylizer], paths: tuple[Path, ...], folder: Path) -> None:
    """A sheet for each photograph: a row for each style, a column for each form."""
    folder.mkdir(parents=True, exist_ok=True)
    forms = [form for form in stylizers if form != "dynamic"]
    styles = stylizers["float32"].styles
    for path in paths:
        photo = _square(path, 256)
        rows = [[stylizers[form].stylize(photo, style) for form in forms] for style in styles]
        save(folder / f"forms_{path.stem}.png", contact_sheet(rows, styles, forms, 256))


if __name__ == "__main__":
    main()
