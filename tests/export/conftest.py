"""A network of 8 channels with weights drawn at random, and both its exports."""

from collections.abc import Callable
from pathlib import Path

import flatbuffers
import keras
import numpy as np
import pytest
from ai_edge_litert import schema_py_generated as schema

from stylekit.config import GeneratorConfig, RunConfig, parse_config
from stylekit.export.convert import PRECISIONS
from stylekit.export.generator import export_generator
from stylekit.export.verify import Parity
from stylekit.inference.card import ModelCard
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
def exported(generator: Generator, card: ModelCard) -> dict[str, tuple[bytes, Parity]]:
    """Content and parity by precision."""
    return {precision: export_generator(generator, card, precision) for precision in PRECISIONS}


@pytest.fixture(scope="session")
def files(
    exported: dict[str, tuple[bytes, Parity]], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Path]:
    """The exports as files, by precision."""
    folder = tmp_path_factory.mktemp("exported")
    paths = {}
    for precision, (content, _) in exported.items():
        paths[precision] = folder / f"{precision}.tflite"
        paths[precision].write_bytes(content)
    return paths


@pytest.fixture
def config(tmp_path: Path) -> RunConfig:
    return parse_config(
        {
            "name": "tiny run",
            "styles": [{"name": name, "path": f"{name}.png"} for name in STYLES],
            "generator": {"name": "small", "channels": 8, "blocks": 1},
            "objective": {"style_size": 16},
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
        model = schema.ModelT.InitFromPackedBuf(content)
        kernels = [
            tensor for tensor in model.subgraphs[0].tensors if _is_kernel(tensor, model.buffers)
        ]
        buffer = model.buffers[kernels[0].buffer]
        stored = np.float16 if kernels[0].type == schema.TensorType.FLOAT16 else np.float32
        values = np.frombuffer(bytes(buffer.data), stored).copy()
        values[len(values) // 2] += 1
        buffer.data = np.frombuffer(values.tobytes(), np.uint8)
        builder = flatbuffers.Builder(len(content))
        builder.Finish(model.Pack(builder), b"TFL3")
        return bytes(builder.Output())

    return perturb


def _is_kernel(tensor: schema.TensorT, buffers: list[schema.BufferT]) -> bool:
    stored = buffers[tensor.buffer].data
    return stored is not None and tensor.shape is not None and min(len(tensor.shape), 4) == 4
