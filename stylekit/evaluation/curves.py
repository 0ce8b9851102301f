"""How fast L-BFGS gets down from a photo: the yardstick of a network's objective."""

import hashlib
import json
import os
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import tensorflow as tf

from stylekit.errors import StylekitError
from stylekit.files import atomic_path, require_writable
from stylekit.objectives.style_transfer import StyleTransferObjective
from stylekit.synthesis.lbfgs import HISTORY, minimize_in_box

# Raised when curves of an earlier version can no longer be compared with new ones.
_FORMAT_VERSION = 1


@dataclass(frozen=True)
class Curve:
    """The objective at the start and after each iteration of L-BFGS.

    `ended` says that L-BFGS found no better point, so that there is nothing beyond.
    """

    values: list[float]
    ended: bool

    def reaches(self, wanted: float, iterations: int) -> bool:
        """Whether the curve is long enough to say where, up to `iterations`, `wanted` lies."""
        return self.ended or len(self.values) > iterations or self.values[-1] <= wanted


def iterations_to_reach(values: list[float], wanted: float) -> float:
    """Where a falling curve reaches a value, linear between iterations; at most its length.

    0 for a value above the curve's start.
    """
    for k in range(1, len(values)):
        if values[k] <= wanted:
            before, after = values[k - 1], values[k]
            return k - 1 + (before - wanted) / (before - after) if wanted < before else 0.0
    return float(len(values) - 1)


class Curves:
    """L-BFGS-B (memory 20, box [0, 1]) from photos, kept on disk for every later evaluation.

    A curve depends on the photo, the painting and the objective, not on the network that is
    evaluated: a later one that is compared with the same curve does not compute it again.
    """

    def __init__(self, objective: StyleTransferObjective, folder: Path) -> None:
        self._objective = objective
        self._folder = folder

        # Traced once for all photos, which have the same size.
        @tf.function
        def value_and_gradient(
            image: tf.Tensor, targets: dict[str, tf.Tensor], style_weights: tf.Tensor
        ) -> tuple[tf.Tensor, tf.Tensor]:
            with tf.GradientTape() as tape:
                tape.watch(image)
                value = objective(image, targets, style_weights, tf.ones([1, 1])).total[0]
            return value, tape.gradient(value, image)

        self._value_and_gradient = value_and_gradient

    def get(
        self,
        photo: np.ndarray,
        painting: np.ndarray,
        style: int,
        wanted: float,
        iterations: int,
        on_iteration: Callable[[int], None],
    ) -> list[float]:
        """The curve of a photo `[size, size, 3]`, until it reaches `wanted`.

        Args:
            photo: where it starts.
            painting: that the objective's style number `style` was made of.
            style: see `painting`.
            wanted: value of the objective below which nobody asks.
            iterations: after which it ends in any case.
            on_iteration: called with the number of iterations done, unless the disk has them.

        Raises:
            StylekitError: the curve cannot be written.
        """
        path = self._folder / f"{self._key(photo, painting)}.json"
        curve = _read(path)
        if curve is None or not curve.reaches(wanted, iterations):
            _require_writable(path)
            curve = self._computed(photo, style, wanted, iterations, on_iteration)
            with atomic_path(path) as temporary:
                temporary.write_text(json.dumps(asdict(curve)))
        return curve.values[: iterations + 1]

    def _computed(
        self,
        photo: np.ndarray,
        style: int,
        wanted: float,
        iterations: int,
        on_iteration: Callable[[int], None],
    ) -> Curve:
        targets = self._objective.content_targets(tf.constant(photo[None]))
        style_weights = tf.one_hot([style], self._objective.style_count)

        def evaluate(image: np.ndarray) -> tuple[float, np.ndarray]:
            value, gradient = self._value_and_gradient(
                tf.constant(image[None]), targets, style_weights
            )
            return float(value), gradient.numpy()[0]

        def enough(iteration: int, _: np.ndarray, value: float) -> bool:
            on_iteration(iteration)
            return value <= wanted

        values = minimize_in_box(evaluate, photo, iterations, enough).values
        return Curve(values, ended=len(values) <= iterations and values[-1] > wanted)

    def _key(self, photo: np.ndarray, painting: np.ndarray) -> str:
        """Hash of everything that a curve depends on."""
        network = self._objective.network
        settings = {
            "version": _FORMAT_VERSION,
            "objective": {**asdict(self._objective.config), "preset": None, "weights": None},
            "network": [network.architecture, network.source.sha256, network.pooling],
            "memory": HISTORY,
            "shapes": [photo.shape, painting.shape],
        }
        digest = hashlib.sha256(json.dumps(settings, sort_keys=True).encode())
        digest.update(np.ascontiguousarray(photo, np.float32).tobytes())
        digest.update(np.ascontiguousarray(painting, np.float32).tobytes())
        return digest.hexdigest()


def curves_folder() -> Path:
    """Where curves are kept: `$XDG_CACHE_HOME/stylekit/lbfgs`, by default below `~/.cache`."""
    home = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(home).expanduser() / "stylekit" / "lbfgs"


def _require_writable(path: Path) -> None:
    """Make the folder of a curve; raise StylekitError before minutes are spent in vain."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StylekitError(
            f"cannot keep the curves of L-BFGS in {str(path.parent)!r}: {error.strerror or error}; "
            "XDG_CACHE_HOME names another place"
        ) from error
    require_writable(path)


def _read(path: Path) -> Curve | None:
    """The curve in a file; none if there is no such file, or it is damaged."""
    try:
        stored = json.loads(path.read_text())
        values = [float(value) for value in stored["values"]]
        return Curve(values, bool(stored["ended"])) if values else None
    except (OSError, ValueError, KeyError, TypeError):
        return None
