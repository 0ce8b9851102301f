from pathlib import Path

import h5py
import numpy as np
import pytest

from stylekit.perception.names import convolution_names, kernel_shape


@pytest.fixture(scope="session")
def keras_vgg16(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file laid out like Keras' VGG16 without top; all values are the number of the layer."""
    path = tmp_path_factory.mktemp("weights") / "vgg16.h5"
    with h5py.File(path, "w") as file:
        for number, name in enumerate(convolution_names("vgg16"), start=1):
            layer = "block{}_conv{}".format(*name.removeprefix("conv").split("_"))
            shape = kernel_shape(name)
            for entry, size in ((f"{layer}_W_1:0", shape), (f"{layer}_b_1:0", shape[-1:])):
                values = np.full(size, number, np.float32)
                file.create_dataset(f"{layer}/{entry}", data=values, compression="gzip")
    return path
