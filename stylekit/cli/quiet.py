"""TensorFlow and LiteRT without the messages that they print while they start."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager


def start_tensorflow(threads: int | None = None) -> None:
    """Import TensorFlow and let it look for devices, in silence.

    Its libraries write of oneDNN and of missing GPUs before they read how much is to be logged;
    without this, no command could keep to one line on stderr. `threads` limits the processors
    that an operation is computed on.

    Raises:
        ModuleNotFoundError: TensorFlow is not installed.
        StylekitError: a number of threads out of range.
    """
    from stylekit.processor import threads_to_use

    if threads is not None:
        threads_to_use(threads)
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    with silent_stderr():
        import tensorflow as tf

        if threads is not None:
            tf.config.threading.set_intra_op_parallelism_threads(threads)
        tf.config.list_logical_devices()


@contextmanager
def silent_stderr() -> Iterator[int | None]:
    """Drop what is written to file descriptor 2, also by libraries not written in Python.

    The value is a descriptor that still writes where it did; None where stderr was closed.
    """
    if sys.stderr is None:  # closed by who started the process
        yield None
        return
    kept = os.dup(2)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield kept
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)
