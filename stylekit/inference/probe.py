"""A file in a fresh process: `python -m stylekit.inference.probe FILE HEIGHT WIDTH` prints JSON.

Behind them come the names of a texture network's noise inputs, at whose shapes in the file it is
run.

Peak memory counts from the start of the process, so that it can be measured in a new one only.
"""

import json
import resource
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from stylekit.errors import StylekitError


def probe(path: str, height: int, width: int, noise: Sequence[str] = ()) -> dict[str, float]:
    """Run a file once in a process of its own; `noise` names the inputs of a texture network.

    Returns:
        `memory`, by how much loading and running it raised the process' peak, in MB (10⁶ bytes);
        `partitions`, of the graph that XNNPACK took; `outside`, operators that it left.

    Raises:
        StylekitError: the process failed.
    """
    command = [
        sys.executable,
        "-m",
        "stylekit.inference.probe",
        path,
        str(height),
        str(width),
        *noise,
    ]
    finished = subprocess.run(command, capture_output=True, text=True, check=False)
    if finished.returncode:
        reason = (finished.stderr.strip().splitlines() or ["no output"])[-1]
        raise StylekitError(f"the model {path!r} does not run in a process of its own: {reason}")
    figures: dict[str, float] = json.loads(finished.stdout)
    return figures


def _main() -> None:
    path, height, width, noise = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4:]
    from stylekit.inference.litert import LiteRTModel
    from stylekit.inference.textures import WEIGHTS, LiteRTTextures

    before = _peak()
    model: LiteRTModel | LiteRTTextures
    if noise:
        model = LiteRTTextures(path, noise)
        shapes = model.shapes()
        model(
            [np.zeros(shapes[name], np.float32) for name in noise],
            np.eye(*shapes[WEIGHTS], dtype=np.float32),
        )
    else:
        model = LiteRTModel(path)
        photo = np.zeros((1, height, width, 3), np.float32)
        weights = np.eye(1, model.style_count, dtype=np.float32)
        model(photo, weights, np.ones((1, 1), np.float32))
    figures = {"memory": _peak() - before, **model.partitions()}
    print(json.dumps(figures))


def _peak() -> float:
    """Of this process, in MB."""
    status = Path("/proc/self/status")
    if status.is_file():
        # The system's own count of a process goes on from that of its parent.
        (line,) = (line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) * 1024 / 1e6
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6


if __name__ == "__main__":
    _main()
