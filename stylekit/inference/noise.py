"""Noise that a seed gives alike in Python, Java and JavaScript: Threefry-2x32 (docs/noise.md)."""

import math

import numpy as np

from stylekit.errors import StylekitError

# Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3", Threefry-2x32 with 20 rounds.
_ROTATIONS = (13, 15, 26, 6, 17, 29, 16, 24)
_PARITY = 0x1BD11BDA
_ROUNDS = 20

# Elements whose words are computed at once: their arrays stay in the processor's cache.
_CHUNK = 1 << 16


def uniform(seed: int, stream: int, shape: tuple[int, ...]) -> np.ndarray:
    """Uniform random numbers: the same for the same arguments, on every machine.

    Args:
        seed: 0 to 4294967295, chosen by the user.
        stream: likewise; sequences of different streams have nothing to do with each other.
        shape: of the result, filled row by row.

    Returns:
        float32 in [0, 1), multiples of 2⁻²⁴.

    Raises:
        StylekitError: a seed or a stream out of range.
    """
    count = math.prod(shape)
    values = np.empty(count, np.float32)
    for start in range(0, count, _CHUNK):
        indices = np.arange(start, min(start + _CHUNK, count), dtype=np.int64)
        values[start : start + _CHUNK] = uniform_at(seed, stream, indices)
    return values.reshape(shape)


def uniform_at(seed: int, stream: int, indices: np.ndarray) -> np.ndarray:
    """Elements of the sequence of a seed and a stream: `uniform(…).ravel()[indices]`.

    Indices are integers from 0 to below 2³³; the result has their shape.
    """
    key = (_word(seed, "seed"), _word(stream, "stream"))
    blocks = (indices >> 1).astype(np.uint32)
    first, second = threefry(key, (blocks, np.zeros_like(blocks)))
    words = np.where(indices & 1, second, first)
    # All 24 bits fit a float32's mantissa, so that no runtime rounds.
    return (words >> np.uint32(8)).astype(np.float32) * np.float32(2**-24)


def threefry(
    key: tuple[np.uint32, np.uint32], counter: tuple[np.ndarray, np.ndarray]
) -> tuple[np.ndarray, np.ndarray]:
    """Threefry-2x32-20: two words for each pair of words of the counter, all uint32."""
    keys = (*key, np.uint32(key[0] ^ key[1] ^ np.uint32(_PARITY)))
    with np.errstate(over="ignore"):
        x, y = counter[0] + keys[0], counter[1] + keys[1]
        for number in range(_ROUNDS):
            rotation = _ROTATIONS[number % 8]
            x = x + y
            y = x ^ ((y << np.uint32(rotation)) | (y >> np.uint32(32 - rotation)))
            if number % 4 == 3:
                injection = number // 4 + 1
                x = x + keys[injection % 3]
                y = y + (keys[(injection + 1) % 3] + np.uint32(injection))
    return x, y


def _word(value: int, what: str) -> np.uint32:
    if not isinstance(value, int | np.integer) or not 0 <= value < 2**32:
        raise StylekitError(
            f"the {what} must be a whole number from 0 to 4294967295, not {value!r}"
        )
    return np.uint32(value)
