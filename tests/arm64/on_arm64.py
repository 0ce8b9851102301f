"""Run files on this processor and compare with what x86 made of them: `on_arm64.py FOLDER`.

The folder is what `tests/tensorflow_lite/with_litert.py` wrote. Nothing of stylekit is used.
"""

import json
import platform
import sys
from pathlib import Path

import numpy as np
from ai_edge_litert.interpreter import Interpreter

# Least PSNR against x86, in dB. Sums are added in another order, by kernels for other vectors; a
# file with integer operators rounds some of them to the next integer, and `dynamic` to ranges that
# are a little different: no more may come of it than int8 costs by itself.
LEAST_PSNR = {"float": 90.0, "integer": 45.0}


def main() -> None:
    """Compare, print a line for each file, and exit with a message where one differs."""
    if platform.machine() != "aarch64":
        sys.exit(f"this is {platform.machine()}: comparing it with itself would prove nothing")
    folder = Path(sys.argv[1])
    for described in json.loads((folder / "files.json").read_text()):
        arrays = dict(np.load(folder / described["arrays"]))
        expected = arrays.pop("expected")
        interpreter = Interpreter(described["file"], num_threads=1)
        picture = run(interpreter, arrays, described["output"])
        kind = "integer" if has_integers(interpreter) else "float"
        error = np.abs(picture.astype(np.float64) - expected)
        psnr = -10 * np.log10(max(np.mean(error**2), 1e-20))
        print(
            f"{described['file']}: {kind} on {platform.machine()}, "
            f"PSNR {psnr:.1f} dB to x86, largest difference {error.max():.2g}",
            flush=True,
        )
        if not psnr >= LEAST_PSNR[kind]:
            sys.exit(f"{described['file']}: less than {LEAST_PSNR[kind]} dB")


def run(interpreter: Interpreter, feeds: dict[str, np.ndarray], output: str) -> np.ndarray:
    """The picture, by signature names."""
    runner = interpreter.get_signature_runner("serving_default")
    return runner(**feeds)[output]


def has_integers(interpreter: Interpreter) -> bool:
    """Whether any weights or feature maps are int8."""
    return any(tensor["dtype"] == np.int8 for tensor in interpreter.get_tensor_details())


if __name__ == "__main__":
    main()
