"""Quality of a network: `stylekit evaluate`, strengths in between, and a sheet beside L-BFGS.

    python benchmarks/quality.py MODEL --photos DIR [--style PAINTING ...] [--sheet sheet.png]

DIR holds photographs that the network was not trained on. The first table is that of `stylekit
evaluate MODEL`; the second gives the style loss by strength, and compares strength 0.5 with the
average of the pixels of photo and picture.
"""

import argparse
import statistics

import numpy as np
import tensorflow as tf

from stylekit.evaluation import evaluate
from stylekit.evaluation.pictures import Photo, load_photos
from stylekit.evaluation.subject import Subject, open_subject
from stylekit.imaging.save import save
from stylekit.imaging.sheet import contact_sheet
from stylekit.objectives.networks import loss_network
from stylekit.objectives.style_transfer import StyleTransferObjective
from stylekit.synthesis.style_transfer import transfer

STRENGTHS = (0.0, 0.25, 0.5, 0.75, 1.0)


def main() -> None:
    """Print two tables for each style; write a sheet if asked."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model")
    parser.add_argument("--photos", required=True)
    parser.add_argument("--style", action="append", default=[])
    parser.add_argument("--count", type=int)
    parser.add_argument("--size", type=int, default=256)
    parser.add_argument("--iterations", type=int, default=100)
    parser.add_argument("--sheet", help="PNG: photo, network, L-BFGS, for the first photographs")
    parser.add_argument("--sheet-iterations", type=int, default=100)
    parser.add_argument("--sheet-photos", type=int, default=6)
    arguments = parser.parse_args()

    report = evaluate(
        arguments.model,
        arguments.photos,
        arguments.style,
        count=arguments.count,
        size=arguments.size,
        iterations=arguments.iterations,
    )
    print(report.to_text())
    subject = open_subject(arguments.model, arguments.style, None)
    config = subject.config.objective
    objective = StyleTransferObjective(
        loss_network(config), config, list(subject.paintings.values())
    )
    photos = load_photos(arguments.photos, arguments.count, arguments.size)
    for index, name in enumerate(subject.paintings):
        print(f"\n{name}: strengths")
        print_strengths(subject, objective, photos, index, name)
    if arguments.sheet:
        write_sheet(arguments, subject, objective, photos)


def print_strengths(
    subject: Subject,
    objective: StyleTransferObjective,
    photos: list[Photo],
    index: int,
    name: str,
) -> None:
    """Print style loss by strength, and what strength 0.5 gains over averaging pixels."""
    style_weights = tf.one_hot([index], len(subject.paintings))
    losses: dict[float, list[float]] = {strength: [] for strength in STRENGTHS}
    half, average, at_zero = [], [], 0.0
    for photo in photos:
        targets = objective.content_targets(tf.constant(photo.pixels[None]))

        def terms(image: np.ndarray, strength: float = 1.0, targets: dict = targets) -> object:
            weight = tf.constant([[strength]])
            return objective(tf.constant(image[None]), targets, style_weights, weight)

        pictures = {s: subject.stylizer.stylize(photo.pixels, name, s) for s in STRENGTHS}
        for strength, picture in pictures.items():
            losses[strength].append(float(terms(picture).style[0]))
        at_zero = max(at_zero, float(np.abs(pictures[0.0] - photo.pixels).max()))
        half.append(float(terms(pictures[0.5], 0.5).total[0]))
        average.append(float(terms((photo.pixels + pictures[1.0]) / 2, 0.5).total[0]))
    for strength, found in losses.items():
        print(f"  style loss at strength {strength:4.2f}: {statistics.mean(found):.4f}")
    better = sum(a < b for a, b in zip(half, average, strict=True))
    print(f"  strength 0 differs from the photo by at most {at_zero:g}")
    print(
        f"  objective at strength 0.5: {statistics.mean(half):.3f}, pixel average "
        f"{statistics.mean(average):.3f}; lower for {better} of {len(photos)} photographs"
    )


def write_sheet(
    arguments: argparse.Namespace,
    subject: Subject,
    objective: StyleTransferObjective,
    photos: list[Photo],
) -> None:
    """A row for each style and photograph: photo, network, optimisation."""
    count = arguments.sheet_iterations
    rows, labels = [], []
    for index, name in enumerate(subject.paintings):
        style_weights = np.eye(len(subject.paintings), dtype=np.float32)[index]
        for photo in photos[: arguments.sheet_photos]:
            network = subject.stylizer.stylize(photo.pixels, name)
            optimised = transfer(objective, photo.pixels, count, style_weights).image
            rows.append([photo.pixels, network, optimised])
            labels.append(name)
    columns = ["photo", "network", f"L-BFGS, {count} iterations"]
    save(arguments.sheet, contact_sheet(rows, labels, columns, arguments.size))


if __name__ == "__main__":
    main()
