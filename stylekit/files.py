"""Files that are either complete or not there."""

import os
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from stylekit.errors import StylekitError


@contextmanager
def atomic_path(path: str | Path) -> Iterator[Path]:
    """Temporary file in the folder of `path`; takes its place on success, vanishes on failure.

    A link is followed: the file it points to is replaced.

    Raises:
        StylekitError: the file cannot be written; the message names it and the reason.
    """
    target = Path(os.path.realpath(path))
    temporary = target.with_name(f".{target.name[:40]}.{uuid.uuid4().hex}")
    try:
        _refuse_other_than_file(target, path)
        yield temporary
        with temporary.open("rb") as stream:
            os.fsync(stream.fileno())
        os.replace(temporary, target)
    except OSError as error:
        raise StylekitError(f"cannot write {str(path)!r}: {error.strerror or error}") from error
    finally:
        # What happened above is what the user must hear of, not that there is nothing to remove.
        with suppress(OSError):
            temporary.unlink()


def require_writable(path: str | Path, inputs: Iterable[str | Path] = ()) -> None:
    """Find out that `path` cannot be written before long work is done for it.

    Raises:
        StylekitError: as `atomic_path` would, or it is one of the `inputs`, which would be lost.
    """
    target = Path(os.path.realpath(path))
    for file in inputs:
        if target == Path(os.path.realpath(file)):
            raise StylekitError(
                f"{str(file)!r} would be written over by what is made of it: give another output"
            )
    probe = target.with_name(f".{target.name[:40]}.{uuid.uuid4().hex}")
    try:
        _refuse_other_than_file(target, path)
        probe.touch(exist_ok=False)
        probe.unlink()
    except OSError as error:
        raise StylekitError(f"cannot write {str(path)!r}: {error.strerror or error}") from error


def _refuse_other_than_file(target: Path, path: str | Path) -> None:
    """A rename would put a file in the place of a device such as /dev/null."""
    if target.exists() and not target.is_file():
        kind = "a folder" if target.is_dir() else "not a regular file"
        raise StylekitError(f"cannot write {str(path)!r}: it is {kind}")
