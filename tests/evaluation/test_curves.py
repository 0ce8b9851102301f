import dataclasses
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from stylekit.config import RunConfig
from stylekit.errors import StylekitError
from stylekit.evaluation.curves import Curves, iterations_to_reach
from stylekit.objectives.networks import loss_network
from stylekit.objectives.style_transfer import StyleTransferObjective

Painter = Callable[[int], np.ndarray]


def test_positions_on_a_curve() -> None:
    curve = [10.0, 6.0, 5.0, 4.5]
    assert iterations_to_reach(curve, 8.0) == 0.5
    assert iterations_to_reach(curve, 6.0) == 1.0
    assert iterations_to_reach(curve, 5.25) == 1.75
    assert iterations_to_reach(curve, 11.0) == 0.0  # worse than the photo
    assert iterations_to_reach(curve, 1.0) == 3.0  # better than the whole curve


@pytest.fixture
def objective(config: RunConfig, stripes: Painter) -> StyleTransferObjective:
    return StyleTransferObjective(
        loss_network(config.objective), config.objective, [stripes(2), stripes(6)]
    )


class _Counted:
    """Asks for curves, and counts the iterations that were done for each."""

    def __init__(
        self,
        objective: StyleTransferObjective,
        folder: Path,
        picture: Painter,
        painting: np.ndarray,
    ) -> None:
        self._curves = Curves(objective, folder)
        self._picture, self._painting = picture, painting
        self.done: list[int] = []

    def __call__(self, wanted: float, iterations: int, photo: int = 0) -> list[float]:
        self.done = []
        pixels = self._picture(photo)
        return self._curves.get(pixels, self._painting, 1, wanted, iterations, self.done.append)


@pytest.fixture
def counted(picture: Painter, stripes: Painter) -> Callable[..., _Counted]:
    return lambda objective, folder: _Counted(objective, folder, picture, stripes(6))


def test_a_curve_goes_no_further_than_asked_and_is_computed_once(
    objective: StyleTransferObjective, cache: Path, counted: Callable[..., _Counted]
) -> None:
    curve = counted(objective, cache)
    whole = curve(0.0, 6)
    assert curve.done == [1, 2, 3, 4, 5, 6] and len(whole) == 7
    assert whole == sorted(whole, reverse=True)
    assert curve(0.0, 6) == whole and curve.done == []
    assert curve(0.0, 4) == whole[:5] and curve.done == []

    other = counted(objective, cache / "other")
    short = other(whole[2], 6)
    assert other.done == [1, 2]
    np.testing.assert_allclose(short, whole[:3], rtol=1e-6)
    # A better network asks for more of it.
    assert other(whole[1], 6) == short and other.done == []
    assert len(other(whole[4], 6)) == 5 and other.done == [1, 2, 3, 4]


def test_a_curve_belongs_to_its_photo_and_objective(
    objective: StyleTransferObjective,
    config: RunConfig,
    cache: Path,
    counted: Callable[..., _Counted],
    stripes: Painter,
) -> None:
    first = counted(objective, cache)
    assert first(0.0, 2) != first(0.0, 2, photo=1)
    assert first.done == [1, 2]
    heavier = StyleTransferObjective(
        objective.network,
        dataclasses.replace(config.objective, style_weight=8.0),
        [stripes(2), stripes(6)],
    )
    second = counted(heavier, cache)
    second(0.0, 2)
    assert second.done == [1, 2]
    assert len(list(cache.iterdir())) == 3


def test_a_damaged_file_is_computed_again(
    objective: StyleTransferObjective, cache: Path, counted: Callable[..., _Counted]
) -> None:
    curve = counted(objective, cache)
    whole = curve(0.0, 2)
    (file,) = cache.iterdir()
    for damage in ("", '{"values": 3, "ended": true}', '{"values": [], "ended": true}', "[]"):
        file.write_text(damage)
        np.testing.assert_allclose(curve(0.0, 2), whole, rtol=1e-6)
        assert curve.done == [1, 2]


def test_a_place_that_cannot_be_written_is_found_out_before_the_work(
    objective: StyleTransferObjective, tmp_path: Path, counted: Callable[..., _Counted]
) -> None:
    (tmp_path / "file").touch()
    curve = counted(objective, tmp_path / "file" / "lbfgs")
    with pytest.raises(StylekitError, match="XDG_CACHE_HOME names another place"):
        curve(0.0, 2)
    assert curve.done == []
