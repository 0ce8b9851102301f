import os
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import tensorflow as tf

from stylekit.config import RunConfig
from stylekit.models.registry import build_generator
from stylekit.training.learned import Learned
from stylekit.training.optimizers import build_optimizer
from stylekit.training.step import (
    LossScale,
    TrainingStep,
    average_decay,
    clip_by_global_norm,
)
from stylekit.training.style_transfer import StyleTransferLoss, inside


class _Terms:
    def __init__(self, total: tf.Tensor) -> None:
        self.total = self.content = self.style = self.variation = total


class _Objective:
    """Mean square of an image, `slope` times: its gradient is known."""

    def __init__(self, slope: float = 1.0) -> None:
        self._slope = slope

    def content_targets(self, photos: tf.Tensor) -> dict[str, tf.Tensor]:
        return {}

    def __call__(self, images: tf.Tensor, *_: Any) -> _Terms:
        return _Terms(self._slope * tf.reduce_mean(tf.square(images), axis=[1, 2, 3]))


def _step(
    config: RunConfig,
    objective: Any,
    image_balance: str = "none",
    context: int = 0,
    **changes: Any,
) -> tuple[TrainingStep, Any]:
    tf.keras.utils.set_random_seed(0)
    generator = build_generator(config.generator, 1)
    averaged = build_generator(config.generator, 1)
    averaged.model.set_weights(generator.model.get_weights())
    optimizer = build_optimizer("adam", generator.model.trainable_variables)
    optimizer.learning_rate.assign(1e-3)
    arguments = {
        "loss_scale": LossScale(dynamic=False),
        "batch_size": 2,
        "clip_norm": None,
        "ema_decay": 0.5,
    }
    loss = StyleTransferLoss(objective, np.eye(1, dtype=np.float32), image_balance, context)
    step = TrainingStep(
        tf.distribute.get_strategy(),
        generator,
        averaged,
        Learned(generator),
        loss,
        optimizer,
        **{**arguments, **changes},
    )
    return step, generator


def _trained(step: TrainingStep, *batch: tf.Tensor) -> dict[str, tf.Tensor]:
    return step(step.prepare(*batch), *batch)


def _batch(seed: int = 0) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
    photos = np.random.default_rng(seed).random((2, 32, 32, 3), np.float32)
    return tf.constant(photos), tf.ones([2, 1]), tf.ones([2, 1])


def test_clipping_by_hand() -> None:
    gradients = [tf.constant([3.0, 0.0]), tf.constant([[4.0]])]
    clipped, norm = clip_by_global_norm(gradients, 1.0)
    assert float(norm) == pytest.approx(5.0)
    np.testing.assert_allclose(clipped[0], [0.6, 0.0], rtol=1e-6)
    np.testing.assert_allclose(clipped[1], [[0.8]], rtol=1e-6)
    for limit in (10.0, None):
        same, _ = clip_by_global_norm(gradients, limit)
        assert [g.numpy().tolist() for g in same] == [[3.0, 0.0], [[4.0]]]
    zeros, norm = clip_by_global_norm([tf.zeros([3])], 1.0)
    assert float(norm) == 0 and zeros[0].numpy().tolist() == [0, 0, 0]


def test_decay_of_the_average_rises_to_its_limit() -> None:
    assert float(average_decay(0.998, tf.constant(0))) == pytest.approx(0.1)
    assert float(average_decay(0.998, tf.constant(8))) == pytest.approx(0.5)
    assert float(average_decay(0.998, tf.constant(100_000))) == pytest.approx(0.998)


def test_the_average_by_hand(tiny_config: Callable[..., RunConfig]) -> None:
    step, generator = _step(tiny_config(), _Objective(), ema_decay=0.15)
    before = [weight.copy() for weight in generator.model.get_weights()]
    _trained(step, *_batch(0))
    first = generator.model.get_weights()
    # Decay after one update is min(0.15, 2 / 11) = 0.15.
    for average, old, new in zip(step.averaged.model.get_weights(), before, first, strict=True):
        np.testing.assert_allclose(average, 0.15 * old + 0.85 * new, atol=1e-6)
    averages = step.averaged.model.get_weights()
    _trained(step, *_batch(1))
    second = generator.model.get_weights()
    for average, old, new in zip(step.averaged.model.get_weights(), averages, second, strict=True):
        np.testing.assert_allclose(average, 0.15 * old + 0.85 * new, atol=1e-6)


def test_a_step_descends_and_measures_means(tiny_config: Callable[..., RunConfig]) -> None:
    step, generator = _step(tiny_config(), _Objective())
    photos, style_weights, strength = _batch()
    images = generator.model([photos, style_weights, strength]).numpy()
    first = _trained(step, photos, style_weights, strength)
    assert float(first["total"]) == pytest.approx(float((images**2).mean()), rel=1e-5)
    assert bool(first["updated"])
    assert float(_trained(step, photos, style_weights, strength)["total"]) < float(first["total"])


def test_balanced_images_count_by_their_relative_progress(
    tiny_config: Callable[..., RunConfig],
) -> None:
    # The gradient of a logarithm does not change when the objective is multiplied.
    norms = [
        float(
            _trained(_step(tiny_config(), _Objective(slope), image_balance="log")[0], *_batch())[
                key
            ]
        )
        for slope in (1.0, 100.0)
        for key in ("gradient_norm",)
    ]
    assert norms[0] == pytest.approx(norms[1], rel=1e-4)


def test_the_objective_sees_images_without_their_context(
    tiny_config: Callable[..., RunConfig],
) -> None:
    values = tf.reshape(tf.range(16.0), [1, 4, 4, 1])
    assert inside(values, 1).numpy().ravel().tolist() == [5, 6, 9, 10]
    assert inside(values, 0).shape == values.shape
    step, generator = _step(tiny_config(), _Objective(), context=8)
    images = generator.model(list(_batch())).numpy()[:, 8:24, 8:24]
    assert float(_trained(step, *_batch())["total"]) == pytest.approx(
        float((images**2).mean()), rel=1e-5
    )


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_weights_stay_when_the_loss_is_not_finite(
    tiny_config: Callable[..., RunConfig], value: float
) -> None:
    step, generator = _step(tiny_config(), _Objective())
    _trained(step, *_batch())
    before = generator.model.get_weights() + step.averaged.model.get_weights()
    photos, style_weights, strength = _batch()
    result = _trained(step, photos * value, style_weights, strength)
    assert not bool(result["updated"])
    after = generator.model.get_weights() + step.averaged.model.get_weights()
    assert all(np.array_equal(a, b) for a, b in zip(before, after, strict=True))


def test_the_loss_scale_halves_on_overflow_and_doubles_after_2000_good_steps() -> None:
    scale = LossScale(dynamic=True)
    scale.update(tf.constant(False))
    assert float(scale.factor) == 2.0**14
    scale.good_steps.assign(1998)
    scale.update(tf.constant(True))
    assert float(scale.factor) == 2.0**14 and int(scale.good_steps) == 1999
    scale.update(tf.constant(True))
    assert float(scale.factor) == 2.0**15 and int(scale.good_steps) == 0


def test_a_scaled_loss_gives_the_same_update(tiny_config: Callable[..., RunConfig]) -> None:
    plain, generator = _step(tiny_config(), _Objective())
    scaled, other = _step(tiny_config(), _Objective(), loss_scale=LossScale(dynamic=True))
    assert float(_trained(plain, *_batch())["gradient_norm"]) == pytest.approx(
        float(_trained(scaled, *_batch())["gradient_norm"]), rel=1e-5
    )
    for a, b in zip(generator.model.get_weights(), other.model.get_weights(), strict=True):
        np.testing.assert_allclose(a, b, atol=1e-5)


TWO_DEVICES = """
import numpy as np, tensorflow as tf
cpu = tf.config.list_physical_devices("CPU")[0]
tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * 2)
from stylekit.config import GeneratorConfig, ObjectiveConfig
from stylekit.models.registry import build_generator
from stylekit.objectives.style_transfer import StyleTransferObjective
from stylekit.perception.network import LossNetwork
from stylekit.training.learned import Learned
from stylekit.training.optimizers import build_optimizer
from stylekit.training.step import LossScale, TrainingStep
from stylekit.training.style_transfer import StyleTransferLoss

config = ObjectiveConfig(content_layers={"relu1_2": 1.0}, style_layers={"relu1_2": 1.0})
random = np.random.default_rng(0)
style = random.random((32, 32, 3), np.float32)
batches = [
    (random.random((4, 32, 32, 3), np.float32), np.ones((4, 1), np.float32),
     random.random((4, 1), np.float32))
    for _ in range(3)
]

def train(strategy):
    tf.keras.utils.set_random_seed(1)
    with strategy.scope():
        networks = [build_generator(GeneratorConfig("small", 8, 1), 1) for _ in range(2)]
        networks[1].model.set_weights(networks[0].model.get_weights())
        optimizer = build_optimizer("OPTIMIZER", networks[0].model.trainable_variables)
        scale = LossScale(dynamic=False)
    optimizer.learning_rate.assign(1e-3)
    objective = StyleTransferObjective(LossNetwork(["relu1_2"], weights="hed"), config, [style])
    learned = Learned(networks[0])
    loss = StyleTransferLoss(objective, np.eye(1, dtype=np.float32), "none", 0)
    step = TrainingStep(strategy, *networks, learned, loss, optimizer, scale, 4, 10.0, 0.9)
    dataset = tf.data.Dataset.from_generator(
        lambda: iter(batches),
        output_signature=tuple(tf.TensorSpec(part.shape, part.dtype) for part in batches[0]),
    )
    results = [
        step(step.prepare(*batch), *batch)
        for batch in strategy.experimental_distribute_dataset(dataset)
    ]
    losses = [[float(result[name]) for name in sorted(result)] for result in results]
    weights = [w.numpy() for network in networks for w in network.model.weights]
    return np.array(losses), np.concatenate([w.ravel() for w in weights])

one_losses, one = train(tf.distribute.get_strategy())
mirrored = tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])
two_losses, two = train(mirrored)
assert mirrored.num_replicas_in_sync == 2
print("losses", np.abs(one_losses / two_losses - 1).max(), "weights", np.abs(one - two).max())
assert len(one_losses) == 3
np.testing.assert_allclose(one_losses, two_losses, rtol=1e-4)
np.testing.assert_allclose(one, two, atol=1e-4)
"""


@pytest.mark.slow
@pytest.mark.parametrize("optimizer", ["adam", "muon"])
def test_two_devices_with_two_images_equal_one_with_four(optimizer: str) -> None:
    result = subprocess.run(
        [sys.executable, "-c", TWO_DEVICES.replace("OPTIMIZER", optimizer)],
        env={**os.environ, "CUDA_VISIBLE_DEVICES": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout + result.stderr
