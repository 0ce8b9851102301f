"""What generators of textures are built of: noise of several scales, circular convolutions."""

import keras

from stylekit.inference.textures import NoiseInput
from stylekit.layers.blend import ClipToImage
from stylekit.models.blocks import Blocks, padded_convolution, paint_start
from stylekit.models.generator import TextureGenerator

# Uniform numbers of [0, 1) to mean 0 and variance 1.
_SCALE = 12**0.5


def noise_pyramid(divisors: list[int], channels: int) -> tuple[NoiseInput, ...]:
    """Noise inputs at these divisors, named after them."""
    return tuple(NoiseInput(f"noise_{divisor}", divisor, channels) for divisor in divisors)


def noise_inputs(noise: tuple[NoiseInput, ...]) -> list[keras.KerasTensor]:
    """The inputs, for a picture of any size."""
    return [
        keras.Input((None, None, entry.channels), name=entry.name, dtype="float32")
        for entry in noise
    ]


def standardized(noise: keras.KerasTensor) -> keras.KerasTensor:
    """Uniform noise of [0, 1) with mean 0 and variance 1."""
    return keras.layers.Rescaling(_SCALE, -0.5 * _SCALE)(noise)


def texture_weights_input(texture_count: int) -> keras.KerasTensor:
    """The input `texture_weights`: which texture, or which blend of several."""
    return keras.Input((texture_count,), name="texture_weights", dtype="float32")


def texture_blocks(texture_weights: keras.KerasTensor, normalization: str) -> Blocks:
    """Circular blocks whose normalizations have a row for each texture."""
    return Blocks(texture_weights, normalization, "circular")


def texture_generator(
    name: str,
    noise: tuple[NoiseInput, ...],
    inputs: list[keras.KerasTensor],
    texture_weights: keras.KerasTensor,
    painted: keras.KerasTensor,
) -> TextureGenerator:
    """The generator from its inputs, one for each noise, and what it paints."""
    texture = ClipToImage(name="texture")(painted)
    return TextureGenerator(keras.Model([*inputs, texture_weights], texture, name=name), noise)


def painting_convolution(features: keras.KerasTensor, kernel_size: int) -> keras.KerasTensor:
    """The layer that paints: a circular convolution to three channels."""
    return padded_convolution(
        features,
        3,
        kernel_size,
        padding="circular",
        use_bias=True,
        dtype="float32",
        **paint_start(),
    )
