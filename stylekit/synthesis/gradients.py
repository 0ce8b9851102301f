"""Value and gradient of an objective over the pixels of an image, whole or in tiles."""

from collections.abc import Callable, Iterator

import numpy as np
import tensorflow as tf

from stylekit.objectives.pixels import PixelObjective
from stylekit.perception.parts import ALIGNMENT, Part, aligned

# An image float32 `[height, width, 3]` to its value and gradient `[height, width, 3]`.
Evaluate = Callable[[np.ndarray], tuple[float, np.ndarray]]

# Pixels of a side of what a tile counts. With the reach of relu5_1 around it, VGG16 and its
# gradient need about 1 GB for a tile.
TILE = 512

# Larger images are evaluated in tiles: whole, they would need more than about 5 GB.
LARGEST_WHOLE = 1100 * 1100


def evaluator(objective: PixelObjective, wrap: bool = False, tile: int | None = None) -> Evaluate:
    """A function from an image to its value and gradient.

    Args:
        objective: of images of one size.
        wrap: the image continues beyond its border with its other side, as a texture does that
            is laid side by side with itself. Sides must then be multiples of `ALIGNMENT`.
        tile: side of the tiles in pixels, rounded up to a multiple of `ALIGNMENT`; by default
            `TILE` for images of more than `LARGEST_WHOLE` pixels, and no tiles below.
    """
    whole = _whole(objective, wrap)
    tiled = _tiled(objective, wrap, tile or TILE)

    def evaluate(image: np.ndarray) -> tuple[float, np.ndarray]:
        large = image.shape[0] * image.shape[1] > LARGEST_WHOLE
        use_tiles = large if tile is None else max(image.shape[:2]) > tile
        value, gradient = (tiled if use_tiles else whole)(tf.constant(image[None], tf.float32))
        return float(value), np.asarray(gradient)[0]

    return evaluate


def evaluator_of(loss: Callable[[tf.Tensor], tf.Tensor]) -> Evaluate:
    """As `evaluator`, for any function from images `[1, height, width, 3]` to a scalar."""

    @tf.function
    def value_and_gradient(image: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        with tf.GradientTape() as tape:
            tape.watch(image)
            value = tf.reduce_sum(loss(image))
        return value, tape.gradient(value, image)

    def evaluate(image: np.ndarray) -> tuple[float, np.ndarray]:
        value, gradient = value_and_gradient(tf.constant(image[None], tf.float32))
        return float(value), gradient.numpy()[0]

    return evaluate


_Pass = Callable[[tf.Tensor], tuple[tf.Tensor, tf.Tensor]]


def _whole(objective: PixelObjective, wrap: bool) -> _Pass:
    @tf.function
    def value_and_gradient(image: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        with tf.GradientTape() as tape:
            tape.watch(image)
            if wrap:
                height, width = image.shape[1:3]
                margin = aligned(objective.reach)
                part = Part(-margin, -margin, 0, height, 0, width, height, width)
                measures = objective.measure(_wrapped(image, margin), part)
            else:
                measures = objective.measure(image)
            value = objective.value(measures, image)
        return value, tape.gradient(value, image)

    return value_and_gradient


def _tiled(objective: PixelObjective, wrap: bool, tile: int) -> _Pass:
    """Two passes over the tiles: sum up the measures, then hand their gradients back to each tile.

    The measures are small (Gram matrices, sums), so the gradient of the value with respect to
    them is cheap; what is large, the features, is held for one tile at a time.
    """
    measure = tf.function(objective.measure)

    @tf.function
    def gradient_of_measures(crop: tf.Tensor, part: Part, weights: list[tf.Tensor]) -> tf.Tensor:
        with tf.GradientTape() as tape:
            tape.watch(crop)
            measures = tf.nest.flatten(objective.measure(crop, part))
            total = tf.add_n([tf.reduce_sum(w * m) for w, m in zip(weights, measures, strict=True)])
        return tape.gradient(total, crop)

    def value_and_gradient(image: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        height, width = image.shape[1:3]
        margin = aligned(objective.reach)
        seen = _wrapped(image, margin) if wrap else image
        origin = -margin if wrap else 0
        crops = list(_crops(height, width, aligned(tile), margin, wrap))

        def crop_of(part: Part, size: tuple[int, int]) -> tf.Tensor:
            top, left = part.top - origin, part.left - origin
            return seen[:, top : top + size[0], left : left + size[1]]

        measures = None
        for part, size in crops:
            found = measure(crop_of(part, size), _tensors(part))
            measures = found if measures is None else tf.nest.map_structure(tf.add, measures, found)
        flat = tf.nest.flatten(measures)
        with tf.GradientTape() as tape:
            tape.watch([image, *flat])
            value = objective.value(tf.nest.pack_sequence_as(measures, flat), image)
        weights, direct = tape.gradient(
            value, (flat, image), unconnected_gradients=tf.UnconnectedGradients.ZERO
        )
        gradient = np.zeros(seen.shape, np.float32)
        for part, size in crops:
            top, left = part.top - origin, part.left - origin
            gradient[:, top : top + size[0], left : left + size[1]] += gradient_of_measures(
                crop_of(part, size), _tensors(part), weights
            )
        return value, direct + (_unwrapped(gradient, margin) if wrap else gradient)

    return value_and_gradient


def _crops(
    height: int, width: int, tile: int, margin: int, wrap: bool
) -> Iterator[tuple[Part, tuple[int, int]]]:
    """Parts that together count every pixel once, and the height and width of their crops.

    Crops have the same size where the image is large enough: a crop that would pass the border
    is moved inwards, so that one traced function serves all.
    """
    rows = list(_spans(height, tile, margin, wrap))
    columns = list(_spans(width, tile, margin, wrap))
    for top, end, first_row, end_row in rows:
        for left, right, first_column, end_column in columns:
            part = Part(top, left, first_row, end_row, first_column, end_column, height, width)
            yield part, (end - top, right - left)


def _spans(length: int, tile: int, margin: int, wrap: bool) -> Iterator[tuple[int, int, int, int]]:
    """Start and end of each crop along one axis, and of what it counts."""
    low, high = (-margin, length + margin) if wrap else (0, length)
    size = min(tile + 2 * margin, high - low)
    # A rest below the alignment has no position of a deep layer: the last crop counts it as well.
    firsts = range(0, max(1, length - ALIGNMENT + 1), tile)
    for first in firsts:
        start = min(max(first - margin, low), high - size)
        start = start // ALIGNMENT * ALIGNMENT
        # After aligning, the last crop is longer by less than the alignment.
        end = high if start + size > high - ALIGNMENT else start + size
        yield start, end, first, length if first == firsts[-1] else first + tile


def _tensors(part: Part) -> Part:
    return Part(*(tf.constant(number, tf.int32) for number in part))


def _wrapped(image: tf.Tensor, margin: int) -> tf.Tensor:
    """The image continued by `margin` pixels on every side with what lies at the other side."""
    for axis in (1, 2):
        length = image.shape[axis]
        image = tf.gather(image, tf.range(-margin, length + margin) % length, axis=axis)
    return image


def _unwrapped(gradient: np.ndarray, margin: int) -> np.ndarray:
    """Gradients of a wrapped image, added up for each pixel of the image."""
    for axis in (1, 2):
        length = gradient.shape[axis] - 2 * margin
        summed = np.zeros((*gradient.shape[:axis], length, *gradient.shape[axis + 1 :]), np.float32)
        index = np.arange(-margin, length + margin) % length
        np.add.at(np.moveaxis(summed, axis, 0), index, np.moveaxis(gradient, axis, 0))
        gradient = summed
    return gradient
