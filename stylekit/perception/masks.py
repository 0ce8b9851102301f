"""Masks of an image's regions at the layers of the loss network."""

from collections.abc import Iterable

import tensorflow as tf

from stylekit.perception.names import canonical, layer_names


def propagate_masks(
    masks: tf.Tensor, layers: Iterable[str], architecture: str
) -> dict[str, tf.Tensor]:
    """Masks `[1, height, width, regions]` in [0, 1] as a layer's receptive fields see them.

    A 3×3 convolution blurs a mask by a 3×3 mean, whose zero padding counts in the divisor; a
    pooling takes the mean of 2×2, and drops an odd last row or column as the network does
    (DmitryUlyanov/fast-neural-doodle, fast_neural_doodle.lua).
    """
    wanted = {canonical(layer, architecture) for layer in layers}
    found = {}
    for layer in layer_names(architecture):
        if layer.startswith("pool"):
            masks = tf.nn.avg_pool2d(masks, 2, 2, "VALID")
        else:
            masks = _mean_3x3(masks)
        if layer in wanted:
            found[layer] = masks
            if len(found) == len(wanted):
                break
    return found


def _mean_3x3(masks: tf.Tensor) -> tf.Tensor:
    # Padding explicitly: TensorFlow's average pooling leaves padding out of the divisor.
    padded = tf.pad(masks, [[0, 0], [1, 1], [1, 1], [0, 0]])
    return tf.nn.avg_pool2d(padded, 3, 1, "VALID")
