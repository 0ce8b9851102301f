"""Confidence intervals of means over photographs."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit

CONFIDENCE = 0.95


@dataclass(frozen=True)
class Interval:
    """A mean and its confidence interval, from `low` to `high`."""

    mean: float
    low: float
    high: float


def mean_interval(values: Sequence[float]) -> Interval:
    """Mean of independent values and its 95 % interval by Student's t.

    Two values or more. Student's t and not the bootstrap, whose intervals are too narrow for the
    eight or twenty photographs that an evaluation has.
    """
    mean = float(np.mean(values))
    error = float(np.std(values, ddof=1)) / math.sqrt(len(values))
    half = float(stdtrit(len(values) - 1, 0.5 + CONFIDENCE / 2)) * error
    return Interval(mean, mean - half, mean + half)


def differ(one: Sequence[float], other: Sequence[float]) -> bool:
    """Whether two figures of the same photographs, in the same order, can be told apart.

    That is, whether the 95 % interval of the mean of their differences leaves out zero.
    """
    difference = mean_interval(np.subtract(one, other).tolist())
    return difference.low > 0 or difference.high < 0
