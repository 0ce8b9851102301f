"""The shipped model is what its README, its card and the readers of runs take it for."""

import json
from pathlib import Path

import numpy as np
import pytest

from stylekit import Stylizer, zoo
from stylekit.config import parse_config, read_config, read_yaml
from stylekit.imaging.load import load_rgb
from stylekit.inference.card import read_card

STYLES = ["composition_vii", "great_wave", "shipwreck", "starry_night", "the_scream", "udnie"]


def test_files_of_every_style() -> None:
    model = zoo.find(zoo.DEFAULT)
    card = read_card(model.tflite)
    assert card.name == model.name and card.precision == "float16"
    assert card.styles == STYLES == list(model.previews)
    assert model.weights.is_file()
    for preview in model.previews.values():
        assert min(load_rgb(preview).shape[:2]) >= 256


def test_at_most_5_megabytes() -> None:
    files = (path for path in zoo.find(zoo.DEFAULT).run.rglob("*") if path.is_file())
    assert sum(path.stat().st_size for path in files) < 5e6


def test_notice_names_every_shipped_model() -> None:
    notice = (Path(__file__).parents[2] / "NOTICE").read_text(encoding="utf-8")
    assert all(f"`{name}`" in notice for name in zoo.names())


def test_all_models_together_have_at_most_10_megabytes() -> None:
    files = (path for name in zoo.names() for path in zoo.find(name).run.rglob("*"))
    assert sum(path.stat().st_size for path in files if path.is_file()) < 10e6


def test_no_path_of_the_machine_that_trained_it() -> None:
    model = zoo.find(zoo.DEFAULT)
    texts = [model.config.read_text(), (model.run / "summary.json").read_text()]
    texts.append(read_card(model.tflite).to_json())
    assert not any("/home" in text or "/root" in text or "/work" in text for text in texts)
    styles = parse_config(read_yaml(model.config)).styles
    assert all(Path(style.path).name == style.path for style in styles)


def test_terms_are_in_the_card() -> None:
    terms = read_card(zoo.find(zoo.DEFAULT).tflite).terms
    assert "research use" in terms["photographs"]
    assert "CC BY 4.0" in terms["loss network"]
    assert "public domain" in terms["styles"]


def test_summary_of_the_log() -> None:
    model = zoo.find(zoo.DEFAULT)
    summary = json.loads((model.run / "summary.json").read_text())
    assert summary["steps"] > 0 and summary["images"] > 0 and summary["minutes"] > 0
    assert list(summary["losses_by_style"]) == STYLES
    assert read_config(model.config).name == model.name
    assert read_card(model.tflite).training["images"] == summary["images"]


def test_styles_differ_and_strength_0_is_the_photo(photo: np.ndarray) -> None:
    stylizer = Stylizer(zoo.DEFAULT, threads=1)
    pictures = [stylizer.stylize(photo, style) for style in stylizer.styles]
    for i, picture in enumerate(pictures):
        assert np.abs(picture - photo).mean() > 0.02
        assert all(np.abs(picture - other).mean() > 0.02 for other in pictures[:i])
    np.testing.assert_array_equal(stylizer.stylize(photo, strength=0), photo)


@pytest.mark.slow
def test_it_reads_as_a_run() -> None:
    from stylekit.training.run import load_run

    runner, card = load_run(zoo.run_path(zoo.DEFAULT))
    photo = np.random.default_rng(0).random((32, 48, 3), np.float32)
    ours = Stylizer(runner, card=card).stylize(photo, "udnie")
    np.testing.assert_allclose(
        ours, Stylizer(zoo.DEFAULT, precise=True).stylize(photo, "udnie"), atol=0.03
    )
