import pytest

from stylekit.config import StageConfig, TrainingConfig
from stylekit.training.schedule import learning_rate


def _config(schedule: str, warmup_steps: int) -> TrainingConfig:
    return TrainingConfig(
        stages=[StageConfig(steps=4), StageConfig(steps=9)],  # 13 steps: 0 to 12
        learning_rate=0.8,
        final_learning_rate_fraction=0.25,
        warmup_steps=warmup_steps,
        schedule=schedule,  # type: ignore[arg-type]
    )


def test_cosine_by_hand() -> None:
    config = _config("cosine", warmup_steps=4)
    assert [learning_rate(config, step) for step in range(4)] == pytest.approx([0.2, 0.4, 0.6, 0.8])
    # From step 4 to step 12: 0.8 * (1/4 + 3/4 * (1 + cos(pi * t)) / 2) at t = 0, 1/2, 1.
    assert learning_rate(config, 4) == pytest.approx(0.8)
    assert learning_rate(config, 8) == pytest.approx(0.8 * (0.25 + 0.375))
    assert learning_rate(config, 12) == pytest.approx(0.2)


def test_constant_after_the_warmup() -> None:
    config = _config("constant", warmup_steps=2)
    assert [learning_rate(config, step) for step in (0, 1, 2, 12)] == [0.4, 0.8, 0.8, 0.8]


def test_without_warmup_and_with_a_single_step() -> None:
    assert learning_rate(_config("cosine", warmup_steps=0), 0) == 0.8
    single = TrainingConfig(stages=[StageConfig(steps=1)], warmup_steps=0, learning_rate=0.8)
    assert learning_rate(single, 0) == 0.8
