"""What LiteRT makes of files, for `with_tensorflow_lite.py`: `with_litert.py FOLDER FILE...`."""

import json
import sys
from pathlib import Path

import numpy as np
from skimage import data

from stylekit.imaging.resize import resize
from stylekit.inference.litert import LiteRTModel

SIZE = 128


def main() -> None:
    """Write a `.npz` for each file: what goes in, and what comes out."""
    folder = Path(sys.argv[1])
    described = []
    for index, path in enumerate(sys.argv[2:]):
        model = LiteRTModel(path)
        height, width = model.fixed_size or (SIZE, SIZE)
        photo = resize(data.astronaut() / np.float32(255), height, width)[None]
        weights = np.full((1, model.style_count), 1 / model.style_count, np.float32)
        strength = np.full((1, 1), 0.9, np.float32)
        output = model.run(photo, weights, strength)
        np.savez(
            folder / f"{index}.npz",
            photo=photo,
            style_weights=weights,
            strength=strength,
            statistics=np.zeros_like(output.statistics),
            stylized=output.stylized,
        )
        described.append({"file": path, "arrays": f"{index}.npz", **model.partitions()})
    (folder / "files.json").write_text(json.dumps(described))


if __name__ == "__main__":
    main()
