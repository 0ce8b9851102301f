import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from stylekit import StylekitError, Stylizer
from stylekit.cli.main import main
from stylekit.imaging.save import save
from stylekit.inference import look, plan
from stylekit.inference.card import ModelCard
from stylekit.inference.plan import plan_photo


def test_time_and_size_grow_with_pixels(tmp_path: Path, tiny_model: Path) -> None:
    rng = np.random.default_rng(0)
    for name, side in (("small", 100), ("large", 800)):
        save(tmp_path / f"{name}.png", rng.random((side, side, 3)))
    stylizer = Stylizer(tiny_model, threads=1)
    small, large = (plan_photo(stylizer, tmp_path / f"{n}.png", 1) for n in ("small", "large"))
    assert (large.width, large.height, large.threads) == (800, 800, 1)
    assert large.seconds > small.seconds > 0
    assert large.megabytes_of_picture == pytest.approx(800 * 800 * 3 / 1e6, rel=0.4)
    assert large.megabytes_of_memory is not None and large.megabytes_of_machine is not None
    assert 10 < large.megabytes_of_memory < large.megabytes_of_machine


def test_of_a_strip_the_margin_counts(tmp_path: Path) -> None:
    """classics sees (16 + 2 · 16) × (20000 + 2 · 16) pixels of it, 12 times those of 256²."""
    save(tmp_path / "strip.png", np.zeros((10, 20_000, 3)))
    save(tmp_path / "square.png", np.zeros((256, 256, 3)))
    stylizer = Stylizer("classics", threads=1)
    strip, square = (plan_photo(stylizer, tmp_path / f"{n}.png", 1) for n in ("strip", "square"))
    assert 3 < strip.seconds / square.seconds < 48


def test_the_command(tmp_path: Path, tiny_model: Path, capsys: pytest.CaptureFixture[str]) -> None:
    save(tmp_path / "photo.png", np.zeros((30, 40, 3)))
    with pytest.raises(SystemExit) as raised:
        main(["info", str(tiny_model), "--plan", str(tmp_path / "photo.png"), "--json"])
    planned = json.loads(capsys.readouterr().out)
    assert raised.value.code == 0
    assert (planned["photo"], planned["width"]) == (str(tmp_path / "photo.png"), 40)
    with pytest.raises(SystemExit):
        main(["info", str(tiny_model), "--plan", str(tmp_path / "photo.png")])
    words = [line.split(": ")[0] for line in capsys.readouterr().out.splitlines()]
    assert words == ["photo", "time", "memory", "disk"]
    with pytest.raises(SystemExit) as raised:
        main(["info", str(tiny_model), "--plan", str(tmp_path / "missing.png")])
    assert raised.value.code == 2 and "No such file" in capsys.readouterr().err


def test_a_photo_too_large_for_one_go(
    tmp_path: Path, tiny_card: ModelCard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plan, "MOST_PIXELS", 100_000)
    monkeypatch.setattr(look, "MOST_PIXELS", 100_000)
    exif = Image.Exif()
    exif[274] = 6  # lies on its side
    pixels = np.random.default_rng(0).integers(0, 256, (300, 400, 3), np.uint8)
    Image.fromarray(pixels).save(tmp_path / "photo.png", exif=exif)
    planned = plan_photo(Stylizer("classics", threads=1), tmp_path / "photo.png", 1)
    assert planned.in_tiles and planned.seconds > 0
    assert (planned.width, planned.height) == (300, 400)
    function = Stylizer(lambda photo, *_: photo, card=tiny_card)
    with pytest.raises(StylekitError, match="--max-size"):
        plan_photo(function, tmp_path / "photo.png", 1)
