import os
import signal
import threading
import time

import pytest

from stylekit.training.stopping import StopRequest


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_asks_for_a_stop_and_the_next_one_acts_as_ever(number: signal.Signals) -> None:
    before = signal.getsignal(number)
    with StopRequest(None) as stop:
        assert stop.reason is None
        os.kill(os.getpid(), number)
        assert stop.reason == number.name
        assert signal.getsignal(number) == before
    assert signal.getsignal(number) == before


def test_handlers_are_put_back_without_a_signal() -> None:
    before = signal.getsignal(signal.SIGTERM)
    with StopRequest(None):
        assert signal.getsignal(signal.SIGTERM) != before
    assert signal.getsignal(signal.SIGTERM) == before


def test_minutes(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr(time, "monotonic", lambda: now)
    with StopRequest(0.5) as stop:
        now = 129.0
        assert stop.reason is None and stop.seconds_left == pytest.approx(1.0)
        now = 130.0
        assert stop.reason == "minutes"


def test_without_a_limit_of_time() -> None:
    with StopRequest(None) as stop:
        assert stop.seconds_left == float("inf")


def test_in_another_thread_signals_are_left_alone() -> None:
    before = signal.getsignal(signal.SIGTERM)
    seen: list[object] = []

    def work() -> None:
        with StopRequest(0.0) as stop:
            seen.extend([stop.reason, signal.getsignal(signal.SIGTERM)])

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == ["minutes", before]
