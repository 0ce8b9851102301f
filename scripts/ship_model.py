"""Put the network of a run into the package, as a shipped model.

    python scripts/ship_model.py RUN

RUN is a run directory, finished or still being written to: the averaged weights of its newest
checkpoint are taken, and nothing in it is touched. What is written to `stylekit/zoo/NAME/` is
listed in `stylekit/zoo/shipped.py`; an earlier model of that name is replaced at the end, in one
step.
"""

import argparse
import os
import shutil
import tempfile
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
import tensorflow as tf

from stylekit import Stylizer, export_run
from stylekit.config import RunConfig, parse_config
from stylekit.errors import StylekitError
from stylekit.export.options import ExportOptions
from stylekit.imaging.load import load_rgb
from stylekit.imaging.resize import resize, resize_longest
from stylekit.imaging.save import save
from stylekit.models.generator import Generator
from stylekit.models.registry import build_generator
from stylekit.objectives.networks import loss_network
from stylekit.objectives.style_transfer import StyleTransferObjective
from stylekit.perception.network import LossNetwork
from stylekit.training.checkpoints import Checkpoint, load_newest
from stylekit.training.data import images_before
from stylekit.training.metrics import read_metrics
from stylekit.training.photographs import packaged_photographs
from stylekit.training.run import (
    RunDirectory,
    load_run,
    save_generator,
    shrunk,
    style_sizes,
    write_json,
)
from stylekit.zoo.shipped import FOLDER

LARGEST = 5_000_000  # bytes of all shipped models together

PREVIEW_PHOTO = "astronaut"
PREVIEW_SIZE = 384  # pixels of the longer side
EVALUATION_SIZE = 256

_LAST_STEPS = 50
_LOSSES = ("total", "content", "style", "variation")


@dataclass(frozen=True)
class Origin:
    """What a run does not know of the files that it was trained with.

    Attributes:
        photographs: what they are called.
        terms: of the model and of what it was made from, for its card.
    """

    photographs: str
    terms: dict[str, str]


ORIGINS = {
    "classics": Origin(
        photographs="BSDS500",
        terms={
            "model": "Apache-2.0 as far as stylekit's authors are concerned; mind the photographs",
            "photographs": (
                "280 photographs of the Berkeley Segmentation Data Set (BSDS500, train and val): "
                "research use; train on your own photographs before shipping commercially"
            ),
            "styles": (
                "paintings in the public domain: Kandinsky, Composition VII (1913); Hokusai, The "
                "Great Wave (about 1831); Turner, The Shipwreck of the Minotaur (about 1805); van "
                "Gogh, The Starry Night (1889); Munch, The Scream (1893); Picabia, Udnie (1913)"
            ),
        },
    )
}


def main() -> None:
    """Read the run, write the model, say what it is."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("run", type=Path, help="run directory")
    parser.add_argument("--name", choices=list(ORIGINS), default="classics", help="[classics]")
    parser.add_argument("--zoo", type=Path, default=FOLDER, help="where to write [the package]")
    arguments = parser.parse_args()
    try:
        folder = ship(arguments.run, arguments.name, arguments.zoo)
    except StylekitError as error:
        raise SystemExit(f"ship_model: {error}") from error
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        print(f"{path.stat().st_size:>9,} {path}")


def ship(source: Path, name: str, zoo: Path) -> Path:
    """Write the model of a run to `zoo / name`, and give that folder.

    Raises:
        StylekitError: no run, no checkpoint, an export that does not match, or more bytes than
            the package may have.
    """
    run = RunDirectory.open(source)
    checkpoint = load_newest(run.checkpoints, damaged=lambda path, reason: print(path, reason))
    with tempfile.TemporaryDirectory(dir=zoo, prefix=".") as temporary:
        shipped = RunDirectory(Path(temporary, name))
        shipped.path.mkdir()
        _write_run(run, checkpoint, name, shipped)
        with tempfile.TemporaryDirectory() as exports:
            (file,) = export_run(shipped.path, exports, ExportOptions(forms=("float16",)))
            shutil.copyfile(file.path, shipped.path / f"{name}.tflite")
        _write_previews(shipped.path, name)
        others = (path for path in zoo.glob("*") if path.name not in (name, Path(temporary).name))
        size = sum(map(_bytes_below, [shipped.path, *others]))
        if size > LARGEST:
            raise StylekitError(f"the models would have {size:,} bytes, more than {LARGEST:,}")
        shutil.rmtree(zoo / name, ignore_errors=True)
        os.replace(shipped.path, zoo / name)
    return zoo / name


def _write_run(run: RunDirectory, checkpoint: Checkpoint, name: str, shipped: RunDirectory) -> None:
    """Configuration, versions, averaged weights and summary, as a run directory has them."""
    config = replace(run.read_config(), name=name)
    shutil.copyfile(run.versions, shipped.versions)
    if run.photographs.is_file():  # a run of an earlier stylekit has no record of them
        shutil.copyfile(run.photographs, shipped.photographs)
    shipped.write_config(config)
    generator = _averaged(config, checkpoint)
    save_generator(shipped, generator)
    write_json(shipped.summary, _summary(run, config, checkpoint, generator, ORIGINS[name]))
    _, card = load_run(shipped.path)
    recipe = dict(card.recipe)  # with names in the place of paths
    recipe["content"] = {**recipe["content"], "source": ORIGINS[name].photographs}
    shipped.write_config(parse_config(recipe))


def _averaged(config: RunConfig, checkpoint: Checkpoint) -> Generator:
    """The generator with the moving average of its weights."""
    generator = build_generator(config.generator, len(config.styles))
    arrays = [checkpoint.arrays[key] for key in sorted(checkpoint.arrays) if "averaged/" in key]
    generator.model.set_weights(arrays)
    return generator


def _summary(
    run: RunDirectory,
    config: RunConfig,
    checkpoint: Checkpoint,
    generator: Generator,
    origin: Origin,
) -> dict[str, Any]:
    """As `training.api` writes it at the end, for the state in the checkpoint."""
    training = config.training
    records = [record for record in read_metrics(run.metrics) if record["step"] <= checkpoint.step]
    last = records[-_LAST_STEPS:]
    network = loss_network(config.objective)
    return {
        "finished": checkpoint.step == training.total_steps,
        "steps": checkpoint.step,
        "total_steps": training.total_steps,
        "images": images_before(training, checkpoint.step),
        "minutes": checkpoint.state["seconds"] / 60,
        "losses": {key: float(np.mean([record[key] for record in last])) for key in _LOSSES},
        "losses_by_style": _losses_by_style(run, config, network, generator),
        "rollbacks": checkpoint.state["rollbacks"],
        "generator": {
            "name": config.generator.name,
            "parameters": generator.model.count_params(),
        },
        "loss_network": asdict(network.source),
        "photographs": {
            "source": origin.photographs,
            "terms": origin.terms["photographs"],
        },
        "terms": origin.terms,
    }


def _losses_by_style(
    run: RunDirectory, config: RunConfig, network: LossNetwork, generator: Generator
) -> dict[str, dict[str, float]]:
    """Means over the photographs of scikit-image and scikit-learn, at strength 1."""
    styles = [shrunk(style, style_sizes(config)[-1]) for style in run.read_styles()]
    objective = StyleTransferObjective(network, config.objective, styles)
    photos = tf.constant(np.stack([_square(path) for path in packaged_photographs().paths]))
    targets = objective.content_targets(photos)
    strength = tf.ones([len(photos), 1])
    losses = {}
    for index, name in enumerate(config.style_names):
        style_weights = tf.one_hot([index] * len(photos), len(config.styles))
        terms = objective(
            generator.stylize(photos, style_weights, strength), targets, style_weights, strength
        )
        losses[name] = {key: float(tf.reduce_mean(getattr(terms, key))) for key in _LOSSES}
    return losses


def _square(path: Path) -> np.ndarray:
    """The middle square of a photograph, `EVALUATION_SIZE` pixels wide."""
    photo = load_rgb(path)
    side = min(photo.shape[:2])
    top, left = (photo.shape[0] - side) // 2, (photo.shape[1] - side) // 2
    return resize(photo[top : top + side, left : left + side], EVALUATION_SIZE, EVALUATION_SIZE)


def _write_previews(folder: Path, name: str) -> None:
    """A photograph of scikit-image in every style."""
    (folder / "previews").mkdir()
    path = next(path for path in packaged_photographs().paths if path.stem == PREVIEW_PHOTO)
    photo = resize_longest(load_rgb(path), PREVIEW_SIZE)
    stylizer = Stylizer(folder / f"{name}.tflite")
    for style in stylizer.styles:
        save(folder / "previews" / f"{style}.jpg", stylizer.stylize(photo, style), quality=85)


def _bytes_below(path: Path) -> int:
    files = [path] if path.is_file() else (file for file in path.rglob("*") if file.is_file())
    return sum(file.stat().st_size for file in files if file.suffix not in (".py", ".pyc"))


if __name__ == "__main__":
    main()
