"""A training small enough for tests: a network of 8 channels on images of 32 pixels."""

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from stylekit.config import RunConfig, merged, parse_config
from stylekit.imaging.save import save

TINY: dict[str, Any] = {
    "content": {"source": "photos"},
    "generator": {"name": "small", "channels": 8, "blocks": 1},
    "objective": {
        "content_layers": {"relu1_2": 1.0},
        "style_layers": {"relu1_1": 1.0, "relu1_2": 1.0},
        "style_size": 32,
        "weights": "hed",
    },
    "training": {
        "stages": [{"steps": 12, "image_size": 32, "batch_size": 2, "context": 0}],
        "optimizer": "adam",
        "learning_rate": 2e-3,
        "precision": "float32",
        "checkpoint_every": 5,
        "preview_every": 1000,
    },
}


def write_photo(path: Path, seed: int, height: int = 40, width: int = 48) -> Path:
    """An image of smooth random colours."""
    rng = np.random.default_rng(seed)
    coarse = rng.random((5, 6, 3), np.float32)
    photo = np.repeat(np.repeat(coarse, height // 5, axis=0), width // 6, axis=1)
    path.parent.mkdir(parents=True, exist_ok=True)
    save(path, photo)
    return path


@pytest.fixture
def stage() -> Callable[..., dict[str, Any]]:
    """Makes a stage of a tiny training, with a number of steps."""

    def make(steps: int, **values: Any) -> dict[str, Any]:
        return {**TINY["training"]["stages"][0], "steps": steps, **values}

    return make


@pytest.fixture
def photo_folder(tmp_path: Path) -> Path:
    """Five photographs, some of them in folders."""
    folder = tmp_path / "photos"
    for index, name in enumerate(["a.png", "b.jpg", "deep/c.png", "deep/er/d.png", "e.png"]):
        write_photo(folder / name, index)
    return folder


@pytest.fixture
def tiny_config(tmp_path: Path, photo_folder: Path) -> Callable[..., RunConfig]:
    """Makes the configuration of a tiny training; keyword arguments are laid over it."""
    style = write_photo(tmp_path / "painting.png", 99)

    def make(**overrides: Any) -> RunConfig:
        data = merged(
            copy.deepcopy(TINY),
            {
                "styles": [{"name": "painting", "path": str(style)}],
                "content": {"source": str(photo_folder)},
            },
        )
        return parse_config(merged(data, overrides))

    return make
