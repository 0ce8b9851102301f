import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from stylekit.config import RunConfig
from stylekit.errors import StylekitError
from stylekit.training import plan
from stylekit.training.plan import Plan, StagePlan


def test_sums_by_hand() -> None:
    stages = [StagePlan(128, 2, 101, 10.0, 0.5), StagePlan(256, 4, 11, 20.0, 2.0)]
    made = Plan("small, wave", stages, 30.0, 100.0, 2_500_000_000, 40_000_000)
    assert stages[0].images_per_second == 4.0 and stages[0].seconds == 60.0
    assert made.seconds == 30 + 60 + 40 + 100
    assert made.to_text().splitlines() == [
        "small, wave",
        "stage  image  batch   steps  images/s      time",
        "    1   128²      2     101      4.00      1:00",
        "    2   256²      4      11      2.00      0:40",
        "time: 3:50 for 246 images, of which 0:30 to start and 1:40 for checkpoints and previews",
        "memory: 2.5 GB   disk: 40 MB",
    ]


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder for temporary files."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def test_a_plan_of_a_training_leaves_nothing_behind(
    temporary: Path,
    tiny_config: Callable[..., RunConfig],
    stage: Callable[..., dict[str, Any]],
) -> None:
    config = tiny_config(training={"stages": [stage(1), stage(1000, image_size=48)]})
    before = set(temporary.parent.iterdir())
    made = plan(config)
    # TensorFlow's own files, which end with the process, are not ours.
    assert list(temporary.glob("stylekit*")) == [] and set(temporary.parent.iterdir()) == before
    first, second = made.stages
    assert first.seconds == first.first_seconds
    assert second.seconds > 999 * second.step_seconds > 0
    assert "painting in float32 on 5 photographs" in made.title
    # 1001 lines of at least 100 bytes, and three checkpoints.
    assert 100_000 < made.disk_bytes < 50_000_000
    assert 1e8 < made.memory_bytes < os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def test_what_keeps_a_training_from_starting_keeps_the_plan(
    temporary: Path, tiny_config: Callable[..., RunConfig]
) -> None:
    with pytest.raises(StylekitError, match="does not exist"):
        plan(tiny_config(content={"source": "/no/such/folder"}))
    assert list(temporary.glob("stylekit*")) == []
