"""How fast exported files run, side by side."""

import math
import statistics
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from stylekit.errors import StylekitError
from stylekit.imaging.window import pad_for_model
from stylekit.inference.card import ModelCard, read_card
from stylekit.inference.litert import LiteRTModel
from stylekit.inference.probe import probe
from stylekit.processor import available_threads

SIZES = ((256, 256), (512, 512))
REPETITIONS = 20
WARM_UP = 2


@dataclass(frozen=True)
class Timing:
    """Latency of one file at one size with one number of threads.

    Attributes:
        file: its path.
        form: how its numbers are stored and computed.
        height: of the photo; its margin comes on top.
        width: as `height`.
        threads: processors used.
        first: milliseconds of the first run at this size, in which the runtime lays out memory.
        p50: milliseconds, median of the repetitions.
        p95: milliseconds that 95 of 100 repetitions keep to.
        relative: `p50` over that of the first file.
        memory: by how much loading and one run raise the peak of a fresh process, in MB.
        partitions: of the graph that XNNPACK took.
        outside: operators that it left to LiteRT's own kernels.
    """

    file: str
    form: str
    height: int
    width: int
    threads: int
    first: float
    p50: float
    p95: float
    relative: float
    memory: float
    partitions: int
    outside: int

    def to_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return asdict(self)


def benchmark(
    paths: Sequence[str | Path],
    sizes: Sequence[tuple[int, int]] = SIZES,
    threads: Sequence[int] = (),
    repetitions: int = REPETITIONS,
    warm_up: int = WARM_UP,
) -> list[Timing]:
    """Time files at sizes of the photo, height and width, and numbers of threads.

    Files take turns within each repetition: what else the machine does then hits all of them. A
    file of a fixed size is timed at that size alone.

    Args:
        paths: of files with a card.
        sizes: of photos.
        threads: numbers of processors; all that this process may use if none is given.
        repetitions: timed runs.
        warm_up: runs before them that are not counted; the first is reported.

    Raises:
        StylekitError: a file that is none of stylekit's, or a number below 1.
    """
    if repetitions < 1 or warm_up < 1:
        raise StylekitError(
            f"repetitions and warm-up must be at least 1, not {repetitions} and {warm_up}"
        )
    cards = [read_card(path) for path in paths]
    for card in cards:
        card.require_photographs()
    timings = []
    for count in threads or (available_threads(),):
        models = [LiteRTModel(path, count) for path in paths]
        for height, width in _all_sizes(models, cards, sizes):
            fitting = [
                (path, card, model)
                for path, card, model in zip(paths, cards, models, strict=True)
                if _fits(model, card, height, width)
            ]
            timings += _timed(fitting, height, width, repetitions, warm_up)
    return timings


def _all_sizes(
    models: Sequence[LiteRTModel], cards: Sequence[ModelCard], sizes: Sequence[tuple[int, int]]
) -> list[tuple[int, int]]:
    """The sizes asked for, if a file takes any, and those of the files that take one alone."""
    found = list(sizes) if any(model.fixed_size is None for model in models) else []
    for model, card in zip(models, cards, strict=True):
        if model.fixed_size is not None:
            height, width = (side - 2 * card.margin for side in model.fixed_size)
            found.append((height, width))
    return list(dict.fromkeys(found))


def _fits(model: LiteRTModel, card: ModelCard, height: int, width: int) -> bool:
    return model.fixed_size in (None, (height + 2 * card.margin, width + 2 * card.margin))


def _timed(
    files: Sequence[tuple[str | Path, ModelCard, LiteRTModel]],
    height: int,
    width: int,
    repetitions: int,
    warm_up: int,
) -> list[Timing]:
    """Timings of files that all take the size."""
    photo = np.random.default_rng(0).random((height, width, 3), np.float32)
    runs = []
    for _, card, model in files:
        padded, _ = pad_for_model(photo, card.margin, card.multiple_of, card.smallest)
        weights = np.eye(1, len(card.styles), dtype=np.float32)
        runs.append((model, padded[None], weights, np.ones((1, 1), np.float32)))
    milliseconds: list[list[float]] = [[] for _ in files]
    for _ in range(warm_up + repetitions):
        for (model, *feeds), times in zip(runs, milliseconds, strict=True):
            start = time.perf_counter()
            model(*feeds)
            times.append(1e3 * (time.perf_counter() - start))
    medians = [statistics.median(times[warm_up:]) for times in milliseconds]
    timings = []
    for (path, card, model), (_, padded, *_), times, median in zip(
        files, runs, milliseconds, medians, strict=True
    ):
        timings.append(
            Timing(
                file=str(path),
                form=card.precision,
                height=height,
                width=width,
                threads=model.threads,
                first=times[0],
                p50=median,
                p95=percentile(times[warm_up:], 0.95),
                relative=median / medians[0],
                memory=probe(str(path), *padded.shape[1:3])["memory"],
                **model.partitions(),
            )
        )
    return timings


def percentile(values: Sequence[float], share: float) -> float:
    """The least value that a share of all values, at least, does not exceed."""
    return sorted(values)[math.ceil(share * len(values)) - 1]
