import dataclasses
from pathlib import Path
from typing import Any

import pytest
import yaml

from stylekit.config import (
    PRESETS,
    RunConfig,
    first_difference,
    merged,
    parse_config,
    read_config,
    read_yaml,
    to_yaml,
)
from stylekit.errors import StylekitError

STYLES = {"styles": [{"name": "wave", "path": "wave.jpg"}]}


def _error(data: dict[str, Any]) -> str:
    with pytest.raises(StylekitError) as caught:
        parse_config({**STYLES, **data}, where="run.yaml")
    message = str(caught.value)
    assert "\n" not in message
    return message


def test_defaults_need_a_style_only() -> None:
    config = parse_config(STYLES)
    assert config.style_names == ["wave"]
    assert config.training.total_steps == sum(stage.steps for stage in config.training.stages)


def test_the_resolved_configuration_reads_back() -> None:
    config = parse_config(
        {
            **STYLES,
            "objective": {"preset": "johnson", "style_weight": 7.0},
            "training": {"stages": [{"steps": 3}, {"steps": 4, "style_size": 64}]},
        }
    )
    assert parse_config(yaml.safe_load(to_yaml(config))) == config


@pytest.mark.parametrize(
    ("data", "path", "suggestion"),
    [
        ({"trainnig": {}}, "'trainnig'", "'training'"),
        ({"training": {"learning_rte": 1e-3}}, "'training.learning_rte'", "'learning_rate'"),
        ({"training": {"stages": [{"step": 5}]}}, "'training.stages.0.step'", "'steps'"),
        ({"objective": {"style_layer": {}}}, "'objective.style_layer'", "'style_layers'"),
        ({"content": {"src": "x"}}, "'content.src'", "source"),
        ({"styles": [{"name": "a", "path": "b", "nam": 1}]}, "'styles.0.nam'", "'name'"),
    ],
)
def test_an_unknown_key_names_the_nearest(data: dict[str, Any], path: str, suggestion: str) -> None:
    message = _error(data)
    assert f"unknown key {path}" in message
    assert suggestion in message.split(path)[1]


@pytest.mark.parametrize(
    ("data", "parts"),
    [
        ({"seed": "seven"}, ["seed = 'seven'", "integer"]),
        ({"seed": 1.5}, ["seed = 1.5", "integer"]),
        ({"seed": True}, ["seed = True", "integer"]),
        ({"training": {"learning_rate": "fast"}}, ["training.learning_rate = 'fast'", "number"]),
        ({"training": []}, ["training = []"]),
        ({"training": {"stages": []}}, ["training.stages = []", "1 item"]),
        ({"training": {"stages": [{"steps": 0}]}}, ["training.stages.0.steps = 0", "1"]),
        ({"training": {"schedule": "linear"}}, ["training.schedule = 'linear'", "'cosine'"]),
        ({"training": {"precision": "int8"}}, ["training.precision = 'int8'", "'bfloat16'"]),
        ({"training": {"clip_norm": 0.0}}, ["training.clip_norm = 0.0", "greater than 0"]),
        ({"generator": {"channels": "x"}}, ["generator.channels = 'x'", "integer"]),
        ({"content": {"source": 3}}, ["content.source = 3", "string"]),
        ({"content": {"plain_share": 1.5}}, ["content.plain_share = 1.5", "1"]),
        ({"styles": []}, ["styles = []"]),
        ({"styles": [{"name": "a:b", "path": "x"}]}, ["styles.0.name = 'a:b'"]),
        ({"styles": [{"name": "a"}]}, ["'styles.0.path' is missing"]),
    ],
)
def test_a_wrong_value_names_its_path_the_value_and_what_is_wanted(
    data: dict[str, Any], parts: list[str]
) -> None:
    message = _error(data)
    assert message.startswith("run.yaml: ")
    assert all(part in message for part in parts), message


@pytest.mark.parametrize("value", [float("nan"), -0.5, float("inf")])
@pytest.mark.parametrize(
    ("data", "path"),
    [
        (lambda v: {"objective": {"style_weight": v}}, "objective.style_weight"),
        (lambda v: {"objective": {"style_layers": {"relu1_2": v}}}, "style_layers.relu1_2"),
        (lambda v: {"training": {"learning_rate": v}}, "training.learning_rate"),
    ],
)
def test_weights_that_are_no_weights(data: Any, path: str, value: float) -> None:
    assert f"{path} = {value}" in _error(data(value))


def test_two_styles_of_one_name() -> None:
    style = {"name": "wave", "path": "a"}
    assert "same name" in _error({"styles": [style, {**style, "path": "b"}]})


def test_a_preset_lies_under_the_given_values() -> None:
    config = parse_config({**STYLES, "objective": {"preset": "johnson", "style_weight": 9.0}})
    assert config.objective.style_weight == 9.0
    assert config.objective.content_layers == PRESETS["johnson"]["content_layers"]
    assert config.objective.normalization == "absolute"


@pytest.mark.parametrize("preset", PRESETS)
def test_presets_are_valid(preset: str) -> None:
    assert parse_config({**STYLES, "objective": {"preset": preset}}).objective.preset == preset


def test_an_unknown_preset_names_the_nearest() -> None:
    assert "did you mean 'johnson'" in _error({"objective": {"preset": "jonson"}})


def test_yaml_numbers_with_an_exponent_are_numbers(tmp_path: Path) -> None:
    file = tmp_path / "run.yaml"
    file.write_text("styles: [{name: a, path: b}]\ntraining: {learning_rate: 1e-3}\n")
    assert read_config(file).training.learning_rate == 0.001


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("training: {learning_rate: 1", "line"),
        ("a:\n\t- b", "line 2"),
        ("seed: 1\nseed: 2\n", "'seed' is given twice (line 2)"),
        ("- a\n- b\n", "list"),
        ("just words", "str"),
    ],
)
def test_broken_yaml(tmp_path: Path, text: str, problem: str) -> None:
    file = tmp_path / "run.yaml"
    file.write_text(text)
    with pytest.raises(StylekitError) as caught:
        read_yaml(file)
    message = str(caught.value)
    assert str(file) in message and problem in message and "\n" not in message


def test_files_that_are_no_text(tmp_path: Path) -> None:
    (tmp_path / "run.yaml").write_bytes(b"\xff\xfe\x00")
    for path in (tmp_path / "run.yaml", tmp_path / "missing.yaml", tmp_path):
        with pytest.raises(StylekitError, match="cannot read the configuration"):
            read_yaml(path)


def test_paths_are_relative_to_the_file_and_overrides_are_not(tmp_path: Path) -> None:
    file = tmp_path / "run.yaml"
    file.write_text("styles: [{name: a, path: b.jpg}]\ncontent: {source: photos}\n")
    config = read_config(file)
    assert config.styles[0].path == str(tmp_path / "b.jpg")
    assert config.content.source == str(tmp_path / "photos")
    (tmp_path / "vgg.h5").write_bytes(b"")
    file.write_text("styles: [{name: a, path: b.jpg}]\nobjective: {weights: vgg.h5}\n")
    assert read_config(file).objective.weights == str(tmp_path / "vgg.h5")
    file.write_text("styles: [{name: a, path: b.jpg}]\nobjective: {weights: hed}\n")
    assert read_config(file).objective.weights == "hed"
    config = read_config(file, {"content": {"source": "elsewhere"}})
    assert config.content.source == "elsewhere"
    file.write_text("styles: [{name: a, path: /b.jpg}]\ncontent: {source: 'tfds:coco:train'}\n")
    config = read_config(file)
    assert config.styles[0].path == "/b.jpg"
    assert config.content.source == "tfds:coco:train"


def test_merged_goes_down_into_mappings() -> None:
    base = {"a": {"b": 1, "c": 2}, "d": [1, 2]}
    assert merged(base, {"a": {"c": 3}, "d": [4]}) == {"a": {"b": 1, "c": 3}, "d": [4]}
    assert base == {"a": {"b": 1, "c": 2}, "d": [1, 2]}


def test_first_difference_names_the_key() -> None:
    def config(**training: Any) -> RunConfig:
        return parse_config({**STYLES, "training": training})

    same = config(stages=[{"steps": 3}])
    assert first_difference(same, config(stages=[{"steps": 3}])) is None
    longer = config(stages=[{"steps": 5}])
    assert first_difference(same, longer) == "training.stages.0.steps was 3, now 5"
    more = config(stages=[{"steps": 3}, {"steps": 1}])
    assert "training.stages was" in str(first_difference(same, more))


def test_configurations_do_not_share_their_defaults() -> None:
    one, other = parse_config(STYLES), parse_config(STYLES)
    one.objective.style_layers["relu5_1"] = 1.0
    assert "relu5_1" not in other.objective.style_layers
    assert dataclasses.is_dataclass(one.objective)


@pytest.mark.parametrize(
    ("diversity", "generator", "message"),
    [
        (
            {"entropy_weight": 0.5},
            {"noise": 3},
            "run.yaml: objective.diversity.entropy_weight = 0.5: entropy needs at least two "
            "pictures to compare: set objective.diversity.samples",
        ),
        (
            {"entropy_weight": 0.5, "samples": 2},
            {"noise": 3},
            "run.yaml: training.stages.1.batch_size = 1: must be a multiple of "
            "objective.diversity.samples = 2",
        ),
        (
            {"samples": 2},
            {},
            "run.yaml: objective.diversity.samples = 2: pictures of one photograph differ by "
            "noise, which the generator has none of: set generator.noise",
        ),
        (
            {"entropy_wieght": 0.5},
            {},
            "run.yaml: unknown key 'objective.diversity.entropy_wieght'; did you mean "
            "'entropy_weight'?",
        ),
    ],
)
def test_diversity_needs_pictures_to_compare(
    diversity: dict[str, Any], generator: dict[str, Any], message: str
) -> None:
    stages = [{"batch_size": 4}, {"batch_size": 1}]
    data = {
        "objective": {"diversity": diversity},
        "generator": generator,
        "training": {"stages": stages},
    }
    assert _error(data) == message
