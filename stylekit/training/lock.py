"""One training at a time in a run directory."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from stylekit.errors import StylekitError
from stylekit.training.run import RunDirectory

# `_HELD` is what a lock raises that another process holds.
if sys.platform == "win32":
    import msvcrt

    _HELD = PermissionError

    def _lock(file: IO[bytes]) -> None:
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    _HELD = BlockingIOError

    def _lock(file: IO[bytes]) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


@contextmanager
def sole_training(run: RunDirectory) -> Iterator[None]:
    """Keep other trainings out of a run directory, which is made if it is not there.

    The lock is the operating system's and ends with the process, also by `kill -9`. The file that
    carries it stays behind, and means nothing by itself.

    Raises:
        StylekitError: another training is at work there, or the folder cannot be written.
    """
    try:
        run.path.mkdir(parents=True, exist_ok=True)
        file = run.lock.open("ab")
    except OSError as error:
        raise run.cannot_be_written(error) from error
    with file:
        try:
            _lock(file)
        except _HELD as error:
            raise StylekitError(
                f"another training is at work in {str(run.path)!r}: wait until it ends, stop it, "
                "or choose another --output"
            ) from error
        except OSError:
            # Some network file systems know no locks: there a training goes unguarded.
            pass
        yield
