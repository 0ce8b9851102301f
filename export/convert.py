"""Keras generator to a float32 TFLite file."""

import tempfile

import keras
import tensorflow as tf

from stylekit.errors import StylekitError
from stylekit.export.compact import prepared
from stylekit.export.factors import LEAST_EPSILON, half_factors
from stylekit.export.means import cascaded_mean
from stylekit.export.options import Size
from stylekit.inference.look import MOST_PIXELS
from stylekit.inference.noise_maps import STRIDE, NoiseMaps
from stylekit.models.generator import AnyGenerator, Generator
from stylekit.models.statistics import NetworkWithStatistics

SIGNATURE = "serving_default"


def require_size(generator: AnyGenerator, size: Size) -> None:
    """Refuse a size that a network cannot take.

    Raises:
        StylekitError: it is too small or too large, or no multiple of what the network divides by.
    """
    multiple, smallest = generator.multiple_of, generator.smallest
    for length in (size.height, size.width):
        if length < smallest or length % multiple:
            raise StylekitError(
                f"the network cannot take pictures of {size.width}x{size.height}: both sides must "
                f"be multiples of {multiple}, at least {smallest}"
            )
    if size.height * size.width > MOST_PIXELS:
        raise StylekitError(
            f"pictures of {size.width}x{size.height} have more than {MOST_PIXELS / 1e6:g} "
            "megapixels: larger photographs are stylized in tiles, with a file of any size"
        )


def convert(generator: Generator, size: Size | None = None, gpu_safe: bool = False) -> bytes:
    """The generator as a float32 TFLite file with one signature, `serving_default`.

    Inputs, all float32: `photo` `[1, height, width, 3]` in [0, 1]; `style_weights` `[1, styles]`;
    `strength` `[1, 1]`; `statistics` `[1, 1, 1, n]`, zeros unless those of another photo are to
    be used (see `models.statistics`); `noise` `[1, height / 4, width / 4, channels]`, if the
    generator takes it. Outputs: `stylized`, of the photo's shape and range, and
    `statistics`, those used.

    Weights end up as constants and kernels that layers fold (`UpsampleConv2D`) are folded here,
    once. That takes Keras' own archive: a plain SavedModel of the same function keeps its
    variables and does the folding, at rank 6, on every call.

    Args:
        generator: the network.
        size: of the photo; None leaves it to the runtime, which then resizes the input.
        gpu_safe: means by `cascaded_mean`, which takes a fixed size, and squares that float16 can
            hold (`half_factors`).

    Raises:
        StylekitError: a size that the network cannot take.
    """
    if size is not None:
        require_size(generator, size)
    elif gpu_safe:
        raise StylekitError("a file that is safe for GPUs needs a fixed size: give --size")
    network = NetworkWithStatistics(generator)
    if gpu_safe:
        factors = half_factors(generator)
        network = NetworkWithStatistics(generator, cascaded_mean, factors, LEAST_EPSILON)
    archive = keras.export.ExportArchive()
    archive.track(generator.model)
    archive.add_endpoint(SIGNATURE, _endpoint(generator, network, size))
    with tempfile.TemporaryDirectory(prefix="stylekit-") as folder:
        archive.write_out(folder, verbose=False)
        converter = tf.lite.TFLiteConverter.from_saved_model(folder, signature_keys=[SIGNATURE])
        return prepared(bytes(converter.convert()), {"noise": STRIDE})


def _endpoint(
    generator: Generator, network: NetworkWithStatistics, size: Size | None
) -> tf.types.experimental.PolymorphicFunction:
    """The network as a function with the names that the file's signature will have."""
    height, width = (None, None) if size is None else (size.height, size.width)
    signature = [
        tf.TensorSpec([1, height, width, 3], tf.float32, name="photo"),
        tf.TensorSpec([1, generator.style_count], tf.float32, name="style_weights"),
        tf.TensorSpec([1, 1], tf.float32, name="strength"),
        tf.TensorSpec([1, 1, 1, network.size], tf.float32, name="statistics"),
    ]

    def stylize(
        photo: tf.Tensor, style_weights: tf.Tensor, strength: tf.Tensor, statistics: tf.Tensor
    ) -> dict[str, tf.Tensor]:
        return network(photo, style_weights, strength, statistics)

    def stylize_with_noise(
        photo: tf.Tensor,
        style_weights: tf.Tensor,
        strength: tf.Tensor,
        statistics: tf.Tensor,
        noise: tf.Tensor,
    ) -> dict[str, tf.Tensor]:
        return network(photo, style_weights, strength, statistics, noise)

    if generator.noise is None:
        return tf.function(stylize, autograph=False, input_signature=signature)
    shape = noise_shape(generator.noise, size)
    signature.append(tf.TensorSpec(shape, tf.float32, name="noise"))
    return tf.function(stylize_with_noise, autograph=False, input_signature=signature)


def noise_shape(noise: NoiseMaps, size: Size | None) -> list[int | None]:
    """Shape of the input `noise` for photos of a size."""
    height, width = (None, None) if size is None else (size.height, size.width)
    sides = [None if side is None else side // STRIDE for side in (height, width)]
    return [1, *sides, len(noise.cells)]
