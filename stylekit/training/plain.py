"""Plain images: flat colours, gradients and noise, to train flat areas on."""

import numpy as np
from PIL import Image


def plain_image(random: np.random.Generator, size: int) -> np.ndarray:
    """A flat colour, a smooth gradient, or noise of a random grain; uint8 `[size, size, 3]`.

    All three are a small grid of random colours enlarged to `size`: 1 cell, 2 cells, or up to
    `size` cells a side. The fine grain that a flat image needs comes with the batch
    (`training.data`), as for every image.
    """
    kind = random.integers(3)
    cells = (1, 2, int(2 ** random.uniform(2, np.log2(size))))[kind]
    contrast = random.uniform(0.05, 1.0)
    base = random.uniform(0, 255, size=3)
    grid = base + contrast * (random.uniform(0, 255, size=(cells, cells, 3)) - base)
    picture = Image.fromarray(np.clip(np.rint(grid), 0, 255).astype(np.uint8))
    return np.asarray(picture.resize((size, size), Image.Resampling.BICUBIC))
