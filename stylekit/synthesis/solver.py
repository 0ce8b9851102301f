"""The solver: minimise an objective over an image, scale by scale."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import Literal

import numpy as np

from stylekit.errors import StylekitError
from stylekit.imaging.resize import resize
from stylekit.objectives.pixels import PixelObjective
from stylekit.synthesis.adam import minimize_by_adam
from stylekit.synthesis.checkpoint import State, load_state, save_state
from stylekit.synthesis.gradients import Evaluate, evaluator
from stylekit.synthesis.lbfgs import Synthesis, minimize_in_box
from stylekit.synthesis.recorder import Output, Recorder
from stylekit.synthesis.schedule import Scale, total_iterations

# The loss must fall by `tolerance` of itself over this many iterations
# (manuelruder/artistic-videos).
PATIENCE = 50

# Below this relative progress an iteration in half precision is noise: float32 takes over.
HALF_PRECISION_PROGRESS = 1e-3

# Height, width and number format of the loss network to the objective of images of that size.
Problem = Callable[[int, int, str], PixelObjective]


@dataclass(frozen=True)
class SolverConfig:
    """How an objective is minimised.

    Attributes:
        optimizer: SciPy's bounded L-BFGS-B, or Adam.
        learning_rate: Adam's, in units of the image (neural-style's 10 of 255).
        tolerance: a scale ends when the loss falls by less than this share of itself over
            `PATIENCE` iterations; 0 never ends it.
        restart_every: iterations after which L-BFGS forgets its history and a checkpoint is
            written. Starting anew in every run, killed or not, is what makes a resumed run end
            at the same image.
        precision: number format in which each scale starts; `bfloat16` is followed by float32
            when the line search fails or progress ends.
        tile: side of the tiles in pixels; None decides by the size of the image.
    """

    optimizer: Literal["lbfgs", "adam"] = "lbfgs"
    learning_rate: float = 10 / 255
    tolerance: float = 1e-4
    restart_every: int = 100
    precision: Literal["float32", "bfloat16"] = "float32"
    tile: int | None = None


@dataclass(frozen=True)
class Solution:
    """Result of the solver.

    Attributes:
        image: float32 RGB `[height, width, 3]` in [0, 1], of the full size, finished.
        values: for each scale, the loss at its start and after each iteration.
        loss: of the result before it was finished, computed in float32.
    """

    image: np.ndarray
    values: list[list[float]]
    loss: float

    @property
    def iterations(self) -> int:
        """Iterations of all scales."""
        return sum(len(values) - 1 for values in self.values)


def solve(
    problem: Problem,
    start: Callable[[int, int], np.ndarray],
    height: int,
    width: int,
    schedule: Sequence[Scale],
    config: SolverConfig,
    output: Output | None = None,
    identity: str = "",
    wrap: bool = False,
    finish: Callable[[np.ndarray], np.ndarray] = lambda image: image,
) -> Solution:
    """Minimise an objective over images `[height, width, 3]` in the box [0, 1].

    Each scale starts from the upsampled result of the one before, and the first from
    `start(height, width)`. `identity` is the checkpoint's `fingerprint`. With `wrap` the image
    continues beyond its border with its other side. `finish` is done to the result, and to what
    is shown of it on the way.

    Raises:
        StylekitError: the loss is not finite, or a checkpoint cannot be read or written.
    """
    output = output or Output()
    if output.resume and output.checkpoint is not None:
        state = load_state(output.checkpoint, identity)
    else:
        first = start(*schedule[0].shape(height, width))
        state = State(first, precision=config.precision)

    def checkpoint() -> None:
        if output.checkpoint is not None:
            save_state(output.checkpoint, state, identity)

    @cache
    def at(shape: tuple[int, int], precision: str) -> tuple[PixelObjective, Evaluate]:
        objective = problem(*shape, precision)
        return objective, evaluator(objective, wrap, config.tile)

    if state.scale < len(schedule):
        # Mistakes in pictures and layers come to light here, before anything is shown.
        at(schedule[state.scale].shape(height, width), state.precision)
    total = total_iterations(schedule)
    with Recorder(output, total, state.frames, state.iterations, finish) as recorder:
        recorder.start(state.image)
        while state.scale < len(schedule):
            scale = schedule[state.scale]
            shape = scale.shape(height, width)
            state.image = resize(state.image, *shape)
            if len(state.values) <= state.scale:
                state.values.append([])
            _run_scale(partial(at, shape), scale, config, state, recorder, checkpoint)
            state.scale, state.iteration, state.precision = state.scale + 1, 0, config.precision
        objective, evaluate = at((height, width), "float32")
        objective.renew(state.image)
        loss, _ = evaluate(state.image)
        image = finish(state.image)
        recorder.result(image)
    return Solution(image, state.values, loss)


def _run_scale(
    at_precision: Callable[[str], tuple[PixelObjective, Evaluate]],
    scale: Scale,
    config: SolverConfig,
    state: State,
    recorder: Recorder,
    checkpoint: Callable[[], None],
) -> None:
    """Iterate at one scale to its end, or until the loss no longer falls.

    `at_precision` gives the objective of this scale in a number format.
    """
    values = state.values[state.scale]
    while state.iteration < scale.iterations:
        count = min(config.restart_every, scale.iterations - state.iteration)
        before, in_half = list(values), state.precision != "float32"

        def on_iteration(k: int, image: np.ndarray, value: float) -> bool:
            recorder.show(state.iterations + k, image, value)  # noqa: B023 (called at once)
            recent.append(value)  # noqa: B023
            return _ended(recent, config.tolerance, in_half)  # noqa: B023

        recent = before[-PATIENCE - 1 :]
        objective, evaluate = at_precision(state.precision)
        objective.renew(state.image)
        segment = _segment(evaluate, state, config, count, on_iteration)
        if not np.isfinite(segment.values).all():
            raise StylekitError(
                "the loss is not a finite number: check the weights of the objective"
            )
        done = len(segment.values) - 1
        values += segment.values if not values else segment.values[1:]
        state.image = segment.image
        state.iteration += done
        stalled = done < count
        if stalled and in_half:
            # The line search failed or progress ended: the noise of half precision is reached.
            state.precision = "float32"
        elif stalled:
            state.iteration = scale.iterations  # also for a run that resumes from here
        checkpoint()


def _segment(
    evaluate: Evaluate,
    state: State,
    config: SolverConfig,
    count: int,
    on_iteration: Callable[[int, np.ndarray, float], bool],
) -> Synthesis:
    if config.optimizer == "adam":
        return minimize_by_adam(
            evaluate, state.image, count, config.learning_rate, state.moments, on_iteration
        )
    return minimize_in_box(evaluate, state.image, count, on_iteration)


def _ended(values: list[float], tolerance: float, in_half: bool) -> bool:
    """Whether the losses so far, the last one new, no longer fall."""
    if in_half:
        return len(values) > 1 and values[-2] - values[-1] < HALF_PRECISION_PROGRESS * values[-2]
    if tolerance == 0 or len(values) <= PATIENCE:
        return False
    before = values[-PATIENCE - 1]
    return before - values[-1] < tolerance * abs(before)
