"""A zoo of the shipped model, and of small ones in the place of those that others may ship."""

import dataclasses
import shutil
from pathlib import Path

import pytest

from stylekit.inference.associated import model_part
from stylekit.inference.card import embed_card, read_card
from stylekit.zoo import shipped

GOLDENS = Path(__file__).parents[1] / "goldens"
SMALL = {"starry_noise": "tiny_noise.tflite", "textures": "tiny_textures.tflite"}


@pytest.fixture
def three_models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """`classics`, `starry_noise` and `textures`, the last two untrained and without their runs."""
    folder = tmp_path / "zoo"
    shutil.copytree(shipped.FOLDER / "classics", folder / "classics")
    for name, file in SMALL.items():
        content = (GOLDENS / file).read_bytes()
        card = dataclasses.replace(
            read_card(GOLDENS / file),
            name=name,
            training={"steps": 2, "images": 8, "minutes": 0.1},
        )
        (folder / name).mkdir()
        (folder / name / "generator.weights.h5").touch()
        (folder / name / "config.yaml").touch()
        (folder / name / f"{name}.tflite").write_bytes(embed_card(model_part(content), card))
    monkeypatch.setattr(shipped, "FOLDER", folder)
    return folder
