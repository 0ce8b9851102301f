"""A texture network against optimisation: speed, loss and diversity.

    python benchmarks/texture_networks.py FILE RUN [--iterations 60] [--pictures 4] [--optimised 2]
        [--sheet sheet.png] [--beside FILE]

FILE is what `stylekit export` wrote of RUN, which has the samples and the recipe. For each
texture: the loss of samples at 256², mean of `--pictures` seeds; after how many iterations L-BFGS
from noise has that loss, and what it has after `--iterations`; how much longer it takes to reach it
than one sample does on LiteRT, on all processors both; and the mean distance between samples over
that between L-BFGS results from different noise, of pixels and of feature maps at relu4_1. Where
L-BFGS does not reach the loss within its iterations, its figures are at least those printed.
--sheet draws the pictures: sample, L-BFGS after its iterations, pictures of FILE, and as many of
the file of --beside, such as of a network trained with the entropy term.
"""

import argparse
import os
import statistics
import time
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np

from stylekit.evaluation.curves import iterations_to_reach
from stylekit.imaging.save import save
from stylekit.imaging.sheet import contact_sheet
from stylekit.inference.textures import TextureSampler
from stylekit.objectives.networks import loss_network
from stylekit.objectives.texture import TextureObjective
from stylekit.synthesis.gradients import Evaluate, evaluator
from stylekit.synthesis.lbfgs import minimize_in_box
from stylekit.synthesis.pictures import noise
from stylekit.synthesis.texture import NOISE
from stylekit.training.run import RunDirectory, shrunk, style_sizes

SIZE = 256
FEATURES = "relu4_1"
REPETITIONS = 9
CELL = 160  # pixels a side, on the sheet


@dataclass(frozen=True)
class Optimised:
    """L-BFGS from noise.

    Attributes:
        images: results from different noise.
        values: losses of the first, at the start and after each iteration.
        seconds: of an iteration.
    """

    images: list[np.ndarray]
    values: list[float]
    seconds: float


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file")
    parser.add_argument("run")
    parser.add_argument("--iterations", type=int, default=60)
    parser.add_argument("--pictures", type=int, default=4)
    parser.add_argument("--optimised", type=int, default=2)
    parser.add_argument("--sheet", type=Path)
    parser.add_argument("--beside")
    arguments = parser.parse_args()
    sampler = TextureSampler(arguments.file)
    run = RunDirectory.open(arguments.run)
    config = run.read_config()
    network = loss_network(config.objective)
    seconds = sample_seconds(sampler)
    print(f"one sample of {SIZE}²: {1e3 * seconds:.1f} ms, median of {REPETITIONS}")
    print("| texture | loss | L-BFGS iterations | L-BFGS at end | speed | pixels | features |")
    print("|---|---|---|---|---|---|---|")
    samplers = [sampler, *([TextureSampler(arguments.beside)] if arguments.beside else [])]
    rows = []
    for name, sample in run.paintings().items():
        objective = TextureObjective(
            network, config.objective, shrunk(sample, style_sizes(config)[-1])
        )
        evaluate = evaluator(objective)
        samples = [sampler.sample(name, seed, SIZE, SIZE) for seed in range(arguments.pictures)]
        loss = statistics.mean(evaluate(picture)[0] for picture in samples)
        found = optimise(evaluate, sample, arguments.optimised, arguments.iterations)
        reached = iterations_to_reach(found.values, loss)
        bound = "≥ " if loss < found.values[-1] else ""
        iterations = min(reached, len(found.values) - 1)
        pixels = spread(samples) / spread(found.images)
        maps = [
            [np.asarray(network(picture[None], (FEATURES,))[FEATURES]) for picture in pictures]
            for pictures in (samples, found.images)
        ]
        features = spread(maps[0]) / spread(maps[1])
        print(
            f"| {name} | {loss:.4f} | {bound}{iterations:.1f} | {found.values[-1]:.4f} | "
            f"{bound}{iterations * found.seconds / seconds:,.0f} | {pixels:.2f} | {features:.2f} |",
            flush=True,
        )
        rows.append([sample, found.images[0]])
        for each in samplers:
            rows[-1] += [each.sample(name, seed, SIZE, SIZE) for seed in range(arguments.pictures)]
        if arguments.sheet:
            files = [arguments.file, *([arguments.beside] if arguments.beside else [])]
            labels = ["sample", f"{arguments.iterations} iterations"]
            labels += [Path(file).stem for file in files for _ in range(arguments.pictures)]
            names = list(run.paintings())[: len(rows)]
            save(arguments.sheet, contact_sheet(rows, names, labels, CELL))


def sample_seconds(sampler: TextureSampler) -> float:
    """Median time of one sample, its noise included."""
    times = []
    for seed in range(REPETITIONS + 2):
        began = time.perf_counter()
        sampler.sample(None, seed, SIZE, SIZE)
        times.append(time.perf_counter() - began)
    return statistics.median(times[2:])


def optimise(evaluate: Evaluate, sample: np.ndarray, count: int, iterations: int) -> Optimised:
    """`count` results of L-BFGS from noise of different seeds."""
    images, values, seconds = [], [], []
    for seed in range(count):
        start = noise(sample.mean(axis=(0, 1)), NOISE, seed)(SIZE, SIZE)
        evaluate(start)  # makes the graph
        began = time.perf_counter()
        result = minimize_in_box(evaluate, start, iterations, lambda *_: False)
        seconds.append((time.perf_counter() - began) / (len(result.values) - 1))
        images.append(result.image)
        values.append(result.values)
    return Optimised(images, values[0], statistics.mean(seconds))


def spread(arrays: list[np.ndarray]) -> float:
    """Mean over pairs of their root-mean-square difference."""
    return statistics.mean(
        float(np.sqrt(np.mean((one - other) ** 2))) for one, other in combinations(arrays, 2)
    )


if __name__ == "__main__":
    main()
