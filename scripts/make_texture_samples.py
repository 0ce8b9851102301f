"""Cut the samples that configs/texture_small.yaml was tried on.

    python scripts/make_texture_samples.py PAINTINGS TEXTURES OUTPUT

PAINTINGS is a folder with `starry_night.jpg` and `the_scream.jpg`, TEXTURES one with
`red-peppers256.o.jpg` and `cezanne.jpg`. Brick, grass and gravel are grey pictures in scikit-image,
which are tinted here. Every sample is a square of `SIZE` pixels.
"""

import argparse
from pathlib import Path

import numpy as np
import skimage

from stylekit.imaging.load import load_rgb
from stylekit.imaging.resize import resize
from stylekit.imaging.save import save

SIZE = 256

# Top, left and side of the square that is kept, in pixels of the file; then the colour that
# mid-grey becomes.
PAINTED = {
    "starry_sky": ("starry_night.jpg", (90, 400, 260)),
    "scream_sky": ("the_scream.jpg", (20, 250, 420)),
}
PHOTOGRAPHED = {
    "peppers": ("red-peppers256.o.jpg", (0, 0, 256)),
    "cezanne": ("cezanne.jpg", (0, 0, 344)),
}
PACKAGED = {
    "brick": ("brick.png", (160, 60, 340), (0.62, 0.33, 0.25)),
    "grass": ("grass.png", (0, 0, 512), (0.36, 0.50, 0.16)),
    "gravel": ("gravel.png", (0, 0, 360), (0.52, 0.49, 0.45)),
}


def main() -> None:
    """Write a PNG file for each sample."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("paintings", type=Path)
    parser.add_argument("textures", type=Path)
    parser.add_argument("output", type=Path)
    arguments = parser.parse_args()
    arguments.output.mkdir(parents=True, exist_ok=True)
    for folder, samples in ((arguments.textures, PHOTOGRAPHED), (arguments.paintings, PAINTED)):
        for name, (file, square) in samples.items():
            save(arguments.output / f"{name}.png", cut(load_rgb(folder / file), *square))
    packaged = Path(skimage.__file__).parent / "data"
    for name, (file, square, color) in PACKAGED.items():
        grey = cut(load_rgb(packaged / file), *square)
        save(arguments.output / f"{name}.png", tinted(grey, np.array(color, np.float32)))


def cut(picture: np.ndarray, top: int, left: int, side: int) -> np.ndarray:
    """A square of a picture `[height, width, 3]`, at `SIZE` pixels."""
    return resize(picture[top : top + side, left : left + side], SIZE, SIZE)


def tinted(grey: np.ndarray, color: np.ndarray) -> np.ndarray:
    """A grey picture whose mean grey becomes a colour, black stays black and white white."""
    level = np.clip(grey / (2 * grey.mean()), 0, 1)
    return np.where(level < 0.5, 2 * level * color, color + (2 * level - 1) * (1 - color))


if __name__ == "__main__":
    main()
