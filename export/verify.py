"""Compare an exported network with its Keras original on real photographs."""

import math
from collections.abc import Iterator
from dataclasses import asdict, dataclass

import numpy as np

from stylekit.errors import StylekitError
from stylekit.export.convert import Precision
from stylekit.imaging.load import load_rgb
from stylekit.imaging.resize import resize
from stylekit.imaging.window import pad_for_model
from stylekit.inference.card import ModelCard
from stylekit.inference.stylizer import Runner
from stylekit.training.photographs import packaged_photographs

STRENGTHS = (0.0, 0.5, 1.0)

# Height and width of the photographs in turn; the odd one goes through padding and cropping.
SIZES = ((256, 256), (203, 301))
MOST_PHOTOGRAPHS = 4


@dataclass(frozen=True)
class Parity:
    """How far an exported network is from its original, over all compared pictures.

    Attributes:
        max_error: largest absolute difference of a value in [0, 1].
        mean_error: mean absolute difference.
        psnr: least peak signal-to-noise ratio of a picture, in dB; infinite for equal pictures.
        photo_error: largest absolute difference from the photo at strength 0.
        pictures: number of pictures compared.
    """

    max_error: float
    mean_error: float
    psnr: float
    photo_error: float
    pictures: int

    def to_dict(self) -> dict[str, float | None]:
        """The figures by name, for JSON, which knows no infinity: None is an infinite PSNR."""
        return {**asdict(self), "psnr": self.psnr if math.isfinite(self.psnr) else None}


@dataclass(frozen=True)
class Tolerance:
    """What an export may differ by: `Parity.max_error` at most, `Parity.psnr` at least."""

    max_error: float
    psnr: float


# Networks of both kinds measured at most 1e-5 and at least 117 dB in float32 (the order of sums),
# 1.3e-3 and 76 dB in float16 (the rounding of weights); with random weights, whose pictures have
# more contrast than any painting, 1.1e-2 and 67 dB. 55 dB is half a step of an 8-bit picture.
TOLERANCES: dict[Precision, Tolerance] = {
    "float32": Tolerance(max_error=1e-4, psnr=100.0),
    "float16": Tolerance(max_error=3e-2, psnr=55.0),
}


def measure_parity(exported: Runner, original: Runner, card: ModelCard) -> Parity:
    """Run both networks on photographs, for every style of the card at strengths 0, 0.5 and 1.

    The photographs are those that scikit-image and scikit-learn carry, at two sizes, of which one
    is no multiple of anything.

    Raises:
        StylekitError: those packages are not installed, or a network cannot be run.
    """
    errors = []
    photo_error = 0.0
    for photo in _photographs():
        padded, window = pad_for_model(photo, card.margin, card.multiple_of, card.smallest)
        for style_weights in np.eye(len(card.styles), dtype=np.float32):
            for strength in STRENGTHS:
                feeds = (padded[None], style_weights[None], np.full((1, 1), strength, np.float32))
                ours = window.crop(exported(*feeds)[0])
                errors.append(np.abs(ours - window.crop(original(*feeds)[0])))
                if strength == 0:
                    photo_error = np.maximum(photo_error, np.abs(ours - photo).max())
    return Parity(
        max_error=float(np.max([error.max() for error in errors])),
        mean_error=float(np.mean([error.mean() for error in errors])),
        psnr=float(np.min([_psnr(error) for error in errors])),
        photo_error=float(photo_error),
        pictures=len(errors),
    )


def require_parity(parity: Parity, precision: Precision) -> None:
    """Refuse an export that does not do what its original does.

    Raises:
        StylekitError: the parity is worse than the precision's tolerance or not finite, or the
            photo is not left exactly as it is at strength 0.
    """
    tolerance = TOLERANCES[precision]
    # Written so that NaN does not pass.
    if not (parity.max_error <= tolerance.max_error and parity.psnr >= tolerance.psnr):
        raise StylekitError(
            f"the {precision} export does not match the trained network and was not written: "
            f"max error {parity.max_error:.2g} (at most {tolerance.max_error:g}), PSNR "
            f"{parity.psnr:.1f} dB (at least {tolerance.psnr:g})"
        )
    if parity.photo_error != 0:
        raise StylekitError(
            f"the {precision} export was not written: at strength 0 it changes the photo by up to "
            f"{parity.photo_error:.2g}"
        )


def _photographs() -> Iterator[np.ndarray]:
    for index, path in enumerate(packaged_photographs().paths[:MOST_PHOTOGRAPHS]):
        yield resize(load_rgb(path), *SIZES[index % len(SIZES)])


def _psnr(error: np.ndarray) -> float:
    """Of values in [0, 1]; NaN if an error is."""
    mean_square = float(np.mean(np.square(error, dtype=np.float64)))
    return math.inf if mean_square == 0 else -10 * math.log10(mean_square)
