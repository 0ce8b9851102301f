"""From nested mappings to a checked configuration, or to one line that says what is wrong."""

import dataclasses
import math
import typing
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from pydantic import TypeAdapter, ValidationError

from stylekit.config.mappings import merged
from stylekit.config.presets import PRESETS, TASKS
from stylekit.config.schema import ContentConfig, RunConfig
from stylekit.errors import StylekitError, nearest


def parse_config(data: Mapping[str, Any], where: str = "configuration") -> RunConfig:
    """A checked configuration from nested mappings; `where` names their origin in messages.

    Raises:
        StylekitError: an unknown key (the message names the nearest), a wrong type, or a value
            out of range; the message gives the key's path and the value.
    """
    data = dict(data)
    if isinstance(data.get("objective"), Mapping):
        data["objective"] = _with_preset(data["objective"], where)
    if data.get("task") == "texture":
        data = _as_texture(data, where)
    try:
        config = TypeAdapter(RunConfig).validate_python(data)
    except ValidationError as error:
        raise StylekitError(f"{where}: {_problem(error)}") from error
    names = config.style_names
    if len(set(names)) < len(names):
        raise StylekitError(f"{where}: styles: two styles have the same name in {names}")
    for name in config.start.added_styles if config.start else []:
        if name not in names:
            raise StylekitError(
                f"{where}: start.added_styles: unknown style {name!r}{_suggestion(name, names)}"
            )
    for index, style in enumerate(config.styles):
        if style.path is None and style in config.learned_styles:
            raise StylekitError(f"{where}: the key 'styles.{index}.path' is missing")
    _check_diversity(config, where)
    return config


def _check_diversity(config: RunConfig, where: str) -> None:
    """Raise StylekitError unless there are pictures to compare where any are to be."""
    diversity = config.objective.diversity
    if config.task == "style_transfer" and diversity.samples > 1 and not config.generator.noise:
        raise StylekitError(
            f"{where}: objective.diversity.samples = {diversity.samples}: pictures of one "
            "photograph differ by noise, which the generator has none of: set generator.noise"
        )
    if diversity.entropy_weight and diversity.samples == 1:
        raise StylekitError(
            f"{where}: objective.diversity.entropy_weight = {diversity.entropy_weight:g}: entropy "
            "needs at least two pictures to compare: set objective.diversity.samples"
        )
    for index, stage in enumerate(config.training.stages):
        if stage.batch_size % diversity.samples:
            raise StylekitError(
                f"{where}: training.stages.{index}.batch_size = {stage.batch_size}: must be a "
                f"multiple of objective.diversity.samples = {diversity.samples}"
            )


def _as_texture(data: dict[str, Any], where: str) -> dict[str, Any]:
    """The defaults of a texture training under the given values, none of which is of photographs.

    Malformed parts stay as they are.
    """
    data = merged(TASKS["texture"], data)
    if data.get("content") not in (None, {}, asdict(ContentConfig())):
        raise StylekitError(f"{where}: content: textures are made of noise, not of photographs")
    start = data.get("start")
    if isinstance(start, Mapping) and start.get("added_styles"):
        raise StylekitError(
            f"{where}: start.added_styles: all textures of a network are trained together"
        )
    if isinstance(data["objective"], Mapping) and data["objective"].get("content_layers"):
        raise StylekitError(f"{where}: objective.content_layers: textures have no content")
    training = data["training"]
    if isinstance(training, Mapping) and isinstance(training.get("stages"), list):
        stages = [_as_texture_stage(stage, where) for stage in training["stages"]]
        data["training"] = {**training, "stages": stages}
    return data


# Values of a stage of a texture training that leave out what only photographs have.
_WITHOUT_PHOTOGRAPHS = {"photo_size": None, "context": 0, "full_strength_share": 1.0}


def _as_texture_stage(stage: Any, where: str) -> Any:
    if not isinstance(stage, Mapping):
        return stage
    for key, value in _WITHOUT_PHOTOGRAPHS.items():
        if stage.get(key, value) != value:
            raise StylekitError(f"{where}: training.stages: {key} is of photographs: leave it out")
    return {**stage, **_WITHOUT_PHOTOGRAPHS}


def _with_preset(objective: Mapping[str, Any], where: str) -> dict[str, Any]:
    """The preset's values under the given ones."""
    preset = objective.get("preset")
    if preset is None:
        return dict(objective)
    if preset not in PRESETS:
        raise StylekitError(
            f"{where}: objective.preset: unknown preset {preset!r}"
            f"{_suggestion(str(preset), list(PRESETS))}"
        )
    return {**PRESETS[preset], **objective}


def _problem(error: ValidationError) -> str:
    """The first problem in one line: path of the key, value, what was wanted."""
    first = error.errors()[0]
    location = [part for part in first["loc"] if part != "[key]"]
    path = ".".join(str(part) for part in location)
    if first["type"] == "unexpected_keyword_argument":
        known = _known_keys(location[:-1])
        return f"unknown key {path!r}{_suggestion(str(location[-1]), known)}"
    if first["type"] == "missing":
        return f"the key {path!r} is missing"
    message = first["msg"]
    return f"{path} = {_shown(first['input'])}: {message[:1].lower()}{message[1:]}"


def _shown(value: Any) -> str:
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _suggestion(name: str, known: list[str]) -> str:
    close = nearest(name, known)
    return f"; did you mean {close!r}?" if close else f"; known are {', '.join(known)}"


def _known_keys(location: list[int | str]) -> list[str]:
    """Names of the fields of the dataclass at a path through `RunConfig`."""
    owner: Any = RunConfig
    for part in location:
        if isinstance(part, int):
            continue
        owner = _dataclass_in(typing.get_type_hints(owner)[part])
    return [known.name for known in dataclasses.fields(owner)]


def _dataclass_in(annotation: Any) -> Any:
    """The dataclass that an annotation such as `list[StageConfig]` is about, if any."""
    if dataclasses.is_dataclass(annotation):
        return annotation
    found = (_dataclass_in(argument) for argument in typing.get_args(annotation))
    return next((owner for owner in found if owner is not None), None)
