"""One texture network to one verified TFLite file."""

import inspect
import tempfile
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

from stylekit.errors import StylekitError
from stylekit.export.compact import prepared
from stylekit.export.convert import SIGNATURE, require_size
from stylekit.export.forms import Form, to_form
from stylekit.export.options import ExportOptions, Size
from stylekit.export.previews import KEPT, webp
from stylekit.export.verified import Verification, completed, verified_file
from stylekit.export.verify import Parity, measure_texture_parity
from stylekit.imaging.resize import resize
from stylekit.inference.card import ModelCard
from stylekit.inference.textures import OUTPUT, WEIGHTS, LiteRTTextures
from stylekit.models.generator import TextureGenerator

# Side of the picture that a preview is reduced from, in pixels, before it is rounded up.
_PREVIEWED = 128

_FORMS: tuple[Form, ...] = ("float32", "float16")


def check_options(options: ExportOptions) -> None:
    """Refuse what is for networks of photographs only.

    Raises:
        StylekitError: a form that needs calibration, bytes in the place of floats, or a graph that
            is safe for GPUs.
    """
    for form in options.forms:
        if form not in _FORMS:
            raise StylekitError(
                f"a texture network is exported as {' or '.join(_FORMS)}, not as {form}"
            )
    if options.image_type != "float32" or options.gpu_safe or options.calibration is not None:
        raise StylekitError(
            "--image-type, --gpu-safe and --calibration are for networks that paint photographs"
        )


def convert_textures(generator: TextureGenerator, size: Size | None = None) -> bytes:
    """The generator as a float32 TFLite file with one signature, `serving_default`.

    Inputs, all float32: the noise of each scale `[1, height / divisor, width / divisor,
    channels]` under its name, and `texture_weights` `[1, textures]`. Output: `texture` `[1,
    height, width, 3]` in [0, 1]. `size` None leaves height and width to the runtime.

    Raises:
        StylekitError: a size that the network cannot take.
    """
    if size is not None:
        require_size(generator, size)
    specs = [
        tf.TensorSpec(shape, tf.float32, name=name)
        for name, shape in input_shapes(generator, size).items()
    ]

    def sample(*inputs: tf.Tensor) -> dict[str, tf.Tensor]:
        return {OUTPUT: generator.model(list(inputs))}

    # The signature's inputs are called what the function's arguments are.
    sample.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        [inspect.Parameter(spec.name, inspect.Parameter.POSITIONAL_OR_KEYWORD) for spec in specs]
    )
    archive = keras.export.ExportArchive()
    archive.track(generator.model)
    endpoint = tf.function(sample, autograph=False, input_signature=specs)
    archive.add_endpoint(SIGNATURE, endpoint)
    with tempfile.TemporaryDirectory(prefix="stylekit-") as folder:
        archive.write_out(folder, verbose=False)
        converter = tf.lite.TFLiteConverter.from_saved_model(folder, signature_keys=[SIGNATURE])
        divisors = {entry.name: entry.divisor for entry in generator.noise}
        return prepared(bytes(converter.convert()), divisors)


def input_shapes(generator: TextureGenerator, size: Size | None) -> dict[str, list[int | None]]:
    """Shape of each input by its name; None for a length known at run time."""
    shapes: dict[str, list[int | None]] = {
        entry.name: [1, None, None, entry.channels]
        if size is None
        else [1, *entry.shape(size.height, size.width)]
        for entry in generator.noise
    }
    return {**shapes, WEIGHTS: [1, generator.style_count]}


def export_textures(
    generator: TextureGenerator,
    card: ModelCard,
    form: Form,
    size: Size | None,
    options: ExportOptions,
    converted: bytes,
) -> tuple[bytes, Verification]:
    """As `export_generator`: a file of a network, compared with it, with card and previews.

    `converted` is what `convert_textures` gave for the generator and size.
    """
    content = to_form(converted, form)
    previews = _previews(generator, card.styles)
    complete = completed(card, form, list(previews), inputs=input_shapes(generator, size))
    names = [entry.name for entry in generator.noise]

    def measure(file: Path) -> Parity:
        exported = LiteRTTextures(file, names)
        return measure_texture_parity(exported, generator.run, complete, size)

    return verified_file(content, complete, previews, measure, form, size, options, names)


def _previews(generator: TextureGenerator, textures: list[str]) -> dict[str, bytes]:
    """A picture of each texture, as WebP by the name of its file, in their order."""
    side = -(-_PREVIEWED // generator.multiple_of) * generator.multiple_of
    pictures = (generator.sample(row, 0, side, side) for row in np.eye(len(textures)))
    return {
        f"preview_{index}.webp": webp(resize(picture, KEPT, KEPT))
        for index, picture in enumerate(pictures)
    }
