from pathlib import Path

import pytest

from stylekit.errors import StylekitError
from stylekit.inference.probe import probe


def test_a_file_in_a_process_of_its_own(tiny_model: Path) -> None:
    small, large = (probe(str(tiny_model), size, size) for size in (32, 1024))
    # A photo of 1024² and its picture are 12 MB each.
    assert large["memory"] > small["memory"] + 20
    assert large["partitions"] == 1


def test_a_file_that_does_not_run(tmp_path: Path) -> None:
    with pytest.raises(StylekitError, match="does not run in a process of its own"):
        probe(str(tmp_path / "none.tflite"), 32, 32)
