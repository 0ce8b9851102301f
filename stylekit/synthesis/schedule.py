"""Schedules: at which sizes an image is optimised, and for how many iterations."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from stylekit.errors import StylekitError

_STEP = re.compile(r"(\d+|full):(\d+)")


@dataclass(frozen=True)
class Scale:
    """A stretch of an optimisation at one size.

    Attributes:
        size: longest side in pixels, or None for the full size.
        iterations: at most; fewer if it stops early.
        multiple_of: what both sides are rounded to.
    """

    size: int | None
    iterations: int
    multiple_of: int = 1

    def shape(self, height: int, width: int) -> tuple[int, int]:
        """Height and width here of an image whose full size is given; never larger than that."""
        longest = max(height, width)
        if self.size is None or self.size >= longest:
            return height, width
        factor = self.size / longest
        return self._rounded(height * factor), self._rounded(width * factor)

    def _rounded(self, length: float) -> int:
        return max(1, round(length / self.multiple_of)) * self.multiple_of


def parse_schedule(text: str) -> list[Scale]:
    """`256:450,full:100` is 450 iterations at a longest side of 256, then 100 at full size.

    Raises:
        StylekitError: another form, sizes that do not rise, or an end at less than full size.
    """
    scales = []
    for step in text.replace(" ", "").split(","):
        match = _STEP.fullmatch(step)
        if match is None:
            raise StylekitError(
                f"a schedule is SIZE:ITERATIONS,...,full:ITERATIONS, such as 256:450,full:100; "
                f"not {text!r}"
            )
        scales.append(Scale(None if match[1] == "full" else int(match[1]), int(match[2])))
    sizes = [float("inf") if scale.size is None else scale.size for scale in scales]
    if sizes != sorted(sizes) or len(set(sizes)) < len(sizes):
        raise StylekitError(f"the sizes of a schedule must rise: not {text!r}")
    if scales[-1].size is not None:
        raise StylekitError(f"a schedule must end with full:ITERATIONS: not {text!r}")
    if any(scale.iterations == 0 for scale in scales):
        raise StylekitError(f"a schedule needs at least one iteration at each size: not {text!r}")
    return scales


def total_iterations(schedule: Sequence[Scale]) -> int:
    """Iterations of all scales."""
    return sum(scale.iterations for scale in schedule)


def with_total(schedule: Sequence[Scale], iterations: int | None) -> list[Scale]:
    """The schedule with so many iterations in all, in the shares that its scales have.

    None leaves it as it is. Scales that are left without an iteration drop out, but the last.
    """
    if iterations is None:
        return list(schedule)
    before = total_iterations(schedule)
    passed = given = 0
    scales = []
    for scale in schedule:
        passed += scale.iterations
        share = round(iterations * passed / before) - given
        given += share
        scales.append(replace(scale, iterations=share))
    return [scale for scale in scales[:-1] if scale.iterations] + [
        replace(scales[-1], iterations=max(1, scales[-1].iterations))
    ]
