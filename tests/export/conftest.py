"""A network of 8 channels with weights drawn at random, and its exports in all forms."""

from collections.abc import Callable
from pathlib import Path

import keras
import numpy as np
import pytest
from ai_edge_litert import schema_py_generated as schema

from stylekit.config import GeneratorConfig, RunConfig, parse_config
from stylekit.export.convert import convert
from stylekit.export.forms import FORMS
from stylekit.export.generator import export_generator
from stylekit.export.verified import Verification
from stylekit.inference.card import ModelCard
from stylekit.inference.flatbuffer import pack, unpack
from stylekit.models.generator import Generator
from stylekit.models.registry import build_generator
from stylekit.training.run import RunDirectory, save_generator

STYLES = ["waves", "stars"]


@pytest.fixture(scope="session")
def generator() -> Generator:
    keras.utils.set_random_seed(3)
    made = build_generator(GeneratorConfig(name="small", channels=8, blocks=1), len(STYLES))
    random = np.random.default_rng(4)
    # As built, both styles are the same and the painting is hardly more than grey.
    for weight in made.model.trainable_variables:
        weight.assign(weight + random.normal(0, 0.1, weight.shape))
    return made


@pytest.fixture(scope="session")
def card(generator: Generator) -> ModelCard:
    return ModelCard(
        name="tiny",
        generator="small",
        styles=STYLES,
        margin=0,
        multiple_of=generator.multiple_of,
        smallest=generator.smallest,
        versions={"python": "3.11"},
    )


@pytest.fixture(scope="session")
def converted(generator: Generator) -> bytes:
    """The float32 file for photos of any size, before anything else is done to it."""
    return convert(generator)


@pytest.fixture(scope="session")
def exported(
    generator: Generator, card: ModelCard, converted: bytes
) -> dict[str, tuple[bytes, Verification]]:
    """Content and verification by form."""
    return {form: export_generator(generator, card, form, converted=converted) for form in FORMS}


@pytest.fixture(scope="session")
def files(
    exported: dict[str, tuple[bytes, Verification]], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Path]:
    """The exports as files, by form."""
    folder = tmp_path_factory.mktemp("exported")
    paths = {}
    for form, (content, _) in exported.items():
        paths[form] = folder / f"{form}.tflite"
        paths[form].write_bytes(content)
    return paths


@pytest.fixture
def config(tmp_path: Path) -> RunConfig:
    return parse_config(
        {
            "name": "tiny run",
            "styles": [{"name": name, "path": f"{name}.png"} for name in STYLES],
            "generator": {"name": "small", "channels": 8, "blocks": 1},
            "objective": {"style_size": 16, "architecture": "vgg16", "weights": "hed"},
        }
    )


@pytest.fixture
def run(tmp_path: Path, config: RunConfig, generator: Generator) -> RunDirectory:
    """A run directory as a training leaves it, with the weights of `generator`."""
    directory = RunDirectory(tmp_path / "run")
    directory.create(config, [np.zeros((16, 16, 3), np.float32)] * len(STYLES))
    save_generator(directory, generator)
    return directory


@pytest.fixture(scope="session")
def perturbed() -> Callable[[bytes], bytes]:
    """The file with one number of its first kernel changed."""

    def perturb(content: bytes) -> bytes:
        model = unpack(content)
        kernels = [
            tensor for tensor in model.subgraphs[0].tensors if _is_kernel(tensor, model.buffers)
        ]
        buffer = model.buffers[kernels[0].buffer]
        values = np.frombuffer(bytes(buffer.data), np.float32).copy()
        values[len(values) // 2] += 1
        buffer.data = np.frombuffer(values.tobytes(), np.uint8)
        return pack(model)

    return perturb


def _is_kernel(tensor: schema.TensorT, buffers: list[schema.BufferT]) -> bool:
    stored = buffers[tensor.buffer].data
    return (
        stored is not None
        and len(stored)
        and tensor.shape is not None
        and len(tensor.shape) == 4
        and min(tensor.shape[1:3]) > 1
    )
