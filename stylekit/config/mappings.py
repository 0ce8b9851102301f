"""Configurations as nested mappings: laid over each other, compared, with paths made absolute."""

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from stylekit.config.schema import RunConfig


def with_paths_from(data: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """The mapping with its relative paths made absolute, seen from `folder`.

    Malformed parts stay as they are, for `parse_config` to complain about.
    """
    data, folder = dict(data), folder.resolve()
    if isinstance(data.get("styles"), list):
        data["styles"] = [
            {**style, "path": str(folder / style["path"])}
            if isinstance(style, Mapping) and isinstance(style.get("path"), str)
            else style
            for style in data["styles"]
        ]
    content, objective = data.get("content"), data.get("objective")
    if isinstance(content, Mapping) and isinstance(content.get("source"), str):
        if not content["source"].startswith("tfds:"):
            data["content"] = {**content, "source": str(folder / content["source"])}
    if isinstance(objective, Mapping) and isinstance(objective.get("weights"), str):
        if (folder / objective["weights"]).is_file():
            data["objective"] = {**objective, "weights": str(folder / objective["weights"])}
    start = data.get("start")
    if isinstance(start, Mapping) and isinstance(start.get("weights"), str):
        # A word alone may be the name of a shipped model.
        if Path(start["weights"]).name != start["weights"]:
            data["start"] = {**start, "weights": str(folder / start["weights"])}
    return data


def merged(base: Mapping[str, Any], overrides: Mapping[str, Any]) -> dict[str, Any]:
    """`base` with the values of `overrides`; mappings are merged key by key."""
    result = dict(base)
    for key, value in overrides.items():
        if isinstance(value, Mapping) and isinstance(result.get(key), Mapping):
            result[key] = merged(result[key], value)
        else:
            result[key] = value
    return result


def first_difference(before: RunConfig, after: RunConfig) -> str | None:
    """Path and both values of the first key that differs, or nothing."""
    return _difference(dataclasses.asdict(before), dataclasses.asdict(after), "")


def _difference(before: Any, after: Any, path: str) -> str | None:
    if isinstance(before, dict) and isinstance(after, dict) and before.keys() == after.keys():
        parts = ((f"{path}.{key}".strip("."), before[key], after[key]) for key in before)
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        parts = (
            (f"{path}.{index}", *pair) for index, pair in enumerate(zip(before, after, strict=True))
        )
    else:
        return None if before == after else f"{path} was {before!r}, now {after!r}"
    return next((found for key, a, b in parts if (found := _difference(a, b, key))), None)
