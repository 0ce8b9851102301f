"""What a `.tflite` file is made of: operators, ranks, share of 8-bit numbers."""

import math
from collections import Counter
from dataclasses import dataclass

import numpy as np
from ai_edge_litert import schema_py_generated as schema

from stylekit.export.compact import is_map
from stylekit.inference.flatbuffer import operator_kind, unpack

_NAMES = {value: name for name, value in vars(schema.BuiltinOperator).items()}
_INT8 = (schema.TensorType.INT8, schema.TensorType.UINT8)

# Operators of the graphs made here that LiteRT's documentation lists for its GPU delegate; the
# others that converters are known to produce (GATHER_ND, TRANSPOSE_CONV of odd strides,
# RELU_0_TO_1, BROADCAST_TO) are left out on purpose.
GPU_OPERATORS = frozenset(
    {
        "ADD",
        "AVERAGE_POOL_2D",
        "CONCATENATION",
        "CONV_2D",
        "DEPTHWISE_CONV_2D",
        "DEPTH_TO_SPACE",
        "DEQUANTIZE",
        "DIV",
        "FULLY_CONNECTED",
        "MAXIMUM",
        "MEAN",
        "MINIMUM",
        "MIRROR_PAD",
        "MUL",
        "PAD",
        "QUANTIZE",
        "RELU",
        "RESHAPE",
        "RESIZE_BILINEAR",
        "RESIZE_NEAREST_NEIGHBOR",
        "RSQRT",
        "SLICE",
        "SPLIT",
        "SQRT",
        "STRIDED_SLICE",
        "SUB",
    }
)
GPU_RANK = 4


@dataclass(frozen=True)
class Graph:
    """A file's graph.

    Attributes:
        operators: number of each.
        versions: of each operator, the newest that the file asks for.
        max_rank: of any tensor.
        refused_by_gpu: operators that a GPU delegate does not take; "rank 5" where one is higher.
        int8_operators: share of operators on feature maps whose input and output are 8-bit, or
            whose kernel is and which round their input as it comes.
        int8_weights: share of the stored numbers that are 8-bit.
    """

    operators: dict[str, int]
    versions: dict[str, int]
    max_rank: int
    refused_by_gpu: list[str]
    int8_operators: float
    int8_weights: float


def read_graph(content: bytes) -> Graph:
    """Read a file that LiteRT accepts; one that `compact` went through tells no dynamic sizes."""
    model = unpack(content)
    operators: Counter[str] = Counter()
    versions: dict[str, int] = {}
    integer = computing = 0
    weights: Counter[bool] = Counter()
    max_rank = 0
    for graph in model.subgraphs:
        for operator in graph.operators:
            code = model.operatorCodes[operator.opcodeIndex]
            name = _NAMES[operator_kind(model, operator)]
            operators[name] += 1
            versions[name] = max(versions.get(name, 0), code.version)
            if name not in ("QUANTIZE", "DEQUANTIZE", "RESHAPE") and is_map(
                graph.tensors[operator.outputs[0]]
            ):
                computing += 1
                integer += _is_integer(name, operator, graph.tensors)
        for tensor in graph.tensors:
            max_rank = max(max_rank, 0 if tensor.shape is None else len(tensor.shape))
            data = model.buffers[tensor.buffer].data
            if data is not None and tensor.type != schema.TensorType.INT32:
                weights[tensor.type in _INT8] += math.prod(map(int, _shape(tensor)))
    refused = sorted(set(operators) - GPU_OPERATORS)
    if max_rank > GPU_RANK:
        refused.append(f"rank {max_rank}")
    return Graph(
        operators=dict(sorted(operators.items())),
        versions=dict(sorted(versions.items())),
        max_rank=max_rank,
        refused_by_gpu=refused,
        int8_operators=integer / max(1, computing),
        int8_weights=weights[True] / max(1, weights.total()),
    )


def _shape(tensor: schema.TensorT) -> np.ndarray:
    return np.zeros(0, np.int32) if tensor.shape is None else tensor.shape


def _is_integer(name: str, operator: schema.OperatorT, tensors: list[schema.TensorT]) -> bool:
    source, target = tensors[operator.inputs[0]], tensors[operator.outputs[0]]
    if name == "CONV_2D" and tensors[operator.inputs[1]].type == schema.TensorType.INT8:
        return True
    return source.type in _INT8 and target.type in _INT8
