"""Give a stylized picture the colours of its photograph (Gatys et al. 2016, "Preserving Color")."""

from typing import Literal, get_args

import numpy as np

from stylekit.errors import StylekitError, nearest

Preservation = Literal["luminance", "histogram"]
PRESERVATIONS: tuple[Preservation, ...] = get_args(Preservation)

# Y of ITU-R BT.601, on gamma-coded values, as in YIQ.
_LUMINANCE = np.array([0.299, 0.587, 0.114], np.float32)

# Added to variances, in units of [0, 1]²: a picture of one colour has none to divide by.
_LEAST_VARIANCE = 1e-6


def preserve_color(stylized: np.ndarray, photo: np.ndarray, how: Preservation) -> np.ndarray:
    """The stylized picture in the colours of its photograph.

    "luminance" takes the stylized picture's light and dark and the photograph's hues, pixel by
    pixel. "histogram" moves the colours of the whole picture together until their mean and
    covariance are those of the photograph: strokes keep colours of their own.

    Args:
        stylized: `[height, width, 3]` in [0, 1].
        photo: of the same shape and range.
        how: "luminance" or "histogram".

    Returns:
        float32 `[height, width, 3]` in [0, 1]; the photo itself where stylized is the photo.

    Raises:
        StylekitError: another way, or other shapes.
    """
    if stylized.shape != photo.shape:
        raise StylekitError(
            f"the stylized picture has the shape {stylized.shape}, its photo {photo.shape}"
        )
    if parse_preservation(how) == "luminance":
        # In YIQ, I and Q of the photo with another Y: all three channels move by the same amount.
        lighter = (stylized - photo) @ _LUMINANCE
        recoloured = photo + lighter[:, :, None]
    else:
        recoloured = _matched(stylized, photo)
    return np.clip(recoloured, 0, 1).astype(np.float32)


def parse_preservation(text: str) -> Preservation:
    """A way of preserving colour from what a user wrote.

    Raises:
        StylekitError: an unknown one.
    """
    for known in PRESERVATIONS:
        if text == known:
            return known
    close = nearest(text, PRESERVATIONS)
    question = f"did you mean {close!r}?" if close else f"known are {', '.join(PRESERVATIONS)}"
    raise StylekitError(f"unknown way to preserve colour {text!r}: {question}")


def _matched(stylized: np.ndarray, photo: np.ndarray) -> np.ndarray:
    """Colours `x` moved to `A (x - mean of stylized) + mean of photo` with the photo's covariance.

    `A` is the photo's symmetric square root times the inverse one of the stylized picture (Gatys
    et al. 2016, the "image analogies" form).
    """
    ours, theirs = stylized.reshape(-1, 3), photo.reshape(-1, 3)
    transform = _root(_covariance(theirs)) @ np.linalg.inv(_root(_covariance(ours)))
    moved = (ours - ours.mean(axis=0, dtype=np.float64)) @ transform.T
    return (moved + theirs.mean(axis=0, dtype=np.float64)).reshape(photo.shape)


def _covariance(colors: np.ndarray) -> np.ndarray:
    """Of `[pixels, 3]`: `[3, 3]`."""
    centred = colors - colors.mean(axis=0, dtype=np.float64)
    return centred.T @ centred / len(colors) + _LEAST_VARIANCE * np.eye(3)


def _root(matrix: np.ndarray) -> np.ndarray:
    """The symmetric square root of a symmetric positive definite matrix."""
    values, vectors = np.linalg.eigh(matrix)
    return (vectors * np.sqrt(values)) @ vectors.T
