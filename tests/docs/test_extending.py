import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

PAGE = Path(__file__).parents[2] / "docs" / "extending.md"


@pytest.mark.slow
def test_the_code_runs_and_its_generator_is_one() -> None:
    from stylekit.config import GeneratorConfig
    from stylekit.models.registry import GENERATORS, build_generator

    names: dict[str, Any] = {}
    try:
        for block in re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), flags=re.DOTALL):
            exec(compile(block, str(PAGE), "exec"), names)
        generator = build_generator(GeneratorConfig(name="shallow"), style_count=2)
    finally:
        GENERATORS.pop("shallow", None)
    import tensorflow as tf

    photo = tf.constant(np.random.default_rng(0).random((1, 32, 48, 3), np.float32))
    for strength, is_photo in ((0.0, True), (1.0, False)):
        picture = generator.stylize(photo, tf.constant([[1.0, 0.0]]), tf.constant([[strength]]))
        assert picture.shape == photo.shape
        assert np.array_equal(picture, photo) == is_photo
