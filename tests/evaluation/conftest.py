"""A network of 8 channels, untrained, in a run directory, and photographs to evaluate it on."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from stylekit.config import RunConfig, parse_config
from stylekit.imaging.save import save
from stylekit.models.registry import build_generator
from stylekit.training.run import RunDirectory, save_generator

Painter = Callable[[int], np.ndarray]


def _picture(seed: int, width: int = 32) -> np.ndarray:
    """Smooth random colours `[32, width, 3]`, of another kind for each seed."""
    random = np.random.default_rng(seed)
    coarse = random.random((4, width // 8, 3), np.float32)
    return np.repeat(np.repeat(coarse, 8, axis=0), 8, axis=1)


def _stripes(width: int) -> np.ndarray:
    """A painting that no photograph here looks like, `[48, 40, 3]`."""
    rows = (np.arange(48) // width % 2)[:, None, None]
    ink, paper = np.float32([0.1, 0.1, 0.4]), np.float32([0.9, 0.8, 0.3])
    return np.where(rows == 0, ink, paper) * np.ones((48, 40, 1), np.float32)


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the curves go."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "stylekit" / "lbfgs"


@pytest.fixture
def picture() -> Painter:
    return _picture


@pytest.fixture
def stripes() -> Painter:
    return _stripes


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    folder = tmp_path / "photos"
    folder.mkdir()
    for seed in range(4):
        save(folder / f"{seed}.png", _picture(seed, 40))
    return folder


@pytest.fixture
def config(tmp_path: Path) -> RunConfig:
    return parse_config(
        {
            "styles": [
                {"name": name, "path": str(tmp_path / f"{name}.png")} for name in ("fine", "coarse")
            ],
            "generator": {"name": "small", "channels": 8, "blocks": 1},
            "objective": {
                "content_layers": {"relu2_1": 1.0},
                "style_layers": {"relu1_1": 1.0, "relu2_1": 1.0},
                "style_size": 40,
                "weights": "hed",
                "architecture": "vgg16",
            },
        }
    )


@pytest.fixture
def run(tmp_path: Path, config: RunConfig) -> Path:
    """As a training leaves it; the network paints grey."""
    paintings = [_stripes(2), _stripes(6)]
    for style, painting in zip(config.styles, paintings, strict=True):
        save(style.path, painting)
    directory = RunDirectory(tmp_path / "run")
    directory.create(config, paintings)
    save_generator(directory, build_generator(config.generator, 2))
    return directory.path
