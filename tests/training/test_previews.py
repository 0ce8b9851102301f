import numpy as np
import tensorflow as tf

from stylekit.config import GeneratorConfig
from stylekit.models.generator import Generator
from stylekit.models.registry import build_generator
from stylekit.training.previews import preview_sheet


def _generator(styles: int) -> Generator:
    tf.keras.utils.set_random_seed(0)
    return build_generator(GeneratorConfig("small", 8, 1), styles)


def test_a_row_for_each_photo_and_a_column_for_each_style() -> None:
    photos = list(np.random.default_rng(0).random((3, 32, 32, 3), np.float32))
    two = preview_sheet(_generator(2), photos, {"one": 0, "two": 1})
    three = preview_sheet(_generator(3), photos, {"one": 0, "two": 1, "three": 2})
    assert two.shape[0] == three.shape[0]
    assert three.shape[1] - two.shape[1] == 196  # a cell of 192 and its gap
    assert preview_sheet(_generator(2), photos[:1], {"one": 0, "two": 1}).shape[0] < two.shape[0]


def test_one_style_is_also_shown_at_half_strength() -> None:
    photo = np.random.default_rng(0).random((1, 32, 32, 3), np.float32)
    generator = _generator(1)
    assert (
        preview_sheet(generator, list(photo), {"one": 0}).shape
        == preview_sheet(_generator(2), list(photo), {"one": 0, "two": 1}).shape
    )
