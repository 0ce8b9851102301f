"""What kind of processor this is, and what TensorFlow and LiteRT make of it."""

import os
from pathlib import Path

from stylekit.errors import StylekitError

# More than any machine has; with very many, libraries fail in ways of their own.
MOST_THREADS = 1024

# TensorFlow computes with oneDNN by default on processors that have one of these.
_ONEDNN_FLAGS = {
    "avx512_vnni",
    "avx512_bf16",
    "avx_vnni",
    "amx_tile",
    "amx_int8",
    "amx_bf16",
}


def available_threads() -> int:
    """Processors that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def threads_to_use(threads: int | None) -> int:
    """The number that was asked for; all that this process may use for None.

    Raises:
        StylekitError: a number below 1 or above `MOST_THREADS`.
    """
    if threads is None:
        return available_threads()
    if not 1 <= threads <= MOST_THREADS:
        raise StylekitError(
            f"the number of threads must be from 1 to {MOST_THREADS}, not {threads}"
        )
    return threads


def processor_flags() -> set[str]:
    """Names of /proc/cpuinfo; empty where there is no such file."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:  # not Linux
        return set()
    return {flag for line in lines if line.startswith("flags") for flag in line.split()}


def uses_onednn(flags: set[str], environment: str | None) -> bool:
    """Whether TensorFlow computes with oneDNN on a processor with these flags.

    `environment` is what TF_ENABLE_ONEDNN_OPTS says, None if nothing.
    """
    if environment is not None:
        return environment.lower() in ("1", "true")
    return bool(flags & _ONEDNN_FLAGS)


def quick_integers(flags: set[str]) -> bool:
    """Whether LiteRT's convolutions of int8 are far quicker than those of floats with these flags.

    They take half the time with AVX512-VNNI, and no less with AVX2 (`benchmarks/export_table.py`).
    On others, such as those with avx_vnni or Arm's dot products, nobody has measured it.
    """
    return "avx512_vnni" in flags


def onednn_here() -> bool:
    """`uses_onednn` of this process."""
    return uses_onednn(processor_flags(), os.environ.get("TF_ENABLE_ONEDNN_OPTS"))
