import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from stylekit.errors import StylekitError
from stylekit.imaging.animation import write_gif
from stylekit.imaging.load import load
from stylekit.imaging.save import can_save, image_format, save, save_bytes

SUFFIXES = [".png", ".PNG", ".jpg", ".jpeg", ".webp", ".tif", ".tiff", ".bmp"]


@pytest.mark.parametrize("suffix", [".png", ".tif", ".bmp"])
def test_lossless_formats_round_to_the_nearest_of_255_steps(
    tmp_path: Path, suffix: str, photo: np.ndarray
) -> None:
    save(tmp_path / f"a{suffix}", photo)
    np.testing.assert_array_equal(
        load(tmp_path / f"a{suffix}").rgb, np.rint(photo * 255).astype(np.float32) / 255
    )


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_the_suffix_names_the_format(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a{suffix}"
    save(path, np.full((5, 7, 3), 0.5, np.float32))
    with Image.open(path) as image:
        assert image.format == image_format(path)
        assert image.size == (7, 5)
    np.testing.assert_allclose(load(path).rgb, 0.5, atol=0.01)


def test_values_outside_are_clipped(tmp_path: Path) -> None:
    save(tmp_path / "a.png", np.array([[[-0.5, 0.5, 1.5]]], np.float32))
    assert np.asarray(Image.open(tmp_path / "a.png")).tolist() == [[[0, 128, 255]]]


@pytest.mark.parametrize("suffix", [".png", ".tif"])
def test_alpha_is_kept(tmp_path: Path, suffix: str, photo: np.ndarray) -> None:
    alpha = photo[:, :, 0]
    save(tmp_path / f"a{suffix}", photo, alpha)
    picture = load(tmp_path / f"a{suffix}")
    assert picture.alpha is not None
    np.testing.assert_array_equal(picture.alpha, np.rint(alpha * 255).astype(np.float32) / 255)
    np.testing.assert_array_equal(picture.rgb, np.rint(photo * 255).astype(np.float32) / 255)


@pytest.mark.parametrize("suffix", [".jpg", ".bmp"])
def test_alpha_is_laid_on_white_where_there_is_none(tmp_path: Path, suffix: str) -> None:
    black = np.zeros((16, 16, 3), np.float32)
    save(tmp_path / f"a{suffix}", black, np.full((16, 16), 0.25, np.float32))
    picture = load(tmp_path / f"a{suffix}")
    assert picture.alpha is None
    np.testing.assert_allclose(picture.rgb, 0.75, atol=0.01)


@pytest.mark.parametrize("suffix", [".png", ".bmp"])
def test_bytes_are_written_as_floats_are(tmp_path: Path, suffix: str, photo: np.ndarray) -> None:
    rgb = np.rint(photo * 255).astype(np.uint8)
    for alpha in (None, rgb[:, :, 0]):
        save_bytes(tmp_path / f"bytes{suffix}", rgb, alpha)
        floats = None if alpha is None else alpha / np.float32(255)
        save(tmp_path / f"floats{suffix}", rgb / np.float32(255), floats)
        ours, theirs = (
            np.asarray(Image.open(tmp_path / f"{name}{suffix}")) for name in ("bytes", "floats")
        )
        assert ours.shape == theirs.shape and np.abs(ours.astype(int) - theirs).max() <= 1


def test_saturated_edges_survive_jpeg(tmp_path: Path) -> None:
    # Columns of one pixel, red and blue in turn: 4:2:0 would mix them to purple.
    stripes = np.zeros((16, 16, 3), np.float32)
    stripes[:, ::2, 0] = stripes[:, 1::2, 2] = 1
    save(tmp_path / "a.jpg", stripes, quality=100)
    np.testing.assert_allclose(load(tmp_path / "a.jpg").rgb, stripes, atol=0.05)


def test_quality_shrinks_the_file(tmp_path: Path, photo: np.ndarray) -> None:
    save(tmp_path / "high.jpg", photo)
    save(tmp_path / "low.jpg", photo, quality=30)
    assert (tmp_path / "low.jpg").stat().st_size < (tmp_path / "high.jpg").stat().st_size


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".webp", ".tif"])
def test_an_srgb_profile_is_embedded_and_files_are_reproducible(
    tmp_path: Path, suffix: str, photo: np.ndarray
) -> None:
    from stylekit.imaging import save as module

    save(tmp_path / f"a{suffix}", photo)
    module._srgb_profile.cache_clear()
    save(tmp_path / f"b{suffix}", photo)
    assert (tmp_path / f"a{suffix}").read_bytes() == (tmp_path / f"b{suffix}").read_bytes()
    with Image.open(tmp_path / f"a{suffix}") as image:
        assert image.info["icc_profile"][24:26] == (2000).to_bytes(2, "big")


def test_an_unknown_suffix_lists_those_known(tmp_path: Path) -> None:
    assert not can_save("a.gif") and can_save("a.JPG")
    for name in ("a.gif", "a"):
        with pytest.raises(StylekitError, match=r"unknown suffix.*\.png, \.jpg"):
            save(tmp_path / name, np.zeros((1, 1, 3), np.float32))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("rgb", "alpha", "message"),
    [
        (np.zeros((4, 4)), None, "shape"),
        (np.zeros((4, 4, 4)), None, "shape"),
        (np.zeros((0, 4, 3)), None, "shape"),
        (np.zeros((4, 4, 3)), np.zeros((4, 5)), "alpha"),
        (np.full((4, 4, 3), np.nan), None, "NaN"),
    ],
)
def test_arrays_that_are_no_image(
    tmp_path: Path, rgb: np.ndarray, alpha: np.ndarray | None, message: str
) -> None:
    with pytest.raises(StylekitError, match=message):
        save(tmp_path / "a.png", rgb, alpha)
    assert list(tmp_path.iterdir()) == []


def test_an_image_too_large_for_its_format_leaves_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(StylekitError, match="a.webp"):
        save(tmp_path / "a.webp", np.zeros((1, 16384, 3), np.float32))
    assert list(tmp_path.iterdir()) == []


@contextmanager
def full_disk() -> Iterator[None]:
    """As on a disk with 4 kB left: what fits of a write is written, and the next one fails.

    No fixture: its limit would still hold when pytest writes to its log, which is longer.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_full_disk_leaves_the_file_as_it_was(
    tmp_path: Path, suffix: str, capfd: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / f"a{suffix}"
    path.write_bytes(b"before")
    with full_disk(), pytest.raises(StylekitError, match="cannot write.*File too large"):
        save(path, np.random.default_rng(0).random((80, 80, 3), np.float32))
    assert path.read_bytes() == b"before" and list(tmp_path.iterdir()) == [path]
    assert capfd.readouterr() == ("", "")


def test_an_animation_on_a_full_disk(tmp_path: Path) -> None:
    frames = [
        np.random.default_rng(seed).integers(0, 256, (80, 80, 3), np.uint8) for seed in range(3)
    ]
    with full_disk(), pytest.raises(StylekitError, match="cannot write.*File too large"):
        write_gif(tmp_path / "a.gif", frames)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(StylekitError, match="No such file or directory"):
        save(tmp_path / "none" / "a.png", np.zeros((1, 1, 3), np.float32))
