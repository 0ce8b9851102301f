"""Make textures with an exported texture network."""

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from stylekit import zoo
from stylekit.errors import StylekitError
from stylekit.imaging.resize import resize
from stylekit.inference.card import ModelCard, read_card
from stylekit.inference.litert import SIGNATURE, partitions
from stylekit.inference.noise import uniform
from stylekit.inference.styles import parse_styles
from stylekit.inference.tflite_file import checked, read_tflite
from stylekit.processor import threads_to_use

WEIGHTS, OUTPUT = "texture_weights", "texture"

# The network holds the whole picture: 64 megapixels take 12 gigabytes in the shipped one.
MOST_PIXELS = 64_000_000

# Noise of each scale, [1, height / divisor, width / divisor, channels], and texture weights
# [1, textures] -> picture [1, height, width, 3].
Runner = Callable[[Sequence[np.ndarray], np.ndarray], np.ndarray]


@dataclass(frozen=True)
class NoiseInput:
    """An input of a texture network that is filled with uniform numbers of [0, 1).

    Attributes:
        name: of the input.
        divisor: of the picture's height and width, for those of the input.
        channels: of the input.
    """

    name: str
    divisor: int
    channels: int

    def shape(self, height: int, width: int) -> tuple[int, int, int]:
        """`[height, width, channels]` for a picture of this size, which the divisor divides."""
        return height // self.divisor, width // self.divisor, self.channels


def noise_of(inputs: Sequence[NoiseInput], seed: int, height: int, width: int) -> list[np.ndarray]:
    """Noise of each scale for a picture of this size, `[1, …]`, float32 in [0, 1).

    The stream of an input is its place among them (docs/noise.md).

    Raises:
        StylekitError: a seed that is not from 0 to 4294967295.
    """
    return [
        uniform(seed, stream, (1, *entry.shape(height, width)))
        for stream, entry in enumerate(inputs)
    ]


def noise_to_card(inputs: Sequence[NoiseInput]) -> dict[str, Any]:
    """What `noise_from_card` reads."""
    return {"inputs": [asdict(entry) for entry in inputs]}


def noise_from_card(card: ModelCard) -> list[NoiseInput]:
    """The noise inputs of a texture network, in the order of their streams.

    Raises:
        StylekitError: the card is of another task, or damaged.
    """
    if not card.makes_textures:
        raise StylekitError(
            f"the model {card.name!r} paints photographs and makes no textures: give it to "
            "'stylekit stylize'"
        )
    try:
        return [NoiseInput(**entry) for entry in card.noise["inputs"]]
    except (KeyError, TypeError) as error:
        raise StylekitError(f"the model card is damaged: noise = {card.noise!r}") from error


class LiteRTTextures:
    """An exported texture network on the CPU, with XNNPACK; a `Runner`."""

    def __init__(self, path: str | Path, names: Sequence[str], threads: int | None = None) -> None:
        """Load a `.tflite` file with one signature; `names` are those of its noise inputs.

        Raises:
            StylekitError: a missing or damaged file, one with another signature, or a number of
                threads out of range.
        """
        count = threads_to_use(threads)
        self._path = path
        self._names = list(names)
        self._interpreter = checked(read_tflite(path), path, count)
        signature = self._interpreter.get_signature_list().get(SIGNATURE, {})
        inputs, outputs = (set(signature.get(kind, ())) for kind in ("inputs", "outputs"))
        if inputs != {*names, WEIGHTS} or outputs != {OUTPUT}:
            raise StylekitError(
                f"{str(path)!r} is not a texture network of stylekit: its signature {SIGNATURE} "
                f"must have the inputs {', '.join([*names, WEIGHTS])} and the output {OUTPUT}"
            )
        self._runner = self._interpreter.get_signature_runner(SIGNATURE)

    def shapes(self) -> dict[str, tuple[int, ...]]:
        """Shape of each input by its name; of a picture of 256² where a file takes any size."""
        details = self._runner.get_input_details()
        return {name: tuple(map(int, entry["shape"])) for name, entry in details.items()}

    def partitions(self) -> dict[str, int]:
        """See `litert.partitions`."""
        return partitions(self._interpreter)

    def __call__(self, noise: Sequence[np.ndarray], weights: np.ndarray) -> np.ndarray:
        """See `Runner`.

        Raises:
            StylekitError: LiteRT cannot run the network on these shapes.
        """
        feeds = dict(zip(self._names, noise, strict=True))
        try:
            output = self._runner(**feeds, **{WEIGHTS: weights})
        except (ValueError, RuntimeError) as error:
            reason = " ".join(str(error).split())
            raise StylekitError(
                f"the model {str(self._path)!r} cannot be run on noise of the shape "
                f"{noise[-1].shape}: {reason}"
            ) from error
        picture: np.ndarray = output[OUTPUT]
        return picture


class TextureSampler:
    """A texture network and its card: `TextureSampler("textures").sample(seed=3)`.

    Several threads may use one sampler: the network runs for one of them at a time.

    Attributes:
        card: what the network is.
        textures: their names.
    """

    def __init__(
        self,
        model: str | Path | Runner,
        *,
        card: ModelCard | None = None,
        threads: int | None = None,
    ) -> None:
        """Take an exported model, or any function that computes the network, with its card.

        Args:
            model: path of a `.tflite` file, name of a shipped model, or a function.
            card: of the function; a file has its own.
            threads: processors that a file is run on; None for all.

        Raises:
            StylekitError: a missing, damaged or foreign file, or a model of another task.
        """
        if isinstance(model, str | Path):
            path = zoo.model_path(model)
            self.card = read_card(path)
            self._noise = noise_from_card(self.card)
            names = [entry.name for entry in self._noise]
            self._run: Runner = LiteRTTextures(path, names, threads)
        elif card is None:
            raise StylekitError("a function that computes a network needs a model card")
        else:
            self.card = card
            self._noise = noise_from_card(card)
            self._run = model
        self.textures = list(self.card.styles)
        self._one_at_a_time = threading.Lock()

    def sample(
        self,
        texture: str | None = None,
        seed: int = 0,
        height: int = 256,
        width: int = 256,
        tileable: bool = False,
    ) -> np.ndarray:
        """A picture of a texture: another one for each seed, the same for the same.

        Args:
            texture: a name or a blend such as "a:0.5,b:0.5"; None for the model's first.
            seed: of the noise, 0 to 4294967295.
            height: in pixels, at least `card.smallest`.
            width: likewise.
            tileable: the picture continues at its other side. Where the network does not divide
                the size, the next larger picture is then resampled instead of cropped.

        Returns:
            float32 `[height, width, 3]` in [0, 1].

        Raises:
            StylekitError: an unknown texture, a wrong weight, or a seed or size out of range.
        """
        weights = self.texture_weights(texture)
        made = self._computed(height, width)
        return self._finished(noise_of(self._noise, seed, *made), weights, height, width, tileable)

    def walk(
        self,
        texture: str | None,
        seeds: Sequence[int],
        steps: int,
        height: int = 256,
        width: int = 256,
        tileable: bool = False,
    ) -> Iterator[np.ndarray]:
        """Pictures on a closed walk through the noise of all seeds, `steps` from one to the next.

        Noise of two seeds is mixed along a quarter of a circle around its mean, since a straight
        line would pass through noise of half the variance. Arguments are those of `sample`.
        """
        weights = self.texture_weights(texture)
        made = self._computed(height, width)
        for number, seed in enumerate(seeds):
            here = noise_of(self._noise, seed, *made)
            there = noise_of(self._noise, seeds[(number + 1) % len(seeds)], *made)
            for angle in np.arange(steps) / steps * (np.pi / 2):
                noise = [
                    (0.5 + np.cos(angle) * (a - 0.5) + np.sin(angle) * (b - 0.5)).astype(np.float32)
                    for a, b in zip(here, there, strict=True)
                ]
                yield self._finished(noise, weights, height, width, tileable)

    def texture_weights(self, texture: str | None) -> np.ndarray:
        """Weights `[textures]`, sum 1, of a texture or blend; see `inference.styles`.

        Raises:
            StylekitError: an unknown texture or a wrong weight.
        """
        return parse_styles(texture, self.textures, "texture")

    def _computed(self, height: int, width: int) -> tuple[int, int]:
        """The size that is computed for a picture: the next that the network divides."""
        smallest, multiple = self.card.smallest, self.card.multiple_of
        if min(height, width) < smallest:
            raise StylekitError(
                f"a texture of {width}x{height} pixels is below the smallest of the model "
                f"{self.card.name!r}: {smallest}x{smallest}"
            )
        if height * width > MOST_PIXELS:
            raise StylekitError(
                f"a texture of {width}x{height} pixels has more than {MOST_PIXELS // 1_000_000} "
                "megapixels: make a smaller one that is tileable, and repeat it"
            )
        return -(-height // multiple) * multiple, -(-width // multiple) * multiple

    def _finished(
        self,
        noise: Sequence[np.ndarray],
        weights: np.ndarray,
        height: int,
        width: int,
        tileable: bool,
    ) -> np.ndarray:
        """What the network makes, at the size that was asked for."""
        with self._one_at_a_time:
            made = self._run(noise, weights[None])
        picture = np.clip(np.asarray(made, np.float32)[0], 0, 1)
        if not np.isfinite(picture).all():
            raise StylekitError(f"the model {self.card.name!r} gave NaN: its weights are damaged")
        if tileable:
            return resize(picture, height, width, wrap=True)
        return picture[:height, :width]
