"""Write `tests/goldens/`, which tests of other languages read: `python scripts/make_goldens.py`.

They change only with the networks' definition or the format: the weights are drawn from a seed.
"""

import dataclasses
import json
import os
from pathlib import Path
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
from skimage import data

from stylekit.config import GeneratorConfig
from stylekit.export.generator import export_generator
from stylekit.files import atomic_path
from stylekit.imaging.resize import resize
from stylekit.inference.card import ModelCard
from stylekit.inference.litert import LiteRTModel
from stylekit.inference.stylizer import Stylizer
from stylekit.inference.tiles import tiles
from stylekit.models.generator import Generator
from stylekit.models.registry import build_generator

FOLDER = Path(__file__).parents[1] / "tests" / "goldens"
STYLES = ["waves", "stars"]

# Runtimes add in other orders.
NETWORK_TOLERANCE = 1e-4
# And a byte may be rounded the other way.
PHOTO_TOLERANCE = 1


def main() -> None:
    """Write the model and all cases."""
    FOLDER.mkdir(exist_ok=True)
    model = FOLDER / "tiny.tflite"
    _write(model, _model())
    described = {
        "model": model.name,
        "network": _network_cases(LiteRTModel(model, threads=1)),
        "photos": _photo_cases(Stylizer(model, threads=1)),
        "tiles": [_layout(320, 236, (128, 160), 24), _layout(100, 60, (128, 128), 24)],
    }
    _write(FOLDER / "goldens.json", (json.dumps(described, indent=1) + "\n").encode())


def _model() -> bytes:
    keras.utils.set_random_seed(3)
    generator = build_generator(GeneratorConfig(name="small", channels=8, blocks=1), len(STYLES))
    _draw(generator)
    card = ModelCard(
        name="tiny",
        generator="small",
        styles=STYLES,
        margin=generator.margin,
        multiple_of=generator.multiple_of,
        smallest=generator.smallest,
        recipe={"generator": {"blocks": 1}},
    )
    content, found = export_generator(generator, card)
    if found.problems:
        raise SystemExit("; ".join(found.problems))
    return content


def _draw(generator: Generator) -> None:
    """Weights that make the two styles differ from each other and from grey."""
    random = np.random.default_rng(4)
    for weight in generator.model.trainable_variables:
        weight.assign(weight + random.normal(0, 0.1, weight.shape))


def _network_cases(model: LiteRTModel) -> list[dict[str, Any]]:
    photo = resize(data.astronaut() / np.float32(255), 32, 48)
    part = np.ascontiguousarray(photo[:, 16:])
    _write_array("photo_network.bin", photo, "<f4")
    _write_array("photo_part.bin", part, "<f4")
    chosen = [
        ("one style", photo, "photo_network.bin", [1.0, 0.0], 1.0, False),
        ("a blend", photo, "photo_network.bin", [0.25, 0.75], 0.6, False),
        ("strength 0", photo, "photo_network.bin", [0.0, 1.0], 0.0, False),
        ("a part with the statistics of all", part, "photo_part.bin", [1.0, 0.0], 1.0, True),
    ]
    cases = []
    whole = None
    for index, (name, image, file, weights, strength, given) in enumerate(chosen):
        feeds = (image[None], np.array([weights], np.float32), np.full((1, 1), strength))
        output = model.run(*feeds, whole.statistics if given and whole else None)
        whole = whole or output
        _write_array(f"stylized_{index}.bin", output.stylized, "<f4")
        _write_array(f"statistics_{index}.bin", output.statistics, "<f4")
        cases.append(
            {
                "name": name,
                "height": image.shape[0],
                "width": image.shape[1],
                "photo": file,
                "style_weights": weights,
                "strength": strength,
                "statistics": "statistics_0.bin" if given else None,
                "stylized": f"stylized_{index}.bin",
                "output_statistics": f"statistics_{index}.bin",
                "tolerance": NETWORK_TOLERANCE,
            }
        )
    return cases


def _photo_cases(stylizer: Stylizer) -> list[dict[str, Any]]:
    cases = []
    for height, width in ((21, 34), (7, 5), (1, 1)):
        photo = np.ascontiguousarray(data.astronaut()[100 : 100 + height, 200 : 200 + width])
        stylized = stylizer.stylize(photo / np.float32(255), "stars", 0.8)
        names = {kind: f"{kind}_{height}x{width}.bin" for kind in ("photo", "stylized")}
        _write_array(names["photo"], photo, "u1")
        _write_array(names["stylized"], np.rint(stylized * 255), "u1")
        cases.append(
            {
                "height": height,
                "width": width,
                "style_weights": [0.0, 1.0],
                "strength": 0.8,
                "tolerance": PHOTO_TOLERANCE,
                **names,
            }
        )
    return cases


def _layout(height: int, width: int, computed: tuple[int, int], around: int) -> dict[str, Any]:
    listed = [
        {
            field.name: [getattr(tile, field.name).start, getattr(tile, field.name).stop]
            for field in dataclasses.fields(tile)
        }
        for tile in tiles(height, width, computed, around)
    ]
    return {
        "height": height,
        "width": width,
        "computed": list(computed),
        "around": around,
        "tiles": listed,
    }


def _write_array(name: str, values: np.ndarray | None, kind: str) -> None:
    _write(FOLDER / name, np.ascontiguousarray(values).astype(kind).tobytes())


def _write(path: Path, content: bytes) -> None:
    with atomic_path(path) as temporary:
        temporary.write_bytes(content)


if __name__ == "__main__":
    main()
