"""Which number format to train in."""

import time
from collections.abc import Callable
from typing import Literal

import tensorflow as tf

from stylekit.config import Precision
from stylekit.processor import processor_flags


def resolve_precision(wanted: Literal["auto", Precision]) -> Precision:
    """The fastest safe format of this machine for "auto", else `wanted` itself.

    GPUs: bfloat16 from compute capability 8, float16 for 7.x, float32 below. Processors: bfloat16
    with AMX. AVX512-BF16 alone is faster in some libraries and slower in others, so there both
    are timed on one convolution.
    """
    if wanted != "auto":
        return wanted
    capabilities = _gpu_capabilities()
    if capabilities:
        weakest = min(capabilities)
        return "bfloat16" if weakest >= (8, 0) else "float16" if weakest >= (7, 0) else "float32"
    return processor_precision(processor_flags(), _seconds_of_convolution)


def processor_precision(flags: set[str], seconds: Callable[[str], float]) -> Precision:
    """Format for a processor with these flags (the names of /proc/cpuinfo)."""
    if "amx_bf16" in flags:
        return "bfloat16"
    if "avx512_bf16" in flags and seconds("bfloat16") < seconds("float32"):
        return "bfloat16"
    return "float32"


def keras_policy(precision: str) -> str:
    """Name of the Keras policy that computes in a format and keeps weights in float32."""
    return "float32" if precision == "float32" else f"mixed_{precision}"


def _gpu_capabilities() -> list[tuple[int, int]]:
    details = map(tf.config.experimental.get_device_details, tf.config.list_physical_devices("GPU"))
    return [detail.get("compute_capability", (0, 0)) for detail in details]


def _seconds_of_convolution(dtype: str) -> float:
    """Least time of a convolution of the loss network's middle, forward, in a format."""
    features = tf.cast(tf.random.stateless_uniform([1, 64, 64, 128], [1, 2]), dtype)
    kernel = tf.cast(tf.random.stateless_uniform([3, 3, 128, 128], [3, 4]), dtype)
    convolve = tf.function(lambda: tf.nn.conv2d(features, kernel, 1, "SAME"))
    convolve()
    return min(_seconds(lambda: convolve().numpy()) for _ in range(5))


def _seconds(call: Callable[[], object]) -> float:
    start = time.perf_counter()
    call()
    return time.perf_counter() - start
