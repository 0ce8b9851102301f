"""The pyramid generator of texture networks (Ulyanov et al. 2016)."""

import keras

from stylekit.config import GeneratorConfig
from stylekit.models.blocks import Blocks
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


def pyramid(config: GeneratorConfig, texture_count: int) -> TextureGenerator:
    """Branches of noise at 1, 1/2, 1/4, …, joined from the coarsest to the finest.

    DmitryUlyanov/texture_nets, v1, models/pyramid.lua: a branch turns 3 channels of noise into
    `channels` (8); where it joins, the coarser ones are doubled in size, normalised and laid
    beside it, and go on through a block of the channels of both. `scales` (6) branches have
    117 thousand parameters and take pictures in multiples of 32. The published LeakyReLU is a
    ReLU, as on the authors' later branch.
    """
    channels = config.channels or 8
    divisors = [2**scale for scale in reversed(range(config.scales or 6))]
    noise = noise_pyramid(divisors, 3)
    inputs = noise_inputs(noise)
    weights = texture_weights_input(texture_count)
    blocks = texture_blocks(weights, config.normalization)

    joined = None
    for number, source in enumerate(inputs, start=1):
        branch = _block(blocks, standardized(source), channels)
        if joined is None:
            joined = branch
            continue
        coarser = keras.layers.UpSampling2D(2, interpolation="nearest")(joined)
        both = [blocks.normalize(features, relu=False) for features in (coarser, branch)]
        joined = _block(blocks, keras.layers.Concatenate()(both), number * channels)
    return texture_generator("pyramid", noise, inputs, weights, painting_convolution(joined, 1))


def _block(blocks: Blocks, features: keras.KerasTensor, filters: int) -> keras.KerasTensor:
    for kernel_size in (3, 3, 1):
        features = blocks.convolution(features, filters, kernel_size)
    return features
