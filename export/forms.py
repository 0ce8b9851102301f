"""The forms of an exported file: how its numbers are stored and computed."""

import contextlib
import io
import logging
import warnings
from collections.abc import Iterable
from typing import Any, Literal, get_args

import numpy as np
from ai_edge_litert import schema_py_generated as schema

from stylekit.errors import StylekitError
from stylekit.export.compact import MAP
from stylekit.inference.flatbuffer import operator_kind, unpack

Form = Literal["float32", "float16", "dynamic", "int8", "mixed"]
FORMS: tuple[Form, ...] = get_args(Form)
CALIBRATED: tuple[Form, ...] = ("int8", "mixed")

# A calibration example: an array for each input of the signature, by its name.
Feeds = dict[str, np.ndarray]


def to_form(content: bytes, form: Form, calibration: Iterable[Feeds] = ()) -> bytes:
    """A float32 file in another form, by post-training quantization.

    - `float16` stores weights in half the bytes; runtimes widen them when they load them, so that
      the arithmetic is float32.
    - `dynamic` stores the kernels of convolutions in int8, a scale for each filter; the runtime
      rounds each feature map to 8 bits as it comes, convolves in integers and gives floats.
    - `mixed` does so with ranges measured beforehand on `calibration`: convolutions are int8 in and
      out. Instance normalization, whose variances span orders of magnitude between channels, the
      sums of residual blocks and the picture stay in floats.
      In both, the convolution that sees the photo and the one that paints stay in floats: they are
      6 % of all multiplications, and without them the worst style of the six in the shipped model
      is at 43 dB in place of 33 (mixed), 48 in place of 46.5 (dynamic).
    - `int8` computes all feature maps in int8; photo and picture at the ends, and what is a number
      for each channel, stay in floats.

    In all of them but `float32` the rows of scales and offsets are stored in float16.

    Raises:
        StylekitError: ai-edge-quantizer is missing, or a form that needs `calibration` has none.
    """
    if form == "float32":
        return content
    examples = list(calibration)
    if form in CALIBRATED and not examples:
        raise StylekitError(f"the form {form} needs photographs to calibrate on: none were given")
    with _quiet():
        from ai_edge_quantizer import quantizer

        quantization = quantizer.Quantizer(bytearray(content))
        _add_recipe(quantization, form, _convolutions(content))
        ranges = None
        if quantization.need_calibration:
            ranges = quantization.calibrate({"serving_default": examples}, num_threads=2)
        result = quantization.quantize(
            ranges, enable_progress_report=False, enable_progress_bar=False
        )
    return bytes(result.quantized_model)


def _convolutions(content: bytes) -> list[str]:
    """Names of what the convolutions of a prepared file give, from photo to picture."""
    model = unpack(content)
    (graph,) = model.subgraphs
    return [
        graph.tensors[operator.outputs[0]].name.decode()
        for operator in graph.operators
        if operator_kind(model, operator) == schema.BuiltinOperator.CONV_2D
    ]


def _add_recipe(quantization: Any, form: Form, convolutions: list[str]) -> None:
    from ai_edge_quantizer import qtyping
    from ai_edge_quantizer.algorithm_manager import AlgorithmName

    names = qtyping.TFLOperationName
    half = qtyping.OpQuantizationConfig(
        weight_tensor_config=qtyping.TensorQuantizationConfig(
            num_bits=16, dtype=qtyping.TensorDataType.FLOAT
        ),
        explicit_dequantize=True,
    )

    def store_half(operation: Any, scope: str = ".*") -> None:
        quantization.update_quantization_recipe(
            scope, operation, half, algorithm_key=AlgorithmName.FLOAT_CASTING
        )

    def scope_of(names_of_outputs: list[str]) -> str:
        return f"^({'|'.join(names_of_outputs)});"

    if form == "float16":
        store_half(names.ALL_SUPPORTED)
        return
    if form == "int8":
        quantization.add_static_config(f"^{MAP}/", names.ALL_SUPPORTED, 8, 8)
        for end in (names.INPUT, names.OUTPUT):
            quantization.update_quantization_recipe(
                ".*", end, algorithm_key=AlgorithmName.NO_QUANTIZE
            )
    else:
        first, *inner, last = convolutions
        if form == "dynamic":
            quantization.add_dynamic_config(scope_of(inner), names.CONV_2D, num_bits=8)
        else:
            quantization.add_static_config(scope_of(inner), names.CONV_2D, 8, 8)
        store_half(names.CONV_2D, scope_of([first, last]))
    store_half(names.FULLY_CONNECTED)


@contextlib.contextmanager
def _quiet() -> Any:
    """Without the progress bars that the quantizer writes, and without its advice."""
    level = logging.root.level
    with contextlib.redirect_stderr(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        logging.root.setLevel(logging.ERROR)
        try:
            yield
        finally:
            logging.root.setLevel(level)
