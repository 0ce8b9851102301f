"""`stylekit transfer` on drawn pictures with a random loss network."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from stylekit.cli.main import main
from stylekit.imaging.load import load_rgb
from stylekit.imaging.save import save

Transfer = Callable[..., tuple[int, str, str]]


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """A folder with a photo 48×32 of a gradient, two paintings, and masks of its halves."""
    random = np.random.default_rng(0)
    rows, columns = np.mgrid[0:32, 0:48].astype(np.float32)
    save(tmp_path / "photo.png", np.dstack([rows / 31, columns / 47, 0.5 + 0 * rows]))
    save(tmp_path / "red.png", random.random((40, 40, 3)) * [1, 0.2, 0.2])
    save(tmp_path / "blue.png", random.random((40, 40, 3)) * [0.2, 0.2, 1])
    left = np.repeat((columns < 24)[:, :, None], 3, axis=2)
    save(tmp_path / "left.png", left.astype(np.float32))
    save(tmp_path / "right.png", 1 - left.astype(np.float32))
    save(tmp_path / "black.png", 0 * left.astype(np.float32))
    save(tmp_path / "small_mask.png", np.ones((8, 8, 3), np.float32))
    save(tmp_path / "tiny.png", np.ones((4, 9, 3), np.float32))
    return tmp_path


@pytest.fixture
def transfer(
    pictures: Path,
    random_vgg: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Transfer:
    monkeypatch.chdir(pictures)

    def run(*arguments: str) -> tuple[int, str, str]:
        common = ["--loss-weights", random_vgg, "--precision", "float32", "-o", "out.png"]
        with pytest.raises(SystemExit) as end:
            main(["transfer", *arguments, *common])
        captured = capsys.readouterr()
        assert isinstance(end.value.code, int)
        return end.value.code, captured.out, captured.err

    return run


@pytest.mark.slow
def test_paintings_by_weight(transfer: Transfer) -> None:
    style = ("--style-weight", "50", "--iterations", "8")
    means = []
    for weights in ("1,0", "0,1"):
        code, out, _ = transfer("photo.png", "red.png", "blue.png", "--painting-weights", weights,
                                *style)  # fmt: skip
        assert code == 0
        assert out.startswith("out.png: 48x32, 8 iterations, loss ")
        means.append(load_rgb("out.png").mean(axis=(0, 1)))
    assert means[0][0] > means[1][0] + 0.05  # redder
    assert means[0][2] < means[1][2] - 0.05


@pytest.mark.slow
def test_masks_give_each_painting_its_region(transfer: Transfer) -> None:
    code, _, _ = transfer(
        "photo.png", "red.png", "blue.png", "--mask", "left.png", "--mask", "right.png",
        "--style-weight", "50", "--iterations", "12",
    )  # fmt: skip
    assert code == 0
    picture, photo = load_rgb("out.png"), load_rgb("photo.png")
    change = picture - photo
    left, right = change[:, :20].mean(axis=(0, 1)), change[:, 28:].mean(axis=(0, 1))
    assert left[0] - left[2] > right[0] - right[2] + 0.1


def test_colors_are_kept(transfer: Transfer) -> None:
    assert (
        transfer("photo.png", "red.png", "--preserve-color", "luminance", "--iterations", "3")[0]
        == 0
    )
    kept, photo = load_rgb("out.png"), load_rgb("photo.png")
    inside = (kept.min(axis=2) > 0.01) & (kept.max(axis=2) < 0.99)
    moved = (kept - photo)[inside]  # all three channels by the same amount
    np.testing.assert_allclose(moved, np.repeat(moved[:, :1], 3, axis=1), atol=2 / 255)


@pytest.mark.parametrize("preset", ["paper", "neural-style"])
def test_presets(transfer: Transfer, preset: str) -> None:
    code, out, _ = transfer("photo.png", "red.png", "--preset", preset, "--iterations", "3")
    assert code == 0 and "48x32, 3 iterations" in out


def test_layers_by_the_names_of_keras(transfer: Transfer) -> None:
    layers = ("--style-layers", "block1_conv1,block2_conv1", "--content-layers", "block3_conv1")
    assert transfer("photo.png", "red.png", *layers, "--iterations", "1")[0] == 0


@pytest.mark.slow
def test_resume_and_files_on_the_way(transfer: Transfer) -> None:
    files = ("--checkpoint", "state.npz", "--checkpoint-every", "3", "--gif", "run.gif")
    schedule = ("--schedule", "32:4,full:5")
    assert transfer("photo.png", "red.png", *schedule, *files, "--preview", "now.png")[0] == 0
    whole = Path("out.png").read_bytes()
    assert Path("run.gif").is_file() and Path("now.png").is_file()
    code, out, _ = transfer("photo.png", "red.png", *schedule, *files, "--preview", "now.png",
                            "--resume")  # fmt: skip
    assert code == 0 and "9 iterations" in out
    assert Path("out.png").read_bytes() == whole
    code, _, err = transfer("photo.png", "blue.png", *schedule, *files, "--resume")
    assert code == 2 and "other pictures or settings" in err


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["tiny.png", "red.png"], "relu4_1 needs at least 8"),
        (["photo.png", "red.png", "--schedule", "8:3,full:3"], "the photo, in this schedule, is"),
        (["photo.png", "red.png", "--style-layers", "relu9_9"], "choose among relu1_1, relu1_2"),
        (["photo.png", "red.png", "--content-weight", "0", "--style-weight", "0"], "all weights"),
        (["photo.png", "red.png", "--painting-weights", "0"], "weights of all paintings are zero"),
        (["photo.png", "red.png", "--painting-weights", "1,2"], "1 paintings were given, and 2"),
        (["photo.png", "red.png", "--painting-weights", "x"], "must be numbers"),
        (["photo.png", "red.png", "--mask", "small_mask.png"], "mask 1 is 8x8, the photo 48x32"),
        (["photo.png", "red.png", "--mask", "black.png"], "black everywhere"),
        (
            ["photo.png", "red.png", "--mask", "left.png", "--painting-weights", "1"],
            "give only one",
        ),
        (["photo.png", "red.png", "--preset", "papers"], "did you mean 'paper'?"),
        (["photo.png", "red.png", "--schedule", "full"], "such as 256:450,full:100"),
        (["photo.png", "red.png", "--resume"], "--resume needs --checkpoint"),
        (["photo.png", "red.png", "--gif", "run.png"], "must end in .gif"),
        (["photo.png", "red.png", "--checkpoint", "a/b.npz"], "No such file"),
        (["photo.png"], "Missing argument"),
    ],
)
def test_mistakes_are_one_line_and_leave_nothing(
    transfer: Transfer, arguments: list[str], reason: str
) -> None:
    before = sorted(Path().iterdir())
    code, out, err = transfer(*arguments)
    assert code == 2 and out == ""
    assert reason in err and err.startswith("stylekit: ") and err.count("\n") == 1
    assert sorted(Path().iterdir()) == before
