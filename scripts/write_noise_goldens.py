"""Noise that Python computes, for the tests of other languages: `write_noise_goldens.py FILE.json`.

tests/goldens/noise.json is its output; docs/noise.md says what it holds.
"""

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np

from stylekit.files import atomic_path
from stylekit.inference.noise import uniform_at
from stylekit.inference.noise_maps import NoiseMaps

# Seed, stream, first element, number of elements.
CASES = [
    (0, 0, 0, 9),
    (1, 0, 0, 4),
    (0, 1, 0, 4),
    (2026, 3, 65533, 7),
    (2147483648, 7, 2**31 - 1, 3),
    (4294967295, 4294967295, 2**33 - 2, 2),
]
# Seed, cells, rows and columns in pixels.
MAPS = [
    (0, [1], [0, 8], [0, 12]),
    (5, [1, 2, 16], [0, 12], [0, 8]),
    (4294967295, [8, 1], [1028, 1036], [260, 272]),
]


def main() -> None:
    """Compute and write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", type=Path)
    with atomic_path(parser.parse_args().file) as temporary:
        temporary.write_text(json.dumps(goldens(), indent=1) + "\n", encoding="utf-8")


def goldens() -> dict[str, Any]:
    """Uniform numbers, each case with the top 24 bits of its elements; and maps of noise."""
    return {
        "uniform": [_case(*case) for case in CASES],
        "maps": [_maps(*case) for case in MAPS],
    }


def _case(seed: int, stream: int, start: int, count: int) -> dict[str, Any]:
    values = uniform_at(seed, stream, start + np.arange(count, dtype=np.int64))
    return {
        "seed": seed,
        "stream": stream,
        "start": start,
        "top24": (values * 2**24).astype(int).tolist(),
    }


def _maps(seed: int, cells: list[int], rows: list[int], columns: list[int]) -> dict[str, Any]:
    noise = NoiseMaps(tuple(cells)).part(seed, slice(*rows), slice(*columns))
    return {
        "seed": seed,
        "cells": cells,
        "rows": rows,
        "columns": columns,
        "shape": list(noise.shape[1:]),
        "values": [float(value) for value in noise.ravel()],
    }


if __name__ == "__main__":
    main()
