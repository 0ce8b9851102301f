"""Draw sheets that show what style size, weights and training size change in the picture.

    python scripts/draw_recipes.py sizes weights     # minutes: by optimisation, no training
    python scripts/draw_recipes.py training --minutes 10     # 10 minutes for each of three

Writes `recipe_sizes.jpg`, `recipe_weights.jpg` and `recipe_training.jpg` to `docs/images/`. The
painting is drawn (`scripts/draw_painting.py`), the photographs are scikit-image's.
"""

import argparse
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import skimage.data

from stylekit.config import (
    ContentConfig,
    ObjectiveConfig,
    RunConfig,
    StageConfig,
    StyleConfig,
    TrainingConfig,
)
from stylekit.evaluation.pictures import middle_square
from stylekit.imaging.load import load_rgb
from stylekit.imaging.resize import resize_shortest
from stylekit.imaging.save import save
from stylekit.imaging.sheet import contact_sheet
from stylekit.inference.stylizer import Stylizer
from stylekit.objectives.networks import loss_network
from stylekit.objectives.style_transfer import StyleTransferObjective
from stylekit.synthesis.style_transfer import transfer
from stylekit.training import train
from stylekit.training.run import load_run

ROOT = Path(__file__).parent.parent
PHOTOS = ("chelsea", "rocket")
STYLE_SIZES = (64, 128, 256)
STYLE_WEIGHTS = (0.5, 4.0, 32.0)
TRAINING_SIZES = (64, 128, 256)

# Where image_size is small, batches are larger: each step sees about as many pixels.
BATCH_SIZES = {64: 16, 128: 4, 256: 1}


def main() -> None:
    """Draw the sheets that are named."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("sheets", nargs="+", choices=("sizes", "weights", "training"))
    parser.add_argument("--size", type=int, default=192, help="side of the photographs")
    parser.add_argument("--iterations", type=int, default=60)
    parser.add_argument("--minutes", type=float, default=10.0)
    arguments = parser.parse_args()
    photos = [photograph(name, arguments.size) for name in PHOTOS]
    with tempfile.TemporaryDirectory() as folder:
        painting = Path(folder, "painting.png")
        subprocess.run(
            [sys.executable, ROOT / "scripts" / "draw_painting.py", painting], check=True
        )
        picture = load_rgb(painting)
        base = ObjectiveConfig(weights="hed")
        if "sizes" in arguments.sheets:
            objectives = {f"style size {n}": replace(base, style_size=n) for n in STYLE_SIZES}
            draw("sizes", optimised(photos, picture, objectives, arguments.iterations))
        if "weights" in arguments.sheets:
            objectives = {
                f"style weight {w:g}": replace(base, style_weight=w) for w in STYLE_WEIGHTS
            }
            draw("weights", optimised(photos, picture, objectives, arguments.iterations))
        if "training" in arguments.sheets:
            networks = {
                f"image size {n}": trained(painting, n, arguments.minutes, Path(folder, str(n)))
                for n in TRAINING_SIZES
            }
            columns = {
                label: [network.stylize(photo) for photo in photos]
                for label, network in networks.items()
            }
            draw("training", {"photo": photos, **columns})


def photograph(name: str, size: int) -> np.ndarray:
    """The middle square of a photograph of scikit-image, float32 `[size, size, 3]` in [0, 1]."""
    return middle_square(getattr(skimage.data, name)().astype(np.float32) / 255, size)


def optimised(
    photos: list[np.ndarray],
    painting: np.ndarray,
    objectives: dict[str, ObjectiveConfig],
    iterations: int,
) -> dict[str, list[np.ndarray]]:
    """Photographs after L-BFGS, by the label of the objective: what a network is asked for."""
    columns = {"photo": photos}
    for label, config in objectives.items():
        seen = resize_shortest(painting, config.style_size)
        objective = StyleTransferObjective(loss_network(config), config, [seen])
        columns[label] = [transfer(objective, photo, iterations).image for photo in photos]
    return columns


def trained(painting: Path, size: int, minutes: float, folder: Path) -> Stylizer:
    """A small network after some minutes of training on images of one size."""
    stage = StageConfig(10**5, size, BATCH_SIZES[size], photo_size=256, context=0)
    config = RunConfig(
        styles=[StyleConfig("painting", str(painting))],
        content=ContentConfig(),
        objective=ObjectiveConfig(weights="hed"),
        training=TrainingConfig(stages=[stage], schedule="constant", preview_every=10**5),
    )
    runner, card = load_run(train(config, folder, minutes=minutes).run)
    return Stylizer(runner, card=card)


def draw(name: str, columns: dict[str, list[np.ndarray]]) -> None:
    """Write the sheet of labelled columns."""
    rows = [list(row) for row in zip(*columns.values(), strict=True)]
    sheet = contact_sheet(rows, ["" for _ in rows], list(columns), rows[0][0].shape[0])
    path = ROOT / "docs" / "images" / f"recipe_{name}.jpg"
    save(path, sheet, quality=85)
    print(path)


if __name__ == "__main__":
    main()
