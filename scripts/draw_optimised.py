"""Draw the pictures of docs/pictures.md: one of each command that optimises an image.

    python scripts/draw_optimised.py FOLDER     # the inputs, then the commands, then the sheet

Writes the inputs that the page's commands name into FOLDER, runs the commands there, and lays the
results out as `docs/images/optimised.jpg`. Takes some minutes on two cores.
"""

import shlex
import subprocess
import sys
from pathlib import Path

import numpy as np
import skimage.data
from draw_painting import SIZE, draw_painting, nearest_swirl
from PIL import Image, ImageDraw

from stylekit.imaging.load import load_rgb
from stylekit.imaging.resize import resize_longest
from stylekit.imaging.save import save
from stylekit.imaging.sheet import contact_sheet

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "pictures.md"
SHEET = ROOT / "docs" / "images" / "optimised.jpg"

SKY, GOLD = (0, 0, 255), (255, 255, 0)


def main(folder: Path) -> None:
    """Do all of it."""
    folder.mkdir(parents=True, exist_ok=True)
    prepare(folder)
    for command in commands(PAGE.read_text(encoding="utf-8")):
        print("$", command, flush=True)
        subprocess.run([sys.executable, "-m", *shlex.split(command)], cwd=folder, check=True)
    lay_out(folder)


def lay_out(folder: Path) -> None:
    """Write the sheet of what lies in the folder."""
    rows = [
        ["photo", "painting", "transferred"],
        ["sample", "texture", "tiled"],
        ["painting_mask", "target_mask", "doodle"],
    ]
    seamless = load_rgb(folder / "texture.png")
    save(folder / "tiled.png", np.tile(seamless, (2, 2, 1)))
    pictures = [[load_rgb(folder / f"{name}.png") for name in row] for row in rows]
    labels = ["", "", ""]
    save(SHEET, contact_sheet(pictures, labels, labels, cell=240), quality=90)
    print(SHEET)


def commands(page: str) -> list[str]:
    """The commands of a page: lines that start with `$ stylekit`, in blocks of four spaces."""
    return [
        line.strip().removeprefix("$ ")
        for line in page.splitlines()
        if line.startswith("    $ stylekit ")
    ]


def prepare(folder: Path) -> None:
    """Write `photo`, `painting`, `sample` and the two masks."""
    photo = skimage.data.chelsea().astype(np.float32) / 255
    save(folder / "photo.png", resize_longest(photo, 256))
    tissue = skimage.data.immunohistochemistry().astype(np.float32) / 255
    save(folder / "sample.png", tissue[64:192, 32:160])
    painting = draw_painting()
    painting.save(folder / "painting.png")
    mask = Image.new("RGB", (SIZE, SIZE), SKY)
    for y in range(SIZE):
        for x in range(SIZE):
            if nearest_swirl(x / SIZE, y / SIZE) < 0.075:
                mask.putpixel((x, y), GOLD)
    mask.save(folder / "painting_mask.png")
    target = Image.new("RGB", (192, 128), SKY)
    pen = ImageDraw.Draw(target)
    pen.ellipse([120, 16, 160, 56], fill=GOLD)
    pen.line([(0, 100), (48, 84), (96, 104), (144, 84), (192, 100)], fill=GOLD, width=14)
    target.save(folder / "target_mask.png")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
