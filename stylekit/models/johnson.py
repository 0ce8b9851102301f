"""The network of Johnson et al. 2016, with instance normalization."""

import keras

from stylekit.config import GeneratorConfig
from stylekit.errors import StylekitError
from stylekit.layers.blend import BlendWithPhoto
from stylekit.models.blocks import (
    Blocks,
    Conditions,
    add_noise,
    padded_convolution,
    paint_start,
)
from stylekit.models.generator import Generator, generator_inputs, noise_input, noise_maps


def johnson(config: GeneratorConfig, style_count: int) -> Generator:
    """`c9s1-32, d64, d128, R128 × 5, u64, u32, c9s1-3` (FNS models.lua), for any number of styles.

    `channels` is the width of the first layer (32 as published; pretrained instance-norm models
    of the authors have 16). `upsampling` is `transpose` as published, or `resize`, which leaves
    no checkerboard (Odena et al. 2016). The published 150·tanh at the end is replaced by a
    clip, where the picture meets the photo, as in every generator here.

    Raises:
        StylekitError: an unknown `upsampling`.
    """
    channels = config.channels or 32
    photo, style_weights, strength = generator_inputs(style_count)
    noise = noise_input(config.noise)
    conditions = Conditions(name="conditions")(style_weights, strength)
    blocks = Blocks(conditions, config.normalization)

    features = keras.layers.Rescaling(2.0, -1.0)(photo)
    features = blocks.convolution(features, channels, 9)
    features = blocks.convolution(features, 2 * channels, 3, strides=2)
    features = blocks.convolution(features, 4 * channels, 3, strides=2)
    features = add_noise(features, noise)
    for _ in range(config.blocks or 5):
        features = blocks.residual(features)
    for filters in (2 * channels, channels):
        features = _upsample(blocks, features, filters, config.upsampling)
    painted = padded_convolution(features, 3, 9, use_bias=True, dtype="float32", **paint_start())

    stylized = BlendWithPhoto(name="stylized")(photo, painted, strength)
    model = keras.Model([photo, style_weights, strength, *noise], stylized, name="johnson")
    return Generator(model, margin=16, multiple_of=4, smallest=16, noise=noise_maps(config.noise))


def _upsample(
    blocks: Blocks, features: keras.KerasTensor, filters: int, upsampling: str
) -> keras.KerasTensor:
    if upsampling == "resize":
        return blocks.upsample(features, filters, 3)
    if upsampling == "transpose":
        transposed = keras.layers.Conv2DTranspose(filters, 3, 2, padding="same", use_bias=False)(
            features
        )
        return blocks.normalize(transposed)
    raise StylekitError(f"unknown upsampling {upsampling!r}: choose transpose or resize")
