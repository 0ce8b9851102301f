"""Evaluate a network on photographs that it was not trained on."""

import dataclasses
import logging
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np
from tqdm import tqdm

from stylekit.errors import StylekitError
from stylekit.evaluation.curves import Curves, curves_folder, iterations_to_reach
from stylekit.evaluation.judge import Judge, Look, Verdict
from stylekit.evaluation.pictures import Photo, load_photos, painting_crop
from stylekit.evaluation.report import CANDIDATES, Figure, Report
from stylekit.evaluation.subject import Subject, open_subject
from stylekit.objectives.networks import loss_network
from stylekit.objectives.style_transfer import StyleTransferObjective
from stylekit.perception.random_weights import random_weights
from stylekit.progress import progress_bar
from stylekit.training.logs import messages_on_terminal
from stylekit.training.run import RunDirectory
from stylekit.training.trained_on import trained_on
from stylekit.zoo import model_path

logger = logging.getLogger("stylekit")

# Below any style loss that a photograph has.
_TINY = 1e-12


def evaluate(
    model: str | Path,
    photos: str | Path,
    styles: Sequence[str] = (),
    *,
    count: int | None = None,
    size: int = 256,
    iterations: int = 100,
    loss_weights: str | None = None,
    threads: int | None = None,
    progress: bool = True,
) -> Report:
    """Losses of a network's pictures, and the L-BFGS iterations that they are worth.

    Each photograph is stylized at strength 1. Its picture, the photograph itself and a crop of
    the painting are judged by the objective of the network's recipe, and by the same objective on
    a VGG with fixed random weights. L-BFGS from the photograph says how many iterations lead to
    the same objective; its curves are kept on disk, so an evaluation that is stopped goes on
    where it was.

    Args:
        model: a run directory, an exported file, or the name of a shipped model.
        photos: a folder.
        styles: paintings, `PATH` or `STYLE=PATH`; a run directory has its own.
        count: number of photographs; all if None.
        size: side of the middle squares that are stylized, in pixels.
        iterations: of L-BFGS at most, at least 1.
        loss_weights: of the loss network, in place of the recipe's.
        threads: processors that an exported file is run on.
        progress: show a progress bar and warnings on stderr.

    Raises:
        StylekitError: an unusable model, painting, folder or loss network, fewer than two
            photographs, or no place to keep the curves.
    """
    with messages_on_terminal(progress):
        if iterations < 1:
            raise StylekitError(f"L-BFGS needs at least 1 iteration, not {iterations}")
        subject = open_subject(model, styles, threads)
        evaluation = _Evaluation(subject, size, iterations, loss_weights)
        pictures = load_photos(photos, count, size)
        trained = _trained_on(model, pictures)
        evaluation.run(pictures, progress)
        return Report(
            str(model),
            [photo.path.name for photo in pictures],
            trained,
            size,
            iterations,
            asdict(evaluation.judges[0].objective.network.source),
            {name: evaluation.figures(name) for name in subject.paintings},
        )


def _trained_on(model: str | Path, photos: Sequence[Photo]) -> list[str]:
    """Names of the photographs that a network was trained on, as far as its run says."""
    path = model_path(model)
    run = RunDirectory(path if path.is_dir() else path.parent)  # a file may lie in its run
    names = [path.name for path in trained_on(run, [photo.path for photo in photos])]
    if names:
        logger.warning(
            "%d of %d photographs were trained on, and flatter the network: %s",
            *(len(names), len(photos), ", ".join(names)),
        )
    return names


class _Evaluation:
    """Two judges, what they said, and the L-BFGS iterations, photograph by photograph."""

    def __init__(
        self, subject: Subject, size: int, iterations: int, loss_weights: str | None
    ) -> None:
        self._subject = subject
        self._iterations = iterations
        objective = subject.config.objective
        if loss_weights is not None:
            objective = dataclasses.replace(objective, weights=loss_weights, architecture="auto")
        network = loss_network(objective)
        unseen = loss_network(objective, weights=random_weights(network.architecture))
        paintings = list(subject.paintings.values())
        # Absolute losses are weighted for features of the size that a trained network has.
        relative = dataclasses.replace(objective, normalization="relative")
        self.judges = [
            Judge(StyleTransferObjective(network, objective, paintings)),
            Judge(StyleTransferObjective(unseen, relative, paintings)),
        ]
        crops = [painting_crop(painting, size) for painting in paintings]
        self._crops: list[list[Look]] = [
            [judge.look(crop) for crop in crops] for judge in self.judges
        ]
        self._curves = Curves(self.judges[0].objective, curves_folder())
        # Verdicts by judge, style and candidate; iterations by style and candidate.
        self._verdicts: list[dict[str, dict[str, list[Verdict]]]] = [
            {name: {candidate: [] for candidate in CANDIDATES} for name in subject.paintings}
            for _ in self.judges
        ]
        self._reached: dict[str, dict[str, list[float]]] = {
            name: {candidate: [] for candidate in CANDIDATES} for name in subject.paintings
        }
        self._at_least = dict.fromkeys(subject.paintings, 0)

    def run(self, photos: Sequence[Photo], progress: bool) -> None:
        """Judge the pictures of all photographs in all styles."""
        total = len(photos) * len(self._subject.paintings)
        with progress_bar(total, "picture", visible=progress) as bar:
            for photo in photos:
                looks = [judge.look(photo.pixels) for judge in self.judges]
                for style, name in enumerate(self._subject.paintings):
                    self._judge(photo.pixels, looks, style, name, bar)
                    bar.update()

    def _judge(
        self, photo: np.ndarray, looks: Sequence[Look], style: int, name: str, bar: tqdm
    ) -> None:
        picture = self._subject.stylizer.stylize(photo, name)
        for judge, look, crops, said in zip(
            self.judges, looks, self._crops, self._verdicts, strict=True
        ):
            candidates = {"result": judge.look(picture), "photo": look, "crop": crops[style]}
            for candidate, seen in candidates.items():
                said[name][candidate].append(judge(seen, look, style))
        totals = {
            candidate: self._verdicts[0][name][candidate][-1].total for candidate in CANDIDATES
        }
        live = sys.stderr.isatty()
        curve = self._curves.get(
            photo,
            self._subject.paintings[name],
            style,
            min(totals["result"], totals["crop"]),
            self._iterations,
            lambda k: bar.set_postfix_str(f"{name}, L-BFGS iteration {k}", refresh=live),
        )
        self._at_least[name] += totals["result"] < curve[-1]
        for candidate, total in totals.items():
            self._reached[name][candidate].append(iterations_to_reach(curve, total))

    def figures(self, name: str) -> list[Figure]:
        """All figures of a style."""
        own, unseen = (said[name] for said in self._verdicts)
        reached = Figure(
            "equivalent L-BFGS iterations", self._reached[name], "high", self._at_least[name]
        )
        return [*_losses(own, ""), reached, *_losses(unseen, ", random VGG")]


def _losses(said: dict[str, list[Verdict]], network: str) -> list[Figure]:
    """The losses that one judge found, as figures; `network` is added to their labels."""
    own_styles = [max(verdict.style, _TINY) for verdict in said["photo"]]
    return [
        Figure(
            f"style, of the photo's own{network}",
            {
                candidate: [
                    verdict.style / own for verdict, own in zip(verdicts, own_styles, strict=True)
                ]
                for candidate, verdicts in said.items()
            },
        ),
        Figure(
            f"content{network}",
            {candidate: [v.content for v in verdicts] for candidate, verdicts in said.items()},
        ),
        Figure(
            f"objective{network}",
            {candidate: [v.total for v in verdicts] for candidate, verdicts in said.items()},
            "low",
        ),
    ]
