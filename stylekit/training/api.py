"""Training a network, from a configuration to a run directory."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from stylekit.config import RunConfig, first_difference
from stylekit.errors import StylekitError
from stylekit.models.generator import AnyGenerator
from stylekit.training.lock import sole_training
from stylekit.training.logs import messages_in_file, messages_on_terminal
from stylekit.training.run import RunDirectory
from stylekit.training.session import RunResult, Session, load_paintings, with_absolute_paths


def train(
    config: RunConfig | None,
    output: str | Path,
    *,
    resume: bool = False,
    overwrite: bool = False,
    minutes: float | None = None,
    progress: bool = True,
    on_preview: Callable[[int, AnyGenerator], None] | None = None,
) -> RunResult:
    """Train a generator and leave it, with everything about it, in the folder `output`.

    `resume` continues the run that is there; `config` may then be None. `overwrite` replaces it.
    `minutes` stops a training that is not finished by then: it can be resumed, and ends as if it
    had not been stopped. `progress` shows a progress bar and messages on stderr. `on_preview` is
    called with the number of steps done and the averaged network whenever a preview is due.

    Raises:
        StylekitError: a wrong configuration, unreadable images, an output that is in use or where
            another process is training, a loss that stays non-finite, a full disk.
    """
    with messages_on_terminal(progress), ExitStack() as held:
        if config is not None:
            config = with_absolute_paths(config)
        run = RunDirectory.open(output) if resume else RunDirectory(output)
        if resume:
            held.enter_context(sole_training(run))
            saved = run.read_config()
            _check_unchanged(saved, config or saved)
            config = saved
            styles = run.read_styles()
        elif config is not None:
            run.check_free(overwrite)
            styles = load_paintings(config)
        else:
            raise StylekitError("a new training needs a configuration: none was given")
        session = Session(config, run, resume, progress, on_preview)
        if not resume:
            held.enter_context(sole_training(run))
            run.check_free(overwrite)  # another training may have begun here in the meantime
            run.create(session.config, styles)
        with messages_in_file(run.log):
            return session.run_to_end(minutes)


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
