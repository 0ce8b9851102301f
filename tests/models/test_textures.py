"""Every texture generator of the registry keeps what all of them promise."""

import numpy as np
import pytest
import tensorflow as tf

from stylekit.config import GeneratorConfig
from stylekit.errors import StylekitError
from stylekit.models.generator import TextureGenerator
from stylekit.models.registry import (
    TEXTURE_GENERATORS,
    build_generator,
    build_texture_generator,
)

CONFIGS = {
    "pyramid": GeneratorConfig(name="pyramid", channels=2, scales=3),
    "texture_residual": GeneratorConfig(name="texture_residual", channels=2, blocks=1),
    "texture_small": GeneratorConfig(name="texture_small", channels=4, blocks=1, scales=4),
}


def _noise(generator: TextureGenerator, height: int, width: int) -> list[np.ndarray]:
    """Noise inputs of one picture."""
    random = np.random.default_rng(0)
    shapes = [(1, *entry.shape(height, width)) for entry in generator.noise]
    return [random.random(shape, np.float32) for shape in shapes]


def _texture(generator: TextureGenerator, noise: list[np.ndarray]) -> np.ndarray:
    """What a network of one texture makes of it."""
    inputs = [*map(tf.constant, noise), tf.ones([len(noise[0]), 1])]
    return np.asarray(generator.model(inputs))


def _vivid(generator: TextureGenerator) -> TextureGenerator:
    """With random weights everywhere: as built, textures are alike and hardly more than grey."""
    random = np.random.default_rng(1)
    for weight in generator.model.trainable_variables:
        weight.assign(weight + random.normal(0, 0.2, weight.shape))
    return generator


def test_all_generators_are_tested() -> None:
    assert set(CONFIGS) == set(TEXTURE_GENERATORS)


@pytest.mark.parametrize("config", CONFIGS.values(), ids=CONFIGS)
def test_sizes_range_and_textures(config: GeneratorConfig) -> None:
    generator = _vivid(build_texture_generator(config, 2))
    assert generator.style_count == 2
    multiple = generator.multiple_of
    height, width = 4 * multiple, 3 * multiple
    first, second = (generator.sample(row, 7, height, width) for row in np.eye(2))
    assert first.shape == (height, width, 3)
    assert 0 <= first.min() and first.max() <= 1
    assert np.abs(first - second).max() > 0.01
    np.testing.assert_array_equal(first, generator.sample(np.array([1, 0]), 7, height, width))
    assert np.abs(first - generator.sample(np.array([1, 0]), 8, height, width)).max() > 0.01
    assert generator.sample(np.array([1, 0]), 7, multiple, multiple).shape == (multiple,) * 2 + (3,)


@pytest.mark.parametrize("config", CONFIGS.values(), ids=CONFIGS)
def test_moved_noise_gives_the_moved_texture(config: GeneratorConfig) -> None:
    # No place of a picture is another one's border: this is what makes it tile.
    generator = _vivid(build_texture_generator(config, 1))
    multiple = generator.multiple_of
    noise = _noise(generator, 4 * multiple, 5 * multiple)
    moved = [
        np.roll(array, (multiple // entry.divisor, 2 * multiple // entry.divisor), (1, 2))
        for array, entry in zip(noise, generator.noise, strict=True)
    ]
    texture = np.roll(_texture(generator, noise), (multiple, 2 * multiple), (1, 2))
    np.testing.assert_allclose(_texture(generator, moved), texture, atol=1e-4)


def test_the_published_pyramid_has_117_thousand_parameters() -> None:
    generator = build_texture_generator(GeneratorConfig(name="pyramid"), 1)
    assert [entry.divisor for entry in generator.noise] == [32, 16, 8, 4, 2, 1]
    assert 115_000 < generator.model.count_params() < 119_000


def test_statistics_of_the_batch_are_those_of_a_single_image() -> None:
    config = CONFIGS["pyramid"]
    instance = build_texture_generator(config, 1)
    batch = build_texture_generator(
        GeneratorConfig("pyramid", 2, scales=3, normalization="batch"), 1
    )
    batch.model.set_weights(instance.model.get_weights())
    noise = _noise(instance, 16, 16)
    of_one = _texture(instance, noise)
    np.testing.assert_allclose(_texture(batch, noise), of_one, atol=1e-5)
    two = [np.concatenate([array, array[:, ::-1] * 0.5]) for array in noise]
    assert np.abs(_texture(batch, two)[0] - of_one[0]).max() > 1e-4


def test_blocks_that_would_do_nothing_are_refused() -> None:
    for scales in (2, 3):
        config = GeneratorConfig(name="texture_small", channels=4, blocks=1, scales=scales)
        with pytest.raises(StylekitError, match=r"generator\.blocks = 1 does nothing"):
            build_texture_generator(config, 1)
    counts = [
        build_texture_generator(
            GeneratorConfig(name="texture_small", channels=4, blocks=blocks, scales=4), 1
        ).model.count_params()
        for blocks in (1, 2)
    ]
    assert counts[0] < counts[1]


def test_generators_of_another_task() -> None:
    with pytest.raises(StylekitError, match="'small' paints photographs: choose pyramid, "):
        build_texture_generator(GeneratorConfig(name="small"), 1)
    with pytest.raises(StylekitError, match="'pyramid' makes textures: choose small, johnson"):
        build_generator(GeneratorConfig(name="pyramid"), 1)
    with pytest.raises(StylekitError, match="did you mean pyramid"):
        build_texture_generator(GeneratorConfig(name="piramid"), 1)
