import numpy as np
import pytest

from stylekit.evaluation.intervals import differ, mean_interval


def test_the_interval_of_a_textbook() -> None:
    # Mean 5, standard deviation sqrt(20/3), n = 4: half width 3.1824 * sqrt(20/3) / 2.
    found = mean_interval([2.0, 4.0, 6.0, 8.0])
    assert found.mean == 5.0
    assert found.high - found.mean == pytest.approx(4.1085, abs=1e-3)
    assert found.mean - found.low == pytest.approx(found.high - found.mean)


def test_it_holds_the_true_mean_as_often_as_it_says() -> None:
    random = np.random.default_rng(0)
    intervals = [mean_interval(random.normal(3.0, 2.0, size=8).tolist()) for _ in range(2000)]
    share = np.mean([found.low <= 3.0 <= found.high for found in intervals])
    assert 0.935 <= share <= 0.965


def test_differences_are_taken_photograph_by_photograph() -> None:
    values = [1.0, 5.0, 20.0, 80.0]
    assert differ(values, [value + 0.5 + 0.01 * value for value in values])
    assert not differ(values, [0.9, 5.2, 19.0, 81.5])
    assert not differ(values, values)
