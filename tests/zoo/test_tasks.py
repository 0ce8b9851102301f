"""Every command takes the shipped models that suit it, and says in a line where one does not."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from stylekit.cli.main import main
from stylekit.errors import StylekitError
from stylekit.imaging.load import load_rgb
from stylekit.imaging.save import save
from stylekit.inference.stylizer import Stylizer
from stylekit.inference.textures import TextureSampler
from stylekit.web.site import make_site


def _run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as raised:
        main([str(argument) for argument in arguments])
    printed = capsys.readouterr()
    return int(raised.value.code or 0), printed.out, printed.err


@pytest.fixture
def photo_file(tmp_path: Path, photo: np.ndarray) -> Path:
    path = tmp_path / "photo.png"
    save(path, photo)
    return path


def test_models(three_models: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = _run(capsys, "models")
    described = dict(entry.split(": ", 1) for entry in _entries(out))
    assert list(described) == ["classics", "starry_noise", "textures"]
    assert described["textures"].startswith(
        "texture, tiny\n  textures: sand, water (default: sand)"
    )
    assert "style" not in described["textures"]
    assert "noise: each --seed" in described["starry_noise"]
    assert "noise" not in described["classics"]
    _, out, _ = _run(capsys, "models", "--json")
    *_, noise, textures = json.loads(out)
    assert noise["styles"] == ["waves"] and noise["noise"]
    assert textures["task"] == "texture" and textures["default_texture"] == "sand"
    assert textures["textures"] == ["sand", "water"] and "styles" not in textures
    file = three_models / "textures" / "textures.tflite"
    assert textures["files"]["tflite"] == {"path": str(file), "bytes": file.stat().st_size}


def _entries(text: str) -> list[str]:
    """What stands at the start of a line, with the indented lines below it."""
    entries: list[str] = []
    for line in text.splitlines():
        if line.startswith(" "):
            entries[-1] += f"\n{line}"
        else:
            entries.append(line)
    return entries


def test_info(three_models: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = _run(capsys, "info", "textures")
    assert code == 0 and "\ntextures: sand, water\n" in out and "\nstyles:" not in out


def test_sample(three_models: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    named, default = tmp_path / "named.png", tmp_path / "default.png"
    options = ("--texture", "water", "--size", "32x40", "--seed", 3)
    assert _run(capsys, "sample", "textures", *options, "-o", named)[0] == 0
    assert _run(capsys, "sample", *options, "-o", default)[0] == 0
    assert named.read_bytes() == default.read_bytes()
    expected = TextureSampler("textures").sample("water", 3, 32, 40)
    np.testing.assert_allclose(load_rgb(named), expected, atol=0.6 / 255)


def test_sample_where_no_texture_model_is_shipped(
    three_models: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.rmtree(three_models / "textures")
    code, _, err = _run(capsys, "sample", "-o", tmp_path / "x.png")
    assert code == 2 and "no texture model is shipped: name an exported file or a run" in err


def test_seeds(
    three_models: Path, photo_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def stylized(seed: int) -> np.ndarray:
        target = tmp_path / f"{seed}.png"
        options = ("--model", "starry_noise", "--seed", seed, "-o", target)
        assert _run(capsys, "stylize", photo_file, *options)[0] == 0
        return load_rgb(target)

    assert np.abs(stylized(3) - stylized(4)).mean() > 0.01
    expected = Stylizer("starry_noise").stylize(load_rgb(photo_file), seed=3)
    np.testing.assert_allclose(stylized(3), expected, atol=0.6 / 255)


def test_models_of_the_wrong_task(
    three_models: Path, photo_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "output"
    picture = output.with_suffix(".png")
    for arguments in (
        ("stylize", photo_file, "--model", "textures", "-o", picture),
        ("stylize", photo_file, photo_file, "--model", "textures"),
        ("sheet", photo_file, "--model", "textures", "-o", picture),
        ("info", "textures", "--plan", photo_file),
        ("benchmark", "textures"),
    ):
        code, _, err = _run(capsys, *arguments)
        assert code == 2 and len(err.splitlines()) == 1, arguments
        assert "'textures' makes textures" in err and "'stylekit sample'" in err
    for name in ("classics", "starry_noise"):
        code, _, err = _run(capsys, "sample", name, "-o", picture)
        assert code == 2 and len(err.splitlines()) == 1
        assert f"'{name}' paints photographs" in err and "'stylekit stylize'" in err
    code, _, err = _run(capsys, "export", "textures", "--android", output)
    assert code == 2 and "the app paints photographs" in err
    assert not output.exists() and not picture.exists()


def test_evaluate(three_models: Path, photo_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("tensorflow")
    options = ("--photos", photo_file.parent, "--style", photo_file)
    code, _, err = _run(capsys, "evaluate", "textures", *options)
    assert code == 2 and "'textures' makes textures" in err


def test_the_page_offers_what_paints_photographs(
    three_models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "page").mkdir()
    (tmp_path / "page" / "index.html").touch()
    monkeypatch.setattr("stylekit.web.site._PLACES", (tmp_path / "page",))
    index = json.loads(make_site().read("models/index.json") or "")
    assert [entry["name"] for entry in index] == ["classics", "starry_noise"]
    with pytest.raises(StylekitError, match="paints no photographs"):
        make_site(["textures"])
