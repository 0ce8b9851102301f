from pathlib import Path

import pytest

from stylekit.errors import StylekitError
from stylekit.training.metrics import MetricsFile, read_metrics


def test_lines_are_there_as_soon_as_they_are_appended(tmp_path: Path) -> None:
    file = MetricsFile(tmp_path / "metrics.jsonl")
    file.append({"step": 1, "total": 0.5})
    file.append({"step": 2, "total": 0.25})
    assert read_metrics(tmp_path / "metrics.jsonl") == [
        {"step": 1, "total": 0.5},
        {"step": 2, "total": 0.25},
    ]


def test_truncating_drops_later_steps_and_a_half_written_line(tmp_path: Path) -> None:
    path = tmp_path / "metrics.jsonl"
    file = MetricsFile(path)
    for step in range(1, 8):
        file.append({"step": step})
    file.close()
    with path.open("a") as stream:
        stream.write('{"step": 8, "tot')
    file = MetricsFile(path)
    file.truncate(5)
    file.append({"step": 6, "again": True})
    assert [record["step"] for record in read_metrics(path)] == [1, 2, 3, 4, 5, 6]
    assert read_metrics(path)[-1] == {"step": 6, "again": True}


def test_no_file_yet(tmp_path: Path) -> None:
    assert read_metrics(tmp_path / "metrics.jsonl") == []
    MetricsFile(tmp_path / "metrics.jsonl").truncate(3)
    assert read_metrics(tmp_path / "metrics.jsonl") == []


def test_a_file_that_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(StylekitError, match=r"cannot write .*gone"):
        MetricsFile(tmp_path / "gone" / "metrics.jsonl").append({"step": 1})
