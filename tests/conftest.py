"""A style network small enough to check by hand, exported once a session."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from stylekit.inference.card import ModelCard, embed_card

ModelFile = Callable[[bytes, ModelCard], Path]


@pytest.fixture(scope="session")
def tiny_tflite() -> bytes:
    """Style 0 gives the negative, style 1 the mean of 3×3 pixels (zeros beyond the border)."""
    import tensorflow as tf

    mean = tf.constant(np.full((3, 3, 3, 1), 1 / 9, np.float32))

    @tf.function(
        input_signature=[
            tf.TensorSpec([1, None, None, 3], tf.float32, name="photo"),
            tf.TensorSpec([1, 2], tf.float32, name="style_weights"),
            tf.TensorSpec([1, 1], tf.float32, name="strength"),
        ]
    )
    def stylize(photo, style_weights, strength):  # type: ignore[no-untyped-def]
        blurred = tf.nn.depthwise_conv2d(photo, mean, [1, 1, 1, 1], "SAME")
        negative_share = tf.reshape(tf.matmul(style_weights, [[1.0], [0.0]]), [1, 1, 1, 1])
        blur_share = tf.reshape(tf.matmul(style_weights, [[0.0], [1.0]]), [1, 1, 1, 1])
        styled = negative_share * (1.0 - photo) + blur_share * blurred
        return {"stylized": photo + tf.reshape(strength, [1, 1, 1, 1]) * (styled - photo)}

    converter = tf.lite.TFLiteConverter.from_concrete_functions(
        [stylize.get_concrete_function()], tf.Module()
    )
    return bytes(converter.convert())


@pytest.fixture(scope="session")
def tiny_card() -> ModelCard:
    return ModelCard(
        name="tiny",
        generator="hand-made",
        styles=["negative", "blur"],
        margin=2,
        multiple_of=4,
        smallest=8,
        inputs={"photo": [1, None, None, 3], "style_weights": [1, 2], "strength": [1, 1]},
        recipe={"training": {"learning_rate": 0.001, "stages": [{"steps": 10}, {"steps": 20}]}},
        photographs={"source": "scikit-image", "terms": "chelsea: Stefan van der Walt, CC0"},
    )


@pytest.fixture(scope="session")
def model_file(tmp_path_factory: pytest.TempPathFactory) -> ModelFile:
    """Writes a network and its card as an exported file `NAME.tflite`, in a folder of its own."""

    def write(content: bytes, card: ModelCard) -> Path:
        path = tmp_path_factory.mktemp("model") / f"{card.name}.tflite"
        path.write_bytes(embed_card(content, card))
        return path

    return write


@pytest.fixture(scope="session")
def tiny_model(tiny_tflite: bytes, tiny_card: ModelCard, model_file: ModelFile) -> Path:
    return model_file(tiny_tflite, tiny_card)


@pytest.fixture
def photo() -> np.ndarray:
    """An image with different values everywhere, of odd sizes: 21 high, 34 wide."""
    return np.random.default_rng(0).random((21, 34, 3), np.float32)


@pytest.fixture(scope="session")
def random_vgg(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A file with a VGG16 of random weights, whose activations keep one order of size."""
    from stylekit.perception.names import convolution_names, kernel_shape
    from stylekit.perception.weight_files import write_weights

    random = np.random.default_rng(0)
    arrays = {}
    for name in convolution_names("vgg16"):
        shape = kernel_shape(name)
        kernel = random.standard_normal(shape, np.float32) * np.float32((2 / (9 * shape[2])) ** 0.5)
        arrays[name] = (kernel, np.zeros(shape[3], np.float32))
    path = tmp_path_factory.mktemp("weights") / "random.npz"
    write_weights(path, arrays)
    return str(path)
