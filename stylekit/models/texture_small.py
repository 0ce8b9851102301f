"""The small texture generator: made for phones, and for short trainings."""

import keras

from stylekit.config import GeneratorConfig
from stylekit.errors import StylekitError
from stylekit.layers.upsampling import UpsampleConv2D
from stylekit.models.blocks import paint_start
from stylekit.models.generator import TextureGenerator
from stylekit.models.texture_blocks import (
    noise_inputs,
    noise_pyramid,
    standardized,
    texture_blocks,
    texture_generator,
    texture_weights_input,
)

# Channels of the noise of each scale.
_NOISE = 8


def texture_small(config: GeneratorConfig, texture_count: int) -> TextureGenerator:
    """From the coarsest noise up, with fresh noise at each scale, and nothing wide at full size.

    Like the pyramid, layout is drawn at 1/32 of the size (`scales` 6) and details are added at
    each finer one. But branches are as wide as the network (`channels`, 64, at every scale up to
    a quarter of the size; there and at an eighth `blocks`, 2, residual blocks form what is seen
    most), and the last two doublings are resize-convolutions computed at half their size, as in
    the small style network.

    Down to an eighth of the size, positions are normalised by themselves. There are few of them: a
    channel that is to be even could only be so but for one blob that holds all of its variance, and
    with statistics over the picture each texture got such blobs, at the same places.

    Raises:
        StylekitError: `blocks` for fewer than 4 `scales`, which have no place for them.
    """
    channels = config.channels or 64
    divisors = [2**scale for scale in reversed(range(1, config.scales or 6))]
    if config.blocks is not None and divisors[0] < 8:
        raise StylekitError(
            f"generator.blocks = {config.blocks} does nothing with {config.scales} scales: "
            "texture_small has such blocks from 4 scales on; leave it out"
        )
    noise = noise_pyramid(divisors, _NOISE)
    inputs = noise_inputs(noise)
    weights = texture_weights_input(texture_count)
    fine = texture_blocks(weights, config.normalization)
    coarse = texture_blocks(weights, "pixel")

    features = coarse.convolution(standardized(inputs[0]), channels, 3)
    for entry, source in zip(noise[1:], inputs[1:], strict=True):
        blocks = coarse if entry.divisor > 4 else fine
        half = entry.divisor == 2
        width = channels // 2 if half else channels
        # At coarse scales size in the file counts, and multiplications do not.
        features = blocks.upsample(features, width, 3, folded=entry.divisor < 8)
        features = keras.layers.Concatenate()([features, standardized(source)])
        if half:
            break
        features = blocks.convolution(features, width, 3)
        for _ in range((config.blocks or 2) if entry.divisor in (8, 4) else 1):
            features = blocks.residual(features)
    painted = UpsampleConv2D(
        3, 5, use_bias=True, padding="circular", dtype="float32", **paint_start()
    )(features)
    return texture_generator("texture_small", noise, inputs, weights, painted)
