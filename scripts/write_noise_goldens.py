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

# Seed, stream, first element, number of elements.
CASES = [
    (0, 0, 0, 9),
    (1, 0, 0, 4),
    (0, 1, 0, 4),
    (2026, 3, 65533, 7),
    (2147483648, 7, 2**31 - 1, 3),
    (4294967295, 4294967295, 2**33 - 2, 2),
]


def main() -> None:
    """Compute and write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", type=Path)
    with atomic_path(parser.parse_args().file) as temporary:
        temporary.write_text(json.dumps(goldens(), indent=1) + "\n", encoding="utf-8")


def goldens() -> dict[str, Any]:
    """The cases, each with the top 24 bits of its elements."""
    return {"uniform": [_case(*case) for case in CASES]}


def _case(seed: int, stream: int, start: int, count: int) -> dict[str, Any]:
    values = uniform_at(seed, stream, start + np.arange(count, dtype=np.int64))
    return {
        "seed": seed,
        "stream": stream,
        "start": start,
        "top24": (values * 2**24).astype(int).tolist(),
    }


if __name__ == "__main__":
    main()
