"""The learning rate, and the weight of the entropy, over the steps of a training."""

import math

from stylekit.config import DiversityConfig, TrainingConfig


def learning_rate(config: TrainingConfig, step: int) -> float:
    """Learning rate of a step, counted from 0.

    Rises linearly over `warmup_steps` (the first step has `1 / warmup_steps` of the rate), then
    stays, or follows half a cosine to `final_learning_rate_fraction` of the rate at the last step
    (Loshchilov and Hutter 2017).
    """
    if step < config.warmup_steps:
        return config.learning_rate * (step + 1) / config.warmup_steps
    if config.schedule == "constant":
        return config.learning_rate
    steps_left = max(1, config.total_steps - 1 - config.warmup_steps)
    progress = min(1.0, (step - config.warmup_steps) / steps_left)
    final = config.final_learning_rate_fraction
    return config.learning_rate * (final + (1 - final) * 0.5 * (1 + math.cos(math.pi * progress)))


def entropy_weight(config: DiversityConfig, step: int) -> float:
    """Weight of the entropy in a step, counted from 0.

    Zero before `start_step`; then it rises linearly, by `1 / rise_steps` of itself in each step.
    """
    since = step - config.start_step
    if since < 0:
        return 0.0
    return config.entropy_weight * min(1.0, (since + 1) / max(1, config.rise_steps))
