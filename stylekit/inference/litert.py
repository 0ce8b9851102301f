"""Run a style network with LiteRT."""

import os
from pathlib import Path

import numpy as np

from stylekit.errors import StylekitError
from stylekit.inference.tflite_file import checked, read_tflite

SIGNATURE = "serving_default"
INPUTS = ("photo", "style_weights", "strength")
OUTPUT = "stylized"


def available_threads() -> int:
    """Processors that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class LiteRTModel:
    """An exported style network on the CPU, with XNNPACK, for photos of any size.

    LiteRT's interpreter, and not its CompiledModel: on a photo of another size than the last both
    keep XNNPACK and need the same time, and CompiledModel writes tens of lines to stderr.
    """

    def __init__(self, path: str | Path, threads: int | None = None) -> None:
        """Load a `.tflite` file with one signature, `serving_default`.

        Args:
            path: the file.
            threads: processors to use; None for all that this process may use.

        Raises:
            StylekitError: a missing or damaged file, one with another signature, or a number of
                threads below 1.
        """
        if threads is not None and threads < 1:
            raise StylekitError(f"the number of threads must be at least 1, not {threads}")
        self._path = path
        self._interpreter = checked(read_tflite(path), path, threads or available_threads())
        signature = self._interpreter.get_signature_list().get(SIGNATURE)
        expected = {"inputs": sorted(INPUTS), "outputs": [OUTPUT]}
        if signature is None or {k: sorted(v) for k, v in signature.items()} != expected:
            raise StylekitError(
                f"{str(path)!r} is not a style network of stylekit: its signature {SIGNATURE} "
                f"must have the inputs {', '.join(INPUTS)} and the output {OUTPUT}"
            )
        self._runner = self._interpreter.get_signature_runner(SIGNATURE)

    @property
    def style_count(self) -> int:
        """Number of styles, the width of `style_weights`."""
        return int(self._runner.get_input_details()["style_weights"]["shape"][-1])

    def __call__(
        self, photo: np.ndarray, style_weights: np.ndarray, strength: np.ndarray
    ) -> np.ndarray:
        """Stylize a photo whose size fits the network.

        Args:
            photo: `[1, height, width, 3]` in [0, 1]; see `imaging.window.pad_for_model`.
            style_weights: `[1, styles]`, sum 1.
            strength: `[1, 1]` in [0, 1].

        Returns:
            float32, of the photo's shape.

        Raises:
            StylekitError: LiteRT cannot run the network on these shapes.
        """
        feeds = dict(zip(INPUTS, (photo, style_weights, strength), strict=True))
        try:
            outputs = self._runner(
                **{name: np.ascontiguousarray(value, np.float32) for name, value in feeds.items()}
            )
        except (ValueError, RuntimeError) as error:
            reason = " ".join(str(error).split())
            raise StylekitError(
                f"the model {str(self._path)!r} cannot be run on a photo of the shape "
                f"{photo.shape}: {reason}"
            ) from error
        return outputs[OUTPUT]
