import dataclasses
import json
import math

import numpy as np
import pytest

from stylekit.errors import StylekitError
from stylekit.export.convert import PRECISIONS
from stylekit.export.verify import TOLERANCES, Parity, measure_parity, require_parity
from stylekit.inference.card import ModelCard
from stylekit.models.generator import Generator

EQUAL = Parity(max_error=0.0, mean_error=0.0, psnr=math.inf, photo_error=0.0, pictures=1)


def photo_itself(photo: np.ndarray, style_weights: np.ndarray, strength: np.ndarray) -> np.ndarray:
    return photo


def test_parity_of_equal_networks(card: ModelCard) -> None:
    parity = measure_parity(photo_itself, photo_itself, card)
    # 4 photographs, 2 styles, 3 strengths
    assert parity == dataclasses.replace(EQUAL, pictures=24)


def test_parity_by_hand(card: ModelCard) -> None:
    def brighter(photo: np.ndarray, style_weights: np.ndarray, strength: np.ndarray) -> np.ndarray:
        return photo + 0.25 * strength * style_weights[0, 0]

    parity = measure_parity(brighter, photo_itself, card)
    assert parity.max_error == pytest.approx(0.25, abs=1e-6)
    # Over strengths 0, 0.5, 1 of one style of two: (0.125 + 0.25) / 6
    assert parity.mean_error == pytest.approx(0.0625, abs=1e-6)
    assert parity.psnr == pytest.approx(20 * math.log10(4), abs=1e-4)
    assert parity.photo_error == 0


def test_a_change_of_the_photo_at_strength_0_is_seen(card: ModelCard) -> None:
    def faded(photo: np.ndarray, style_weights: np.ndarray, strength: np.ndarray) -> np.ndarray:
        return photo + np.float32(2**-20)

    parity = measure_parity(faded, faded, card)
    assert parity.max_error == 0
    assert parity.photo_error == pytest.approx(2**-20, rel=0.1)
    with pytest.raises(StylekitError, match="at strength 0 it changes the photo"):
        require_parity(parity, "float16")


def test_photographs_of_odd_size_are_padded_for_the_network(card: ModelCard) -> None:
    shapes = set()

    def watched(photo: np.ndarray, style_weights: np.ndarray, strength: np.ndarray) -> np.ndarray:
        shapes.add(photo.shape)
        return photo

    measure_parity(watched, photo_itself, dataclasses.replace(card, multiple_of=32, margin=16))
    # 203 × 301 with a margin of 16 around, and up to multiples of 32
    assert shapes == {(1, 288, 288, 3), (1, 256, 352, 3)}


@pytest.mark.parametrize("precision", PRECISIONS)
def test_tolerance(precision: str) -> None:
    tolerance = TOLERANCES[precision]
    limit = dataclasses.replace(EQUAL, max_error=tolerance.max_error, psnr=tolerance.psnr)
    require_parity(limit, precision)
    for worse in (
        {"max_error": tolerance.max_error * 1.01},
        {"psnr": tolerance.psnr - 0.1},
        {"max_error": math.nan},
        {"psnr": math.nan},
        {"photo_error": 1e-9},
    ):
        with pytest.raises(StylekitError, match=f"the {precision} export .*not written"):
            require_parity(dataclasses.replace(limit, **worse), precision)


def test_nan_anywhere_is_refused(card: ModelCard) -> None:
    def broken(photo: np.ndarray, style_weights: np.ndarray, strength: np.ndarray) -> np.ndarray:
        damaged = photo.copy()
        damaged[0, 5, 5, 0] = np.nan if style_weights[0, 1] and strength[0, 0] == 0.5 else 0.5
        return damaged

    with pytest.raises(StylekitError, match="max error nan"):
        require_parity(measure_parity(broken, photo_itself, card), "float16")


def test_styles_in_the_wrong_order_are_refused(card: ModelCard, generator: Generator) -> None:
    def original(photo: np.ndarray, style_weights: np.ndarray, strength: np.ndarray) -> np.ndarray:
        return np.asarray(generator.model([photo, style_weights, strength], training=False))

    def swapped(photo: np.ndarray, style_weights: np.ndarray, strength: np.ndarray) -> np.ndarray:
        return original(photo, style_weights[:, ::-1], strength)

    with pytest.raises(StylekitError, match="does not match"):
        require_parity(measure_parity(swapped, original, card), "float16")


def test_figures_are_json() -> None:
    assert json.loads(json.dumps(EQUAL.to_dict()))["psnr"] is None
    assert dataclasses.replace(EQUAL, psnr=80.5).to_dict()["psnr"] == 80.5
