"""The loss network: VGG feature maps of an image."""

from collections.abc import Sequence

import tensorflow as tf

from stylekit.errors import StylekitError
from stylekit.perception.convolution import FrozenConvolution
from stylekit.perception.names import canonical, convolution_of, kernel_shape, layer_names
from stylekit.perception.parts import reach
from stylekit.perception.weights import ResolvedWeights, resolve_weights

# Mean pixel of ImageNet in BGR, 0-255 (Caffe's VGG; FNS preprocess.lua).
MEAN_BGR = (103.939, 116.779, 123.68)


class LossNetwork:
    """Frozen VGG16 or VGG19 (Simonyan and Zisserman 2015), cut after the last layer needed.

    Called with images `[batch, height, width, 3]`, RGB in [0, 1], it returns a dict from layer
    name to feature map `[batch, height', width', channels]` in `dtype`. Names are the papers'
    (`relu4_2`, `pool4`) or Keras' (`block4_conv2`); keys of the result are the papers'.

    Attributes:
        architecture: `vgg16` or `vgg19`, as found with the weights.
        source: where the weights came from, for the record of a run.
        layers: the papers' names of `layers`, from input to output.
        pooling: `max` or `avg` (Gatys et al. 2015 recommend average for textures).
        reach: pixels around a position that its features depend on, in the deepest layer.

    Raises:
        StylekitError: unknown layer, pooling or weights, or a layer these weights do not offer.
    """

    def __init__(
        self,
        layers: Sequence[str],
        architecture: str | None = None,
        weights: str | ResolvedWeights = "auto",
        pooling: str = "max",
        dtype: str = "float32",
    ) -> None:
        """`weights`: what `resolve_weights` takes, or its result."""
        if pooling not in ("max", "avg"):
            raise StylekitError(f"unknown pooling {pooling!r}: choose max or avg")
        resolved = resolve_weights(weights, architecture) if isinstance(weights, str) else weights
        self.architecture = resolved.architecture
        self.source = resolved.source
        self.pooling = pooling
        self.dtype = tf.as_dtype(dtype)
        resolved.require(layers)
        wanted = {canonical(layer, self.architecture) for layer in layers}
        order = layer_names(self.architecture)
        self.layers = tuple(layer for layer in order if layer in wanted)
        self._path = order[: order.index(self.layers[-1]) + 1]
        self.reach = max(reach(layer, self.architecture) for layer in self.layers)
        self._convolutions = {}
        for layer in self._path:
            if layer.startswith("relu"):
                kernel, bias = resolved.arrays[convolution_of(layer, self.architecture)]
                self._convolutions[layer] = (
                    FrozenConvolution(tf.constant(kernel, self.dtype)),
                    tf.constant(bias, self.dtype),
                )

    def channels(self, layer: str) -> int:
        """Number of channels of one of `layers`."""
        return int(kernel_shape(convolution_of(layer, self.architecture))[3])

    def __call__(
        self, images: tf.Tensor, layers: Sequence[str] | None = None
    ) -> dict[str, tf.Tensor]:
        """Feature maps of `layers` (all of the network's own by default), and no layer beyond."""
        wanted = self.layers if layers is None else tuple(layers)
        remaining = set(wanted)
        features = tf.cast(
            tf.reverse(tf.cast(images, tf.float32), axis=[-1]) * 255.0 - tf.constant(MEAN_BGR),
            self.dtype,
        )
        found = {}
        for layer in self._path:
            if not remaining:
                break
            features = self._apply(layer, features)
            if layer in remaining:
                found[layer] = features
                remaining.discard(layer)
        return found

    def _apply(self, layer: str, features: tf.Tensor) -> tf.Tensor:
        if layer.startswith("pool"):
            pool = tf.nn.max_pool2d if self.pooling == "max" else tf.nn.avg_pool2d
            return pool(features, 2, 2, "VALID")
        convolution, bias = self._convolutions[layer]
        return tf.nn.relu(tf.nn.bias_add(convolution(features), bias))
