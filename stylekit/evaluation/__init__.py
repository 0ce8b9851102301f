"""Evaluation: what a network is worth, beside controls that show what the figures are worth."""

from stylekit.evaluation.evaluate import evaluate
from stylekit.evaluation.report import Report

__all__ = ["Report", "evaluate"]
