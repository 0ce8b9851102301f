"""Models for the page, and the page served."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from stylekit.errors import StylekitError
from stylekit.inference.card import ModelCard
from stylekit.web.site import make_site, page_folder
from tests.conftest import ModelFile
from tests.web.serving import running


@pytest.fixture(scope="session")
def built_page() -> Path:
    try:
        return page_folder()
    except StylekitError as error:
        pytest.skip(str(error))


@pytest.fixture(scope="session")
def statistics_tflite() -> bytes:
    """Gives every photo the mean 0.5 and a deviation of 0.2, by its own statistics or given ones.

    What instance normalization does to features, done to the photo: parts of a photo come out
    wrong unless the statistics of the whole are given.
    """
    import tensorflow as tf

    @tf.function(
        input_signature=[
            tf.TensorSpec([1, None, None, 3], tf.float32, name="photo"),
            tf.TensorSpec([1, 2], tf.float32, name="style_weights"),
            tf.TensorSpec([1, 1], tf.float32, name="strength"),
            tf.TensorSpec([1, 1, 1, 7], tf.float32, name="statistics"),
        ]
    )
    def stylize(photo, style_weights, strength, statistics):  # type: ignore[no-untyped-def]
        given = statistics[..., :1]
        own_mean = tf.reduce_mean(photo, [1, 2], keepdims=True)
        mean = own_mean + given * (statistics[..., 1:4] - own_mean)
        centred = photo - mean
        own_variance = tf.reduce_mean(centred * centred, [1, 2], keepdims=True)
        variance = own_variance + given * (statistics[..., 4:] - own_variance)
        painted = 0.5 + 0.2 * centred * tf.math.rsqrt(variance + 1e-5)
        negative = tf.reshape(tf.matmul(style_weights, [[0.0], [1.0]]), [1, 1, 1, 1])
        painted += negative * (1.0 - 2.0 * painted)
        stylized = photo + tf.reshape(strength, [1, 1, 1, 1]) * (painted - photo)
        used = tf.concat([tf.ones([1, 1, 1, 1]), mean, variance], axis=-1)
        return {"stylized": tf.clip_by_value(stylized, 0.0, 1.0), "statistics": used}

    converter = tf.lite.TFLiteConverter.from_concrete_functions(
        [stylize.get_concrete_function()], tf.Module()
    )
    return bytes(converter.convert())


@pytest.fixture(scope="session")
def statistics_model(statistics_tflite: bytes, tiny_card: ModelCard, model_file: ModelFile) -> Path:
    return model_file(statistics_tflite, tiny_card)


@pytest.fixture
def served(tiny_model: Path, built_page: Path) -> Iterator[str]:
    """Address of the page with the tiny model."""
    with running(make_site([tiny_model])) as address:
        yield address


@pytest.fixture
def photo_file(tmp_path: Path, photo: np.ndarray) -> Path:
    path = tmp_path / "photo.png"
    Image.fromarray(np.rint(photo * 255).astype(np.uint8)).save(path)
    return path
