import io
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from stylekit.cli import stylize as module
from stylekit.cli.main import main
from stylekit.imaging.load import load, load_rgb
from stylekit.imaging.save import save
from stylekit.inference import look
from stylekit.inference.card import ModelCard

Stylize = Callable[..., tuple[object, str, str]]


@pytest.fixture
def stylize(capsys: pytest.CaptureFixture[str]) -> Stylize:
    """Run the command; gives exit code, stdout and stderr without LiteRT's own messages."""

    def run(*arguments: str | Path) -> tuple[object, str, str]:
        with pytest.raises(SystemExit) as raised:
            main(["stylize", *map(str, arguments)])
        captured = capsys.readouterr()
        return raised.value.code, captured.out, captured.err

    return run


@pytest.fixture
def photo_file(tmp_path: Path, photo: np.ndarray) -> Path:
    save(tmp_path / "photo.png", photo)
    return tmp_path / "photo.png"


def test_a_picture_beside_the_photo(stylize: Stylize, photo_file: Path, tiny_model: Path) -> None:
    code, out, err = stylize(photo_file, "--model", tiny_model)
    assert (code, err) == (0, "")
    target = photo_file.with_name("photo_stylized.png")
    assert out.startswith(f"{target}: 34x21, negative, strength 1, ")
    np.testing.assert_allclose(load_rgb(target), 1 - load_rgb(photo_file), atol=0.6 / 255)


@pytest.mark.parametrize(
    ("name", "expected"),
    [("a.JPG", "a_stylized.JPG"), ("b.webp", "b_stylized.webp"), ("c.gif", "c_stylized.png")],
)
def test_the_default_output_keeps_the_format(
    stylize: Stylize, tmp_path: Path, tiny_model: Path, name: str, expected: str
) -> None:
    Image.new("RGB", (9, 5), "white").save(tmp_path / name)
    code, _, _ = stylize(tmp_path / name, "--model", tiny_model)
    assert code == 0
    assert load_rgb(tmp_path / expected).mean() < 0.02


def test_style_strength_and_report(
    stylize: Stylize, photo_file: Path, tiny_model: Path, tmp_path: Path
) -> None:
    output = tmp_path / "out.png"
    code, out, _ = stylize(
        photo_file, "--model", tiny_model, "-o", output, "--threads", "1", "--json",
        "--style", "negative:3,blur:1", "--strength", "0.5",
    )  # fmt: skip
    report = json.loads(out)
    assert code == 0 and report.pop("seconds") >= 0
    assert report == {
        "photo": str(photo_file),
        "output": str(output),
        "width": 34,
        "height": 21,
        "model": "tiny",
        "styles": {"negative": 0.75, "blur": 0.25},
        "strength": 0.5,
        "preserve_color": None,
    }


def test_strength_0_is_the_photo(stylize: Stylize, photo_file: Path, tiny_model: Path) -> None:
    assert stylize(photo_file, "--model", tiny_model, "--strength", "0")[0] == 0
    target = photo_file.with_name("photo_stylized.png")
    np.testing.assert_array_equal(load_rgb(target), load_rgb(photo_file))


def test_alpha_and_orientation(
    stylize: Stylize, tmp_path: Path, tiny_model: Path, photo: np.ndarray
) -> None:
    pixels = np.rint(np.dstack([photo, photo[:, :, 0]]) * 255).astype(np.uint8)
    exif = Image.Exif()
    exif[274] = 6
    Image.fromarray(pixels).save(tmp_path / "a.png", exif=exif)
    assert stylize(tmp_path / "a.png", "--model", tiny_model)[0] == 0
    picture = load(tmp_path / "a_stylized.png")
    upright = np.rot90(pixels, -1).astype(np.float32) / 255
    np.testing.assert_array_equal(picture.alpha, upright[:, :, 3])
    np.testing.assert_allclose(picture.rgb, 1 - upright[:, :, :3], atol=0.6 / 255)


def test_one_pixel(stylize: Stylize, tmp_path: Path, tiny_model: Path) -> None:
    Image.new("RGB", (1, 1), (255, 0, 51)).save(tmp_path / "dot.png")
    assert stylize(tmp_path / "dot.png", "--model", tiny_model)[0] == 0
    assert Image.open(tmp_path / "dot_stylized.png").getpixel((0, 0)) == (0, 255, 204)


def test_max_size_shrinks_but_never_enlarges(
    stylize: Stylize, photo_file: Path, tiny_model: Path, tmp_path: Path
) -> None:
    output = tmp_path / "out.png"
    for size, expected in ((17, (10, 17, 3)), (100, (21, 34, 3))):
        arguments = (photo_file, "--model", tiny_model, "-o", output, "--max-size", size)
        assert stylize(*arguments)[0] == 0
        assert load_rgb(output).shape == expected


def test_max_size_shrinks_alpha_too(stylize: Stylize, tmp_path: Path, tiny_model: Path) -> None:
    Image.new("RGBA", (40, 20), (255, 0, 0, 51)).save(tmp_path / "a.png")
    assert stylize(tmp_path / "a.png", "--model", tiny_model, "--max-size", 10)[0] == 0
    picture = load(tmp_path / "a_stylized.png")
    np.testing.assert_allclose(picture.alpha, np.full((5, 10), 0.2), atol=1e-6)


def test_too_many_pixels_name_max_size(
    stylize: Stylize, photo_file: Path, tiny_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(look, "MOST_PIXELS", 200)  # the photo has 714
    code, _, err = stylize(photo_file, "--model", tiny_model)
    assert code == 2 and err.count("\n") == 1 and "give --max-size 17 or less" in err
    assert stylize(photo_file, "--model", tiny_model, "--max-size", "25")[0] == 2
    assert stylize(photo_file, "--model", tiny_model, "--max-size", "17")[0] == 0


def test_the_limit_is_16_megapixels(stylize: Stylize, tmp_path: Path, tiny_model: Path) -> None:
    Image.new("1", (4001, 4000)).save(tmp_path / "large.png")
    code, _, err = stylize(tmp_path / "large.png", "--model", tiny_model)
    assert code == 2 and "more than 16: give --max-size 4000 or less" in err


def _refused(stylize: Stylize, *arguments: str | Path) -> str:
    """The line of an error."""
    code, out, err = stylize(*arguments)
    assert code == 2 and out == ""
    assert err.startswith("stylekit: ") and err.count("\n") == 1
    return err


def test_a_pattern_twice(stylize: Stylize, photo_file: Path, tiny_model: Path) -> None:
    pattern = photo_file.with_name("*.png")
    assert stylize(pattern, "--model", tiny_model)[0] == 0
    target = photo_file.with_name("photo_stylized.png")
    code, out, err = stylize(pattern, "--model", tiny_model)
    assert code == 0 and out.startswith(f"{target}: ")
    assert err == f"skipped {target}: stylekit writes it from a photo given here\n"
    assert sorted(photo_file.parent.iterdir()) == [photo_file, target]


def test_bad_photos(stylize: Stylize, tmp_path: Path, photo_file: Path, tiny_model: Path) -> None:
    (tmp_path / "empty.jpg").touch()
    (tmp_path / "text.jpg").write_text("dear diary")
    (tmp_path / "half.png").write_bytes(photo_file.read_bytes()[:900])
    before = sorted(tmp_path.iterdir())
    for name, reason in (
        ("missing.jpg", "No such file"),
        ("empty.jpg", "is empty"),
        ("text.jpg", "is not an image"),
        ("half.png", "truncated"),
    ):
        err = _refused(stylize, tmp_path / name, "--model", tiny_model)
        assert reason in err and name in err
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (["--style", "negatif"], "unknown style 'negatif', did you mean 'negative'?"),
        (["--style", "negative:nan"], "not 'nan'"),
        (["--style", "negative:-1,blur:2"], "not '-1'"),
        (["--style", ""], "unknown style ''; the model has negative, blur"),
        (["--strength", "2"], "from 0 to 1, not '2'"),
        (["--strength", "nan"], "from 0 to 1, not 'nan'"),
    ],
)
def test_bad_options(
    stylize: Stylize, photo_file: Path, tiny_model: Path, options: list[str], reason: str
) -> None:
    assert reason in _refused(stylize, photo_file, "--model", tiny_model, *options)
    assert list(photo_file.parent.iterdir()) == [photo_file]


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("missing/out.png", "No such file or directory"),
        ("photo.png/out.png", "Not a directory"),
        ("folder.png", "it is a folder"),
        ("out.xyz", "unknown suffix '.xyz'"),
    ],
)
def test_a_bad_output_is_found_out_before_the_model_runs(
    stylize: Stylize,
    photo_file: Path,
    tiny_model: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    reason: str,
) -> None:
    def never(*_: object) -> None:
        raise AssertionError("the model was loaded")

    monkeypatch.setattr(module, "open_stylizer", never)
    (photo_file.parent / "folder.png").mkdir()
    output = photo_file.parent / name
    assert reason in _refused(stylize, photo_file, "--model", tiny_model, "-o", output)


def test_bad_models(
    stylize: Stylize, tmp_path: Path, photo_file: Path, tiny_model: Path, tiny_tflite: bytes
) -> None:
    (tmp_path / "half.tflite").write_bytes(tiny_model.read_bytes()[:2000])
    (tmp_path / "foreign.tflite").write_bytes(tiny_tflite)
    (tmp_path / "text.tflite").write_text("not a model")
    before = sorted(tmp_path.iterdir())
    for name, reason in (
        ("missing.tflite", "No such file"),
        ("half.tflite", "is damaged or incomplete"),
        ("foreign.tflite", "has no model card"),
        ("text.tflite", "is not a TensorFlow Lite model"),
    ):
        err = _refused(stylize, photo_file, "--model", tmp_path / name)
        assert reason in err and name in err
    assert sorted(tmp_path.iterdir()) == before


def test_a_run_directory(
    stylize: Stylize,
    photo_file: Path,
    tmp_path: Path,
    tiny_card: ModelCard,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run = tmp_path / "run"
    run.mkdir()

    def load_run(path: str) -> tuple[Callable[..., np.ndarray], ModelCard]:
        assert Path(path) == run
        return (lambda photo, style_weights, strength: photo * 0.5), tiny_card

    monkeypatch.setattr("stylekit.training.run.load_run", load_run)
    assert stylize(photo_file, "--model", run)[0] == 0
    target = photo_file.with_name("photo_stylized.png")
    np.testing.assert_allclose(load_rgb(target), load_rgb(photo_file) / 2, atol=0.6 / 255)


def test_a_folder_that_is_no_run(stylize: Stylize, photo_file: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert "empty" in _refused(stylize, photo_file, "--model", tmp_path / "empty")


def test_tensorflow_is_not_imported(photo_file: Path, tiny_model: Path) -> None:
    code = (
        "import sys\n"
        "from stylekit.cli.main import main\n"
        "try:\n    main(sys.argv[1:])\n"
        "except SystemExit as end:\n    print('exit code', end.code)\n"
        "print([m for m in ('tensorflow', 'keras', 'scipy', 'pydantic') if m in sys.modules])"
    )
    command = [sys.executable, "-c", code, "stylize", str(photo_file), "--model", str(tiny_model)]
    result = subprocess.run(command, capture_output=True, text=True)
    assert result.stdout.endswith("exit code 0\n[]\n"), result.stdout + result.stderr
    assert photo_file.with_name("photo_stylized.png").is_file()


def test_a_seed_for_a_model_without_noise(
    stylize: Stylize, photo_file: Path, tiny_model: Path, tmp_path: Path
) -> None:
    target = tmp_path / "out.png"
    code, out, err = stylize(photo_file, "--model", tiny_model, "--seed", "3", "-o", target)
    assert (code, out, target.exists()) == (2, "", False)
    assert err.endswith(
        "the model 'tiny' has no noise, and makes one picture of a photo: leave the seed out\n"
    )
    code, _, err = stylize(photo_file, "--model", tiny_model, "--seed", "-1")
    assert code == 2 and "0<=x<=4294967295" in err


def test_several_photos_and_a_bad_one(stylize: Stylize, photo_file: Path, tiny_model: Path) -> None:
    other, bad = photo_file.with_name("other.png"), photo_file.with_name("bad.png")
    other.write_bytes(photo_file.read_bytes())
    bad.write_text("dear diary")
    code, out, err = stylize(photo_file, bad, other, "--model", tiny_model)
    assert code == 1
    names = [line.split(":")[0] for line in out.splitlines()]
    assert names == [str(p.with_name(f"{p.stem}_stylized.png")) for p in (photo_file, other)]
    first, last = err.splitlines()
    assert first.startswith("stylekit: ") and "bad.png" in first
    assert last.startswith("2 of 3 photos stylized in ")
    assert other.with_name("other_stylized.png").is_file()


def test_several_photos_of_which_none_can_be_read(
    stylize: Stylize, tmp_path: Path, tiny_model: Path
) -> None:
    photos = [tmp_path / "a.png", tmp_path / "b.png"]
    code, out, err = stylize(*photos, "--model", tiny_model, "--json")
    assert code == 2
    assert [json.loads(line)["photo"] for line in out.splitlines()] == list(map(str, photos))
    assert err.count("No such file") == 2 and "0 of 2 photos" in err
    assert list(tmp_path.iterdir()) == []


def test_a_folder(stylize: Stylize, tmp_path: Path, tiny_model: Path) -> None:
    for name in ("in/a.jpg", "in/deep/b.gif"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (20, 16), "white").save(tmp_path / name)
    code, out, _ = stylize(tmp_path / "in", "--model", tiny_model, "--json", "--threads", "2")
    reports = [json.loads(line) for line in out.splitlines()]
    assert code == 0 and [report["width"] for report in reports] == [20, 20]
    for name in ("a.jpg", "deep/b.png"):
        assert load_rgb(tmp_path / "in_stylized" / name).mean() < 0.02


def test_colours_kept(stylize: Stylize, tmp_path: Path, tiny_model: Path) -> None:
    Image.new("RGB", (12, 12), (120, 100, 110)).save(tmp_path / "a.png")
    arguments = (tmp_path / "a.png", "--model", tiny_model, "--preserve-color", "luminance")
    code, out, _ = stylize(*arguments)
    assert code == 0 and "luminance kept" in out
    red, green, blue = Image.open(tmp_path / "a_stylized.png").getpixel((5, 5))
    assert red - green == pytest.approx(20, abs=1) and blue - green == pytest.approx(10, abs=1)
    assert 140 < red < 170  # the negative, 135, of the light; not of the hue
    assert "unknown way" in _refused(stylize, tmp_path / "a.png", "--preserve-color", "hue")


def _piped(content: bytes, *arguments: str | Path) -> "subprocess.CompletedProcess[bytes]":
    command = [sys.executable, "-m", "stylekit", *map(str, arguments)]
    return subprocess.run(command, input=content, capture_output=True)


def test_from_stdin_to_stdout(photo_file: Path, tiny_model: Path) -> None:
    photo = load_rgb(photo_file)
    result = _piped(photo_file.read_bytes(), "-", "--model", tiny_model)
    np.testing.assert_allclose(load_rgb(io.BytesIO(result.stdout)), 1 - photo, atol=0.6 / 255)
    assert result.returncode == 0
    assert result.stderr.decode().startswith("-: 34x21, negative, strength 1, ")
    assert sorted(photo_file.parent.iterdir()) == [photo_file]


def test_bad_stdin(tiny_model: Path) -> None:
    for content, reason in ((b"", "standard input is empty"), (b"x", "'standard input' is not")):
        result = _piped(content, "-", "--model", tiny_model)
        assert result.returncode == 2 and result.stdout == b""
        assert reason in result.stderr.decode() and result.stderr.count(b"\n") == 1


def test_streams_that_are_closed(photo_file: Path, tiny_model: Path) -> None:
    target = photo_file.with_name("photo_stylized.png")
    for arguments, shell, reason in (
        (["-"], "<&-", "standard input is empty"),
        ([photo_file, "-o", "-"], ">&-", "standard output is closed"),
        ([photo_file], ">&- 2>&-", ""),
    ):
        words = map(str, [sys.executable, "-m", "stylekit", *arguments, "--model", tiny_model])
        result = subprocess.run(
            ["sh", "-c", f'"$@" {shell}', "sh", *words], capture_output=True, text=True
        )
        assert result.returncode == (2 if reason else 0) and result.stdout == ""
        assert reason in result.stderr and result.stderr.count("\n") == bool(reason)
    assert target.is_file()


def test_a_name_that_begins_with_a_dash(
    photo_file: Path, tiny_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(photo_file.parent)
    for arguments in (["--"], ["stylize", "--model", str(tiny_model), "--"]):
        photo_file.rename("-p.png") if photo_file.exists() else Path("-p_stylized.png").unlink()
        with pytest.raises(SystemExit) as raised:
            main([*arguments, "-p.png"])
        assert raised.value.code == 0 and Path("-p_stylized.png").is_file()


def test_stdin_is_alone(stylize: Stylize, photo_file: Path, tiny_model: Path) -> None:
    assert "give no others" in _refused(stylize, "-", photo_file, "--model", tiny_model)


def test_a_photo_in_the_place_of_a_command(
    photo_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as raised:
        main([str(photo_file)])
    out = capsys.readouterr().out
    assert raised.value.code == 0
    target = photo_file.with_name("photo_stylized.png")
    assert out.startswith(f"{target}: 34x21, starry_night, strength 1, ")
    assert target.is_file()


def test_on_a_terminal_the_sheet_is_shown_to_who_chose_no_style(
    stylize: Stylize, photo_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spaced = photo_file.rename(photo_file.with_name("my photo.png"))
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    hint = f"see it in every style: stylekit sheet '{spaced}'\n"
    assert stylize(spaced, "--max-size", 16)[2].endswith(hint)
    assert "stylekit sheet" not in stylize(spaced, "--max-size", 16, "--style", "udnie")[2]
    monkeypatch.setattr(module, "_standard_input", lambda: io.BytesIO(spaced.read_bytes()))
    assert "stylekit sheet" not in stylize("-", "--max-size", 16, "-o", spaced)[2]


def test_a_photo_that_is_not_there_is_no_unknown_command(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("missing.jpg", str(tmp_path / "missing"), "missing*"):
        with pytest.raises(SystemExit) as raised:
            main([name])
        assert raised.value.code == 2
        assert "missing" in capsys.readouterr().err


def test_an_unknown_shipped_model(stylize: Stylize, photo_file: Path) -> None:
    err = _refused(stylize, photo_file, "--model", "clasics")
    assert "there is no shipped model 'clasics': did you mean 'classics'?" in err
    assert "there is no shipped model ''" in _refused(stylize, photo_file, "--model", "")


def test_tiles_say_nothing_of_litert(photo_file: Path, tmp_path: Path) -> None:
    # In a process of its own: LiteRT says only once that it starts.
    target = tmp_path / "out.png"
    result = _piped(b"", "stylize", photo_file, "--tiles", "fast", "-o", target)
    assert (result.returncode, result.stderr) == (0, b"") and target.is_file()


def test_tiles_are_for_one_photo_at_its_size(stylize: Stylize, photo_file: Path) -> None:
    for options in ((photo_file.with_name("other.png"),), ("--max-size", 10)):
        code, out, err = stylize(photo_file, *options, "--tiles", "fast")
        assert code == 2 and out == "" and err.count("\n") == 1
        assert "--tiles is for one photo" in err
