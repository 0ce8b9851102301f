"""All generators by name."""

from collections.abc import Callable

import keras

from stylekit.config import GeneratorConfig
from stylekit.errors import StylekitError, nearest
from stylekit.models.generator import Generator
from stylekit.models.johnson import johnson
from stylekit.models.small import small

GENERATORS: dict[str, Callable[[GeneratorConfig, int], Generator]] = {
    "small": small,
    "johnson": johnson,
}


def build_generator(
    config: GeneratorConfig, style_count: int, dtype_policy: str = "float32"
) -> Generator:
    """Build the generator `config.name` for `style_count` styles.

    `dtype_policy` is Keras': under `mixed_bfloat16` or `mixed_float16` convolutions run in half
    precision; normalisation statistics and the last layer stay in float32.

    Raises:
        StylekitError: an unknown generator, and the message names the nearest; or noise for one
            that takes none.
    """
    if config.name not in GENERATORS:
        known = nearest(config.name, GENERATORS) or ", ".join(GENERATORS)
        raise StylekitError(f"unknown generator {config.name!r}: did you mean {known}?")
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(dtype_policy)
    try:
        generator = GENERATORS[config.name](config, style_count)
    finally:
        keras.config.set_dtype_policy(before)
    if config.noise and generator.noise is None:
        raise StylekitError(f"the generator {config.name!r} takes no noise: leave it out")
    return generator
