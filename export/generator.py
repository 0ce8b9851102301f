"""One generator to one verified TFLite file."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from stylekit.export.calibration import calibration_feeds
from stylekit.export.convert import convert, noise_shape
from stylekit.export.forms import CALIBRATED, Form, to_form
from stylekit.export.interface import with_uint8_images
from stylekit.export.options import ExportOptions, Size
from stylekit.export.previews import previews_for
from stylekit.export.verified import Verification, completed, verified_file
from stylekit.export.verify import MOST_PHOTOGRAPHS, Objective, Parity, measure_parity
from stylekit.inference.card import ModelCard
from stylekit.inference.litert import LiteRTModel
from stylekit.models.generator import Generator
from stylekit.models.statistics import NetworkWithStatistics
from stylekit.training.photographs import folder_photographs, packaged_photographs

# Photographs are calibrated on at this size where a file takes any: extremes of feature maps
# hardly depend on it, time does.
CALIBRATION_SIZE = Size(192, 192)


def export_generator(
    generator: Generator,
    card: ModelCard,
    form: Form = "float32",
    size: Size | None = None,
    options: ExportOptions | None = None,
    objective: Objective | None = None,
    converted: bytes | None = None,
) -> tuple[bytes, Verification]:
    """Convert a generator, compare the result with it, and embed its card and previews.

    Args:
        generator: a trained network.
        card: what it is; inputs, form, verification, versions and date are filled in here.
        form: how numbers are stored and computed.
        size: of the photo; None for any.
        options: the rest of what a user may choose.
        objective: that training minimised, to compare the pictures by.
        converted: what `convert` gave for this generator, size and options, if it is at hand.

    Returns:
        Content of a `.tflite` file with its card, and what was found out about it: a file with
        problems must not be used.

    Raises:
        StylekitError: a size that the network cannot take, or nothing to calibrate on.
    """
    options = options or ExportOptions()
    content = converted or convert(generator, size, options.gpu_safe)
    if form in CALIBRATED:
        sides = size or CALIBRATION_SIZE
        feeds = calibration_feeds(
            _calibration_paths(options.calibration),
            generator.style_count,
            NetworkWithStatistics(generator).size,
            sides.height,
            sides.width,
            generator.noise,
        )
        content = to_form(content, form, feeds)
    else:
        content = to_form(content, form)
    if options.image_type == "uint8":
        content = with_uint8_images(content)
    previews = previews_for(generator, card.styles)
    complete = completed(
        card,
        form,
        list(previews),
        inputs=_input_shapes(generator, size),
        noise={} if generator.noise is None else generator.noise.to_card(),
        image_type=options.image_type,
        gpu_safe=options.gpu_safe,
    )

    def original(*inputs: np.ndarray) -> np.ndarray:
        return np.asarray(generator.model(list(inputs), training=False))

    def measure(file: Path) -> Parity:
        return measure_parity(LiteRTModel(file), original, complete, size, objective)

    return verified_file(content, complete, previews, measure, form, size, options)


def _calibration_paths(folder: str | None) -> Sequence[Path]:
    """Photographs that are not compared on."""
    if folder is not None:
        return folder_photographs(folder).paths
    return packaged_photographs().paths[MOST_PHOTOGRAPHS:]


def _input_shapes(generator: Generator, size: Size | None) -> dict[str, list[int | None]]:
    """Shape of each input by its name; None for a length known at run time."""
    height, width = (None, None) if size is None else (size.height, size.width)
    shapes: dict[str, list[int | None]] = {
        "photo": [1, height, width, 3],
        "style_weights": [1, generator.style_count],
        "strength": [1, 1],
        "statistics": [1, 1, 1, NetworkWithStatistics(generator).size],
    }
    if generator.noise is not None:
        shapes["noise"] = noise_shape(generator.noise, size)
    return shapes
