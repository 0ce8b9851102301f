"""Checkpoints: everything that the next step depends on, in one file."""

import json
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from stylekit.errors import StylekitError
from stylekit.files import atomic_path

KEPT = 2

_FILE_NAME = re.compile(r"step-(\d{8})\.npz")
_STATE = "state"


@dataclass(frozen=True)
class Checkpoint:
    """State of a training after `step` steps.

    Attributes:
        arrays: variables by name.
        state: plain values that can be written as JSON.
    """

    step: int
    arrays: dict[str, np.ndarray]
    state: dict[str, Any]


def save_checkpoint(folder: Path, checkpoint: Checkpoint) -> Path:
    """Write a checkpoint by rename, then drop all but the newest two.

    Raises:
        StylekitError: it cannot be written; those that were there stay.
    """
    path = folder / f"step-{checkpoint.step:08d}.npz"
    state = json.dumps({**checkpoint.state, "step": checkpoint.step})
    with atomic_path(path) as temporary, temporary.open("wb") as stream:
        members: dict[str, Any] = {_STATE: np.array(state), **checkpoint.arrays}
        np.savez(stream, **members)
    for outdated in _newest_first(folder)[KEPT:]:
        outdated.unlink(missing_ok=True)
    return path


def load_newest(folder: Path, damaged: Callable[[Path, str], None]) -> Checkpoint:
    """The newest checkpoint that can be read; `damaged` is told of those that cannot.

    Raises:
        StylekitError: there is none.
    """
    paths = _newest_first(folder)
    for path in paths:
        try:
            return _read(path)
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
            damaged(path, str(error))
    found = f"all {len(paths)} are damaged" if paths else "there are none"
    raise StylekitError(
        f"no usable checkpoint in {str(folder)!r}: {found}; start again with --overwrite"
    )


def _read(path: Path) -> Checkpoint:
    # Every member of the archive carries a CRC-32, which is checked as it is read.
    with np.load(path, allow_pickle=False) as archive:
        state = json.loads(str(archive[_STATE]))
        arrays = {name: archive[name] for name in archive.files if name != _STATE}
    return Checkpoint(state.pop("step"), arrays, state)


def _newest_first(folder: Path) -> list[Path]:
    return sorted(
        (path for path in folder.iterdir() if _FILE_NAME.fullmatch(path.name)), reverse=True
    )
