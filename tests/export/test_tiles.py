"""Tiles of an exported network against the whole picture."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from skimage import data

import stylekit
from stylekit.cli.main import main
from stylekit.errors import StylekitError
from stylekit.export.convert import convert
from stylekit.export.options import Size
from stylekit.imaging.color import PRESERVATIONS, Preservation, preserve_color
from stylekit.inference import look
from stylekit.inference import tiles as module
from stylekit.inference.card import ModelCard
from stylekit.inference.large import stylize_large
from stylekit.inference.look import Look
from stylekit.inference.stylizer import Stylizer
from stylekit.models.generator import Generator
from tests.conftest import ModelFile

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def stylizer(converted: bytes, card: ModelCard, model_file: ModelFile) -> Stylizer:
    return Stylizer(model_file(converted, card), threads=1)


@pytest.fixture
def small_tiles(monkeypatch: pytest.MonkeyPatch) -> None:
    """Many tiles of a small photograph; the network has one block, which sees 24 pixels far."""
    monkeypatch.setattr(module, "COMPUTED", 96)
    monkeypatch.setattr(module, "DEFAULT_BLOCKS", 1)
    monkeypatch.setattr(module, "SHEET", 64)


@pytest.fixture(scope="module")
def astronaut() -> np.ndarray:
    """Odd sides, and parts of very different contrast."""
    return (data.astronaut()[:237, :171] / np.float32(255)).astype(np.float32)


@pytest.mark.usefixtures("small_tiles")
def test_exact_tiles_equal_the_whole(stylizer: Stylizer, astronaut: np.ndarray) -> None:
    whole = stylizer.stylize(astronaut, "stars")
    calls: list[tuple[int, int]] = []
    exact = stylizer.stylize_in_tiles(
        astronaut, "stars", mode="exact", on_tile=lambda *call: calls.append(call)
    )
    assert np.abs(exact - whole).max() < 2 / 255
    # Five normalizations, a sweep each at most, and the picture.
    assert calls[-1] == (72, 72) and len(calls) <= 72


@pytest.mark.usefixtures("small_tiles")
def test_fast_tiles_show_no_seams(stylizer: Stylizer, astronaut: np.ndarray) -> None:
    whole = stylizer.stylize(astronaut, "stars")
    fast = stylizer.stylize_in_tiles(astronaut, "stars")
    # The difference from the whole picture is one of tone: no step where tiles meet.
    difference = (fast - whole).mean(axis=2)
    steps = np.abs(np.diff(difference, axis=0)).mean(axis=1)
    seams = [tile.kept_rows.start - 1 for tile in module.tiles(240, 172, (96, 96), 24)]
    at_seams = np.mean([steps[row] for row in set(seams) if row > 0])
    assert at_seams < 1.5 * np.median(steps) + 1e-4


@pytest.mark.usefixtures("small_tiles")
def test_tiles_with_their_own_statistics_would_show(
    stylizer: Stylizer, astronaut: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = stylizer.stylize(astronaut)
    shared = np.abs(stylizer.stylize_in_tiles(astronaut) - whole).mean()
    zeros = np.zeros((1, 1, 1, stylizer._file.statistics_size), np.float32)
    monkeypatch.setattr(module, "_sampled_statistics", lambda *_: zeros)
    own = np.abs(stylizer.stylize_in_tiles(astronaut) - whole).mean()
    assert own > 1.2 * shared


@pytest.mark.usefixtures("small_tiles")
def test_a_file_of_one_size_takes_any_photo_in_tiles(
    generator: Generator, card: ModelCard, astronaut: np.ndarray, model_file: ModelFile
) -> None:
    fixed = Stylizer(model_file(convert(generator, Size(96, 128)), card))
    assert fixed.stylize(astronaut[:20, :30]).shape == (20, 30, 3)
    picture = fixed.stylize(astronaut, "stars")
    assert picture.shape == astronaut.shape and np.isfinite(picture).all()


@pytest.mark.usefixtures("small_tiles")
def test_a_file_too_small_for_tiles_takes_what_fits(
    stylizer: Stylizer,
    generator: Generator,
    card: ModelCard,
    astronaut: np.ndarray,
    model_file: ModelFile,
) -> None:
    # Tiles need more than 48 pixels.
    fixed = Stylizer(model_file(convert(generator, Size(48, 128)), card))
    photo = astronaut[100:148, 20:148]
    np.testing.assert_allclose(fixed.stylize(photo), stylizer.stylize(photo), atol=1e-3)
    assert fixed.stylize(astronaut[:48]).shape == (48, 171, 3)
    with pytest.raises(StylekitError, match="128x48 only, too small for tiles"):
        fixed.stylize(astronaut[:49])


@pytest.mark.usefixtures("small_tiles")
def test_a_file_in_bytes_keeps_its_transparency(
    stylizer: Stylizer, astronaut: np.ndarray, tmp_path: Path
) -> None:
    photo = np.rint(astronaut * 255).astype(np.uint8)
    alpha = np.tile(np.arange(171, dtype=np.uint8), (237, 1))
    Image.fromarray(np.dstack([photo, alpha])).save(tmp_path / "photo.png")
    picture = stylize_large(tmp_path / "photo.png", stylizer, Look())
    floats = stylizer.stylize_in_tiles(photo / np.float32(255))
    assert np.abs(picture.rgb - floats * 255).max() < 1.01
    np.testing.assert_array_equal(picture.alpha, alpha)


@pytest.mark.usefixtures("small_tiles")
@pytest.mark.parametrize("how", PRESERVATIONS)
def test_colours_are_kept_in_strips_as_in_the_whole(
    stylizer: Stylizer,
    astronaut: np.ndarray,
    tmp_path: Path,
    how: Preservation,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("stylekit.inference.large._STRIP", 50 * astronaut.shape[1])
    photo = np.rint(astronaut * 255).astype(np.uint8)
    Image.fromarray(photo).save(tmp_path / "photo.png")
    picture = stylize_large(tmp_path / "photo.png", stylizer, Look())
    kept = stylize_large(tmp_path / "photo.png", stylizer, Look(preserve_color=how))
    assert np.abs(kept.rgb - picture.rgb.astype(int)).mean() > 1
    whole = preserve_color(picture.rgb / np.float32(255), photo / np.float32(255), how)
    np.testing.assert_allclose(kept.rgb, whole * 255, rtol=0, atol=0.5 + 1e-3)


@pytest.mark.usefixtures("small_tiles")
def test_command_and_function_take_tiles_for_large_photos(
    stylizer: Stylizer,
    astronaut: np.ndarray,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    photo, target = tmp_path / "photo.png", tmp_path / "out.png"
    Image.fromarray(np.rint(astronaut * 255).astype(np.uint8)).save(photo)

    def call(*options: str) -> np.ndarray:
        arguments = ("stylize", photo, "--model", stylizer._file._path, "-o", target, *options)
        with pytest.raises(SystemExit) as raised:
            main(list(map(str, arguments)))
        assert raised.value.code == 0, capsys.readouterr().err
        return np.asarray(Image.open(target)).astype(int)

    whole = call()
    exact = call("--tiles", "exact")
    assert np.abs(exact - whole).max() <= 2
    fast = call("--tiles", "fast")
    monkeypatch.setattr(look, "MOST_PIXELS", 100)
    np.testing.assert_array_equal(call(), fast)
    for source in (photo, Image.open(photo)):
        picture = stylekit.stylize(source, model=stylizer)
        np.testing.assert_array_equal(np.asarray(picture), fast)


def test_a_model_without_statistics(tiny_model: Path, photo: np.ndarray) -> None:
    with pytest.raises(StylekitError, match="export it again with this stylekit"):
        Stylizer(tiny_model).stylize_in_tiles(photo)


def test_a_run_in_tiles(tiny_card: ModelCard, photo: np.ndarray) -> None:
    with pytest.raises(StylekitError, match="is a run: export it"):
        Stylizer(lambda padded, *_: padded, card=tiny_card).stylize_in_tiles(photo)
