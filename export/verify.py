"""Compare an exported network with its Keras original on real photographs."""

import math
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from skimage.metrics import structural_similarity

from stylekit.export.forms import Form
from stylekit.export.options import Size
from stylekit.imaging.load import load_rgb
from stylekit.imaging.resize import resize
from stylekit.imaging.window import pad_for_model
from stylekit.inference.card import ModelCard
from stylekit.inference.noise_maps import NoiseMaps
from stylekit.inference.stylizer import Runner
from stylekit.inference.textures import Runner as TextureRunner
from stylekit.inference.textures import noise_from_card, noise_of
from stylekit.training.photographs import packaged_photographs

STRENGTHS = (0.0, 0.5, 1.0)

# Height and width of the photographs in turn; the odd one goes through padding and cropping.
SIZES = (Size(256, 256), Size(203, 301))
MOST_PHOTOGRAPHS = 4

# Pictures of each texture that are compared.
TEXTURE_SEEDS = 2

# Picture and photo `[height, width, 3]`, index of the style -> what training minimised, or None
# for a style whose painting the run does not have.
Objective = Callable[[np.ndarray, np.ndarray, int], float | None]


@dataclass(frozen=True)
class Parity:
    """How far an exported network is from its original, over all compared pictures.

    Attributes:
        max_error: largest absolute difference of a value in [0, 1].
        mean_error: mean absolute difference.
        psnr: least peak signal-to-noise ratio of a picture, in dB; infinite for equal pictures.
        photo_error: largest absolute difference from the photo at strength 0.
        pictures: number of pictures compared.
        ssim: least structural similarity of a picture (Wang et al. 2004).
        objective: of the exported over that of the original pictures, at full strength, the
            largest mean of a style; None if the run has no paintings to compute it with.
        worst_style: the style of the picture with the least PSNR.
    """

    max_error: float
    mean_error: float
    psnr: float
    photo_error: float
    pictures: int
    ssim: float = 1.0
    objective: float | None = None
    worst_style: str = ""

    def to_dict(self) -> dict[str, Any]:
        """The figures by name, for JSON, which knows no infinity: None is an infinite PSNR."""
        return {**asdict(self), "psnr": self.psnr if math.isfinite(self.psnr) else None}


@dataclass(frozen=True)
class Tolerance:
    """What an export may differ by.

    Attributes:
        max_error: `Parity.max_error` at most.
        psnr: `Parity.psnr` at least.
        photo_error: `Parity.photo_error` at most.
    """

    max_error: float
    psnr: float
    photo_error: float = 0.0


# Networks of both kinds measured at most 1e-5 and at least 117 dB in float32 at 256², 1.7e-4 in one
# pixel at 544² (the order of sums); 1.3e-3 and 76 dB in float16 (the rounding of weights); with
# random weights, whose pictures have more contrast than any painting, 1.1e-2 and 67 dB. 55 dB is
# half a step of an 8-bit picture. The shipped six styles measured at least 34 dB in `dynamic`,
# 31 dB in `mixed`, 20 dB in `int8`. Styles in another order give less than 29 dB.
TOLERANCES: dict[Form, Tolerance] = {
    "float32": Tolerance(max_error=5e-4, psnr=100.0),
    "float16": Tolerance(max_error=3e-2, psnr=55.0),
    "dynamic": Tolerance(max_error=0.4, psnr=30.0),
    "mixed": Tolerance(max_error=0.45, psnr=29.0),
    # Instance normalization in 8 bits spoils pictures: at least 18 dB with six styles, 16 dB with
    # random weights. Strength 0 no longer gives the photo itself. Styles in another order: 15 dB.
    "int8": Tolerance(max_error=1.0, psnr=15.5, photo_error=0.1),
}
# Bytes at the ends round photo and picture to half a step of 255.
UINT8_ERROR = 0.5 / 255
UINT8_MAX_ERROR = 0.2
UINT8_PSNR = 36.0


# A file for GPUs adds more than the network's epsilon to variances (`factors.LEAST_EPSILON`): at
# most 1.5e-4 and at least 104 dB were measured with the shipped network.
GPU_MAX_ERROR = 1e-3


def tolerance_for(
    form: Form, image_type: str, max_error: float | None, gpu_safe: bool = False
) -> Tolerance:
    """What a file may differ by; `max_error` takes the place of the form's own."""
    own = TOLERANCES[form]
    default = max(own.max_error, GPU_MAX_ERROR) if gpu_safe else own.max_error
    limit = default if max_error is None else max_error
    if image_type == "float32":
        return Tolerance(limit, own.psnr, own.photo_error)
    # A photo rounded by half a step leads to pictures that differ by many, where strokes break.
    least = limit if max_error is not None else max(limit, UINT8_MAX_ERROR)
    return Tolerance(least, min(own.psnr, UINT8_PSNR), own.photo_error + 2.01 * UINT8_ERROR)


def measure_parity(
    exported: Runner,
    original: Runner,
    card: ModelCard,
    size: Size | None = None,
    objective: Objective | None = None,
    photographs: Sequence[Path] | None = None,
) -> Parity:
    """Run both networks on photographs, for every style of the card at strengths 0, 0.5 and 1.

    Where they take noise, both get the same, of another seed for each photograph.

    Args:
        exported: the file's network.
        original: Keras'.
        card: of both.
        size: the only one that the file takes, margin included; None to compare at two sizes, of
            which one is no multiple of anything.
        objective: that training minimised.
        photographs: to compare on; None for some that scikit-image and scikit-learn carry.

    Raises:
        StylekitError: those packages are not installed, or a network cannot be run.
    """
    totals = _Totals()
    maps = NoiseMaps.from_card(card.noise)
    for seed, photo in enumerate(_photographs(card, size, photographs)):
        padded, window = pad_for_model(photo, card.margin, card.multiple_of, card.smallest)
        noise = [] if maps is None else [maps.of(seed, *padded.shape[:2])]
        for style, style_weights in enumerate(np.eye(len(card.styles), dtype=np.float32)):
            for strength in STRENGTHS:
                strengths = np.full((1, 1), strength, np.float32)
                feeds = (padded[None], style_weights[None], strengths, *noise)
                ours = window.crop(exported(*feeds)[0])
                theirs = window.crop(original(*feeds)[0])
                totals.add(ours, theirs, style)
                if strength == 0:
                    totals.add_photo(ours, photo)
                if strength == 1 and objective is not None:
                    pair = (objective(ours, photo, style), objective(theirs, photo, style))
                    if pair[0] is not None and pair[1] is not None:
                        totals.objectives.setdefault(style, []).append((pair[0], pair[1]))
    return totals.parity(card.styles)


def measure_texture_parity(
    exported: TextureRunner,
    original: TextureRunner,
    card: ModelCard,
    size: Size | None = None,
) -> Parity:
    """As `measure_parity`: both networks on the same noise, for every texture of the card.

    Two seeds, at two sizes of which one is no square, or at the only one that the file takes.
    """
    multiple = card.multiple_of
    sizes: list[Size] = (
        [size]
        if size is not None
        else [Size(4 * multiple, 4 * multiple), Size(5 * multiple, 3 * multiple)]
    )
    totals = _Totals()
    for seed in range(TEXTURE_SEEDS):
        sides = sizes[seed % len(sizes)]
        noise = noise_of(noise_from_card(card), seed, sides.height, sides.width)
        for texture, weights in enumerate(np.eye(len(card.styles), dtype=np.float32)):
            ours, theirs = (run(noise, weights[None])[0] for run in (exported, original))
            totals.add(ours, theirs, texture)
    return totals.parity(card.styles)


@dataclass
class _Totals:
    """What is gathered over the pictures."""

    max_errors: list[float] = field(default_factory=list)
    mean_errors: list[float] = field(default_factory=list)
    psnrs: list[float] = field(default_factory=list)
    ssims: list[float] = field(default_factory=list)
    styles: list[int] = field(default_factory=list)
    photo_error: float = 0.0
    objectives: dict[int, list[tuple[float, float]]] = field(default_factory=dict)

    def add(self, ours: np.ndarray, theirs: np.ndarray, style: int) -> None:
        error = np.abs(ours - theirs)
        self.max_errors.append(float(error.max()))
        self.mean_errors.append(float(error.mean()))
        self.psnrs.append(psnr(error))
        self.ssims.append(ssim(ours, theirs))
        self.styles.append(style)

    def add_photo(self, ours: np.ndarray, photo: np.ndarray) -> None:
        self.photo_error = float(np.maximum(self.photo_error, np.abs(ours - photo).max()))

    def parity(self, names: Sequence[str]) -> Parity:
        ratios = [
            sum(ours for ours, _ in pairs) / sum(theirs for _, theirs in pairs)
            for pairs in self.objectives.values()
        ]
        # NumPy's minimum and maximum pass NaN on, Python's may not.
        return Parity(
            max_error=float(np.max(self.max_errors)),
            mean_error=float(np.mean(self.mean_errors)),
            psnr=float(np.min(self.psnrs)),
            photo_error=self.photo_error,
            pictures=len(self.psnrs),
            ssim=float(np.min(self.ssims)),
            objective=float(np.max(ratios)) if ratios else None,
            worst_style=names[self.styles[int(np.argmin(self.psnrs))]],
        )


def problems(parity: Parity, form: Form, tolerance: Tolerance) -> list[str]:
    """Why an export must not be used, a line each; none if it does what its original does.

    NaN, wherever it is, is a problem.
    """
    found = []
    # Written so that NaN does not pass.
    if not (parity.max_error <= tolerance.max_error and parity.psnr >= tolerance.psnr):
        found.append(
            f"the {form} export does not match the trained network: max error "
            f"{parity.max_error:.2g} (at most {tolerance.max_error:g}), PSNR {parity.psnr:.1f} dB "
            f"(at least {tolerance.psnr:g})"
        )
    if not parity.photo_error <= tolerance.photo_error:
        found.append(
            f"the {form} export changes the photo by up to {parity.photo_error:.2g} at strength 0"
        )
    return found


def psnr(error: np.ndarray) -> float:
    """Of values in [0, 1] with these differences, in dB; NaN if one is."""
    mean_square = float(np.mean(np.square(error, dtype=np.float64)))
    return math.inf if mean_square == 0 else -10 * math.log10(mean_square)


def ssim(ours: np.ndarray, theirs: np.ndarray) -> float:
    """Structural similarity of two pictures `[height, width, 3]` in [0, 1]; 1 for equal ones."""
    window = min(7, *(side - (side + 1) % 2 for side in ours.shape[:2]))
    return float(
        structural_similarity(ours, theirs, win_size=window, channel_axis=2, data_range=1.0)
    )


def _photographs(
    card: ModelCard, size: Size | None, paths: Sequence[Path] | None
) -> list[np.ndarray]:
    chosen = list(packaged_photographs().paths if paths is None else paths)[:MOST_PHOTOGRAPHS]
    sizes: tuple[Size, ...] = SIZES
    if size is not None:
        sizes = (Size(size.height - 2 * card.margin, size.width - 2 * card.margin),)
    return [
        resize(load_rgb(path), *_height_width(sizes[index % len(sizes)]))
        for index, path in enumerate(chosen)
    ]


def _height_width(size: Size) -> tuple[int, int]:
    return size.height, size.width
