"""A texture generator of residual blocks, such as style networks have."""

from stylekit.config import GeneratorConfig
from stylekit.models.generator import TextureGenerator
from stylekit.models.texture_blocks import (
    noise_inputs,
    noise_pyramid,
    painting_convolution,
    standardized,
    texture_blocks,
    texture_generator,
    texture_weights_input,
)

# Channels of the noise, which is all that this network starts from.
_NOISE = 16


def texture_residual(config: GeneratorConfig, texture_count: int) -> TextureGenerator:
    """The second half of a Johnson network, on noise of a quarter of the size.

    `R128 × 5, u64, u32, c9s1-3` in the notation of Johnson et al. 2016 for `channels` 32, with
    resize-convolutions. All structure grows within the reach of its ten convolutions, 80 pixels.
    """
    channels = config.channels or 32
    noise = noise_pyramid([4], _NOISE)
    inputs = noise_inputs(noise)
    weights = texture_weights_input(texture_count)
    blocks = texture_blocks(weights, config.normalization)

    features = blocks.convolution(standardized(inputs[0]), 4 * channels, 3)
    for _ in range(config.blocks or 5):
        features = blocks.residual(features)
    for filters in (2 * channels, channels):
        features = blocks.upsample(features, filters, 3)
    return texture_generator(
        "texture_residual", noise, inputs, weights, painting_convolution(features, 9)
    )
