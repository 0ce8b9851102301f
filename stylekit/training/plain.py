"""Plain images: flat colours, gradients and noise, to train flat areas on."""

import numpy as np
from PIL import Image

# Standard deviation of the grain on every plain image, in 0-255. Without it the map of a flat
# colour has no variance at all, and each instance normalization multiplies the gradient by
# 1 / sqrt(epsilon) = 316: thirteen of them overflow float32.
_GRAIN = 2.0


def plain_image(random: np.random.Generator, size: int) -> np.ndarray:
    """A flat colour, a smooth gradient, or noise of a random grain; uint8 `[size, size, 3]`.

    All three are a small grid of random colours enlarged to `size`: 1 cell, 2 cells, or up to
    `size` cells a side. Each has a fine grain, as the plainest photograph has.
    """
    kind = random.integers(3)
    cells = (1, 2, int(2 ** random.uniform(2, np.log2(size))))[kind]
    contrast = random.uniform(0.05, 1.0)
    base = random.uniform(0, 255, size=3)
    grid = base + contrast * (random.uniform(0, 255, size=(cells, cells, 3)) - base)
    picture = Image.fromarray(np.clip(np.rint(grid), 0, 255).astype(np.uint8))
    smooth = np.asarray(picture.resize((size, size), Image.Resampling.BICUBIC), np.float32)
    grain = random.normal(0.0, _GRAIN, size=smooth.shape)
    return np.clip(np.rint(smooth + grain), 0, 255).astype(np.uint8)
