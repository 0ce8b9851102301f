"""What users write for a style and its strength."""

import math
from collections.abc import Sequence

import numpy as np

from stylekit.errors import StylekitError, nearest


def parse_styles(text: str | None, names: Sequence[str], kind: str = "style") -> np.ndarray:
    """Weights of the styles from "a", or from a blend such as "a:0.6,b:0.4".

    Args:
        text: names with optional weights (1 if left out); None for the model's first style.
        names: the styles of the model, in the order of its style weights.
        kind: what messages call a style.

    Returns:
        float32 `[styles]`, at least 0, with sum 1.

    Raises:
        StylekitError: an unknown style (the message names the nearest), one given twice, a weight
            that is no number, NaN, infinite or negative, or weights of sum 0.
    """
    weights = np.zeros(len(names), np.float64)
    if text is None:
        weights[0] = 1
        return weights.astype(np.float32)
    seen: set[str] = set()
    for part in text.split(","):
        name, colon, weight = (piece.strip() for piece in part.partition(":"))
        if name not in names:
            raise StylekitError(_unknown(name, names, kind))
        if name in seen:
            raise StylekitError(f"the {kind} {name!r} is given twice in {text!r}")
        seen.add(name)
        weights[names.index(name)] = _weight(name, weight, kind) if colon else 1
    largest = weights.max()
    if largest == 0:
        raise StylekitError(f"the weights in {text!r} are all 0: give at least one above 0")
    # Dividing by the largest first keeps the sum of huge weights finite.
    weights /= largest
    return (weights / weights.sum()).astype(np.float32)


def _weight(name: str, text: str, kind: str) -> float:
    try:
        weight = float(text)
    except ValueError:
        weight = math.nan
    if not math.isfinite(weight) or weight < 0:
        raise StylekitError(
            f"the weight of {kind} {name!r} must be a number of at least 0, not {text!r}"
        )
    return weight


def _unknown(name: str, names: Sequence[str], kind: str) -> str:
    close = nearest(name, names)
    question = f", did you mean {close!r}?" if close else ";"
    return f"unknown {kind} {name!r}{question} the model has {', '.join(names)}"


def parse_strength(value: str | float) -> float:
    """A strength in [0, 1]: 0 is the photograph itself, 1 the full style.

    Raises:
        StylekitError: not a number, NaN, or outside [0, 1].
    """
    try:
        strength = float(value)
    except (TypeError, ValueError):
        strength = math.nan
    if not 0 <= strength <= 1:
        raise StylekitError(f"the strength must be a number from 0 to 1, not {value!r}")
    return strength
