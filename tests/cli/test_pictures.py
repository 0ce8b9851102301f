"""`stylekit texture`, `doodle` and `dream` on drawn pictures with a random loss network."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from stylekit.cli.main import main
from stylekit.imaging.load import load_rgb
from stylekit.imaging.save import save

Run = Callable[..., tuple[int, str, str]]

DOODLE = "doodle --style style.png --style-mask style_mask.png --target-mask target_mask.png"


@pytest.fixture
def run(
    tmp_path: Path,
    random_vgg: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Run:
    """Runs a command in a folder with a style, masks and a photo."""
    random = np.random.default_rng(0)
    style_mask = np.zeros((40, 48, 3), np.float32)
    style_mask[:, 24:] = [0, 1, 0]
    style = random.random((40, 48, 3)) * 0.3
    style[:, :24, 2] += 0.6  # the black half is blue
    style[:, 24:, 0] += 0.6  # the green half is red
    target_mask = np.zeros((32, 48, 3), np.float32)
    target_mask[:16] = [0, 1, 0]
    save(tmp_path / "style.png", style)
    save(tmp_path / "style_mask.png", style_mask)
    save(tmp_path / "target_mask.png", target_mask)
    save(tmp_path / "one_color.png", 0 * target_mask)
    yellow = target_mask.copy()
    yellow[16:] = [1, 1, 0]
    save(tmp_path / "yellow.png", yellow)
    save(tmp_path / "photo.png", random.random((32, 48, 3)))
    save(tmp_path / "small.png", random.random((12, 48, 3)))
    save(tmp_path / "small_mask.png", style_mask[:12])
    monkeypatch.chdir(tmp_path)

    def run(line: str) -> tuple[int, str, str]:
        command, *arguments = line.split()
        with pytest.raises(SystemExit) as end:
            main([command, "-o", "out.png", "--loss-weights", random_vgg, *arguments])
        captured = capsys.readouterr()
        assert isinstance(end.value.code, int)
        return end.value.code, captured.out, captured.err

    return run


@pytest.mark.slow
@pytest.mark.parametrize("method", ["gram", "patch"])
def test_doodles_put_regions_where_the_mask_says(run: Run, method: str) -> None:
    code, out, _ = run(f"{DOODLE} --method {method} --steps 14 --precision float32")
    assert code == 0 and out.startswith("out.png: 48x32, 14 iterations")
    picture = load_rgb("out.png")
    top, bottom = picture[:12].mean(axis=(0, 1)), picture[20:].mean(axis=(0, 1))
    assert top[0] > top[2] + 0.3 and bottom[2] > bottom[0] + 0.3


def test_a_doodle_over_a_photo_in_another_size(run: Run) -> None:
    code, out, _ = run(
        f"{DOODLE} --content photo.png --size 64 --steps 2 --distance smooth_l1 --layers "
        "block1_conv1,relu3_1"
    )
    assert code == 0 and out.startswith("out.png: 64x43, 2 iterations")


def test_regions_that_are_not_used_are_reported(run: Run) -> None:
    mask = load_rgb("style_mask.png")
    mask[:12, :12] = [0, 0, 1]
    save("three.png", mask)
    code, _, err = run(
        "doodle --style style.png --style-mask three.png --target-mask target_mask.png --steps 1"
    )
    assert code == 0 and "are not used: #0000ff" in err


def test_textures(run: Run) -> None:
    code, out, _ = run(
        "texture style.png --size 32x48 --seamless --steps 2 --match-histogram --layers "
        "relu1_1,block2_pool"
    )
    assert code == 0 and out.startswith("out.png: 48x32, 2 iterations")


def test_dreams(run: Run) -> None:
    code, out, _ = run("dream photo.png --layer relu2_2,relu3_1 --octaves 2 --steps 2 --size 40")
    assert code == 0 and out.startswith("out.png: 40x27, relu2_2,relu3_1")


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (f"{DOODLE} --content style.png", "the photo is 48x40, the target mask 48x32"),
        (DOODLE.replace("style_mask.png", "target_mask.png", 1), "the style is 48x40, its mask"),
        (DOODLE.replace("target_mask.png", "one_color.png"), "target mask has one colour, #000000"),
        (DOODLE.replace("target_mask.png", "yellow.png"), "#ffff00, which the style mask lacks"),
        (
            f"{DOODLE} --method patch".replace("style.png", "small.png").replace(
                "style_mask.png", "small_mask.png"
            ),
            "a patch of relu4_1 needs 24",
        ),
        (f"{DOODLE} --layers relu9_1", "choose among relu1_1"),
        ("texture style.png --size 2x", "a size is HEIGHTxWIDTH"),
        ("texture style.png --size 40x40 --seamless", "multiples of 16"),
        ("texture style.png --size 8x8", "relu5_1 needs at least 16"),
        ("texture style.png --preview ./style.png", "'style.png' would be written over"),
        (f"{DOODLE} --gif a.gif -o target_mask.png", "'target_mask.png' would be written over"),
        ("dream photo.png --guide small.png -o small.png", "'small.png' would be written over"),
        ("dream small.png --layer relu5_1", "the photo is 48x12 pixels: relu5_1 needs"),
        ("dream photo.png --layer relu5_9", "choose among relu1_1"),
    ],
)
def test_mistakes_are_one_line_and_leave_nothing(run: Run, line: str, reason: str) -> None:
    before = sorted(Path().iterdir())
    code, out, err = run(line)
    assert code == 2 and out == ""
    assert reason in err and err.startswith("stylekit: ") and err.count("\n") == 1
    assert sorted(Path().iterdir()) == before
