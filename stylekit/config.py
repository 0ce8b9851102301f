"""Configuration of a training run: dataclasses, read from YAML and checked key by key."""

import dataclasses
import math
import re
import typing
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import ConfigDict, Field, TypeAdapter, ValidationError

from stylekit.errors import StylekitError, nearest

Weight = Annotated[float, Field(strict=True, ge=0, allow_inf_nan=False)]
Positive = Annotated[float, Field(strict=True, gt=0, allow_inf_nan=False)]
Share = Annotated[float, Field(strict=True, ge=0, le=1, allow_inf_nan=False)]
Decay = Annotated[float, Field(strict=True, ge=0, lt=1, allow_inf_nan=False)]
Count = Annotated[int, Field(strict=True, ge=1)]
CountOrZero = Annotated[int, Field(strict=True, ge=0)]
Precision = Literal["float32", "bfloat16", "float16"]
ImageSize = Annotated[int, Field(strict=True, ge=16)]

_NO_UNKNOWN_KEYS = ConfigDict(extra="forbid")


@dataclass(frozen=True)
class StyleConfig:
    """One painting: the name users ask for, and the image file."""

    __pydantic_config__ = _NO_UNKNOWN_KEYS

    name: Annotated[str, Field(min_length=1, pattern=r"^[^:,/\\]+$")]
    path: str


@dataclass(frozen=True)
class ContentConfig:
    """The photographs to train on.

    `source` is a folder, `tfds:NAME[:SPLIT]`, or nothing for the photographs that scikit-image and
    scikit-learn carry. `cache_gigabytes` of decoded photographs stay in memory. `plain_share` of
    the images are flat colours, gradients and noise instead, which teach flat areas.
    """

    __pydantic_config__ = _NO_UNKNOWN_KEYS

    source: str | None = None
    cache_gigabytes: Weight = 2.0
    plain_share: Share = 0.03


@dataclass(frozen=True)
class GeneratorConfig:
    """The network that is trained: its name in the registry, and its size where it has one."""

    __pydantic_config__ = _NO_UNKNOWN_KEYS

    name: str = "small"
    channels: Count | None = None
    blocks: Count | None = None
    upsampling: Literal["resize", "transpose"] = "resize"


@dataclass(frozen=True)
class ObjectiveConfig:
    """What is minimised: content, style and total variation, and the loss network they live on.

    `normalization` "relative" divides the loss of a layer by the mean square of its target, so
    that one recipe serves different paintings; "absolute" is what the papers print. `style_size`
    is the shortest side, in pixels, at which the painting is seen: the size of the brush.
    `preset` only says where the values came from; they are all here.
    """

    __pydantic_config__ = _NO_UNKNOWN_KEYS

    preset: str | None = None
    content_layers: dict[str, Weight] = field(default_factory=lambda: {"relu4_1": 1.0})
    style_layers: dict[str, Weight] = field(
        default_factory=lambda: {f"relu{block}_1": 1.0 for block in range(1, 5)}
    )
    content_weight: Weight = 1.0
    style_weight: Weight = 4.0
    variation_weight: Weight = 0.0
    normalization: Literal["relative", "absolute"] = "relative"
    style_size: ImageSize = 256
    architecture: Literal["auto", "vgg16", "vgg19"] = "auto"
    weights: str = "auto"
    pooling: Literal["max", "avg"] = "max"


@dataclass(frozen=True)
class StageConfig:
    """A stretch of training with one image size; `style_size` overrides the objective's.

    With `photo_size` larger than `image_size`, an image is a part of what a photograph of that
    shortest side would show: small images at the scale of large ones, so that a cheap first stage
    learns the brush strokes of the last. The generator sees `context` more pixels on every side
    than the objective does: where the objective reaches the border, a network learns to paint
    strokes along it. `full_strength_share` of the images are trained at strength 1, the others at
    strengths drawn evenly from [0, 1].
    """

    __pydantic_config__ = _NO_UNKNOWN_KEYS

    steps: Count = 4000
    image_size: ImageSize = 256
    batch_size: Count = 2
    style_size: ImageSize | None = None
    photo_size: ImageSize | None = None
    context: CountOrZero = 32
    full_strength_share: Share = 0.8

    @property
    def seen_size(self) -> int:
        """Size of the images that the generator sees, context included."""
        return self.image_size + 2 * self.context

    @property
    def scale_size(self) -> int:
        """Shortest side of the photographs whose scale the images have."""
        return max(self.photo_size or 0, self.image_size)


@dataclass(frozen=True)
class TrainingConfig:
    """How the objective is minimised.

    The learning rate rises over `warmup_steps`, then stays ("constant") or falls along a half
    cosine ("cosine") to `final_learning_rate_fraction` of itself at the last step.
    `image_balance` "log" minimises the mean logarithm of the images' objectives, weighted by
    strength: each image then counts by its relative progress, so that a few hard photographs do
    not drown the others, nor the faint ones of low strength.
    """

    __pydantic_config__ = _NO_UNKNOWN_KEYS

    stages: Annotated[list[StageConfig], Field(min_length=1)] = field(
        default_factory=lambda: [
            StageConfig(4000, 128, 2, photo_size=256, context=0, full_strength_share=1.0),
            StageConfig(2600, 256, 2),
        ]
    )
    optimizer: Literal["adam", "adamw", "muon"] = "muon"
    learning_rate: Positive = 1e-2
    final_learning_rate_fraction: Share = 0.01
    warmup_steps: CountOrZero = 20
    schedule: Literal["cosine", "constant"] = "cosine"
    image_balance: Literal["log", "none"] = "log"
    clip_norm: Positive | None = 10.0
    ema_decay: Decay = 0.995
    precision: Literal["auto", Precision] = "auto"
    checkpoint_every: Count = 200
    preview_every: Count = 200
    log_every: Count = 1

    @property
    def total_steps(self) -> int:
        """Steps of all stages."""
        return sum(stage.steps for stage in self.stages)


@dataclass(frozen=True)
class RunConfig:
    """A whole training run."""

    __pydantic_config__ = _NO_UNKNOWN_KEYS

    styles: Annotated[list[StyleConfig], Field(min_length=1)]
    name: str = ""
    seed: CountOrZero = 0
    content: ContentConfig = field(default_factory=ContentConfig)
    generator: GeneratorConfig = field(default_factory=GeneratorConfig)
    objective: ObjectiveConfig = field(default_factory=ObjectiveConfig)
    training: TrainingConfig = field(default_factory=TrainingConfig)

    @property
    def style_names(self) -> list[str]:
        """Names of the styles, in the order of the generator's style weights."""
        return [style.name for style in self.styles]


# Total variation of the Torch code is `w / 2` times a sum over pixels on the 0-255 scale; ours is
# a mean on [0, 1]. The factor between them at 256 × 256 × 3, where the recipes were published:
_TORCH_VARIATION = 0.5 * 255**2 * 3 * 256**2

PRESETS: dict[str, dict[str, Any]] = {
    # jcjohnson/fast-neural-style, train.lua: the defaults.
    "johnson": {
        "content_layers": {"relu3_3": 1.0},
        "style_layers": {"relu1_2": 1.0, "relu2_2": 1.0, "relu3_3": 1.0, "relu4_3": 1.0},
        "content_weight": 1.0,
        "style_weight": 5.0,
        "variation_weight": 1e-6 * _TORCH_VARIATION,
        "normalization": "absolute",
    },
    # DmitryUlyanov/texture_nets, README: stylization.
    "texture-nets": {
        "content_layers": {"relu4_2": 1.0},
        "style_layers": {"relu1_2": 1.0, "relu2_2": 1.0, "relu3_2": 1.0, "relu4_2": 1.0},
        "content_weight": 1.0,
        "style_weight": 10.0,
        "variation_weight": 0.0,
        "normalization": "absolute",
    },
    # jcjohnson/neural-style, neural_style.lua: the defaults, with the layers of Gatys et al. 2016.
    "gatys": {
        "content_layers": {"relu4_2": 1.0},
        "style_layers": {f"relu{block}_1": 1.0 for block in range(1, 6)},
        "content_weight": 5.0,
        "style_weight": 100.0,
        "variation_weight": 1e-3 * _TORCH_VARIATION,
        "normalization": "absolute",
    },
}


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


def parse_config(data: Mapping[str, Any], where: str = "configuration") -> RunConfig:
    """A checked configuration from nested mappings; `where` names their origin in messages.

    Raises:
        StylekitError: an unknown key (the message names the nearest), a wrong type, or a value
            out of range; the message gives the key's path and the value.
    """
    data = dict(data)
    if isinstance(data.get("objective"), Mapping):
        data["objective"] = _with_preset(data["objective"], where)
    try:
        config = TypeAdapter(RunConfig).validate_python(data)
    except ValidationError as error:
        raise StylekitError(f"{where}: {_problem(error)}") from error
    names = config.style_names
    if len(set(names)) < len(names):
        raise StylekitError(f"{where}: styles: two styles have the same name in {names}")
    return config


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


def to_yaml(config: RunConfig) -> str:
    """The resolved configuration as YAML; `parse_config(yaml)` gives it back."""
    return yaml.safe_dump(dataclasses.asdict(config), sort_keys=False, allow_unicode=True)


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
