import dataclasses
import json
import math

import numpy as np
import pytest

from stylekit.export.forms import FORMS, Form
from stylekit.export.options import Size
from stylekit.export.verify import (
    TOLERANCES,
    Parity,
    measure_parity,
    problems,
    psnr,
    ssim,
    tolerance_for,
)
from stylekit.inference.card import ModelCard
from stylekit.models.generator import Generator

EQUAL = Parity(max_error=0.0, mean_error=0.0, psnr=math.inf, photo_error=0.0, pictures=1)


def _problems(parity: Parity, form: Form) -> list[str]:
    return problems(parity, form, TOLERANCES[form])


def photo_itself(photo: np.ndarray, style_weights: np.ndarray, strength: np.ndarray) -> np.ndarray:
    return photo


def test_parity_of_equal_networks(card: ModelCard) -> None:
    parity = measure_parity(photo_itself, photo_itself, card)
    # 4 photographs, 2 styles, 3 strengths
    assert parity == dataclasses.replace(EQUAL, pictures=24, worst_style="waves")


def test_parity_by_hand(card: ModelCard) -> None:
    def brighter(photo: np.ndarray, style_weights: np.ndarray, strength: np.ndarray) -> np.ndarray:
        return photo + 0.25 * strength * style_weights[0, 0]

    parity = measure_parity(brighter, photo_itself, card)
    assert parity.max_error == pytest.approx(0.25, abs=1e-6)
    # Over strengths 0, 0.5, 1 of one style of two: (0.125 + 0.25) / 6
    assert parity.mean_error == pytest.approx(0.0625, abs=1e-6)
    assert parity.psnr == pytest.approx(20 * math.log10(4), abs=1e-4)
    assert parity.photo_error == 0
    assert parity.worst_style == "waves"
    assert 0.5 < parity.ssim < 1


def test_a_change_of_the_photo_at_strength_0_is_seen(card: ModelCard) -> None:
    def faded(photo: np.ndarray, style_weights: np.ndarray, strength: np.ndarray) -> np.ndarray:
        return photo + np.float32(2**-20)

    parity = measure_parity(faded, faded, card)
    assert parity.max_error == 0
    assert parity.photo_error == pytest.approx(2**-20, rel=0.1)
    (problem,) = _problems(parity, "float16")
    assert "changes the photo by up to" in problem


def test_photographs_of_odd_size_are_padded_for_the_network(card: ModelCard) -> None:
    shapes = set()

    def watched(photo: np.ndarray, style_weights: np.ndarray, strength: np.ndarray) -> np.ndarray:
        shapes.add(photo.shape)
        return photo

    measure_parity(watched, photo_itself, dataclasses.replace(card, multiple_of=32, margin=16))
    # 203 × 301 with a margin of 16 around, and up to multiples of 32
    assert shapes == {(1, 288, 288, 3), (1, 256, 352, 3)}


@pytest.mark.parametrize("form", FORMS)
def test_tolerance(form: Form) -> None:
    tolerance = TOLERANCES[form]
    limit = dataclasses.replace(
        EQUAL,
        max_error=tolerance.max_error,
        psnr=tolerance.psnr,
        photo_error=tolerance.photo_error,
    )
    assert _problems(limit, form) == []
    for worse in (
        {"max_error": tolerance.max_error * 1.01},
        {"psnr": tolerance.psnr - 0.1},
        {"max_error": math.nan},
        {"psnr": math.nan},
        {"photo_error": tolerance.photo_error + 1e-9},
        {"photo_error": math.nan},
    ):
        assert len(_problems(dataclasses.replace(limit, **worse), form)) == 1


def test_a_file_for_gpus_may_differ_by_its_larger_epsilon() -> None:
    assert tolerance_for("float32", "float32", None, gpu_safe=True).max_error == 1e-3
    assert tolerance_for("float32", "float32", 1e-5, gpu_safe=True).max_error == 1e-5
    assert tolerance_for("int8", "float32", None, gpu_safe=True) == TOLERANCES["int8"]


def test_an_own_limit_takes_the_place_of_the_default() -> None:
    assert tolerance_for("mixed", "float32", 0.01).max_error == 0.01
    assert tolerance_for("mixed", "float32", None) == TOLERANCES["mixed"]
    assert tolerance_for("float32", "uint8", None).max_error > 0.5 / 255
    assert tolerance_for("float32", "uint8", 1e-3).max_error == 1e-3


@pytest.mark.parametrize("form", FORMS)
def test_nan_anywhere_is_a_problem(card: ModelCard, form: Form) -> None:
    def broken(photo: np.ndarray, style_weights: np.ndarray, strength: np.ndarray) -> np.ndarray:
        damaged = photo.copy()
        damaged[0, 5, 5, 0] = np.nan if style_weights[0, 1] and strength[0, 0] == 0.5 else 0.5
        return damaged

    assert "max error nan" in _problems(measure_parity(broken, photo_itself, card), form)[0]


@pytest.mark.parametrize("form", FORMS)
def test_broken_networks_are_problems_of_every_form(
    card: ModelCard, generator: Generator, form: Form
) -> None:
    def original(photo: np.ndarray, style_weights: np.ndarray, strength: np.ndarray) -> np.ndarray:
        return np.asarray(generator.model([photo, style_weights, strength], training=False))

    def black(photo: np.ndarray, style_weights: np.ndarray, strength: np.ndarray) -> np.ndarray:
        return np.zeros_like(photo)

    def swapped(photo: np.ndarray, style_weights: np.ndarray, strength: np.ndarray) -> np.ndarray:
        return original(photo, style_weights[:, ::-1], strength)

    def bgr(photo: np.ndarray, style_weights: np.ndarray, strength: np.ndarray) -> np.ndarray:
        return original(photo[..., ::-1], style_weights, strength)

    size = Size(32, 32)
    for broken in (black, swapped, bgr):
        assert _problems(measure_parity(broken, original, card, size), form)


def test_a_fixed_size_is_what_the_network_gets(card: ModelCard) -> None:
    def watched(photo: np.ndarray, style_weights: np.ndarray, strength: np.ndarray) -> np.ndarray:
        assert photo.shape == (1, 48, 64, 3)
        return photo

    measure_parity(watched, watched, dataclasses.replace(card, margin=8), Size(48, 64))


def test_the_objective_of_the_worst_style(card: ModelCard) -> None:
    def objective(picture: np.ndarray, photo: np.ndarray, style: int) -> float:
        return float(picture.mean()) * (style + 1) + style

    def brighter(photo: np.ndarray, style_weights: np.ndarray, strength: np.ndarray) -> np.ndarray:
        return photo * (1 + 0.5 * style_weights[0, 0])

    parity = measure_parity(brighter, photo_itself, card, Size(16, 16), objective)
    assert parity.objective == pytest.approx(1.5, abs=1e-5)
    assert measure_parity(brighter, photo_itself, card, Size(16, 16)).objective is None


def test_psnr_and_ssim_by_hand() -> None:
    assert psnr(np.full((4, 4, 3), 0.1)) == pytest.approx(20)
    assert psnr(np.zeros(3)) == math.inf
    picture = np.random.default_rng(0).random((16, 16, 3), np.float32)
    assert ssim(picture, picture) == 1
    assert ssim(picture, 1 - picture) < 0


def test_figures_are_json() -> None:
    assert json.loads(json.dumps(EQUAL.to_dict()))["psnr"] is None
    assert dataclasses.replace(EQUAL, psnr=80.5).to_dict()["psnr"] == 80.5
