"""The Fourier spectrum of a texture: what makes a pattern regular over long distances."""

import tensorflow as tf

from stylekit.losses.precision import at_least_float32


def spectrum_distance(image: tf.Tensor, sample: tf.Tensor) -> tf.Tensor:
    """Mean squared distance of an image to the nearest one with the sample's spectrum.

    Both `[height, width, channels]`, of one size → scalar. The nearest image has the sample's
    moduli and the phases of the image, one phase for all channels (Liu, Gousseau and Xia 2016,
    eq. 9), so that colours stay together. It is a projection: the gradient of half the squared
    distance is the difference to it, and nothing flows through the projection itself.
    """
    image, sample = at_least_float32(image), at_least_float32(sample)
    ours, theirs = _transform(image), _transform(sample)
    product = tf.reduce_sum(ours * tf.math.conj(theirs), axis=0)
    size = tf.cast(tf.abs(product), product.dtype)
    phase = tf.where(tf.abs(product) > 0, product / size, tf.ones_like(product))
    nearest = tf.transpose(tf.math.real(tf.signal.ifft2d(phase * theirs)), [1, 2, 0])
    return tf.reduce_mean(tf.square(image - tf.stop_gradient(nearest)))


def _transform(image: tf.Tensor) -> tf.Tensor:
    """`[height, width, channels]` → complex `[channels, height, width]`."""
    channels_first = tf.transpose(image, [2, 0, 1])
    return tf.signal.fft2d(tf.complex(channels_first, tf.zeros_like(channels_first)))
