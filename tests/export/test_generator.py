from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from stylekit.errors import StylekitError
from stylekit.export import generator as module
from stylekit.export.convert import PRECISIONS, convert
from stylekit.export.verify import TOLERANCES, Parity
from stylekit.imaging.window import pad_for_model
from stylekit.inference.card import ModelCard, read_card
from stylekit.inference.stylizer import Stylizer
from stylekit.models.generator import Generator

pytestmark = pytest.mark.slow


def test_parity_is_well_inside_the_tolerance(exported: dict[str, tuple[bytes, Parity]]) -> None:
    for precision, (_, parity) in exported.items():
        assert parity.max_error < TOLERANCES[precision].max_error / 3
        assert parity.psnr > TOLERANCES[precision].psnr + 10
        assert parity.photo_error == 0
        assert parity.pictures == 24
    # The rounding of weights is there, and is what the figures show.
    assert exported["float16"][1].psnr < exported["float32"][1].psnr - 20


@pytest.mark.parametrize("precision", PRECISIONS)
def test_the_file_has_the_completed_card(
    exported: dict[str, tuple[bytes, Parity]],
    files: dict[str, Path],
    card: ModelCard,
    precision: str,
) -> None:
    read = read_card(files[precision])
    assert read.name == "tiny"
    assert read.styles == ["waves", "stars"]
    assert (read.margin, read.multiple_of, read.smallest) == (
        card.margin,
        card.multiple_of,
        card.smallest,
    )
    assert read.inputs == {
        "photo": [1, None, None, 3],
        "style_weights": [1, 2],
        "strength": [1, 1],
    }
    assert read.precision == precision
    assert read.parity["max_error"] == exported[precision][1].max_error
    assert read.parity["tolerance"]["psnr"] == TOLERANCES[precision].psnr
    assert read.versions["python"] == "3.11"
    assert read.versions["export"]["tensorflow"].startswith("2.")
    assert read.created[:2] == "20" and read.created.endswith("+00:00")


def test_a_file_stylizes_photos_of_odd_size_as_keras_does(
    files: dict[str, Path], generator: Generator, photo: np.ndarray
) -> None:
    stylized = Stylizer(files["float32"]).stylize(photo, "stars")
    padded, window = pad_for_model(photo, 0, generator.multiple_of, generator.smallest)
    weights = np.array([[0.0, 1.0]], np.float32)
    keras = generator.model([padded[None], weights, np.ones((1, 1), np.float32)], training=False)
    assert stylized.shape == photo.shape
    np.testing.assert_allclose(stylized, window.crop(np.asarray(keras[0])), atol=1e-5)


@pytest.mark.parametrize("precision", PRECISIONS)
def test_one_changed_weight_is_refused(
    generator: Generator,
    card: ModelCard,
    precision: str,
    perturbed: Callable[[bytes], bytes],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "convert", lambda *arguments: perturbed(convert(*arguments)))
    with pytest.raises(StylekitError, match="does not match the trained network"):
        module.export_generator(generator, card, precision)
