"""A VGG with fixed random weights: a loss network that no training sees."""

import hashlib

import numpy as np

from stylekit.perception.names import convolution_names, kernel_shape
from stylekit.perception.weight_files import Convolution
from stylekit.perception.weights import ResolvedWeights, WeightSource

_SEED = 0


def random_weights(architecture: str = "vgg16") -> ResolvedWeights:
    """Weights drawn once and for all, for a second opinion on a picture.

    Kernels are normal with variance 2 / (9 · incoming channels), which keeps the size of the
    features from layer to layer under ReLU (He et al. 2015, eq. 10); biases are zero. Statistics of
    random convolutional features describe textures about as well as those of trained ones
    (Ustyuzhaninov et al. 2017), and no network was trained to please them.

    Raises:
        StylekitError: an architecture other than vgg16 and vgg19.
    """
    random = np.random.Generator(np.random.Philox(_SEED))
    digest = hashlib.sha256()
    arrays: dict[str, Convolution] = {}
    for name in convolution_names(architecture):
        shape = kernel_shape(name)
        deviation = np.float32(np.sqrt(2 / np.prod(shape[:3])))
        kernel = deviation * random.standard_normal(shape, np.float32)
        digest.update(kernel.tobytes())
        arrays[name] = (kernel, np.zeros(shape[-1], np.float32))
    terms = "random numbers: none"
    source = WeightSource("random", architecture, digest.hexdigest(), terms)
    return ResolvedWeights(architecture, arrays, source)
