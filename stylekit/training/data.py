"""Batches to train on: batch k is a function of the seed and k alone."""

import functools
import math
import threading
from collections.abc import Callable
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

import numpy as np
import tensorflow as tf
from PIL import Image

from stylekit.config import ContentConfig, DiversityConfig, StageConfig, TrainingConfig
from stylekit.errors import StylekitError
from stylekit.imaging.load import load_rgb
from stylekit.inference.noise_maps import STRIDE, NoiseMaps
from stylekit.training.photographs import Photographs
from stylekit.training.plain import plain_image
from stylekit.training.randomness import Purpose, stream
from stylekit.training.schedule import entropy_weight
from stylekit.training.visits import visited_step

# The crop's side, as a share of the photograph's shortest side, is drawn from this range.
# Photographs are kept at the size at which the smallest crop still has every pixel.
SMALLEST_CROP = 0.75

# Standard deviation of the noise on the images that are trained on, in grey levels of 255.
GRAIN = np.float32(1)

# Draws for each image of a batch: is it plain, crop's size, row, column, flip, style, is it at
# full strength, strength.
_DRAWS = 8


def kept_shortest_side(config: TrainingConfig) -> int:
    """Shortest side, in pixels, at which photographs are kept for all stages of a training."""
    return math.ceil(max(stage.scale_size for stage in config.stages) / SMALLEST_CROP)


def stage_index(config: TrainingConfig, step: int) -> int:
    """Index of the stage of a step, counted from 0 over all stages."""
    ends = accumulate(stage.steps for stage in config.stages)
    return next(index for index, end in enumerate(ends) if step < end)


def stage_start(config: TrainingConfig, index: int) -> int:
    """First step of a stage, counted over all stages."""
    return sum(stage.steps for stage in config.stages[:index])


def images_before(config: TrainingConfig, step: int) -> int:
    """Number of images that a training has seen when it comes to a step."""
    images = 0
    for stage in config.stages:
        images += min(step, stage.steps) * stage.batch_size
        step = max(0, step - stage.steps)
    return images


@dataclass(frozen=True)
class Batch:
    """What one step is trained on.

    Attributes:
        photos: float32 `[batch, size, size, 3]`, RGB in [0, 1]; context included.
        style_weights: float32 `[batch, styles]`, one-hot.
        strength: float32 `[batch, 1]` in [0, 1].
        noise: float32 `[batch, size / 4, size / 4, channels]` in [0, 1).
        entropy_weight: float32 `[batch]`, that of the step; like noise, None for a generator
            without noise.
    """

    photos: np.ndarray
    style_weights: np.ndarray
    strength: np.ndarray
    noise: np.ndarray | None = None
    entropy_weight: np.ndarray | None = None

    @property
    def elements(self) -> list[np.ndarray]:
        """What a step takes, in its order; noise and entropy come last, if there is noise."""
        elements = (self.photos, self.style_weights, self.strength)
        of_noise = (self.noise, self.entropy_weight)
        return [*elements, *(element for element in of_noise if element is not None)]


class PhotographCache:
    """Decoded photographs at a shortest side, kept in memory while a budget lasts.

    Attributes:
        broken: reasons why photographs could not be read, by path.
    """

    def __init__(self, photographs: Photographs, shortest_side: int, gigabytes: float) -> None:
        self._photographs = photographs
        self._shortest_side = shortest_side
        self._bytes_left = int(gigabytes * 1e9)
        self._kept: dict[int, np.ndarray] = {}
        self._lock = threading.Lock()
        self.broken: dict[Path, str] = {}

    @property
    def bytes_to_come(self) -> int:
        """Memory that photographs will still take, if the rest is like those that are kept."""
        if not self._kept:
            return 0
        kept = sum(pixels.nbytes for pixels in self._kept.values())
        rest = kept / len(self._kept) * (len(self) - len(self._kept))
        return min(self._bytes_left, int(rest))

    def __len__(self) -> int:
        return len(self._photographs)

    def get(self, index: int) -> np.ndarray | None:
        """Photograph as uint8 `[height, width, 3]`, or None if the file is broken."""
        kept = self._kept.get(index)
        path = self._photographs.paths[index]
        if kept is not None or path in self.broken:
            return kept
        try:
            pixels = self._decode(path)
        except StylekitError as error:
            with self._lock:
                self.broken[path] = str(error)
            return None
        with self._lock:
            if index not in self._kept and pixels.nbytes <= self._bytes_left:
                self._kept[index] = pixels
                self._bytes_left -= pixels.nbytes
        return pixels

    def _decode(self, path: Path) -> np.ndarray:
        picture = Image.fromarray(np.rint(load_rgb(path) * 255).astype(np.uint8))
        scale = self._shortest_side / min(picture.size)
        if scale < 1:
            width, height = (max(1, round(side * scale)) for side in picture.size)
            picture = picture.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=3)
        return np.asarray(picture)


class BatchSource:
    """Makes the batch of any step.

    Photographs come in an order that is shuffled anew for each epoch; each is cropped to a random
    square, flipped half of the time, and given a style and a strength. A broken photograph is
    replaced by one drawn for that place, so that the other images of the run stay what they are.
    An image that is visited several times is the same each time, but for style, strength and noise.
    Where diversity is measured, a batch has several images of each photograph, behind one
    another, which are equal but for their noise.

    Attributes:
        photographs: where they come from.

    Raises:
        StylekitError: none of the photographs can be read.
    """

    def __init__(
        self,
        photographs: Photographs,
        content: ContentConfig,
        training: TrainingConfig,
        style_count: int,
        seed: int,
        noise: NoiseMaps | None = None,
        diversity: DiversityConfig | None = None,
    ) -> None:
        """`noise` is what the generator takes."""
        self._noise = noise
        self._diversity = diversity or DiversityConfig()
        self.photographs = photographs
        self._cache = PhotographCache(
            photographs, kept_shortest_side(training), content.cache_gigabytes
        )
        self._plain_share = content.plain_share
        self._visits = content.visits
        self._training = training
        self._style_count = style_count
        self._seed = seed
        self._epoch_order = functools.lru_cache(maxsize=4)(self._shuffled)
        self._last_resort = self._first_readable(photographs)

    @property
    def broken(self) -> dict[Path, str]:
        """Photographs that could not be read so far, and why."""
        return dict(self._cache.broken)

    @property
    def bytes_to_come(self) -> int:
        """Memory that decoded photographs will still take."""
        return self._cache.bytes_to_come

    def fixed_photos(self, count: int) -> list[np.ndarray]:
        """Middle squares of up to `count` photographs, the same ones in every run.

        float32 RGB `[size, size, 3]` in [0, 1], at the size of the last stage.
        """
        size = self._training.stages[-1].image_size
        indices = np.linspace(0, len(self._cache) - 1, min(count, len(self._cache))).astype(int)
        found = [photo for i in indices if (photo := self._cache.get(int(i))) is not None]
        return [
            square_crop(photo, size, 1.0, 0.5, 0.5, 1.0).astype(np.float32) / np.float32(255)
            for photo in found
        ]

    def _first_readable(self, photographs: Photographs) -> np.ndarray:
        for index in range(len(photographs)):
            found = self._cache.get(index)
            if found is not None:
                return found
        path, reason = next(iter(self._cache.broken.items()))
        raise StylekitError(
            f"none of the {len(photographs)} photographs of {photographs.source} can be read; "
            f"the first is {path.name}: {reason}"
        )

    def batch(self, step: int) -> Batch:
        """The batch of a step, counted from 0 over all stages."""
        stage = self._training.stages[stage_index(self._training, step)]
        samples = self._diversity.samples
        draws = self._draws(step, stage)
        styles = (draws[:, 5] * self._style_count).astype(int)
        full = draws[:, 6] < stage.full_strength_share
        strength = np.where(full, 1.0, draws[:, 7]).astype(np.float32)[:, None]
        noise = self._noise_of(step, stage)
        weight = entropy_weight(self._diversity, step)
        return Batch(
            photos=np.repeat(self._images(self.visited_step(step), stage), samples, axis=0),
            style_weights=np.repeat(
                np.eye(self._style_count, dtype=np.float32)[styles], samples, axis=0
            ),
            strength=np.repeat(strength, samples, axis=0),
            noise=noise,
            entropy_weight=(
                None if noise is None else np.full(stage.batch_size, weight, np.float32)
            ),
        )

    def visited_step(self, step: int) -> int:
        """The step to which the images of a step belong; see `training.visits`."""
        index = stage_index(self._training, step)
        batch_size = self._training.stages[index].batch_size
        start = stage_start(self._training, index)
        return visited_step(step, start, batch_size, self._visits, self._seed)

    def _draws(self, step: int, stage: StageConfig) -> np.ndarray:
        slots = stage.batch_size // self._diversity.samples
        return stream(self._seed, Purpose.BATCH, step).random((slots, _DRAWS))

    def _images(self, step: int, stage: StageConfig) -> np.ndarray:
        """The images that belong to a step, float32 `[slots, size, size, 3]` in [0, 1]."""
        position = images_before(self._training, step) // self._diversity.samples
        images = [
            self._image(step, slot, position + slot, stage, draws)
            for slot, draws in enumerate(self._draws(step, stage))
        ]
        return self._grained(step, np.stack(images))

    def _noise_of(self, step: int, stage: StageConfig) -> np.ndarray | None:
        """Noise of another seed for each image of a batch."""
        if self._noise is None:
            return None
        seeds = stream(self._seed, Purpose.NOISE, step).integers(2**32, size=stage.batch_size)
        size = stage.seen_size
        return np.concatenate([self._noise.of(int(seed), size, size) for seed in seeds])

    def _grained(self, step: int, images: np.ndarray) -> np.ndarray:
        """uint8 images as float32 in [0, 1], with faint noise.

        Where an image is exactly flat, each instance normalization multiplies the gradient by
        1 / sqrt(epsilon); a dozen of them in a row overflow float32.
        """
        noise = stream(self._seed, Purpose.GRAIN, step).standard_normal(images.shape, np.float32)
        return np.clip((images + GRAIN * noise) / np.float32(255), 0, 1)

    def _image(
        self, step: int, slot: int, position: int, stage: StageConfig, draws: np.ndarray
    ) -> np.ndarray:
        """One image of a batch, uint8 `[size, size, 3]`."""
        plain, scale, row, column, flip = draws[:5]
        size = stage.seen_size
        if plain < self._plain_share:
            return plain_image(stream(self._seed, Purpose.PLAIN, step, slot), size)
        photo = self._photograph(step, slot, position)
        image = square_crop(photo, size, scale, row, column, size / stage.scale_size)
        return image[:, ::-1] if flip < 0.5 else image

    def _photograph(self, step: int, slot: int, position: int) -> np.ndarray:
        epoch, place = divmod(position, len(self._cache))
        found = self._cache.get(int(self._epoch_order(epoch)[place]))
        if found is not None:
            return found
        replacements = stream(self._seed, Purpose.REPLACEMENT, step, slot)
        for index in replacements.integers(len(self._cache), size=100):
            found = self._cache.get(int(index))
            if found is not None:
                return found
        return self._last_resort

    def _shuffled(self, epoch: int) -> np.ndarray:
        return stream(self._seed, Purpose.EPOCH, epoch).permutation(len(self._cache))


def square_crop(
    photo: np.ndarray, size: int, scale: float, row: float, column: float, part: float
) -> np.ndarray:
    """A square of a photo, resized: uint8 `[height, width, 3]` → `[size, size, 3]`.

    `scale`, `row` and `column` in [0, 1) place the square: its side goes from `SMALLEST_CROP` of
    the shortest side to all of it, times `part`, and never more than the shortest side.
    """
    height, width = photo.shape[:2]
    share = (SMALLEST_CROP + (1 - SMALLEST_CROP) * scale) * part
    side = min(height, width) * min(1.0, share)
    top, left = row * (height - side), column * (width - side)
    square = Image.fromarray(photo).resize(
        (size, size), Image.Resampling.BICUBIC, box=(left, top, left + side, top + side)
    )
    return np.asarray(square)


def batches(
    make: Callable[[int], Batch],
    start: int,
    stop: int,
    stage: StageConfig,
    style_count: int,
    noise: NoiseMaps | None = None,
) -> tf.data.Dataset:
    """Batches of the steps from `start` to before `stop`, made ahead of their use.

    Elements are those of `Batch`, in the order of the steps; `noise` is what the generator takes.
    """
    images, size = stage.batch_size, stage.seen_size
    shapes = [[images, size, size, 3], [images, style_count], [images, 1]]
    if noise is not None:
        shapes += [[images, size // STRIDE, size // STRIDE, len(noise.cells)], [images]]

    def load(step: tf.Tensor) -> tuple[tf.Tensor, ...]:
        arrays = tf.numpy_function(
            lambda number: make(int(number)).elements, [step], [tf.float32] * len(shapes)
        )
        return tuple(tf.ensure_shape(*pair) for pair in zip(arrays, shapes, strict=True))

    dataset = tf.data.Dataset.range(start, stop)
    dataset = dataset.map(load, num_parallel_calls=2, deterministic=True).prefetch(4)
    options = tf.data.Options()
    options.experimental_distribute.auto_shard_policy = tf.data.experimental.AutoShardPolicy.OFF
    return dataset.with_options(options)
