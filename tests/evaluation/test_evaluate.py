import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from stylekit.cli.evaluate import command
from stylekit.errors import StylekitError
from stylekit.evaluation import evaluate
from stylekit.imaging.save import save
from stylekit.training.run import RunDirectory
from stylekit.training.trained_on import record_photographs

SIZE = 32


def test_figures_of_a_run_with_controls(run: Path, photos: Path, cache: Path) -> None:
    report = evaluate(run, photos, size=SIZE, iterations=8, progress=False)
    assert list(report.styles) == ["fine", "coarse"] and len(report.photographs) == 4
    figures = {figure.label: figure for figure in report.styles["coarse"]}
    assert list(figures) == [
        "style, of the photo's own",
        "content",
        "objective",
        "equivalent L-BFGS iterations",
        "style, of the photo's own, random VGG",
        "content, random VGG",
        "objective, random VGG",
    ]
    for network in ("", ", random VGG"):
        # What each control is in itself: no change of content, no style of its own left to gain.
        assert figures[f"content{network}"].values["photo"] == pytest.approx([0.0] * 4, abs=1e-6)
        assert figures[f"style, of the photo's own{network}"].values["photo"] == [1.0] * 4
        assert max(figures[f"style, of the photo's own{network}"].values["crop"]) < 0.2
    content, style, total = (
        np.array(figures[name].values["result"])
        for name in ("content", "style, of the photo's own", "objective")
    )
    own = np.array(figures["objective"].values["photo"])
    np.testing.assert_allclose(total, content + style * own, rtol=1e-4)
    assert figures["equivalent L-BFGS iterations"].values["photo"] == [0.0] * 4
    assert len(list(cache.iterdir())) == 8  # a curve for each photograph and style
    assert json.loads(json.dumps(report.to_dict()))["loss_network"]["name"] == "hed"


def test_a_second_evaluation_computes_no_curve(
    run: Path, photos: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = evaluate(run, photos, size=SIZE, iterations=2, progress=False)

    def forbidden(*_: object) -> None:
        raise AssertionError("a curve was computed twice")

    monkeypatch.setattr("stylekit.evaluation.curves.minimize_in_box", forbidden)
    second = evaluate(run, photos, size=SIZE, iterations=2, progress=False)
    assert second.styles["fine"][3] == first.styles["fine"][3]


def test_photographs_that_were_trained_on_are_named(
    run: Path, photos: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    record_photographs(RunDirectory(run), [photos / "1.png"])
    report = evaluate(run, photos, size=SIZE, iterations=1)
    assert report.to_dict()["trained_on"] == ["1.png"]
    assert "1 of 4 photographs were trained on" in capsys.readouterr().err


def test_the_command_prints_a_table_or_json(run: Path, photos: Path, tmp_path: Path) -> None:
    painting = f"fine={tmp_path / 'fine.png'}"
    arguments = [str(run), "--photos", str(photos), "--style", painting, "--count", "2"]
    arguments += ["--size", str(SIZE), "--iterations", "1"]
    result = CliRunner().invoke(command, arguments, catch_exceptions=False)
    assert "fine: 2 photographs at 32 x 32" in result.stdout and "coarse" not in result.stdout
    result = CliRunner().invoke(command, [*arguments, "--json"], catch_exceptions=False)
    assert list(json.loads(result.stdout)["styles"]) == ["fine"]


def test_what_cannot_be_evaluated(
    run: Path, photos: Path, tmp_path: Path, tiny_model: Path
) -> None:
    def refused(message: str, model: Path = run, styles: tuple[str, ...] = ()) -> None:
        with pytest.raises(StylekitError, match=message):
            evaluate(model, photos, styles, size=SIZE, progress=False)

    save(tmp_path / "corse.png", np.zeros((8, 8, 3), np.float32))
    refused("no style 'corse', did you mean 'coarse'", styles=(str(tmp_path / "corse.png"),))
    refused("missing.png", styles=(f"fine={tmp_path / 'missing.png'}",))
    refused("No such file", tmp_path / "missing.tflite")
    refused("the card of .* is missing", tiny_model)  # its recipe is made up
    with pytest.raises(StylekitError, match="at least 1 iteration"):
        evaluate(run, photos, size=SIZE, iterations=0, progress=False)
