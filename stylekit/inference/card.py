"""The model card: what a program must know to use an exported model, inside its file."""

import dataclasses
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import flatbuffers
import numpy as np
from ai_edge_litert import schema_py_generated as schema

from stylekit.errors import StylekitError
from stylekit.inference.tflite_file import FILE_IDENTIFIER, checked, read_tflite

FORMAT_VERSION = 1
METADATA_NAME = "stylekit_card"

# XNNPACK and GPU delegates read weights in place: the schema asks for this alignment in bytes.
_BUFFER_ALIGNMENT = 16


@dataclass(frozen=True)
class ModelCard:
    """What an exported model is, how it is fed, and where it came from.

    Attributes:
        name: of the model.
        generator: name of the network in the registry.
        styles: names in the order of `style_weights`.
        margin: pixels by which the photo is reflect-padded on every side before, and the output
            cropped after.
        multiple_of: what the padded height and width must be divisible by.
        smallest: least height and width of the photo, margin not counted.
        format_version: of the card.
        task: what the model does.
        input_range: of the photo's values, sRGB.
        output_range: of the output's values.
        inputs: shape of each input by its signature name; None for a size known at run time.
        output: signature name of the output.
        precision: of the stored weights, such as "float16".
        objective: layers and weights of what was minimised.
        losses: values at the end of training.
        recipe: the resolved configuration of the training.
        training: how far it went: steps, images and minutes.
        loss_network: name, architecture, hash and terms of the weights.
        photographs: source and number of the photographs trained on.
        terms: under which terms styles, photographs and model may be used.
        parity: how far LiteRT is from Keras, and the tolerance.
        versions: of the packages that made the model.
        created: date and time, ISO 8601.
    """

    name: str
    generator: str
    styles: list[str]
    margin: int
    multiple_of: int
    smallest: int
    format_version: int = FORMAT_VERSION
    task: str = "style_transfer"
    input_range: list[float] = field(default_factory=lambda: [0.0, 1.0])
    output_range: list[float] = field(default_factory=lambda: [0.0, 1.0])
    inputs: dict[str, list[int | None]] = field(default_factory=dict)
    output: str = "stylized"
    precision: str = "float32"
    objective: dict[str, Any] = field(default_factory=dict)
    losses: dict[str, Any] = field(default_factory=dict)
    recipe: dict[str, Any] = field(default_factory=dict)
    training: dict[str, Any] = field(default_factory=dict)
    loss_network: dict[str, Any] = field(default_factory=dict)
    photographs: dict[str, Any] = field(default_factory=dict)
    terms: dict[str, Any] = field(default_factory=dict)
    parity: dict[str, Any] = field(default_factory=dict)
    versions: dict[str, Any] = field(default_factory=dict)
    created: str = ""

    def to_json(self) -> str:
        """The card as JSON; `from_json` gives it back."""
        return json.dumps(dataclasses.asdict(self), indent=2, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str | bytes) -> "ModelCard":
        """A card from JSON; keys that this version does not know are left out.

        Raises:
            StylekitError: no JSON, another format version, a missing key or a wrong type.
        """
        try:
            values = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise StylekitError(f"the model card is damaged: {error}") from error
        if not isinstance(values, dict):
            raise StylekitError("the model card is damaged: it holds no object")
        version = values.get("format_version")
        if version != FORMAT_VERSION:
            raise StylekitError(
                f"the model card has format version {version!r}, this stylekit reads "
                f"{FORMAT_VERSION}: use the stylekit that exported the model, or export it again"
            )
        _check(values)
        known = {entry.name for entry in dataclasses.fields(cls)}
        return cls(**{key: value for key, value in values.items() if key in known})


def _check(values: dict[str, Any]) -> None:
    """Raise StylekitError unless the values that a runtime relies on are there and make sense."""
    styles = values.get("styles")
    if not (isinstance(styles, list) and styles and all(isinstance(s, str) for s in styles)):
        raise StylekitError(f"the model card is damaged: styles = {styles!r}")
    for key in ("name", "generator"):
        if not isinstance(values.get(key), str):
            raise StylekitError(f"the model card is damaged: {key} = {values.get(key)!r}")
    for key, least in (("margin", 0), ("multiple_of", 1), ("smallest", 1)):
        value = values.get(key)
        if not isinstance(value, int) or value < least:
            raise StylekitError(f"the model card is damaged: {key} = {value!r}")


def read_card(path: str | Path) -> ModelCard:
    """The card of an exported model.

    Raises:
        StylekitError: a missing, damaged or truncated file, one that is no `.tflite`, or that
            stylekit did not export.
    """
    content = read_tflite(path)
    checked(content, path)
    text = _metadata(content)
    if text is None:
        raise StylekitError(
            f"{str(path)!r} has no model card of stylekit: use a file that 'stylekit export' wrote"
        )
    try:
        return ModelCard.from_json(text)
    except StylekitError as error:
        raise StylekitError(f"{str(path)!r}: {error}") from error


def _metadata(content: bytes) -> bytes | None:
    """The buffer of the card; the flatbuffer must have been checked."""
    model = schema.Model.GetRootAs(content)
    for index in range(model.MetadataLength()):
        metadata = model.Metadata(index)
        if metadata.Name() == METADATA_NAME.encode():
            buffer = model.Buffers(metadata.Buffer())
            return b"" if buffer.DataIsNone() else buffer.DataAsNumpy().tobytes()
    return None


def embed_card(content: bytes, card: ModelCard) -> bytes:
    """The model with a card in its metadata, in place of the one that may be there.

    Args:
        content: a `.tflite` file.
        card: what `read_card` will give back.

    Raises:
        StylekitError: the content is no `.tflite`.
    """
    checked(content, "the model")
    model = schema.ModelT.InitFromPackedBuf(content)
    buffer = schema.BufferT(data=np.frombuffer(card.to_json().encode(), np.uint8))
    for metadata in model.metadata or []:
        if metadata.name == METADATA_NAME.encode():
            model.buffers[metadata.buffer] = buffer
            break
    else:
        model.buffers.append(buffer)
        entry = schema.MetadataT(name=METADATA_NAME, buffer=len(model.buffers) - 1)
        model.metadata = [*(model.metadata or []), entry]
    builder = _AlignedBuilder(len(content))
    builder.Finish(model.Pack(builder), FILE_IDENTIFIER)
    return bytes(builder.Output())


class _AlignedBuilder(flatbuffers.Builder):
    """A builder that aligns byte vectors, the model's buffers, as the schema asks for.

    Flatbuffers' Python code does not know of `force_align`.
    """

    def StartVector(self, elem_size: int, count: int, alignment: int) -> int:  # noqa: N802
        if elem_size == 1:
            alignment = max(alignment, _BUFFER_ALIGNMENT)
        return super().StartVector(elem_size, count, alignment)
