"""Put the network of a run into the package, as a shipped model.

    python scripts/ship_model.py RUN

RUN is a run directory, finished or still being written to: the averaged weights of its newest
checkpoint are taken, and nothing in it is touched. It ships as `textures` if it makes textures, as
`starry_noise` if its network takes noise, and else as `classics`. What is written to
`stylekit/zoo/NAME/` is listed in `stylekit/zoo/shipped.py`; an earlier model of that name is
replaced at the end, in one step.
"""

import argparse
import os
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import h5py
import numpy as np
import tensorflow as tf

from stylekit import Stylizer, export_run
from stylekit.config import RunConfig, parse_config
from stylekit.errors import StylekitError
from stylekit.export.forms import Form
from stylekit.export.options import ExportOptions
from stylekit.files import atomic_path
from stylekit.imaging.load import load_rgb
from stylekit.imaging.resize import resize, resize_longest
from stylekit.imaging.save import save
from stylekit.inference.textures import TextureSampler
from stylekit.models.generator import AnyGenerator, Generator, TextureGenerator
from stylekit.models.registry import build_generator, build_texture_generator
from stylekit.objectives.diversity import Diversity
from stylekit.objectives.networks import loss_network
from stylekit.objectives.style_transfer import StyleTransferObjective
from stylekit.perception.network import LossNetwork
from stylekit.training.checkpoints import Checkpoint, load_newest
from stylekit.training.data import images_before
from stylekit.training.metrics import read_metrics
from stylekit.training.photographs import packaged_photographs
from stylekit.training.run import (
    RunDirectory,
    model_card,
    read_json,
    save_generator,
    shrunk,
    style_sizes,
    write_json,
)
from stylekit.training.start import earlier_trainings
from stylekit.training.texture import TextureTask
from stylekit.zoo.shipped import FOLDER

# Bytes of an exported file, and of all shipped models together.
LARGEST_FILE = 1_500_000
LARGEST = 10_000_000

PREVIEW_PHOTO = "astronaut"
PREVIEW_SIZE = 384  # pixels of the longer side
TEXTURE_SIZE = 256
EVALUATION_SIZE = 256

_LAST_STEPS = 50
_LOSSES = ("total", "content", "style", "variation")
# What metrics may have of a step, by the kind of training.
_MEASURED = (*_LOSSES, *Diversity._fields)


@dataclass(frozen=True)
class Origin:
    """What a run does not know of the files that it was trained with.

    Attributes:
        terms: of the model and of what it was made from, for its card.
        photographs: what they are called; None for textures.
    """

    terms: dict[str, str]
    photographs: str | None = None


BSDS500 = (
    "300 photographs of the Berkeley Segmentation Data Set (BSDS500, train and val): research use; "
    "train on your own photographs before shipping commercially"
)

ORIGINS = {
    "classics": Origin(
        photographs="BSDS500",
        terms={
            "model": "Apache-2.0 as far as stylekit's authors are concerned; mind the photographs",
            "photographs": BSDS500,
            "styles": (
                "paintings in the public domain: Kandinsky, Composition VII (1913); Hokusai, The "
                "Great Wave (about 1831); Turner, The Shipwreck of the Minotaur (about 1805); van "
                "Gogh, The Starry Night (1889); Munch, The Scream (1893); Picabia, Udnie (1913)"
            ),
        },
    ),
    "starry_noise": Origin(
        photographs="BSDS500",
        terms={
            "model": "Apache-2.0 as far as stylekit's authors are concerned; mind the photographs",
            "photographs": BSDS500,
            "styles": "a painting in the public domain: van Gogh, The Starry Night (1889)",
        },
    ),
    "textures": Origin(
        terms={
            "model": "Apache-2.0 as far as stylekit's authors are concerned; mind the samples",
            "textures": (
                "brick and gravel of CC0Textures and grass by linolafett, as scikit-image carries "
                "them: CC0; starry_sky and scream_sky, details of van Gogh, The Starry Night "
                "(1889), and Munch, The Scream (1893): public domain; cezanne, after a painting by "
                "Paul Cézanne (1839-1906), and peppers, a photograph: files of "
                "DmitryUlyanov/texture_nets whose terms are not known to us; train on your own "
                "samples before shipping commercially"
            ),
        },
    ),
}

# Of a training that began with a shipped model; of other weights, the run says what is known.
STARTS = {
    "classics": (
        "those of the shipped model classics: the same photographs, paintings in the public domain"
    ),
}


def main() -> None:
    """Read the run, write the model, say what it is."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("run", type=Path, help="run directory")
    parser.add_argument("--zoo", type=Path, default=FOLDER, help="where to write [the package]")
    arguments = parser.parse_args()
    try:
        folder = ship(arguments.run, arguments.zoo)
    except StylekitError as error:
        raise SystemExit(f"ship_model: {error}") from error
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        print(f"{path.stat().st_size:>9,} {path}")


def shipped_name(config: RunConfig) -> str:
    """The name that the model of a run ships under, by what it does."""
    if config.makes_textures:
        return "textures"
    return "starry_noise" if config.generator.noise else "classics"


def _forms(config: RunConfig) -> tuple[Form, ...]:
    """What a model ships as; texture networks have no form with integers."""
    return ("float16",) if config.makes_textures else ("float16", "dynamic")


def ship(source: Path, zoo: Path) -> Path:
    """Write the model of a run to its folder in `zoo`, and give that folder.

    Raises:
        StylekitError: no run, no checkpoint, an export that does not match, or more bytes than
            the package may have.
    """
    run = RunDirectory.open(source)
    name = shipped_name(run.read_config())
    checkpoint = load_newest(run.checkpoints, damaged=lambda path, reason: print(path, reason))
    with tempfile.TemporaryDirectory(dir=zoo, prefix=".") as temporary:
        shipped = RunDirectory(Path(temporary, name))
        shipped.path.mkdir()
        config = _write_run(run, checkpoint, name, shipped)
        with tempfile.TemporaryDirectory() as exports:
            files = export_run(shipped.path, exports, ExportOptions(forms=_forms(config)))
            for file in files:
                suffix = "" if file.form == "float16" else f"_{file.form}"
                target = shipped.path / f"{name}{suffix}.tflite"
                if file.bytes > LARGEST_FILE:
                    raise StylekitError(
                        f"{target.name} would have {file.bytes:,} bytes, more than {LARGEST_FILE:,}"
                    )
                shutil.copyfile(file.path, target)
        _write_previews(shipped.path, name, config)
        others = (path for path in zoo.glob("*") if path.name not in (name, Path(temporary).name))
        size = sum(map(_bytes_below, [shipped.path, *others]))
        if size > LARGEST:
            raise StylekitError(f"the models would have {size:,} bytes, more than {LARGEST:,}")
        shutil.rmtree(zoo / name, ignore_errors=True)
        os.replace(shipped.path, zoo / name)
    return zoo / name


def _write_run(
    run: RunDirectory, checkpoint: Checkpoint, name: str, shipped: RunDirectory
) -> RunConfig:
    """Configuration, versions, averaged weights and summary, as a run directory has them.

    Gives the configuration as it ships.
    """
    # Where weights came from, the summary tells: the run that they were in does not ship.
    config = replace(run.read_config(), name=name, start=None)
    shutil.copyfile(run.versions, shipped.versions)
    if run.photographs.is_file():  # a run of an earlier stylekit has no record of them
        shutil.copyfile(run.photographs, shipped.photographs)
    shipped.write_config(config)
    generator = _averaged(config, checkpoint)
    save_generator(shipped, generator)
    _halve(shipped.weights)
    origin = replace(ORIGINS[name], terms=terms(name, run.read_config()))
    write_json(shipped.summary, _summary(run, config, checkpoint, generator, origin))
    recipe = dict(model_card(shipped.path, generator).recipe)  # with names in the place of paths
    recipe["content"] = {**recipe["content"], "source": ORIGINS[name].photographs}
    config = parse_config(recipe)
    shipped.write_config(config)
    return config


def terms(name: str, config: RunConfig) -> dict[str, str]:
    """Terms of a model that ships under a name, and of the weights that its training began with."""
    start = config.start
    if start is None:
        return ORIGINS[name].terms
    known = STARTS.get(start.weights) or (
        f"those of {Path(start.weights).name}: {start.terms or 'of unknown terms'}"
    )
    return {**ORIGINS[name].terms, "weights at the start": known}


def _halve(weights: Path) -> None:
    """Store Keras weights as float16, as exactly as the exported file beside them has them."""
    with atomic_path(weights) as temporary:
        with h5py.File(weights) as source, h5py.File(temporary, "w") as target:

            def copy(name: str, entry: h5py.Group | h5py.Dataset) -> None:
                if isinstance(entry, h5py.Dataset):
                    kind = np.float16 if entry.dtype == np.float32 else entry.dtype
                    copied = target.create_dataset(name, data=entry[()].astype(kind))
                else:
                    copied = target.require_group(name)
                copied.attrs.update(entry.attrs)

            target.attrs.update(source.attrs)
            source.visititems(copy)


def _averaged(config: RunConfig, checkpoint: Checkpoint) -> AnyGenerator:
    """The generator with the moving average of its weights."""
    build = build_texture_generator if config.makes_textures else build_generator
    generator = build(config.generator, len(config.styles))
    arrays = [checkpoint.arrays[key] for key in sorted(checkpoint.arrays) if "averaged/" in key]
    try:
        generator.model.set_weights(arrays)
    except ValueError as error:
        raise StylekitError(
            f"the checkpoint does not fit the network {config.generator.name!r} of this stylekit: "
            "another version trained it"
        ) from error
    return generator


def _summary(
    run: RunDirectory,
    config: RunConfig,
    checkpoint: Checkpoint,
    generator: AnyGenerator,
    origin: Origin,
) -> dict[str, Any]:
    """As `training.api` writes it at the end, for the state in the checkpoint."""
    training = config.training
    records = [record for record in read_metrics(run.metrics) if record["step"] <= checkpoint.step]
    network = loss_network(config.objective)
    return {
        "finished": checkpoint.step == training.total_steps,
        "steps": checkpoint.step,
        "total_steps": training.total_steps,
        "images": images_before(training, checkpoint.step),
        "minutes": checkpoint.state["seconds"] / 60,
        "earlier": _earlier(run),
        "losses": mean_losses(records[-_LAST_STEPS:]),
        "losses_by_style": (
            TextureTask(config, run, network).evaluate(generator)
            if isinstance(generator, TextureGenerator)
            else _losses_by_style(run, config, network, generator)
        ),
        "rollbacks": checkpoint.state["rollbacks"],
        "generator": {
            "name": config.generator.name,
            "parameters": generator.model.count_params(),
        },
        "loss_network": asdict(network.source),
        **(
            {
                "photographs": {
                    "source": origin.photographs,
                    "terms": origin.terms["photographs"],
                }
            }
            if origin.photographs
            else {}
        ),
        "terms": origin.terms,
    }


def _earlier(run: RunDirectory) -> list[dict[str, float]]:
    """The trainings before a run, as it noted them: their model may have been replaced since."""
    if run.summary.is_file():
        noted: list[dict[str, float]] = read_json(run.summary).get("earlier", [])
        return noted
    return earlier_trainings(run.read_config())


def mean_losses(records: list[dict[str, Any]]) -> dict[str, float]:
    """Means of what was measured; nothing of a checkpoint from before the first record."""
    return {
        key: float(np.mean([record[key] for record in records]))
        for key in _MEASURED
        if records and key in records[0]
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
        means = {key: float(tf.reduce_mean(getattr(terms, key))) for key in _LOSSES}
        # They are written into the card of a file that is to be small.
        losses[name] = {key: round(value, 4) for key, value in means.items()}
    return losses


def _square(path: Path) -> np.ndarray:
    """The middle square of a photograph, `EVALUATION_SIZE` pixels wide."""
    photo = load_rgb(path)
    side = min(photo.shape[:2])
    top, left = (photo.shape[0] - side) // 2, (photo.shape[1] - side) // 2
    return resize(photo[top : top + side, left : left + side], EVALUATION_SIZE, EVALUATION_SIZE)


def _write_previews(folder: Path, name: str, config: RunConfig) -> None:
    """A photograph of scikit-image in every style, or a picture of every texture."""
    (folder / "previews").mkdir()
    file = folder / f"{name}.tflite"
    paint = _texture_painter(file) if config.makes_textures else _style_painter(file)
    for style in config.style_names:
        save(folder / "previews" / f"{style}.jpg", paint(style), quality=85)


def _style_painter(file: Path) -> Callable[[str], np.ndarray]:
    path = next(path for path in packaged_photographs().paths if path.stem == PREVIEW_PHOTO)
    photo = resize_longest(load_rgb(path), PREVIEW_SIZE)
    stylizer = Stylizer(file)
    return lambda style: stylizer.stylize(photo, style)


def _texture_painter(file: Path) -> Callable[[str], np.ndarray]:
    sampler = TextureSampler(file)
    return lambda texture: sampler.sample(texture, height=TEXTURE_SIZE, width=TEXTURE_SIZE)


def _bytes_below(path: Path) -> int:
    files = [path] if path.is_file() else (file for file in path.rglob("*") if file.is_file())
    return sum(file.stat().st_size for file in files if file.suffix not in (".py", ".pyc"))


if __name__ == "__main__":
    main()
