"""The figures of an evaluation, and which of them may be shown."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from stylekit.evaluation.intervals import CONFIDENCE, Interval, differ, mean_interval

# The network's picture, and the two controls that stand beside it in every table.
CANDIDATES = {
    "result": "result",
    "photo": "untouched photo",
    "crop": "crop of painting",
}

CONTROLS = [candidate for candidate in CANDIDATES if candidate != "result"]

INTERVAL = f"mean [{CONFIDENCE:.0%} interval by Student's t over photographs]"


@dataclass(frozen=True)
class Figure:
    """One figure of one style, for the result and the controls.

    Attributes:
        label: what it is.
        values: for each of `CANDIDATES`, a value for each photograph, in the report's order.
        better: which values are, of a figure that judges a picture as a whole: "low" or "high".
            None for one that judges an aspect, in which a control is perfect.
        at_least: for how many photographs the result's value is a lower bound.
    """

    label: str
    values: dict[str, list[float]]
    better: Literal["low", "high"] | None = None
    at_least: int = 0

    def interval(self, candidate: str) -> Interval:
        """Mean and confidence interval of a candidate."""
        return mean_interval(self.values[candidate])

    @property
    def not_told_apart(self) -> list[str]:
        """Controls that the figure cannot tell from the result; it is worth nothing if any."""
        return [
            control
            for control in CONTROLS
            if not differ(self.values["result"], self.values[control])
        ]

    @property
    def put_first(self) -> list[str]:
        """Controls that the figure prefers to the result."""
        if self.better is None:
            return []
        sign = 1 if self.better == "low" else -1
        own = sign * self.interval("result").mean
        return [control for control in CONTROLS if sign * self.interval(control).mean < own]


@dataclass(frozen=True)
class Report:
    """What an evaluation found.

    Attributes:
        model: what was evaluated, in the user's words.
        photographs: names of the files.
        trained_on: those of them that the network was trained on, as far as its run says.
        size: side of the squares that were stylized, in pixels.
        iterations: of L-BFGS, at most.
        loss_network: source of the weights that the objective is on.
        styles: figures by the name of the style.
    """

    model: str
    photographs: Sequence[str]
    trained_on: Sequence[str]
    size: int
    iterations: int
    loss_network: dict[str, Any]
    styles: dict[str, list[Figure]]

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain values; a figure that tells nothing apart has no numbers."""
        return {
            "model": self.model,
            "photographs": list(self.photographs),
            "trained_on": list(self.trained_on),
            "size": self.size,
            "strength": 1.0,
            "iterations": self.iterations,
            "interval": f"{CONFIDENCE:.0%}, Student's t over photographs",
            "loss_network": self.loss_network,
            "styles": {
                name: {figure.label: _described(figure) for figure in figures}
                for name, figures in self.styles.items()
            },
        }

    def to_text(self) -> str:
        """A table for each style."""
        return "\n\n".join(self._table(name) for name in self.styles)

    def _table(self, style: str) -> str:
        shown = [figure for figure in self.styles[style] if not figure.not_told_apart]
        rows = [["", *CANDIDATES.values()], *([figure.label, *_cells(figure)] for figure in shown)]
        widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
        lines = [
            f"{style}: {len(self.photographs)} photographs at {self.size} x {self.size}, "
            f"strength 1, {INTERVAL}"
        ]
        for label, *cells in rows:
            padded = (cell.rjust(width) for cell, width in zip(cells, widths[1:], strict=True))
            lines.append("  ".join([f"  {label:{widths[0]}}", *padded]))
        lines += [
            f"  not shown: {figure.label}, which cannot tell the result from the "
            + " and the ".join(CANDIDATES[control] for control in figure.not_told_apart)
            for figure in self.styles[style]
            if figure.not_told_apart
        ]
        lines += [
            f"  {figure.label}: better for the "
            + " and the ".join(CANDIDATES[control] for control in figure.put_first)
            + " than for the result"
            for figure in shown
            if figure.put_first
        ]
        lines += [
            f"  {figure.label}: more than counted for {figure.at_least} photographs"
            for figure in shown
            if figure.at_least
        ]
        return "\n".join(lines)


def _described(figure: Figure) -> dict[str, Any]:
    if figure.not_told_apart:
        return {"not_told_apart": figure.not_told_apart}
    return {
        candidate: {**asdict(figure.interval(candidate)), "values": figure.values[candidate]}
        for candidate in CANDIDATES
    } | {"at_least": figure.at_least, "put_first": figure.put_first}


def _cells(figure: Figure) -> list[str]:
    """The result with its interval, the controls as means."""
    found = figure.interval("result")
    result = f"{_short(found.mean)} [{_short(found.low)}, {_short(found.high)}]"
    return [
        result if candidate == "result" else _short(figure.interval(candidate).mean)
        for candidate in CANDIDATES
    ]


def _short(value: float) -> str:
    return f"{value:.3f}" if abs(value) < 10 else f"{value:.1f}"
