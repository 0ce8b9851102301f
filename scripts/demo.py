"""The whole job in about four minutes: draw a painting, train on it, export, stylize a photo.

Everything goes to the folder `demo/`; the picture to look at is `demo/demo.png`. `make demo`
calls this. A real network trains for an hour (`configs/small.yaml`); this one shows the way.
"""

import os
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
import skimage.data
import tensorflow as tf
from draw_painting import draw_painting

from stylekit import Stylizer, export_run, train
from stylekit.config import RunConfig, StageConfig, StyleConfig, TrainingConfig
from stylekit.imaging.load import load_rgb
from stylekit.imaging.resize import resize
from stylekit.imaging.save import save
from stylekit.imaging.sheet import contact_sheet
from stylekit.models.generator import Generator

FOLDER = Path("demo")
CELL = 256
STEPS_BETWEEN_PICTURES = 135


def main() -> None:
    """Run all steps and say where the picture is."""
    FOLDER.mkdir(exist_ok=True)
    painting, photo = FOLDER / "painting.png", FOLDER / "photo.png"
    draw_painting().save(painting)
    save(photo, skimage.data.chelsea().astype(np.float32) / 255)
    middle = middle_square(load_rgb(photo))

    progress: list[tuple[int, np.ndarray]] = []

    def keep(step: int, network: Generator) -> None:
        one = tf.ones([1, 1])
        progress.append((step, network.stylize(middle[None], one, one).numpy()[0]))

    config = RunConfig(
        name="demo",
        styles=[StyleConfig("swirls", str(painting))],
        training=TrainingConfig(
            stages=[
                StageConfig(480, 128, 2, photo_size=256, context=0, full_strength_share=1.0),
                StageConfig(60, 256, 2),
            ],
            preview_every=STEPS_BETWEEN_PICTURES,
        ),
    )
    train(config, FOLDER / "run", overwrite=True, on_preview=keep)
    exported = export_run(FOLDER / "run", FOLDER)
    for file in exported:
        size, parity = file.bytes / 1e6, file.verification.parity
        print(f"{file.path}: {size:.2f} MB, differs from the network by {parity.max_error:.1e}")

    stylizer = Stylizer(exported[-1].path)
    stylized = stylizer.stylize(load_rgb(photo))
    save(FOLDER / "stylized.png", stylized)
    steps = dict(progress)  # the last step is recorded twice, and shown once
    sheet = contact_sheet(
        [
            [middle_square(load_rgb(painting)), middle, middle_square(stylized)],
            [steps[step] for step in sorted(steps)[1:4]],
        ],
        ["", "as training went on"],
        ["painting", "photograph", "stylized by the exported file"],
        CELL,
    )
    save(FOLDER / "demo.png", sheet)
    print(f"open {FOLDER / 'demo.png'}")


def middle_square(image: np.ndarray) -> np.ndarray:
    """The middle square of an image, as large as a cell of the sheet."""
    side = min(image.shape[:2])
    top, left = (image.shape[0] - side) // 2, (image.shape[1] - side) // 2
    return resize(image[top : top + side, left : left + side], CELL, CELL)


if __name__ == "__main__":
    main()
