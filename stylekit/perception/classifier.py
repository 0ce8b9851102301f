"""Classifiers: whole networks, from pixels to the scores of classes."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from stylekit.errors import StylekitError
from stylekit.perception.network import MEAN_BGR
from stylekit.perception.weights import cached_imagenet_classifier


@dataclass(frozen=True)
class PixelRange:
    """What a classifier wants for black and for white, such as 0 and 1, or -1 and 1."""

    black: float = 0.0
    white: float = 1.0


class Classifier:
    """A Keras model from images to classes, seen before its softmax.

    Attributes:
        height, width: of its images, in pixels.
        classes: number of classes.
        mean: the image that is zero to it, RGB in [0, 1], `[3]`.
        scale: its own units between black and white, such as 1, 2 or 255.
    """

    def __init__(
        self, model: keras.Model, name: str, pixels: PixelRange, caffe: bool = False
    ) -> None:
        """`caffe` models take BGR in 0-255 minus the means of ImageNet instead of a range.

        Raises:
            StylekitError: the model does not map one image of a known size to scores.
        """
        shape = model.input_shape
        if not isinstance(shape, tuple) or len(shape) != 4 or shape[3] not in (1, 3):
            raise StylekitError(
                f"the network {name!r} takes {shape}: a classifier takes images, "
                "[batch, height, width, 1 or 3]"
            )
        if None in shape[1:3]:
            raise StylekitError(f"the network {name!r} has no fixed size of its images: {shape}")
        if len(model.output_shape) != 2 or model.output_shape[1] is None:
            raise StylekitError(
                f"the network {name!r} gives {model.output_shape}: a classifier gives a score for "
                "each class, [batch, classes]"
            )
        self.height, self.width = int(shape[1]), int(shape[2])
        self.classes = int(model.output_shape[1])
        self._channels = int(shape[3])
        self._scores = _without_softmax(model)
        self._pixels = pixels
        self._caffe = caffe
        if caffe:
            self.mean = np.array(MEAN_BGR[::-1], np.float32) / 255
            self.scale = 255.0
        else:
            self.scale = pixels.white - pixels.black
            zero = -pixels.black / self.scale
            self.mean = np.full(3, min(max(zero, 0.0), 1.0), np.float32)

    def scores(self, images: tf.Tensor) -> tf.Tensor:
        """Scores before the softmax, `[batch, classes]`, of RGB `[batch, height, width, 3]`."""
        if self._caffe:
            return self._scores(tf.reverse(images, [-1]) * 255.0 - tf.constant(MEAN_BGR))
        if self._channels == 1:
            images = tf.reduce_mean(images, axis=-1, keepdims=True)
        black, white = self._pixels.black, self._pixels.white
        return self._scores(black + (white - black) * images)


def load_classifier(source: str, pixels: PixelRange) -> Classifier:
    """The classifier `imagenet` (VGG16), or that of a file which Keras can load.

    Raises:
        StylekitError: the weights cannot be had, or the file cannot be read.
    """
    if source == "imagenet":
        try:
            path = cached_imagenet_classifier()
        except StylekitError as error:
            raise StylekitError(
                f"class images need a whole classifier, and ImageNet's VGG16 cannot be had "
                f"({error}): give --network FILE, or --layer and --channel of the loss network"
            ) from error
        model = keras.applications.VGG16(weights=str(path), classifier_activation=None)
        return Classifier(model, source, pixels, caffe=True)
    if not Path(source).is_file():
        raise StylekitError(f"the network {source!r} does not exist or is not a file")
    try:
        model = keras.models.load_model(source, compile=False)
    # Keras reports damage in many ways, depending on where it sits.
    except Exception as error:
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise StylekitError(f"cannot read the network {source!r}: {reason}") from error
    if not isinstance(model, keras.Model):
        raise StylekitError(f"{source!r} holds no Keras model")
    return Classifier(model, source, pixels)


def _without_softmax(model: keras.Model) -> Any:
    """The model up to its scores: without the softmax that a last layer applies, if any."""
    last = model.layers[-1]
    if isinstance(last, keras.layers.Softmax):
        return keras.Model(model.inputs, last.input)
    if getattr(last, "activation", None) is keras.activations.softmax:
        # The layer belongs to this model alone, which was read for this purpose.
        last.activation = keras.activations.linear
    return model
