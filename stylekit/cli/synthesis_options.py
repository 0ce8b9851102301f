"""Options that all commands share which optimise a picture."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from stylekit.errors import StylekitError

if TYPE_CHECKING:
    from stylekit.synthesis.recorder import Output
    from stylekit.synthesis.solver import Solution, SolverConfig

_OPTIONS = [
    click.option("-o", "--output", required=True, metavar="OUT", help="Picture to write."),
    click.option("--schedule", metavar="S", help="Longest sides and iterations: 256:450,full:100."),
    click.option(
        "--iterations",
        "--steps",
        "iterations",
        type=click.IntRange(min=1),
        metavar="N",
        help="In all; sizes keep their shares.",
    ),
    click.option("--optimizer", type=click.Choice(["lbfgs", "adam"]), default="lbfgs"),
    click.option(
        "--tolerance",
        type=click.FloatRange(min=0),
        default=1e-4,
        metavar="X",
        help="Stop a size when 50 iterations gain less than this share. [1e-4; 0: never]",
    ),
    click.option("--seed", type=click.IntRange(min=0), default=0, metavar="N", help="Of noise."),
    click.option("--loss-weights", default="auto", metavar="auto|imagenet|hed|FILE"),
    click.option(
        "--precision",
        type=click.Choice(["auto", "float32", "bfloat16"]),
        default="auto",
        help="Of the start; the end is float32. [auto]",
    ),
    click.option("--preview", metavar="FILE", help="Picture that is replaced now and then."),
    click.option("--gif", metavar="FILE", help="Animation of the optimisation."),
    click.option("--checkpoint", metavar="FILE", help="Written now and then, to resume from."),
    click.option("--resume", is_flag=True, help="Go on from the checkpoint."),
    click.option(
        "--checkpoint-every",
        type=click.IntRange(min=1),
        default=100,
        metavar="N",
        help="Iterations between checkpoints, where L-BFGS starts anew. [100]",
    ),
    click.option("--threads", type=click.IntRange(min=1), metavar="N", help="Processors. [all]"),
]


def synthesis_options(command: Callable[..., None]) -> Callable[..., None]:
    """Decorator: the shared options, to be taken as `**shared` and read by `SharedOptions`."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


@dataclass(frozen=True)
class SharedOptions:
    """Values of the shared options."""

    output: str
    schedule: str | None
    iterations: int | None
    optimizer: str
    tolerance: float
    seed: int
    loss_weights: str
    precision: str
    preview: str | None
    gif: str | None
    checkpoint: str | None
    resume: bool
    checkpoint_every: int
    threads: int | None

    def start(self, *inputs: str | None) -> None:
        """Find out that a file cannot be written before long work; then start TensorFlow.

        `inputs` are the files that are read, which none of those written may be.
        """
        from stylekit.cli.quiet import start_tensorflow
        from stylekit.files import require_writable
        from stylekit.imaging.save import image_format

        for picture in (self.output, self.preview):
            if picture is not None:
                image_format(picture)
        if self.gif is not None and Path(self.gif).suffix.lower() != ".gif":
            raise StylekitError(f"the animation must end in .gif: not {self.gif!r}")
        if self.checkpoint is not None and Path(self.checkpoint).suffix != ".npz":
            raise StylekitError(f"the checkpoint must end in .npz: not {self.checkpoint!r}")
        if self.resume and self.checkpoint is None:
            raise StylekitError("--resume needs --checkpoint FILE, which it goes on from")
        for path in (self.output, self.preview, self.gif, self.checkpoint):
            if path is not None:
                require_writable(path, [file for file in inputs if file is not None])
        start_tensorflow(self.threads)

    def solver(self) -> "SolverConfig":
        """How the objective is minimised."""
        from stylekit.synthesis.solver import SolverConfig
        from stylekit.training.precision import resolve_precision

        precision = resolve_precision(self.precision)  # type: ignore[arg-type]
        options: dict[str, Any] = {
            "optimizer": self.optimizer,
            "tolerance": self.tolerance,
            "restart_every": self.checkpoint_every,
            # float16 would need its loss scaled; on GPUs without bfloat16, float32 is taken.
            "precision": "bfloat16" if precision == "bfloat16" else "float32",
        }
        return SolverConfig(**options)

    def files(self) -> "Output":
        """Files written on the way."""
        from stylekit.synthesis.recorder import Output

        return Output(
            preview=self.preview,
            gif=self.gif,
            checkpoint=self.checkpoint,
            resume=self.resume,
            visible=True,
        )

    def recipe(self) -> dict[str, Any]:
        """What every recipe can be told, where it was."""
        from stylekit.synthesis.overrides import given

        return given(
            schedule=self.schedule,
            iterations=self.iterations,
            loss_weights=self.loss_weights,
            seed=self.seed,
        )

    def write(self, paint: "Callable[[], Solution]") -> None:
        """Paint, write the picture and say what was done."""
        from stylekit.imaging.save import save
        from stylekit.training.logs import messages_on_terminal

        began = time.perf_counter()
        with messages_on_terminal(True):
            solution = paint()
        save(self.output, solution.image)
        height, width = solution.image.shape[:2]
        click.echo(
            f"{self.output}: {width}x{height}, {solution.iterations} iterations, "
            f"loss {solution.loss:.4g}, {time.perf_counter() - began:.0f} s"
        )


def comma_separated(text: str | None) -> tuple[str, ...] | None:
    """Names in a text, or nothing for no text."""
    if text is None:
        return None
    names = tuple(name.strip() for name in text.split(",") if name.strip())
    if not names:
        raise StylekitError("a list of names, separated by commas, is empty")
    return names


def numbers(text: str | None, what: str) -> tuple[float, ...] | None:
    """Numbers in a text such as `0.6,0.4`, or nothing for no text."""
    names = comma_separated(text)
    if names is None:
        return None
    try:
        return tuple(float(name) for name in names)
    except ValueError as error:
        raise StylekitError(f"{what} must be numbers, separated by commas: not {text!r}") from error
