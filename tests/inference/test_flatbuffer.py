from pathlib import Path

import numpy as np
from ai_edge_litert import schema_py_generated as schema

from stylekit.inference.flatbuffer import pack, unpack
from stylekit.inference.litert import LiteRTModel
from stylekit.inference.tflite_file import checked


def test_a_packed_model_is_the_same_and_no_larger(
    tiny_tflite: bytes, tmp_path: Path, photo: np.ndarray
) -> None:
    packed = pack(unpack(tiny_tflite))
    assert len(packed) <= len(tiny_tflite)
    pictures = []
    for content in (tiny_tflite, packed):
        path = tmp_path / "model.tflite"
        path.write_bytes(content)
        model = LiteRTModel(path, threads=1)
        pictures.append(model(photo[None], np.eye(1, 2, 1, dtype=np.float32), np.ones((1, 1))))
    np.testing.assert_array_equal(*pictures)


def test_equal_shapes_and_options_are_written_once(tiny_tflite: bytes) -> None:
    model = unpack(tiny_tflite)
    size = len(pack(model))
    (graph,) = model.subgraphs
    for tensor in list(graph.tensors)[:8] * 20:
        graph.tensors.append(schema.TensorT(shape=tensor.shape, name=None))
    # Little more than the table of each: 160 tensors of 4 numbers would be 2.5 KB of shapes.
    assert len(pack(model)) - size < 160 * 28


def test_weights_are_aligned_as_the_schema_asks(tiny_tflite: bytes) -> None:
    model = unpack(tiny_tflite)
    # Names of all lengths would shift buffers that nothing aligns.
    for length in range(1, 20):
        model.description = "n" * length
        content = pack(model)
        checked(content, "model")
        packed = schema.Model.GetRootAs(content)
        start = np.frombuffer(content, np.uint8).ctypes.data
        filled = [packed.Buffers(index) for index in range(packed.BuffersLength())]
        offsets = [b.DataAsNumpy().ctypes.data - start for b in filled if not b.DataIsNone()]
        assert offsets and all(offset % 16 == 0 for offset in offsets)
