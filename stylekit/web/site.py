"""What the page consists of: the built files of `web_demo/`, and the models it offers."""

import json
import os
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from stylekit.errors import StylekitError
from stylekit.inference.card import read_card
from stylekit.inference.litert import LiteRTModel
from stylekit.zoo import DEFAULT, find, names

_PACKAGE = Path(__file__).parent

# The wheel carries the built page beside this file; a checkout has it where `make page` builds it.
_PLACES = (_PACKAGE / "page", _PACKAGE.parents[1] / "web_demo" / "dist")


@dataclass(frozen=True)
class Site:
    """A static page.

    Attributes:
        files: by the path that a browser asks for, such as "models/index.json": a file on disk,
            or its content.
    """

    files: dict[str, Path | bytes]

    def read(self, path: str) -> bytes | None:
        """The content of a file; None if there is no such file."""
        file = self.files.get(path)
        return file.read_bytes() if isinstance(file, Path) else file

    def write(self, folder: Path) -> None:
        """Write all files for a static host, by rename: all are there, or none.

        Raises:
            StylekitError: the folder cannot be written, or holds something already.
        """
        try:
            folder.mkdir(parents=True, exist_ok=True)
            if any(folder.iterdir()):
                raise StylekitError(f"the folder {str(folder)!r} is not empty: give a new one")
            # A folder in it, and not beside it: renames do not leave a file system.
            with tempfile.TemporaryDirectory(dir=folder, prefix=".") as temporary:
                for path, file in self.files.items():
                    target = Path(temporary, path)
                    target.parent.mkdir(parents=True, exist_ok=True)
                    if isinstance(file, Path):
                        shutil.copyfile(file, target)
                    else:
                        target.write_bytes(file)
                entries = list(Path(temporary).iterdir())
                # The page comes last: it asks for all the others.
                for entry in sorted(entries, key=lambda path: path.name == "index.html"):
                    os.replace(entry, folder / entry.name)
        except OSError as error:
            raise StylekitError(
                f"cannot write to the folder {str(folder)!r}: {error.strerror or error}"
            ) from error


def make_site(models: Sequence[str | Path] = ()) -> Site:
    """The page with models to choose from, the first of which it opens.

    Args:
        models: names of shipped models or `.tflite` files; none for all shipped models that
            paint photographs.

    Raises:
        StylekitError: the page has not been built, or a model is missing, damaged, foreign, or
            makes textures.
    """
    page = page_folder()
    files: dict[str, Path | bytes] = {
        path.relative_to(page).as_posix(): path
        for path in sorted(page.rglob("*"))
        if path.is_file()
    }
    index = []
    for number, model in enumerate(models or _painters()):
        path, previews = _model_files(model)
        card = read_card(path)
        card.require_photographs()
        LiteRTModel(path, threads=1)  # says what is wrong with a file before a browser does
        folder = f"models/{number}"
        files[f"{folder}/model.tflite"] = path
        shown = {}
        for style, preview in previews.items():
            shown[style] = f"{folder}/{style}{preview.suffix}"
            files[shown[style]] = preview
        index.append(
            {"name": card.name or path.stem} | {"file": f"{folder}/model.tflite", "previews": shown}
        )
    files["models/index.json"] = json.dumps(index, indent=2, ensure_ascii=False).encode()
    return Site(files)


def page_folder() -> Path:
    """Where the built page is.

    Raises:
        StylekitError: it has not been built.
    """
    for place in _PLACES:
        if (place / "index.html").is_file():
            return place
    raise StylekitError("the page has not been built: run 'make page' in a checkout (it needs npm)")


def _painters() -> list[str]:
    """Shipped models that paint photographs, the default first."""
    painters = [name for name in names() if not read_card(find(name).tflite).makes_textures]
    return sorted(painters, key=lambda name: name != DEFAULT)


def _model_files(model: str | Path) -> tuple[Path, dict[str, Path]]:
    """A model's file, and the preview of each style where there are any."""
    if str(model) in names():
        shipped = find(str(model))
        return shipped.tflite, shipped.previews
    path = Path(model)
    if not path.suffix and not path.exists():
        find(str(model))  # says which name it may have been
    return path, {}
