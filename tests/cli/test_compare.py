from pathlib import Path

import numpy as np
import pytest

from stylekit.cli.main import main
from stylekit.imaging.load import load_rgb
from stylekit.imaging.save import save


def _compare(*arguments: str | Path) -> object:
    with pytest.raises(SystemExit) as raised:
        main(["compare", *map(str, arguments)])
    return raised.value.code


@pytest.fixture
def pair(tmp_path: Path) -> tuple[Path, Path]:
    """A dark picture, and a light one of twice the size."""
    save(tmp_path / "a.png", np.full((40, 60, 3), 0.2))
    save(tmp_path / "b.png", np.full((80, 120, 3), 0.8))
    return tmp_path / "a.png", tmp_path / "b.png"


def test_side_by_side(pair: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    assert _compare(*pair) == 0
    target = pair[1].with_name("b_compared.jpg")
    picture = load_rgb(target)
    assert capsys.readouterr().out == f"{target}: {picture.shape[1]}x{picture.shape[0]}\n"
    assert picture.shape[1] == 4 + 2 * (60 + 4)
    np.testing.assert_allclose(picture[-20, [30, 94], 0], [0.2, 0.8], atol=0.02)


def test_split(pair: tuple[Path, Path], tmp_path: Path) -> None:
    assert _compare(*pair, "--split", "-o", tmp_path / "c.png") == 0
    picture = load_rgb(tmp_path / "c.png")
    assert picture.shape == (40, 60, 3)
    np.testing.assert_allclose(picture[:, :30], 0.2, atol=0.01)
    np.testing.assert_allclose(picture[:, 31:], 0.8, atol=0.01)


@pytest.mark.parametrize(("height", "width"), [(1, 20_000), (20_000, 1)])
def test_a_long_strip_is_made_to_fit(tmp_path: Path, height: int, width: int) -> None:
    save(tmp_path / "a.png", np.full((40, 60, 3), 0.2))
    save(tmp_path / "strip.png", np.full((height, width, 3), 0.8))
    assert _compare(tmp_path / "a.png", tmp_path / "strip.png", "-o", tmp_path / "c.png") == 0
    assert load_rgb(tmp_path / "c.png").shape[0] < 80
    assert load_rgb(tmp_path / "c.png").shape[1] <= 4 + 2 * (60 + 4)


def test_bad_input(
    pair: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = sorted(tmp_path.iterdir())
    assert _compare(pair[0], tmp_path / "missing.png", "-o", tmp_path / "c.png") == 2
    assert _compare(*pair, "-o", tmp_path / "c.xyz") == 2
    assert _compare(pair[0], ".") == 2
    assert _compare(*pair, "-o", pair[0]) == 2
    assert capsys.readouterr().err.count("\n") == 4
    assert sorted(tmp_path.iterdir()) == before
