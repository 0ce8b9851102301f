"""Training: minimise an objective over the weights of a generator."""

from stylekit.training.api import RunResult, train

__all__ = ["RunResult", "train"]
