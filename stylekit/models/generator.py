"""What every generator is: a Keras model and the sizes it takes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import keras
import numpy as np
import tensorflow as tf

from stylekit.inference.noise_maps import NoiseMaps
from stylekit.inference.textures import NoiseInput, noise_of, noise_to_card


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
    output: ClassVar[str] = "stylized"

    def noise_on_card(self) -> dict[str, Any]:
        """What the card says of the noise; empty for a network without it."""
        return {} if self.noise is None else self.noise.to_card()

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
    noise: tuple[NoiseInput, ...]

    output: ClassVar[str] = "texture"
    # Nothing is cut off what it makes.
    margin: ClassVar[int] = 0

    def noise_on_card(self) -> dict[str, Any]:
        """What the card says of the noise."""
        return noise_to_card(self.noise)

    def run(self, noise: Sequence[np.ndarray], texture_weights: np.ndarray) -> np.ndarray:
        """The model on arrays; see `inference.textures.Runner`."""
        inputs = [tf.constant(array) for array in (*noise, texture_weights)]
        return np.asarray(self.model(inputs))

    def sample(self, texture_weights: np.ndarray, seed: int, height: int, width: int) -> np.ndarray:
        """A picture `[height, width, 3]`, float32 in [0, 1], of a texture or a blend of several.

        Texture weights `[textures]`, sum 1. Height and width are multiples of `multiple_of`.
        """
        weights = np.asarray(texture_weights, np.float32)[None]
        picture: np.ndarray = self.run(noise_of(self.noise, seed, height, width), weights)[0]
        return picture

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
