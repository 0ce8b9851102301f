"""What seeds give is what the goldens say, which Java and JavaScript tests read."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from stylekit.inference.card import ModelCard
from stylekit.inference.stylizer import Stylizer
from stylekit.inference.textures import TextureSampler

FOLDER = Path(__file__).parents[1] / "goldens"
GOLDENS = json.loads((FOLDER / "seeded.json").read_text(encoding="utf-8"))


def _picture(name: str, case: dict[str, Any]) -> np.ndarray:
    return np.fromfile(FOLDER / name, "u1").reshape(case["height"], case["width"], 3)


def _largest_difference(picture: np.ndarray, expected: np.ndarray) -> float:
    return float(np.abs(np.rint(picture * 255) - expected).max())


@pytest.mark.parametrize("case", GOLDENS["photos"], ids=lambda case: case["stylized"])
def test_photos(case: dict[str, Any]) -> None:
    photo = _picture(case["photo"], case) / np.float32(255)
    stylized = Stylizer(FOLDER / GOLDENS["model"], threads=1).stylize(photo, seed=case["seed"])
    expected = _picture(case["stylized"], case)
    assert _largest_difference(stylized, expected) <= GOLDENS["tolerance"]


@pytest.mark.parametrize("case", GOLDENS["textures"], ids=lambda case: case["picture"])
def test_textures(case: dict[str, Any]) -> None:
    sampler = TextureSampler(FOLDER / GOLDENS["texture_model"], threads=1)
    shares = zip(sampler.textures, case["texture_weights"], strict=True)
    blend = ",".join(f"{name}:{share}" for name, share in shares)
    picture = sampler.sample(blend, case["seed"], case["height"], case["width"])
    assert _largest_difference(picture, _picture(case["picture"], case)) <= GOLDENS["tolerance"]


def test_places() -> None:
    for case in GOLDENS["places"]:
        stylizer = Stylizer(_paint_noise, card=ModelCard.from_json(case["card"]))
        picture = stylizer.stylize(np.zeros((case["height"], case["width"], 3)), seed=case["seed"])
        assert _largest_difference(picture, _picture(case["picture"], case)) == 0


def _paint_noise(
    photo: np.ndarray, style_weights: np.ndarray, strength: np.ndarray, noise: np.ndarray
) -> np.ndarray:
    return noise.repeat(4, axis=1).repeat(4, axis=2)


def test_seeds_differ() -> None:
    pictures = [_picture(case["stylized"], case) for case in GOLDENS["photos"]]
    assert np.abs(pictures[0].astype(float) - pictures[1]).mean() > 1
