import dataclasses
import itertools
from pathlib import Path

import numpy as np
import pytest

from stylekit import StylekitError, Stylizer
from stylekit.inference.card import ModelCard
from tests.conftest import ModelFile


def _blurred(photo: np.ndarray) -> np.ndarray:
    """The mean of 3×3 pixels, of a photo reflected at its borders."""
    around = np.pad(photo, ((1, 1), (1, 1), (0, 0)), mode="reflect")
    height, width = photo.shape[:2]
    return sum(around[i : i + height, j : j + width] for i in range(3) for j in range(3)) / 9


def test_styles_by_name(tiny_model: Path, photo: np.ndarray) -> None:
    stylizer = Stylizer(tiny_model)
    assert stylizer.styles == ["negative", "blur"]
    assert stylizer.card.name == "tiny"
    np.testing.assert_allclose(stylizer.stylize(photo), 1 - photo, atol=1e-6)
    # The margin keeps the zeros that the network pads with out of the picture.
    np.testing.assert_allclose(stylizer.stylize(photo, "blur"), _blurred(photo), atol=1e-6)


def test_a_blend(tiny_model: Path, photo: np.ndarray) -> None:
    blend = Stylizer(tiny_model).stylize(photo, "negative:1,blur:3")
    expected = 0.25 * (1 - photo) + 0.75 * _blurred(photo)
    np.testing.assert_allclose(blend, expected, atol=1e-6)


def test_strength(tiny_model: Path, photo: np.ndarray) -> None:
    stylizer = Stylizer(tiny_model)
    np.testing.assert_array_equal(stylizer.stylize(photo, strength=0), photo)
    half = stylizer.stylize(photo, "blur", strength=0.5)
    np.testing.assert_allclose(half, (photo + _blurred(photo)) / 2, atol=1e-6)


def test_every_size_from_one_pixel_up(tiny_model: Path) -> None:
    stylizer = Stylizer(tiny_model, threads=1)
    for height, width in itertools.product((1, 2, 7, 16, 21), repeat=2):
        photo = np.random.default_rng(width).random((height, width, 3), np.float32)
        np.testing.assert_allclose(stylizer.stylize(photo), 1 - photo, atol=1e-6)


def test_the_photo_is_left_as_it_is(tiny_model: Path, photo: np.ndarray) -> None:
    before = photo.copy()
    stylizer = Stylizer(tiny_model)
    stylizer.stylize(photo, strength=0)[:] = 0
    stylizer.stylize(photo)[:] = 0
    np.testing.assert_array_equal(photo, before)


def test_a_function_with_a_card_and_the_sizes_it_is_given(
    tiny_card: ModelCard, photo: np.ndarray
) -> None:
    calls = []

    def run(padded: np.ndarray, style_weights: np.ndarray, strength: np.ndarray) -> np.ndarray:
        calls.append((padded.shape, style_weights.tolist(), strength.tolist()))
        return padded + 5  # clipped to 1

    stylized = Stylizer(run, card=tiny_card).stylize(photo, "blur", 0.5)
    # 21 + 2 × 2 = 25 and 34 + 2 × 2 = 38, raised to multiples of 4.
    assert calls == [((1, 28, 40, 3), [[0.0, 1.0]], [[0.5]])]
    np.testing.assert_array_equal(stylized, np.ones_like(photo))


def test_a_function_without_a_card() -> None:
    with pytest.raises(StylekitError, match="needs a model card"):
        Stylizer(lambda photo, style_weights, strength: photo)


def test_a_network_that_gives_nan(tiny_card: ModelCard, photo: np.ndarray) -> None:
    stylizer = Stylizer(lambda padded, *_: padded * np.nan, card=tiny_card)
    with pytest.raises(StylekitError, match="'tiny' gave NaN"):
        stylizer.stylize(photo)


def test_a_card_of_another_model(
    tiny_tflite: bytes, tiny_card: ModelCard, model_file: ModelFile
) -> None:
    path = model_file(tiny_tflite, dataclasses.replace(tiny_card, styles=["one"]))
    with pytest.raises(StylekitError, match="has 2 styles, its card 1"):
        Stylizer(path)


@pytest.mark.parametrize(
    ("array", "message"),
    [
        (np.zeros((4, 4)), "shape"),
        (np.zeros((4, 4, 4)), "shape"),
        (np.zeros((1, 4, 4, 3)), "shape"),
        (np.zeros((0, 4, 3)), "shape"),
        (np.full((4, 4, 3), 200, np.uint8), r"\[0, 1\], not in \[200, 200\]"),
        (np.full((4, 4, 3), -0.1), r"\[0, 1\]"),
        (np.full((4, 4, 3), np.nan), "nan"),
    ],
)
def test_arrays_that_are_no_photo(tiny_card: ModelCard, array: np.ndarray, message: str) -> None:
    stylizer = Stylizer(lambda padded, *_: padded, card=tiny_card)
    with pytest.raises(StylekitError, match=message):
        stylizer.stylize(array)


def test_what_cannot_be_stylized_in_tiles(tiny_card: ModelCard) -> None:
    stylizer = Stylizer(lambda padded, *_: padded, card=tiny_card)
    photo = np.zeros((9, 9, 3), np.uint8)
    for array in (photo[0], photo[:0], photo[:, :, :1]):
        with pytest.raises(StylekitError, match="must have the shape"):
            stylizer.stylize_in_tiles(array)
    with pytest.raises(StylekitError, match="unknown tiles 'quick': choose fast or exact"):
        stylizer.stylize_in_tiles(photo, mode="quick")  # type: ignore[arg-type]


def test_wrong_style_and_strength(tiny_model: Path, photo: np.ndarray) -> None:
    stylizer = Stylizer(tiny_model)
    with pytest.raises(StylekitError, match="did you mean 'negative'"):
        stylizer.stylize(photo, "negativ")
    with pytest.raises(StylekitError, match="from 0 to 1"):
        stylizer.stylize(photo, strength=float("nan"))
