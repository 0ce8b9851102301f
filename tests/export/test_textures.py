"""Texture networks as TFLite files."""

from dataclasses import asdict

import keras
import numpy as np
import pytest

from stylekit.config import GeneratorConfig, parse_config
from stylekit.errors import StylekitError
from stylekit.export.android import export_assets
from stylekit.export.options import ExportOptions, Size
from stylekit.export.run import export_run
from stylekit.inference.card import read_card
from stylekit.inference.stylizer import Stylizer
from stylekit.inference.textures import TextureSampler
from stylekit.models.generator import TextureGenerator
from stylekit.models.registry import build_texture_generator
from stylekit.training.run import RunDirectory, load_texture_run, save_generator

GENERATORS = {
    "pyramid": GeneratorConfig(name="pyramid", channels=4, scales=3),
    "texture_residual": GeneratorConfig(name="texture_residual", channels=4, blocks=1),
    "texture_small": GeneratorConfig(name="texture_small", channels=8, blocks=1, scales=4),
}
NAMES = ["sand", "water"]


def _run_of(path, config: GeneratorConfig) -> tuple[RunDirectory, TextureGenerator]:
    """A run as a training leaves it, with random weights."""
    keras.utils.set_random_seed(3)
    generator = build_texture_generator(config, len(NAMES))
    random = np.random.default_rng(4)
    for weight in generator.model.trainable_variables:
        weight.assign(weight + random.normal(0, 0.1, weight.shape))
    styles = [{"name": name, "path": f"{name}.png"} for name in NAMES]
    settings = {"task": "texture", "styles": styles, "generator": asdict(config)}
    run = RunDirectory(path)
    run.create(parse_config(settings), [np.zeros((32, 32, 3))] * len(NAMES))
    save_generator(run, generator)
    return run, generator


@pytest.mark.parametrize("config", GENERATORS.values(), ids=GENERATORS)
def test_equal_noise_gives_equal_pictures(tmp_path, config):
    run, generator = _run_of(tmp_path / "run", config)
    files = export_run(run.path, tmp_path, ExportOptions(forms=("float32",)))
    assert files[0].verification.problems == [] and files[0].verification.parity.pictures == 4
    exported = TextureSampler(files[0].path, threads=1)
    runner, card = load_texture_run(run.path)
    original = TextureSampler(runner, card=card)
    multiple = generator.multiple_of
    for size in ((3 * multiple, 5 * multiple), (2 * multiple + 1, 4 * multiple - 1)):
        for texture in ("sand", "sand:0.5,water:0.5"):
            ours, theirs = (each.sample(texture, 9, *size) for each in (exported, original))
            assert ours.shape == (*size, 3) and ours.std() > 0.01
            np.testing.assert_allclose(ours, theirs, atol=1e-4)


def test_the_card_and_a_seam_no_sharper_than_the_inside(tmp_path):
    run, _ = _run_of(tmp_path / "run", GENERATORS["texture_small"])
    (file,) = export_run(run.path, tmp_path, ExportOptions(forms=("float16",)))
    card = read_card(file.path)
    assert (card.task, card.styles, card.margin, card.multiple_of) == ("texture", NAMES, 0, 8)
    assert [entry["divisor"] for entry in card.noise["inputs"]] == [8, 4, 2]
    assert card.inputs["noise_8"] == [1, None, None, 8] and card.output == "texture"
    assert len(card.previews) == 2 and card.photographs == {}
    for size in (64, 70):
        picture = TextureSampler(file.path).sample(None, 1, size, size, tileable=True)
        for axis in (0, 1):
            # Mean difference of neighbouring rows or columns; the last is that across the seam.
            lines = np.moveaxis(picture, axis, 0)
            steps = np.abs(np.roll(lines, -1, axis=0) - lines).mean(axis=(1, 2))
            assert steps[-1] <= steps[:-1].max()
    with pytest.raises(StylekitError, match="give it to 'stylekit sample'"):
        Stylizer(file.path)


def test_a_file_for_one_size(tmp_path):
    run, _ = _run_of(tmp_path / "run", GENERATORS["pyramid"])
    options = ExportOptions(forms=("float32",), sizes=(Size(16, 24),))
    (file,) = export_run(run.path, tmp_path, options)
    sampler = TextureSampler(file.path)
    assert sampler.card.inputs["noise_1"] == [1, 16, 24, 3]
    assert sampler.sample(height=16, width=24).shape == (16, 24, 3)
    with pytest.raises(StylekitError, match="cannot be run|takes pictures of 24x16"):
        sampler.sample(height=32, width=32)


def test_the_app_paints_photographs(tmp_path):
    run, _ = _run_of(tmp_path / "run", GENERATORS["pyramid"])
    with pytest.raises(StylekitError, match="the app paints photographs"):
        export_assets(run.path, tmp_path / "assets")
    assert not (tmp_path / "assets").exists()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (ExportOptions(forms=("int8",)), "exported as float32 or float16, not as int8"),
        (ExportOptions(image_type="uint8"), "for networks that paint photographs"),
        (ExportOptions(sizes=(Size(17, 16),)), "multiples of 4"),
    ],
)
def test_what_is_for_photographs_only(tmp_path, options, message):
    run, _ = _run_of(tmp_path / "run", GENERATORS["pyramid"])
    with pytest.raises(StylekitError, match=message):
        export_run(run.path, tmp_path / "out", options)
    assert not (tmp_path / "out").exists() or not list((tmp_path / "out").iterdir())
