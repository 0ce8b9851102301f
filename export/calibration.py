"""Examples that measure the ranges of feature maps for integer arithmetic."""

import itertools
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from stylekit.export.forms import Feeds
from stylekit.imaging.load import load_rgb
from stylekit.imaging.resize import resize
from stylekit.inference.noise_maps import NoiseMaps

# Enough for extremes that a photograph seldom has; every one runs the whole network.
PHOTOGRAPHS_FOR_EACH_STYLE = 3
BLENDS = 6
STRENGTHS = (0.0, 0.3, 0.7)


def calibration_feeds(
    paths: Sequence[Path],
    style_count: int,
    statistics_size: int,
    height: int,
    width: int,
    noise: NoiseMaps | None = None,
) -> Iterator[Feeds]:
    """Named inputs: every style at full strength on several photographs, then blends and weaker.

    Args:
        paths: of photographs, taken in turn.
        style_count: width of `style_weights`.
        statistics_size: of the `statistics`, which stay zeros: ranges are those of whole photos.
        height: that photographs are resized to.
        width: as `height`.
        noise: that the network takes; each example has a seed of its own.
    """
    photographs = itertools.cycle(paths)
    random = np.random.default_rng(0)
    one_hot = np.eye(style_count)
    cases = [(weights, 1.0) for weights in one_hot for _ in range(PHOTOGRAPHS_FOR_EACH_STYLE)]
    cases += [(random.dirichlet(np.full(style_count, 0.5)), 1.0) for _ in range(BLENDS)]
    cases += [(one_hot[index % style_count], value) for index, value in enumerate(STRENGTHS)]
    for seed, (weights, strength) in enumerate(cases):
        photo = resize(load_rgb(next(photographs)), height, width)
        feeds = {
            "photo": photo[None],
            "style_weights": weights[None].astype(np.float32),
            "strength": np.full((1, 1), strength, np.float32),
            "statistics": np.zeros((1, 1, 1, statistics_size), np.float32),
        }
        if noise is not None:
            feeds["noise"] = noise.of(seed, height, width)
        yield feeds
