"""From a run that is still going on to a shipped model that everything can read."""

import importlib.util
import json
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from stylekit import Stylizer, zoo
from stylekit.config import parse_config
from stylekit.errors import StylekitError
from stylekit.imaging.save import save
from stylekit.training import train
from stylekit.training.run import RunDirectory, load_run
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


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two steps of a tiny network, without what a finished training leaves behind."""
    folder = tmp_path_factory.mktemp("training")
    rng = np.random.default_rng(0)
    for name in ("photos/a.png", "painting.png"):
        (folder / name).parent.mkdir(exist_ok=True)
        save(folder / name, rng.random((48, 48, 3)))
    data: dict[str, Any] = {
        "styles": [{"name": "painting", "path": str(folder / "painting.png")}],
        "content": {"source": str(folder / "photos")},
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
    train(parse_config(data), folder / "run", progress=False)
    (folder / "run" / "summary.json").unlink()
    (folder / "run" / "generator.weights.h5").unlink()
    return folder / "run"


@pytest.mark.slow
def test_a_run_becomes_a_shipped_model(
    script: ModuleType, run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = {path: path.stat().st_mtime_ns for path in run.rglob("*")}
    (tmp_path / "classics").mkdir()
    (tmp_path / "classics" / "old.txt").touch()
    script.ship(run, "classics", tmp_path)
    assert {path: path.stat().st_mtime_ns for path in run.rglob("*")} == before
    assert [path.name for path in tmp_path.iterdir()] == ["classics"]

    monkeypatch.setattr(shipped, "FOLDER", tmp_path)
    monkeypatch.setattr(shipped, "_DEFAULT_STYLES", {})
    model = zoo.find("classics")
    assert list(model.previews) == ["painting"] and not (model.run / "old.txt").exists()
    summary = json.loads((model.run / "summary.json").read_text())
    assert (summary["steps"], summary["images"], summary["finished"]) == (2, 2, True)
    assert summary["losses_by_style"]["painting"]["total"] > 0
    assert trained_on(RunDirectory(model.run), [run.parent / "photos" / "a.png"])

    stylizer = Stylizer("classics", threads=1)
    assert stylizer.card.name == "classics" and stylizer.card.training["steps"] == 2
    assert "research use" in stylizer.card.terms["photographs"]
    assert stylizer.card.recipe["styles"][0]["path"] == "painting.png"
    assert str(run.parent) not in model.config.read_text() + stylizer.card.to_json()

    runner, card = load_run(zoo.run_path("classics"))
    photo = np.random.default_rng(1).random((40, 52, 3), np.float32)
    ours = Stylizer(runner, card=card).stylize(photo)
    np.testing.assert_allclose(stylizer.stylize(photo), ours, atol=0.03)


def test_what_cannot_be_shipped(script: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "zoo").mkdir()
    with pytest.raises(StylekitError, match="no run directory"):
        script.ship(tmp_path / "none", "classics", tmp_path / "zoo")
    assert list((tmp_path / "zoo").iterdir()) == []
