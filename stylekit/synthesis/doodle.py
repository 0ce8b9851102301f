"""Neural doodles: a painting's regions, arranged as a mask says."""

import logging
from dataclasses import asdict, dataclass, replace
from typing import Literal

import numpy as np

from stylekit.config import ObjectiveConfig
from stylekit.errors import StylekitError
from stylekit.imaging.resize import resize, resize_longest
from stylekit.objectives.patches import PatchObjective
from stylekit.objectives.pixels import PixelObjective
from stylekit.objectives.regions import RegionObjective, StyleRegion
from stylekit.synthesis.checkpoint import fingerprint
from stylekit.synthesis.masks import Regions, match_regions
from stylekit.synthesis.networks import Networks, reached_layers
from stylekit.synthesis.overrides import given
from stylekit.synthesis.pictures import require_size
from stylekit.synthesis.recorder import Output
from stylekit.synthesis.schedule import parse_schedule, with_total
from stylekit.synthesis.solver import Solution, SolverConfig, solve

logger = logging.getLogger("stylekit")

# Standard deviation of the noise around each region's mean colour, from which a doodle grows.
_NOISE = 0.1

# Iterations of the patch method between one search for matches and the next.
_MATCH_EVERY = 20

# Champandard's gamma: how much more the regions of two patches count than their features.
_SEMANTIC_WEIGHT = 10.0


@dataclass(frozen=True)
class _Method:
    """What a method of doodling does where nothing else is said."""

    style_layers: tuple[str, ...]
    content_layer: str
    content_weight: float
    variation_weight: float
    schedule: str


METHODS = {
    # DmitryUlyanov/fast-neural-doodle: its layers and schedule, with fewer iterations.
    "gram": _Method(
        tuple(f"relu{block}_1" for block in range(1, 6)), "relu4_2", 0.3, 0.0, "256:200,full:100"
    ),
    # alexjc/neural-doodle: its layers; its three sizes are a quarter, half and all of 512.
    "patch": _Method(("relu3_1", "relu4_1"), "relu4_2", 0.3, 1.0, "128:80,256:80,full:60"),
}


@dataclass(frozen=True)
class DoodleConfig:
    """What `stylekit doodle` can be told; None is what the method does.

    Attributes:
        method: `gram` (masked Gram matrices) or `patch` (3×3 patches).
        size: longest side of the result in pixels; None takes the target mask's. The style is
            resized along with it.
        content_weight: of the photo, where one is given.
        variation_weight: of total variation.
        layers: of the style, weighing the same.
        distance: of masked Gram matrices: `squared`, relative to the painting's, or `smooth_l1`
            as published.
        schedule: see `synthesis.schedule`.
        iterations: in all, instead of the schedule's; sizes keep their shares.
        loss_weights: see `perception.weights.resolve_weights`.
        seed: of the noise.
    """

    method: Literal["gram", "patch"] = "gram"
    size: int | None = None
    content_weight: float | None = None
    variation_weight: float | None = None
    layers: tuple[str, ...] | None = None
    distance: Literal["squared", "smooth_l1"] = "squared"
    schedule: str | None = None
    iterations: int | None = None
    loss_weights: str = "auto"
    seed: int = 0


def doodle(
    style: np.ndarray,
    style_mask: np.ndarray,
    target_mask: np.ndarray,
    config: DoodleConfig | None = None,
    solver: SolverConfig | None = None,
    output: Output | None = None,
    photo: np.ndarray | None = None,
) -> Solution:
    """A picture whose regions look like those of a painting.

    Args:
        style: the painting, float32 RGB `[height, width, 3]` in [0, 1].
        style_mask: of the painting's size; each colour is a region.
        target_mask: the regions of the result, in the same colours.
        config: the recipe.
        solver: how it is minimised. The patch method restarts at least every 20 iterations, to
            find matches anew.
        output: files written on the way.
        photo: of the target mask's size; its content is kept.

    Raises:
        StylekitError: sizes that differ, masks without clear regions, a region that the style
            lacks, pictures too small.
    """
    config, solver = config or DoodleConfig(), solver or SolverConfig()
    _same_size(style, "the style", style_mask, "its mask")
    if photo is not None:
        _same_size(photo, "the photo", target_mask, "the target mask")
    regions = match_regions(style_mask, target_mask)
    if regions.unused:
        logger.warning(
            "regions of the style mask that the target mask does not have are not used: %s",
            ", ".join(regions.unused),
        )
    longest = config.size or max(target_mask.shape[:2])
    factor = longest / max(target_mask.shape[:2])
    full = resize_longest(target_mask, longest)
    height, width = full.shape[:2]
    problem = _Problem(config, style, regions, photo, height, width, factor)
    identity = fingerprint(
        {"doodle": asdict(config), "solver": asdict(solver)},
        [style, style_mask, target_mask, *([] if photo is None else [photo])],
    )
    if config.method == "patch":
        solver = replace(solver, restart_every=min(solver.restart_every, _MATCH_EVERY))
    schedule = parse_schedule(config.schedule or METHODS[config.method].schedule)
    schedule = with_total(schedule, config.iterations)

    def start(height: int, width: int) -> np.ndarray:
        random = np.random.default_rng(config.seed)
        means = np.stack(
            [style[mask > 0.5].mean(axis=0) for mask in np.moveaxis(regions.style, 2, 0)]
        )
        plain = resize(regions.target, height, width) @ means
        noise = random.normal(0, _NOISE, (height, width, 3))
        return np.clip(plain + noise, 0, 1).astype(np.float32)

    return solve(problem, start, height, width, schedule, solver, output, identity)


class _Problem:
    """The objective of a doodle at every size."""

    def __init__(
        self,
        config: DoodleConfig,
        style: np.ndarray,
        regions: Regions,
        photo: np.ndarray | None,
        height: int,
        width: int,
        factor: float,
    ) -> None:
        """Height and width of the result; `factor` is what the style is resized by at that size."""
        self._config = config
        self._style = style
        self._regions = regions
        self._photo = photo
        self._longest = max(height, width)
        self._factor = factor
        method = METHODS[config.method]
        if config.layers is None:
            recipe = dict.fromkeys(method.style_layers, 1.0)
            layers, _ = reached_layers(recipe, None, config.loss_weights)
        else:
            layers = dict.fromkeys(config.layers, 1.0)
        content = {} if photo is None else {method.content_layer: 1.0}
        published = ObjectiveConfig(
            content_layers=content,
            style_layers=layers,
            content_weight=method.content_weight,
            style_weight=1.0,
            variation_weight=method.variation_weight,
            weights=config.loss_weights,
            pooling="avg",
        )
        self._objective = replace(
            published,
            **given(content_weight=config.content_weight, variation_weight=config.variation_weight),
        )
        self._networks = Networks([*layers, *content], None, config.loss_weights, "avg")

    def __call__(self, height: int, width: int, precision: str) -> PixelObjective:
        factor = self._factor * max(height, width) / self._longest
        style = _scaled(self._style, factor)
        style_masks = _scaled(self._regions.style, factor)
        masks = resize(self._regions.target, height, width)
        photo = None if self._photo is None else resize(self._photo, height, width)
        require_size(masks, self._networks.layers, "the target mask, in this schedule,")
        require_size(style, self._networks.layers, "the style, in this schedule,")
        network = self._networks(precision)
        if self._config.method == "patch":
            return PatchObjective(
                network, self._objective, masks, style, style_masks, _SEMANTIC_WEIGHT, photo
            )
        parts = [StyleRegion(style, style_masks[:, :, r]) for r in range(style_masks.shape[2])]
        return RegionObjective(network, self._objective, masks, parts, photo, self._config.distance)


def _scaled(picture: np.ndarray, factor: float) -> np.ndarray:
    height, width = (max(1, round(side * factor)) for side in picture.shape[:2])
    return resize(picture, height, width)


def _same_size(picture: np.ndarray, name: str, mask: np.ndarray, mask_name: str) -> None:
    if picture.shape[:2] != mask.shape[:2]:
        raise StylekitError(
            f"{name} is {picture.shape[1]}x{picture.shape[0]}, {mask_name} "
            f"{mask.shape[1]}x{mask.shape[0]}: they must have the same size"
        )
