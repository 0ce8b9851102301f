import json
from pathlib import Path

import pytest

from stylekit import zoo
from stylekit.cli.main import main


def _output(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    with pytest.raises(SystemExit) as raised:
        main(arguments)
    assert raised.value.code == 0
    return capsys.readouterr().out


def test_models(capsys: pytest.CaptureFixture[str]) -> None:
    out = _output(capsys, "models")
    assert out.startswith("classics: style transfer, small\n  styles: composition_vii, ")
    assert "(default: starry_night)" in out
    assert " steps, " in out and " minutes, in " in out
    assert "classics.tflite (" in out and "research use" in out


def test_models_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    described = json.loads(_output(capsys, "models", "--json"))
    assert [model["name"] for model in described] == zoo.names()
    model = described[0]
    assert set(model) == {
        "name", "task", "generator", "styles", "default_style", "noise", "training", "files",
        "licence",
    }  # fmt: skip
    assert list(model["files"]["previews"]) == model["styles"]
    for file in (model["files"]["tflite"], *model["files"]["previews"].values()):
        assert Path(file["path"]).stat().st_size == file["bytes"]


def test_info_of_a_shipped_name(capsys: pytest.CaptureFixture[str]) -> None:
    out = _output(capsys, "info", "classics")
    assert out.startswith(f"file: {zoo.find('classics').tflite}\n")
    assert "styles: composition_vii, great_wave" in out
