import json
from pathlib import Path

import pytest

from stylekit.cli.main import main
from stylekit.inference import benchmark as module
from stylekit.inference.benchmark import percentile


@pytest.fixture(autouse=True)
def no_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out the measurement of memory, which starts a process for each file."""
    monkeypatch.setattr(module, "probe", lambda *_: {"memory": 12.3})


def _call(*arguments: object) -> object:
    with pytest.raises(SystemExit) as raised:
        main(["benchmark", *map(str, arguments)])
    return raised.value.code


def test_json(tiny_model: Path, capsys: pytest.CaptureFixture[str]) -> None:
    options = "--size 32 --size 24x40 --threads 1 --threads 2 --repetitions 3 --json".split()
    assert _call(tiny_model, tiny_model, *options) == 0
    timings = json.loads(capsys.readouterr().out)
    assert [(t["height"], t["width"], t["threads"]) for t in timings[::2]] == [
        (32, 32, 1),
        (24, 40, 1),
        (32, 32, 2),
        (24, 40, 2),
    ]
    for timing in timings:
        assert 0 < timing["p50"] <= timing["p95"]
        assert timing["first"] > 0 and timing["memory"] == 12.3
        assert timing["partitions"] == 1
    assert all(timing["relative"] == 1 for timing in timings[::2])


def test_table(tiny_model: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _call(tiny_model, "--size", 32, "--repetitions", 2, "--warm-up", 1) == 0
    stated, header, line = capsys.readouterr().out.splitlines()
    assert stated == "2 repetitions after 1 warm-up runs; files take turns"
    assert header.split()[:4] == ["file", "form", "photo", "threads"]
    assert line.split()[:3] == [str(tiny_model), "float32", "32x32"]
    assert len(header) == len(line)


@pytest.mark.parametrize("wrong", ["--size 0", "--size x", "--threads 0", "--repetitions 0"])
def test_wrong_options(tiny_model: Path, wrong: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert _call(tiny_model, *wrong.split()) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_a_model_from_elsewhere(
    tiny_tflite: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "foreign.tflite"
    path.write_bytes(tiny_tflite)
    assert _call(path) == 2
    assert "has no model card of stylekit" in capsys.readouterr().err


def test_percentile_by_hand() -> None:
    assert percentile([4, 1, 3, 2], 0.95) == 4
    assert percentile(list(range(1, 101)), 0.95) == 95
