"""Where the messages of a training go: its log file, and the terminal above the progress bar."""

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tqdm import tqdm

logger = logging.getLogger("stylekit")


class _TerminalHandler(logging.Handler):
    """Prints above the progress bar instead of through it."""

    def emit(self, record: logging.LogRecord) -> None:
        tqdm.write(self.format(record), file=sys.stderr)


class _FileHandler(logging.FileHandler):
    """A log that cannot be written (a full disk) is no reason to stop, nor for a traceback."""

    def handleError(self, record: logging.LogRecord) -> None:
        pass


@contextmanager
def messages_on_terminal(wanted: bool) -> Iterator[None]:
    """Show messages of the package on stderr, above the progress bar, if wanted."""
    with _messages_to(_TerminalHandler() if wanted else logging.NullHandler()):
        yield


@contextmanager
def messages_in_file(path: Path) -> Iterator[None]:
    """Append messages of the package, with their times, to a file."""
    handler = _FileHandler(path, encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    with _messages_to(handler):
        yield


@contextmanager
def _messages_to(handler: logging.Handler) -> Iterator[None]:
    level = logger.level
    logger.setLevel(logging.INFO)
    logger.addHandler(handler)
    try:
        yield
    finally:
        logger.removeHandler(handler)
        handler.close()
        logger.setLevel(level)
