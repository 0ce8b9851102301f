"""Live progress of a training on the terminal."""

from collections import deque
from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Any

from stylekit.progress import progress_bar

# Steps over which the speed is averaged.
_STEPS = 20


class Speed:
    """Images per second over the last steps of a stage; its first step, which compiles, is out."""

    def __init__(self, batch_size: int) -> None:
        self._batch_size = batch_size
        self._seconds: deque[float] = deque(maxlen=_STEPS)
        self._compiled = False

    def add(self, seconds: float) -> None:
        """Count a step."""
        if self._compiled:
            self._seconds.append(seconds)
        self._compiled = True

    @property
    def images_per_second(self) -> float:
        """Speed so far; 0 until the second step."""
        total = sum(self._seconds)
        return len(self._seconds) * self._batch_size / total if total else 0.0

    def seconds_for(self, steps: int) -> float:
        """Expected duration of a number of steps; infinite as long as the speed is unknown."""
        speed = self.images_per_second
        return steps * self._batch_size / speed if speed else float("inf")


class Display(AbstractContextManager):
    """A progress bar with images per second, losses and the time left."""

    def __init__(
        self, total_steps: int, first_step: int, visible: bool, terms: Sequence[str] = ()
    ) -> None:
        """`terms`: names of losses that are shown beside the total."""
        self._terms = terms
        self._bar = progress_bar(total_steps, "step", first_step, visible)

    def __exit__(self, *_: object) -> None:
        self._bar.close()

    def show(self, step: int, result: dict[str, Any], speed: Speed, seconds_left: float) -> None:
        """Show a step that is done; `seconds_left` limits the expected time."""
        total = int(self._bar.total or step)
        terms = ", ".join(f"{name} {result[name]:.3f}" for name in self._terms)
        terms = f" ({terms})" if terms else ""
        left = max(0.0, min(speed.seconds_for(total - step), seconds_left))
        self._bar.set_postfix_str(
            f"{speed.images_per_second:.1f} images/s, loss {result['total']:.3f}{terms}, "
            f"{clock(left)} left",
            refresh=False,
        )
        self._bar.update(step - self._bar.n)


def clock(seconds: float) -> str:
    """A duration as `minutes:seconds` or `hours:minutes:seconds`; `?` if it is not known."""
    if seconds == float("inf"):
        return "?"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"
