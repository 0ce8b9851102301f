"""From a run that is still going on to a shipped model that everything can read."""

import importlib.util
import json
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from stylekit import Stylizer, zoo
from stylekit.cli.main import main
from stylekit.config import merged, parse_config
from stylekit.errors import StylekitError
from stylekit.imaging.load import load_rgb
from stylekit.imaging.save import save
from stylekit.inference.card import read_card
from stylekit.inference.textures import TextureSampler
from stylekit.training import train
from stylekit.training.run import RunDirectory, load_run, load_texture_run
from stylekit.training.start import find_start, settings_from
from stylekit.training.trained_on import trained_on
from stylekit.zoo import shipped

SCRIPT = Path(__file__).parents[2] / "scripts" / "ship_model.py"


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("ship_model", SCRIPT)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


PHOTO_RUN: dict[str, Any] = {
    "generator": {"name": "small", "channels": 8, "blocks": 1},
    "objective": {
        "content_layers": {"relu1_2": 1.0},
        "style_layers": {"relu1_1": 1.0},
        "style_size": 32,
        "weights": "hed",
    },
    "training": {
        "stages": [{"steps": 2, "image_size": 32, "batch_size": 1, "context": 0}],
        "precision": "float32",
    },
}
NOISE_RUN: dict[str, Any] = {
    "generator": {"noise": 2},
    "objective": {"diversity": {"samples": 2, "entropy_weight": 0.1}},
    "training": {"stages": [{"steps": 2, "image_size": 32, "batch_size": 2, "context": 0}]},
}
TEXTURE_RUN: dict[str, Any] = {
    "task": "texture",
    "generator": {"name": "texture_small", "channels": 8, "scales": 3},
    "objective": {"style_layers": {"relu1_1": 1.0}, "style_size": 32, "weights": "hed"},
    "training": {
        "stages": [{"steps": 2, "image_size": 32, "batch_size": 1}],
        "precision": "float32",
    },
}


def _trained(folder: Path, settings: dict[str, Any]) -> Path:
    """Two steps of a tiny network, without what a finished training leaves behind."""
    rng = np.random.default_rng(0)
    for name in ("photos/a.png", "painting.png"):
        (folder / name).parent.mkdir(exist_ok=True)
        save(folder / name, rng.random((48, 48, 3)))
    data = {"styles": [{"name": "painting", "path": str(folder / "painting.png")}], **settings}
    if "task" not in data:
        data["content"] = {"source": str(folder / "photos")}
    train(parse_config(data), folder / "run", progress=False)
    (folder / "run" / "summary.json").unlink()
    (folder / "run" / "generator.weights.h5").unlink()
    return folder / "run"


@pytest.fixture
def zoo_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A zoo without models."""
    folder = tmp_path / "zoo"
    folder.mkdir()
    monkeypatch.setattr(shipped, "FOLDER", folder)
    monkeypatch.setattr(shipped, "_DEFAULT_STYLES", {})
    return folder


@pytest.mark.slow
def test_a_run_becomes_a_shipped_model(
    script: ModuleType, zoo_folder: Path, tmp_path: Path
) -> None:
    run = _trained(tmp_path, PHOTO_RUN)
    before = {path: path.stat().st_mtime_ns for path in run.rglob("*")}
    (zoo_folder / "classics").mkdir()
    (zoo_folder / "classics" / "old.txt").touch()
    script.ship(run, zoo_folder)
    assert {path: path.stat().st_mtime_ns for path in run.rglob("*")} == before
    assert [path.name for path in zoo_folder.iterdir()] == ["classics"]

    model = zoo.find("classics")
    assert list(model.previews) == ["painting"] and not (model.run / "old.txt").exists()
    assert model.dynamic is not None
    card, quick = read_card(model.tflite), read_card(model.dynamic)
    assert (card.precision, quick.precision) == ("float16", "dynamic")
    assert (quick.name, quick.training) == (card.name, card.training)
    summary = json.loads((model.run / "summary.json").read_text())
    assert (summary["steps"], summary["images"], summary["finished"]) == (2, 2, True)
    assert summary["losses_by_style"]["painting"]["total"] > 0
    assert trained_on(RunDirectory(model.run), [tmp_path / "photos" / "a.png"])

    stylizer = Stylizer("classics", threads=1, precise=True)
    assert stylizer.card.name == "classics" and stylizer.card.training["steps"] == 2
    assert "research use" in stylizer.card.terms["photographs"]
    assert stylizer.card.recipe["styles"][0]["path"] == "painting.png"
    assert str(tmp_path) not in model.config.read_text() + stylizer.card.to_json()

    runner, card = load_run(zoo.run_path("classics"))
    photo = np.random.default_rng(1).random((40, 52, 3), np.float32)
    ours = Stylizer(runner, card=card).stylize(photo)
    np.testing.assert_allclose(stylizer.stylize(photo), ours, atol=0.03)


@pytest.mark.slow
def test_a_run_with_noise(script: ModuleType, zoo_folder: Path, tmp_path: Path) -> None:
    run = _trained(tmp_path, merged(PHOTO_RUN, NOISE_RUN))
    assert script.ship(run, zoo_folder) == zoo_folder / "starry_noise"
    model = zoo.find("starry_noise")
    assert model.dynamic is not None and read_card(model.dynamic).noise
    summary = json.loads((model.run / "summary.json").read_text())
    assert {"total", "content", "style", "entropy", "coarse_distance"} < set(summary["losses"])
    stylizer = Stylizer("starry_noise", threads=1, precise=True)
    assert stylizer.card.noise == {"stride": 4, "cells": [1, 2]}
    assert "weights at the start" not in stylizer.card.terms
    photo = np.random.default_rng(1).random((40, 52, 3), np.float32)
    runner, card = load_run(model.run)
    ours = Stylizer(runner, card=card).stylize(photo, seed=3)
    np.testing.assert_allclose(stylizer.stylize(photo, seed=3), ours, atol=0.03)


@pytest.mark.slow
def test_a_run_of_textures(
    script: ModuleType, zoo_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = _trained(tmp_path, TEXTURE_RUN)
    before = {path: path.stat().st_mtime_ns for path in run.rglob("*")}
    assert script.ship(run, zoo_folder) == zoo_folder / "textures"
    assert {path: path.stat().st_mtime_ns for path in run.rglob("*")} == before
    model = zoo.find("textures")
    assert model.dynamic is None
    assert load_rgb(model.previews["painting"]).shape == (256, 256, 3)
    summary = json.loads((model.run / "summary.json").read_text())
    assert (summary["steps"], summary["images"], "photographs" in summary) == (2, 2, False)
    assert set(summary["losses"]) == {"total", "style", "variation"}
    assert summary["losses_by_style"]["painting"]["style"] > 0

    sampler = TextureSampler("textures", threads=1)
    assert sampler.card.precision == "float16" and sampler.card.photographs == {}
    assert "terms are not known" in sampler.card.terms["textures"]
    assert "styles" not in sampler.card.terms and "photographs" not in sampler.card.terms
    assert str(tmp_path) not in model.config.read_text() + sampler.card.to_json()
    runner, card = load_texture_run(model.run)
    ours = TextureSampler(runner, card=card).sample(seed=3, height=40, width=52)
    theirs = sampler.sample(seed=3, height=40, width=52)
    np.testing.assert_allclose(theirs, ours, atol=0.01)

    assert settings_from("textures")["task"] == "texture"
    assert find_start("textures").load().style_count == 1

    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as raised:
        main(["export", "textures", "--tflite", "--quantize", "float32"])
    assert raised.value.code == 0 and (tmp_path / "textures_float32.tflite").is_file()


def test_terms_of_the_weights_at_the_start(script: ModuleType) -> None:
    data = {"styles": [{"name": "painting", "path": "painting.png"}]}

    def terms(start: dict[str, str]) -> str:
        config = parse_config({**data, "start": start})
        found: str = script.terms("starry_noise", config)["weights at the start"]
        return found

    assert "weights at the start" not in script.terms("starry_noise", parse_config(data))
    assert terms({"weights": "classics"}).startswith(
        "those of the shipped model classics: the same"
    )
    assert terms({"weights": "/home/me/run", "terms": "mine"}) == "those of run: mine"
    assert terms({"weights": "/home/me/run"}) == "those of run: of unknown terms"


def test_means_of_what_was_measured(script: ModuleType) -> None:
    records = [{"total": 1.0, "style": 0.5, "step": 1}, {"total": 3.0, "style": 0.5, "step": 2}]
    assert script.mean_losses(records) == {"total": 2.0, "style": 0.5}
    assert script.mean_losses([]) == {}


def test_what_cannot_be_shipped(script: ModuleType, zoo_folder: Path, tmp_path: Path) -> None:
    with pytest.raises(StylekitError, match="no run directory"):
        script.ship(tmp_path / "none", zoo_folder)
    assert list(zoo_folder.iterdir()) == []


@pytest.mark.slow
def test_a_checkpoint_of_another_network(
    script: ModuleType, zoo_folder: Path, tmp_path: Path
) -> None:
    run = _trained(tmp_path, TEXTURE_RUN)
    config = run / "config.yaml"
    config.write_text(config.read_text().replace("scales: 3", "scales: 4"))
    with pytest.raises(StylekitError, match="another version trained it"):
        script.ship(run, zoo_folder)
    assert list(zoo_folder.iterdir()) == []
