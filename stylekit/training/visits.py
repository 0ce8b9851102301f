"""Which images a step is trained on, where each image is visited several times.

What the objective asks of an image's content is computed at the first visit and kept for the
others: a third of the loss network's work, done once in `visits` times. Visits of an image lie in a
round of many images, so that a network does not learn a few of them by heart.
"""

from collections.abc import Callable
from typing import Any

from stylekit.training.randomness import Purpose, stream

# Images of a round.
ROUND_IMAGES = 128


def round_batches(batch_size: int, visits: int) -> int:
    """Batches of images that make a round; each is visited `visits` times in it."""
    return max(1, ROUND_IMAGES // batch_size) if visits > 1 else 1


def visited_step(step: int, start: int, batch_size: int, visits: int, seed: int) -> int:
    """The step to which the images belong that a step is trained on.

    A round goes `visits` times through its batches of images, first in their order, then each time
    in an order of its own. They are numbered as steps of a training that visits each once: with
    one visit the result is `step`.

    Args:
        step: counted over all stages.
        start: first step of its stage.
        batch_size: images of a step.
        visits: of each image.
        seed: of the training.
    """
    width = round_batches(batch_size, visits)
    number, within = divmod(step - start, width * visits)
    turn, place = divmod(within, width)
    if turn > 0:
        order = stream(seed, Purpose.VISIT, start, number, turn).permutation(width)
        place = int(order[place])
    return start + number * width + place


class Kept:
    """What was computed for the last few batches of images, by the step that they belong to."""

    def __init__(self, most: int) -> None:
        """Keep what was computed for `most` batches."""
        self._most = most
        self._values: dict[int, Any] = {}

    def get(self, step: int, compute: Callable[[], Any]) -> Any:
        """What was computed for a step, or is now."""
        if step not in self._values:
            if len(self._values) == self._most:
                del self._values[next(iter(self._values))]
            self._values[step] = compute()
        return self._values[step]
