"""Random numbers that depend on what they are for and on nothing that ran before."""

from enum import IntEnum

import numpy as np


class Purpose(IntEnum):
    """What a stream of random numbers is used for; each has a stream of its own."""

    EPOCH = 0
    BATCH = 1
    REPLACEMENT = 2
    PLAIN = 3
    GRAIN = 4
    NOISE = 5
    VISIT = 6


def stream(seed: int, purpose: Purpose, *indices: int) -> np.random.Generator:
    """A Philox generator keyed by seed, purpose and indices, such as the number of a step."""
    key = np.random.SeedSequence([seed, int(purpose), *indices])
    return np.random.Generator(np.random.Philox(key))
