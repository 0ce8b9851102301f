"""Training a style network: photographs in, the objective of style transfer."""

import dataclasses
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf

from stylekit.config import RunConfig, StageConfig
from stylekit.errors import StylekitError
from stylekit.models.generator import Generator, noise_maps
from stylekit.models.registry import build_generator
from stylekit.objectives.diversity import Diversity, DiversityObjective
from stylekit.objectives.style_transfer import TINY, StyleTransferObjective
from stylekit.perception.names import canonical
from stylekit.perception.network import LossNetwork
from stylekit.perception.parts import stride
from stylekit.training.data import BatchSource, batches
from stylekit.training.previews import preview_sheet
from stylekit.training.run import RunDirectory, shrunk, style_sizes
from stylekit.training.task import Losses, Task
from stylekit.training.visits import round_batches

FIXED_PHOTOS = 4


def check_painting(painting: np.ndarray, name: str, layers: Iterable[str]) -> None:
    """Raise StylekitError if a painting `[height, width, 3]` has no position of a style layer.

    Layers by the papers' names or Keras'. VGG19 has all of VGG16's; the network itself, when it is
    made, refuses those that it does not have.

    Raises:
        StylekitError: also for a layer that neither network has.
    """
    height, width = painting.shape[:2]
    least = max((stride(canonical(layer, "vgg19")) for layer in layers), default=1)
    if min(height, width) < least:
        raise StylekitError(
            f"the painting {name!r} has {width}x{height} pixels: give at least {least} a side"
        )


class StyleTransferLoss:
    """The objective of style transfer on what a generator makes of photographs."""

    def __init__(
        self,
        objective: StyleTransferObjective,
        selection: np.ndarray,
        image_balance: str,
        context: int,
        diversity: DiversityObjective | None = None,
        samples: int = 1,
    ) -> None:
        """`selection` `[learned, styles]` has a one-hot row for each style that is learned.

        A batch has `samples` images of each photograph; `diversity` compares their pictures.
        """
        self._objective = objective
        self._selection = selection
        self._balanced = image_balance == "log"
        self._context = context
        self._diversity = diversity
        self._samples = samples

    def prepare(self, photos: tf.Tensor, *_: tf.Tensor) -> dict[str, tf.Tensor]:
        """Content targets, computed once for the images of one photograph."""
        photos = inside(photos, self._context)
        targets = self._objective.content_targets(photos[:: self._samples])
        if self._samples == 1:
            return targets
        return {layer: tf.repeat(maps, self._samples, axis=0) for layer, maps in targets.items()}

    def __call__(
        self,
        generator: Generator,
        targets: dict[str, tf.Tensor],
        photos: tf.Tensor,
        style_weights: tf.Tensor,
        strength: tf.Tensor,
        noise: tf.Tensor | None = None,
        entropy_weight: tf.Tensor | None = None,
    ) -> Losses:
        """What was prepared, photos `[batch, size, size, 3]` with their context, weights of the
        learned styles `[batch, learned]`, strength `[batch, 1]`; noise, if the generator takes it,
        and `entropy_weight` `[batch]`, if pictures are compared.
        """
        of_all = tf.matmul(style_weights, self._selection)
        inputs = [photos, of_all, strength] + ([] if noise is None else [noise])
        stylized = inside(generator.model(inputs), self._context)
        terms = self._objective(stylized, targets, style_weights, strength)
        minimised = terms.total
        if self._balanced:
            minimised = strength[:, 0] * tf.math.log(terms.total + TINY)
        measured = {
            "total": terms.total,
            "content": terms.content,
            "style": terms.style,
            "variation": terms.variation,
        }
        if self._diversity is not None:
            diversity = self._diversity(stylized)
            # Pictures of little strength cannot but resemble each other.
            minimised -= entropy_weight * strength[:, 0] * diversity.entropy
            measured |= {**diversity._asdict(), "entropy_weight": entropy_weight}
        return Losses(minimised, measured)


class StyleTransferTask(Task[Generator]):
    """Photographs and paintings, for a network that stylizes."""

    shown = ("content", "style")

    def __init__(
        self, config: RunConfig, run: RunDirectory, source: BatchSource, network: LossNetwork
    ) -> None:
        """`run` has the paintings by the time of the first loss."""
        self._config = config
        self._training = config.training
        self._run = run
        self._source = source
        self.network = network
        # A row for each learned style, which picks it among all.
        self._selection = np.eye(len(config.styles), dtype=np.float32)[config.learned_indices]
        self._diversity = config.objective.diversity
        self.measured = ("total", "content", "style", "variation")
        if self._diversity.samples > 1:
            self.measured += (*Diversity._fields, "entropy_weight")

    def build(self, dtype_policy: str) -> Generator:
        """See `Task`."""
        return build_generator(self._config.generator, len(self._config.styles), dtype_policy)

    def check_size(self, generator: Generator, stage: StageConfig) -> None:
        """See `Task`."""
        fits = stage.seen_size % generator.multiple_of == 0
        if not fits or stage.image_size < generator.smallest:
            raise StylekitError(
                f"image_size {stage.image_size} does not suit the generator "
                f"{self._config.generator.name!r}: take a multiple of "
                f"{generator.multiple_of}, at least {generator.smallest}"
            )

    def dataset(self, stage: int, start: int, stop: int) -> tf.data.Dataset:
        """See `Task`."""
        learned = len(self._config.learned_styles)
        noise = noise_maps(self._config.generator.noise)
        settings = self._training.stages[stage]
        return batches(self._source.batch, start, stop, settings, learned, noise)

    def loss(self, stage: int) -> StyleTransferLoss:
        """See `Task`."""
        several = self._diversity.samples > 1
        return StyleTransferLoss(
            self._objective(stage),
            self._selection,
            self._training.image_balance,
            self._training.stages[stage].context,
            DiversityObjective(self.network, self._diversity) if several else None,
            self._diversity.samples,
        )

    def kept_batches(self, stage: int) -> int:
        """See `Task`."""
        batch_size = self._training.stages[stage].batch_size
        return round_batches(batch_size, self._config.content.visits)

    def visited_step(self, step: int) -> int:
        """See `Task`."""
        return self._source.visited_step(step)

    def _objective(self, stage: int) -> StyleTransferObjective:
        """The objective of a stage, with the paintings that are learned, at the stage's size."""
        size = style_sizes(self._config)[stage]
        styles = [shrunk(style, size) for style in self._run.read_styles()]
        return StyleTransferObjective(self.network, self._config.objective, styles)

    def preview(self, generator: Generator) -> np.ndarray:
        """The fixed photographs, as the network paints them now."""
        photos = self._source.fixed_photos(FIXED_PHOTOS)
        names = self._config.style_names
        styles = {names[index]: index for index in self._config.learned_indices}
        return preview_sheet(generator, photos, styles)

    def evaluate(self, generator: Generator) -> dict[str, dict[str, float]]:
        """Losses on the fixed photographs, at strength 1."""
        objective = self._objective(len(self._training.stages) - 1)
        photos = tf.constant(np.stack(self._source.fixed_photos(FIXED_PHOTOS)))
        targets = objective.content_targets(photos)
        strength = tf.ones([len(photos), 1])
        losses = {}
        for index, style in enumerate(self._config.learned_styles):
            style_weights = tf.one_hot([index] * len(photos), len(self._selection))
            of_all = tf.matmul(style_weights, self._selection)
            stylized = generator.stylize(photos, of_all, strength)
            terms = objective(stylized, targets, style_weights, strength)
            losses[style.name] = {
                term.name: float(tf.reduce_mean(getattr(terms, term.name)))
                for term in dataclasses.fields(terms)
            }
        return losses

    @property
    def data(self) -> str:
        """See `Task`."""
        photographs = self._source.photographs
        return f"{len(photographs)} photographs ({photographs.source})"

    def summary(self) -> dict[str, Any]:
        """See `Task`."""
        photographs = self._source.photographs
        return {
            "photographs": {
                "source": photographs.source,
                "terms": photographs.terms,
                "count": len(photographs),
                "broken": {str(path): reason for path, reason in self.broken.items()},
            }
        }

    @property
    def photographs(self) -> Sequence[Path]:
        """See `Task`."""
        return self._source.photographs.paths

    @property
    def broken(self) -> dict[Path, str]:
        """Photographs that could not be read so far, and why."""
        return self._source.broken

    @property
    def bytes_to_come(self) -> int:
        """Memory that decoded photographs will still take."""
        return self._source.bytes_to_come


def inside(images: tf.Tensor, context: int) -> tf.Tensor:
    """Images `[batch, height, width, 3]` without `context` pixels on every side."""
    return images[:, context : -context or None, context : -context or None]
