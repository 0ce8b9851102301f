from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import stylekit
from stylekit import StylekitError, Stylizer, zoo
from stylekit.imaging.save import save


@pytest.fixture
def photo_file(tmp_path: Path, photo: np.ndarray) -> Path:
    save(tmp_path / "photo.png", photo)
    return tmp_path / "photo.png"


def test_from_a_file_and_from_an_image(photo_file: Path, tiny_model: Path) -> None:
    photo = Image.open(photo_file)
    for source in (photo_file, str(photo_file), photo):
        picture = stylekit.stylize(source, model=tiny_model)
        assert picture.mode == "RGB"
        np.testing.assert_allclose(np.asarray(picture), 255 - np.asarray(photo), atol=1)


def test_every_choice(photo_file: Path, tiny_model: Path) -> None:
    model = Stylizer(tiny_model)
    half = stylekit.stylize(photo_file, model=model, style="negative", strength=0.5)
    np.testing.assert_allclose(np.asarray(half), 127.5, atol=1)
    kept = stylekit.stylize(photo_file, model=model, preserve_color="luminance", max_size=17)
    assert kept.size == (17, 10)
    with pytest.raises(StylekitError, match="did you mean 'negative'"):
        stylekit.stylize(photo_file, model=model, style="negativ")
    with pytest.raises(StylekitError, match="unknown way"):
        stylekit.stylize(photo_file, model=model, preserve_color="hue")  # type: ignore[arg-type]


def test_transparency_and_orientation(tiny_model: Path) -> None:
    image = Image.new("RGBA", (12, 8), (255, 0, 51, 128))
    picture = stylekit.stylize(image, model=tiny_model)
    assert (picture.mode, picture.size) == ("RGBA", (12, 8))
    assert picture.getpixel((3, 3)) == (0, 255, 204, 128)


@pytest.mark.parametrize(
    ("photo", "options", "message"),
    [
        (np.zeros((8, 8, 3)), {}, "from a file, a stream or an image of Pillow: not from ndarray"),
        (None, {}, "not from NoneType"),
        (Image.new("RGB", (8, 8)), {"preserve_color": ""}, "unknown way to preserve colour ''"),
        (Image.new("RGB", (8, 8)), {"style": ""}, "unknown style ''"),
        (Image.new("RGB", (8, 8)), {"max_size": 0}, "cannot resize"),
    ],
)
def test_mistakes(photo: Any, options: dict[str, Any], message: str, tiny_model: Path) -> None:
    with pytest.raises(StylekitError, match=message):
        stylekit.stylize(photo, model=tiny_model, **options)


def test_one_stylizer_in_several_threads(tiny_model: Path) -> None:
    stylizer = Stylizer(tiny_model, threads=1)
    rng = np.random.default_rng(0)
    photos = [rng.random((8 + 3 * i, 40 - 2 * i, 3), np.float32) for i in range(8)]
    with ThreadPoolExecutor(4) as pool:
        for _ in range(5):
            for photo, stylized in zip(photos, pool.map(stylizer.stylize, photos), strict=True):
                np.testing.assert_allclose(stylized, 1 - photo, atol=1e-6)


def test_the_shipped_model(photo: np.ndarray) -> None:
    image = Image.fromarray(np.rint(photo * 255).astype(np.uint8))
    picture = np.asarray(stylekit.stylize(image))
    named = stylekit.stylize(image, style=zoo.default_style(zoo.DEFAULT), model=zoo.DEFAULT)
    np.testing.assert_array_equal(picture, np.asarray(named))
    first = stylekit.stylize(image, style=Stylizer(zoo.DEFAULT).styles[0])
    assert np.abs(picture.astype(int) - np.asarray(first)).mean() > 5
