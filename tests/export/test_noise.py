"""Exported networks with noise: as Keras has them, in tiles, and from the command line."""

from pathlib import Path

import keras
import numpy as np
import pytest
from skimage import data

from stylekit.cli.main import main
from stylekit.config import GeneratorConfig
from stylekit.errors import StylekitError
from stylekit.export.convert import convert
from stylekit.export.forms import _convolutions
from stylekit.export.generator import export_generator
from stylekit.export.options import Size
from stylekit.imaging.load import load_rgb
from stylekit.imaging.save import save
from stylekit.inference import tiles as module
from stylekit.inference.card import ModelCard, embed_card, read_card
from stylekit.inference.flatbuffer import unpack
from stylekit.inference.litert import LiteRTModel
from stylekit.inference.stylizer import Stylizer
from stylekit.models.generator import Generator
from stylekit.models.registry import build_generator

pytestmark = pytest.mark.slow

CELLS = [1, 2, 4, 8]


@pytest.fixture(scope="module")
def generator() -> Generator:
    keras.utils.set_random_seed(3)
    made = build_generator(GeneratorConfig(channels=8, blocks=1, noise=4), 1)
    random = np.random.default_rng(4)
    for weight in made.model.trainable_variables:
        weight.assign(weight + random.normal(0, 0.1, weight.shape))
    return made


@pytest.fixture(scope="module")
def card(generator: Generator) -> ModelCard:
    return ModelCard(
        name="noisy",
        generator="small",
        styles=["waves"],
        margin=0,
        multiple_of=generator.multiple_of,
        smallest=generator.smallest,
        recipe={"generator": {"blocks": 1}},
    )


@pytest.fixture(scope="module")
def converted(generator: Generator) -> bytes:
    return convert(generator)


@pytest.fixture(scope="module")
def model(
    generator: Generator,
    card: ModelCard,
    converted: bytes,
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    content, found = export_generator(generator, card, converted=converted)
    assert found.problems == []
    assert found.partitions == 1 and found.outside == 0
    path = tmp_path_factory.mktemp("noise") / "noisy.tflite"
    path.write_bytes(content)
    return path


@pytest.fixture(scope="module")
def photo() -> np.ndarray:
    """Odd sides, and parts of very different contrast."""
    return (data.astronaut()[:237, :171] / np.float32(255)).astype(np.float32)


def test_the_card_says_what_the_input_holds(model: Path) -> None:
    card = read_card(model)
    assert card.inputs["noise"] == [1, None, None, 4]
    assert card.noise == {"stride": 4, "cells": CELLS}
    assert LiteRTModel(model).takes_noise


def test_equal_noise_gives_equal_pictures_of_keras_and_litert(
    model: Path, generator: Generator
) -> None:
    photo = np.random.default_rng(0).random((1, 36, 48, 3), np.float32)
    full = np.ones((1, 1), np.float32)
    network = LiteRTModel(model)
    pictures = []
    for seed in (0, 1):
        noise = generator.noise.of(seed, 36, 48)
        pictures.append(network(photo, full, full, noise))
        expected = generator.model([photo, full, full, noise])
        np.testing.assert_allclose(pictures[-1], expected, atol=1e-4)
    assert np.abs(pictures[0] - pictures[1]).mean() > 0.01


def test_a_file_of_one_size(generator: Generator, tmp_path: Path) -> None:
    path = tmp_path / "fixed.tflite"
    path.write_bytes(convert(generator, Size(64, 96)))
    network = LiteRTModel(path)
    assert network._details["noise"]["shape"].tolist() == [1, 16, 24, 4]
    photo = np.random.default_rng(0).random((1, 64, 96, 3), np.float32)
    full = np.ones((1, 1), np.float32)
    noise = generator.noise.of(2, 64, 96)
    expected = generator.model([photo, full, full, noise])
    np.testing.assert_allclose(network(photo, full, full, noise), expected, atol=1e-4)
    # Without noise, its mean is taken.
    mean = np.full_like(noise, 0.5)
    np.testing.assert_array_equal(network(photo, full, full), network(photo, full, full, mean))


def test_the_layers_at_the_ends_stay_in_floats(converted: bytes) -> None:
    # `dynamic` leaves the convolution that sees the photo alone, not that of the noise.
    first, *_ = _convolutions(converted)
    graph = unpack(converted).subgraphs[0]
    (operator,) = [
        entry for entry in graph.operators if graph.tensors[entry.outputs[0]].name.decode() == first
    ]
    assert graph.tensors[operator.inputs[1]].shape.tolist()[1:] == [8, 8, 3]


def test_tiles_have_the_noise_of_the_whole(
    model: Path, photo: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "COMPUTED", 96)
    monkeypatch.setattr(module, "SHEET", 64)
    stylizer = Stylizer(model, threads=1)
    whole = stylizer.stylize(photo, seed=9)
    exact = stylizer.stylize_in_tiles(photo, mode="exact", seed=9)
    assert np.abs(exact - whole).max() < 2 / 255
    assert np.abs(stylizer.stylize(photo, seed=10) - whole).mean() > 0.01


def test_a_card_that_knows_of_no_noise(model: Path, card: ModelCard, tmp_path: Path) -> None:
    path = tmp_path / "other.tflite"
    path.write_bytes(embed_card(model.read_bytes(), card))
    with pytest.raises(StylekitError, match="do not agree about noise"):
        Stylizer(path)


def test_seeds_on_the_command_line(
    model: Path, photo: np.ndarray, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    save(tmp_path / "photo.png", photo[:40, :48])

    def call(name: str, *options: str) -> tuple[np.ndarray, str]:
        target = tmp_path / f"{name}.png"
        arguments = ["stylize", tmp_path / "photo.png", "--model", model, "-o", target, *options]
        with pytest.raises(SystemExit) as raised:
            main([str(argument) for argument in arguments])
        assert raised.value.code == 0
        return load_rgb(target), capsys.readouterr().out

    without, said = call("without")
    assert ", seed" not in said
    zero, said = call("zero", "--seed", "0")
    assert ", seed 0, " in said
    np.testing.assert_array_equal(zero, without)
    one, said = call("one", "--seed", "1", "--json")
    assert '"seed": 1' in said
    assert np.abs(one - zero).mean() > 0.01
