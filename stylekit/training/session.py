"""One training, from its configuration to its result."""

import logging
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from stylekit.config import RunConfig, merged, parse_config, with_paths_from
from stylekit.errors import StylekitError
from stylekit.imaging.load import load_rgb
from stylekit.models.generator import AnyGenerator, noise_maps
from stylekit.objectives.networks import loss_network
from stylekit.perception.network import LossNetwork
from stylekit.training.data import BatchSource, images_before, kept_shortest_side
from stylekit.training.devices import default_strategy
from stylekit.training.metrics import read_metrics
from stylekit.training.photographs import open_photographs
from stylekit.training.precision import resolve_precision
from stylekit.training.run import RunDirectory, save_generator, write_json
from stylekit.training.start import earlier_trainings, find_start
from stylekit.training.style_transfer import StyleTransferTask, check_painting
from stylekit.training.task import Task
from stylekit.training.texture import TextureTask, check_sample
from stylekit.training.trained_on import record_photographs
from stylekit.training.trainer import Trainer

logger = logging.getLogger("stylekit")

# Steps at the end over which the numbers of the summary are averaged.
_LAST_STEPS = 50


@dataclass(frozen=True)
class RunResult:
    """How a training ended.

    Attributes:
        run: the run directory.
        finished: whether all steps are done.
        stopped_by: `SIGINT`, `SIGTERM` or `minutes` if they are not.
        summary: what `summary.json` holds.
    """

    run: Path
    finished: bool
    stopped_by: str | None
    summary: dict[str, Any]


def with_absolute_paths(config: RunConfig) -> RunConfig:
    """The configuration, checked, with paths that mean the same in every folder."""
    return parse_config(with_paths_from(asdict(config), Path.cwd()))


def load_paintings(config: RunConfig) -> list[np.ndarray]:
    """The images of the styles that are learned, float32 RGB `[height, width, 3]` in [0, 1].

    Raises:
        StylekitError: one cannot be read, is too small, or is no texture where one is asked for.
    """
    images = {
        style.name: load_rgb(style.path)
        for style in config.learned_styles
        if style.path is not None
    }
    for name, image in images.items():
        if config.makes_textures:
            check_sample(image, name)
        else:
            check_painting(image, name, config.objective.style_layers)
    return list(images.values())


class Session:
    """A training from its start or its resumption to its end.

    Attributes:
        config: with every "auto" replaced by what it came to.
        task: what is trained.
        trainer: has the network.
    """

    def __init__(
        self,
        config: RunConfig,
        run: RunDirectory,
        resume: bool,
        progress: bool,
        on_preview: Callable[[int, AnyGenerator], None] | None = None,
    ) -> None:
        """Touch no file. Raises StylekitError if the training cannot start."""
        self._run = run
        self._resume = resume
        self._network = loss_network(config.objective, resolve_precision(config.training.precision))
        self.config = _resolved(config, self._network)
        self._start: RunDirectory | None = None
        start = source = None
        if config.start is not None and not resume:
            start = find_start(config.start.weights)
            if start.config.task != config.task:
                does = "makes textures" if start.config.makes_textures else "paints photographs"
                raise StylekitError(
                    f"the network to start from, {config.start.weights!r}, {does}: it does not fit "
                    f"task: {config.task}"
                )
            source = start.load()
            self._start = RunDirectory(start.run)
            terms = {"start": {"terms": start.terms(source)}}
            self.config = parse_config(merged(asdict(self.config), terms))
        self.task = _task(self.config, run, self._network)
        self.trainer = Trainer(
            self.config, run, self.task, default_strategy(), progress, on_preview
        )
        if start is not None and source is not None:
            self.trainer.start_from(source, start.config.style_names)

    @property
    def style_names(self) -> str:
        """The styles that are learned, in words."""
        return ", ".join(style.name for style in self.config.learned_styles)

    @property
    def setting(self) -> str:
        """Number format, photographs and loss network, in words."""
        return (
            f"in {self.config.training.precision} on {self.task.data} with the loss network "
            f"{self._network.architecture} ({self._network.source.name})"
        )

    def run_to_end(self, minutes: float | None) -> RunResult:
        """Train, and write the result and its summary."""
        trainer = self.trainer
        if self._resume:
            trainer.restore()
        if self.task.photographs:
            record_photographs(self._run, self.task.photographs, self._start)
        logger.info(
            "training %s from step %d %s", self.style_names, trainer.progress.step, self.setting
        )
        trainer.train(minutes)
        save_generator(self._run, trainer.averaged)
        summary = self._summary()
        write_json(self._run.summary, summary)
        return RunResult(self._run.path, trainer.stopped_by is None, trainer.stopped_by, summary)

    def _summary(self) -> dict[str, Any]:
        trainer, training = self.trainer, self.config.training
        step = trainer.progress.step
        return {
            "finished": trainer.stopped_by is None,
            "stopped_by": trainer.stopped_by,
            "steps": step,
            "total_steps": training.total_steps,
            "images": images_before(training, step),
            "minutes": trainer.progress.seconds / 60,
            "earlier": earlier_trainings(self.config),
            "images_per_second": self._mean_of_last("images_per_second"),
            "losses": {name: self._mean_of_last(name) for name in self.task.measured},
            "losses_by_style": trainer.evaluate(),
            "rollbacks": trainer.progress.rollbacks,
            "generator": {
                "name": self.config.generator.name,
                "parameters": trainer.averaged.model.count_params(),
            },
            "loss_network": asdict(self._network.source),
            **self.task.summary(),
        }

    def _mean_of_last(self, name: str) -> float | None:
        """Mean of a number over the last recorded steps."""
        records = read_metrics(self._run.metrics)[-_LAST_STEPS:]
        return float(np.mean([record[name] for record in records])) if records else None


def _task(config: RunConfig, run: RunDirectory, network: LossNetwork) -> Task[Any]:
    if config.makes_textures:
        return TextureTask(config, run, network)
    photographs = open_photographs(config.content.source, kept_shortest_side(config.training))
    source = BatchSource(
        photographs,
        config.content,
        config.training,
        len(config.learned_styles),
        config.seed,
        noise_maps(config.generator.noise),
        config.objective.diversity,
    )
    return StyleTransferTask(config, run, source, network)


def _resolved(config: RunConfig, network: LossNetwork) -> RunConfig:
    """The configuration with every "auto" replaced by what it came to, for `resume`."""
    resolved = {
        "objective": {"architecture": network.architecture, "weights": network.source.name},
        "training": {"precision": network.dtype.name},
    }
    return parse_config(merged(asdict(config), resolved))
