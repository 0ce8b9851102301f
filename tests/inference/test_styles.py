import numpy as np
import pytest

from stylekit.errors import StylekitError
from stylekit.inference.styles import parse_strength, parse_styles

NAMES = ["starry night", "wave", "mosaic"]


@pytest.mark.parametrize(
    ("text", "weights"),
    [
        (None, [1, 0, 0]),
        ("wave", [0, 1, 0]),
        ("starry night:2", [1, 0, 0]),
        ("mosaic:0.6,wave:0.4", [0, 0.4, 0.6]),
        (" mosaic : 3 , wave : 1 ", [0, 0.25, 0.75]),
        ("wave,mosaic", [0, 0.5, 0.5]),
        ("wave:0,mosaic:1e-3", [0, 0, 1]),
        ("wave:1e308,mosaic:1e308", [0, 0.5, 0.5]),
    ],
)
def test_weights_have_sum_1(text: str | None, weights: list[float]) -> None:
    parsed = parse_styles(text, NAMES)
    assert parsed.dtype == np.float32
    np.testing.assert_allclose(parsed, weights, rtol=1e-6)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("stary night", "unknown style 'stary night', did you mean 'starry night'"),
        ("xyz", "the model has starry night, wave, mosaic"),
        ("", "unknown style ''"),
        ("wave,", "unknown style ''"),
        ("wave:nan", "'wave' must be a number of at least 0, not 'nan'"),
        ("wave:-0.5,mosaic:1", "not '-0.5'"),
        ("wave:inf", "not 'inf'"),
        ("wave:much", "not 'much'"),
        ("wave:", "not ''"),
        ("wave:0,mosaic:0", "all 0"),
        ("wave,wave", "given twice"),
    ],
)
def test_wrong_styles(text: str, message: str) -> None:
    with pytest.raises(StylekitError) as raised:
        parse_styles(text, NAMES)
    assert message in str(raised.value)


@pytest.mark.parametrize(("value", "strength"), [("0", 0), ("0.25", 0.25), (1, 1), (0.5, 0.5)])
def test_strength(value: str | float, strength: float) -> None:
    assert parse_strength(value) == strength


@pytest.mark.parametrize("value", ["nan", "-0.1", "1.01", "inf", "half", "", float("nan"), -1])
def test_wrong_strength(value: str | float) -> None:
    with pytest.raises(StylekitError, match="from 0 to 1") as raised:
        parse_strength(value)
    assert repr(value) in str(raised.value)
