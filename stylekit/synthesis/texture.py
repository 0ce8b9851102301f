"""Texture synthesis by optimisation (Gatys et al. 2015)."""

from dataclasses import asdict, dataclass, replace
from typing import Literal

import numpy as np

from stylekit.config import ObjectiveConfig
from stylekit.errors import StylekitError
from stylekit.imaging.histogram import match_histograms
from stylekit.imaging.resize import resize_shortest
from stylekit.objectives.pixels import PixelObjective
from stylekit.objectives.texture import TextureObjective
from stylekit.perception.parts import ALIGNMENT
from stylekit.synthesis.checkpoint import fingerprint
from stylekit.synthesis.networks import Networks, reached_layers
from stylekit.synthesis.pictures import noise, require_size
from stylekit.synthesis.recorder import Output
from stylekit.synthesis.schedule import parse_schedule, with_total
from stylekit.synthesis.solver import Solution, SolverConfig, solve

# The layers of DmitryUlyanov/texture_nets; Gatys et al. take relu1_1 and the four poolings.
LAYERS = tuple(f"relu{block}_1" for block in range(1, 6))

# Standard deviation of the noise that a texture grows from, around the sample's mean colour.
NOISE = 0.1


@dataclass(frozen=True)
class TextureConfig:
    """What `stylekit texture` can be told.

    Attributes:
        size: height and width of the texture in pixels; None takes the sample's.
        sample_size: shortest side in pixels at which the sample is seen; None takes its own.
        seamless: the texture continues at its other side.
        layers: of the loss network, weighing the same; None takes those of `LAYERS` that the
            weights reach.
        match_histogram: give the result the colours of the sample, channel by channel.
        spectrum_weight: of the spectrum term; 0 leaves it out.
        variation_weight: of total variation.
        schedule: see `synthesis.schedule`.
        iterations: in all, instead of the schedule's; sizes keep their shares.
        loss_weights: see `perception.weights.resolve_weights`.
        pooling: `avg` as the paper recommends, or `max`.
        seed: of the noise.
    """

    size: tuple[int, int] | None = None
    sample_size: int | None = None
    seamless: bool = False
    layers: tuple[str, ...] | None = None
    match_histogram: bool = False
    spectrum_weight: float = 0.0
    variation_weight: float = 0.0
    schedule: str = "128:150,full:250"
    iterations: int | None = None
    loss_weights: str = "auto"
    pooling: Literal["max", "avg"] = "avg"
    seed: int = 0


def synthesize_texture(
    sample: np.ndarray,
    config: TextureConfig | None = None,
    solver: SolverConfig | None = None,
    output: Output | None = None,
) -> Solution:
    """A texture like a sample, float32 RGB `[height, width, 3]` in [0, 1], from noise.

    Raises:
        StylekitError: a sample or size too small for the layers, unknown layers, a seamless
            texture whose sides are no multiples of `ALIGNMENT`.
    """
    config, solver = config or TextureConfig(), solver or SolverConfig()
    seen = sample if config.sample_size is None else resize_shortest(sample, config.sample_size)
    height, width = config.size or seen.shape[:2]
    if config.seamless and config.size is None:
        height, width = (max(1, side // ALIGNMENT) * ALIGNMENT for side in (height, width))
    if config.seamless and (height % ALIGNMENT or width % ALIGNMENT):
        raise StylekitError(
            f"the sides of a seamless texture must be multiples of {ALIGNMENT}: not "
            f"{width}x{height}"
        )
    schedule = with_total(parse_schedule(config.schedule), config.iterations)
    if config.seamless:
        # Every scale has to close: sizes are rounded to what the poolings divide.
        schedule = [replace(scale, multiple_of=ALIGNMENT) for scale in schedule]

    if config.layers is None:
        layers, _ = reached_layers(dict.fromkeys(LAYERS, 1.0), None, config.loss_weights)
    else:
        layers = dict.fromkeys(config.layers, 1.0)
    networks = Networks(list(layers), None, config.loss_weights, config.pooling)
    objective = ObjectiveConfig(
        content_layers={},
        style_layers=layers,
        content_weight=0.0,
        style_weight=1.0,
        variation_weight=config.variation_weight,
        weights=config.loss_weights,
        pooling=config.pooling,
    )

    def problem(at_height: int, at_width: int, precision: str) -> PixelObjective:
        factor = max(at_height, at_width) / max(height, width)
        small = resize_shortest(seen, max(1, round(factor * min(seen.shape[:2]))))
        require_size(small, networks.layers, "the sample, in this schedule,")
        empty = np.empty((at_height, at_width, 3), np.float32)
        require_size(empty, networks.layers, "the texture, in this schedule,")
        return TextureObjective(
            networks(precision), objective, small, config.spectrum_weight, config.seamless
        )

    identity = fingerprint({"texture": asdict(config), "solver": asdict(solver)}, [sample])
    start = noise(sample.mean(axis=(0, 1)), NOISE, config.seed)

    def finish(image: np.ndarray) -> np.ndarray:
        return match_histograms(image, sample) if config.match_histogram else image

    return solve(
        problem, start, height, width, schedule, solver, output, identity, config.seamless, finish
    )
