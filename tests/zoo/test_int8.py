"""Shipped models are computed in int8 where that is quick, and in floats where it is promised."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import stylekit
from stylekit import Stylizer, zoo
from stylekit.cli.main import main
from stylekit.imaging.load import load_rgb
from stylekit.imaging.save import save
from stylekit.inference import api, look, plan
from stylekit.inference.card import read_card
from stylekit.inference.plan import plan_photo
from stylekit.zoo import shipped

Processor = Callable[[bool], None]


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> Processor:
    """Says whether the processor has AVX512-VNNI; the API forgets models that it has opened."""

    def set_flags(has: bool) -> None:
        flags = {"avx2", "avx512_vnni"} if has else {"avx2"}
        monkeypatch.setattr(shipped, "processor_flags", lambda: flags)
        api._warm.cache_clear()

    yield set_flags
    api._warm.cache_clear()


@pytest.fixture
def photo_file(tmp_path: Path) -> Path:
    """A file whose pixels are bytes, so that what is read is what was written."""
    photo = np.random.default_rng(1).integers(0, 256, (40, 52, 3)) / 255
    (tmp_path / "photos").mkdir()
    save(tmp_path / "photos" / "a.png", photo)
    return tmp_path / "photos" / "a.png"


def _expected(photo: Path, form: str) -> np.ndarray:
    """The picture that a form of `classics` gives, in bytes, in the default style."""
    model = zoo.find("classics")
    file = {"float16": model.tflite, "dynamic": model.dynamic}[form]
    picture = Stylizer(file).stylize(load_rgb(photo), zoo.default_style("classics"))
    return np.rint(picture * 255)


def _form(picture: np.ndarray, photo: Path) -> str:
    """Which form of `classics` gave a picture `[height, width, 3]` in bytes; the forms differ."""
    forms = [form for form in ("float16", "dynamic") if (picture == _expected(photo, form)).all()]
    assert len(forms) == 1
    return forms[0]


def _run(*arguments: object) -> None:
    with pytest.raises(SystemExit) as raised:
        main([str(argument) for argument in arguments])
    assert raised.value.code == 0


@pytest.mark.parametrize("name", ["classics", "starry_noise"])
def test_the_files_are_of_one_network(name: str) -> None:
    model = zoo.find(name)
    assert model.dynamic is not None
    floats, integers = read_card(model.tflite), read_card(model.dynamic)
    assert (floats.precision, integers.precision) == ("float16", "dynamic")
    for what in ("name", "styles", "noise", "margin", "training", "recipe", "losses", "terms"):
        assert getattr(floats, what) == getattr(integers, what)
    photo = load_rgb(model.previews["starry_night"])[:128, :160]
    pictures = [
        Stylizer(file).stylize(photo, "starry_night") for file in (model.tflite, model.dynamic)
    ]
    error = np.square(pictures[0] - pictures[1]).mean()
    assert 0 < error < 10**-3.4


def test_only_photographs_have_an_int8_form() -> None:
    assert zoo.find("textures").dynamic is None


def test_python(photo_file: Path, quick: Processor) -> None:
    def form(**options: bool) -> str:
        return _form(np.asarray(stylekit.stylize(photo_file, **options)), photo_file)

    quick(True)
    assert Stylizer("classics").card.precision == "dynamic"
    assert Stylizer("classics", precise=True).card.precision == "float16"
    assert Stylizer(zoo.model_path("classics")).card.precision == "float16"
    assert (form(), form(precise=True)) == ("dynamic", "float16")
    stylizer = Stylizer("classics")
    floats = stylekit.stylize(photo_file, model=stylizer, precise=True)
    assert _form(np.asarray(floats), photo_file) == "float16"
    quick(False)
    assert Stylizer("classics").card.precision == "float16"
    assert (form(), form(precise=True)) == ("float16", "float16")


def test_noise_and_a_name_for_the_default_style(quick: Processor, photo: np.ndarray) -> None:
    quick(True)
    stylizer = Stylizer("starry_noise")
    assert stylizer.card.precision == "dynamic"
    assert np.abs(stylizer.stylize(photo, seed=1) - stylizer.stylize(photo, seed=2)).max() > 0.01
    assert Stylizer("classics").in_floats.default_style == Stylizer("classics").default_style


def test_tiles_are_computed_in_floats(quick: Processor, photo: np.ndarray) -> None:
    quick(True)
    stylizer = Stylizer("classics", threads=1)
    assert stylizer.takes_tiles and stylizer._in_floats is None  # nothing is opened in vain
    tiled = stylizer.stylize_in_tiles(photo, "udnie", mode="exact")
    floats = stylizer.in_floats
    assert floats.card.precision == "float16" and floats is stylizer.in_floats
    np.testing.assert_allclose(tiled, floats.stylize(photo, "udnie"), atol=1 / 255)
    precise = Stylizer("classics", threads=1, precise=True)
    assert precise.in_floats is precise
    np.testing.assert_array_equal(tiled, precise.stylize_in_tiles(photo, "udnie", mode="exact"))


def test_the_plan_of_tiles_is_of_floats(
    photo_file: Path, quick: Processor, monkeypatch: pytest.MonkeyPatch
) -> None:
    quick(True)
    monkeypatch.setattr(plan, "_SMALL", 32)
    monkeypatch.setattr(plan, "_LARGE", 64)
    for most, in_tiles in ((1_000_000, False), (1000, True)):
        for module in (look, plan):
            monkeypatch.setattr(module, "MOST_PIXELS", most)
        stylizer = Stylizer("classics", threads=1)
        planned = plan_photo(stylizer, photo_file, 1)
        assert planned.in_tiles == (stylizer._in_floats is not None) == in_tiles


def test_the_command(photo_file: Path, quick: Processor, tmp_path: Path) -> None:
    target = tmp_path / "out.png"

    def form(*options: object) -> str:
        _run("stylize", photo_file, "-o", target, *options)
        return _form(np.rint(load_rgb(target) * 255), photo_file)

    quick(True)
    assert (form(), form("--precise"), form("--model", "classics")) == (
        "dynamic", "float16", "dynamic",
    )  # fmt: skip
    file = ("--model", zoo.model_path("classics"), "--style", "starry_night")
    assert (form(*file), form(*file, "--precise")) == ("float16", "float16")
    quick(False)
    assert (form(), form("--precise")) == ("float16", "float16")


def test_a_folder(photo_file: Path, quick: Processor, tmp_path: Path) -> None:
    second = photo_file.with_name("b.png")
    second.write_bytes(photo_file.read_bytes())

    def forms(*options: object) -> list[str]:
        _run("stylize", photo_file.parent, "-o", tmp_path / "out", *options)
        pictures = [load_rgb(tmp_path / "out" / path.name) for path in (photo_file, second)]
        return [_form(np.rint(picture * 255), photo_file) for picture in pictures]

    quick(True)
    assert forms() == ["dynamic"] * 2 and forms("--precise") == ["float16"] * 2
    quick(False)
    assert forms() == ["float16"] * 2


def test_a_sheet(photo_file: Path, quick: Processor, tmp_path: Path) -> None:
    def sheet(*options: object) -> bytes:
        _run("sheet", photo_file, "--size", 64, "-o", tmp_path / "sheet.png", *options)
        return (tmp_path / "sheet.png").read_bytes()

    quick(True)
    integers, precise = sheet(), sheet("--precise")
    quick(False)
    assert integers != precise == sheet()


def test_models_lists_the_file(capsys: pytest.CaptureFixture[str]) -> None:
    _run("models", "--json")
    described = {model["name"]: model["files"] for model in json.loads(capsys.readouterr().out)}
    for name in ("classics", "starry_noise"):
        path = Path(described[name]["dynamic"]["path"])
        assert described[name]["dynamic"]["bytes"] == path.stat().st_size
    assert "dynamic" not in described["textures"]
    _run("models")
    assert "\n  dynamic: " in capsys.readouterr().out
