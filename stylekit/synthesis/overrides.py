"""What a user may change of a recipe."""

from typing import Any


def given(**options: Any) -> dict[str, Any]:
    """Those of the options that are not None: they take the place of a recipe's values."""
    return {name: value for name, value in options.items() if value is not None}
