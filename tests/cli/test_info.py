import json
from pathlib import Path

import pytest

from stylekit.cli.main import main
from stylekit.inference.card import ModelCard


def _info(*arguments: str | Path) -> object:
    with pytest.raises(SystemExit) as raised:
        main(["info", *map(str, arguments)])
    return raised.value.code


def test_a_model_as_text(tiny_model: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _info(tiny_model) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[:3] == [
        f"file: {tiny_model}",
        f"bytes: {tiny_model.stat().st_size}",
        "name: tiny",
    ]
    assert "styles: negative, blur" in lines
    assert "multiple of: 4" in lines
    assert "input range: 0, 1" in lines
    start = lines.index("inputs:")
    assert lines[start + 1] == "  photo: 1, any, any, 3"
    start = lines.index("recipe:")
    assert lines[start : start + 6] == [
        "recipe:",
        "  training:",
        "    learning rate: 0.001",
        "    stages:",
        "      - steps: 10",
        "      - steps: 20",
    ]
    assert "  terms: chelsea: Stefan van der Walt, CC0" in lines
    # Empty parts of the card are left out.
    assert not any(line.startswith(("losses", "parity", "created")) for line in lines)


def test_a_model_as_json(
    tiny_model: Path, tiny_card: ModelCard, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _info(tiny_model, "--json") == 0
    described = json.loads(capsys.readouterr().out)
    assert described.pop("file") == str(tiny_model)
    assert described.pop("bytes") == tiny_model.stat().st_size
    assert len(described.pop("model_sha256")) == 64
    expected = json.loads(tiny_card.to_json())
    assert expected.pop("model_sha256") == ""  # only a file has one
    assert described == expected


def test_a_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    described = {"run": str(tmp_path), "summary": {"losses": {"style": 0.0123456789}, "none": None}}
    monkeypatch.setattr(
        "stylekit.training.run.describe_run", lambda path: {**described, "run": path}
    )
    assert _info(tmp_path) == 0
    assert capsys.readouterr().out == (
        f"run: {tmp_path}\nsummary:\n  losses:\n    style: 0.0123457\n"
    )
    assert _info(tmp_path, "--json") == 0
    assert json.loads(capsys.readouterr().out) == described


def test_what_is_neither(
    tmp_path: Path, tiny_tflite: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "text.tflite").write_text("text")
    (tmp_path / "foreign.tflite").write_bytes(tiny_tflite)
    for name, reason in (
        ("none.tflite", "No such file"),
        ("text.tflite", "is not a TensorFlow Lite model"),
        ("foreign.tflite", "has no model card"),
    ):
        assert _info(tmp_path / name) == 2
        captured = capsys.readouterr()
        assert reason in captured.err and captured.err.count("\n") == 1 and captured.out == ""
