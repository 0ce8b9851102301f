"""All generators by name, and what each of them is for."""

from collections.abc import Callable, Mapping
from typing import Any

import keras

from stylekit.config import GeneratorConfig
from stylekit.errors import StylekitError, nearest
from stylekit.models.generator import Generator, TextureGenerator
from stylekit.models.johnson import johnson
from stylekit.models.pyramid import pyramid
from stylekit.models.small import small
from stylekit.models.texture_residual import texture_residual
from stylekit.models.texture_small import texture_small

# Networks that paint photographs.
GENERATORS: dict[str, Callable[[GeneratorConfig, int], Generator]] = {
    "small": small,
    "johnson": johnson,
}

# Networks that make textures of noise.
TEXTURE_GENERATORS: dict[str, Callable[[GeneratorConfig, int], TextureGenerator]] = {
    "pyramid": pyramid,
    "texture_residual": texture_residual,
    "texture_small": texture_small,
}


def build_generator(
    config: GeneratorConfig, style_count: int, dtype_policy: str = "float32"
) -> Generator:
    """Build the generator `config.name` for `style_count` styles.

    `dtype_policy` is Keras': under `mixed_bfloat16` or `mixed_float16` convolutions run in half
    precision; normalisation statistics and the last layer stay in float32.

    Raises:
        StylekitError: an unknown generator, and the message names the nearest; one of textures;
            or noise for one that takes none.
    """
    if config.name in TEXTURE_GENERATORS:
        raise StylekitError(
            f"the generator {config.name!r} makes textures: choose {', '.join(GENERATORS)} for "
            "photographs, or task: texture"
        )
    generator: Generator = _build(GENERATORS, config, style_count, dtype_policy)
    if config.noise and generator.noise is None:
        raise StylekitError(f"the generator {config.name!r} takes no noise: leave it out")
    return generator


def build_texture_generator(
    config: GeneratorConfig, texture_count: int, dtype_policy: str = "float32"
) -> TextureGenerator:
    """As `build_generator`, for a network of `texture_count` textures.

    Raises:
        StylekitError: an unknown generator, and the message names the nearest; or one of
            photographs.
    """
    if config.name in GENERATORS:
        raise StylekitError(
            f"the generator {config.name!r} paints photographs: choose "
            f"{', '.join(TEXTURE_GENERATORS)} for textures"
        )
    built: TextureGenerator = _build(TEXTURE_GENERATORS, config, texture_count, dtype_policy)
    return built


def _build(
    known: Mapping[str, Callable[[GeneratorConfig, int], Any]],
    config: GeneratorConfig,
    count: int,
    dtype_policy: str,
) -> Any:
    if config.name not in known:
        names = nearest(config.name, known) or ", ".join(known)
        raise StylekitError(f"unknown generator {config.name!r}: did you mean {names}?")
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(dtype_policy)
    try:
        return known[config.name](config, count)
    finally:
        keras.config.set_dtype_policy(before)
