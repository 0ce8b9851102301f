from pathlib import Path

import numpy as np
import pytest
from ai_edge_litert import schema_py_generated as schema
from ai_edge_litert.interpreter import Interpreter

from stylekit.export.convert import PRECISIONS
from stylekit.inference.litert import LiteRTModel
from stylekit.models.generator import Generator

pytestmark = pytest.mark.slow  # the first test waits for the exports

both_precisions = pytest.mark.parametrize("precision", PRECISIONS)


def _read(path: Path) -> tuple[schema.ModelT, schema.SubGraphT]:
    model = schema.ModelT.InitFromPackedBuf(path.read_bytes())
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


@both_precisions
def test_signature(files: dict[str, Path], precision: str) -> None:
    model, graph = _read(files[precision])
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
    assert len(tensors) == 4


@both_precisions
def test_graph_has_fixed_rank_and_constant_weights(files: dict[str, Path], precision: str) -> None:
    model, graph = _read(files[precision])
    operators = set(_operators(model))
    assert "CONV_2D" in operators
    assert not operators & {"SHAPE", "VAR_HANDLE", "READ_VARIABLE", "CALL_ONCE", "WHILE", "CUSTOM"}
    assert max(len(tensor.shape) for tensor in graph.tensors if tensor.shape is not None) == 4


def test_upsampling_kernels_are_folded(files: dict[str, Path], generator: Generator) -> None:
    model, graph = _read(files["float32"])
    names = _operators(model)
    kernels = []
    for operator, following in zip(graph.operators, names[1:], strict=False):
        if following == "DEPTH_TO_SPACE":
            tensor = graph.tensors[operator.inputs[1]]
            values = np.frombuffer(bytes(model.buffers[tensor.buffer].data), np.float32)
            # TFLite: filters first.
            kernels.append(values.reshape(tensor.shape).transpose(1, 2, 3, 0))
    layers = [layer for layer in generator.model.layers if hasattr(layer, "folded_kernel")]
    assert len(kernels) == len(layers) == 2
    for kernel, layer in zip(kernels, layers, strict=True):
        np.testing.assert_allclose(kernel, layer.folded_kernel(), rtol=1e-6, atol=1e-6)


@both_precisions
def test_the_whole_graph_is_one_xnnpack_partition_at_any_size(
    files: dict[str, Path], precision: str
) -> None:
    interpreter = Interpreter(model_path=str(files[precision]))
    inputs = {int(entry["index"]) for entry in interpreter.get_input_details()}
    (photo,) = [
        int(entry["index"]) for entry in interpreter.get_input_details() if "photo" in entry["name"]
    ]
    (output,) = [int(entry["index"]) for entry in interpreter.get_output_details()]
    _, graph = _read(files[precision])
    computed = {index for operator in graph.operators for index in operator.outputs}
    for size in (32, 48):
        interpreter.resize_tensor_input(photo, [1, size, size, 3])
        interpreter.allocate_tensors()
        # LiteRT shows what it runs nowhere else.
        operators = interpreter._get_ops_details()
        (delegate,) = [entry for entry in operators if entry["op_name"] == "DELEGATE"]
        # Fed by the inputs and constants alone, and giving the output: nothing is left outside.
        assert inputs <= set(map(int, delegate["inputs"]))
        assert not computed & set(map(int, delegate["inputs"]))
        assert [int(index) for index in delegate["outputs"]] == [output]


@pytest.mark.parametrize(("precision", "largest"), [("float32", 1e-5), ("float16", 1e-2)])
def test_one_model_after_another_size_gives_what_keras_gives(
    files: dict[str, Path], generator: Generator, precision: str, largest: float
) -> None:
    network = LiteRTModel(files[precision], threads=1)
    for height, width in [(16, 16), (20, 52), (64, 36), (16, 16)]:
        photo = _photo(height, width)
        ours = network(photo, STYLE_WEIGHTS, STRENGTH)
        keras = generator.model([photo, STYLE_WEIGHTS, STRENGTH], training=False)
        assert ours.shape == photo.shape
        assert np.std(ours - photo) > 0.1
        assert np.abs(ours - keras).max() < largest


@both_precisions
def test_strength_0_gives_exactly_the_photo(files: dict[str, Path], precision: str) -> None:
    photo = _photo(32, 32)
    stylized = LiteRTModel(files[precision])(photo, STYLE_WEIGHTS, np.zeros((1, 1), np.float32))
    np.testing.assert_array_equal(stylized, photo)


def test_float16_stores_rounded_weights(files: dict[str, Path]) -> None:
    def constants(precision: str, kind: int, stored: type) -> np.ndarray:
        model, graph = _read(files[precision])
        return np.concatenate(
            [
                np.sort(np.frombuffer(bytes(model.buffers[tensor.buffer].data), stored))
                for tensor in graph.tensors
                if tensor.type == kind
                and tensor.shape is not None
                and len(tensor.shape) == 4
                and model.buffers[tensor.buffer].data is not None
            ]
        )

    full = constants("float32", schema.TensorType.FLOAT32, np.float32)
    half = constants("float16", schema.TensorType.FLOAT16, np.float16)
    assert len(half) > 2000
    assert set(half) <= set(full.astype(np.float16))
    assert files["float16"].stat().st_size < files["float32"].stat().st_size
