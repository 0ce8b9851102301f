"""A converted file without what no runtime reads."""

from collections.abc import Mapping

import numpy as np
from ai_edge_litert import schema_py_generated as schema

from stylekit.inference.flatbuffer import pack, unpack

# Placeholder of a size that is chosen at run time: LiteRT allocates at the shape in the file, and
# this graph has none at the converter's 1 × 1, where a border has no neighbours.
PLACEHOLDER = 256


# How the names of tensors start that have a height and a width; those of the rest, statistics and
# rows of the normalizations above all, start with the other. Quantization goes by them.
MAP, VECTOR = "map", "vector"


def prepared(content: bytes, divisors: Mapping[str, int]) -> bytes:
    """A converted file with a placeholder size, and names that say what a tensor is.

    The picture is at 256 × 256 where height and width are left to the runtime; so is an input,
    divided by what `divisors` says under its name in the signature.
    """
    model = unpack(content)
    (graph,) = model.subgraphs
    for index, tensor in enumerate(graph.tensors):
        tensor.name = f"{MAP if is_map(tensor) else VECTOR}/{index}".encode()
    (signature,) = model.signatureDefs
    for entry in signature.inputs:
        tensor = graph.tensors[entry.tensorIndex]
        if tensor.shapeSignature is not None and -1 in list(tensor.shapeSignature):
            side = PLACEHOLDER // divisors.get(entry.name.decode(), 1)
            tensor.shape = np.array([1, side, side, tensor.shapeSignature[-1]], np.int32)
    return pack(model)


def is_map(tensor: schema.TensorT) -> bool:
    """Whether a tensor has height and width; a file that `compact` went through hides it."""
    # A dimension that is known at run time only is -1 in the signature, and 1 in the shape.
    shape = tensor.shape if tensor.shapeSignature is None else tensor.shapeSignature
    return shape is not None and len(shape) == 4 and any(int(side) != 1 for side in shape[1:3])


def compact(content: bytes) -> bytes:
    """The file with equal constants stored once, and no names but those of the signature.

    A dynamic size stays visible in inputs and outputs; every tensor between them is sized by the
    runtime in any case.
    """
    model = unpack(content)
    (graph,) = model.subgraphs
    outside = {*map(int, graph.inputs), *map(int, graph.outputs)}
    buffers = [schema.BufferT()]  # the first of a model is empty
    stored: dict[bytes, int] = {}
    for index, tensor in enumerate(graph.tensors):
        if index not in outside:
            tensor.name = None
            tensor.shapeSignature = None
            tensor.hasRank = False  # only tells a scalar from no shape
        if tensor.quantization is not None and tensor.quantization.scale is None:
            tensor.quantization = None
        data = model.buffers[tensor.buffer].data
        if data is None or not len(data):
            tensor.buffer = 0
            continue
        key = bytes(data)
        if key not in stored:
            stored[key] = len(buffers)
            buffers.append(model.buffers[tensor.buffer])
        tensor.buffer = stored[key]
    for operator in graph.operators:
        operator.intermediates = operator.mutatingVariableInputs = None  # of recurrent networks
    for entry in model.metadata or []:
        buffers.append(model.buffers[entry.buffer])
        entry.buffer = len(buffers) - 1
    model.buffers = buffers
    return pack(model)
