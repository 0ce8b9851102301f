"""One generator to one verified TFLite file."""

import dataclasses
import importlib.metadata
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf

import stylekit
from stylekit.export.calibration import calibration_feeds
from stylekit.export.compact import PLACEHOLDER, compact
from stylekit.export.convert import convert, noise_shape
from stylekit.export.forms import CALIBRATED, Form, to_form
from stylekit.export.graph import Graph, read_graph
from stylekit.export.interface import with_uint8_images
from stylekit.export.metadata import with_metadata
from stylekit.export.options import ExportOptions, Size
from stylekit.export.previews import previews_for
from stylekit.export.verify import (
    MOST_PHOTOGRAPHS,
    Objective,
    Parity,
    Tolerance,
    measure_parity,
    problems,
    tolerance_for,
)
from stylekit.inference.card import ModelCard, embed_card
from stylekit.inference.litert import LiteRTModel
from stylekit.inference.probe import probe
from stylekit.models.generator import Generator
from stylekit.models.statistics import NetworkWithStatistics
from stylekit.training.photographs import folder_photographs, packaged_photographs

# Photographs are calibrated on at this size where a file takes any: extremes of feature maps
# hardly depend on it, time does.
CALIBRATION_SIZE = Size(192, 192)


@dataclass(frozen=True)
class Verification:
    """What was found out about a file.

    Attributes:
        parity: how far it is from the trained network.
        tolerance: what it may differ by.
        graph: what it is made of.
        memory: peak of a fresh process above its start, in MB, at 256² or the file's size.
        partitions: of the graph, that XNNPACK took.
        outside: operators that XNNPACK left.
        problems: why it must not be used; empty if it may.
    """

    parity: Parity
    tolerance: Tolerance
    graph: Graph
    memory: float
    partitions: int
    outside: int
    problems: list[str]

    def to_dict(self) -> dict[str, Any]:
        """Plain values, for the card and for JSON."""
        values = {key: value for key, value in vars(self).items() if key != "parity"}
        values["tolerance"] = dataclasses.asdict(self.tolerance)
        values["graph"] = dataclasses.asdict(self.graph)
        return {**self.parity.to_dict(), **values}


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
    complete = _completed(card, generator, form, size, options, list(previews))
    content = with_metadata(content, complete)
    graph = read_graph(content)
    content = compact(content)

    verification = _verified(content, graph, generator, complete, form, size, options, objective)
    complete = dataclasses.replace(complete, parity=verification.to_dict())
    return embed_card(content, complete, previews), verification


def _calibration_paths(folder: str | None) -> Sequence[Path]:
    """Photographs that are not compared on."""
    if folder is not None:
        return folder_photographs(folder).paths
    return packaged_photographs().paths[MOST_PHOTOGRAPHS:]


def _verified(
    content: bytes,
    graph: Graph,
    generator: Generator,
    card: ModelCard,
    form: Form,
    size: Size | None,
    options: ExportOptions,
    objective: Objective | None,
) -> Verification:
    def original(*inputs: np.ndarray) -> np.ndarray:
        return np.asarray(generator.model(list(inputs), training=False))

    tolerance = tolerance_for(form, options.image_type, options.max_error)
    with tempfile.TemporaryDirectory(prefix="stylekit-") as folder:
        file = Path(folder, "model.tflite")
        file.write_bytes(content)
        parity = measure_parity(LiteRTModel(file), original, card, size, objective)
        sides = size or Size(PLACEHOLDER, PLACEHOLDER)
        figures = probe(str(file), sides.height, sides.width)
    found = problems(parity, form, tolerance)
    if options.gpu_safe and graph.refused_by_gpu:
        refused = ", ".join(graph.refused_by_gpu)
        found.append(f"the {form} export has what a GPU delegate refuses: {refused}")
    return Verification(
        parity=parity,
        tolerance=tolerance,
        graph=graph,
        memory=figures["memory"],
        partitions=int(figures["partitions"]),
        outside=int(figures["outside"]),
        problems=found,
    )


def _completed(
    card: ModelCard,
    generator: Generator,
    form: Form,
    size: Size | None,
    options: ExportOptions,
    previews: list[str],
) -> ModelCard:
    """The card with what only the export knows, but for the verification."""
    height, width = (None, None) if size is None else (size.height, size.width)
    inputs: dict[str, list[int | None]] = {
        "photo": [1, height, width, 3],
        "style_weights": [1, generator.style_count],
        "strength": [1, 1],
        "statistics": [1, 1, 1, NetworkWithStatistics(generator).size],
    }
    if generator.noise is not None:
        inputs["noise"] = noise_shape(generator.noise, size)
    return dataclasses.replace(
        card,
        inputs=inputs,
        noise={} if generator.noise is None else generator.noise.to_card(),
        precision=form,
        image_type=options.image_type,
        gpu_safe=options.gpu_safe,
        previews=dict(zip(card.styles, previews, strict=True)),
        **export_versions(card),
    )


def export_versions(card: ModelCard) -> dict[str, Any]:
    """`versions` of a card with those of the packages that export, and `created` as now."""
    packages = {
        "stylekit": stylekit.__version__,
        "tensorflow": tf.__version__,
        "keras": keras.__version__,
        "ai-edge-litert": importlib.metadata.version("ai-edge-litert"),
    }
    return {
        "versions": {**card.versions, "export": packages},
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
    }
