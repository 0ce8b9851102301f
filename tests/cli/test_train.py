from pathlib import Path
from typing import Any

import click
import numpy as np
import pytest
from click.testing import CliRunner

import stylekit.training as training
from stylekit.cli.train import command
from stylekit.config import RunConfig
from stylekit.errors import StylekitError
from stylekit.imaging.save import save
from stylekit.training import RunResult

SUMMARY: dict[str, Any] = {
    "steps": 12,
    "total_steps": 12,
    "minutes": 1.25,
    "losses": {"content": 0.5, "style": 0.25},
    "photographs": {"broken": {}},
}


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What the command hands to `train`, which does nothing here."""
    found: list[dict[str, Any]] = []

    def train(config: RunConfig, output: str, **options: Any) -> RunResult:
        found.append({"config": config, "output": output, **options})
        return RunResult(Path(output), True, None, SUMMARY)

    monkeypatch.setattr(training, "train", train)
    return found


@pytest.fixture
def painting(tmp_path: Path) -> Path:
    path = tmp_path / "great_wave.png"
    save(path, np.zeros((8, 8, 3), np.float32))
    return path


def _run(*arguments: str) -> Any:
    result = CliRunner().invoke(command, list(arguments))
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def test_styles_are_named_after_their_files(
    calls: list[dict[str, Any]], painting: Path, tmp_path: Path
) -> None:
    odd = tmp_path / "night, at sea.v2.png"
    result = _run("--style", str(painting), "--style", str(odd), "-o", "run")
    (call,) = calls
    assert call["config"].style_names == ["great_wave", "night_ at sea.v2"]
    assert call["config"].styles[0].path == str(painting)
    assert call["output"] == "run" and not call["resume"] and not call["overwrite"]
    assert "step 12 of 12 after 1.2 minutes, content 0.500, style 0.250" in result.output


def test_flags_override_the_file(calls: list[dict[str, Any]], tmp_path: Path) -> None:
    file = tmp_path / "run.yaml"
    file.write_text(
        "styles: [{name: wave, path: wave.jpg}]\n"
        "objective: {preset: gatys, style_size: 300, weights: imagenet}\n"
        "training:\n"
        "  optimizer: adamw\n"
        "  stages:\n"
        "  - {steps: 300, image_size: 128, style_size: 128}\n"
        "  - {steps: 100, image_size: 256}\n"
    )
    flags = (
        "--steps 41 --seed 9 --generator johnson --image-size 64 --batch-size 3 "
        "--learning-rate 0.5 --style-size 96 --precision float32 --loss-weights hed "
        "--content tfds:coco --minutes 2.5"
    )
    _run("--config", str(file), *flags.split(), "-o", "run")
    (call,) = calls
    config = call["config"]
    assert [stage.steps for stage in config.training.stages] == [31, 10]
    assert {stage.image_size for stage in config.training.stages} == {64}
    assert {stage.batch_size for stage in config.training.stages} == {3}
    assert {stage.style_size for stage in config.training.stages} == {None}
    assert config.objective.style_size == 96 and config.objective.weights == "hed"
    assert config.objective.style_weight == 100.0  # the preset's
    assert (config.seed, config.generator.name) == (9, "johnson")
    assert (config.training.learning_rate, config.training.precision) == (0.5, "float32")
    assert config.training.optimizer == "adamw"
    assert config.content.source == "tfds:coco"
    assert config.styles[0].path == str(tmp_path / "wave.jpg")
    assert call["minutes"] == 2.5


def test_steps_of_many_stages_add_up(calls: list[dict[str, Any]], tmp_path: Path) -> None:
    file = tmp_path / "run.yaml"
    file.write_text(
        "styles: [{name: wave, path: wave.jpg}]\n"
        "training: {stages: [{steps: 1}, {steps: 1}, {steps: 1}]}\n"
    )
    _run("--config", str(file), "--steps", "100", "-o", "run")
    stages = calls[0]["config"].training.stages
    assert [stage.steps for stage in stages] == [33, 34, 33]


def test_steps_too_few_for_all_stages(calls: list[dict[str, Any]], tmp_path: Path) -> None:
    file = tmp_path / "run.yaml"
    file.write_text(
        "styles: [{name: wave, path: wave.jpg}]\ntraining: {stages: [{steps: 99}, {steps: 1}]}\n"
    )
    with pytest.raises(StylekitError, match="--steps 9 are too few for 2 stages"):
        _run("--config", str(file), "--steps", "9", "-o", "run")
    assert not calls


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--learning-rate", "nan"], r"training\.learning_rate = nan"),
        (["--learning-rate", "-1"], r"training\.learning_rate = -1\.0"),
        (["--batch-size", "0"], r"training\.stages\.0\.batch_size = 0"),
        (["--precision", "int8"], r"training\.precision = 'int8'"),
        (["--seed", "-3"], r"seed = -3"),
    ],
)
def test_flags_are_checked_as_the_file_is(
    calls: list[dict[str, Any]], painting: Path, arguments: list[str], message: str
) -> None:
    with pytest.raises(StylekitError, match=message):
        _run("--style", str(painting), "-o", "run", *arguments)
    assert calls == []


def test_without_a_style(calls: list[dict[str, Any]]) -> None:
    with pytest.raises(StylekitError, match="give --style or --texture IMAGE"):
        _run("-o", "run")


def test_a_style_is_added_to_a_shipped_model(
    calls: list[dict[str, Any]], painting: Path, tmp_path: Path
) -> None:
    added = tmp_path / "waterfall.png"
    added.write_bytes(painting.read_bytes())
    _run("--from", "classics", "--add-style", str(added), "--batch-size", "3", "-o", "run")
    config = calls[0]["config"]
    assert config.style_names[-1] == "waterfall" and "starry_night" in config.style_names
    assert [style.name for style in config.learned_styles] == ["waterfall"]
    assert config.start.weights == "classics" and config.objective.weights == "hed"
    assert {stage.batch_size for stage in config.training.stages} == {3}


def test_other_styles_are_trained_from_a_shipped_model(
    calls: list[dict[str, Any]], painting: Path
) -> None:
    _run("--from", "classics", "--style", str(painting), "-o", "run")
    config = calls[0]["config"]
    assert config.style_names == ["great_wave"] and not config.rows_alone
    with pytest.raises(StylekitError, match="give --style or --texture IMAGE"):
        _run("--from", "classics", "-o", "run")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--add-style", "a.jpg"], "give --from"),
        (["--from", "classics", "--add-style", "a.jpg", "--style", "b.jpg"], "give one"),
        (["--from", "clasics", "--add-style", "a.jpg"], "did you mean 'classics'"),
        (["--from", "classics", "--resume"], "leave out --from"),
        (["--from", "/no/such.weights.h5", "--style", "a.jpg"], "there are no weights"),
    ],
)
def test_weights_to_start_from_that_do_not_do(
    calls: list[dict[str, Any]], arguments: list[str], message: str
) -> None:
    with pytest.raises(StylekitError, match=message):
        _run(*arguments, "-o", "run")
    assert calls == []


def test_a_dry_run_prints_a_plan_and_needs_no_output(
    calls: list[dict[str, Any]], painting: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = training.Plan("small, great_wave", [], 1.0, 2.0, 10**9, 10**6)
    monkeypatch.setattr(training, "plan", lambda config: made)
    assert "memory: 1.0 GB" in _run("--style", str(painting), "--dry-run").output
    assert calls == []
    for flags in (["--minutes", "3"], ["--overwrite"], ["--resume"]):
        with pytest.raises(StylekitError, match="--dry-run trains nothing"):
            _run("--style", str(painting), "--dry-run", "-o", "run", *flags)
    assert "Missing option '-o'" in _run("--style", str(painting)).stderr


def test_resume_and_overwrite_exclude_each_other(calls: list[dict[str, Any]]) -> None:
    with pytest.raises(StylekitError, match="give only one"):
        _run("-o", "run", "--resume", "--overwrite")


def test_resume_without_a_run(calls: list[dict[str, Any]], tmp_path: Path) -> None:
    with pytest.raises(StylekitError, match="no run directory"):
        _run("-o", str(tmp_path / "run"), "--resume")


@pytest.mark.parametrize(
    ("stopped_by", "status"), [("SIGINT", 130), ("SIGTERM", 143), ("minutes", 0)]
)
def test_a_stopped_training_says_how_to_go_on(
    monkeypatch: pytest.MonkeyPatch, painting: Path, stopped_by: str, status: int
) -> None:
    monkeypatch.setattr(
        training,
        "train",
        lambda _, output, **__: RunResult(Path(output), False, stopped_by, SUMMARY),
    )
    result = _run("--style", str(painting), "-o", "my run")
    assert result.exit_code == status
    assert f"stopped by {stopped_by}" in result.stderr
    assert "stylekit train --resume --output 'my run'" in result.stderr


def test_a_training_that_stops_before_its_first_step(
    monkeypatch: pytest.MonkeyPatch, painting: Path
) -> None:
    summary = {**SUMMARY, "steps": 0, "losses": {"content": None, "style": None}}
    monkeypatch.setattr(
        training, "train", lambda _, output, **__: RunResult(Path(output), False, "SIGINT", summary)
    )
    result = _run("--style", str(painting), "-o", "run")
    assert result.exit_code == 130
    assert "run: step 0 of" in result.output and "content" not in result.output


def test_broken_photographs_are_counted_and_named(
    monkeypatch: pytest.MonkeyPatch, painting: Path
) -> None:
    summary = {**SUMMARY, "photographs": {"broken": {"a/1.jpg": "empty", "a/2.jpg": "truncated"}}}
    monkeypatch.setattr(
        training, "train", lambda _, output, **__: RunResult(Path(output), True, None, summary)
    )
    result = _run("--style", str(painting), "-o", "run")
    assert "2 photographs could not be read: a/1.jpg, a/2.jpg" in result.output


def test_every_flag_has_a_help_text() -> None:
    assert all(option.help for option in command.params if isinstance(option, click.Option))


def test_textures(calls: list[dict[str, Any]], painting: Path) -> None:
    _run("--texture", str(painting), "-o", "run")
    config = calls[0]["config"]
    assert config.task == "texture" and config.generator.name == "texture_small"
    assert [style.path for style in config.styles] == [str(painting)]
    with pytest.raises(StylekitError, match="leave out --style and --add-style"):
        _run("--texture", str(painting), "--style", str(painting), "-o", "run")
    with pytest.raises(StylekitError, match="'classics' paints photographs: give --style"):
        _run("--from", "classics", "--texture", str(painting), "-o", "run")
    with pytest.raises(StylekitError, match="textures are made of noise"):
        _run("--texture", str(painting), "--content", "photos", "-o", "run")
