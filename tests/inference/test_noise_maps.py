"""Noise of several scales: by hand, and the same in a part as in the whole."""

import json
from pathlib import Path

import numpy as np
import pytest

from stylekit.errors import StylekitError
from stylekit.inference.noise import uniform_at
from stylekit.inference.noise_maps import STRIDE, NoiseMaps

GOLDENS = Path(__file__).parents[1] / "goldens" / "noise.json"
MAPS = NoiseMaps((1, 2, 4, 8))


def test_scales_double() -> None:
    assert NoiseMaps.of_scales(4) == MAPS


def test_the_finest_channel_is_the_grid_itself() -> None:
    noise = MAPS.of(7, 24, 16)
    assert noise.shape == (1, 24 // STRIDE, 16 // STRIDE, 4)
    assert noise.dtype == np.float32
    rows, columns = np.mgrid[1:7, 1:5]
    np.testing.assert_array_equal(noise[0, :, :, 0], uniform_at(7, 0, rows * 65536 + columns))


def test_interpolation_by_hand() -> None:
    # Elements 0 and 1 of cells of two lie a quarter of a cell before and after the middle of the
    # first cell, whose point is number 1.
    noise = MAPS.of(3, 8, 4)[0, :, 0, 1].astype(np.float64)
    grid = uniform_at(3, 1, np.array([[r * 65536 + c for c in range(2)] for r in range(3)]))
    column = grid.astype(np.float64) @ [0.25, 0.75]
    expected = [0.25 * column[0] + 0.75 * column[1], 0.75 * column[1] + 0.25 * column[2]]
    np.testing.assert_allclose(noise, expected, rtol=1e-7)


def test_a_part_has_the_noise_of_the_whole() -> None:
    whole = MAPS.of(1, 200, 120)
    part = MAPS.part(1, slice(36, 100), slice(64, 120))
    np.testing.assert_array_equal(part, whole[:, 9:25, 16:30])
    np.testing.assert_array_equal(MAPS.of(1, 40, 44), whole[:, :10, :11])


def test_coarse_channels_vary_slowly() -> None:
    noise = MAPS.of(2, 512, 512)[0]
    steps = [float(np.abs(np.diff(noise[..., channel], axis=1)).mean()) for channel in range(4)]
    assert steps == sorted(steps, reverse=True)
    assert steps[3] < steps[0] / 4
    assert 0.4 < noise.mean() < 0.6


def test_seeds_differ() -> None:
    assert np.abs(MAPS.of(0, 64, 64) - MAPS.of(1, 64, 64)).mean() > 0.1


def test_goldens_are_what_is_computed() -> None:
    for case in json.loads(GOLDENS.read_text(encoding="utf-8"))["maps"]:
        rows, columns = (slice(*case[axis]) for axis in ("rows", "columns"))
        noise = NoiseMaps(tuple(case["cells"])).part(case["seed"], rows, columns)
        assert list(noise.shape[1:]) == case["shape"]
        np.testing.assert_allclose(noise.ravel(), case["values"], rtol=0, atol=1e-7)


def test_the_card_gives_them_back() -> None:
    assert NoiseMaps.from_card(json.loads(json.dumps(MAPS.to_card()))) == MAPS
    assert NoiseMaps.from_card({}) is None
    for damaged in ({"stride": 4}, {"stride": 4, "cells": [0]}, {"stride": 8, "cells": [1]}):
        with pytest.raises(StylekitError, match="damaged: noise"):
            NoiseMaps.from_card(damaged)
