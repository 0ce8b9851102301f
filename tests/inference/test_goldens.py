"""The goldens that Java and JavaScript tests read are what this package gives."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from stylekit.inference.litert import LiteRTModel
from stylekit.inference.stylizer import Stylizer
from stylekit.inference.tiles import tiles

FOLDER = Path(__file__).parents[1] / "goldens"
GOLDENS = json.loads((FOLDER / "goldens.json").read_text())
MODEL = FOLDER / GOLDENS["model"]


def _array(name: str, kind: str, *shape: int) -> np.ndarray:
    return np.fromfile(FOLDER / name, kind).reshape(shape)


@pytest.mark.parametrize("case", GOLDENS["network"], ids=lambda case: case["name"])
def test_network(case: dict[str, Any]) -> None:
    shape = (1, case["height"], case["width"], 3)
    given = case["statistics"]
    output = LiteRTModel(MODEL, threads=1).run(
        _array(case["photo"], "<f4", *shape),
        np.array([case["style_weights"]], np.float32),
        np.full((1, 1), case["strength"], np.float32),
        _array(given, "<f4", 1, 1, 1, -1) if given else None,
    )
    expected = _array(case["stylized"], "<f4", *shape)
    np.testing.assert_allclose(output.stylized, expected, rtol=0, atol=case["tolerance"])
    statistics = _array(case["output_statistics"], "<f4", 1, 1, 1, -1)
    np.testing.assert_allclose(output.statistics, statistics, rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("case", GOLDENS["photos"], ids=lambda case: case["photo"])
def test_photos(case: dict[str, Any]) -> None:
    shape = (case["height"], case["width"], 3)
    photo = _array(case["photo"], "u1", *shape) / np.float32(255)
    assert case["style_weights"] == [0, 1]
    stylized = Stylizer(MODEL, threads=1).stylize(photo, "stars", case["strength"])
    expected = _array(case["stylized"], "u1", *shape)
    assert np.abs(np.rint(stylized * 255) - expected).max() <= case["tolerance"]


def test_tiles() -> None:
    for layout in GOLDENS["tiles"]:
        found = tiles(
            layout["height"], layout["width"], tuple(layout["computed"]), layout["around"]
        )
        for tile, expected in zip(found, layout["tiles"], strict=True):
            for name, (first, last) in expected.items():
                assert getattr(tile, name) == slice(first, last)


def test_they_are_small() -> None:
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) < 250_000
