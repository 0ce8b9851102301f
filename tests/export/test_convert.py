from pathlib import Path

import numpy as np
import pytest
from ai_edge_litert import schema_py_generated as schema

from stylekit.errors import StylekitError
from stylekit.export.convert import convert
from stylekit.export.forms import FORMS
from stylekit.export.options import Size
from stylekit.inference.flatbuffer import unpack
from stylekit.inference.litert import LiteRTModel
from stylekit.models.generator import Generator

pytestmark = pytest.mark.slow  # the first test waits for the exports

forms = pytest.mark.parametrize("form", FORMS)


def _read(path: Path) -> tuple[schema.ModelT, schema.SubGraphT]:
    model = unpack(path.read_bytes())
    assert len(model.subgraphs) == 1
    return model, model.subgraphs[0]


def _operators(model: schema.ModelT) -> list[str]:
    names = {value: name for name, value in vars(schema.BuiltinOperator).items()}
    codes = [model.operatorCodes[op.opcodeIndex] for op in model.subgraphs[0].operators]
    return [names[max(code.builtinCode, code.deprecatedBuiltinCode)] for code in codes]


def _photo(height: int, width: int) -> np.ndarray:
    return np.random.default_rng(height).random((1, height, width, 3), np.float32)


STYLE_WEIGHTS = np.array([[0.3, 0.7]], np.float32)
STRENGTH = np.array([[0.8]], np.float32)


@forms
def test_signature(files: dict[str, Path], form: str) -> None:
    model, graph = _read(files[form])
    (signature,) = model.signatureDefs
    assert signature.signatureKey == b"serving_default"
    tensors = {
        entry.name.decode(): graph.tensors[entry.tensorIndex]
        for entry in [*signature.inputs, *signature.outputs]
    }
    assert {tensor.type for tensor in tensors.values()} == {schema.TensorType.FLOAT32}
    assert list(tensors["photo"].shapeSignature) == [1, -1, -1, 3]
    assert list(tensors["stylized"].shapeSignature) == [1, -1, -1, 3]
    assert list(tensors["style_weights"].shape) == [1, 2]
    assert list(tensors["strength"].shape) == [1, 1]
    assert list(tensors["statistics"].shape) == [1, 1, 1, 1 + 2 * 32]
    assert [entry.name for entry in signature.outputs].count(b"statistics") == 1
    assert len(tensors) == 5


@forms
def test_graph_has_fixed_rank_and_constant_weights(files: dict[str, Path], form: str) -> None:
    model, graph = _read(files[form])
    operators = set(_operators(model))
    assert "CONV_2D" in operators
    assert not operators & {"SHAPE", "VAR_HANDLE", "READ_VARIABLE", "CALL_ONCE", "WHILE", "CUSTOM"}
    assert max(len(tensor.shape) for tensor in graph.tensors if tensor.shape is not None) == 4


def test_upsampling_kernels_are_folded(files: dict[str, Path], generator: Generator) -> None:
    model, graph = _read(files["float32"])
    kernels = [
        np.frombuffer(bytes(model.buffers[tensor.buffer].data), np.float32)
        # TFLite: filters first.
        .reshape(tensor.shape)
        .transpose(1, 2, 3, 0)
        for tensor in graph.tensors
        if tensor.shape is not None and len(tensor.shape) == 4 and tensor.buffer
    ]
    layers = [layer for layer in generator.model.layers if hasattr(layer, "folded_kernel")]
    assert len(layers) == 2
    for layer in layers:
        folded = np.asarray(layer.folded_kernel())
        (kernel,) = (kernel for kernel in kernels if kernel.shape == folded.shape)
        np.testing.assert_allclose(kernel, folded, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("form", ["float32", "float16", "dynamic", "mixed"])
def test_the_whole_graph_is_one_xnnpack_partition_at_any_size(
    files: dict[str, Path], form: str
) -> None:
    network = LiteRTModel(files[form], threads=1)
    for size in (32, 48):
        network(_photo(size, size), STYLE_WEIGHTS, STRENGTH)
        assert network.partitions() == {"partitions": 1, "outside": 0}


@pytest.mark.parametrize(("form", "largest"), [("float32", 1e-5), ("float16", 1e-2)])
def test_one_model_after_another_size_gives_what_keras_gives(
    files: dict[str, Path], generator: Generator, form: str, largest: float
) -> None:
    network = LiteRTModel(files[form], threads=1)
    for height, width in [(16, 16), (20, 52), (64, 36), (16, 16)]:
        photo = _photo(height, width)
        ours = network(photo, STYLE_WEIGHTS, STRENGTH)
        keras = generator.model([photo, STYLE_WEIGHTS, STRENGTH], training=False)
        assert ours.shape == photo.shape
        assert np.std(ours - photo) > 0.1
        assert np.abs(ours - keras).max() < largest


@pytest.mark.parametrize("form", ["float32", "float16", "dynamic", "mixed"])
def test_strength_0_gives_exactly_the_photo(files: dict[str, Path], form: str) -> None:
    photo = _photo(32, 32)
    stylized = LiteRTModel(files[form])(photo, STYLE_WEIGHTS, np.zeros((1, 1), np.float32))
    np.testing.assert_array_equal(stylized, photo)


@forms
def test_statistics_of_the_same_photo_change_nothing(files: dict[str, Path], form: str) -> None:
    network = LiteRTModel(files[form], threads=1)
    feeds = (_photo(32, 48), STYLE_WEIGHTS, STRENGTH)
    own = network.run(*feeds)
    assert own.statistics[0, 0, 0, 0] == 1
    given = network.run(*feeds, own.statistics)
    np.testing.assert_allclose(given.stylized, own.stylized, atol=1e-5)
    np.testing.assert_allclose(given.statistics, own.statistics, rtol=1e-6)


def test_statistics_of_another_photo_are_used(files: dict[str, Path], generator: Generator) -> None:
    network = LiteRTModel(files["float32"], threads=1)
    whole = _photo(32, 48)
    statistics = network.run(whole, STYLE_WEIGHTS, STRENGTH).statistics
    part = np.ascontiguousarray(whole[:, :, :24])
    own = network.run(part, STYLE_WEIGHTS, STRENGTH).stylized
    given = network.run(part, STYLE_WEIGHTS, STRENGTH, statistics).stylized
    expected = network(whole, STYLE_WEIGHTS, STRENGTH)[:, :, :4]  # far from the cut
    assert np.abs(given[:, :, :4] - expected).max() < 1e-5 < np.abs(own[:, :, :4] - expected).max()


def test_a_fixed_size(generator: Generator, tmp_path: Path) -> None:
    path = tmp_path / "fixed.tflite"
    path.write_bytes(convert(generator, Size(32, 48)))
    network = LiteRTModel(path)
    assert network.fixed_size == (32, 48)
    photo = _photo(32, 48)
    keras = generator.model([photo, STYLE_WEIGHTS, STRENGTH], training=False)
    assert np.abs(network(photo, STYLE_WEIGHTS, STRENGTH) - keras).max() < 1e-5
    with pytest.raises(StylekitError, match="takes photos of 48x32 only"):
        network(_photo(32, 32), STYLE_WEIGHTS, STRENGTH)


@pytest.mark.parametrize("size", [Size(254, 256), Size(8, 64)])
def test_a_size_that_the_network_cannot_take(generator: Generator, size: Size) -> None:
    with pytest.raises(StylekitError, match="multiples of 4, at least 16"):
        convert(generator, size)


def test_float16_stores_rounded_weights(files: dict[str, Path]) -> None:
    def constants(form: str, kind: int, stored: type) -> np.ndarray:
        model, graph = _read(files[form])
        return np.concatenate(
            [
                np.sort(np.frombuffer(bytes(model.buffers[tensor.buffer].data), stored))
                for tensor in graph.tensors
                if tensor.type == kind
                and tensor.shape is not None
                and len(tensor.shape) == 4
                and tensor.buffer
            ]
        )

    full = constants("float32", schema.TensorType.FLOAT32, np.float32)
    half = constants("float16", schema.TensorType.FLOAT16, np.float16)
    assert len(half) > 2000
    assert set(half) <= set(full.astype(np.float16))
    assert files["float16"].stat().st_size < files["float32"].stat().st_size
