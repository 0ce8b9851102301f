"""The last steps of every export: metadata, verification, card and previews."""

import dataclasses
import importlib.metadata
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import keras
import tensorflow as tf

import stylekit
from stylekit.export.compact import PLACEHOLDER, compact
from stylekit.export.forms import Form
from stylekit.export.graph import Graph, read_graph
from stylekit.export.metadata import with_metadata
from stylekit.export.options import ExportOptions, Size
from stylekit.export.verify import Parity, Tolerance, problems, tolerance_for
from stylekit.inference.card import ModelCard, embed_card
from stylekit.inference.probe import probe


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


def completed(card: ModelCard, form: Form, previews: Sequence[str], **fields: Any) -> ModelCard:
    """The card with what only an export knows, but for the verification.

    Args:
        card: of the trained network.
        form: how the file stores and computes numbers.
        previews: names of the pictures of the styles, in their order.
        fields: what depends on the kind of network, by the names of the card.
    """
    packages = {
        "stylekit": stylekit.__version__,
        "tensorflow": tf.__version__,
        "keras": keras.__version__,
        "ai-edge-litert": importlib.metadata.version("ai-edge-litert"),
    }
    return dataclasses.replace(
        card,
        precision=form,
        previews=dict(zip(card.styles, previews, strict=True)),
        versions={**card.versions, "export": packages},
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        **fields,
    )


def verified_file(
    content: bytes,
    card: ModelCard,
    previews: dict[str, bytes],
    measure: Callable[[Path], Parity],
    form: Form,
    size: Size | None,
    options: ExportOptions,
    noise: Sequence[str] = (),
) -> tuple[bytes, Verification]:
    """A converted network as the file that users get, and what was found out about it.

    Args:
        content: the network in its form.
        card: from `completed`.
        previews: files of the previews by name.
        measure: compares the file at a path with the trained network.
        form: of the file.
        size: of its pictures; None for any.
        options: the bounds that it must keep.
        noise: names of a texture network's noise inputs.
    """
    content = with_metadata(content, card)
    graph = read_graph(content)
    content = compact(content)  # after which a graph no longer tells which sizes are dynamic
    tolerance = tolerance_for(form, options.image_type, options.max_error, options.gpu_safe)
    with tempfile.TemporaryDirectory(prefix="stylekit-") as folder:
        file = Path(folder, "model.tflite")
        file.write_bytes(content)
        parity = measure(file)
        sides = size or Size(PLACEHOLDER, PLACEHOLDER)
        figures = probe(str(file), sides.height, sides.width, noise)
    found = problems(parity, form, tolerance)
    if options.gpu_safe and graph.refused_by_gpu:
        refused = ", ".join(graph.refused_by_gpu)
        found.append(f"the {form} export has what a GPU delegate refuses: {refused}")
    verification = Verification(
        parity=parity,
        tolerance=tolerance,
        graph=graph,
        memory=figures["memory"],
        partitions=int(figures["partitions"]),
        outside=int(figures["outside"]),
        problems=found,
    )
    return embed_card(
        content, dataclasses.replace(card, parity=verification.to_dict()), previews
    ), verification
