"""Why a training stops before its last step: signals and a limit of time."""

import signal
import threading
import time
from types import FrameType
from typing import Any, Self

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class StopRequest:
    """Remembers SIGINT and SIGTERM while it is entered, and when the time is up.

    The first signal asks for a stop after the current step; a second one acts as if nobody were
    listening. Outside of the main thread only the time counts, as Python allows no handlers there.
    """

    def __init__(self, minutes: float | None) -> None:
        self._minutes = minutes
        self._received: signal.Signals | None = None
        self._previous: dict[signal.Signals, Any] = {}

    def __enter__(self) -> Self:
        self._start = time.monotonic()
        if threading.current_thread() is threading.main_thread():
            self._previous = {number: signal.signal(number, self._receive) for number in _SIGNALS}
        return self

    def __exit__(self, *_: object) -> None:
        self._restore()

    def _receive(self, number: int, _: FrameType | None) -> None:
        self._received = signal.Signals(number)
        self._restore()

    def _restore(self) -> None:
        for number, handler in self._previous.items():
            signal.signal(number, handler)
        self._previous = {}

    @property
    def seconds_left(self) -> float:
        """Seconds until the time is up; infinite without a limit."""
        if self._minutes is None:
            return float("inf")
        return self._minutes * 60 - (time.monotonic() - self._start)

    @property
    def reason(self) -> str | None:
        """`SIGINT`, `SIGTERM`, `minutes`, or None to go on."""
        if self._received is not None:
            return self._received.name
        return "minutes" if self.seconds_left <= 0 else None
