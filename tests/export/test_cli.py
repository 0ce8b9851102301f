import dataclasses
import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from stylekit import zoo
from stylekit.cli.main import main
from stylekit.export import run as module
from stylekit.export.graph import Graph
from stylekit.export.options import ExportOptions, Size
from stylekit.export.run import ExportedFile, ExportMismatch
from stylekit.export.verified import Verification
from stylekit.export.verify import Parity, Tolerance
from stylekit.training.run import RunDirectory


def _call(*arguments: str) -> object:
    with pytest.raises(SystemExit) as raised:
        main(["export", *arguments])
    return raised.value.code


FOUND = Verification(
    parity=Parity(1.5e-6, 1e-7, 130.04, 0.0, 24, 0.99987, 1.012, "waves"),
    tolerance=Tolerance(1e-4, 100.0),
    graph=Graph({"CONV_2D": 14}, {"CONV_2D": 3}, 4, [], 0.25, 0.97),
    memory=21.4,
    partitions=1,
    outside=0,
    problems=[],
)
Call = tuple[str, str | None, ExportOptions]


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[Call]:
    """Arguments that the command passes on to an export that writes nothing."""
    received = []

    def export(
        run: str, output: str | None, options: ExportOptions, on_file: object
    ) -> list[ExportedFile]:
        received.append((str(run), output, options))
        path = Path("models/starry_float32.tflite")
        if options.max_error == 0:
            found = dataclasses.replace(FOUND, problems=["the float32 export does not match"])
            raise ExportMismatch([ExportedFile(path, "float32", None, 1_948_000, found)])
        return [ExportedFile(path, "float32", None, 1_948_000, FOUND)]

    monkeypatch.setattr(module, "export_run", export)
    return received


def test_table(calls: list[Call], capsys: pytest.CaptureFixture[str]) -> None:
    assert _call("runs/painting", "--tflite", "-o", "models") == 0
    assert calls == [("runs/painting", "models", ExportOptions())]
    header, line = capsys.readouterr().out.splitlines()
    assert header.split()[:4] == ["file", "size", "max", "error"]
    assert (
        line.split()
        == (
            "models/starry_float32.tflite 1948 KB 1.5e-06 1.0e-07 130.0 dB 0.9999 +1.2% 25% 97% 4"
            " 1 + 0 21 MB"
        ).split()
    )
    assert len(line) == len(header)


def test_what_litert_says_of_its_start_is_not_shown(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def export(*_: object) -> list[ExportedFile]:
        os.write(2, b"INFO: Created TensorFlow Lite XNNPACK delegate for CPU.\n")
        return []

    monkeypatch.setattr(module, "export_run", export)
    assert _call("runs/painting", "--tflite") == 0
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("terminal", [True, False])
def test_what_is_being_made_is_said_on_a_terminal(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], terminal: bool
) -> None:
    def export(*arguments: Callable[[Path, int, int], None]) -> list[ExportedFile]:
        arguments[-1](Path("models/starry_float32.tflite"), 1, 2)
        return []

    monkeypatch.setattr(module, "export_run", export)
    monkeypatch.setattr(os, "isatty", lambda _: terminal)
    assert _call("runs/painting", "--tflite") == 0
    line = "models/starry_float32.tflite, 1 of 2: made, and compared on photographs"
    assert capfd.readouterr().err == (f"\r\x1b[K{line}\r\x1b[K" if terminal else "")


def test_json(calls: list[Call], capsys: pytest.CaptureFixture[str]) -> None:
    assert _call("runs/painting", "--tflite", "--json") == 0
    (file,) = json.loads(capsys.readouterr().out)
    assert file["file"] == "models/starry_float32.tflite"
    assert file["bytes"] == 1_948_000
    assert file["psnr"] == 130.04
    assert file["graph"]["int8_weights"] == 0.97
    assert file["problems"] == []


def test_options(calls: list[Call]) -> None:
    arguments = "--quantize mixed --quantize int8 --quantize mixed --size 256 --size 384x640"
    more = "--size any --image-type uint8 --calibration photos --max-error 0.2"
    assert _call("runs/painting", "--tflite", *arguments.split(), *more.split()) == 0
    ((_, _, options),) = calls
    assert options == ExportOptions(
        forms=("mixed", "int8"),
        sizes=(Size(256, 256), Size(384, 640), None),
        image_type="uint8",
        calibration="photos",
        max_error=0.2,
    )


def test_exit_code_1_over_the_largest_error(
    calls: list[Call], capsys: pytest.CaptureFixture[str]
) -> None:
    assert _call("runs/painting", "--tflite", "--max-error", "0") == 1
    captured = capsys.readouterr()
    assert captured.err == "stylekit: the float32 export does not match; nothing was written\n"
    assert "starry_float32" in captured.out


@pytest.mark.parametrize(
    "wrong",
    [
        "--size 256x",
        "--size 0",
        "--size 1x2x3",
        "--size large",
        "--size -4",
        "--quantize int4",
        "--max-error -1",
        "--max-error nan",
        "--image-type int8",
    ],
)
def test_wrong_options(calls: list[Call], capsys: pytest.CaptureFixture[str], wrong: str) -> None:
    assert _call("runs/painting", "--tflite", *wrong.split()) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1
    assert calls == []


def test_the_format_must_be_named(calls: list[Call], capsys: pytest.CaptureFixture[str]) -> None:
    assert _call("runs/painting") == 2
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


def test_a_shipped_name(calls: list[Call]) -> None:
    assert _call("classics", "--tflite") == 0
    assert calls == [(str(zoo.find("classics").run), ".", ExportOptions())]
