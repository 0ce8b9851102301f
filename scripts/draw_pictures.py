"""Draw the README's pictures with the shipped model, on photographs that scikit-image carries.

    python scripts/draw_pictures.py     # or: make pictures

Writes to `docs/images/`: `hero.jpg`, the sheet `styles.jpg` (every style, and halves of neighbours,
at strengths 0, 0.5 and 1, on four photographs), `colors.jpg` (whose colours a picture keeps),
`seeds.jpg` (one photograph, several seeds) and `textures.jpg` (each texture, several seeds).
"""

from pathlib import Path

import numpy as np
import skimage.data

from stylekit import Stylizer, TextureSampler, zoo
from stylekit.imaging.color import PRESERVATIONS
from stylekit.imaging.load import Picture
from stylekit.imaging.resize import resize, resize_longest
from stylekit.imaging.save import save
from stylekit.imaging.sheet import labelled_grid
from stylekit.inference.look import Look
from stylekit.inference.style_sheet import style_sheet

FOLDER = Path(__file__).parent.parent / "docs" / "images"

# Photographs of the hero, and the styles that each is shown in.
HERO = {
    "chelsea": ("starry_night", "great_wave", "composition_vii"),
    "coffee": ("the_scream", "udnie", "shipwreck"),
}
HERO_SIZE = (300, 450)  # height and width at which they are stylized
HERO_SHOWN = (220, 330)

SHEET = ("astronaut", "chelsea", "coffee", "rocket")
SHEET_SIZE = (240, 240)
SHEET_SHOWN = 1600

COLORS_PHOTO, COLORS_STYLE = "coffee", "starry_night"

SEEDS_MODEL, SEEDS_PHOTO = "starry_noise", "chelsea"
TEXTURES_MODEL = "textures"
TEXTURE_SIDE, TEXTURE_SHOWN = 256, 150


def main() -> None:
    """Draw all of them."""
    stylizer = Stylizer(zoo.DEFAULT, precise=True)
    _save("hero.jpg", hero(stylizer))
    squares = [photograph(name, *SHEET_SIZE) for name in SHEET]
    sheet = style_sheet(squares, stylizer, (0.0, 0.5, 1.0), blends=True)
    _save("styles.jpg", resize_longest(sheet, SHEET_SHOWN), quality=80)
    _save("colors.jpg", colors(stylizer))
    _save("seeds.jpg", seeds())
    _save("textures.jpg", textures())


def hero(stylizer: Stylizer) -> np.ndarray:
    """A row for each photograph: itself, and what became of it."""
    pictures, labels = [], []
    for name, styles in HERO.items():
        photo = photograph(name, *HERO_SIZE)
        pictures += [photo, *(stylizer.stylize(photo, style) for style in styles)]
        labels += ["photo", *styles]
    shown = [resize(picture, *HERO_SHOWN) for picture in pictures]
    return labelled_grid(shown, labels, columns=len(pictures) // len(HERO))


def colors(stylizer: Stylizer) -> np.ndarray:
    """One style without and with every way of keeping the photograph's colours."""
    photo = photograph(COLORS_PHOTO, *HERO_SIZE)
    ways = (None, *PRESERVATIONS)
    looks = [Look(COLORS_STYLE, preserve_color=how).of(Picture(photo), stylizer) for how in ways]
    shown = [resize(picture, *HERO_SHOWN) for picture in (photo, *(look.rgb for look in looks))]
    return labelled_grid(shown, ["photo", COLORS_STYLE, *PRESERVATIONS], columns=len(shown))


def seeds() -> np.ndarray:
    """A photograph, and what the network with noise makes of it."""
    stylizer = Stylizer(SEEDS_MODEL, precise=True)
    photo = photograph(SEEDS_PHOTO, *HERO_SIZE)
    pictures = [photo, *(stylizer.stylize(photo, seed=seed) for seed in range(4))]
    shown = [resize(picture, *HERO_SHOWN) for picture in pictures]
    return labelled_grid(shown, ["photo", *(f"seed {n}" for n in range(4))], columns=len(shown))


def textures() -> np.ndarray:
    """Two pictures of each texture, one above the other."""
    sampler = TextureSampler(TEXTURES_MODEL)
    pictures = [
        sampler.sample(name, seed, TEXTURE_SIDE, TEXTURE_SIDE)
        for seed in range(2)
        for name in sampler.textures
    ]
    shown = [resize(picture, TEXTURE_SHOWN, TEXTURE_SHOWN) for picture in pictures]
    labels = [*sampler.textures, *([""] * len(sampler.textures))]
    return labelled_grid(shown, labels, columns=len(sampler.textures))


def photograph(name: str, height: int, width: int) -> np.ndarray:
    """The middle of one of scikit-image's photographs, as much of it as the shape can hold."""
    photo = getattr(skimage.data, name)().astype(np.float32) / 255
    scale = max(height / photo.shape[0], width / photo.shape[1])
    larger = resize(photo, *(round(side * scale) for side in photo.shape[:2]))
    top, left = (larger.shape[0] - height) // 2, (larger.shape[1] - width) // 2
    return larger[top : top + height, left : left + width]


def _save(name: str, picture: np.ndarray, quality: int = 90) -> None:
    path = FOLDER / name
    save(path, picture, quality=quality)
    print(f"{path}: {picture.shape[1]}x{picture.shape[0]}, {path.stat().st_size // 1000} kB")


if __name__ == "__main__":
    main()
