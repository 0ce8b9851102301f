"""Training a network, from a configuration to a run directory."""

import logging
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from stylekit.config import RunConfig, first_difference, merged, parse_config, with_paths_from
from stylekit.errors import StylekitError
from stylekit.imaging.load import load_rgb
from stylekit.models.generator import Generator
from stylekit.objectives.networks import loss_network
from stylekit.perception.network import LossNetwork
from stylekit.training.data import BatchSource, images_before, kept_shortest_side
from stylekit.training.devices import default_strategy
from stylekit.training.logs import messages_in_file, messages_on_terminal
from stylekit.training.metrics import read_metrics
from stylekit.training.photographs import open_photographs
from stylekit.training.precision import resolve_precision
from stylekit.training.run import RunDirectory, save_generator, write_json
from stylekit.training.start import find_start
from stylekit.training.trainer import Trainer

logger = logging.getLogger("stylekit")

# Steps at the end over which the numbers of the summary are averaged.
_LAST_STEPS = 50

_LOSSES = ("total", "content", "style", "variation")


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


def train(
    config: RunConfig | None,
    output: str | Path,
    *,
    resume: bool = False,
    overwrite: bool = False,
    minutes: float | None = None,
    progress: bool = True,
    on_preview: Callable[[int, Generator], None] | None = None,
) -> RunResult:
    """Train a generator and leave it, with everything about it, in the folder `output`.

    `resume` continues the run that is there; `config` may then be None. `overwrite` replaces it.
    `minutes` stops a training that is not finished by then: it can be resumed, and ends as if it
    had not been stopped. `progress` shows a progress bar and messages on stderr. `on_preview` is
    called with the number of steps done and the averaged network whenever a preview is due.

    Raises:
        StylekitError: a wrong configuration, unreadable images, an output that is in use, a loss
            that stays non-finite, a full disk.
    """
    with messages_on_terminal(progress):
        if config is not None:
            config = parse_config(with_paths_from(asdict(config), Path.cwd()))
        run = RunDirectory.open(output) if resume else RunDirectory(output)
        if resume:
            saved = run.read_config()
            _check_unchanged(saved, config or saved)
            config = saved
            styles = run.read_styles()
        elif config is not None:
            run.check_free(overwrite)
            styles = [load_rgb(style.path) for style in config.learned_styles if style.path]
        else:
            raise StylekitError("a new training needs a configuration: none was given")
        session = _Session(config, run, resume, progress, on_preview)
        if not resume:
            run.create(session.config, styles)
        with messages_in_file(run.log):
            return session.run_to_end(minutes)


class _Session:
    """A training from its start or its resumption to its end."""

    def __init__(
        self,
        config: RunConfig,
        run: RunDirectory,
        resume: bool,
        progress: bool,
        on_preview: Callable[[int, Generator], None] | None,
    ) -> None:
        self._run = run
        self._resume = resume
        self._photographs = open_photographs(
            config.content.source, kept_shortest_side(config.training)
        )
        self._source = BatchSource(
            self._photographs,
            config.content,
            config.training,
            len(config.learned_styles),
            config.seed,
        )
        self._network = loss_network(config.objective, resolve_precision(config.training.precision))
        self.config = _resolved(config, self._network)
        start = source = None
        if config.start is not None and not resume:
            start = find_start(config.start.weights)
            source = start.load()
            terms = {"start": {"terms": start.terms(source)}}
            self.config = parse_config(merged(asdict(self.config), terms))
        self._trainer = Trainer(
            self.config, run, self._source, self._network, default_strategy(), progress, on_preview
        )
        if start is not None and source is not None:
            self._trainer.start_from(source, start.config.style_names)

    def run_to_end(self, minutes: float | None) -> RunResult:
        """Train, and write the result and its summary."""
        trainer = self._trainer
        if self._resume:
            trainer.restore()
        logger.info(
            "training %s from step %d in %s on %d photographs (%s) with the loss network %s (%s)",
            ", ".join(style.name for style in self.config.learned_styles),
            trainer.progress.step,
            self.config.training.precision,
            len(self._photographs),
            self._photographs.source,
            self._network.architecture,
            self._network.source.name,
        )
        trainer.train(minutes)
        save_generator(self._run, trainer.averaged)
        summary = self._summary()
        write_json(self._run.summary, summary)
        return RunResult(self._run.path, trainer.stopped_by is None, trainer.stopped_by, summary)

    def _summary(self) -> dict[str, Any]:
        trainer, training = self._trainer, self.config.training
        step = trainer.progress.step
        return {
            "finished": trainer.stopped_by is None,
            "stopped_by": trainer.stopped_by,
            "steps": step,
            "total_steps": training.total_steps,
            "images": images_before(training, step),
            "minutes": trainer.progress.seconds / 60,
            "images_per_second": self._mean_of_last("images_per_second"),
            "losses": {name: self._mean_of_last(name) for name in _LOSSES},
            "losses_by_style": trainer.evaluate(),
            "rollbacks": trainer.progress.rollbacks,
            "generator": {
                "name": self.config.generator.name,
                "parameters": trainer.averaged.model.count_params(),
            },
            "loss_network": asdict(self._network.source),
            "photographs": {
                "source": self._photographs.source,
                "terms": self._photographs.terms,
                "count": len(self._photographs),
                "broken": {str(path): reason for path, reason in self._source.broken.items()},
            },
        }

    def _mean_of_last(self, name: str) -> float | None:
        """Mean of a number over the last recorded steps."""
        records = read_metrics(self._run.metrics)[-_LAST_STEPS:]
        return float(np.mean([record[name] for record in records])) if records else None


def _resolved(config: RunConfig, network: LossNetwork) -> RunConfig:
    """The configuration with every "auto" replaced by what it came to, for `resume`."""
    resolved = {
        "objective": {"architecture": network.architecture, "weights": network.source.name},
        "training": {"precision": network.dtype.name},
    }
    return parse_config(merged(asdict(config), resolved))


def _check_unchanged(saved: RunConfig, wanted: RunConfig) -> None:
    """A resumed run keeps its configuration; "auto" stands for whatever it came to before."""
    objective, training = wanted.objective, wanted.training
    for name in ("architecture", "weights"):
        if getattr(objective, name) == "auto":
            objective = replace(objective, **{name: getattr(saved.objective, name)})
    if training.precision == "auto":
        training = replace(training, precision=saved.training.precision)
    start = wanted.start
    if start is not None and saved.start is not None and not start.terms:
        start = replace(start, terms=saved.start.terms)
    wanted = replace(wanted, objective=objective, training=training, start=start)
    difference = first_difference(saved, wanted)
    if difference is not None:
        raise StylekitError(f"a resumed run keeps its configuration, but {difference}")
