"""What is evaluated: a network, its recipe, and the paintings that it was trained on."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from stylekit.config import RunConfig, parse_config
from stylekit.errors import StylekitError, nearest
from stylekit.imaging.load import load_rgb
from stylekit.inference.stylizer import Stylizer
from stylekit.training.run import RunDirectory, load_run, shrunk, style_sizes
from stylekit.training.style_transfer import check_painting
from stylekit.zoo import model_path


@dataclass(frozen=True)
class Subject:
    """A network to evaluate.

    Attributes:
        stylizer: runs it.
        config: the recipe that it was trained with; its objective is what is evaluated.
        paintings: by the name of the style, float32 `[height, width, 3]`, at the size of the
            last stage of training.
    """

    stylizer: Stylizer
    config: RunConfig
    paintings: dict[str, np.ndarray]


def open_subject(model: str | Path, paintings: Sequence[str], threads: int | None) -> Subject:
    """A run directory, an exported file or a shipped model, by its name, with paintings.

    Each painting is the path of an image, or `STYLE=PATH`; without a style's name, that of the
    file says which style it is. Only a run directory has paintings of its own: for it, none means
    all of them.

    Raises:
        StylekitError: no such model, one without a recipe, or a painting that is unreadable, too
            small, or that the model has no style for.
    """
    path = model_path(model)
    if path.is_dir():
        runner, card = load_run(path)
        stylizer = Stylizer(runner, card=card)
        config = RunDirectory.open(path).read_config()
    else:
        stylizer = Stylizer(path, threads=threads)
        if not stylizer.card.recipe:
            raise StylekitError(
                f"the card of {str(path)!r} has no recipe, which says what to evaluate: give the "
                "run directory"
            )
        config = parse_config(stylizer.card.recipe, where=f"the card of {path}")
    if paintings:
        found = dict(_named(painting, stylizer.styles) for painting in paintings)
    elif path.is_dir():
        found = RunDirectory.open(path).paintings()
    else:
        raise StylekitError("an exported model has no paintings: give --style PAINTING for each")
    for name, picture in found.items():
        check_painting(picture, name, config.objective.style_layers)
    size = style_sizes(config)[-1]
    return Subject(
        stylizer, config, {name: shrunk(picture, size) for name, picture in found.items()}
    )


def _named(painting: str, styles: Sequence[str]) -> tuple[str, np.ndarray]:
    """Style and picture of `PATH` or `STYLE=PATH`."""
    name, equals, path = painting.partition("=")
    if not equals or name not in styles:
        name, path = Path(painting).stem, painting
    if name not in styles:
        close = nearest(name, styles)
        known = f"did you mean {close!r}?" if close else f"it has {', '.join(styles)}."
        raise StylekitError(
            f"the model has no style {name!r}, {known} Name it as in --style "
            f"{close or styles[0]}={painting}"
        )
    return name, load_rgb(path)
