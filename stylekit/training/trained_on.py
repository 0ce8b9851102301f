"""Which photographs a run was trained on, so that an evaluation can tell them from others.

`photographs.txt` of a run has a line for each: its fingerprint and its name.
"""

import hashlib
import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from stylekit.errors import StylekitError
from stylekit.files import atomic_path
from stylekit.training.run import RunDirectory

# Bytes read of a file, from its middle, where images have pixels: a data set has 100,000 files.
_SAMPLE = 4096


def record_photographs(
    run: RunDirectory, paths: Iterable[Path], start: RunDirectory | None = None
) -> None:
    """Add photographs to those that a run was trained on, and those of the run it started from.

    A file that cannot be read is left out.

    Raises:
        StylekitError: a record cannot be read or written.
    """
    lines = {*_lines(run), *(_lines(start) if start is not None else ())}
    for path in paths:
        known = fingerprint(path)
        if known is not None:
            lines.add(f"{known} {path.name}")
    with atomic_path(run.photographs) as temporary:
        temporary.write_text("".join(f"{line}\n" for line in sorted(lines)), encoding="utf-8")


def trained_on(run: RunDirectory, paths: Sequence[Path]) -> list[Path]:
    """Those of some photographs that a run was trained on, whatever they are called now.

    None of them if the run has no record: an exported file alone has none.

    Raises:
        StylekitError: the record cannot be read.
    """
    recorded = {line.partition(" ")[0] for line in _lines(run)}
    return [path for path in paths if recorded and fingerprint(path) in recorded]


def fingerprint(path: Path) -> str | None:
    """16 hexadecimal digits by which a file is known under any name; None if it is unreadable."""
    try:
        with path.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size // 2 - _SAMPLE // 2))
            sample = file.read(_SAMPLE)
    except OSError:
        return None
    return hashlib.blake2b(size.to_bytes(8, "big") + sample, digest_size=8).hexdigest()


def _lines(run: RunDirectory) -> list[str]:
    if not run.photographs.is_file():
        return []
    try:
        return run.photographs.read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError) as error:
        raise StylekitError(f"{str(run.photographs)!r} is damaged: {error}") from error
