"""The traps that conversions of instance-norm networks fall into, each with a test of ours."""

from pathlib import Path

import keras
import numpy as np
import pytest
from ai_edge_quantizer import quantizer
from ai_edge_quantizer.qtyping import TFLOperationName
from skimage import data

from stylekit import zoo
from stylekit.config import GeneratorConfig
from stylekit.errors import StylekitError
from stylekit.export.calibration import calibration_feeds
from stylekit.export.compact import MAP, compact
from stylekit.export.convert import convert
from stylekit.export.factors import LEAST_EPSILON, half_factors
from stylekit.export.graph import GPU_OPERATORS, Graph, read_graph
from stylekit.export.means import LONGEST_SUM, cascaded_mean, pooling_factors
from stylekit.export.options import Size
from stylekit.export.verify import psnr
from stylekit.inference.litert import LiteRTModel
from stylekit.layers.instance_normalization import ConditionalInstanceNormalization
from stylekit.models.generator import Generator
from stylekit.models.registry import build_generator
from stylekit.models.statistics import NetworkWithStatistics
from stylekit.training.photographs import packaged_photographs
from stylekit.training.run import load_generator


@pytest.fixture(scope="module")
def safe(generator: Generator) -> bytes:
    """A file for GPUs, for photos of 128²."""
    return convert(generator, Size(128, 128), gpu_safe=True)


@pytest.mark.slow
def test_no_tensor_has_more_than_four_dimensions(converted: bytes, safe: bytes) -> None:
    """GroupNormalization and UpSampling2D end up at rank 5, which GPU delegates refuse."""
    assert read_graph(converted).max_rank == read_graph(safe).max_rank == 4


@pytest.mark.slow
def test_variance_is_not_a_squared_difference(converted: bytes) -> None:
    """SQUARED_DIFFERENCE has no integer kernels for 16-bit activations."""
    assert "SQUARED_DIFFERENCE" not in read_graph(converted).operators


@pytest.mark.slow
def test_activations_of_16_bits_run(generator: Generator, converted: bytes, tmp_path: Path) -> None:
    """An instance normalization of `ops.moments` "only supports FLOAT32 and INT32" there."""
    names = TFLOperationName
    quantization = quantizer.Quantizer(bytearray(converted))
    for operation in (names.CONV_2D, names.MEAN, names.SUB, names.MUL):
        quantization.add_static_config(f"^{MAP}/", operation, 16, 8)
    size = NetworkWithStatistics(generator).size
    feeds = list(calibration_feeds(packaged_photographs().paths[:2], 2, size, 64, 64))
    ranges = quantization.calibrate({"serving_default": feeds})
    path = tmp_path / "int16.tflite"
    path.write_bytes(compact(bytes(quantization.quantize(ranges).quantized_model)))
    photo, weights, strength, _ = feeds[0].values()
    original = generator.model([photo, weights, strength], training=False)
    # Kernels are in 8 bits, and random: `int8` gives 16 dB here.
    assert psnr(LiteRTModel(path)(photo, weights, strength) - np.asarray(original)) > 22


@pytest.mark.slow
def test_weights_are_constants(converted: bytes) -> None:
    """A conversion from a bare function keeps variables, which are read on every call."""
    operators = read_graph(converted).operators
    assert not set(operators) & {"VAR_HANDLE", "READ_VARIABLE", "CALL_ONCE", "ASSIGN_VARIABLE"}
    assert operators["CONV_2D"] == 6  # and biases are fused into them


@pytest.mark.slow
def test_documented_operators_only(converted: bytes, safe: bytes) -> None:
    for content in (converted, safe):
        graph = read_graph(content)
        assert graph.refused_by_gpu == []
        assert not set(graph.operators) & {"GATHER_ND", "TRANSPOSE_CONV", "RELU_0_TO_1", "TILE"}
    assert "MEAN" not in read_graph(safe).operators


def test_what_a_delegate_refuses_is_named() -> None:
    assert "GATHER_ND" not in GPU_OPERATORS and "TRANSPOSE_CONV" not in GPU_OPERATORS
    assert Graph({}, {}, 5, ["rank 5"], 0, 0).refused_by_gpu == ["rank 5"]


@pytest.mark.slow
def test_sizes_of_maps_are_not_computed_in_the_graph(converted: bytes) -> None:
    """SHAPE and its arithmetic would leave sizes dynamic, which GPU delegates refuse."""
    assert not set(read_graph(converted).operators) & {"SHAPE", "PACK", "WHILE", "RANGE"}


@pytest.mark.slow
def test_a_file_of_any_size_can_be_allocated_as_it_is(converted: bytes, tmp_path: Path) -> None:
    """At the converter's placeholder of 1×1 a border has no neighbours, and nothing runs."""
    path = tmp_path / "any.tflite"
    path.write_bytes(compact(converted))
    LiteRTModel(path)._interpreter.allocate_tensors()


@pytest.mark.slow
def test_gpu_safe_gives_the_same_picture(generator: Generator, safe: bytes, tmp_path: Path) -> None:
    path = tmp_path / "safe.tflite"
    path.write_bytes(compact(safe))
    photo = (data.astronaut()[None, :128, :128] / np.float32(255)).astype(np.float32)
    weights, strength = np.array([[0.3, 0.7]], np.float32), np.ones((1, 1), np.float32)
    original = generator.model([photo, weights, strength], training=False)
    model = LiteRTModel(path)
    assert np.abs(model(photo, weights, strength) - original).max() < 1e-4
    # A flat photo has variances of zero in every map.
    assert np.isfinite(model(np.zeros_like(photo), weights, strength)).all()


def test_gpu_safe_needs_a_size(generator: Generator) -> None:
    with pytest.raises(StylekitError, match="give --size"):
        convert(generator, gpu_safe=True)


@pytest.mark.parametrize("length", [1, 2, 64, 68, 96, 100, 132, 164, 17 * 61])
def test_pooling_factors(length: int) -> None:
    factors = pooling_factors(length)
    assert np.prod(factors) == length and max(factors, default=1) <= LONGEST_SUM


def test_a_prime_too_large_to_sum() -> None:
    with pytest.raises(StylekitError, match="choose a size without large prime factors"):
        pooling_factors(2 * 67)


def _half_mean(features: np.ndarray) -> np.ndarray:
    """One sum in float16 over height and width, as a delegate has it."""
    total = np.zeros(features.shape[-1], np.float16)
    for row in features.astype(np.float16).reshape(-1, features.shape[-1]):
        total = total + row
    return total / np.float16(features.shape[0] * features.shape[1])


def _half_cascade(features: np.ndarray) -> np.ndarray:
    """`cascaded_mean` with every sum and every mean in float16."""
    maps = features.astype(np.float16)
    for axis in (0, 1):
        for factor in pooling_factors(maps.shape[axis]):
            groups = np.split(maps, maps.shape[axis] // factor, axis=axis)
            means = []
            for group in groups:
                parts = np.split(group, factor, axis=axis)
                total = parts[0]
                for part in parts[1:]:
                    total = total + part
                means.append(total / np.float16(factor))
            maps = np.concatenate(means, axis=axis)
    return maps[0, 0]


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:overflow", "ignore:invalid value")
def test_float16_holds_the_statistics_of_every_map_of_the_shipped_network() -> None:
    """On a size that is no power of two, where cascades of halves are not exact."""
    shipped = load_generator(zoo.run_path(zoo.DEFAULT))
    normalizations = [
        layer
        for layer in shipped.model.layers
        if isinstance(layer, ConditionalInstanceNormalization)
    ]
    maps = keras.Model(shipped.model.inputs, [layer.input[0] for layer in normalizations])
    factors = half_factors(shipped)
    photo = (data.astronaut()[None, :160, :240] / np.float32(255)).astype(np.float32)
    plain_is_finite = []
    for style in np.eye(shipped.style_count, dtype=np.float32)[::2]:
        outputs = maps([photo, style[None], np.ones((1, 1), np.float32)])
        for factor, features in zip(factors, outputs, strict=True):
            values = np.asarray(features, np.float64)[0]
            mean, variance = values.mean(axis=(0, 1)), values.var(axis=(0, 1))
            assert np.allclose(_half_cascade(values), mean, atol=5e-3 * np.abs(values).max())
            distances = (values - mean).astype(np.float16)
            squares = (np.float16(factor) * distances) ** 2
            np.testing.assert_allclose(_half_cascade(squares), factor**2 * variance, rtol=5e-3)
            plain_is_finite.append(np.isfinite(distances**2).all())
            # Left out, the epsilon of a channel would change less than the eighth bit.
            assert LEAST_EPSILON < 2**-8 * factor**2 * variance.min()
    assert not all(plain_is_finite)


def test_factors_are_powers_of_two_that_follow_the_size_of_a_map(generator: Generator) -> None:
    large = build_generator(GeneratorConfig(name="small", channels=8, blocks=1), 2)
    large.model.set_weights(generator.model.get_weights())
    kernel = next(weight for weight in large.model.weights if weight.name == "kernel")
    before = half_factors(large)
    kernel.assign(1000 * kernel)
    after = half_factors(large)
    assert np.log2([*before, *after]).tolist() == [int(np.log2(f)) for f in [*before, *after]]
    assert before[1:] == after[1:] and 500 <= before[0] / after[0] <= 2000


@pytest.mark.filterwarnings("ignore:overflow", "ignore:invalid value")
def test_the_cascade_survives_float16_sums_on_a_photograph() -> None:
    """LiteRT#9249: a sum over 256² values above 1 passes 65504, and is infinite."""
    photo = data.astronaut()[:256, :256].astype(np.float32) / 255
    # Squared distances from the mean, of the size that a first convolution gives.
    features = 8 * photo
    squares = (features - features.mean(axis=(0, 1))) ** 2 + 1
    exact = squares.astype(np.float64).mean(axis=(0, 1))
    assert not np.isclose(_half_mean(squares), exact, rtol=0.5).any()
    np.testing.assert_allclose(_half_cascade(squares), exact, rtol=2e-3)
    np.testing.assert_allclose(np.asarray(cascaded_mean(squares[None]))[0, 0, 0], exact, rtol=1e-5)
