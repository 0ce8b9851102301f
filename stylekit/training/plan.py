"""What a training will take on this machine, from a few steps of each stage."""

import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from stylekit.config import RunConfig
from stylekit.errors import StylekitError
from stylekit.training.display import clock
from stylekit.training.recorder import Recorder
from stylekit.training.run import RunDirectory, save_generator
from stylekit.training.session import Session, load_paintings, with_absolute_paths

# Steps of each stage after its first, which makes the graph. Their median counts.
_STEPS = 5

# Two are kept while a third is written.
_CHECKPOINTS = 3


@dataclass(frozen=True)
class StagePlan:
    """What a stage of training will take.

    Attributes:
        image_size: side of the images, in pixels.
        batch_size: images of a step.
        steps: of the stage.
        first_seconds: of its first step, which makes the graph.
        step_seconds: of each other step, in the mean over all visits of its images.
    """

    image_size: int
    batch_size: int
    steps: int
    first_seconds: float
    step_seconds: float

    @property
    def images_per_second(self) -> float:
        """Once the graph is made."""
        return self.batch_size / self.step_seconds

    @property
    def seconds(self) -> float:
        """Of the whole stage."""
        return self.first_seconds + (self.steps - 1) * self.step_seconds


@dataclass(frozen=True)
class Plan:
    """What a training will take on this machine.

    Attributes:
        title: network, styles, number format, photographs and loss network in one line.
        stages: of the training.
        start_seconds: until the first step.
        saving_seconds: of all checkpoints and previews.
        memory_bytes: of the process at its peak.
        disk_bytes: of the run directory at its largest.
    """

    title: str
    stages: list[StagePlan]
    start_seconds: float
    saving_seconds: float
    memory_bytes: int
    disk_bytes: int

    @property
    def seconds(self) -> float:
        """From start to end."""
        steps = sum(stage.seconds for stage in self.stages)
        return self.start_seconds + steps + self.saving_seconds

    def to_text(self) -> str:
        """A table of the stages, and the sums."""
        images = sum(stage.steps * stage.batch_size for stage in self.stages)
        lines = [self.title, "stage  image  batch   steps  images/s      time"]
        lines += [
            f"{number:5d}  {f'{stage.image_size}²':>5}  {stage.batch_size:5d}  {stage.steps:6d}  "
            f"{stage.images_per_second:8.2f}  {clock(stage.seconds):>8}"
            for number, stage in enumerate(self.stages, start=1)
        ]
        lines += [
            f"time: {clock(self.seconds)} for {images} images, of which "
            f"{clock(self.start_seconds)} to start and {clock(self.saving_seconds)} for "
            "checkpoints and previews",
            f"memory: {self.memory_bytes / 1e9:.1f} GB   disk: {self.disk_bytes / 1e6:.0f} MB",
        ]
        return "\n".join(lines)


def plan(config: RunConfig) -> Plan:
    """Time a few steps of each stage of a training, and leave nothing behind.

    Raises:
        StylekitError: whatever would keep the training from starting.
    """
    config = with_absolute_paths(config)
    before = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="stylekit-") as folder:
        run = RunDirectory(Path(folder, "run"))
        paintings = load_paintings(config)
        session = Session(config, run, resume=False, progress=False)
        run.create(session.config, paintings)
        start_seconds = time.perf_counter() - before
        fixed_bytes = _bytes(run.path)
        trainer = session.trainer
        stages, kept_bytes = [], 0
        for index, stage in enumerate(config.training.stages):
            first, *others = trainer.rehearse(index, 1 + _STEPS)
            prepare, rest, _ = np.median(others or [first], axis=0)
            kept_bytes = max(kept_bytes, session.task.kept_batches(index) * first.kept_bytes)
            stages.append(
                StagePlan(
                    stage.image_size,
                    stage.batch_size,
                    stage.steps,
                    first.prepare + first.rest,
                    float(prepare) / config.content.visits + float(rest),
                )
            )
        trainer.close()
        records = sum(min(stage.steps, 1 + _STEPS) for stage in stages)
        record_bytes = (_bytes(run.path) - fixed_bytes) / records
        preview = _Effort(run, lambda: _preview(session, run))
        checkpoint = _Effort(run, trainer.save)
        weights = _Effort(run, lambda: save_generator(run, trainer.averaged))
        memory = _peak_bytes() + kept_bytes + session.task.bytes_to_come

    steps, training = config.training.total_steps, config.training
    # One of each at the start and at the end, too.
    previews, checkpoints = (
        steps // every + 2 for every in (training.preview_every, training.checkpoint_every)
    )
    return Plan(
        title=f"{config.generator.name}, {session.style_names} {session.setting}",
        stages=stages,
        start_seconds=start_seconds,
        saving_seconds=previews * preview.seconds + checkpoints * checkpoint.seconds,
        memory_bytes=memory,
        disk_bytes=int(
            fixed_bytes
            + steps / training.log_every * record_bytes
            + previews * preview.bytes
            + _CHECKPOINTS * checkpoint.bytes
            + weights.bytes
        ),
    )


class _Effort:
    """Seconds that a call takes, and bytes by which it lets the run grow."""

    def __init__(self, run: RunDirectory, call: Callable[[], object]) -> None:
        before, start = _bytes(run.path), time.perf_counter()
        call()
        self.seconds = time.perf_counter() - start
        self.bytes = _bytes(run.path) - before


def _preview(session: Session, run: RunDirectory) -> None:
    recorder = Recorder(run)
    recorder.preview(0, session.trainer.preview_sheet())
    recorder.close()


def _bytes(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _peak_bytes() -> int:
    """Memory of this process at its peak; Linux counts it in kilobytes, macOS in bytes."""
    try:
        import resource  # here, since training itself does without
    except ImportError as error:  # Windows
        raise StylekitError(
            "a training can be planned on Linux and macOS only: this system does not say how much "
            "memory a process has used"
        ) from error
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else 1024 * peak
