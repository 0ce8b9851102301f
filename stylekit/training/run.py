"""The run directory: what a training leaves behind, and how it is read again."""

import importlib.metadata
import json
import os
import platform
import shutil
import warnings
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from stylekit.config import RunConfig, parse_config, read_yaml, to_yaml
from stylekit.errors import StylekitError
from stylekit.files import atomic_path
from stylekit.imaging.load import load_rgb
from stylekit.imaging.resize import resize_shortest
from stylekit.imaging.save import save
from stylekit.inference.card import ModelCard
from stylekit.inference.stylizer import Runner
from stylekit.inference.textures import Runner as TextureRunner
from stylekit.models.generator import AnyGenerator, Generator, TextureGenerator
from stylekit.models.registry import build_generator, build_texture_generator

# Raised when a run of an earlier version could not be continued or read correctly.
FORMAT_VERSION = 1

# Keys of the summary that say how far a training went.
_EXTENT = ("steps", "total_steps", "images", "minutes", "earlier")

_PACKAGES = ("stylekit", "tensorflow", "keras", "numpy", "pillow")


class RunDirectory:
    """The files of a run, by name; `open` one that is there or `create` a new one."""

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self.versions = self.path / "versions.json"
        self.config = self.path / "config.yaml"
        self.lock = self.path / "train.lock"
        self.log = self.path / "train.log"
        self.metrics = self.path / "metrics.jsonl"
        self.summary = self.path / "summary.json"
        self.photographs = self.path / "photographs.txt"
        self.weights = self.path / "generator.weights.h5"
        self.checkpoints = self.path / "checkpoints"
        self.previews = self.path / "previews"
        self.styles = self.path / "styles"
        self.tensorboard = self.path / "tensorboard"

    @property
    def _folders(self) -> tuple[Path, ...]:
        return (self.checkpoints, self.previews, self.styles, self.tensorboard)

    @property
    def _files(self) -> tuple[Path, ...]:
        return (
            self.versions,
            self.config,
            self.log,
            self.metrics,
            self.summary,
            self.photographs,
            self.weights,
        )

    def check_free(self, overwrite: bool) -> None:
        """Raise StylekitError unless a new run may be made here: in an empty or new folder.

        With `overwrite` also where another run is, but never where other files are.
        """
        if not self.path.exists():
            return
        # A lock may be all that a training left which was stopped before it had begun.
        if self.path.is_dir() and all(path == self.lock for path in self.path.iterdir()):
            return
        if not overwrite:
            raise StylekitError(
                f"the output {str(self.path)!r} is not empty: --resume continues a run, "
                "--overwrite replaces it"
            )
        if not self.versions.is_file():
            raise StylekitError(
                f"the output {str(self.path)!r} is not a run of stylekit, which alone "
                "--overwrite replaces: choose another folder"
            )

    def create(self, config: RunConfig, styles: Sequence[np.ndarray]) -> None:
        """Make the folder, in place of the run that may be there, with configuration and styles.

        Raises:
            StylekitError: the folder cannot be written.
        """
        try:
            self._remove()
            for folder in self._folders:
                folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise self.cannot_be_written(error) from error
        # First of all, for it is what marks the folder as a run.
        write_json(self.versions, {"format_version": FORMAT_VERSION, **_versions()})
        largest = max(style_sizes(config))
        for style, picture in zip(config.learned_styles, styles, strict=True):
            save(self.style_image(style.name), shrunk(picture, largest))
        self.write_config(config)

    def cannot_be_written(self, error: OSError) -> StylekitError:
        """What to raise for an error of the file system."""
        return StylekitError(
            f"cannot write the output {str(self.path)!r}: {error.strerror or error}"
        )

    @classmethod
    def open(cls, path: str | Path) -> "RunDirectory":
        """The run in a folder.

        Raises:
            StylekitError: there is none, or another version of stylekit wrote it.
        """
        run = cls(path)
        if not run.path.is_dir():
            raise StylekitError(f"there is no run directory {str(path)!r}")
        if not run.versions.is_file():
            raise StylekitError(f"{str(path)!r} is not a run directory of stylekit")
        version = read_json(run.versions).get("format_version")
        if version != FORMAT_VERSION:
            raise StylekitError(
                f"the run {str(path)!r} has format version {version!r}, this stylekit reads "
                f"{FORMAT_VERSION}: use the stylekit that wrote it (see versions.json)"
            )
        return run

    def _remove(self) -> None:
        for folder in self._folders:
            shutil.rmtree(folder, ignore_errors=True)
        for file in self._files:
            file.unlink(missing_ok=True)

    def style_image(self, name: str) -> Path:
        """Where the image of a style is kept, at the largest size that training uses."""
        return self.styles / f"{name}.png"

    def read_config(self) -> RunConfig:
        """The resolved configuration."""
        settings = read_yaml(self.config)
        # Runs that know nothing of visits saw each image once, and are resumed as they began.
        if isinstance(settings.get("content"), dict):
            settings["content"].setdefault("visits", 1)
        return parse_config(settings, where=str(self.config))

    def write_config(self, config: RunConfig) -> None:
        """Replace the resolved configuration."""
        with atomic_path(self.config) as temporary:
            temporary.write_text(to_yaml(config), encoding="utf-8")

    def paintings(self) -> dict[str, np.ndarray]:
        """Images of the styles that were learned here, by their names, in their order.

        float32 RGB `[height, width, 3]` in [0, 1].
        """
        return {
            style.name: load_rgb(self.style_image(style.name))
            for style in self.read_config().learned_styles
        }

    def read_styles(self) -> list[np.ndarray]:
        """The images of `paintings`."""
        return list(self.paintings().values())


def shrunk(picture: np.ndarray, shortest_side: int) -> np.ndarray:
    """A picture `[height, width, 3]` resized to a shortest side in pixels, but never enlarged."""
    if min(picture.shape[:2]) <= shortest_side:
        return picture
    return resize_shortest(picture, shortest_side)


def style_sizes(config: RunConfig) -> list[int]:
    """Shortest side of the style images in each stage, in pixels."""
    return [stage.style_size or config.objective.style_size for stage in config.training.stages]


def save_generator(run: RunDirectory, generator: AnyGenerator) -> None:
    """Write the weights of a generator as the run's result."""
    with atomic_path(run.weights) as temporary:
        # Keras wants this ending.
        written = temporary.with_name(f"{temporary.name}.weights.h5")
        try:
            generator.model.save_weights(written)
            os.replace(written, temporary)
        finally:
            written.unlink(missing_ok=True)


def load_generator(path: str | Path, weights: Path | None = None) -> Generator:
    """The trained generator of a run, in float32; `weights` is another file than the run's own.

    Raises:
        StylekitError: not a run of this version, one of textures, or it has no weights yet.
    """
    config = RunDirectory.open(path).read_config()
    if config.makes_textures:
        raise StylekitError(
            f"the run {str(path)!r} makes textures of noise and paints no photographs: give it to "
            "'stylekit sample'"
        )
    generator = build_generator(config.generator, len(config.styles))
    _load_weights(path, weights, generator)
    return generator


def load_texture_generator(path: str | Path, weights: Path | None = None) -> TextureGenerator:
    """As `load_generator`, of a run of textures."""
    config = RunDirectory.open(path).read_config()
    if not config.makes_textures:
        raise StylekitError(
            f"the run {str(path)!r} paints photographs and makes no textures: give it to "
            "'stylekit stylize'"
        )
    generator = build_texture_generator(config.generator, len(config.styles))
    _load_weights(path, weights, generator)
    return generator


def _load_weights(path: str | Path, weights: Path | None, generator: AnyGenerator) -> None:
    weights = weights or RunDirectory(path).weights
    if not weights.is_file():
        raise StylekitError(
            f"the run {str(path)!r} has no trained weights yet: continue it with --resume"
        )
    try:
        with warnings.catch_warnings():
            # Keras warns of parts that it does not find, and leaves them as they are.
            warnings.simplefilter("error", UserWarning)
            generator.model.load_weights(weights)
    except (OSError, ValueError, KeyError, UserWarning) as error:
        raise StylekitError(
            f"the weights {str(weights)!r} are damaged or of another network: "
            "continue the run with --resume, which writes them again"
        ) from error


def load_run(path: str | Path) -> tuple[Runner, ModelCard]:
    """The trained network of a run as a function, and its card, for `inference.Stylizer`.

    Raises:
        StylekitError: as `load_generator`.
    """
    generator = load_generator(path)

    def run_network(*inputs: np.ndarray) -> np.ndarray:
        return np.asarray(generator.model(list(inputs)))

    return run_network, model_card(path, generator)


def load_texture_run(path: str | Path) -> tuple[TextureRunner, ModelCard]:
    """As `load_run`, of a run of textures, for `inference.textures.TextureSampler`."""
    generator = load_texture_generator(path)
    return generator.run, model_card(path, generator)


def _without_folders(config: RunConfig) -> dict[str, Any]:
    """A configuration for others to read: files by their names, not by where they lay here."""
    recipe = asdict(config)
    for style in recipe["styles"]:
        if style["path"] is not None:
            style["path"] = Path(style["path"]).name
    if recipe["start"] is not None:
        recipe["start"]["weights"] = Path(recipe["start"]["weights"]).name
    recipe["content"]["source"] = _without_folder(recipe["content"]["source"])
    return recipe


def _without_folder(source: str | None) -> str | None:
    """A folder by its name; a data set or a description as it is."""
    return Path(source).name if source is not None and os.path.isabs(source) else source


def model_card(path: str | Path, generator: AnyGenerator) -> ModelCard:
    """The card of a run's network, as far as it is known before an export.

    Raises:
        StylekitError: not a run of this version.
    """
    run = RunDirectory.open(path)
    config = run.read_config()
    summary = read_json(run.summary) if run.summary.is_file() else {}
    photographs = summary.get("photographs", {})
    return ModelCard(
        name=config.name or "-".join(config.style_names),
        generator=config.generator.name,
        styles=config.style_names,
        margin=generator.margin,
        multiple_of=generator.multiple_of,
        smallest=generator.smallest,
        task=config.task,
        output=generator.output,
        noise=generator.noise_on_card(),
        objective=asdict(config.objective),
        losses=summary.get("losses_by_style", {}),
        recipe=_without_folders(config),
        training={key: summary[key] for key in _EXTENT if key in summary},
        loss_network=summary.get("loss_network", {}),
        photographs={}
        if config.makes_textures
        else {
            "source": _without_folder(photographs.get("source")),
            "count": photographs.get("count"),
        },
        terms={
            **(
                {}
                if config.makes_textures
                else {"photographs": photographs.get("terms", "unknown")}
            ),
            "loss network": summary.get("loss_network", {}).get("terms", "unknown"),
            ("textures" if config.makes_textures else "styles"): "as the owner of the images says",
            **({"weights at the start": config.start.terms} if config.start else {}),
            **summary.get("terms", {}),
        },
        versions={"train": {name: read_json(run.versions).get(name) for name in _PACKAGES}},
    )


def describe_run(path: str | Path) -> dict[str, Any]:
    """Configuration, versions and summary (if it has ended once) of a run, as plain values."""
    run = RunDirectory.open(path)
    return {
        "run": str(run.path),
        "config": asdict(run.read_config()),
        "versions": read_json(run.versions),
        "summary": read_json(run.summary) if run.summary.is_file() else None,
    }


def write_json(path: Path, values: dict[str, Any]) -> None:
    """Write values as indented JSON, by rename."""
    with atomic_path(path) as temporary:
        temporary.write_text(json.dumps(values, indent=2, ensure_ascii=False) + "\n", "utf-8")


def read_json(path: Path) -> dict[str, Any]:
    """The object in a JSON file.

    Raises:
        StylekitError: it cannot be read, or holds something else.
    """
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise StylekitError(f"{str(path)!r} is damaged: {error}") from error
    if not isinstance(values, dict):
        raise StylekitError(f"{str(path)!r} is damaged: it holds no object")
    return values


def _versions() -> dict[str, str]:
    found = {"python": platform.python_version(), "platform": platform.platform()}
    for package in _PACKAGES:
        try:
            found[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            found[package] = "not installed"
    return found
