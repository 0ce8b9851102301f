from pathlib import Path

import numpy as np
import pytest

from stylekit.errors import StylekitError
from stylekit.inference.litert import LiteRTModel


def _feeds(height: int, width: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    photo = np.random.default_rng(height).random((1, height, width, 3), np.float32)
    return photo, np.array([[0.75, 0.25]], np.float32), np.array([[0.5]], np.float32)


def _expected(photo: np.ndarray, style_weights: np.ndarray, strength: np.ndarray) -> np.ndarray:
    padded = np.pad(photo[0], ((1, 1), (1, 1), (0, 0)))
    height, width = photo.shape[1:3]
    blurred = sum(padded[i : i + height, j : j + width] for i in range(3) for j in range(3)) / 9
    styled = style_weights[0, 0] * (1 - photo[0]) + style_weights[0, 1] * blurred
    return (photo[0] + strength[0, 0] * (styled - photo[0]))[None]


def test_photos_of_any_sizes_one_after_the_other(tiny_model: Path) -> None:
    model = LiteRTModel(tiny_model, threads=2)
    assert model.style_count == 2
    for size in [(8, 8), (33, 20), (1, 1), (33, 20), (5, 64)]:
        feeds = _feeds(*size)
        np.testing.assert_allclose(model(*feeds), _expected(*feeds), atol=1e-6)


def test_xnnpack_runs_the_graph_at_every_size(tiny_model: Path) -> None:
    model = LiteRTModel(tiny_model)
    for size in [(16, 16), (33, 20)]:
        model(*_feeds(*size))
        # LiteRT appends a node named DELEGATE for each part that XNNPACK took.
        operations = [op["op_name"] for op in model._interpreter._get_ops_details()]
        assert operations.count("DELEGATE") == 1


def test_outputs_do_not_change_with_the_next_call(tiny_model: Path) -> None:
    model = LiteRTModel(tiny_model)
    feeds = _feeds(8, 8)
    first = model(*feeds)
    kept = first.copy()
    model(np.zeros_like(feeds[0]), *feeds[1:])
    np.testing.assert_array_equal(first, kept)


@pytest.mark.parametrize("threads", [0, 99_999_999_999])
def test_wrong_numbers_of_threads(tiny_model: Path, threads: int) -> None:
    with pytest.raises(StylekitError, match=f"from 1 to 1024, not {threads}"):
        LiteRTModel(tiny_model, threads)


def test_shapes_that_the_network_cannot_take(tiny_model: Path) -> None:
    photo, _, strength = _feeds(8, 8)
    with pytest.raises(StylekitError, match=r"tiny\.tflite.*cannot be run") as raised:
        LiteRTModel(tiny_model)(photo, np.ones((1, 5), np.float32), strength)
    assert "\n" not in str(raised.value)


def test_a_network_with_other_inputs(tmp_path: Path) -> None:
    import tensorflow as tf

    @tf.function(input_signature=[tf.TensorSpec([1, 8], tf.float32, name="features")])
    def classify(features):  # type: ignore[no-untyped-def]
        return {"scores": 2.0 * features}

    converter = tf.lite.TFLiteConverter.from_concrete_functions(
        [classify.get_concrete_function()], tf.Module()
    )
    path = tmp_path / "classifier.tflite"
    path.write_bytes(converter.convert())
    with pytest.raises(StylekitError, match="is not a style network of stylekit"):
        LiteRTModel(path)
