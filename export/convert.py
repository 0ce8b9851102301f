"""Keras generator to TFLite bytes."""

import tempfile
from typing import Literal, get_args

import keras
import tensorflow as tf

from stylekit.models.generator import Generator

Precision = Literal["float32", "float16"]
PRECISIONS: tuple[Precision, ...] = get_args(Precision)

SIGNATURE = "serving_default"


def convert(generator: Generator, precision: Precision) -> bytes:
    """The generator as a TFLite file with one signature, `serving_default`.

    Inputs, all float32: `photo` `[1, height, width, 3]` in [0, 1], whose height and width are
    chosen at run time; `style_weights` `[1, styles]`; `strength` `[1, 1]`. Output: `stylized`, of
    the photo's shape and range. `precision` is how the weights are stored; runtimes widen float16
    weights when they load them, so that the arithmetic is float32 in both files.

    Weights end up as constants and kernels that layers fold (`UpsampleConv2D`) are folded here,
    once. That takes Keras' own archive: a plain SavedModel of the same function keeps its
    variables and does the folding, at rank 6, on every call.
    """
    archive = keras.export.ExportArchive()
    archive.track(generator.model)
    archive.add_endpoint(SIGNATURE, _endpoint(generator))
    with tempfile.TemporaryDirectory(prefix="stylekit-") as folder:
        archive.write_out(folder, verbose=False)
        converter = tf.lite.TFLiteConverter.from_saved_model(folder, signature_keys=[SIGNATURE])
        if precision == "float16":
            converter.optimizations = [tf.lite.Optimize.DEFAULT]
            converter.target_spec.supported_types = [tf.float16]
        return converter.convert()


def _endpoint(generator: Generator) -> tf.types.experimental.PolymorphicFunction:
    """The model as a function with the names that the file's signature will have."""

    @tf.function(
        autograph=False,
        input_signature=[
            tf.TensorSpec([1, None, None, 3], tf.float32, name="photo"),
            tf.TensorSpec([1, generator.style_count], tf.float32, name="style_weights"),
            tf.TensorSpec([1, 1], tf.float32, name="strength"),
        ],
    )
    def stylize(
        photo: tf.Tensor, style_weights: tf.Tensor, strength: tf.Tensor
    ) -> dict[str, tf.Tensor]:
        return {"stylized": generator.model([photo, style_weights, strength], training=False)}

    return stylize
