"""Bytes in and out: the photo and the picture of a file as uint8."""

import numpy as np
from ai_edge_litert import schema_py_generated as schema

from stylekit.inference.flatbuffer import pack, unpack


def with_uint8_images(content: bytes) -> bytes:
    """The file with `photo` and `stylized` as uint8, 0 to 255 for 0 to 1.

    Standard TFLite quantization, of scale 1/255 and zero point 0, with a DEQUANTIZE after the
    input and a QUANTIZE before the output; everything between stays as it is, and so do the
    inputs that are no images.
    """
    model = unpack(content)
    (graph,) = model.subgraphs
    (signature,) = model.signatureDefs
    photo = next(entry for entry in signature.inputs if entry.name == b"photo")
    stylized = next(entry for entry in signature.outputs if entry.name == b"stylized")

    bytes_in = _add_image(graph, photo.tensorIndex, "photo")
    graph.inputs = _replaced(graph.inputs, photo.tensorIndex, bytes_in)
    dequantize = _operator(model, schema.BuiltinOperator.DEQUANTIZE, bytes_in, photo.tensorIndex)
    graph.operators.insert(0, dequantize)
    photo.tensorIndex = bytes_in

    bytes_out = _add_image(graph, stylized.tensorIndex, "stylized")
    graph.outputs = _replaced(graph.outputs, stylized.tensorIndex, bytes_out)
    quantize = _operator(model, schema.BuiltinOperator.QUANTIZE, stylized.tensorIndex, bytes_out)
    graph.operators.append(quantize)
    stylized.tensorIndex = bytes_out
    return pack(model)


def _add_image(graph: schema.SubGraphT, like: int, name: str) -> int:
    """A uint8 tensor of the shape of another; its index."""
    tensor = graph.tensors[like]
    graph.tensors.append(
        schema.TensorT(
            shape=tensor.shape,
            type=schema.TensorType.UINT8,
            name=name.encode(),
            quantization=schema.QuantizationParametersT(
                scale=np.array([1 / 255], np.float32), zeroPoint=np.array([0], np.int64)
            ),
            shapeSignature=tensor.shapeSignature,
            hasRank=True,
        )
    )
    return len(graph.tensors) - 1


def _replaced(indices: np.ndarray, old: int, new: int) -> np.ndarray:
    return np.array([new if index == old else index for index in indices], np.int32)


def _operator(model: schema.ModelT, kind: int, source: int, target: int) -> schema.OperatorT:
    model.operatorCodes.append(schema.OperatorCodeT(deprecatedBuiltinCode=kind, builtinCode=kind))
    return schema.OperatorT(
        opcodeIndex=len(model.operatorCodes) - 1,
        inputs=np.array([source], np.int32),
        outputs=np.array([target], np.int32),
    )
