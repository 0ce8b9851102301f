"""Whole trainings: how they end, how they are interrupted, and how they go on."""

import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from stylekit.config import RunConfig, to_yaml
from stylekit.errors import StylekitError
from stylekit.imaging.save import save
from stylekit.training import train
from stylekit.training.lock import sole_training
from stylekit.training.metrics import read_metrics
from stylekit.training.run import RunDirectory, describe_run, load_run


def _weights(run: Path) -> dict[str, np.ndarray]:
    found: dict[str, np.ndarray] = {}

    def visit(name: str, item: Any) -> None:
        if isinstance(item, h5py.Dataset):
            found[name] = item[()]

    with h5py.File(run / "generator.weights.h5") as file:
        file.visititems(visit)
    assert found
    return found


def _assert_equal_weights(one: Path, other: Path) -> None:
    first, second = _weights(one), _weights(other)
    assert first.keys() == second.keys()
    for name in first:
        np.testing.assert_array_equal(first[name], second[name], err_msg=name)


def test_a_network_is_trained_in_a_few_lines(
    tmp_path: Path,
    tiny_config: Callable[..., RunConfig],
    stage: Callable[..., dict[str, Any]],
) -> None:
    result = train(tiny_config(training={"stages": [stage(40)]}), tmp_path / "run", progress=False)
    assert result.finished and result.stopped_by is None
    records = read_metrics(tmp_path / "run" / "metrics.jsonl")
    losses = [record["total"] for record in records]
    assert np.mean(losses[-8:]) < 0.7 * np.mean(losses[:8])
    summary = json.loads((tmp_path / "run" / "summary.json").read_text())
    assert summary == result.summary
    assert summary["steps"] == 40 and summary["images"] == 80
    assert summary["loss_network"]["name"] == "hed"
    assert summary["photographs"]["count"] == 5
    assert len((tmp_path / "run" / "photographs.txt").read_text().splitlines()) == 5
    assert list(summary["losses_by_style"]) == ["painting"]
    assert "training painting from step 0" in (tmp_path / "run" / "train.log").read_text()
    _, card = load_run(tmp_path / "run")
    assert card.loss_network["name"] == "hed" and card.losses == summary["losses_by_style"]
    json.dumps(describe_run(tmp_path / "run"))


def test_what_was_auto_is_resolved_for_good(
    tmp_path: Path, tiny_config: Callable[..., RunConfig]
) -> None:
    config = tiny_config(training={"precision": "auto"})
    train(config, tmp_path / "run", progress=False)
    saved = RunDirectory.open(tmp_path / "run").read_config()
    assert saved.training.precision != "auto" and saved.objective.architecture == "vgg16"
    train(config, tmp_path / "run", resume=True, progress=False)  # is no other configuration


def test_broken_photographs_are_named_in_the_end(
    tmp_path: Path, photo_folder: Path, tiny_config: Callable[..., RunConfig]
) -> None:
    (photo_folder / "bad.jpg").write_bytes(b"")
    result = train(tiny_config(), tmp_path / "run", progress=False)
    (broken,) = result.summary["photographs"]["broken"]
    assert broken.endswith("bad.jpg")
    log = (tmp_path / "run" / "train.log").read_text()
    assert log.count("skipped a photograph that cannot be read") == 1 and "bad.jpg" in log


def test_minutes_only_stop_a_training(
    tmp_path: Path, tiny_config: Callable[..., RunConfig]
) -> None:
    config = tiny_config()
    train(config, tmp_path / "whole", progress=False)
    stopped = train(config, tmp_path / "parts", minutes=1e-9, progress=False)
    assert not stopped.finished and stopped.stopped_by == "minutes"
    assert stopped.summary["steps"] == 0 and (tmp_path / "parts" / "summary.json").exists()
    assert train(None, tmp_path / "parts", resume=True, progress=False).finished
    _assert_equal_weights(tmp_path / "whole", tmp_path / "parts")


def test_a_resumed_run_keeps_its_configuration(
    tmp_path: Path, tiny_config: Callable[..., RunConfig]
) -> None:
    train(tiny_config(), tmp_path / "run", minutes=1e-9, progress=False)
    other = tiny_config(training={"learning_rate": 0.5})
    with pytest.raises(StylekitError, match=r"training\.learning_rate was 0\.002, now 0\.5"):
        train(other, tmp_path / "run", resume=True, progress=False)


@pytest.mark.parametrize(
    ("overrides", "message"),
    [
        ({"content": {"source": "/no/such/folder"}}, "does not exist"),
        ({"generator": {"name": "smal"}}, "small"),
        ({"objective": {"weights": "/no/such/weights.h5"}}, "weights.h5"),
        ({"objective": {"content_layers": {"relu9_1": 1.0}}}, "relu9_1"),
        ({"training": {"stages": [{"steps": 1, "image_size": 34}]}}, "image_size 34"),
        ({"styles": [{"name": "x", "path": "/no/such/painting.jpg"}]}, "painting.jpg"),
    ],
)
def test_nothing_is_written_for_a_training_that_cannot_start(
    tmp_path: Path,
    tiny_config: Callable[..., RunConfig],
    overrides: dict[str, Any],
    message: str,
) -> None:
    with pytest.raises(StylekitError, match=message):
        train(tiny_config(**overrides), tmp_path / "run", progress=False)
    assert not (tmp_path / "run").exists()


def test_a_painting_smaller_than_a_position_of_its_layers(
    tmp_path: Path, tiny_config: Callable[..., RunConfig]
) -> None:
    save(tmp_path / "thin.png", np.zeros((4, 90, 3)))
    config = tiny_config(
        styles=[{"name": "thin", "path": str(tmp_path / "thin.png")}],
        objective={"style_layers": {"relu1_1": 1.0, "relu4_1": 1.0}},
    )
    with pytest.raises(StylekitError, match="'thin' has 90x4 pixels: give at least 8 a side"):
        train(config, tmp_path / "run", progress=False)
    assert not (tmp_path / "run").exists()


def test_a_failed_overwrite_leaves_the_old_run(
    tmp_path: Path, tiny_config: Callable[..., RunConfig]
) -> None:
    train(tiny_config(), tmp_path / "run", minutes=1e-9, progress=False)
    with pytest.raises(StylekitError, match="not empty"):
        train(tiny_config(), tmp_path / "run", progress=False)
    with pytest.raises(StylekitError, match="does not exist"):
        bad = tiny_config(content={"source": "/no/such/folder"})
        train(bad, tmp_path / "run", overwrite=True, progress=False)
    assert RunDirectory.open(tmp_path / "run").read_config().content.source != "/no/such/folder"
    train(tiny_config(seed=4), tmp_path / "run", overwrite=True, minutes=1e-9, progress=False)
    assert RunDirectory.open(tmp_path / "run").read_config().seed == 4


def test_a_second_training_in_a_run_directory_is_refused(
    tmp_path: Path, tiny_config: Callable[..., RunConfig]
) -> None:
    train(tiny_config(), tmp_path / "run", minutes=1e-9, progress=False)
    with sole_training(RunDirectory(tmp_path / "run")):
        with pytest.raises(StylekitError, match="another training is at work in .*run'"):
            train(None, tmp_path / "run", resume=True, progress=False)
        with pytest.raises(StylekitError, match="another training is at work"):
            train(tiny_config(), tmp_path / "run", overwrite=True, progress=False)
    assert train(None, tmp_path / "run", resume=True, progress=False).finished


class _Command:
    """`stylekit train` in a process of its own."""

    def __init__(self, *arguments: str, **options: Any) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "stylekit", "train", *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "CUDA_VISIBLE_DEVICES": ""},
            **options,
        )

    def signal_after(self, metrics: Path, lines: int, number: signal.Signals) -> None:
        """Send a signal as soon as a number of steps is recorded."""
        while len(read_metrics(metrics)) < lines:
            assert self.process.poll() is None, self.process.communicate()
            time.sleep(0.01)
        self.process.send_signal(number)

    def end(self) -> tuple[int, str]:
        _, errors = self.process.communicate()
        return self.process.returncode, errors


@pytest.mark.slow
def test_interrupted_trainings_end_at_the_same_weights(
    tmp_path: Path,
    tiny_config: Callable[..., RunConfig],
    stage: Callable[..., dict[str, Any]],
) -> None:
    """SIGTERM saves and exits, SIGKILL does neither; both can be resumed, to the last bit."""
    config = tiny_config(training={"stages": [stage(150)], "checkpoint_every": 10})
    file = tmp_path / "run.yaml"
    file.write_text(to_yaml(config))
    run = RunDirectory(tmp_path / "interrupted")
    output = ("--output", str(run.path))

    terminated = _Command("--config", str(file), *output)
    terminated.signal_after(run.metrics, 24, signal.SIGTERM)
    status, errors = terminated.end()
    assert status == 128 + signal.SIGTERM, errors
    last_line = errors.strip().splitlines()[-1]
    assert f"stylekit train --resume --output {run.path}" in last_line
    summary = describe_run(run.path)["summary"]
    assert summary["stopped_by"] == "SIGTERM" and 24 <= summary["steps"] < 150
    # Saved where it stopped, not at the last multiple of checkpoint_every.
    assert (run.checkpoints / f"step-{summary['steps']:08d}.npz").exists()

    # A full disk, which refuses the next checkpoint, leaves everything as it was.
    full = tmp_path / "full"
    shutil.copytree(run.path, full)
    before = {path.name: path.read_bytes() for path in (full / "checkpoints").iterdir()}
    limited = _Command(
        "--resume",
        "--output",
        str(full),
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, 40_000)),
    )
    status, errors = limited.end()
    assert status == 2, errors
    assert errors.strip().splitlines()[-1].startswith("stylekit: cannot write")
    assert "Traceback" not in errors
    assert {path.name: path.read_bytes() for path in (full / "checkpoints").iterdir()} == before

    killed = _Command("--resume", *output)
    killed.signal_after(run.metrics, summary["steps"] + 25, signal.SIGSTOP)
    status, errors = _Command("--resume", *output).end()
    assert status == 2 and "another training is at work" in errors.strip().splitlines()[-1]
    killed.process.kill()
    status, _ = killed.end()
    assert status == -signal.SIGKILL
    assert not describe_run(run.path)["summary"]["finished"]

    assert train(None, run.path, resume=True, progress=False).finished
    train(config, tmp_path / "whole", progress=False)
    _assert_equal_weights(run.path, tmp_path / "whole")
    steps = [record["step"] for record in read_metrics(run.metrics)]
    assert steps == list(range(1, 151))
    losses = [record["total"] for record in read_metrics(run.metrics)]
    whole = read_metrics(tmp_path / "whole" / "metrics.jsonl")
    assert losses == [record["total"] for record in whole]
