import io
import os
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageCms

from stylekit.errors import StylekitError
from stylekit.imaging.load import load, load_bytes, load_rgb, pixel_size

# Top row red, green, blue; bottom row black, grey, white.
PIXELS = np.array(
    [[[255, 0, 0], [0, 255, 0], [0, 0, 255]], [[0, 0, 0], [128, 128, 128], [255, 255, 255]]],
    np.uint8,
)


def _written(path: Path, image: Image.Image, **options: object) -> Path:
    image.save(path, **options)
    return path


def test_rgb_values_are_divided_by_255(tmp_path: Path) -> None:
    picture = load(_written(tmp_path / "a.png", Image.fromarray(PIXELS)))
    assert picture.rgb.dtype == np.float32
    np.testing.assert_array_equal(picture.rgb, PIXELS.astype(np.float32) / 255)
    assert picture.alpha is None


def test_an_open_stream_is_read(tmp_path: Path) -> None:
    stream = io.BytesIO(_written(tmp_path / "a.png", Image.fromarray(PIXELS)).read_bytes())
    np.testing.assert_array_equal(load_rgb(stream), PIXELS.astype(np.float32) / 255)


# What each EXIF orientation (tag 274) asks a viewer to do with the stored pixels.
UPRIGHT = {
    1: lambda a: a,
    2: lambda a: a[:, ::-1],
    3: lambda a: a[::-1, ::-1],
    4: lambda a: a[::-1],
    5: lambda a: a.swapaxes(0, 1),
    6: lambda a: np.rot90(a, -1),
    7: lambda a: a[::-1, ::-1].swapaxes(0, 1),
    8: lambda a: np.rot90(a),
}


@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_orientation(tmp_path: Path, orientation: int) -> None:
    exif = Image.Exif()
    exif[274] = orientation
    path = _written(tmp_path / "a.png", Image.fromarray(PIXELS), exif=exif)
    expected = UPRIGHT[orientation](PIXELS).astype(np.float32) / 255
    np.testing.assert_array_equal(load_rgb(path), expected)
    assert pixel_size(path) == (2, 3)


@pytest.mark.parametrize("orientation", [3, 6])
def test_exif_orientation_of_alpha_and_of_deep_grey(tmp_path: Path, orientation: int) -> None:
    exif = Image.Exif()
    exif[274] = orientation
    alpha = np.array([[0, 100, 200], [50, 150, 250]], np.uint8)
    rgba = Image.fromarray(np.dstack([PIXELS, alpha]))
    picture = load(_written(tmp_path / "a.png", rgba, exif=exif))
    upright = UPRIGHT[orientation](alpha).astype(np.float32) / 255
    np.testing.assert_array_equal(picture.alpha, upright)
    deep = Image.fromarray(alpha.astype(np.uint16) * 257)
    rgb = load_rgb(_written(tmp_path / "b.png", deep, exif=exif))
    np.testing.assert_allclose(rgb[:, :, 1], upright, atol=1e-6)


def _swapped_profile() -> bytes:
    """sRGB's profile with the red and green primaries exchanged."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return profile.replace(b"rXYZ", b"?XYZ").replace(b"gXYZ", b"rXYZ").replace(b"?XYZ", b"gXYZ")


def test_icc_profile_is_applied(tmp_path: Path) -> None:
    path = _written(tmp_path / "a.png", Image.fromarray(PIXELS), icc_profile=_swapped_profile())
    swapped = PIXELS[:, :, [1, 0, 2]].astype(np.float32) / 255
    np.testing.assert_allclose(load_rgb(path), swapped, atol=2 / 255)


def test_icc_profile_leaves_alpha_alone(tmp_path: Path) -> None:
    alpha = np.array([[0, 100, 200], [50, 150, 250]], np.uint8)
    rgba = Image.fromarray(np.dstack([PIXELS, alpha]))
    picture = load(_written(tmp_path / "a.png", rgba, icc_profile=_swapped_profile()))
    np.testing.assert_array_equal(picture.alpha, alpha.astype(np.float32) / 255)
    swapped = PIXELS[:, :, [1, 0, 2]].astype(np.float32) / 255
    np.testing.assert_allclose(picture.rgb, swapped, atol=2 / 255)


def test_a_damaged_icc_profile_is_passed_over(tmp_path: Path) -> None:
    path = _written(tmp_path / "a.png", Image.fromarray(PIXELS), icc_profile=b"no profile")
    np.testing.assert_array_equal(load_rgb(path), PIXELS.astype(np.float32) / 255)


def test_a_profile_of_other_channels_is_passed_over(tmp_path: Path) -> None:
    grey = Image.fromarray(PIXELS[:, :, 0])
    path = _written(tmp_path / "a.png", grey, icc_profile=_swapped_profile())
    np.testing.assert_array_equal(load_rgb(path)[:, :, 2], PIXELS[:, :, 0] / np.float32(255))


def test_grey(tmp_path: Path) -> None:
    rgb = load_rgb(_written(tmp_path / "a.png", Image.fromarray(PIXELS[:, :, 0])))
    assert rgb.shape == (2, 3, 3)
    for channel in range(3):
        np.testing.assert_array_equal(rgb[:, :, channel], PIXELS[:, :, 0] / np.float32(255))


def test_bilevel(tmp_path: Path) -> None:
    image = Image.fromarray(PIXELS[:, :, 0]).convert("1", dither=Image.Dither.NONE)
    rgb = load_rgb(_written(tmp_path / "a.png", image))
    np.testing.assert_array_equal(rgb[:, :, 0], [[1, 0, 0], [0, 1, 1]])


def test_grey_with_alpha(tmp_path: Path) -> None:
    image = Image.fromarray(np.dstack([PIXELS[:, :, 0], PIXELS[:, :, 1]]), "LA")
    picture = load(_written(tmp_path / "a.png", image))
    np.testing.assert_array_equal(picture.rgb[:, :, 2], PIXELS[:, :, 0] / np.float32(255))
    np.testing.assert_array_equal(picture.alpha, PIXELS[:, :, 1] / np.float32(255))


def test_cmyk(tmp_path: Path) -> None:
    # Cyan, magenta, yellow and black ink, each alone, in blocks that JPEG keeps.
    ink = np.repeat(np.eye(4, dtype=np.uint8)[None] * 255, 16, axis=0).repeat(16, axis=1)
    path = _written(tmp_path / "a.jpg", Image.fromarray(ink, "CMYK"), quality=100)
    colours = load_rgb(path)[8, 8::16]
    expected = [[0, 1, 1], [1, 0, 1], [1, 1, 0], [0, 0, 0]]
    np.testing.assert_allclose(colours, expected, atol=0.02)


def test_palette(tmp_path: Path) -> None:
    image = Image.fromarray(PIXELS).quantize(6)
    rgb = load_rgb(_written(tmp_path / "a.png", image))
    np.testing.assert_array_equal(rgb, PIXELS.astype(np.float32) / 255)


def test_palette_with_transparency(tmp_path: Path) -> None:
    image = Image.fromarray(PIXELS).quantize(6)
    red = image.getpixel((0, 0))
    picture = load(_written(tmp_path / "a.png", image, transparency=red))
    np.testing.assert_array_equal(picture.alpha, [[0, 1, 1], [1, 1, 1]])
    np.testing.assert_array_equal(picture.rgb, PIXELS.astype(np.float32) / 255)


def test_rgb_with_a_transparent_colour(tmp_path: Path) -> None:
    path = _written(tmp_path / "a.png", Image.fromarray(PIXELS), transparency=(0, 255, 0))
    np.testing.assert_array_equal(load(path).alpha, [[1, 0, 1], [1, 1, 1]])


@pytest.mark.parametrize("suffix", [".png", ".tif"])
def test_16_bit_grey_keeps_its_steps(tmp_path: Path, suffix: str) -> None:
    deep = np.array([[0, 1, 257], [32768, 65534, 65535]], np.uint16)
    rgb = load_rgb(_written(tmp_path / f"a{suffix}", Image.fromarray(deep)))
    np.testing.assert_allclose(rgb[:, :, 0], deep / 65535, atol=1e-7)
    np.testing.assert_array_equal(rgb[:, :, 0], rgb[:, :, 2])


def _png_16_bit_rgb(pixels: np.ndarray) -> bytes:
    """A PNG file of uint16 `[height, width, 3]`, which Pillow cannot write."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        checksum = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + checksum

    height, width = pixels.shape[:2]
    header = struct.pack(">IIBBBBB", width, height, 16, 2, 0, 0, 0)
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in pixels)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def test_16_bit_colour(tmp_path: Path) -> None:
    deep = PIXELS.astype(np.uint16) * 257
    path = tmp_path / "a.png"
    path.write_bytes(_png_16_bit_rgb(deep))
    np.testing.assert_allclose(load_rgb(path), PIXELS / 255, atol=1 / 255)


def test_floats_are_taken_as_they_are(tmp_path: Path) -> None:
    values = np.array([[0.25, 0.5, np.nan], [1.0, 2.0, -1.0]], np.float32)
    rgb = load_rgb(_written(tmp_path / "a.tif", Image.fromarray(values)))
    np.testing.assert_array_equal(rgb[:, :, 1], [[0.25, 0.5, 0], [1, 1, 0]])


def test_bytes_are_the_floats_times_255(tmp_path: Path) -> None:
    alpha = np.array([[0, 100, 200], [50, 150, 250]], np.uint8)
    images = {
        "rgb": Image.fromarray(PIXELS),
        "rgba": Image.fromarray(np.dstack([PIXELS, alpha])),
        "palette": Image.fromarray(PIXELS).convert("P"),
        "deep": Image.fromarray(alpha.astype(np.uint16) * 257),
    }
    for name, image in images.items():
        path = _written(tmp_path / f"{name}.png", image)
        floats, picture = load(path), load_bytes(path)
        assert picture.rgb.dtype == np.uint8
        np.testing.assert_allclose(picture.rgb, 255 * floats.rgb, atol=1e-4)
        assert (picture.alpha is None) == (name != "rgba")
    np.testing.assert_array_equal(load_bytes(images["rgba"]).alpha, alpha)


def test_an_image_of_pillow_is_a_source_and_stays_as_it_is() -> None:
    exif = Image.Exif()
    exif[274] = 6
    image = Image.fromarray(PIXELS)
    image.info["exif"] = exif.tobytes()
    np.testing.assert_array_equal(load_rgb(image), UPRIGHT[6](PIXELS).astype(np.float32) / 255)
    np.testing.assert_array_equal(np.asarray(image), PIXELS)
    assert pixel_size(image) == (2, 3)


def test_an_animation_gives_its_first_frame(tmp_path: Path) -> None:
    frames = [Image.new("RGB", (4, 3), colour) for colour in ("red", "blue")]
    path = _written(tmp_path / "a.gif", frames[0], save_all=True, append_images=frames[1:])
    np.testing.assert_allclose(load_rgb(path), np.broadcast_to([1, 0, 0], (3, 4, 3)))


@pytest.mark.parametrize("size", [(1, 1), (1, 7), (5, 1)])
def test_tiny_sizes(tmp_path: Path, size: tuple[int, int]) -> None:
    height, width = size
    path = _written(tmp_path / "a.jpg", Image.new("RGB", (width, height), "white"))
    np.testing.assert_allclose(load_rgb(path), np.ones((height, width, 3)), atol=0.01)


def _error(path: Path) -> str:
    with pytest.raises(StylekitError) as raised:
        load(path)
    assert str(path) in str(raised.value)
    return str(raised.value)


def test_a_missing_file_and_a_folder(tmp_path: Path) -> None:
    assert "No such file" in _error(tmp_path / "none.jpg")
    assert "directory" in _error(tmp_path)
    with pytest.raises(StylekitError, match="No such file"):
        pixel_size(tmp_path / "none.jpg")


def test_a_pipe_and_a_device(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.png")
    for path in (tmp_path / "pipe.png", Path("/dev/null")):
        with pytest.raises(StylekitError, match="it is not a regular file"):
            load(path)


def test_an_empty_file(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").touch()
    assert "is empty" in _error(tmp_path / "a.jpg")


def test_a_file_that_is_no_image(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_text("dear diary")
    assert "not an image" in _error(tmp_path / "a.jpg")


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".webp", ".gif", ".tif", ".bmp"])
def test_a_truncated_file(tmp_path: Path, suffix: str, photo: np.ndarray) -> None:
    image = Image.fromarray((photo * 255).astype(np.uint8))
    path = _written(tmp_path / f"a{suffix}", image)
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 6 // 10])
    assert "\n" not in _error(path)


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".webp", ".gif", ".tif", ".bmp"])
def test_damage_anywhere_is_read_or_refused_in_one_way(
    tmp_path: Path, suffix: str, photo: np.ndarray
) -> None:
    path = _written(tmp_path / f"a{suffix}", Image.fromarray((photo * 255).astype(np.uint8)))
    whole = path.read_bytes()
    random = np.random.default_rng(0)
    for _ in range(60):
        damaged = bytearray(whole)
        for place in random.integers(0, min(len(whole), 400), 4):
            damaged[place] = random.integers(256)
        path.write_bytes(damaged)
        try:
            rgb = load_rgb(path)
        except StylekitError as error:
            assert str(path) in str(error)
        else:
            assert rgb.ndim == 3 and rgb.min() >= 0 and rgb.max() <= 1


def test_a_decompression_bomb(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = _written(tmp_path / "a.png", Image.new("L", (2001, 2000)))
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 2_000_000)
    assert "more than 4 megapixels" in _error(path)
