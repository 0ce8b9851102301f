import json
from pathlib import Path

import pytest

from stylekit import zoo
from stylekit.errors import StylekitError
from stylekit.web import site as site_module
from stylekit.web.site import Site, make_site


@pytest.fixture(autouse=True)
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A page of two files in the place of the built one."""
    folder = tmp_path / "page"
    (folder / "wasm").mkdir(parents=True)
    (folder / "index.html").write_text("<title>page</title>")
    (folder / "wasm" / "runtime.js").write_text("run()")
    monkeypatch.setattr(site_module, "_PLACES", (folder,))
    return folder


def test_shipped_models_come_with_their_previews() -> None:
    site = make_site()
    index = json.loads(site.read("models/index.json") or b"")
    shipped = zoo.find(index[0]["name"])
    # Those that paint photographs: a page has nothing to show a texture network.
    assert [entry["name"] for entry in index] == ["classics", "starry_noise"]
    assert site.read(index[0]["file"]) == shipped.tflite.read_bytes()
    for style, path in index[0]["previews"].items():
        assert site.read(path) == shipped.previews[style].read_bytes()
    assert site.read("wasm/runtime.js") == b"run()"
    assert site.read("../setup.py") is None


def test_own_models(tiny_model: Path, tmp_path: Path) -> None:
    site = make_site([tiny_model, "classics"])
    assert [e["name"] for e in json.loads(site.read("models/index.json") or b"")] == [
        "tiny",
        "classics",
    ]
    site.write(tmp_path / "out")
    assert (tmp_path / "out/models/0/model.tflite").read_bytes() == tiny_model.read_bytes()
    with pytest.raises(StylekitError, match="not empty"):
        site.write(tmp_path / "out")


def test_a_page_that_cannot_be_finished_leaves_nothing(tmp_path: Path) -> None:
    files = {"index.html": b"<html>", "models/0/model.tflite": tmp_path / "vanished.tflite"}
    with pytest.raises(StylekitError, match="No such file"):
        Site(files).write(tmp_path / "out")
    assert list((tmp_path / "out").iterdir()) == []
    (tmp_path / "vanished.tflite").write_bytes(b"here")
    Site(files).write(tmp_path / "out")
    written = [path for path in (tmp_path / "out").rglob("*") if path.is_file()]
    assert sorted(path.name for path in written) == ["index.html", "model.tflite"]


@pytest.mark.parametrize(
    ("model", "reason"), [("clasics", "did you mean 'classics'"), ("missing.tflite", "cannot read")]
)
def test_models_that_are_not_there(model: str, reason: str) -> None:
    with pytest.raises(StylekitError, match=reason):
        make_site([model])


def test_a_page_that_was_not_built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(site_module, "_PLACES", (tmp_path / "nowhere",))
    with pytest.raises(StylekitError, match="make page"):
        make_site()
