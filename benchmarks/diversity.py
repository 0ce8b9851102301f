"""How different the pictures of a network with noise are, and what that costs.

    python benchmarks/diversity.py RUN [RUN...] --photos DIR [--seeds 4] [--sheet sheet.png]

DIR holds photographs that the networks were not trained on. For each run: the root-mean-square
difference between pictures of the same photograph with different seeds, mean over pairs and
photographs; the share of it that is left after an 8-fold reduction, that is, what is not fine
grain; the difference of feature maps at relu4_1, relative to their own root mean square; and the
objective of its recipe, without the entropy. Ratios are to the first run: give the one that was
trained without entropy first.
"""

import argparse
import statistics
from dataclasses import dataclass

import numpy as np
import tensorflow as tf

from stylekit.evaluation.judge import Judge
from stylekit.evaluation.pictures import Photo, load_photos
from stylekit.evaluation.subject import Subject, open_subject
from stylekit.imaging.save import save
from stylekit.imaging.sheet import contact_sheet
from stylekit.losses.entropy import mean_distance
from stylekit.objectives.diversity import reduced
from stylekit.objectives.networks import loss_network
from stylekit.objectives.style_transfer import StyleTransferObjective
from stylekit.perception.network import LossNetwork

FEATURES = "relu4_1"
REDUCTION = 8


@dataclass(frozen=True)
class Found:
    """Means over the photographs.

    Attributes:
        distance: of pictures.
        coarse: of pictures reduced 8-fold.
        features: of feature maps.
        objective: of pictures.
    """

    distance: float
    coarse: float
    features: float
    objective: float


def main() -> None:
    """Print a line for each run; write a sheet if asked."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("runs", nargs="+")
    parser.add_argument("--photos", required=True)
    parser.add_argument("--count", type=int, help="photographs; all by default")
    parser.add_argument("--seeds", type=int, default=4)
    parser.add_argument("--size", type=int, default=256)
    parser.add_argument("--sheet", help="PNG: the first photograph, a row of seeds for each run")
    arguments = parser.parse_args()
    photos = load_photos(arguments.photos, arguments.count, arguments.size)
    seeds = range(arguments.seeds)

    subjects = {run: open_subject(run, [], None) for run in arguments.runs}
    print(f"{len(photos)} photographs at {arguments.size}², {arguments.seeds} seeds")
    print(
        f"{'run':24}  {'difference':>10}  {'ratio':>5}  {'reduced':>7}  {'share':>5}  "
        f"{FEATURES:>7}  {'ratio':>5}  {'objective':>9}  {'ratio':>5}"
    )
    first: Found | None = None
    for run, subject in subjects.items():
        found = measured(subject, photos, seeds)
        first = first or found
        print(
            f"{run[-24:]:24}  {found.distance:10.4f}  {found.distance / first.distance:5.2f}  "
            f"{found.coarse:7.4f}  {found.coarse / found.distance:5.0%}  {found.features:7.3f}  "
            f"{found.features / first.features:5.2f}  {found.objective:9.3f}  "
            f"{found.objective / first.objective:5.3f}"
        )
    if arguments.sheet:
        photo = photos[0].pixels
        rows = [
            [photo, *(subject.stylizer.stylize(photo, seed=seed) for seed in seeds)]
            for subject in subjects.values()
        ]
        columns = ["photo", *(f"seed {seed}" for seed in seeds)]
        save(arguments.sheet, contact_sheet(rows, list(subjects), columns, arguments.size))


def measured(subject: Subject, photos: list[Photo], seeds: range) -> Found:
    """Distances and objective of the pictures of a run, in its first style."""
    name, painting = next(iter(subject.paintings.items()))
    config = subject.config.objective
    judge = Judge(StyleTransferObjective(loss_network(config), config, [painting]))
    features = LossNetwork([FEATURES], weights=config.weights, architecture=config.architecture)
    values: list[Found] = []
    for photo in photos:
        pictures = [subject.stylizer.stylize(photo.pixels, name, seed=seed) for seed in seeds]
        group = tf.constant(np.stack(pictures))
        maps = features(group)[FEATURES]
        seen = judge.look(photo.pixels)
        objectives = [judge(judge.look(picture), seen, 0).total for picture in pictures]
        values.append(
            Found(
                float(mean_distance(group[None])[0]),
                float(mean_distance(reduced(group, REDUCTION)[None])[0]),
                float(mean_distance(maps[None])[0] / tf.sqrt(tf.reduce_mean(maps**2))),
                statistics.mean(objectives),
            )
        )
    return Found(
        *(
            statistics.mean(getattr(value, field) for value in values)
            for field in Found.__dataclass_fields__
        )
    )


if __name__ == "__main__":
    main()
