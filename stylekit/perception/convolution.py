"""Convolution with a kernel that is not trained."""

import tensorflow as tf

from stylekit.processor import onednn_here

# Below this, Eigen's own gradient is the faster one: the first layer's input has 3 channels.
_FEWEST_CHANNELS = 16


class FrozenConvolution:
    """Convolution with zero padding and stride 1, `[batch, h, w, c]` to `[batch, h, w, c']`.

    Its gradient by the input is the convolution of the output's gradient with the kernel turned by
    180° and its channels exchanged. Where TensorFlow computes with Eigen (processors without
    AVX512-VNNI, and no GPU) it is computed as such: Eigen's gradient operator takes up to twice the
    time of its convolution. There is no gradient by the kernel.
    """

    def __init__(self, kernel: tf.Tensor, as_convolution: bool | None = None) -> None:
        """Take a kernel `[k, k, c, c']`, k odd; `as_convolution` None chooses for this machine."""
        if as_convolution is None:
            as_convolution = kernel.shape[2] >= _FEWEST_CHANNELS and gradients_by_eigen()
        self._kernel = kernel
        self._turned = tf.transpose(kernel[::-1, ::-1], [0, 1, 3, 2]) if as_convolution else None

    def __call__(self, features: tf.Tensor) -> tf.Tensor:
        """The convolved features, in their number format."""
        if self._turned is None:
            return tf.nn.conv2d(features, self._kernel, 1, "SAME")

        @tf.custom_gradient
        def convolve(features: tf.Tensor) -> tuple[tf.Tensor, object]:
            def gradient(upstream: tf.Tensor) -> tf.Tensor:
                return tf.nn.conv2d(upstream, self._turned, 1, "SAME")

            return tf.nn.conv2d(features, self._kernel, 1, "SAME"), gradient

        return convolve(features)


def gradients_by_eigen() -> bool:
    """Whether TensorFlow computes convolutions with Eigen here."""
    return not onednn_here() and not tf.config.list_physical_devices("GPU")
