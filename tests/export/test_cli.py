import json
from pathlib import Path

import pytest

from stylekit import zoo
from stylekit.cli.main import main
from stylekit.export import run as module
from stylekit.export.run import ExportedFile
from stylekit.export.verify import Parity
from stylekit.training.run import RunDirectory


def _call(*arguments: str) -> object:
    with pytest.raises(SystemExit) as raised:
        main(["export", *arguments])
    return raised.value.code


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str | None]]:
    """Arguments that the command passes on to an export that writes nothing."""
    received = []

    def export(run: str, output: str | None) -> list[ExportedFile]:
        received.append((run, output))
        parity = Parity(1.5e-6, 1e-7, 130.04, 0.0, 24)
        return [ExportedFile(Path("models/starry_float32.tflite"), "float32", 1_948_000, parity)]

    monkeypatch.setattr(module, "export_run", export)
    return received


def test_table(calls: list[tuple[str, str | None]], capsys: pytest.CaptureFixture[str]) -> None:
    assert _call("RUN", "--tflite", "-o", "models") == 0
    assert calls == [("RUN", "models")]
    header, line = capsys.readouterr().out.splitlines()
    assert header.split() == ["file", "size", "max", "error", "PSNR"]
    assert line.split() == ["models/starry_float32.tflite", "1.95", "MB", "1.5e-06", "130.0", "dB"]
    assert len(line) == len(header)


def test_json(calls: list[tuple[str, str | None]], capsys: pytest.CaptureFixture[str]) -> None:
    assert _call("RUN", "--tflite", "--json") == 0
    assert calls == [("RUN", None)]
    (file,) = json.loads(capsys.readouterr().out)
    assert file["file"] == "models/starry_float32.tflite"
    assert file["bytes"] == 1_948_000
    assert file["parity"]["psnr"] == 130.04


def test_the_format_must_be_named(
    calls: list[tuple[str, str | None]], capsys: pytest.CaptureFixture[str]
) -> None:
    assert _call("RUN") == 2
    assert "--tflite" in capsys.readouterr().err
    assert calls == []


def test_errors_are_one_line(run: RunDirectory, capsys: pytest.CaptureFixture[str]) -> None:
    run.weights.unlink()
    assert _call(str(run.path), "--tflite") == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.splitlines() == [
        f"stylekit: the run {str(run.path)!r} has no trained weights yet: continue it with --resume"
    ]


def test_a_shipped_name(calls: list[tuple[str, str | None]]) -> None:
    assert _call("classics", "--tflite") == 0
    assert calls == [(str(zoo.find("classics").run), ".")]
