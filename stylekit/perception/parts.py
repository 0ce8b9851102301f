"""Parts of an image: what a crop of it contributes to sums over the whole.

An objective made of sums over positions (Gram matrices, mean squared differences) can be computed
crop by crop. A crop is wider than what it counts by the reach of the loss network, so that each
feature counted is the one that the whole image has there.
"""

from typing import NamedTuple

import tensorflow as tf

from stylekit.perception.names import layer_names

# Crops start at multiples of this, so that all poolings of the loss network fall in step.
ALIGNMENT = 16


class Part(NamedTuple):
    """Where a crop lies in an image, and which of the image's pixels it counts; all in pixels.

    `top` and `left` place the crop (they are negative where the image is continued beyond its
    border); rows `[first_row, end_row)` and columns `[first_column, end_column)` of the image are
    counted. All but ends at the border of the image are multiples of `ALIGNMENT`. The numbers may
    be tensors, so that one traced function serves all parts.
    """

    top: tf.Tensor | int
    left: tf.Tensor | int
    first_row: tf.Tensor | int
    end_row: tf.Tensor | int
    first_column: tf.Tensor | int
    end_column: tf.Tensor | int
    height: tf.Tensor | int
    width: tf.Tensor | int


def aligned(length: int) -> int:
    """The next multiple of `ALIGNMENT`, or the length itself if it is one."""
    return -(-length // ALIGNMENT) * ALIGNMENT


def stride(layer: str) -> int:
    """Pixels between neighbouring positions of a layer: 1 for `relu1_2`, 2 for `pool1`."""
    if layer.startswith("pool"):
        return int(2 ** int(layer.removeprefix("pool")))
    return int(2 ** (int(layer.removeprefix("relu").split("_")[0]) - 1))


def reach(layer: str, architecture: str) -> int:
    """Pixels around its own that a position of a layer sees, on each side.

    Each 3×3 convolution sees one position further; a pooling sees no more than its own cell.
    """
    names = layer_names(architecture)
    path = names[: names.index(layer) + 1]
    return sum(stride(name) for name in path if name.startswith("relu"))


def counted(features: tf.Tensor, layer: str, part: Part) -> tf.Tensor:
    """The counted positions of feature maps `[batch, height, width, channels]` of a crop."""
    step = stride(layer)
    rows = slice((part.first_row - part.top) // step, part.end_row // step - part.top // step)
    columns = slice(
        (part.first_column - part.left) // step, part.end_column // step - part.left // step
    )
    return features[:, rows, columns]


def counted_of_whole(features: tf.Tensor, layer: str, part: Part) -> tf.Tensor:
    """The same positions of the feature maps of the whole image."""
    step = stride(layer)
    return features[
        :,
        part.first_row // step : part.end_row // step,
        part.first_column // step : part.end_column // step,
    ]


def share(layer: str, part: Part) -> tf.Tensor:
    """Counted positions of a layer over all that the whole image has: float32 in [0, 1]."""
    step = stride(layer)
    rows = part.end_row // step - part.first_row // step
    columns = part.end_column // step - part.first_column // step
    whole = (part.height // step) * (part.width // step)
    return tf.cast(rows * columns, tf.float32) / tf.cast(whole, tf.float32)
