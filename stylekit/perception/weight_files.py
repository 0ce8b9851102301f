"""Read and write files that hold the convolutions of a VGG network."""

import re
import zipfile
import zlib
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from stylekit.errors import StylekitError
from stylekit.files import atomic_path
from stylekit.perception.names import convolution_names, kernel_shape

# A kernel `[3, 3, in, out]` and a bias `[out]`, both float32. conv1_1 expects BGR pixels in
# 0..255 minus the channel means, as in Caffe and in Keras' `preprocess_input(mode="caffe")`.
Convolution = tuple[np.ndarray, np.ndarray]

_KERAS_CONVOLUTION = re.compile(r"block(\d+)_conv(\d+)")


def read_weights(path: Path, architecture: str | None = None) -> tuple[str, dict[str, Convolution]]:
    """Convolutions of a Keras HDF5 file (`.h5`, with or without top) or of a `.npz` of ours.

    A file may end early (after block 4, say), but may not leave a convolution out before that.

    Args:
        path: the file.
        architecture: `vgg16` or `vgg19` when the file has to be just that, else None.

    Returns:
        The architecture and its convolutions by name (`conv1_1`), from input to output.

    Raises:
        StylekitError: the file cannot be read, holds no VGG, or another VGG than asked for.
    """
    try:
        exists = path.is_file()
    except OSError as error:
        raise StylekitError(f"cannot read weights file {str(path)!r}: {error}") from error
    if not exists:
        raise StylekitError(f"weights file {str(path)!r} does not exist or is not a file")
    if path.suffix == ".npz":
        found = _read_npz(path)
    elif path.suffix in (".h5", ".hdf5"):
        found = _read_keras(path)
    else:
        raise StylekitError(f"weights file {str(path)!r} must end in .h5, .hdf5 or .npz")
    # VGG19 has every convolution of VGG16; whatever else a file holds is not looked at.
    found = {name: found[name] for name in convolution_names("vgg19") if name in found}
    if "conv1_1" not in found:
        raise StylekitError(f"weights file {str(path)!r} holds no VGG network (no block1_conv1)")
    # VGG16 and VGG19 agree up to conv3_3; only VGG19 has a fourth convolution in block 3.
    stored = "vgg19" if "conv3_4" in found else "vgg16"
    if architecture is not None and architecture != stored:
        raise StylekitError(f"weights file {str(path)!r} holds {stored}, not {architecture}")
    names = convolution_names(stored)[: len(found)]
    if missing := [name for name in names if name not in found]:
        raise StylekitError(f"weights file {str(path)!r} lacks {', '.join(missing)} of {stored}")
    _check(path, found)
    return stored, {
        name: (
            found[name][0].astype(np.float32, copy=False),
            found[name][1].astype(np.float32, copy=False),
        )
        for name in names
    }


def write_weights(path: Path, arrays: dict[str, Convolution]) -> None:
    """Write convolutions by name to a `.npz` file that `read_weights` understands.

    Raises:
        StylekitError: the name does not end in `.npz`, or the file cannot be written.
    """
    if path.suffix != ".npz":
        raise StylekitError(f"weights are written to a .npz file, not to {str(path)!r}")
    entries: dict[str, Any] = {}
    for name, (kernel, bias) in arrays.items():
        entries[f"{name}.kernel"] = kernel
        entries[f"{name}.bias"] = bias
    with atomic_path(path) as temporary, temporary.open("wb") as stream:
        np.savez(stream, **entries)


def _read_npz(path: Path) -> dict[str, Convolution]:
    if not zipfile.is_zipfile(path):
        raise StylekitError(f"cannot read weights file {str(path)!r}: not a .npz archive")
    try:
        with np.load(path, allow_pickle=False) as archive:
            entries = {key: archive[key] for key in archive.files}
    except (OSError, ValueError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        raise StylekitError(f"cannot read weights file {str(path)!r}: {error}") from error
    names = [key.removesuffix(".kernel") for key in entries if key.endswith(".kernel")]
    return {
        name: (entries[f"{name}.kernel"], entries[f"{name}.bias"])
        for name in names
        if f"{name}.bias" in entries
    }


def _read_keras(path: Path) -> dict[str, Convolution]:
    try:
        with h5py.File(path, "r") as file:
            return _keras_convolutions(file)
    # h5py reports damage in many ways, depending on where it sits.
    except (OSError, KeyError, RuntimeError, ValueError, TypeError, MemoryError) as error:
        raise StylekitError(f"cannot read weights file {str(path)!r}: {error}") from error


def _keras_convolutions(file: h5py.File) -> dict[str, Convolution]:
    """Find the convolutions in any of Keras' layouts.

    Keras 1 and 2 name the groups after the layers (`block1_conv1/...`). Keras 3 numbers them and
    keeps the layer's name in the attribute `name` of the group `vars`.
    """
    kernels: dict[str, np.ndarray] = {}
    biases: dict[str, np.ndarray] = {}

    def collect(path: str, item: h5py.Group | h5py.Dataset) -> None:
        if not isinstance(item, h5py.Dataset) or path.startswith("optimizer"):
            return
        labels = [*path.split("/")[:-1], item.parent.attrs.get("name", "")]
        for label in labels:
            if match := _KERAS_CONVOLUTION.fullmatch(str(label)):
                name = f"conv{match[1]}_{match[2]}"
                if item.ndim == 4:
                    kernels[name] = item[()]
                elif item.ndim == 1:
                    biases[name] = item[()]
                return

    file.visititems(collect)
    return {name: (kernels[name], biases[name]) for name in kernels if name in biases}


def _check(path: Path, found: dict[str, Convolution]) -> None:
    for name, (kernel, bias) in found.items():
        shape = kernel_shape(name)
        if kernel.shape != shape or bias.shape != shape[-1:]:
            raise StylekitError(
                f"weights file {str(path)!r}: {name} has shape {list(kernel.shape)} and bias "
                f"{list(bias.shape)}, expected {list(shape)} and {list(shape[-1:])}"
            )
        for array in (kernel, bias):
            if array.dtype.kind != "f" or not np.isfinite(array).all():
                raise StylekitError(f"weights file {str(path)!r}: {name} has non-finite values")
