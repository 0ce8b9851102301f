from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from stylekit.config import ContentConfig, RunConfig, StageConfig, TrainingConfig
from stylekit.errors import StylekitError
from stylekit.imaging.save import save
from stylekit.training import visits
from stylekit.training.data import (
    Batch,
    BatchSource,
    PhotographCache,
    batches,
    images_before,
    kept_shortest_side,
    square_crop,
    stage_index,
)
from stylekit.training.photographs import folder_photographs

TWO_STAGES = TrainingConfig(
    stages=[
        StageConfig(3, image_size=16, batch_size=2, context=0, full_strength_share=0.7),
        StageConfig(20, image_size=32, batch_size=3, context=0, full_strength_share=0.7),
    ]
)


def _source(
    folder: Path, seed: int = 5, styles: int = 3, content: ContentConfig | None = None
) -> BatchSource:
    content = content or ContentConfig(visits=1)
    return BatchSource(folder_photographs(folder), content, TWO_STAGES, styles, seed)


def _equal(one: Batch, other: Batch) -> bool:
    return all(
        np.array_equal(getattr(one, name), getattr(other, name))
        for name in ("photos", "style_weights", "strength")
    )


def test_stages_and_images_by_hand() -> None:
    assert [stage_index(TWO_STAGES, step) for step in (0, 2, 3, 22)] == [0, 0, 1, 1]
    assert [images_before(TWO_STAGES, step) for step in (0, 2, 3, 4, 23)] == [0, 4, 6, 9, 66]


def test_a_batch_depends_on_seed_and_step_alone(photo_folder: Path) -> None:
    one, other = _source(photo_folder), _source(photo_folder)
    forwards = [one.batch(step) for step in range(10)]
    backwards = [other.batch(step) for step in reversed(range(10))][::-1]
    assert all(_equal(a, b) for a, b in zip(forwards, backwards, strict=True))
    assert not _equal(forwards[4], forwards[5])
    assert not _equal(forwards[4], _source(photo_folder, seed=6).batch(4))


def test_without_a_cache_the_batches_are_the_same(photo_folder: Path) -> None:
    uncached = _source(photo_folder, content=ContentConfig(cache_gigabytes=0.0, visits=1))
    assert _equal(uncached.batch(7), _source(photo_folder).batch(7))


def test_shapes_and_ranges(photo_folder: Path) -> None:
    source = _source(photo_folder)
    assert source.batch(0).photos.shape == (2, 16, 16, 3)
    batch = source.batch(3)
    assert batch.photos.shape == (3, 32, 32, 3) and batch.photos.dtype == np.float32
    assert 0 <= batch.photos.min() < batch.photos.max() <= 1
    assert batch.style_weights.shape == (3, 3)
    assert (np.sort(batch.style_weights, axis=1) == [0, 0, 1]).all()


def test_context_comes_on_top_of_the_image_size(photo_folder: Path) -> None:
    training = TrainingConfig(stages=[StageConfig(1, image_size=16, batch_size=2, context=4)])
    source = BatchSource(folder_photographs(photo_folder), ContentConfig(), training, 1, seed=0)
    assert source.batch(0).photos.shape == (2, 24, 24, 3)
    (element,) = batches(source.batch, 0, 1, training.stages[0], style_count=1)
    assert element[0].shape == (2, 24, 24, 3)


def test_styles_and_strengths_are_drawn_as_configured(photo_folder: Path) -> None:
    source = _source(photo_folder)
    drawn = [source.batch(step) for step in range(3, 23)]
    styles = np.concatenate([batch.style_weights for batch in drawn]).sum(axis=0)
    assert styles.sum() == 60 and styles.min() > 8
    strengths = np.concatenate([batch.strength for batch in drawn])
    assert 0.5 < (strengths == 1).mean() < 0.9  # 0.7 of them
    assert 0 <= strengths.min() < 0.4


def test_an_epoch_shows_every_photograph_once(tmp_path: Path) -> None:
    folder = tmp_path / "flat"
    folder.mkdir()
    for level in range(6):
        save(folder / f"{level}.png", np.full((20, 20, 3), level / 10, np.float32))
    source = _source(folder)
    levels = [
        round(float(photo.mean()) * 10) for step in range(3) for photo in source.batch(step).photos
    ]
    assert sorted(levels) == [0, 1, 2, 3, 4, 5]
    second = [
        round(float(photo.mean()) * 10) for step in (3, 4) for photo in source.batch(step).photos
    ]
    assert sorted(second) == [0, 1, 2, 3, 4, 5] and second != levels


def test_broken_files_are_named_and_replaced_alike_in_any_order(photo_folder: Path) -> None:
    (photo_folder / "broken.jpg").write_bytes(b"no image")
    whole = (photo_folder / "b.jpg").read_bytes()
    (photo_folder / "deep" / "truncated.jpg").write_bytes(whole[: len(whole) // 2])
    one, other = _source(photo_folder), _source(photo_folder)
    forwards = [one.batch(step) for step in range(12)]
    assert {path.name for path in one.broken} == {"broken.jpg", "truncated.jpg"}
    assert all("truncated.jpg" in why for path, why in one.broken.items() if "trunc" in path.name)
    backwards = [other.batch(step) for step in reversed(range(12))][::-1]
    assert all(_equal(a, b) for a, b in zip(forwards, backwards, strict=True))


def test_no_image_is_exactly_flat(tmp_path: Path) -> None:
    save(tmp_path / "black.png", np.zeros((20, 20, 3), np.float32))
    photos = _source(tmp_path, content=ContentConfig(plain_share=0.0, visits=1)).batch(3).photos
    assert (photos.std(axis=(1, 2)) > 1 / 1000).all() and photos.max() < 6 / 255


def test_a_folder_of_broken_files(tmp_path: Path) -> None:
    for name in ("a.jpg", "b.png"):
        (tmp_path / name).write_bytes(b"")
    with pytest.raises(StylekitError, match=r"none of the 2 photographs .* a\.jpg.* empty"):
        _source(tmp_path)


def test_photographs_are_kept_shrunk_within_the_budget(photo_folder: Path) -> None:
    photographs = folder_photographs(photo_folder)  # five of 40×48
    cache = PhotographCache(photographs, shortest_side=20, gigabytes=3 * 20 * 24 * 3 / 1e9)
    arrays = [cache.get(index) for index in range(5)]
    assert [array.shape for array in arrays if array is not None] == [(20, 24, 3)] * 5
    again = [cache.get(index) for index in range(5)]
    assert [a is b for a, b in zip(arrays, again, strict=True)] == [True] * 3 + [False] * 2


def test_photographs_are_not_enlarged_in_the_cache(photo_folder: Path) -> None:
    found = PhotographCache(folder_photographs(photo_folder), 100, 1.0).get(0)
    assert found is not None and found.shape == (40, 48, 3)


def test_kept_size_holds_every_pixel_of_the_smallest_crop() -> None:
    assert kept_shortest_side(TWO_STAGES) == 43  # 32 / 0.75, rounded up


def test_square_crop_by_hand() -> None:
    photo = np.zeros((10, 20, 3), np.uint8)
    photo[:, 10:] = 200
    assert (square_crop(photo, 10, scale=1.0, row=0.3, column=0.0, part=1.0) == 0).all()
    assert (square_crop(photo, 10, scale=1.0, row=0.3, column=1.0, part=1.0) == 200).all()
    middle = square_crop(photo, 10, scale=1.0, row=0.5, column=0.5, part=1.0)
    assert (middle[:, :5] == 0).all() and (middle[:, 5:] == 200).all()
    # Half of the shortest side, in its lower right corner.
    corner = square_crop(photo, 5, scale=1.0, row=1.0, column=1.0, part=0.5)
    assert (corner == 200).all()


def test_plain_images_take_their_share(photo_folder: Path) -> None:
    source = _source(photo_folder, content=ContentConfig(plain_share=1.0, visits=1))
    other = _source(photo_folder, content=ContentConfig(plain_share=1.0, visits=1))
    assert _equal(source.batch(4), other.batch(4))
    assert not _equal(source.batch(4), _source(photo_folder).batch(4))


def test_fixed_photos_do_not_depend_on_the_seed(photo_folder: Path) -> None:
    one = _source(photo_folder, seed=1).fixed_photos(3)
    other = _source(photo_folder, seed=2).fixed_photos(3)
    assert [photo.shape for photo in one] == [(32, 32, 3)] * 3
    assert all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))
    assert len(_source(photo_folder).fixed_photos(50)) == 5


def test_the_pipeline_gives_the_batches_in_order(
    photo_folder: Path, tiny_config: Callable[..., RunConfig]
) -> None:
    source = _source(photo_folder)
    found = list(batches(source.batch, 5, 9, TWO_STAGES.stages[1], style_count=3))
    assert len(found) == 4
    for step, (photos, style_weights, strength) in enumerate(found, start=5):
        made = Batch(photos.numpy(), style_weights.numpy(), strength.numpy(), None, np.zeros(3))
        assert _equal(made, source.batch(step))


def test_visits_of_an_image_differ_in_style_and_strength_alone(
    photo_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(visits, "ROUND_IMAGES", 6)
    source = _source(photo_folder, content=ContentConfig(visits=3))
    once = _source(photo_folder)
    # The second stage has three images a step: rounds of two batches, and of six steps.
    steps = range(3, 21)
    visited = [source.visited_step(step) for step in steps]
    assert visited[:2] == [3, 4] and sorted(visited) == sorted([*range(3, 9)] * 3)
    for step, first in zip(steps, visited, strict=True):
        np.testing.assert_array_equal(source.batch(step).photos, once.batch(first).photos)
        np.testing.assert_array_equal(source.batch(step).strength, once.batch(step).strength)
        np.testing.assert_array_equal(
            source.batch(step).style_weights, once.batch(step).style_weights
        )
    strengths = [float(source.batch(step).strength.sum()) for step in steps]
    assert len(set(strengths)) > 6
