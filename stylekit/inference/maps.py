"""Measure an exported network's instance-norm statistics on a part of a tile."""

from dataclasses import dataclass, field

import numpy as np
from ai_edge_litert import schema_py_generated as schema

from stylekit.errors import StylekitError
from stylekit.inference.flatbuffer import operator_kind, pack, unpack
from stylekit.inference.litert import INPUTS, NOISE, SIGNATURE, STATISTICS, LiteRTModel
from stylekit.inference.tflite_file import checked


@dataclass
class Sums:
    """Sums of features over positions, for each normalization in turn, in float64."""

    sizes: list[int]
    count: list[int] = field(init=False)
    first: list[np.ndarray] = field(init=False)
    second: list[np.ndarray] = field(init=False)
    origin: list[np.ndarray] = field(init=False)

    def __post_init__(self) -> None:
        self.count = [0] * len(self.sizes)
        self.first, self.second, self.origin = (
            [np.zeros(size) for size in self.sizes] for _ in range(3)
        )

    def add(self, index: int, features: np.ndarray) -> None:
        """Add `[height, width, channels]`."""
        positions = features.reshape(-1, features.shape[-1])
        if not self.count[index]:
            # Squares about some mean near the true one lose nothing to rounding.
            self.origin[index] = positions.mean(axis=0, dtype=np.float64)
        distance = positions - self.origin[index].astype(np.float32)
        self.count[index] += len(positions)
        self.first[index] += distance.sum(axis=0, dtype=np.float64)
        self.second[index] += np.einsum("pc,pc->c", distance, distance, dtype=np.float64)

    def statistics(self) -> np.ndarray:
        """As a network takes them: `[1, 1, 1, 1 + 2 * channels]`, float32."""
        parts = [np.ones(1)]
        for index, count in enumerate(self.count):
            shift = self.first[index] / count
            parts += [
                self.origin[index].astype(np.float32) + shift,
                np.maximum(self.second[index] / count - shift**2, 0),
            ]
        return np.concatenate(parts).astype(np.float32)[None, None, None]


class StatisticsModel:
    """A file that gives, instead of the picture, the maps that its normalizations normalize.

    Attributes:
        count: number of normalizations.
        sizes: channels of each.
    """

    def __init__(self, model: LiteRTModel) -> None:
        """Find the maps in a file's graph.

        Raises:
            StylekitError: the normalizations of the file are not found.
        """
        content, self.sizes = _with_maps(model.content)
        self.count = len(self.sizes)
        if not self.count or 1 + 2 * sum(self.sizes) != model.statistics_size:
            raise StylekitError(
                "exact tiles need a model whose photo is float32, of a form other than int8, that "
                "was exported without --gpu-safe"
            )
        interpreter = checked(content, "the model", model.threads)
        self._runner = interpreter.get_signature_runner(SIGNATURE)

    def no_sums(self) -> Sums:
        """Sums over nothing."""
        return Sums(self.sizes)

    def add(
        self,
        sums: Sums,
        photo: np.ndarray,
        feeds: tuple[np.ndarray, np.ndarray],
        statistics: np.ndarray,
        kept: tuple[slice, slice],
        noise: np.ndarray | None = None,
    ) -> None:
        """Add the features of the part `kept` of a photo `[1, height, width, 3]`.

        `feeds` are style weights and strength; `statistics` those to normalize with; `noise` that
        of the photo, for a network that takes it.
        """
        values = dict(zip((*INPUTS, STATISTICS), (photo, *feeds, statistics), strict=True))
        if noise is not None:
            values[NOISE] = noise
        maps = self._runner(**values)
        for index, name in enumerate(_names(self.count)):
            features = maps[name]
            scale = photo.shape[1] // features.shape[1]
            rows, columns = (slice(part.start // scale, part.stop // scale) for part in kept)
            sums.add(index, features[0, rows, columns])


def _names(count: int) -> list[str]:
    return [f"map_{index}" for index in range(count)]


def _with_maps(content: bytes) -> tuple[bytes, list[int]]:
    """The file with its normalizations' inputs as outputs, and the channels of each."""
    model = unpack(content)
    (graph,) = model.subgraphs
    (signature,) = model.signatureDefs
    maps = _normalized_maps(model)
    graph.outputs = np.array(maps, np.int32)
    signature.outputs = [
        schema.TensorMapT(name=name.encode(), tensorIndex=index)
        for name, index in zip(_names(len(maps)), maps, strict=True)
    ]
    return pack(model), [int(graph.tensors[index].shape[-1]) for index in maps]


def _normalized_maps(model: schema.ModelT) -> list[int]:
    """Tensors of which a MEAN is taken, and from which a mean is then subtracted, in order."""
    (graph,) = model.subgraphs
    averaged = [
        int(operator.inputs[0])
        for operator in graph.operators
        if operator_kind(model, operator) == schema.BuiltinOperator.MEAN
    ]
    centred = {
        int(operator.inputs[0])
        for operator in graph.operators
        if operator_kind(model, operator) == schema.BuiltinOperator.SUB
    }
    return [index for index in averaged if index in centred]
