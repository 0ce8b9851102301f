"""Configurations in YAML files."""

import dataclasses
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from stylekit.config.check import parse_config
from stylekit.config.mappings import merged, with_paths_from
from stylekit.config.schema import RunConfig
from stylekit.errors import StylekitError


class _Loader(yaml.SafeLoader):
    """YAML in which `1e-3` is a number, as in YAML 1.2, and a key given twice is an error."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys: set[str] = set()
        for key, _ in node.value:
            if key.value in keys:
                raise yaml.constructor.ConstructorError(
                    None, None, f"the key {key.value!r} is given twice", key.start_mark
                )
            keys.add(key.value)
        return super().construct_mapping(node, deep)


_Loader.yaml_implicit_resolvers = {
    letter: list(resolvers) for letter, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:float",
    re.compile(r"^[-+]?[0-9]+(\.[0-9]*)?[eE][-+]?[0-9]+$"),
    list("-+0123456789"),
)


def read_yaml(path: str | Path) -> dict[str, Any]:
    """The mapping in a YAML file, unchecked.

    Raises:
        StylekitError: the file is missing, is not YAML, or does not hold a mapping.
    """
    try:
        text = Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not a text file"
        raise StylekitError(f"cannot read the configuration {str(path)!r}: {reason}") from error
    try:
        # A subclass of the safe loader: it makes plain values only.
        data = yaml.load(text, Loader=_Loader)  # noqa: S506
    except yaml.YAMLError as error:
        raise StylekitError(f"{path} is not valid YAML: {_yaml_problem(error)}") from error
    if data is None:
        return {}
    if not isinstance(data, dict):
        raise StylekitError(f"{path} must hold keys and values, but holds a {type(data).__name__}")
    return data


def _yaml_problem(error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    problem = str(getattr(error, "problem", None) or "unreadable text")
    return problem if mark is None else f"{problem} (line {mark.line + 1})"


def read_config(path: str | Path, overrides: Mapping[str, Any] | None = None) -> RunConfig:
    """A configuration from a YAML file, with `overrides` (nested mappings) laid over it.

    Relative paths of style images and of the photographs' folder are relative to the file.

    Raises:
        StylekitError: the file cannot be read, or a key or value is wrong.
    """
    data = merged(with_paths_from(read_yaml(path), Path(path).parent), overrides or {})
    return parse_config(data, where=str(path))


def to_yaml(config: RunConfig) -> str:
    """The resolved configuration as YAML; `parse_config(yaml)` gives it back."""
    return yaml.safe_dump(dataclasses.asdict(config), sort_keys=False, allow_unicode=True)
