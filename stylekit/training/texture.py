"""Training a texture network: noise in, the Gram matrices of samples as the objective."""

from typing import Any

import numpy as np
import tensorflow as tf

from stylekit.config import RunConfig, StageConfig
from stylekit.errors import StylekitError
from stylekit.imaging.sheet import contact_sheet
from stylekit.models.generator import TextureGenerator
from stylekit.models.registry import build_texture_generator
from stylekit.objectives.diversity import Diversity, DiversityObjective
from stylekit.objectives.style_transfer import TINY, StyleTransferObjective
from stylekit.objectives.texture import textures_objective
from stylekit.perception.network import LossNetwork
from stylekit.training.data import images_before
from stylekit.training.randomness import Purpose, stream
from stylekit.training.run import RunDirectory, shrunk, style_sizes
from stylekit.training.schedule import entropy_weight
from stylekit.training.task import Losses, Task

_LOSSES = ("total", "style", "variation")

# Pixels of a sample's shorter side, at least: the loss network halves it three times.
SMALLEST_SAMPLE = 32

# Pictures of each texture on the preview, and side of each in pixels.
_PREVIEWS, _CELL = 3, 192

# Pictures of each texture whose losses are evaluated.
_EVALUATED = 4


def check_sample(sample: np.ndarray, name: str) -> None:
    """Raise StylekitError unless a sample `[height, width, 3]` has something to be learned."""
    height, width = sample.shape[:2]
    if min(height, width) < SMALLEST_SAMPLE:
        raise StylekitError(
            f"the texture {name!r} has {width}x{height} pixels: give at least {SMALLEST_SAMPLE} a "
            "side"
        )
    if float(np.ptp(sample, axis=(0, 1)).max()) < 1 / 255:
        raise StylekitError(f"the texture {name!r} has one colour only: there is nothing to learn")


class TextureLoss:
    """The texture objective on what a generator makes of noise."""

    def __init__(
        self,
        objective: StyleTransferObjective,
        image_balance: str,
        diversity: DiversityObjective | None = None,
    ) -> None:
        """`objective`: see `objectives.texture.textures_objective`.

        `diversity` compares the pictures of a texture, which lie behind one another in a batch.
        """
        self._objective = objective
        self._balanced = image_balance == "log"
        self._diversity = diversity

    def prepare(self, *_: tf.Tensor) -> tuple[()]:
        """Nothing: textures have no content."""
        return ()

    def __call__(
        self,
        generator: TextureGenerator,
        _: tuple[()],
        texture_weights: tf.Tensor,
        entropy_weight: tf.Tensor,
        *noise: tf.Tensor,
    ) -> Losses:
        """Nothing prepared; texture weights `[batch, textures]`, one-hot; that of the entropy
        `[batch]`; noise as the generator takes it.
        """
        images = generator.model([*noise, texture_weights])
        terms = self._objective(images, {}, texture_weights, tf.ones([tf.shape(images)[0], 1]))
        minimised = tf.math.log(terms.total + TINY) if self._balanced else terms.total
        measured = {"total": terms.total, "style": terms.style, "variation": terms.variation}
        if self._diversity is not None:
            diversity = self._diversity(images)
            minimised -= entropy_weight * diversity.entropy
            measured |= {**diversity._asdict(), "entropy_weight": entropy_weight}
        return Losses(minimised, measured)


class TextureTask(Task[TextureGenerator]):
    """Samples of textures, for a network that makes more of them from noise."""

    def __init__(self, config: RunConfig, run: RunDirectory, network: LossNetwork) -> None:
        """`run` has the samples by the time of the first loss."""
        self._config = config
        self._training = config.training
        self._diversity = config.objective.diversity
        self.measured = _LOSSES
        if self._diversity.samples > 1:
            self.measured += (*Diversity._fields, "entropy_weight")
        self._run = run
        self._noise = self.build("float32").noise
        self.network = network

    def build(self, dtype_policy: str) -> TextureGenerator:
        """See `Task`."""
        count = len(self._config.styles)
        return build_texture_generator(self._config.generator, count, dtype_policy)

    def check_size(self, generator: TextureGenerator, stage: StageConfig) -> None:
        """See `Task`."""
        if stage.image_size % generator.multiple_of:
            raise StylekitError(
                f"image_size {stage.image_size} does not suit the generator "
                f"{self._config.generator.name!r}: take a multiple of {generator.multiple_of}"
            )

    def dataset(self, stage: int, start: int, stop: int) -> tf.data.Dataset:
        """See `Task`. Elements are `(texture_weights, entropy_weight, *noise)`."""
        settings = self._training.stages[stage]
        shapes: list[tuple[int, ...]] = [(settings.batch_size, len(self._config.styles))]
        shapes.append((settings.batch_size,))
        size = settings.image_size
        shapes += [(settings.batch_size, *noise.shape(size, size)) for noise in self._noise]

        def load(step: tf.Tensor) -> tuple[tf.Tensor, ...]:
            arrays = tf.numpy_function(
                lambda number: self.batch(stage, int(number)), [step], [tf.float32] * len(shapes)
            )
            return tuple(tf.ensure_shape(*pair) for pair in zip(arrays, shapes, strict=True))

        return tf.data.Dataset.range(start, stop).map(load).prefetch(2)

    def batch(self, stage: int, step: int) -> list[np.ndarray]:
        """The batch of a step: one-hot texture weights, entropy's weight, noise of each scale.

        Textures come in rounds of all of them, each in an order of its own, and with as many
        pictures behind one another as are compared.
        """
        settings = self._training.stages[stage]
        count = len(self._config.styles)
        samples = self._diversity.samples
        first = images_before(self._training, step) // samples
        textures = [
            stream(self._config.seed, Purpose.EPOCH, place // count).permutation(count)[
                place % count
            ]
            for place in range(first, first + settings.batch_size // samples)
        ]
        random = stream(self._config.seed, Purpose.NOISE, step)
        size = settings.image_size
        noise = [
            random.random((settings.batch_size, *noise.shape(size, size)), np.float32)
            for noise in self._noise
        ]
        weights = np.eye(count, dtype=np.float32)[np.repeat(textures, samples)]
        weight = entropy_weight(self._diversity, step)
        return [weights, np.full(settings.batch_size, weight, np.float32), *noise]

    def loss(self, stage: int) -> TextureLoss:
        """See `Task`."""
        several = self._diversity.samples > 1
        diversity = DiversityObjective(self.network, self._diversity) if several else None
        return TextureLoss(self._objective(stage), self._training.image_balance, diversity)

    def _objective(self, stage: int) -> StyleTransferObjective:
        size = style_sizes(self._config)[stage]
        samples = [shrunk(sample, size) for sample in self._run.read_styles()]
        image_size = self._training.stages[stage].image_size
        return textures_objective(self.network, self._config.objective, samples, image_size)

    def preview(self, generator: TextureGenerator) -> np.ndarray:
        """A row for each texture: its sample, and what the network makes of the same noise."""
        size = self._training.stages[-1].image_size
        rows = []
        for index, sample in enumerate(self._run.read_styles()):
            made = [self._made(generator, index, seed, size) for seed in range(_PREVIEWS)]
            rows.append([shrunk(sample, style_sizes(self._config)[-1]), *made])
        return contact_sheet(rows, self._config.style_names, [""] * (1 + _PREVIEWS), _CELL)

    def evaluate(self, generator: TextureGenerator) -> dict[str, dict[str, float]]:
        """Losses of a few pictures of each texture, at the size of the last stage."""
        last = len(self._training.stages) - 1
        objective = self._objective(last)
        size = self._training.stages[last].image_size
        losses = {}
        for index, name in enumerate(self._config.style_names):
            pictures = [self._made(generator, index, seed, size) for seed in range(_EVALUATED)]
            weights = tf.one_hot([index] * _EVALUATED, len(self._config.styles))
            terms = objective(tf.stack(pictures), {}, weights, tf.ones([_EVALUATED, 1]))
            losses[name] = {key: float(tf.reduce_mean(getattr(terms, key))) for key in _LOSSES}
        return losses

    def _made(self, generator: TextureGenerator, index: int, seed: int, size: int) -> np.ndarray:
        """A picture of a texture; the same seeds give the same noise in every run."""
        return generator.sample(np.eye(len(self._config.styles))[index], seed, size, size)

    @property
    def data(self) -> str:
        """See `Task`."""
        count = len(self._config.styles)
        return f"noise ({count} sample{'s' if count > 1 else ''})"

    def summary(self) -> dict[str, Any]:
        """See `Task`: nothing but the samples was trained on, and the configuration names them."""
        return {}
