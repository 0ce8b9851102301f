"""One generator to one verified TFLite file."""

import dataclasses
import importlib.metadata
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf

import stylekit
from stylekit.export.convert import Precision, convert
from stylekit.export.verify import TOLERANCES, Parity, measure_parity, require_parity
from stylekit.inference.card import ModelCard, embed_card
from stylekit.inference.litert import LiteRTModel
from stylekit.models.generator import Generator


def export_generator(
    generator: Generator, card: ModelCard, precision: Precision
) -> tuple[bytes, Parity]:
    """Convert a generator, compare the result with it, and embed its card.

    Args:
        generator: a trained network.
        card: what it is; inputs, precision, parity, versions and date are filled in here.
        precision: of the stored weights.

    Returns:
        Content of a `.tflite` file with its card, and how far it is from the generator.

    Raises:
        StylekitError: the converted network does not match the generator.
    """
    content = convert(generator, precision)
    parity = _measure(content, generator, card)
    require_parity(parity, precision)
    return embed_card(content, _completed(card, generator, precision, parity)), parity


def _measure(content: bytes, generator: Generator, card: ModelCard) -> Parity:
    def original(photo: np.ndarray, style_weights: np.ndarray, strength: np.ndarray) -> np.ndarray:
        stylized = generator.model([photo, style_weights, strength], training=False)
        return np.asarray(stylized)

    with tempfile.TemporaryDirectory(prefix="stylekit-") as folder:
        file = Path(folder, "model.tflite")
        file.write_bytes(content)
        return measure_parity(LiteRTModel(file), original, card)


def _completed(
    card: ModelCard, generator: Generator, precision: Precision, parity: Parity
) -> ModelCard:
    """The card with what only the export knows."""
    return dataclasses.replace(
        card,
        inputs={
            "photo": [1, None, None, 3],
            "style_weights": [1, generator.style_count],
            "strength": [1, 1],
        },
        precision=precision,
        parity=_described(parity, precision),
        versions={
            **card.versions,
            "export": {
                "stylekit": stylekit.__version__,
                "tensorflow": tf.__version__,
                "keras": keras.__version__,
                "ai-edge-litert": importlib.metadata.version("ai-edge-litert"),
            },
        },
        created=datetime.now(UTC).isoformat(timespec="seconds"),
    )


def _described(parity: Parity, precision: Precision) -> dict[str, Any]:
    return {**parity.to_dict(), "tolerance": dataclasses.asdict(TOLERANCES[precision])}
