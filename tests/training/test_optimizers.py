import keras
import numpy as np
import pytest
import tensorflow as tf

from stylekit.training.optimizers import build_optimizer


def _updated(name: str, shape: tuple[int, ...], rate: float = 0.1) -> tuple[np.ndarray, np.ndarray]:
    """A variable's change in a first step, and the gradient."""
    random = np.random.default_rng(0)
    gradient = (random.normal(size=shape) * np.geomspace(1, 10, shape[-1])).astype(np.float32)
    variable = keras.Variable(np.zeros(shape, np.float32))
    optimizer = build_optimizer(name, [variable])
    optimizer.learning_rate.assign(rate)
    optimizer.apply([tf.constant(gradient)], [variable])
    return variable.numpy(), gradient


@pytest.mark.parametrize("name", ["adam", "adamw"])
def test_the_first_step_of_adam_has_the_size_of_the_rate(name: str) -> None:
    change, gradient = _updated(name, (3, 3, 4, 8))
    np.testing.assert_allclose(change, -0.1 * np.sign(gradient), atol=1e-4)


def test_muon_makes_the_update_of_a_kernel_orthogonal() -> None:
    change, gradient = _updated("muon", (3, 3, 4, 8))
    matrix = change.reshape(36, 8)
    values = np.linalg.svd(matrix, compute_uv=False) / (0.1 * 0.2 * np.sqrt(36))
    # Five Newton-Schulz iterations bring singular values near 1 (0.7 to 1.2, Jordan et al.).
    assert 0.6 < values.min() <= values.max() < 1.3
    assert np.linalg.cond(gradient.reshape(36, 8)) > 4 * values.max() / values.min()
    assert (matrix * gradient.reshape(36, 8)).sum() < 0  # downhill


@pytest.mark.parametrize("shape", [(5, 8), (8,), (3, 3, 8, 3)])
def test_muon_leaves_rows_vectors_and_the_painting_layer_to_adam(shape: tuple[int, ...]) -> None:
    change, gradient = _updated("muon", shape)
    size = np.abs(change).max()
    np.testing.assert_allclose(change, -size * np.sign(gradient), atol=1e-4)


def test_muon_moves_the_painting_layer_far_less_than_the_rows() -> None:
    rows, _ = _updated("muon", (2, 8))
    painting, _ = _updated("muon", (3, 3, 8, 3))
    bias, _ = _updated("muon", (3,))
    np.testing.assert_allclose(np.abs(rows), 0.1 * 0.2, rtol=1e-3)
    np.testing.assert_allclose(np.abs(painting), 0.1 * 0.01, rtol=1e-3)
    np.testing.assert_allclose(np.abs(bias), 0.1 * 0.01, rtol=1e-3)


@pytest.mark.parametrize("name", ["adam", "adamw", "muon"])
def test_without_decay_a_row_without_gradient_stays(name: str) -> None:
    before = np.random.default_rng(0).normal(size=(3, 8)).astype(np.float32)
    variable = keras.Variable(before)
    optimizer = build_optimizer(name, [variable], weight_decay=False)
    optimizer.learning_rate.assign(0.1)
    gradient = np.zeros_like(before)
    gradient[1] = 1.0
    for _ in range(3):
        optimizer.apply([tf.constant(gradient)], [variable])
    np.testing.assert_array_equal(variable.numpy()[[0, 2]], before[[0, 2]])
    assert (variable.numpy()[1] != before[1]).all()
