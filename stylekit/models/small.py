"""The small network: made for phones."""

import keras

from stylekit.config import GeneratorConfig
from stylekit.layers.blend import BlendWithPhoto
from stylekit.layers.upsampling import UpsampleConv2D
from stylekit.models.blocks import Blocks, Conditions, add_noise, paint_start
from stylekit.models.generator import Generator, generator_inputs, noise_input, noise_maps


def small(config: GeneratorConfig, style_count: int) -> Generator:
    """A Johnson network with nothing at full size but its ends: 0.43 M parameters.

    These networks spend their time in element-wise work at full size. Here the first convolution
    has stride 2, and the last is a resize-convolution computed at half size (`UpsampleConv2D`):
    only the photo and the painting, of three channels, exist at full size. The residual blocks
    are dense 3×3 convolutions at a quarter of the size, where strokes are formed. Kernels with
    stride 2 are even, so that their samples lie symmetrically on the finer grid; widths are
    multiples of 32, to which XNNPACK would round them.
    """
    channels = config.channels or 64
    photo, style_weights, strength = generator_inputs(style_count)
    noise = noise_input(config.noise)
    conditions = Conditions(name="conditions")(style_weights, strength)
    blocks = Blocks(conditions, config.normalization)

    features = keras.layers.Rescaling(2.0, -1.0)(photo)
    features = blocks.convolution(features, channels // 2, 8, strides=2)
    features = blocks.convolution(features, channels, 4, strides=2)
    features = add_noise(features, noise)
    for _ in range(config.blocks or 5):
        features = blocks.residual(features)
    features = blocks.upsample(features, channels // 2, 3)
    painted = UpsampleConv2D(3, 5, use_bias=True, dtype="float32", **paint_start())(features)

    stylized = BlendWithPhoto(name="stylized")(photo, painted, strength)
    model = keras.Model([photo, style_weights, strength, *noise], stylized, name="small")
    return Generator(model, margin=16, multiple_of=4, smallest=16, noise=noise_maps(config.noise))
