"""Quality of a trained network, counted in iterations of L-BFGS.

    python benchmarks/quality.py RUN --photos DIR [--sheet sheet.png]

DIR holds photographs that the network was not trained on. For each, L-BFGS-B (memory 20, box
[0, 1], from the photo, 256 × 256, the run's own objective and loss network) is run, and the
number of iterations at which it reaches the network's objective is the network's score. Curves
are cached beside the run, since they do not depend on the network's weights.
"""

import argparse
import hashlib
import json
import statistics
from dataclasses import asdict
from pathlib import Path

import numpy as np
import tensorflow as tf

from stylekit.files import atomic_path
from stylekit.imaging.load import load_rgb
from stylekit.imaging.resize import resize, resize_shortest
from stylekit.imaging.save import save
from stylekit.imaging.sheet import contact_sheet
from stylekit.models.generator import Generator
from stylekit.objectives.style_transfer import StyleTransferObjective
from stylekit.perception.network import LossNetwork
from stylekit.synthesis.style_transfer import transfer
from stylekit.training.run import RunDirectory, load_generator

SIZE = 256
STRENGTHS = (0.0, 0.25, 0.5, 0.75, 1.0)


def main() -> None:
    """Print a table per style; write a sheet if asked."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("run")
    parser.add_argument("--photos", required=True)
    parser.add_argument("--iterations", type=int, default=60)
    parser.add_argument("--sheet", help="PNG: photo, network, L-BFGS, for the first photographs")
    parser.add_argument("--sheet-iterations", type=int, default=100)
    parser.add_argument("--sheet-photos", type=int, default=6)
    arguments = parser.parse_args()

    run = RunDirectory.open(arguments.run)
    config = run.read_config()
    layers = (*config.objective.content_layers, *config.objective.style_layers)
    network = LossNetwork(
        layers, "vgg16", config.objective.weights, pooling=config.objective.pooling
    )
    paintings = [resize_shortest(style, config.objective.style_size) for style in run.read_styles()]
    objective = StyleTransferObjective(network, config.objective, paintings)
    generator = load_generator(arguments.run)
    paths = sorted(p for p in Path(arguments.photos).iterdir() if p.suffix == ".jpg")
    photos = [middle_square(load_rgb(path)) for path in paths]
    # Everything but the photo that a curve depends on.
    key = json.dumps([asdict(config.objective), network.source.sha256], sort_keys=True)

    for index, name in enumerate(config.style_names):
        style_weights = np.eye(len(paintings), dtype=np.float32)[index]
        measure_equivalents(
            name, objective, generator, photos, style_weights, key, run, arguments.iterations
        )
        measure_strengths(objective, generator, photos, style_weights)
        if arguments.sheet:
            write_sheet(arguments, objective, generator, photos, style_weights)


def middle_square(photo: np.ndarray) -> np.ndarray:
    """The middle square of a photo at 256 × 256."""
    side = min(photo.shape[:2])
    top, left = (photo.shape[0] - side) // 2, (photo.shape[1] - side) // 2
    return resize(photo[top : top + side, left : left + side], SIZE, SIZE)


def stylize(
    generator: Generator, photo: np.ndarray, style_weights: np.ndarray, strength: float = 1.0
) -> np.ndarray:
    """One photo through the network."""
    inputs = [photo[None], style_weights[None], np.array([[strength]], np.float32)]
    return generator.stylize(*(tf.constant(x) for x in inputs)).numpy()[0]


def measure_equivalents(
    name: str,
    objective: StyleTransferObjective,
    generator: Generator,
    photos: list[np.ndarray],
    style_weights: np.ndarray,
    key: str,
    run: RunDirectory,
    iterations: int,
) -> None:
    """Print the equivalent number of iterations over the photographs."""
    equivalents, objectives, shares, contents = [], [], [], []
    for photo in photos:
        terms = value(objective, photo, stylize(generator, photo, style_weights), style_weights)
        untouched = value(objective, photo, photo, style_weights)
        curve = cached_curve(objective, photo, style_weights, key, run, iterations)
        equivalents.append(iterations_to_reach(curve, terms["total"]))
        objectives.append(terms["total"])
        contents.append(terms["content"])
        shares.append(terms["style"] / untouched["style"])
    print(f"{name}: {len(photos)} photographs, 256 x 256, strength 1")
    print(
        f"  equivalent L-BFGS iterations: mean {statistics.mean(equivalents):.1f}, "
        f"median {statistics.median(equivalents):.1f}, "
        f"from {min(equivalents):.1f} to {max(equivalents):.1f} (counted up to {iterations})"
    )
    print(
        f"  objective {statistics.mean(objectives):.3f}, content "
        f"{statistics.mean(contents):.3f}, style {statistics.mean(shares):.2%} of the photo's own"
    )


def measure_strengths(
    objective: StyleTransferObjective,
    generator: Generator,
    photos: list[np.ndarray],
    style_weights: np.ndarray,
) -> None:
    """Print style loss by strength, and what strength 0.5 gains over averaging pixels."""
    print("  strength   style loss (mean over photographs)")
    for strength in STRENGTHS:
        styles = [
            value(objective, p, stylize(generator, p, style_weights, strength), style_weights)[
                "style"
            ]
            for p in photos
        ]
        print(f"  {strength:8.2f}   {statistics.mean(styles):.4f}")
    at_zero = max(
        float(np.abs(stylize(generator, p, style_weights, 0.0) - p).max()) for p in photos
    )
    half, average = [], []
    for photo in photos:
        mixed = 0.5 * (photo + stylize(generator, photo, style_weights))
        network = stylize(generator, photo, style_weights, 0.5)
        half.append(value(objective, photo, network, style_weights, 0.5)["total"])
        average.append(value(objective, photo, mixed, style_weights, 0.5)["total"])
    better = sum(a < b for a, b in zip(half, average, strict=True))
    print(f"  strength 0 differs from the photo by at most {at_zero:g}")
    print(
        f"  objective at strength 0.5: {statistics.mean(half):.3f}, pixel average "
        f"{statistics.mean(average):.3f}; lower for {better} of {len(photos)} photographs"
    )


def value(
    objective: StyleTransferObjective,
    photo: np.ndarray,
    image: np.ndarray,
    style_weights: np.ndarray,
    strength: float = 1.0,
) -> dict[str, float]:
    """Terms of the objective for one image."""
    terms = objective(
        tf.constant(image[None]),
        objective.content_targets(tf.constant(photo[None])),
        tf.constant(style_weights[None]),
        tf.constant([[strength]], tf.float32),
    )
    return {name: float(getattr(terms, name)[0]) for name in ("total", "content", "style")}


def cached_curve(
    objective: StyleTransferObjective,
    photo: np.ndarray,
    style_weights: np.ndarray,
    key: str,
    run: RunDirectory,
    iterations: int,
) -> list[float]:
    """Objective by iteration of L-BFGS from the photo."""
    grams = b"".join(gram.numpy().tobytes() for gram in objective.style_grams.values())
    content = key.encode() + photo.tobytes() + style_weights.tobytes() + grams
    folder = run.path / "lbfgs_curves"
    folder.mkdir(exist_ok=True)
    path = folder / f"{hashlib.sha256(content).hexdigest()[:16]}.json"
    if path.exists():
        curve = json.loads(path.read_text())
        if len(curve) > iterations:
            return curve[: iterations + 1]
    curve = transfer(objective, photo, iterations, style_weights).values
    with atomic_path(path) as temporary:
        temporary.write_text(json.dumps(curve))
    return curve


def iterations_to_reach(curve: list[float], wanted: float) -> float:
    """Where a falling curve reaches a value, linear between iterations; at most its length."""
    for k in range(1, len(curve)):
        if curve[k] <= wanted:
            before, after = curve[k - 1], curve[k]
            return k - 1 + (before - wanted) / (before - after) if wanted < before else 0.0
    return float(len(curve) - 1)


def write_sheet(
    arguments: argparse.Namespace,
    objective: StyleTransferObjective,
    generator: Generator,
    photos: list[np.ndarray],
    style_weights: np.ndarray,
) -> None:
    """Contact sheet: photo, network, optimisation."""
    count = arguments.sheet_iterations
    rows = [
        [
            photo,
            stylize(generator, photo, style_weights),
            transfer(objective, photo, count, style_weights).image,
        ]
        for photo in photos[: arguments.sheet_photos]
    ]
    labels = ["photo", "network", f"L-BFGS, {count} iterations"]
    save(arguments.sheet, contact_sheet(rows, ["" for _ in rows], labels, SIZE))


if __name__ == "__main__":
    main()
