"""What a training writes down: metrics, TensorBoard summaries and previews."""

from functools import cached_property
from typing import Any

import numpy as np
import tensorflow as tf

from stylekit.imaging.save import save
from stylekit.training.metrics import MetricsFile
from stylekit.training.run import RunDirectory


class Recorder:
    """Writes the record of a training into its run directory, from the first call on."""

    def __init__(self, run: RunDirectory) -> None:
        self._run = run
        self._metrics = MetricsFile(run.metrics)

    @cached_property
    def _summaries(self) -> tf.summary.SummaryWriter:
        return tf.summary.create_file_writer(str(self._run.tensorboard))

    def record(self, step: int, values: dict[str, Any]) -> None:
        """Numbers of a step: a line of `metrics.jsonl`, and curves in TensorBoard."""
        self._metrics.append({"step": step, **values})
        with self._summaries.as_default(step=step):
            for name, value in values.items():
                tf.summary.scalar(name, value)

    def preview(self, step: int, sheet: np.ndarray) -> None:
        """A picture, float32 RGB `[height, width, 3]` in [0, 1], of the network after a step."""
        save(self._run.previews / f"step-{step:08d}.jpg", sheet)
        with self._summaries.as_default(step=step):
            tf.summary.image("preview", sheet[None])

    def rewind(self, step: int) -> None:
        """Forget the lines of later steps, which will be done again."""
        self._metrics.truncate(step)

    def close(self) -> None:
        """Finish all files."""
        self._metrics.close()
        self._summaries.close()
