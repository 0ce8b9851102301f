"""Patches of feature maps and their best matches (Champandard 2016)."""

from typing import NamedTuple

import tensorflow as tf

from stylekit.losses.precision import at_least_float32

# Patches are 3×3, at every position (alexjc/neural-doodle).
SIDE = 3

# Rows of the table of scores that are held at a time.
_CHUNK = 1024

_TINY = 1e-8


class Matches(NamedTuple):
    """What the best matches of all patches of a feature map ask of each of its positions.

    The loss of the patches, `mean((patch - match)²)`, is a quadratic of each position: overlapping
    matches ask for their mean. That is much cheaper than patches, and its gradient too.

    Attributes:
        target: mean of what the matches have at a position, `[1, height, width, channels]`.
        count: number of patches over a position, 1 to 9, `[1, height, width, 1]`.
        spread: the part of the loss that no image can remove, since matches disagree: a scalar.
    """

    target: tf.Tensor
    count: tf.Tensor
    spread: tf.Tensor


def descriptors(features: tf.Tensor, semantic: tf.Tensor, semantic_weight: float) -> tf.Tensor:
    """Vectors whose dot products, summed over 3×3, are the likeness of two patches.

    Features `[1, height, width, channels]`, semantic map `[1, height, width, regions]` →
    `[1, height, width, channels + regions]`. Features are divided by 3 times their length at
    each position, the map by √(9 / weight) times its own: a patch's likeness to itself is
    1 + weight.
    """
    features = at_least_float32(features)
    semantic = tf.cast(semantic, features.dtype)
    features /= SIDE * tf.norm(features, axis=-1, keepdims=True) + _TINY
    semantic *= semantic_weight**0.5 / SIDE / (tf.norm(semantic, axis=-1, keepdims=True) + _TINY)
    return tf.concat([features, semantic], axis=-1)


def best_matches(ours: tf.Tensor, theirs: tf.Tensor) -> tf.Tensor:
    """Index of the most alike patch of `theirs` for each patch of `ours`: int64 `[patches]`.

    Both are `descriptors`; patches are counted row by row.
    """
    candidates = _patches(theirs)
    queries = _patches(ours)
    found = [
        tf.argmax(tf.matmul(queries[start : start + _CHUNK], candidates, transpose_b=True), axis=1)
        for start in range(0, queries.shape[0], _CHUNK)
    ]
    return tf.concat(found, axis=0)


def gather_matches(features: tf.Tensor, index: tf.Tensor, height: int, width: int) -> Matches:
    """Matches for a feature map of `height` × `width` from the style's features.

    Features `[1, h, w, channels]` of the style; `index` as `best_matches` gives it.
    """
    features = at_least_float32(features)
    rows, columns = height - SIDE + 1, width - SIDE + 1
    style_columns = features.shape[2] - SIDE + 1
    top, left = index // style_columns, index % style_columns
    total = count = square = tf.constant(0.0, features.dtype)
    for dy in range(SIDE):
        for dx in range(SIDE):
            found = tf.gather_nd(features[0], tf.stack([top + dy, left + dx], axis=1))
            found = tf.reshape(found, [1, rows, columns, features.shape[-1]])
            margin = [[0, 0], [dy, SIDE - 1 - dy], [dx, SIDE - 1 - dx], [0, 0]]
            total += tf.pad(found, margin)
            count += tf.pad(tf.ones([1, rows, columns, 1], features.dtype), margin)
            square += tf.reduce_sum(tf.square(found))
    target = total / count
    spread = square - tf.reduce_sum(count * tf.square(target))
    return Matches(target, count, spread / _values(features, rows * columns))


def weighted_difference(features: tf.Tensor, target: tf.Tensor, count: tf.Tensor) -> tf.Tensor:
    """`Σ count (features - target)²`: the part of the loss of patches that an image can change.

    The loss `mean((patch - match)²)` over patches and their values is this, divided by the number
    of patches times 9 times the channels, plus `Matches.spread`.
    """
    return tf.reduce_sum(count * tf.square(at_least_float32(features) - target))


def patch_count(height: int, width: int) -> int:
    """Number of patches of a feature map."""
    return (height - SIDE + 1) * (width - SIDE + 1)


def _values(features: tf.Tensor, patches: int) -> float:
    return float(patches * SIDE**2 * features.shape[-1])


def _patches(features: tf.Tensor) -> tf.Tensor:
    """`[1, height, width, channels]` → `[patches, 9 * channels]`."""
    patches = tf.image.extract_patches(
        features, [1, SIDE, SIDE, 1], [1, 1, 1, 1], [1, 1, 1, 1], "VALID"
    )
    return tf.reshape(patches, [-1, patches.shape[-1]])
