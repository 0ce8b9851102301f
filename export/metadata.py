"""Standard TFLite metadata: what Android Studio and the TFLite Support library read.

Written with FlatBuffers from the published schema (tensorflow_lite_support/metadata/
metadata_schema.fbs, version 1.5.0), since the package that writes it, tflite-support, cannot be
installed beside TensorFlow 2.21: it asks for protobuf below 4.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import flatbuffers
import numpy as np
from ai_edge_litert import schema_py_generated as schema

from stylekit.inference.card import CARD_FILE, ModelCard
from stylekit.inference.flatbuffer import pack, unpack
from stylekit.inference.textures import OUTPUT, WEIGHTS, noise_from_card

METADATA_NAME = "TFLITE_METADATA"
_FILE_IDENTIFIER = b"M001"
# Associated files and normalization are as old as the schema.
_MIN_PARSER_VERSION = "1.0.0"
# Members of the schema's enumerations and unions.
_RGB = 1
_IMAGE_PROPERTIES, _FEATURE_PROPERTIES = 2, 1
_NORMALIZATION_OPTIONS = 1
_DESCRIPTIONS = 1

LICENCE = "Apache-2.0 for the network and its weights; {terms}"


@dataclass(frozen=True)
class _Tensor:
    """What is said about an input or output.

    Attributes:
        name: in the signature.
        description: for people.
        low: least value.
        high: largest value.
        image: whether it holds RGB pixels.
        normalization: mean and deviation, by which an application gets an input from bytes of 0
            to 255, or such bytes from an output.
    """

    name: str
    description: str
    low: float
    high: float
    image: bool = False
    normalization: tuple[float, float] | None = None


def with_metadata(content: bytes, card: ModelCard) -> bytes:
    """The model with metadata made from its card, in place of what may be there."""
    model = unpack(content)
    data = np.frombuffer(_metadata(model, card), np.uint8)
    for entry in model.metadata or []:
        if entry.name == METADATA_NAME.encode():
            model.buffers[entry.buffer].data = data
            return pack(model)
    kept = [entry for entry in model.metadata or [] if entry.name == b"min_runtime_version"]
    model.buffers.append(schema.BufferT(data=data))
    entry = schema.MetadataT(name=METADATA_NAME, buffer=len(model.buffers) - 1)
    model.metadata = [*kept, entry]
    return pack(model)


def _tensors(card: ModelCard) -> dict[str, _Tensor]:
    """By name and direction: `statistics` is an input and an output."""
    high = 255.0 if card.image_type == "uint8" else 1.0
    # Floats are bytes divided by 255; bytes are taken as they are.
    white = 1.0 if card.image_type == "uint8" else 255.0
    styles = ", ".join(card.styles)
    if card.makes_textures:
        return _texture_tensors(card)
    return {
        "photo": _Tensor(
            "photo",
            "Photograph, sRGB, [1, height, width, 3]. Height and width are multiples of "
            f"{card.multiple_of}, at least {card.smallest}. For borders without a band, reflect "
            f"{card.margin} pixels around the photograph and crop the output.",
            0.0,
            high,
            image=True,
            normalization=(0.0, white),
        ),
        "style_weights": _Tensor(
            "style_weights", f"Share of each style, sum 1, in the order {styles}.", 0.0, 1.0
        ),
        "strength": _Tensor("strength", "0 gives the photograph, 1 the full style.", 0.0, 1.0),
        "noise": _Tensor(
            "noise",
            "Uniform numbers of [0, 1) at a quarter of the photograph's size, a channel for each "
            "scale as the model card says: another noise gives another picture.",
            0.0,
            1.0,
        ),
        "statistics": _Tensor(
            "statistics",
            "Means and variances that the network normalizes with. In: zeros for those of the "
            "photo, or, for the tiles of a large photograph, what came out of parts of all of it.",
            -65504.0,
            65504.0,
        ),
        "stylized": _Tensor(
            "stylized",
            "Stylized photograph, of its shape and range.",
            0.0,
            high,
            image=True,
            normalization=(0.0, 1 / white),
        ),
    }


def _texture_tensors(card: ModelCard) -> dict[str, _Tensor]:
    noise = [
        _Tensor(
            entry.name,
            "Uniform numbers of [0, 1): another noise gives another picture. Height and width are "
            f"those of the picture, multiples of {card.multiple_of}, divided by {entry.divisor}.",
            0.0,
            1.0,
        )
        for entry in noise_from_card(card)
    ]
    tensors = [
        *noise,
        _Tensor(
            WEIGHTS,
            f"Share of each texture, sum 1, in the order {', '.join(card.styles)}.",
            0.0,
            1.0,
        ),
        _Tensor(
            OUTPUT,
            "A picture, sRGB, [1, height, width, 3], which continues at its other side.",
            0.0,
            1.0,
            image=True,
            normalization=(0.0, 1 / 255),
        ),
    ]
    return {tensor.name: tensor for tensor in tensors}


def _purpose(card: ModelCard) -> str:
    names = ", ".join(card.styles)
    if card.makes_textures:
        return f"Makes the textures {names}, or blends of them, from noise"
    return f"Stylizes photographs in the styles {names}, or blends of them"


def _metadata(model: schema.ModelT, card: ModelCard) -> bytes:
    """The flatbuffer of a file's metadata."""
    builder = flatbuffers.Builder(4096)
    described = _tensors(card)
    inputs = [_tensor(builder, described[name]) for name in _names(model, "inputs")]
    outputs = [_tensor(builder, described[name]) for name in _names(model, "outputs")]
    graph = _table(
        builder,
        {
            0: builder.CreateString(card.name),
            2: _vector(builder, inputs),
            3: _vector(builder, outputs),
        },
        fields=10,
    )
    kind = "texture" if card.makes_textures else "style"
    files = [
        _file(builder, CARD_FILE, "Model card of stylekit: sizes, styles, recipe, verification"),
        *(
            _file(builder, file, f"Preview of the {kind} {style}")
            for style, file in card.previews.items()
        ),
    ]
    terms = "; ".join(f"{what}: {text}" for what, text in card.terms.items())
    root = _table(
        builder,
        {
            0: builder.CreateString(card.name),
            1: builder.CreateString(_purpose(card)),
            2: builder.CreateString(str(card.format_version)),
            3: _vector(builder, [graph]),
            4: builder.CreateString("stylekit"),
            5: builder.CreateString(LICENCE.format(terms=terms)),
            6: _vector(builder, files),
            7: builder.CreateString(_MIN_PARSER_VERSION),
        },
        fields=8,
    )
    builder.Finish(root, _FILE_IDENTIFIER)
    return bytes(builder.Output())


def _names(model: schema.ModelT, direction: str) -> list[str]:
    """Signature names of the graph's inputs or outputs, in the graph's order."""
    (signature,) = model.signatureDefs
    by_tensor = {entry.tensorIndex: entry.name.decode() for entry in getattr(signature, direction)}
    return [by_tensor[int(index)] for index in getattr(model.subgraphs[0], direction)]


def _tensor(builder: flatbuffers.Builder, tensor: _Tensor) -> int:
    """A TensorMetadata."""
    name = builder.CreateString(tensor.name)
    description = builder.CreateString(tensor.description)
    fields = {
        0: name,
        1: description,
        3: _content(builder, tensor.image),
        5: _table(
            builder,
            {0: _floats(builder, [tensor.high]), 1: _floats(builder, [tensor.low])},
            fields=2,
        ),
    }
    if tensor.normalization is not None:
        mean, deviation = tensor.normalization
        options = _table(
            builder, {0: _floats(builder, [mean]), 1: _floats(builder, [deviation])}, fields=2
        )
        unit = _table(builder, {1: options}, fields=2, bytes_={0: _NORMALIZATION_OPTIONS})
        fields[4] = _vector(builder, [unit])
    return _table(builder, fields, fields=7)


def _content(builder: flatbuffers.Builder, image: bool) -> int:
    """A Content: RGB pixels, or features."""
    if image:
        properties = _table(builder, {}, fields=2, bytes_={0: _RGB})
        return _table(builder, {1: properties}, fields=3, bytes_={0: _IMAGE_PROPERTIES})
    properties = _table(builder, {}, fields=0)
    return _table(builder, {1: properties}, fields=3, bytes_={0: _FEATURE_PROPERTIES})


def _file(builder: flatbuffers.Builder, name: str, description: str) -> int:
    """An AssociatedFile."""
    fields = {0: builder.CreateString(name), 1: builder.CreateString(description)}
    return _table(builder, fields, fields=5, bytes_={2: _DESCRIPTIONS})


def _table(
    builder: flatbuffers.Builder,
    offsets: dict[int, int],
    fields: int,
    bytes_: dict[int, int] | None = None,
) -> int:
    """A table with these fields by their number in the schema."""
    builder.StartObject(fields)
    for number, offset in offsets.items():
        builder.PrependUOffsetTRelativeSlot(number, offset, 0)
    for number, value in (bytes_ or {}).items():
        builder.PrependInt8Slot(number, value, 0)
    return int(builder.EndObject())


def _vector(builder: flatbuffers.Builder, offsets: Sequence[int]) -> int:
    return _filled(builder, offsets, builder.PrependUOffsetTRelative)


def _floats(builder: flatbuffers.Builder, values: Sequence[float]) -> int:
    return _filled(builder, values, builder.PrependFloat32)


def _filled(
    builder: flatbuffers.Builder, values: Sequence[float], prepend: Callable[[float], None]
) -> int:
    builder.StartVector(4, len(values), 4)
    for value in reversed(values):
        prepend(value)
    return int(builder.EndVector())
