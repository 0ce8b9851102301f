from pathlib import Path

import pytest

from stylekit import zoo
from stylekit.errors import StylekitError
from stylekit.zoo import shipped


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A zoo of two models, of which only the first has previews and an int8 form."""
    for name in ("classics", "modern"):
        (tmp_path / name / "previews").mkdir(parents=True)
        (tmp_path / name / f"{name}.tflite").touch()
    (tmp_path / "classics" / "classics_dynamic.tflite").touch()
    for style in ("wave", "scream"):
        (tmp_path / "classics" / "previews" / f"{style}.jpg").touch()
    (tmp_path / "__pycache__").mkdir()
    monkeypatch.setattr(shipped, "FOLDER", tmp_path)
    return tmp_path


def test_names_and_files(folder: Path) -> None:
    assert zoo.names() == ["classics", "modern"]
    model = zoo.find("classics")
    assert model.name == "classics"
    assert model.tflite == folder / "classics" / "classics.tflite"
    assert model.dynamic == folder / "classics" / "classics_dynamic.tflite"
    assert model.weights == folder / "classics" / "generator.weights.h5"
    assert model.config == folder / "classics" / "config.yaml"
    assert list(model.previews) == ["scream", "wave"]
    assert zoo.find("modern").previews == {} and zoo.find("modern").dynamic is None


def test_an_unknown_name(folder: Path) -> None:
    with pytest.raises(StylekitError, match="'clasics': did you mean 'classics'"):
        zoo.find("clasics")
    with pytest.raises(StylekitError, match="shipped are classics, modern"):
        zoo.find("xyz")


def test_a_name_or_a_path(
    folder: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    monkeypatch.chdir(elsewhere)
    (elsewhere / "classics").mkdir()
    (elsewhere / "run").mkdir()
    assert zoo.model_path("classics") == folder / "classics" / "classics.tflite"
    assert zoo.run_path("classics") == folder / "classics"
    for path in ("./classics", "run", "runs/mine", "model.tflite", elsewhere / "none"):
        assert zoo.model_path(path) == zoo.run_path(path) == Path(path)
    with pytest.raises(StylekitError, match="did you mean 'modern'"):
        zoo.model_path("moderm")


def test_the_quicker_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dynamic = folder / "classics" / "classics_dynamic.tflite"
    monkeypatch.setattr(shipped, "processor_flags", lambda: {"avx2", "avx512_vnni"})
    assert zoo.quicker_path("classics") == dynamic
    for other in ("modern", "clasics", zoo.model_path("classics"), "./classics"):
        assert zoo.quicker_path(other) is None
    monkeypatch.setattr(shipped, "processor_flags", lambda: {"avx2", "avx_vnni"})
    assert zoo.quicker_path("classics") is None
