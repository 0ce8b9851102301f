"""Draw a painting: short brush strokes along a swirling flow, night blue and gold.

    python scripts/draw_painting.py painting.png

The style image of the demo. It is drawn, the same every time, so that nothing has to be
downloaded and nobody's rights are touched.
"""

import math
import sys

import numpy as np
from PIL import Image, ImageDraw

SIZE = 384
SUPERSAMPLING = 2
STROKES = 9000
BLUES = [(16, 24, 74), (28, 52, 122), (44, 92, 168), (96, 150, 200), (168, 200, 214)]
GOLDS = [(236, 190, 60), (250, 222, 120), (214, 132, 40)]
# Centres of the swirls: x, y as shares of the side, and turning direction.
SWIRLS = [(0.28, 0.3, 1.0), (0.72, 0.24, -1.0), (0.62, 0.68, 1.0), (0.18, 0.78, -1.0)]


def flow(x: float, y: float) -> tuple[float, float]:
    """Unit direction of the strokes at a place, coordinates as shares of the side."""
    u, v = 0.6, 0.15 * math.sin(6 * x)
    for centre_x, centre_y, turn in SWIRLS:
        dx, dy = x - centre_x, y - centre_y
        pull = math.exp(-(dx * dx + dy * dy) / 0.03)
        u -= 9 * turn * pull * dy / 0.17
        v += 9 * turn * pull * dx / 0.17
    length = math.hypot(u, v)
    return u / length, v / length


def nearest_swirl(x: float, y: float) -> float:
    """Distance to the nearest centre of a swirl."""
    return min(math.hypot(x - cx, y - cy) for cx, cy, _ in SWIRLS)


def draw_painting() -> Image.Image:
    """The painting, `SIZE` pixels square."""
    random = np.random.default_rng(7)
    side = SIZE * SUPERSAMPLING
    picture = Image.new("RGB", (side, side), BLUES[1])
    draw = ImageDraw.Draw(picture)
    for _ in range(STROKES):
        x, y = random.random(2)
        distance = nearest_swirl(x, y) + random.normal(0, 0.02)
        if distance < 0.06 or (0.13 < distance < 0.15 and random.random() < 0.6):
            colour = GOLDS[random.integers(len(GOLDS))]
        else:
            wave = 0.5 + 0.5 * math.sin(40 * distance + 5 * x)
            shade = np.clip(wave + random.normal(0, 0.2), 0, 0.999)
            colour = BLUES[int(shade * len(BLUES))]
        tint = tuple(int(np.clip(c + random.normal(0, 10), 0, 255)) for c in colour)
        points = [(x * side, y * side)]
        for _ in range(5):
            u, v = flow(x, y)
            x, y = x + 0.011 * u, y + 0.011 * v
            points.append((x * side, y * side))
        draw.line(points, fill=tint, width=int(random.integers(6, 11)), joint="curve")
    return picture.resize((SIZE, SIZE), Image.Resampling.LANCZOS)


if __name__ == "__main__":
    draw_painting().save(sys.argv[1])
