"""What one kind of network brings to a training: its batches, its loss, its previews."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

import numpy as np
import tensorflow as tf

from stylekit.config import StageConfig
from stylekit.models.generator import Generator, TextureGenerator
from stylekit.perception.network import LossNetwork

G = TypeVar("G", Generator, TextureGenerator)


class Losses(NamedTuple):
    """What a batch cost.

    Attributes:
        minimised: what gradients are taken of, float32 `[batch]`.
        measured: what is recorded, float32 `[batch]` by the names of `Task.measured`.
    """

    minimised: tf.Tensor
    measured: dict[str, tf.Tensor]


class Loss(Protocol):
    """What a batch costs; each kind has its own elements in a batch."""

    def prepare(self, *args: Any, **kwargs: Any) -> Any:
        """Elements of a batch -> what depends on its images alone, and is kept between visits."""

    def __call__(self, *args: Any, **kwargs: Any) -> Losses:
        """Generator, what was prepared, elements of a batch -> what they cost."""


class Task(ABC, Generic[G]):
    """What a training of one kind of generator has of its own; the loop does the rest.

    Attributes:
        network: the loss network.
        measured: names of what its loss measures; `total`, what is to become small, is the first.
        shown: those that the progress bar shows beside it.
    """

    network: LossNetwork
    measured: tuple[str, ...]
    shown: tuple[str, ...] = ()

    @abstractmethod
    def build(self, dtype_policy: str) -> G:
        """A new generator under a policy of Keras.

        Raises:
            StylekitError: it is unknown, or of another task.
        """

    @abstractmethod
    def check_size(self, generator: G, stage: StageConfig) -> None:
        """Raise StylekitError if the images of a stage do not suit the generator."""

    @abstractmethod
    def dataset(self, stage: int, start: int, stop: int) -> tf.data.Dataset:
        """Batches of the steps from `start` to before `stop`, all in one stage, in their order.

        A batch is a function of the seed and its step alone.
        """

    @abstractmethod
    def loss(self, stage: int) -> Loss:
        """What a batch of a stage costs."""

    def kept_batches(self, stage: int) -> int:
        """Batches of which a stage keeps what its loss prepared."""
        return 1

    def visited_step(self, step: int) -> int:
        """The step to which the images of a step belong: steps with the same share them."""
        return step

    @abstractmethod
    def preview(self, generator: G) -> np.ndarray:
        """A sheet of what the generator makes now, float32 `[height, width, 3]` in [0, 1]."""

    @abstractmethod
    def evaluate(self, generator: G) -> dict[str, dict[str, float]]:
        """Losses of what is the same in every run, by the names of the styles learned."""

    @property
    @abstractmethod
    def data(self) -> str:
        """What is trained on, in words."""

    @abstractmethod
    def summary(self) -> dict[str, Any]:
        """What the summary of a run says of its data."""

    @property
    def photographs(self) -> Sequence[Path]:
        """The photographs that it is trained on, if any."""
        return ()

    @property
    def broken(self) -> dict[Path, str]:
        """Files that could not be read so far, and why."""
        return {}

    @property
    def bytes_to_come(self) -> int:
        """Memory that data will still take."""
        return 0
