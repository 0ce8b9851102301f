"""What is seen of an optimisation while it runs: progress, previews and an animation."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from stylekit.imaging.animation import write_gif
from stylekit.imaging.resize import resize_longest
from stylekit.imaging.save import save
from stylekit.progress import progress_bar

# An animation has about this many frames, and its longest side at most this many pixels.
_FRAMES = 60
_FRAME_SIDE = 320
_LAST_FRAME_MILLISECONDS = 2000


@dataclass(frozen=True)
class Output:
    """Files that an optimisation writes besides its result, and whether it shows its progress.

    Attributes:
        preview: picture that is replaced every `preview_every` iterations.
        gif: animation of the optimisation, written at the end.
        checkpoint: file to resume from, replaced at every restart of the optimiser.
        resume: go on from `checkpoint`.
        on_iteration: called with the iterations done, over all scales, and the loss.
        visible: show a progress bar on stderr.
    """

    preview: str | Path | None = None
    preview_every: int = 25
    gif: str | Path | None = None
    checkpoint: str | Path | None = None
    resume: bool = False
    on_iteration: Callable[[int, float], None] | None = None
    visible: bool = False


class Recorder(AbstractContextManager):
    """Shows progress and keeps the frames of the animation."""

    def __init__(
        self,
        output: Output,
        total: int,
        frames: list[np.ndarray],
        done: int,
        finish: Callable[[np.ndarray], np.ndarray],
    ) -> None:
        """`frames` is appended to; `done` of `total` iterations lie behind.

        `finish` is what is done to an image before it is shown.
        """
        self._output = output
        self._finish = finish
        self._frames = frames
        self._every = max(1, total // _FRAMES)
        self._bar = progress_bar(total, "iteration", done, output.visible)

    def start(self, image: np.ndarray) -> None:
        """The image before the first iteration."""
        if self._output.gif is not None and not self._frames:
            self._frames.append(_frame(self._finish(image)))

    def show(self, iteration: int, image: np.ndarray, value: float) -> None:
        """An iteration is done; counted over all scales."""
        self._bar.set_postfix_str(
            f"{image.shape[1]}x{image.shape[0]}, loss {value:.4g}", refresh=False
        )
        self._bar.update(iteration - self._bar.n)
        if self._output.on_iteration is not None:
            self._output.on_iteration(iteration, value)
        if self._output.gif is not None and iteration % self._every == 0:
            self._frames.append(_frame(self._finish(image)))
        if self._output.preview is not None and iteration % self._output.preview_every == 0:
            save(self._output.preview, self._finish(image))

    def __exit__(self, *_: object) -> None:
        self._bar.close()

    def result(self, image: np.ndarray) -> None:
        """Write the animation, which ends with the result, finished as it is."""
        if self._output.preview is not None:
            save(self._output.preview, image)
        if self._output.gif is not None:
            frames = [*self._frames, _frame(image)]
            write_gif(self._output.gif, frames, last_milliseconds=_LAST_FRAME_MILLISECONDS)


def _frame(image: np.ndarray) -> np.ndarray:
    if max(image.shape[:2]) > _FRAME_SIDE:
        image = resize_longest(image, _FRAME_SIDE)
    return np.rint(np.clip(image, 0, 1) * 255).astype(np.uint8)
