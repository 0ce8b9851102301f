"""What every generator is: a Keras model and the sizes it takes."""

from dataclasses import dataclass

import keras
import numpy as np
import tensorflow as tf

from stylekit.inference.noise import uniform
from stylekit.inference.noise_maps import NoiseMaps


@dataclass(frozen=True)
class Noise:
    """An input of a generator that is filled with uniform numbers of [0, 1).

    Attributes:
        name: of the input.
        divisor: of the picture's height and width, for those of the input.
        channels: of the input.
    """

    name: str
    divisor: int
    channels: int

    def shape(self, height: int, width: int) -> tuple[int, int, int]:
        """`[height, width, channels]` for a picture of this size, which the divisor divides."""
        return height // self.divisor, width // self.divisor, self.channels

    def input(self) -> keras.KerasTensor:
        """The input, for a picture of any size."""
        return keras.Input((None, None, self.channels), name=self.name, dtype="float32")


@dataclass(frozen=True)
class Generator:
    """A stylization network and the sizes it takes.

    Attributes:
        model: called with `photo` `[batch, height, width, 3]` in [0, 1], `style_weights`
            `[batch, styles]` and `strength` `[batch, 1]`; gives `stylized`, of the photo's shape
            and range. Height and width must be multiples of `multiple_of`. A network with noise
            takes `noise` `[batch, height / 4, width / 4, channels]` in [0, 1) besides.
        margin: pixels by which a photo is reflected on every side before, and the output cropped
            after: replication padding in the network is no more than a guess at what lies beyond
            the border, and strokes next to it show that.
        multiple_of: see `model`.
        smallest: least height and width.
        noise: what `noise` holds; None for a network without it.
    """

    model: keras.Model
    margin: int
    multiple_of: int
    smallest: int
    noise: NoiseMaps | None = None

    @property
    def style_count(self) -> int:
        """Number of styles, the width of `style_weights`."""
        return int(self.model.get_layer("style_weights").output.shape[-1])

    def stylize(
        self, photos: tf.Tensor, style_weights: tf.Tensor, strength: tf.Tensor, seed: int = 0
    ) -> tf.Tensor:
        """Reflect by `margin`, run the model, crop: the path of every photo but those of a step.

        Photos must be larger than the margin, and fit `multiple_of` with it. All of them have the
        noise of `seed`.
        """
        margin = self.margin
        around = [[0, 0], [margin, margin], [margin, margin], [0, 0]]
        padded = tf.pad(photos, around, "REFLECT")
        inputs = [padded, style_weights, strength]
        if self.noise is not None:
            noise = self.noise.of(seed, *padded.shape[1:3])
            inputs.append(tf.constant(np.repeat(noise, padded.shape[0], axis=0)))
        stylized = self.model(inputs)
        return stylized[:, margin : -margin or None, margin : -margin or None]


@dataclass(frozen=True)
class TextureGenerator:
    """A network that makes textures of noise, and the sizes it takes.

    Attributes:
        model: called with the noise of each scale, `[batch, height / divisor, width / divisor,
            channels]`, in the order of `noise`, and `texture_weights` `[batch, textures]`; gives
            `texture` `[batch, height, width, 3]` in [0, 1], which continues at its other side.
        noise: its noise inputs, the coarsest first.
    """

    model: keras.Model
    noise: tuple[Noise, ...]

    def sample(self, texture_weights: np.ndarray, seed: int, height: int, width: int) -> np.ndarray:
        """A picture `[height, width, 3]`, float32 in [0, 1], of a texture or a blend of several.

        Texture weights `[textures]`, sum 1. Height and width are multiples of `multiple_of`. The
        noise of an input is `uniform(seed, k, …)` for its place `k` in `noise`.
        """
        noise = [
            uniform(seed, stream, (1, *entry.shape(height, width)))
            for stream, entry in enumerate(self.noise)
        ]
        weights = np.asarray(texture_weights, np.float32)[None]
        return np.asarray(self.model([*noise, weights]))[0]

    @property
    def multiple_of(self) -> int:
        """What height and width must be multiples of; the least size, too."""
        return max(noise.divisor for noise in self.noise)

    @property
    def smallest(self) -> int:
        """Least height and width: a pixel of the coarsest scale."""
        return self.multiple_of

    @property
    def style_count(self) -> int:
        """Number of textures, the width of `texture_weights`."""
        return int(self.model.get_layer("texture_weights").output.shape[-1])


AnyGenerator = Generator | TextureGenerator


def generator_inputs(
    style_count: int,
) -> tuple[keras.KerasTensor, keras.KerasTensor, keras.KerasTensor]:
    """The inputs `photo`, `style_weights` and `strength`, of any photo size."""
    photo = keras.Input((None, None, 3), name="photo", dtype="float32")
    style_weights = keras.Input((style_count,), name="style_weights", dtype="float32")
    strength = keras.Input((1,), name="strength", dtype="float32")
    return photo, style_weights, strength


def noise_input(scales: int) -> list[keras.KerasTensor]:
    """The input `noise`, of any size, in a list; nothing for no scales."""
    if not scales:
        return []
    return [keras.Input((None, None, scales), name="noise", dtype="float32")]


def noise_maps(scales: int) -> NoiseMaps | None:
    """What such an input holds."""
    return NoiseMaps.of_scales(scales) if scales else None
