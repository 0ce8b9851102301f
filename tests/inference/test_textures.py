"""Textures from a network small enough to check by hand, exported once."""

import dataclasses
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from stylekit.cli.main import main
from stylekit.errors import StylekitError
from stylekit.imaging.load import load_rgb
from stylekit.inference.card import ModelCard, embed_card
from stylekit.inference.noise import uniform
from stylekit.inference.textures import (
    NoiseInput,
    TextureSampler,
    noise_to_card,
)

NOISE = (NoiseInput("noise_4", 4, 1), NoiseInput("noise_1", 1, 3))
CARD = ModelCard(
    name="tiny",
    generator="hand-made",
    styles=["fine", "coarse"],
    margin=0,
    multiple_of=4,
    smallest=4,
    task="texture",
    noise=noise_to_card(NOISE),
)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Texture `fine` is the noise at full size, `coarse` the other in squares of 4 pixels."""
    import tensorflow as tf

    @tf.function(
        input_signature=[
            tf.TensorSpec([1, None, None, 1], tf.float32, name="noise_4"),
            tf.TensorSpec([1, None, None, 3], tf.float32, name="noise_1"),
            tf.TensorSpec([1, 2], tf.float32, name="texture_weights"),
        ]
    )
    def sample(noise_4, noise_1, texture_weights):  # type: ignore[no-untyped-def]
        fine, coarse = (tf.reshape(part, [1, 1, 1, 1]) for part in tf.split(texture_weights, 2, 1))
        squares = tf.concat([tf.keras.layers.UpSampling2D(4)(noise_4)] * 3, axis=-1)
        return {"texture": fine * noise_1 + coarse * squares}

    converter = tf.lite.TFLiteConverter.from_concrete_functions(
        [sample.get_concrete_function()], tf.Module()
    )
    path = tmp_path_factory.mktemp("textures") / "tiny.tflite"
    path.write_bytes(embed_card(bytes(converter.convert()), CARD))
    return path


@pytest.fixture
def sampler(model: Path) -> TextureSampler:
    return TextureSampler(model, threads=1)


def test_a_seed_gives_its_noise_in_streams_of_the_inputs(sampler: TextureSampler) -> None:
    fine = sampler.sample(seed=5, height=8, width=12)
    np.testing.assert_allclose(fine, uniform(5, 1, (8, 12, 3)), atol=1e-6)
    coarse = sampler.sample("coarse", 5, 8, 12)
    squares = np.kron(uniform(5, 0, (2, 3)), np.ones((4, 4), np.float32))
    np.testing.assert_allclose(coarse, np.stack([squares] * 3, axis=-1), atol=1e-6)
    blend = sampler.sample("coarse:3,fine:1", 5, 8, 12)
    np.testing.assert_allclose(blend, 0.75 * coarse + 0.25 * fine, atol=1e-5)


def test_a_size_that_the_network_does_not_divide_is_cropped(sampler: TextureSampler) -> None:
    whole = sampler.sample("coarse", 1, 12, 8)
    np.testing.assert_array_equal(sampler.sample("coarse", 1, 9, 7), whole[:9, :7])


def test_a_tileable_picture_of_such_a_size_has_no_seam(sampler: TextureSampler) -> None:
    def steps(picture: np.ndarray) -> tuple[float, float]:
        """Mean difference across the seam, and between neighbouring rows and columns inside."""
        seam = [np.abs(picture[0] - picture[-1]), np.abs(picture[:, 0] - picture[:, -1])]
        inside = [np.abs(np.diff(picture, axis=axis)) for axis in (0, 1)]
        return float(np.mean(np.concatenate(seam))), max(float(part.mean()) for part in inside)

    # Noise whose neighbours are alike, so that a border would show.
    smooth = [
        np.sin(np.arange(64) / 64 * 2 * np.pi)[:, None] + np.cos(np.arange(64) / 64 * 2 * np.pi)
    ]
    picture = np.stack([0.5 + 0.2 * smooth[0]] * 3, axis=-1)[None].astype(np.float32)
    closed = TextureSampler(lambda noise, weights: picture, card=CARD)
    seam, inside = steps(closed.sample(height=61, width=62, tileable=True))
    assert seam < 1.5 * inside
    seam, inside = steps(closed.sample(height=61, width=62))
    assert seam > 3 * inside


def test_a_walk_passes_through_all_seeds_and_closes(sampler: TextureSampler) -> None:
    frames = list(sampler.walk("fine", [3, 8], 4, 16, 16))
    assert len(frames) == 8
    np.testing.assert_allclose(frames[0], sampler.sample("fine", 3, 16, 16), atol=1e-6)
    np.testing.assert_allclose(frames[4], sampler.sample("fine", 8, 16, 16), atol=1e-6)
    # Half-way, noise of two seeds keeps the variance that it has at them; here it is clipped.
    half = sampler._run, list(sampler.walk("fine", [3, 8], 2, 16, 16))[1]
    assert half[1].std() > 0.9 * frames[0].std()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"texture": "corse"}, "unknown texture 'corse', did you mean 'coarse'"),
        ({"texture": "fine:-1"}, "the weight of texture 'fine' must be a number of at least 0"),
        ({"height": 3}, "a texture of 256x3 pixels is below the smallest of the model 'tiny': 4x4"),
        ({"seed": 1.5}, "the seed must be a whole number from 0 to 4294967295, not 1.5"),
        ({"seed": -1}, "the seed must be a whole number from 0 to 4294967295, not -1"),
    ],
)
def test_what_cannot_be_sampled(sampler: TextureSampler, arguments: dict, message: str) -> None:
    with pytest.raises(StylekitError, match=message):
        sampler.sample(**arguments)


def test_threads_take_turns() -> None:
    running = threading.Lock()

    def network(noise: Sequence[np.ndarray], weights: np.ndarray) -> np.ndarray:
        assert running.acquire(blocking=False), "another thread is in the network"
        time.sleep(0.01)
        running.release()
        return noise[-1]

    sampler = TextureSampler(network, card=CARD)
    with ThreadPoolExecutor(4) as pool:
        for size, picture in zip(
            (8, 12, 16, 20),
            pool.map(lambda size: sampler.sample(height=size), (8, 12, 16, 20)),
            strict=True,
        ):
            assert picture.shape == (size, 256, 3)


def test_models_of_another_kind(tiny_model: Path, model: Path, tmp_path: Path) -> None:
    with pytest.raises(StylekitError, match="'tiny' paints photographs and makes no textures"):
        TextureSampler(tiny_model)
    style = dataclasses.replace(CARD, noise={})
    with pytest.raises(StylekitError, match="the model card is damaged: noise"):
        TextureSampler(lambda *_: np.zeros(1), card=style)
    other = tmp_path / "other.tflite"
    renamed = dataclasses.replace(CARD, noise=noise_to_card([NoiseInput("noise_2", 2, 1)]))
    other.write_bytes(embed_card(model.read_bytes(), renamed))
    with pytest.raises(StylekitError, match="must have the inputs noise_2, texture_weights"):
        TextureSampler(other)


def _run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as raised:
        main(arguments)
    return int(raised.value.code or 0)


def test_the_command(model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out.png"
    assert _run("sample", str(model), "--size", "8x12", "--seed", "5", "-o", str(out)) == 0
    assert capsys.readouterr().out.startswith(f"{out}: 12x8, fine, seed 5, ")
    expected = TextureSampler(model).sample(None, 5, 8, 12)
    np.testing.assert_allclose(load_rgb(out), expected, atol=0.5 / 255 + 1e-6)
    several = ("sample", str(model), "--texture", "coarse:1,fine:3", "--size", "8")
    assert _run(*several, "--count", "2", "-o", str(out)) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(", ")[1] for line in lines] == ["75% fine + 25% coarse"] * 2
    assert (tmp_path / "out_0.png").is_file() and (tmp_path / "out_1.png").is_file()


def test_the_command_says_nothing_of_litert(model: Path, tmp_path: Path) -> None:
    # In a process of its own: LiteRT says only once that it starts.
    for name in ("one.png", "walk.gif"):
        code = "from stylekit.cli.main import main; main()"
        command = [sys.executable, "-c", code, "sample", str(model), "--size", "8"]
        result = subprocess.run(
            [*command, "-o", str(tmp_path / name)], capture_output=True, text=True
        )
        assert (result.returncode, result.stderr) == (0, "")


def test_an_animation(model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "walk.gif"
    assert _run("sample", str(model), "--size", "8", "--count", "2", "-o", str(out)) == 0
    assert capsys.readouterr().out == f"{out}: 8x8, fine, 2 seeds, 32 frames\n"
    with Image.open(out) as picture:
        assert picture.n_frames == 32 and picture.info["loop"] == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("-o", "x.xyz"), "unknown suffix '.xyz'"),
        (("--size", "3", "-o", "x.png"), "a texture of 3x3 pixels is below the smallest"),
        (("--size", "0x9", "-o", "x.png"), "a size is HEIGHTxWIDTH"),
        (("--size", "200000", "-o", "x.png"), "has more than 64 megapixels"),
        (("--count", "1", "-o", "x.gif"), "an animation passes through at least 2"),
        (("--seed", "4294967295", "--count", "2", "-o", "x.png"), "2 seeds from 4294967295"),
        (("--texture", "none", "-o", "x.png"), "unknown texture 'none'"),
    ],
)
def test_bad_input_is_one_line_and_leaves_nothing(
    model: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: tuple[str, ...],
    message: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert _run("sample", str(model), *arguments) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert message in line
    assert list(tmp_path.iterdir()) == []


def test_no_tensorflow(model: Path, tmp_path: Path) -> None:
    script = (
        "import sys; from stylekit.inference.textures import TextureSampler; "
        f"TextureSampler({str(model)!r}).sample(height=8, width=8); "
        "sys.exit('tensorflow' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
