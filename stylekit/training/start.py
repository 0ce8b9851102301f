"""Trained weights to begin a training with, in place of random ones."""

import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from stylekit.config import DiversityConfig, RunConfig, StageConfig, StyleConfig, TrainingConfig
from stylekit.errors import StylekitError, nearest
from stylekit.layers.instance_normalization import ConditionalInstanceNormalization
from stylekit.models.blocks import NOISE_LAYER
from stylekit.models.generator import AnyGenerator
from stylekit.training.run import (
    RunDirectory,
    load_generator,
    load_texture_generator,
    model_card,
    read_json,
)
from stylekit.zoo import names, run_path

_ENDING = ".weights.h5"

# The rows of a style have 1,536 numbers in the small network, and no random start to get away from:
# at most ten minutes on two processors.
ADDED_STYLE = TrainingConfig(
    stages=[
        StageConfig(800, 128, 2, photo_size=256, context=8, full_strength_share=0.9),
        StageConfig(120, 192, 2, photo_size=256, context=32, full_strength_share=0.85),
    ],
    optimizer="adam",
    learning_rate=1e-2,
    checkpoint_every=200,
    preview_every=200,
)


@dataclass(frozen=True)
class Start:
    """Where weights come from.

    Attributes:
        run: the run directory, which says what network they are of.
        weights: the file.
        config: of the run.
    """

    run: Path
    weights: Path
    config: RunConfig

    def load(self) -> AnyGenerator:
        """The network.

        Raises:
            StylekitError: it has no weights yet, or damaged ones.
        """
        if self.config.makes_textures:
            return load_texture_generator(self.run, self.weights)
        return load_generator(self.run, self.weights)

    def terms(self, generator: AnyGenerator) -> str:
        """Terms of what the loaded network was trained with, as far as known."""
        terms = model_card(self.run, generator).terms
        return "; ".join(f"{name}: {text}" for name, text in terms.items())


def find_start(source: str) -> Start:
    """The weights of a run directory, of a `.weights.h5` file in one, or of a shipped model.

    Raises:
        StylekitError: none of these; nothing is read of the weights themselves yet.
    """
    path = run_path(source)
    if path.is_dir():
        run = RunDirectory.open(path)
        return Start(path, run.weights, run.read_config())
    if not path.is_file():
        close = nearest(source, names())
        known = f"did you mean {close!r}?" if close else f"give a run, or a file *{_ENDING}"
        raise StylekitError(f"there are no weights {source!r}: {known}")
    if not path.name.endswith(_ENDING):
        raise StylekitError(
            f"{source!r} holds no weights that can be trained: give the run that it was exported "
            f"from, or a file *{_ENDING}"
        )
    try:
        config = RunDirectory.open(path.parent).read_config()
    except StylekitError as error:
        raise StylekitError(
            f"the weights {source!r} must lie in their run, which says what they are of: {error}"
        ) from error
    return Start(path.parent, path, config)


def earlier_trainings(config: RunConfig) -> list[dict[str, float]]:
    """Steps, images and minutes of the trainings that led to a run's first weights, oldest first.

    Empty for random weights, and as far as the runs are not there any more.
    """
    if config.start is None:
        return []
    try:
        start = find_start(config.start.weights)
        summary = read_json(RunDirectory(start.run).summary)
    except (StylekitError, OSError):
        return []
    extent = {key: summary[key] for key in ("steps", "images", "minutes") if key in summary}
    earlier = summary.get("earlier")
    return [*(earlier_trainings(start.config) if earlier is None else earlier), extent]


def settings_from(source: str, added: Sequence[StyleConfig] = ()) -> dict[str, Any]:
    """Settings of a training that starts from weights; others are laid over them (`merged`).

    Task, generator and objective are those of the weights, and so are photographs and paintings as
    far as their run has them. With `added` styles, nothing but their rows is trained, in ten
    minutes.

    Raises:
        StylekitError: no such weights, or a style added under a name that is taken.
    """
    start = find_start(source)
    config = start.config
    if added and config.makes_textures:
        raise StylekitError(
            f"the weights {source!r} make textures, to which no style is added: give --texture for "
            "all textures that the network is to make"
        )
    settings: dict[str, Any] = {
        "task": config.task,
        "generator": asdict(config.generator),
        "objective": asdict(config.objective),
        "start": {
            # A shipped model's name means the same in every folder.
            "weights": source if source in names() else os.path.abspath(source),
            "added_styles": [style.name for style in added],
        },
    }
    source_folder = config.content.source
    # That of a run is absolute; a shipped model has a name for it, such as BSDS500.
    if source_folder is not None and os.path.isabs(source_folder) and os.path.isdir(source_folder):
        settings["content"] = asdict(config.content)
    if added:
        for style in added:
            if style.name in config.style_names:
                raise StylekitError(
                    f"the weights {source!r} have a style {style.name!r} already: rename the image"
                )
        known = [StyleConfig(name) for name in config.style_names]
        settings["styles"] = [asdict(style) for style in (*known, *added)]
        settings["training"] = asdict(ADDED_STYLE)
        # Rows of a style do not change what noise does.
        settings["objective"]["diversity"] = asdict(DiversityConfig())
        if config.name:
            settings["name"] = "_".join([config.name, *(style.name for style in added)])
        return settings
    images = {name: RunDirectory(start.run).style_image(name) for name in config.style_names}
    if all(image.is_file() for image in images.values()):
        settings["styles"] = [
            {"name": name, "path": str(image.resolve())} for name, image in images.items()
        ]
    return settings


def copy_weights(
    source: AnyGenerator,
    source_styles: Sequence[str],
    target: AnyGenerator,
    target_styles: Sequence[str],
) -> None:
    """Take over the weights of a network that may have other styles.

    A style that both have keeps its rows in the conditional instance normalizations; a new one
    begins as the mean of the source's styles. A last row, "as the photograph is", stays. A
    source without noise is taken up by a network with it, whose own part for noise stays.

    Raises:
        StylekitError: another network, or one of other sizes.
    """
    rows = {
        weight.path
        for layer in target.model.layers
        if isinstance(layer, ConditionalInstanceNormalization)
        for weight in layer.weights
    }
    before, after = source.model.weights, target.model.weights
    if source.noise is None and target.noise is not None:
        new = {weight.path for weight in target.model.get_layer(NOISE_LAYER).weights}
        after = [weight for weight in after if weight.path not in new]
    values = [np.asarray(weight) for weight in before]
    if source.model.name == target.model.name and len(before) == len(after):
        values = [
            _rows(value, source_styles, target_styles) if weight.path in rows else value
            for value, weight in zip(values, after, strict=True)
        ]
    if [value.shape for value in values] != [tuple(weight.shape) for weight in after]:
        raise StylekitError(
            f"the weights to start from are of a network {source.model.name!r} with "
            f"{source.model.count_params()} parameters, which does not fit the generator "
            f"{target.model.name!r} of the configuration: leave its generator out"
        )
    for value, weight in zip(values, after, strict=True):
        weight.assign(value)


def _rows(value: np.ndarray, before: Sequence[str], after: Sequence[str]) -> np.ndarray:
    """Rows `[styles before + n, channels]` → `[styles after + n, channels]`.

    Networks of photographs have a row more than styles, those of textures have not.
    """
    mean = value[: len(before)].mean(axis=0)
    styles = [value[before.index(name)] if name in before else mean for name in after]
    return np.stack([*styles, *value[len(before) :]])
