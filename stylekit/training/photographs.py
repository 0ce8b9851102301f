"""Photographs to train on: a folder, a TensorFlow dataset, or those that packages carry."""

import importlib.util
from dataclasses import dataclass
from pathlib import Path

from stylekit.errors import INSTALL_TRAINING, StylekitError
from stylekit.imaging.folder import SUFFIXES, images_below

# Photographs inside the wheels of scikit-image and scikit-learn (nothing is downloaded), and the
# terms that these packages state for them.
PACKAGED = {
    "skimage": {
        "data/astronaut.png": "NASA, public domain",
        "data/camera.png": "Lav Varshney, CC0",
        "data/chelsea.png": "Stefan van der Walt, CC0",
        "data/coffee.png": "Rachel Michetti, CC0",
        "data/rocket.jpg": "SpaceX, public domain",
    },
    "sklearn": {
        "datasets/images/china.jpg": "danielbuechele, CC BY 2.0",
        "datasets/images/flower.jpg": "vultilion, CC BY 2.0",
    },
}


@dataclass(frozen=True)
class Photographs:
    """Files to train on, in an order that depends on their names alone.

    Attributes:
        paths: the image files; whether they are readable shows when they are decoded.
        source: where they came from, in the words of the configuration.
        terms: under which terms they may be used, as far as known.
    """

    paths: tuple[Path, ...]
    source: str
    terms: str

    def __len__(self) -> int:
        return len(self.paths)


def open_photographs(source: str | None, shortest_side: int) -> Photographs:
    """Photographs of a folder, of `tfds:NAME[:SPLIT]`, or of the installed packages (`None`).

    `shortest_side` in pixels is the least size that training needs: a TensorFlow dataset is
    stored at that size.

    Raises:
        StylekitError: no such folder or dataset, or no photographs in it.
    """
    if source is None:
        return packaged_photographs()
    if source.startswith("tfds:"):
        from stylekit.training.tensorflow_dataset import dataset_photographs

        return dataset_photographs(source, shortest_side)
    return folder_photographs(source)


def folder_photographs(folder: str | Path) -> Photographs:
    """Images of a folder and everything below it, links followed, hidden names left out."""
    root = Path(folder)
    if not root.is_dir():
        problem = "is a file, not a folder" if root.exists() else "does not exist"
        raise StylekitError(
            f"the folder of photographs {str(folder)!r} {problem}: give a folder of images, "
            "tfds:NAME, or nothing for the photographs of the installed packages"
        )
    paths = tuple(images_below(root))
    if not paths:
        raise StylekitError(
            f"no images below {str(folder)!r}: known suffixes are {', '.join(sorted(SUFFIXES))}"
        )
    return Photographs(paths, source=str(folder), terms="as the owner of the folder says")


def packaged_photographs() -> Photographs:
    """The photographs that scikit-image and scikit-learn carry in their wheels."""
    paths = []
    terms = []
    for package, files in PACKAGED.items():
        spec = importlib.util.find_spec(package)
        if spec is None or spec.origin is None:
            continue
        for name, terms_of_file in files.items():
            path = Path(spec.origin).parent / name
            if path.is_file():
                paths.append(path)
                terms.append(f"{path.stem}: {terms_of_file}")
    if not paths:
        raise StylekitError(
            "scikit-image and scikit-learn, whose photographs are used when none are given, are "
            f"not installed: give --content DIR, or, {INSTALL_TRAINING}"
        )
    return Photographs(tuple(paths), source="scikit-image and scikit-learn", terms="; ".join(terms))
