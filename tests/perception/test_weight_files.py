import shutil
from pathlib import Path

import h5py
import numpy as np
import pytest

from stylekit.errors import StylekitError
from stylekit.perception.names import convolution_names, kernel_shape
from stylekit.perception.weight_files import Convolution, read_weights, write_weights


def two_convolutions() -> dict[str, Convolution]:
    random = np.random.default_rng(0)
    return {
        name: (
            random.normal(size=kernel_shape(name)).astype(np.float32),
            random.normal(size=kernel_shape(name)[-1:]).astype(np.float32),
        )
        for name in ("conv1_1", "conv1_2")
    }


def test_keras_file(keras_vgg16: Path) -> None:
    architecture, arrays = read_weights(keras_vgg16)
    assert architecture == "vgg16"
    assert tuple(arrays) == convolution_names("vgg16")
    for number, (name, (kernel, bias)) in enumerate(arrays.items(), start=1):
        assert kernel.shape == kernel_shape(name)
        assert kernel.dtype == np.float32
        assert np.all(kernel == number)
        assert np.all(bias == number)


def test_round_trip(tmp_path: Path) -> None:
    path = tmp_path / "weights.npz"
    arrays = two_convolutions()
    write_weights(path, arrays)
    architecture, read = read_weights(path)
    assert architecture == "vgg16"
    assert list(read) == ["conv1_1", "conv1_2"]
    for name in arrays:
        np.testing.assert_array_equal(read[name][0], arrays[name][0])
        np.testing.assert_array_equal(read[name][1], arrays[name][1])


def test_other_suffix_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(StylekitError, match=".npz"):
        write_weights(tmp_path / "weights.h5", two_convolutions())


def test_other_architecture_is_refused(keras_vgg16: Path) -> None:
    with pytest.raises(StylekitError, match="holds vgg16, not vgg19"):
        read_weights(keras_vgg16, "vgg19")


def test_wrong_shape(tmp_path: Path) -> None:
    arrays = two_convolutions()
    kernel, bias = arrays["conv1_2"]
    arrays["conv1_2"] = (kernel[:, :, :32], bias)
    write_weights(tmp_path / "weights.npz", arrays)
    with pytest.raises(StylekitError, match=r"conv1_2 has shape \[3, 3, 32, 64\]"):
        read_weights(tmp_path / "weights.npz")


def test_value_that_is_not_finite(tmp_path: Path) -> None:
    arrays = two_convolutions()
    arrays["conv1_1"][1][5] = np.nan
    write_weights(tmp_path / "weights.npz", arrays)
    with pytest.raises(StylekitError, match="conv1_1 has non-finite values"):
        read_weights(tmp_path / "weights.npz")


def test_gap(keras_vgg16: Path, tmp_path: Path) -> None:
    path = tmp_path / "gap.h5"
    shutil.copy(keras_vgg16, path)
    with h5py.File(path, "a") as file:
        del file["block2_conv1"]
    with pytest.raises(StylekitError, match="lacks conv2_1 of vgg16"):
        read_weights(path)


def test_file_without_vgg(tmp_path: Path) -> None:
    np.savez(tmp_path / "other.npz", values=np.zeros(3))
    with pytest.raises(StylekitError, match="holds no VGG network"):
        read_weights(tmp_path / "other.npz")


@pytest.mark.parametrize("name", ["weights.h5", "weights.npz"])
@pytest.mark.parametrize("content", [b"", b"not a weights file", b"PK\x03\x04 broken archive"])
def test_foreign_content(name: str, content: bytes, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(StylekitError, match="cannot read weights file"):
        read_weights(path)


@pytest.mark.parametrize("share", [0.3, 0.99])
def test_truncated_keras_file(share: float, keras_vgg16: Path, tmp_path: Path) -> None:
    content = keras_vgg16.read_bytes()
    path = tmp_path / "truncated.h5"
    path.write_bytes(content[: int(len(content) * share)])
    with pytest.raises(StylekitError, match="cannot read weights file"):
        read_weights(path)


def test_truncated_npz(tmp_path: Path) -> None:
    path = tmp_path / "weights.npz"
    write_weights(path, two_convolutions())
    path.write_bytes(path.read_bytes()[:-1000])
    with pytest.raises(StylekitError, match="cannot read weights file"):
        read_weights(path)


def test_other_entries_are_ignored(tmp_path: Path) -> None:
    arrays = two_convolutions()
    others = {name: arrays["conv1_1"] for name in ("conv6_1", "head")}
    write_weights(tmp_path / "weights.npz", arrays | others)
    assert list(read_weights(tmp_path / "weights.npz")[1]) == ["conv1_1", "conv1_2"]


def test_single_array_named_npz(tmp_path: Path) -> None:
    with (tmp_path / "weights.npz").open("wb") as stream:
        np.save(stream, np.zeros(3))
    with pytest.raises(StylekitError, match="not a .npz archive"):
        read_weights(tmp_path / "weights.npz")


def test_missing_file_folder_and_unknown_suffix(tmp_path: Path) -> None:
    with pytest.raises(StylekitError, match="does not exist"):
        read_weights(tmp_path / "absent.h5")
    with pytest.raises(StylekitError, match="not a file"):
        read_weights(tmp_path)
    with pytest.raises(StylekitError, match="too long"):
        read_weights(tmp_path / f"{'a' * 300}.h5")
    (tmp_path / "weights.bin").write_bytes(b"")
    with pytest.raises(StylekitError, match="must end in"):
        read_weights(tmp_path / "weights.bin")
