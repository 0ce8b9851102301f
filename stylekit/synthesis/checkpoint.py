"""Checkpoints of an optimisation: everything that its next iteration depends on, in one file."""

import hashlib
import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from stylekit.errors import StylekitError
from stylekit.files import atomic_path
from stylekit.synthesis.adam import Moments

_FORMAT = "stylekit-synthesis-1"


@dataclass
class State:
    """Where an optimisation stands.

    Attributes:
        image: float32 `[height, width, 3]` in [0, 1], of the current scale.
        scale: index of the current scale in the schedule.
        iteration: iterations done at that scale.
        precision: number format of the loss network from here on.
        values: for each scale so far, the loss at its start and after each iteration.
        moments: Adam's memory.
        frames: pictures for the animation, uint8 `[height, width, 3]`.
    """

    image: np.ndarray
    scale: int = 0
    iteration: int = 0
    precision: str = "float32"
    values: list[list[float]] = field(default_factory=list)
    moments: Moments = field(default_factory=Moments)
    frames: list[np.ndarray] = field(default_factory=list)

    @property
    def iterations(self) -> int:
        """Iterations done at all scales."""
        return sum(max(0, len(values) - 1) for values in self.values)


def fingerprint(settings: Mapping[str, Any], pictures: Sequence[np.ndarray]) -> str:
    """What tells two optimisations apart: their settings and their pictures."""
    digest = hashlib.sha256(json.dumps(settings, sort_keys=True).encode())
    for picture in pictures:
        digest.update(str(picture.shape).encode())
        digest.update(np.ascontiguousarray(picture).tobytes())
    return digest.hexdigest()


def save_state(path: str | Path, state: State, identity: str) -> None:
    """Write a checkpoint by rename; `identity` is its `fingerprint`.

    Raises:
        StylekitError: it cannot be written.
    """
    plain = {
        "format": _FORMAT,
        "identity": identity,
        "scale": state.scale,
        "iteration": state.iteration,
        "precision": state.precision,
        "values": state.values,
        "steps": state.moments.steps,
    }
    arrays: dict[str, Any] = {
        "plain": np.array(json.dumps(plain)),
        "image": state.image,
        "first": state.moments.first,
        "second": state.moments.second,
    }
    arrays |= {f"frame_{index:04d}": frame for index, frame in enumerate(state.frames)}
    with atomic_path(path) as temporary, temporary.open("wb") as stream:
        np.savez(stream, **arrays)


def load_state(path: str | Path, identity: str) -> State:
    """The state in a checkpoint.

    Raises:
        StylekitError: the file is missing or damaged, or belongs to another optimisation.
    """
    try:
        with np.load(path, allow_pickle=False) as archive:
            plain = json.loads(str(archive["plain"]))
            names = sorted(name for name in archive.files if name.startswith("frame_"))
            frames = [archive[name] for name in names]
            moments = Moments(plain["steps"], archive["first"], archive["second"])
            image = archive["image"]
    except FileNotFoundError as error:
        raise StylekitError(f"there is no checkpoint {str(path)!r} to resume from") from error
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        raise StylekitError(f"the checkpoint {str(path)!r} is damaged: {error}") from error
    if plain.get("format") != _FORMAT or plain.get("identity") != identity:
        raise StylekitError(
            f"the checkpoint {str(path)!r} was made with other pictures or settings: give those "
            "it was made with, or start anew without --resume"
        )
    return State(
        image,
        plain["scale"],
        plain["iteration"],
        plain["precision"],
        plain["values"],
        moments,
        frames,
    )
