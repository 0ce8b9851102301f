"""Training: minimise an objective over the weights of a generator."""

from stylekit.training.api import train
from stylekit.training.plan import Plan, plan
from stylekit.training.session import RunResult

__all__ = ["Plan", "RunResult", "plan", "train"]
