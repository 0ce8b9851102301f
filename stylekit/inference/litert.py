"""Run a style network with LiteRT."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from ai_edge_litert.interpreter import Interpreter

from stylekit.errors import StylekitError
from stylekit.inference.noise_maps import STRIDE
from stylekit.inference.tflite_file import checked, read_tflite
from stylekit.processor import threads_to_use

SIGNATURE = "serving_default"
INPUTS = ("photo", "style_weights", "strength")
OUTPUT = "stylized"
STATISTICS = "statistics"
NOISE = "noise"


@dataclass(frozen=True)
class Output:
    """What a run gives.

    Attributes:
        stylized: float32 `[1, height, width, 3]` in [0, 1].
        statistics: float32 `[1, 1, 1, n]`, means and variances that the normalizations used; None
            from a network that does not tell.
    """

    stylized: np.ndarray
    statistics: np.ndarray | None


class LiteRTModel:
    """An exported style network on the CPU, with XNNPACK.

    LiteRT's interpreter, and not its CompiledModel: on a photo of another size than the last both
    keep XNNPACK and need the same time, and CompiledModel writes tens of lines to stderr.

    Attributes:
        content: of the file.
        threads: processors that are used.
        takes_statistics: whether statistics of another photo can be given.
        takes_noise: whether noise can be given.
    """

    def __init__(self, path: str | Path, threads: int | None = None) -> None:
        """Load a `.tflite` file with one signature, `serving_default`.

        Args:
            path: the file.
            threads: processors to use; None for all that this process may use.

        Raises:
            StylekitError: a missing or damaged file, one with another signature, or a number of
                threads out of range.
        """
        self.threads = threads_to_use(threads)
        self._path = path
        self.content = read_tflite(path)
        self._interpreter = checked(self.content, path, self.threads)
        signature = self._interpreter.get_signature_list().get(SIGNATURE)
        inputs, outputs = (
            set(signature[kind]) if signature else set() for kind in ("inputs", "outputs")
        )
        # A network without statistics stylizes whole photos only.
        if inputs - {STATISTICS, NOISE} != set(INPUTS) or outputs - {STATISTICS} != {OUTPUT}:
            raise StylekitError(
                f"{str(path)!r} is not a style network of stylekit: its signature {SIGNATURE} "
                f"must have the inputs {', '.join(INPUTS)} and the output {OUTPUT}"
            )
        self._runner = self._interpreter.get_signature_runner(SIGNATURE)
        self._details = self._runner.get_input_details()
        self.takes_statistics = STATISTICS in inputs
        self.takes_noise = NOISE in inputs

    @property
    def style_count(self) -> int:
        """Number of styles, the width of `style_weights`."""
        return int(self._details["style_weights"]["shape"][-1])

    @property
    def statistics_size(self) -> int:
        """Length of the vector of statistics; 0 if the file takes none."""
        return int(self._details[STATISTICS]["shape"][-1]) if self.takes_statistics else 0

    @property
    def fixed_size(self) -> tuple[int, int] | None:
        """Height and width of the only photos that the file takes; None if it takes any."""
        height, width = map(int, self._details["photo"]["shape_signature"][1:3])
        return None if height < 0 else (height, width)

    def __call__(
        self,
        photo: np.ndarray,
        style_weights: np.ndarray,
        strength: np.ndarray,
        noise: np.ndarray | None = None,
    ) -> np.ndarray:
        """As `run`, the picture alone."""
        return self.run(photo, style_weights, strength, noise=noise).stylized

    def run(
        self,
        photo: np.ndarray,
        style_weights: np.ndarray,
        strength: np.ndarray,
        statistics: np.ndarray | None = None,
        noise: np.ndarray | None = None,
    ) -> Output:
        """Stylize a photo whose size fits the network.

        Args:
            photo: `[1, height, width, 3]` in [0, 1]; see `imaging.window.pad_for_model`.
            style_weights: `[1, styles]`, sum 1.
            strength: `[1, 1]` in [0, 1].
            statistics: of a run on another photo, to be used in place of the photo's own.
            noise: `[1, height / 4, width / 4, channels]` in [0, 1), see `noise_maps`; None for
                its mean everywhere.

        Raises:
            StylekitError: LiteRT cannot run the network on these shapes, or statistics or noise
                for a network that takes none.
        """
        fixed, (height, width) = self.fixed_size, photo.shape[1:3]
        if fixed not in (None, (height, width)):
            raise StylekitError(
                f"the model {str(self._path)!r} takes photos of {fixed[1]}x{fixed[0]} only, not of "
                f"{width}x{height}"
            )
        feeds = dict(zip(INPUTS, (photo, style_weights, strength), strict=True))
        if self.takes_statistics:
            nothing = np.zeros(self._details[STATISTICS]["shape"], np.float32)
            feeds[STATISTICS] = nothing if statistics is None else statistics
        elif statistics is not None:
            raise StylekitError(
                f"the model {str(self._path)!r} takes no statistics of another photo: export it "
                "again with this stylekit"
            )
        if self.takes_noise:
            feeds[NOISE] = self._mean_noise(photo) if noise is None else noise
        elif noise is not None:
            raise StylekitError(f"the model {str(self._path)!r} takes no noise")
        try:
            outputs = self._runner(**{name: self._fed(name, feeds[name]) for name in feeds})
        except (ValueError, RuntimeError) as error:
            reason = " ".join(str(error).split())
            raise StylekitError(
                f"the model {str(self._path)!r} cannot be run on a photo of the shape "
                f"{photo.shape}: {reason}"
            ) from error
        stylized = outputs[OUTPUT]
        if stylized.dtype == np.uint8:
            stylized = stylized.astype(np.float32) / 255
        return Output(stylized, outputs.get(STATISTICS))

    def _mean_noise(self, photo: np.ndarray) -> np.ndarray:
        height, width = (side // STRIDE for side in photo.shape[1:3])
        channels = self._details[NOISE]["shape"][-1]
        return np.full((1, height, width, channels), 0.5, np.float32)

    def _fed(self, name: str, value: np.ndarray) -> np.ndarray:
        """A value as the type that the file takes."""
        if self._details[name]["dtype"] == np.uint8:
            return np.rint(value * 255).astype(np.uint8)
        return np.ascontiguousarray(value, np.float32)

    def partitions(self) -> dict[str, int]:
        """As `partitions`, at the last photo's size."""
        return partitions(self._interpreter)


def partitions(interpreter: Interpreter) -> dict[str, int]:
    """How XNNPACK took a graph at the size of the last run: `partitions` and `outside`.

    `outside` counts the operators that it left to LiteRT's own kernels.
    """
    # LiteRT shows what it runs nowhere else. A delegate's node stands for operators whose
    # outputs no other node gives any more, and which are still listed before it.
    details = interpreter._get_ops_details()
    delegates = [entry for entry in details if entry["op_name"] == "DELEGATE"]
    taken = _taken(details, delegates)
    return {
        "partitions": len(delegates),
        "outside": len(details) - len(delegates) - taken,
    }


def _taken(details: list[dict], delegates: list[dict]) -> int:
    """Number of operators that can only run inside a delegate's node.

    Walking back from a node's outputs to its inputs passes over all that it computes.
    """
    producers = {
        int(output): position
        for position, entry in enumerate(details)
        if entry["op_name"] != "DELEGATE"
        for output in entry["outputs"]
    }
    inside: set[int] = set()
    for delegate in delegates:
        fed = {int(index) for index in delegate["inputs"]}
        pending = [int(index) for index in delegate["outputs"]]
        while pending:
            position = producers.get(pending.pop())
            if position is None or position in inside:
                continue
            inside.add(position)
            pending.extend(
                int(index) for index in details[position]["inputs"] if int(index) not in fed
            )
    return len(inside)
