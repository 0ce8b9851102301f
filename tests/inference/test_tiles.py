import itertools

import numpy as np
import pytest

from stylekit.imaging.window import pad_for_model
from stylekit.inference.card import ModelCard
from stylekit.inference.maps import Sums
from stylekit.inference.stylizer import Stylizer
from stylekit.inference.tiles import PaddedPhoto, surroundings, tiles


@pytest.mark.parametrize("length", [16, 128, 132, 320, 324, 640, 1000])
def test_kept_parts_cover_a_picture_once(length: int) -> None:
    height, width = length, 236
    covered = np.zeros((height, width), int)
    for tile in tiles(height, width, (128, 160), 24):
        covered[tile.kept_rows, tile.kept_columns] += 1
        for whole, kept, side, computed in (
            (tile.rows, tile.kept_rows, height, 128),
            (tile.columns, tile.kept_columns, width, 160),
        ):
            assert whole.stop - whole.start == min(side, computed)
            assert 0 <= whole.start <= kept.start < kept.stop <= whole.stop <= side
            # What was cut off stays away from what is kept.
            assert whole.start == 0 or kept.start - whole.start >= 24
            assert whole.stop == side or whole.stop - kept.stop >= 24
            assert whole.start % 4 == kept.start % 4 == kept.stop % 4 == 0
    assert (covered == 1).all()


def test_the_kept_part_lies_in_the_computed_one() -> None:
    picture = np.arange(300 * 200).reshape(300, 200)
    for tile in tiles(300, 200, (96, 96), 16):
        computed = picture[tile.rows, tile.columns]
        np.testing.assert_array_equal(
            computed[tile.kept], picture[tile.kept_rows, tile.kept_columns]
        )


def test_a_padded_photo_is_that_of_the_whole_path(tiny_card: ModelCard) -> None:
    for height, width in itertools.product((1, 7, 33), repeat=2):
        photo = np.random.default_rng(width).random((height, width, 3), np.float32)
        expected, _ = pad_for_model(photo, 2, 4, 8)
        padded = PaddedPhoto(photo, tiny_card)
        assert (padded.height, padded.width) == expected.shape[:2]
        np.testing.assert_array_equal(padded.part(slice(None), slice(None)), expected)
        part = padded.part(slice(4, 12), slice(0, 8))
        np.testing.assert_array_equal(part, expected[4:12, :8])


def test_a_photo_smaller_than_a_file_is_reflected_up_to_its_size(tiny_card: ModelCard) -> None:
    photo = np.arange(9, dtype=np.float32)[:, None, None].repeat(40, 1).repeat(3, 2)
    padded = PaddedPhoto(photo, tiny_card, at_least=(28, 16))
    assert (padded.height, padded.width) == (28, 44)
    rows = padded.part(slice(None), slice(None))[:, 0, 0]
    there, back = [*range(8)], [*range(8, 0, -1)]
    np.testing.assert_array_equal(rows, [2, 1, *there, *back, *there, 8, 7])


def test_bytes_become_floats_tile_by_tile(tiny_card: ModelCard) -> None:
    photo = np.full((8, 8, 3), 51, np.uint8)
    part = PaddedPhoto(photo, tiny_card).part(slice(0, 4), slice(0, 4))
    assert part.dtype == np.float32
    np.testing.assert_allclose(part, 0.2)


def test_more_blocks_see_further(tiny_card: ModelCard) -> None:
    assert surroundings(tiny_card) == 56
    recipe = {"generator": {"blocks": 9}}
    card = ModelCard(**{**vars(tiny_card), "recipe": recipe})
    assert surroundings(card) == 88


def test_sums_of_parts_give_the_statistics_of_the_whole() -> None:
    features = np.random.default_rng(0).normal(50, 0.1, (24, 20, 3)).astype(np.float32)
    sums = Sums([3])
    for rows in (slice(0, 7), slice(7, 24)):
        sums.add(0, features[rows])
    vector = sums.statistics()
    assert vector.shape == (1, 1, 1, 7) and vector[0, 0, 0, 0] == 1
    exact = features.astype(np.float64)
    np.testing.assert_allclose(vector[0, 0, 0, 1:4], exact.mean(axis=(0, 1)), rtol=1e-6)
    np.testing.assert_allclose(vector[0, 0, 0, 4:], exact.var(axis=(0, 1)), rtol=1e-4)


@pytest.mark.parametrize("shape", [(1, 1, 3), (40, 30, 3)])
def test_exact_tiles_of_one_colour(shape: tuple[int, ...]) -> None:
    """Deviations of zero magnify what earlier normalizations lack, until these are right."""
    stylizer = Stylizer("classics", threads=1, precise=True)
    photo = np.full(shape, 0.5, np.float32)
    exact = stylizer.stylize_in_tiles(photo, mode="exact")
    np.testing.assert_allclose(exact, stylizer.stylize(photo), atol=0.05)
