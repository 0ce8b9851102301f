from collections import Counter

import pytest

from stylekit.training.visits import ROUND_IMAGES, Kept, round_batches, visited_step


def test_rounds_by_hand() -> None:
    assert ROUND_IMAGES == 128
    assert round_batches(2, visits=4) == 64 and round_batches(4, visits=2) == 32
    assert round_batches(500, visits=4) == 1
    # Nothing comes again, so nothing is kept for long.
    assert round_batches(2, visits=1) == 1


def test_with_one_visit_each_step_has_images_of_its_own() -> None:
    assert [visited_step(step, 7, 2, 1, seed=0) for step in range(7, 300)] == list(range(7, 300))


@pytest.mark.parametrize("visits", [2, 3])
def test_each_image_is_visited_so_often_within_a_round(visits: int) -> None:
    start, batch_size = 1000, 32  # four batches a round
    steps = [
        visited_step(start + step, start, batch_size, visits, 5) for step in range(12 * visits)
    ]
    for number in range(3):
        of_round = steps[4 * visits * number : 4 * visits * (number + 1)]
        images = [start + 4 * number + place for place in range(4)]
        assert of_round[:4] == images
        assert Counter(of_round) == dict.fromkeys(images, visits)
        # Each turn through the round has all of its batches.
        for turn in range(visits):
            assert sorted(of_round[4 * turn : 4 * turn + 4]) == images


def test_later_turns_are_in_orders_of_their_own() -> None:
    steps = [visited_step(step, 0, 2, 3, seed=0) for step in range(192)]
    turns = [steps[64 * turn : 64 * turn + 64] for turn in range(3)]
    assert len({tuple(turn) for turn in turns}) == 3
    assert steps != [visited_step(step, 0, 2, 3, seed=1) for step in range(192)]


def test_what_is_kept_is_computed_once_and_the_oldest_goes() -> None:
    computed = []

    def compute(step: int) -> int:
        computed.append(step)
        return 10 * step

    kept = Kept(2)
    for step in (1, 2, 1, 2, 3, 2, 1):
        assert kept.get(step, lambda step=step: compute(step)) == 10 * step
    assert computed == [1, 2, 3, 1]
