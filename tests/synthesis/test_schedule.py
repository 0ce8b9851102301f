"""Schedules from text."""

import pytest

from stylekit.errors import StylekitError
from stylekit.synthesis.schedule import Scale, parse_schedule, total_iterations


def test_sizes_and_iterations():
    schedule = parse_schedule("256:450, full:100")
    assert schedule == [Scale(256, 450), Scale(None, 100)]
    assert total_iterations(schedule) == 550
    assert [scale.shape(512, 320) for scale in schedule] == [(256, 160), (512, 320)]


def test_a_size_beyond_the_full_one_is_the_full_one():
    assert Scale(600, 1).shape(512, 320) == (512, 320)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "such as 256:450,full:100"),
        ("256", "such as 256:450,full:100"),
        ("256:-1,full:3", "such as"),
        ("512:10,256:10,full:10", "must rise"),
        ("full:10,full:10", "must rise"),
        ("256:10", "must end with full"),
        ("256:0,full:10", "at least one iteration"),
    ],
)
def test_other_forms_are_refused(text, reason):
    with pytest.raises(StylekitError, match=reason):
        parse_schedule(text)
