"""Errors for people."""

import difflib
from collections.abc import Iterable

# What to do without the packages of training. By its name, pip would get another project.
INSTALL_TRAINING = "in stylekit's folder, pip install '.[train]'"


class StylekitError(Exception):
    """What was wrong, the value received, and what to do; printed by the CLI as one line."""


def nearest(name: str, known: Iterable[str]) -> str:
    """The known name that looks most like `name`, or an empty string when none does."""
    by_lower_case = {candidate.lower(): candidate for candidate in known}
    matches = difflib.get_close_matches(name.lower(), list(by_lower_case), n=1)
    return by_lower_case[matches[0]] if matches else ""
