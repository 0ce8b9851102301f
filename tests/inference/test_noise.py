"""Noise that is the same everywhere, and random enough."""

import json
from pathlib import Path

import numpy as np
import pytest

from stylekit.errors import StylekitError
from stylekit.inference.noise import threefry, uniform, uniform_at

GOLDENS = Path(__file__).parents[1] / "goldens" / "noise.json"


@pytest.mark.parametrize(
    ("key", "counter", "expected"),
    [
        ((0, 0), (0, 0), (0x6B200159, 0x99BA4EFE)),
        ((0xFFFFFFFF, 0xFFFFFFFF), (0xFFFFFFFF, 0xFFFFFFFF), (0x1CB996FC, 0xBB002BE7)),
        ((0x13198A2E, 0x03707344), (0x243F6A88, 0x85A308D3), (0xC4923A9C, 0x483DF7A0)),
    ],
)
def test_words_are_those_of_the_reference_implementation(
    key: tuple[int, int], counter: tuple[int, int], expected: tuple[int, int]
) -> None:
    # kat_vectors of Random123, the library of Salmon et al. 2011.
    words = threefry(
        (np.uint32(key[0]), np.uint32(key[1])),
        (np.array([counter[0]], np.uint32), np.array([counter[1]], np.uint32)),
    )
    assert [int(word[0]) for word in words] == list(expected)


def test_goldens_are_what_is_computed() -> None:
    cases = json.loads(GOLDENS.read_text(encoding="utf-8"))["uniform"]
    assert {(case["seed"], case["stream"]) for case in cases} >= {(0, 0), (4294967295, 4294967295)}
    for case in cases:
        indices = case["start"] + np.arange(len(case["top24"]))
        values = uniform_at(case["seed"], case["stream"], indices)
        assert (values * 2**24).astype(int).tolist() == case["top24"]


def test_elements_are_those_of_the_whole() -> None:
    whole = uniform(5, 2, (3, 70, 641, 2))
    assert whole.shape == (3, 70, 641, 2)
    assert whole.dtype == np.float32
    indices = np.array([[0, 1, 7], [65535, 65536, whole.size - 1]])
    assert np.array_equal(uniform_at(5, 2, indices), whole.ravel()[indices])
    assert np.array_equal(uniform(5, 2, (4, 5)).ravel(), whole.ravel()[:20])


def test_nothing_is_nothing() -> None:
    assert uniform(0, 0, (0, 3)).shape == (0, 3)


@pytest.mark.parametrize("values", [(-1, 0), (2**32, 0), (0, -1), (0, 2**32)])
def test_seed_and_stream_are_words(values: tuple[int, int]) -> None:
    with pytest.raises(StylekitError, match="a whole number from 0 to 4294967295, not"):
        uniform(*values, (1,))


COUNT = 200_000


def test_values_are_uniform() -> None:
    values = uniform(1, 0, (COUNT,))
    assert 0 <= values.min() < 1e-4
    assert 1 - 1e-4 < values.max() < 1
    counts = np.bincount((values * 100).astype(int), minlength=100)
    expected = COUNT / 100
    # Chi-squared of 99 degrees of freedom: above 149 in one of a thousand sequences.
    assert np.sum((counts - expected) ** 2 / expected) < 149


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ((1, 0, 0), (2, 0, 0)),  # neighbouring seeds
        ((1, 0, 0), (1, 1, 0)),  # neighbouring streams
        ((1, 2, 0), (2, 1, 0)),  # seed and stream exchanged
        ((1, 0, 0), (1, 0, 1)),  # neighbouring elements
        ((1, 0, 0), (1, 0, 2)),
        ((1, 0, 0), (1, 0, 641)),  # neighbouring rows of a map
    ],
)
def test_sequences_are_not_correlated(
    one: tuple[int, int, int], other: tuple[int, int, int]
) -> None:
    first, second = (
        uniform_at(seed, stream, start + np.arange(COUNT)) for seed, stream, start in (one, other)
    )
    correlation = np.corrcoef(first, second)[0, 1]
    assert abs(correlation) < 4 / np.sqrt(COUNT)
