"""The model card: what a program must know to use an exported model, inside its file."""

import dataclasses
import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from stylekit.errors import StylekitError
from stylekit.inference.associated import associated_files, model_part, with_files
from stylekit.inference.tflite_file import checked, read_tflite

FORMAT_VERSION = 1
CARD_FILE = "stylekit_card.json"


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
        precision: the form of the file: float32, float16, dynamic, int8 or mixed.
        image_type: of the photo and the output: float32, or uint8 with 255 for 1.
        gpu_safe: whether no sum of the graph can overflow in float16.
        noise: what the input `noise` of a style network holds, see `noise_maps.NoiseMaps`; for a
            texture network its noise inputs, see `textures.NoiseInput`; empty without noise.
        previews: name of the associated file with each style's preview.
        model_sha256: of the file up to its associated files, by which a card is found to belong
            to its model.
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
    image_type: str = "float32"
    gpu_safe: bool = False
    noise: dict[str, Any] = field(default_factory=dict)
    previews: dict[str, str] = field(default_factory=dict)
    model_sha256: str = ""
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

    @property
    def makes_textures(self) -> bool:
        """Whether it makes textures of noise, its `styles`; else it paints photographs."""
        return self.task == "texture"

    def require_photographs(self) -> None:
        """Raise StylekitError unless the model paints photographs."""
        if self.makes_textures:
            raise StylekitError(
                f"the model {self.name!r} makes textures of noise and paints no photographs: give "
                "it to 'stylekit sample'"
            )

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
        StylekitError: a missing, damaged or truncated file, one that is no `.tflite`, that
            stylekit did not export, or whose card is of another file.
    """
    content = read_tflite(path)
    checked(content, path)
    text = associated_files(content).get(CARD_FILE)
    if text is None:
        raise StylekitError(
            f"{str(path)!r} has no model card of stylekit: use a file that 'stylekit export' wrote"
        )
    try:
        card = ModelCard.from_json(text)
    except StylekitError as error:
        raise StylekitError(f"{str(path)!r}: {error}") from error
    if card.model_sha256 and card.model_sha256 != _digest(model_part(content)):
        raise StylekitError(
            f"the card in {str(path)!r} belongs to another model, {card.name!r}: export it again"
        )
    return card


def embed_card(content: bytes, card: ModelCard, files: dict[str, bytes] | None = None) -> bytes:
    """The model with a card, and other files, behind it; what was there before is dropped.

    Args:
        content: a `.tflite` file.
        card: what `read_card` will give back, with the hash of the model.
        files: further associated files by name, such as previews.

    Raises:
        StylekitError: the content is no `.tflite`.
    """
    checked(content, "the model")
    model = model_part(content)
    signed = dataclasses.replace(card, model_sha256=_digest(model))
    return with_files(model, {CARD_FILE: signed.to_json().encode(), **(files or {})})


def _digest(model: bytes) -> str:
    return hashlib.sha256(model).hexdigest()
