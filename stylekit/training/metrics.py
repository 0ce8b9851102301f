"""The record of a training's losses: one JSON object a line."""

import json
from pathlib import Path
from typing import Any, TextIO

from stylekit.errors import StylekitError
from stylekit.files import atomic_path


class MetricsFile:
    """`metrics.jsonl` of a run: a line for each recorded step, in the order of the steps."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stream: TextIO | None = None

    def append(self, record: dict[str, Any]) -> None:
        """Add a line; it is on its way to the disk when this returns."""
        try:
            if self._stream is None:
                self._stream = self._path.open("a", encoding="utf-8")
            self._stream.write(json.dumps(record) + "\n")
            self._stream.flush()
        except OSError as error:
            raise StylekitError(
                f"cannot write {str(self._path)!r}: {error.strerror or error}"
            ) from error

    def truncate(self, steps: int) -> None:
        """Drop the lines of all steps but the first `steps`: they will be done again."""
        self.close()
        kept = [record for record in read_metrics(self._path) if record["step"] <= steps]
        with atomic_path(self._path) as temporary:
            temporary.write_text("".join(json.dumps(record) + "\n" for record in kept))

    def close(self) -> None:
        """Close the file; `append` opens it again."""
        if self._stream is not None:
            self._stream.close()
            self._stream = None


def read_metrics(path: Path) -> list[dict[str, Any]]:
    """All complete lines of a metrics file; none if there is no file yet."""
    records: list[dict[str, Any]] = []
    if not path.exists():
        return records
    for line in path.read_text(encoding="utf-8").splitlines():
        try:
            records.append(json.loads(line))
        except json.JSONDecodeError:  # the last line of a run that was killed
            break
    return records
