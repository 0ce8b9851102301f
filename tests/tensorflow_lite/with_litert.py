"""What LiteRT makes of files, for `with_tensorflow_lite.py`: `with_litert.py FOLDER FILE...`."""

import json
import sys
from pathlib import Path

import numpy as np
from skimage import data

from stylekit.imaging.resize import resize
from stylekit.inference.card import read_card
from stylekit.inference.litert import LiteRTModel
from stylekit.inference.noise_maps import NoiseMaps
from stylekit.inference.textures import (
    OUTPUT,
    WEIGHTS,
    LiteRTTextures,
    noise_from_card,
    noise_of,
)

SIZE = 128
SEED = 5

# Inputs by name, the picture, and how XNNPACK took the graph.
Run = tuple[dict[str, np.ndarray], np.ndarray, dict[str, int]]


def main() -> None:
    """Write a `.npz` for each file: what goes in, and as `expected` what comes out."""
    folder = Path(sys.argv[1])
    described = []
    for index, path in enumerate(sys.argv[2:]):
        makes_textures = read_card(path).makes_textures
        feeds, expected, partitions = _textures(path) if makes_textures else _photo(path)
        np.savez(folder / f"{index}.npz", expected=expected, **feeds)
        output = OUTPUT if makes_textures else "stylized"
        described.append({"file": path, "arrays": f"{index}.npz", "output": output, **partitions})
    (folder / "files.json").write_text(json.dumps(described))


def _photo(path: str) -> Run:
    """A photograph in an equal blend of all styles."""
    model = LiteRTModel(path)
    height, width = model.fixed_size or (SIZE, SIZE)
    feeds = {
        "photo": resize(data.astronaut() / np.float32(255), height, width)[None],
        "style_weights": np.full((1, model.style_count), 1 / model.style_count, np.float32),
        "strength": np.full((1, 1), 0.9, np.float32),
    }
    maps = NoiseMaps.from_card(read_card(path).noise)
    if maps is not None:
        feeds["noise"] = maps.of(SEED, height, width)
    output = model.run(**feeds)
    feeds["statistics"] = np.zeros_like(output.statistics)
    return feeds, output.stylized, model.partitions()


def _textures(path: str) -> Run:
    """An equal blend of all textures."""
    card = read_card(path)
    inputs = noise_from_card(card)
    names = [entry.name for entry in inputs]
    model = LiteRTTextures(path, names)
    weights = np.full((1, len(card.styles)), 1 / len(card.styles), np.float32)
    noise = noise_of(inputs, SEED, SIZE, SIZE)
    feeds = {**dict(zip(names, noise, strict=True)), WEIGHTS: weights}
    return feeds, model(noise, weights), model.partitions()


if __name__ == "__main__":
    main()
