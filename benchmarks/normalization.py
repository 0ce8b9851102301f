"""Batch against instance normalization (Ulyanov et al. 2016): same network, data and steps.

    python benchmarks/normalization.py --style PAINTING --content DIR --photos DIR \
        [--steps 500] [--output runs/normalization]

Trains a network twice from the same random weights on the same batches, once with statistics over
the whole batch and once over each image. Writes `curves.png`, the objective over the steps, and
`pictures.png`, photographs as both networks paint them, and prints the objective over the last
tenth of the steps. As texture networks did it, batch normalization takes the statistics of the
batch when it stylizes, too: the photographs of the sheet are its batch. Runs are kept in
`--output`: a benchmark that is stopped goes on where it was.
"""

import argparse
import math
import statistics
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf
from PIL import Image, ImageDraw, ImageFont

from stylekit.config import parse_config
from stylekit.evaluation.pictures import load_photos
from stylekit.imaging.save import save
from stylekit.imaging.sheet import contact_sheet
from stylekit.training import train
from stylekit.training.metrics import read_metrics
from stylekit.training.run import RunDirectory, load_generator

KINDS = ("batch", "instance")
COLOURS = {"batch": (200, 60, 40), "instance": (30, 90, 180)}

# Steps over which curves are averaged.
SMOOTHED = 20

WIDTH, HEIGHT, MARGIN = 900, 520, 60


def main() -> None:
    """Train what is not trained yet, print and draw."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--style", required=True)
    parser.add_argument("--content", required=True, help="photographs to train on")
    parser.add_argument("--photos", required=True, help="photographs to show")
    parser.add_argument("--generator", default="small")
    parser.add_argument("--steps", type=int, default=500)
    parser.add_argument("--batch-size", type=int, default=4)
    parser.add_argument("--threads", type=int)
    parser.add_argument("--output", type=Path, default=Path("runs/normalization"))
    arguments = parser.parse_args()
    if arguments.threads is not None:
        tf.config.threading.set_intra_op_parallelism_threads(arguments.threads)
        tf.config.threading.set_inter_op_parallelism_threads(1)

    losses = {}
    for kind in KINDS:
        run = arguments.output / kind
        if not (run / "summary.json").is_file():
            config = parse_config(settings(arguments, kind))
            train(config, run, resume=(run / "versions.json").is_file())
        records = read_metrics(RunDirectory.open(run).metrics)
        losses[kind] = [record["total"] for record in records]
        last = losses[kind][-max(1, len(records) // 10) :]
        print(f"{kind:8}  objective over the last {len(last)} steps: {statistics.mean(last):.3f}")
    save(arguments.output / "curves.png", curves(losses))
    save(arguments.output / "pictures.png", pictures(arguments))


def settings(arguments: argparse.Namespace, kind: str) -> dict[str, Any]:
    """The recipe of both, on parts of photographs, at full strength."""
    stage = {
        "steps": arguments.steps,
        "image_size": 128,
        "batch_size": arguments.batch_size,
        "photo_size": 256,
        "context": 8,
        "full_strength_share": 1.0,
    }
    return {
        "styles": [{"name": Path(arguments.style).stem, "path": arguments.style}],
        "content": {"source": arguments.content},
        "generator": {"name": arguments.generator, "normalization": kind},
        "training": {
            "stages": [stage],
            "learning_rate": 0.008,
            "precision": "float32",
            "checkpoint_every": 100,
            "preview_every": 1_000_000,
        },
    }


def curves(losses: dict[str, list[float]]) -> np.ndarray:
    """Moving averages over the steps, the objective on a logarithmic axis, as an image."""
    averaged = {
        kind: np.convolve(values, np.ones(SMOOTHED) / SMOOTHED, "valid")
        for kind, values in losses.items()
        if len(values) >= SMOOTHED
    }
    lowest = min(float(values.min()) for values in averaged.values())
    highest = max(float(values.max()) for values in averaged.values())
    steps = max(len(values) for values in losses.values())
    image = Image.new("RGB", (WIDTH, HEIGHT), "white")
    draw = ImageDraw.Draw(image)
    font = ImageFont.load_default(size=16)

    def point(step: float, value: float) -> tuple[float, float]:
        up = math.log(value / lowest) / math.log(highest / lowest)
        right = step / steps
        return (
            MARGIN + right * (WIDTH - 2 * MARGIN),
            HEIGHT - MARGIN - up * (HEIGHT - 2 * MARGIN),
        )

    for value in np.geomspace(lowest, highest, 5):
        y = point(0, value)[1]
        draw.line([(MARGIN, y), (WIDTH - MARGIN, y)], fill=(225, 225, 225))
        draw.text((MARGIN - 6, y), f"{value:.2f}", fill="black", font=font, anchor="rm")
    for step in np.linspace(0, steps, 6):
        x = point(step, lowest)[0]
        draw.text((x, HEIGHT - MARGIN + 8), f"{step:.0f}", fill="black", font=font, anchor="ma")
    for place, (kind, values) in enumerate(averaged.items()):
        line = [point(step + SMOOTHED / 2, float(value)) for step, value in enumerate(values)]
        draw.line(line, fill=COLOURS[kind], width=2)
        corner = (WIDTH - MARGIN, MARGIN + 24 * place)
        draw.text(corner, kind, fill=COLOURS[kind], font=font, anchor="rm")
    title = f"objective over training steps, means of {SMOOTHED}"
    draw.text((WIDTH / 2, 16), title, fill="black", font=font, anchor="mm")
    return np.asarray(image, np.float32) / 255


def pictures(arguments: argparse.Namespace) -> np.ndarray:
    """A row for each photograph: itself, with batch, with instance normalization."""
    photos = load_photos(arguments.photos, arguments.batch_size, 256)
    batch = tf.constant(np.stack([photo.pixels for photo in photos]))
    full = tf.ones([len(photos), 1])
    stylized = [
        load_generator(arguments.output / kind).stylize(batch, full, full).numpy() for kind in KINDS
    ]
    rows = [list(row) for row in zip(batch.numpy(), *stylized, strict=True)]
    columns = ["photo", *(f"{kind} normalization" for kind in KINDS)]
    return contact_sheet(rows, [""] * len(rows), columns, 256)


if __name__ == "__main__":
    main()
