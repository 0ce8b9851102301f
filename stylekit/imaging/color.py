"""Give a stylized picture the colours of its photograph (Gatys et al. 2016, "Preserving Color")."""

from collections.abc import Callable, Iterable
from typing import Literal, get_args

import numpy as np

from stylekit.errors import StylekitError, nearest

Preservation = Literal["luminance", "histogram"]
PRESERVATIONS: tuple[Preservation, ...] = get_args(Preservation)

# Y of ITU-R BT.601, on gamma-coded values, as in YIQ.
_LUMINANCE = np.array([0.299, 0.587, 0.114], np.float32)

# Added to variances, in units of [0, 1]²: a picture of one colour has none to divide by.
_LEAST_VARIANCE = 1e-6

# Stylized and photo `[height, width, 3]` in [0, 1], of the whole or of a part -> recoloured.
Recoloring = Callable[[np.ndarray, np.ndarray], np.ndarray]


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
    return recoloring(how, [(stylized, photo)])(stylized, photo)


def recoloring(how: Preservation, parts: Iterable[tuple[np.ndarray, np.ndarray]]) -> Recoloring:
    """As `preserve_color`, for a picture that is recoloured part by part.

    Args:
        how: "luminance" or "histogram".
        parts: all of the stylized picture and of its photo, which only "histogram" goes through.

    Raises:
        StylekitError: another way.
    """
    if parse_preservation(how) == "luminance":
        return _with_luminance
    ours, theirs = _Colors(), _Colors()
    for stylized, photo in parts:
        ours.add(stylized)
        theirs.add(photo)
    transform = _root(theirs.covariance) @ np.linalg.inv(_root(ours.covariance))

    def matched(stylized: np.ndarray, _: np.ndarray) -> np.ndarray:
        """Colours moved to the photo's mean and covariance.

        The transform is the photo's symmetric square root times the inverse one of the stylized
        picture (Gatys et al. 2016, the "image analogies" form).
        """
        return _as_picture((stylized - ours.mean) @ transform.T + theirs.mean)

    return matched


def _with_luminance(stylized: np.ndarray, photo: np.ndarray) -> np.ndarray:
    # In YIQ, I and Q of the photo with another Y: all three channels move by the same amount.
    lighter = (stylized - photo) @ _LUMINANCE
    return _as_picture(photo + lighter[:, :, None])


def _as_picture(rgb: np.ndarray) -> np.ndarray:
    return np.clip(rgb, 0, 1).astype(np.float32)


class _Colors:
    """Mean and covariance of colours, from sums over the parts of a picture."""

    def __init__(self) -> None:
        self._count = 0
        self._sum = np.zeros(3)
        self._products = np.zeros((3, 3))

    def add(self, part: np.ndarray) -> None:
        """Count in a part `[height, width, 3]`."""
        colors = part.reshape(-1, 3).astype(np.float64)
        self._count += len(colors)
        self._sum += colors.sum(axis=0)
        self._products += colors.T @ colors

    @property
    def mean(self) -> np.ndarray:
        """`[3]`."""
        return self._sum / self._count

    @property
    def covariance(self) -> np.ndarray:
        """`[3, 3]`, positive definite also for one colour."""
        centred = self._products / self._count - np.outer(self.mean, self.mean)
        return centred + _LEAST_VARIANCE * np.eye(3)


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


def _root(matrix: np.ndarray) -> np.ndarray:
    """The symmetric square root of a symmetric positive definite matrix."""
    values, vectors = np.linalg.eigh(matrix)
    return (vectors * np.sqrt(values)) @ vectors.T
