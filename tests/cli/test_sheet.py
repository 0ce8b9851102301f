from pathlib import Path

import numpy as np
import pytest

from stylekit.cli.main import main
from stylekit.imaging.load import load_rgb
from stylekit.imaging.save import save


@pytest.fixture
def photo_file(tmp_path: Path) -> Path:
    save(tmp_path / "photo.png", np.full((48, 64, 3), [0.2, 0.4, 0.6]))
    return tmp_path / "photo.png"


def _sheet(*arguments: str | Path) -> object:
    with pytest.raises(SystemExit) as raised:
        main(["sheet", *map(str, arguments)])
    return raised.value.code


def test_one_photo_in_every_style(
    photo_file: Path, tiny_model: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _sheet(photo_file, "--model", tiny_model, "--size", "64") == 0
    target = photo_file.with_name("photo_sheet.jpg")
    sheet = load_rgb(target)
    assert capsys.readouterr().out == (
        f"{target}: {sheet.shape[1]}x{sheet.shape[0]}, negative, blur\n"
    )
    # The photo, its negative and its blurred copy beside each other.
    assert sheet.shape[1] == 4 + 3 * (64 + 4)
    middle = sheet[-30]
    np.testing.assert_allclose(middle[36], [0.2, 0.4, 0.6], atol=0.03)
    np.testing.assert_allclose(middle[36 + 68], [0.8, 0.6, 0.4], atol=0.03)
    np.testing.assert_allclose(middle[36 + 136], [0.2, 0.4, 0.6], atol=0.03)


def test_photos_strengths_and_blends(photo_file: Path, tiny_model: Path, tmp_path: Path) -> None:
    out = tmp_path / "sheet.png"
    assert (
        _sheet(
            photo_file, photo_file, "--model", tiny_model, "--size", "32", "-o", out,
            "--strengths", "0,0.5", "--blends",
        )
        == 0
    )  # fmt: skip
    sheet = load_rgb(out)
    step = 36
    cells = [
        [sheet[-(step * row) + 16, -(step * column) + 16] for column in (4, 3, 2, 1)]
        for row in (4, 3, 2, 1)
    ]
    photo = [0.2, 0.4, 0.6]
    at_half = [photo, [0.5, 0.5, 0.5], [0.35, 0.45, 0.55], photo]
    np.testing.assert_allclose(cells, [[photo] * 4, at_half] * 2, atol=0.01)


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (["--strengths", "0,2"], "from 0 to 1, not '2'"),
        (["--strengths", ""], "from 0 to 1, not ''"),
        (["-o", "sheet.xyz"], "unknown suffix"),
        (["-o", "photo.png"], "'photo.png' would be written over"),
        (["--preserve-color", "x"], "unknown way"),
        (["--model", "clasics"], "did you mean 'classics'"),
        (["."], "give FOLDER/*"),
    ],
)
def test_bad_input(
    photo_file: Path,
    options: list[str],
    reason: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(photo_file.parent)
    assert _sheet(photo_file.name, *options) == 2
    captured = capsys.readouterr()
    assert reason in captured.err and captured.err.count("\n") == 1 and captured.out == ""
    assert list(photo_file.parent.iterdir()) == [photo_file]


def test_a_folder_is_no_photo(capsys: pytest.CaptureFixture[str]) -> None:
    assert _sheet(".") == 2
    assert "give FOLDER/*" in capsys.readouterr().err
