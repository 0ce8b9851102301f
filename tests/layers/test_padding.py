"""Paddings against NumPy's."""

import numpy as np
import pytest

from stylekit.layers.padding import CircularPadding2D, ReplicationPadding2D


@pytest.mark.parametrize("size", [1, 3, 4])
@pytest.mark.parametrize("height, width", [(1, 1), (2, 5)])
def test_is_edge_padding(size, height, width):
    features = np.random.default_rng(0).random((2, height, width, 3), np.float32)
    expected = np.pad(features, [(0, 0), (size, size), (size, size), (0, 0)], mode="edge")
    np.testing.assert_array_equal(ReplicationPadding2D(size)(features), expected)


@pytest.mark.parametrize("size", [1, 2])
@pytest.mark.parametrize("height, width", [(2, 2), (3, 5)])
def test_is_wrapped_padding(size, height, width):
    features = np.random.default_rng(0).random((2, height, width, 3), np.float32)
    expected = np.pad(features, [(0, 0), (size, size), (size, size), (0, 0)], mode="wrap")
    np.testing.assert_array_equal(CircularPadding2D(size)(features), expected)
