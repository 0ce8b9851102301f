"""Style transfer by optimisation (Gatys et al. 2016)."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Literal

import numpy as np

from stylekit.config import PRESETS as TRAINING_PRESETS
from stylekit.config import ObjectiveConfig
from stylekit.errors import StylekitError, nearest
from stylekit.imaging.color import Preservation, preserve_color
from stylekit.imaging.resize import resize, resize_longest, resize_shortest
from stylekit.objectives.pixels import PhotoInStyles, PixelObjective
from stylekit.objectives.regions import RegionObjective, StyleRegion
from stylekit.objectives.style_transfer import StyleTransferObjective
from stylekit.perception.names import canonical, convolution_of, kernel_shape
from stylekit.perception.parts import stride
from stylekit.synthesis.checkpoint import fingerprint
from stylekit.synthesis.gradients import evaluator
from stylekit.synthesis.lbfgs import Synthesis, minimize_in_box
from stylekit.synthesis.networks import Networks, reached_layers
from stylekit.synthesis.overrides import given
from stylekit.synthesis.pictures import MEAN_RGB, noise, require_size, resized
from stylekit.synthesis.recorder import Output
from stylekit.synthesis.schedule import parse_schedule, with_total
from stylekit.synthesis.solver import Solution, SolverConfig, solve


def transfer(
    objective: StyleTransferObjective,
    photo: np.ndarray,
    iterations: int,
    style_weights: np.ndarray | None = None,
    strength: float = 1.0,
    on_iteration: Callable[[int, np.ndarray], None] | None = None,
) -> Synthesis:
    """L-BFGS from the photo with a given objective: what networks are measured against.

    Photo float32 RGB `[height, width, 3]` in [0, 1]; style weights `[styles]`, by default the
    first style alone. The loss network decides the smallest photo (16 pixels for relu4_2).
    """
    if style_weights is None:
        style_weights = np.eye(1, objective.style_count, dtype=np.float32)[0]

    def record(iteration: int, image: np.ndarray, value: float) -> bool:
        if on_iteration is not None:
            on_iteration(iteration, image)
        return False

    evaluate = evaluator(PhotoInStyles(objective, photo, style_weights, strength))
    return minimize_in_box(evaluate, photo, iterations, record)


@dataclass(frozen=True)
class Preset:
    """A published way to do it, or ours.

    Attributes:
        objective: its objective for a height and width of the picture; the layers that it names
            are taken where no others are asked for.
        start: the photo, or noise around the mean colour of ImageNet.
        noise: standard deviation of that noise, of values in [0, 1].
        size: longest side of the picture in pixels, where the photo is not smaller.
        schedule: see `synthesis.schedule`.
        style_layer: weight of a layer among a number of them; sums over channels and positions,
            as the papers print them, are means here with weights that depend on both.
        content_layer: weight of a layer in a picture of a height and width.
    """

    objective: Callable[[int, int], ObjectiveConfig]
    start: Literal["photo", "noise"]
    noise: float
    size: int
    schedule: str
    style_layer: Callable[[str, int], float] = lambda layer, count: 1.0
    content_layer: Callable[[str, int, int], float] = lambda layer, height, width: 1.0


_GATYS_LAYERS = tuple(f"relu{block}_1" for block in range(1, 6))


def _paper(height: int, width: int) -> ObjectiveConfig:
    """Gatys et al. 2016: alpha / beta = 1e-3."""
    return ObjectiveConfig(
        content_layers={"relu4_2": 1.0},
        style_layers=dict.fromkeys(_GATYS_LAYERS, 1.0),
        content_weight=1e-3,
        style_weight=1.0,
        normalization="absolute",
        pooling="avg",
    )


def _paper_style_layer(layer: str, count: int) -> float:
    """Weight for E = S / (4 C² M²) over the number of layers, with C channels and M positions.

    E is C² / 4 times the mean squared difference of Gram matrices divided by C M.
    """
    return _channels(layer) ** 2 / 4 / count


def _paper_content_layer(layer: str, height: int, width: int) -> float:
    """Weight for half a sum of squares, which is C M / 2 times a mean."""
    return _channels(layer) * (height // stride(layer)) * (width // stride(layer)) / 2


def _channels(layer: str) -> int:
    # VGG19 has all the layers of VGG16, with as many channels.
    return kernel_shape(convolution_of(layer, "vgg19"))[3]


def _neural_style(height: int, width: int) -> ObjectiveConfig:
    """jcjohnson/neural-style's defaults: its total variation is a sum over pixels in 0-255."""
    variation = 1e-3 * 0.5 * 255**2 * 3 * height * width
    return ObjectiveConfig(**{**TRAINING_PRESETS["gatys"], "variation_weight": variation})


def _ours(height: int, width: int) -> ObjectiveConfig:
    """The objective of our networks, with more style: pixels can follow where networks cannot."""
    return ObjectiveConfig(style_weight=10.0)


PRESETS = {
    "stylekit": Preset(_ours, "photo", 0.0, 512, "256:100,full:200"),
    "paper": Preset(
        _paper, "noise", 0.25, 512, "full:500", _paper_style_layer, _paper_content_layer
    ),
    "neural-style": Preset(_neural_style, "noise", 0.001 / 255, 512, "full:1000"),
}


@dataclass(frozen=True)
class TransferConfig:
    """What `stylekit transfer` can be told; None is what the preset says.

    Attributes:
        preset: a key of `PRESETS`.
        painting_weights: share of each painting, in any unit; None weighs them equally.
        content_weight, style_weight, variation_weight: the balance of the objective.
        content_layers, style_layers: names of layers, instead of the preset's.
        style_size: shortest side in pixels at which the paintings are seen at full size, the size
            of the brush; None takes the picture's own.
        size: longest side of the picture in pixels; also larger than the photo.
        start: the photo, or noise.
        schedule: see `synthesis.schedule`.
        iterations: in all, instead of the schedule's; sizes keep their shares.
        preserve_color: how the result gets the photo's colours, if it does.
        loss_weights: see `perception.weights.resolve_weights`.
        pooling: `max` or `avg`.
        seed: of the noise.
    """

    preset: str = "stylekit"
    painting_weights: tuple[float, ...] | None = None
    content_weight: float | None = None
    style_weight: float | None = None
    variation_weight: float | None = None
    content_layers: tuple[str, ...] | None = None
    style_layers: tuple[str, ...] | None = None
    style_size: int | None = None
    size: int | None = None
    start: Literal["photo", "noise"] | None = None
    schedule: str | None = None
    iterations: int | None = None
    preserve_color: Preservation | None = None
    loss_weights: str = "auto"
    pooling: Literal["max", "avg"] | None = None
    seed: int = 0


def transfer_picture(
    photo: np.ndarray,
    paintings: Sequence[np.ndarray],
    config: TransferConfig | None = None,
    solver: SolverConfig | None = None,
    output: Output | None = None,
    masks: Sequence[np.ndarray] | None = None,
) -> Solution:
    """The photo, painted after one or several paintings.

    Args:
        photo: float32 RGB `[height, width, 3]` in [0, 1]; the paintings likewise.
        paintings: their styles are blended, or each has its region.
        config: the recipe.
        solver: how it is minimised.
        output: files written on the way.
        masks: `[height, width]` in [0, 1] for each painting, of the photo's size: where the
            picture is painted after it.

    Raises:
        StylekitError: pictures too small, masks of other sizes, masks and weights of paintings,
            unknown layers, weights that are all zero.
    """
    config, solver = config or TransferConfig(), solver or SolverConfig()
    preset = _preset(config.preset)
    shares = _shares(config.painting_weights, len(paintings))
    if masks is not None and config.painting_weights is not None:
        raise StylekitError("weights blend paintings, masks give each its region: give only one")
    if masks is not None:
        _check_masks(masks, photo, len(paintings))
    full = resize_longest(photo, config.size or min(preset.size, max(photo.shape[:2])))
    height, width = full.shape[:2]
    schedule = with_total(parse_schedule(config.schedule or preset.schedule), config.iterations)
    brush = config.style_size or min(height, width)

    objectives = _Objectives(config, preset, full)
    networks = objectives.networks

    def problem(height: int, width: int, precision: str) -> PixelObjective:
        at_size = objectives.config(height, width)
        small = resize(full, height, width)
        seen = [
            resize_shortest(p, max(1, round(brush * min(height, width) / min(full.shape[:2]))))
            for p in paintings
        ]
        require_size(small, networks.layers, "the photo, in this schedule,")
        for painting in seen:
            require_size(painting, networks.layers, "a painting, at this style size,")
        if masks is not None:
            at_masks = np.stack([resize(mask, height, width) for mask in masks], axis=2)
            regions = [StyleRegion(p, np.ones(p.shape[:2], np.float32)) for p in seen]
            return RegionObjective(networks(precision), at_size, at_masks, regions, small)
        objective = StyleTransferObjective(networks(precision), at_size, seen)
        return PhotoInStyles(objective, small, shares)

    start = resized(full)
    if (config.start or preset.start) == "noise":
        start = noise(MEAN_RGB, preset.noise or 0.001 / 255, config.seed)
    identity = fingerprint(
        {"transfer": asdict(config), "solver": asdict(solver)}, [photo, *paintings, *(masks or ())]
    )

    def finish(image: np.ndarray) -> np.ndarray:
        if config.preserve_color is None:
            return image
        return preserve_color(image, resize(full, *image.shape[:2]), config.preserve_color)

    return solve(problem, start, height, width, schedule, solver, output, identity, finish=finish)


class _Objectives:
    """The recipe's objective at every size, with the flags over it, on layers that are there."""

    def __init__(self, config: TransferConfig, preset: Preset, full: np.ndarray) -> None:
        self._config = config
        self._preset = preset
        recipe = preset.objective(*full.shape[:2])
        architecture = None if recipe.architecture == "auto" else recipe.architecture

        def names(published: dict[str, float], wanted: tuple[str, ...] | None) -> tuple[str, ...]:
            """The layers asked for, all of which must be there; else the recipe's that are."""
            if wanted is not None:
                return wanted
            return tuple(reached_layers(published, architecture, config.loss_weights)[0])

        style = names(recipe.style_layers, config.style_layers)
        content = names(recipe.content_layers, config.content_layers)
        pooling = config.pooling or recipe.pooling
        self.networks = Networks([*content, *style], architecture, config.loss_weights, pooling)
        self._style, self._content = (
            tuple(canonical(layer, self.networks.architecture) for layer in layers)
            for layers in (style, content)
        )
        if not _any_weight(self.config(*full.shape[:2])):
            raise StylekitError(
                "all weights are zero: give --content-weight or --style-weight above 0"
            )

    def config(self, height: int, width: int) -> ObjectiveConfig:
        """The objective's configuration for a picture of this size."""
        config, recipe = self._config, self._preset.objective(height, width)
        style_layer, content_layer = self._preset.style_layer, self._preset.content_layer
        return replace(
            recipe,
            style_layers={layer: style_layer(layer, len(self._style)) for layer in self._style},
            content_layers={layer: content_layer(layer, height, width) for layer in self._content},
            weights=config.loss_weights,
            **given(
                content_weight=config.content_weight,
                style_weight=config.style_weight,
                variation_weight=config.variation_weight,
                pooling=config.pooling,
            ),
        )


def _any_weight(config: ObjectiveConfig) -> bool:
    content = config.content_weight * sum(config.content_layers.values())
    style = config.style_weight * sum(config.style_layers.values())
    return content + style + config.variation_weight > 0


def _preset(name: str) -> Preset:
    if name not in PRESETS:
        close = nearest(name, PRESETS)
        hint = f"did you mean {close!r}?" if close else f"known are {', '.join(PRESETS)}"
        raise StylekitError(f"unknown preset {name!r}: {hint}")
    return PRESETS[name]


def _shares(weights: tuple[float, ...] | None, count: int) -> np.ndarray:
    """Weights of the paintings, float32 `[count]` with the sum 1."""
    if weights is None:
        return np.full(count, 1 / count, np.float32)
    if len(weights) != count:
        raise StylekitError(f"{count} paintings were given, and {len(weights)} weights for them")
    values = np.array(weights, np.float32)
    if not np.isfinite(values).all() or values.min() < 0:
        raise StylekitError(f"weights of paintings must be 0 or more: not {weights}")
    if values.sum() == 0:
        raise StylekitError("the weights of all paintings are zero: nothing is left to paint")
    return values / values.sum()


def _check_masks(masks: Sequence[np.ndarray], photo: np.ndarray, count: int) -> None:
    if len(masks) != count:
        raise StylekitError(f"{count} paintings were given, and {len(masks)} masks for them")
    for index, mask in enumerate(masks, start=1):
        if mask.shape != photo.shape[:2]:
            raise StylekitError(
                f"mask {index} is {mask.shape[1]}x{mask.shape[0]}, the photo "
                f"{photo.shape[1]}x{photo.shape[0]}: they must have the same size"
            )
        if mask.max() == 0:
            raise StylekitError(f"mask {index} is black everywhere: its painting has no region")
