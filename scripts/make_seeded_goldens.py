"""Write what seeds give into `tests/goldens/`: `python scripts/make_seeded_goldens.py`.

`seeded.json` and the files that it names change only with the networks' definition or the format:
weights are drawn from a seed.
"""

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
from stylekit.export.options import ExportOptions
from stylekit.export.textures import convert_textures, export_textures
from stylekit.files import atomic_path
from stylekit.inference.card import ModelCard
from stylekit.inference.noise_maps import NoiseMaps
from stylekit.inference.stylizer import Stylizer
from stylekit.inference.textures import TextureSampler
from stylekit.models.generator import AnyGenerator
from stylekit.models.registry import build_generator, build_texture_generator

FOLDER = Path(__file__).parents[1] / "tests" / "goldens"
STYLED, TEXTURED = FOLDER / "tiny_noise.tflite", FOLDER / "tiny_textures.tflite"
NAMES = ["sand", "water"]

# A byte may be rounded the other way.
TOLERANCE = 1


def main() -> None:
    """Write both models and all cases."""
    _write(STYLED, _style_network())
    _write(TEXTURED, _texture_network())
    described = {
        "tolerance": TOLERANCE,
        "model": STYLED.name,
        "photos": [_photo_case(seed) for seed in (0, 4_000_000_000)],
        "texture_model": TEXTURED.name,
        "textures": [_texture_case(3, 24, 40, [1.0, 0.0]), _texture_case(9, 19, 30, [0.5, 0.5])],
        "places": [_place_case(7, 90, 40)],
    }
    _write(FOLDER / "seeded.json", (json.dumps(described, indent=1) + "\n").encode())


def _style_network() -> bytes:
    keras.utils.set_random_seed(3)
    generator = build_generator(GeneratorConfig(channels=8, blocks=1, noise=3), 1)
    _draw(generator)
    card = _card("tiny_noise", generator, ["waves"], recipe={"generator": {"blocks": 1}})
    content, found = export_generator(generator, card)
    _require_none(found.problems)
    return content


def _texture_network() -> bytes:
    keras.utils.set_random_seed(3)
    config = GeneratorConfig(name="texture_small", channels=8, scales=3)
    generator = build_texture_generator(config, len(NAMES))
    _draw(generator)
    card = _card("tiny_textures", generator, NAMES, task="texture", output=generator.output)
    converted = convert_textures(generator)
    content, found = export_textures(generator, card, "float16", None, ExportOptions(), converted)
    _require_none(found.problems)
    return content


def _draw(generator: AnyGenerator) -> None:
    """Weights that make pictures differ from each other and from grey."""
    random = np.random.default_rng(4)
    for weight in generator.model.trainable_variables:
        weight.assign(weight + random.normal(0, 0.1, weight.shape))


def _card(name: str, generator: AnyGenerator, styles: list[str], **fields: Any) -> ModelCard:
    return ModelCard(
        name=name,
        generator="tiny",
        styles=styles,
        margin=generator.margin,
        multiple_of=generator.multiple_of,
        smallest=generator.smallest,
        noise=generator.noise_on_card(),
        **fields,
    )


def _require_none(problems: list[str]) -> None:
    if problems:
        raise SystemExit("; ".join(problems))


def _photo_case(seed: int) -> dict[str, Any]:
    photo = np.ascontiguousarray(data.astronaut()[100:121, 200:234])
    stylized = Stylizer(STYLED, threads=1).stylize(photo / np.float32(255), seed=seed)
    return {
        "seed": seed,
        "height": photo.shape[0],
        "width": photo.shape[1],
        "photo": "photo_21x34.bin",  # of goldens.json
        "stylized": _write_bytes(f"seeded_{seed}.bin", stylized),
    }


def _texture_case(seed: int, height: int, width: int, weights: list[float]) -> dict[str, Any]:
    blend = ",".join(f"{name}:{share}" for name, share in zip(NAMES, weights, strict=True))
    picture = TextureSampler(TEXTURED, threads=1).sample(blend, seed, height, width)
    return {
        "seed": seed,
        "height": height,
        "width": width,
        "texture_weights": weights,
        "picture": _write_bytes(f"texture_{seed}.bin", picture),
    }


def _place_case(seed: int, height: int, width: int) -> dict[str, Any]:
    """The picture by a network that paints its noise: red, green and blue are its three channels.

    So it says which noise is where, for tests without a runtime of TFLite files.
    """
    maps = NoiseMaps.of_scales(3)
    recipe = {"generator": {"blocks": 1}}
    card = ModelCard("noise", "none", ["s"], 8, 4, 16, noise=maps.to_card(), recipe=recipe)
    painted = Stylizer(_paint_noise, card=card).stylize(np.zeros((height, width, 3)), seed=seed)
    return {
        "card": card.to_json(),
        "seed": seed,
        "height": height,
        "width": width,
        "picture": _write_bytes(f"places_{seed}.bin", painted),
    }


def _paint_noise(
    photo: np.ndarray, style_weights: np.ndarray, strength: np.ndarray, noise: np.ndarray
) -> np.ndarray:
    return noise.repeat(4, axis=1).repeat(4, axis=2)


def _write_bytes(name: str, picture: np.ndarray) -> str:
    _write(FOLDER / name, np.rint(picture * 255).astype("u1").tobytes())
    return name


def _write(path: Path, content: bytes) -> None:
    with atomic_path(path) as temporary:
        temporary.write_bytes(content)


if __name__ == "__main__":
    main()
