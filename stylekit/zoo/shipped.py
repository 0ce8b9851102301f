"""Find a shipped model by its name.

A shipped model is a run directory (see `training.run`) without paintings, checkpoints and logs,
so that whatever reads a run reads it too, plus the exported file and a preview for each style:

    NAME/
      NAME.tflite            float16, with its model card
      NAME_dynamic.tflite    the same network, most convolutions in int8; only of photographs
      generator.weights.h5   Keras weights of the averaged generator
      config.yaml            resolved configuration, files by their names alone
      summary.json           how the training ended, terms of photographs and loss network
      photographs.txt        fingerprints and names of the photographs that it was trained on
      versions.json          packages that it was trained with
      previews/STYLE.jpg     a photograph of scikit-image in each style

Of a texture network previews are samples, and there are no photographs. `scripts/ship_model.py`
writes such a folder.
"""

from dataclasses import dataclass
from pathlib import Path

from stylekit.errors import StylekitError, nearest
from stylekit.processor import processor_flags, quick_integers

FOLDER = Path(__file__).parent

# What `stylekit photo.jpg` uses, and `stylekit sample`.
DEFAULT = "classics"
DEFAULT_TEXTURES = "textures"

# Style of a shipped model where none is asked for; of other models it is the first.
_DEFAULT_STYLES = {"classics": "starry_night"}


@dataclass(frozen=True)
class ShippedModel:
    """A model of the package and its files, which are there unless it says None.

    Attributes:
        name: what users call it.
        run: its folder, which can be read as a run directory.
        tflite: the exported model, float16, with its card.
        dynamic: the same with most convolutions in int8; None if there is none.
        weights: Keras weights of the generator, `.weights.h5`.
        config: the resolved configuration of its training.
        previews: picture of each style or texture by its name.
    """

    name: str
    run: Path
    tflite: Path
    dynamic: Path | None
    weights: Path
    config: Path
    previews: dict[str, Path]


def names() -> list[str]:
    """Names of the shipped models."""
    files = FOLDER.glob("*/*.tflite")
    return sorted(path.stem for path in files if path.stem == path.parent.name)


def find(name: str) -> ShippedModel:
    """The shipped model of a name.

    Raises:
        StylekitError: there is none; the message names the nearest, or all.
    """
    if name not in names():
        close = nearest(name, names())
        known = f"did you mean {close!r}?" if close else f"shipped are {', '.join(names())}"
        raise StylekitError(f"there is no shipped model {name!r}: {known}")
    run = FOLDER / name
    dynamic = run / f"{name}_dynamic.tflite"
    return ShippedModel(
        name=name,
        run=run,
        tflite=run / f"{name}.tflite",
        dynamic=dynamic if dynamic.is_file() else None,
        weights=run / "generator.weights.h5",
        config=run / "config.yaml",
        previews={path.stem: path for path in sorted(run.glob("previews/*.jpg"))},
    )


def default_style(model: str | Path) -> str | None:
    """The style of a shipped model where none is asked for; None for other models."""
    return _DEFAULT_STYLES.get(str(model))


def model_path(model: str | Path) -> Path:
    """The file or run that a user means by a model: `FILE`, `RUN`, or the `NAME` of a shipped one.

    A shipped name comes first: write `./NAME` for a file or folder that is called the same.

    Raises:
        StylekitError: neither a path nor a shipped name.
    """
    return find(str(model)).tflite if _is_name(model) else Path(model)


def quicker_path(model: str | Path) -> Path | None:
    """The int8 form of a shipped model, if there is one and this processor is quicker with it.

    None for all else, a path as well: `model_path` then is the quickest.
    """
    if str(model) in names() and quick_integers(processor_flags()):
        return find(str(model)).dynamic
    return None


def run_path(run: str | Path) -> Path:
    """The run directory that a user means by `RUN`, or by the `NAME` of a shipped model."""
    return find(str(run)).run if str(run) in names() else Path(run)


def _is_name(model: str | Path) -> bool:
    """Whether a model is given by a name; a single word that is no path must be one, as must ""."""
    if str(model) in ("", *names()):
        return True
    path = Path(model)
    return str(model) == path.name != "" and not path.suffix and not path.exists()
