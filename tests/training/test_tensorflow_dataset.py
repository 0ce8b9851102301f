import shutil
from pathlib import Path

import numpy as np
import pytest
import tensorflow_datasets as tfds

from stylekit.errors import StylekitError
from stylekit.imaging.load import load_rgb
from stylekit.training.photographs import open_photographs


@pytest.fixture
def image_folder(photo_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Three images of split `train` and one of `test`, laid out as `tfds.ImageFolder` wants."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    root = tmp_path / "dataset"
    for name, source in {
        "train/cat/1.png": "a.png",
        "train/cat/2.jpg": "b.jpg",
        "train/dog/3.png": "deep/c.png",
        "test/dog/4.png": "e.png",
    }.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(photo_folder / source, root / name)
    return root


def test_an_image_folder_is_stored_shrunk_once(image_folder: Path) -> None:
    found = open_photographs(f"tfds:{image_folder}", 20)
    assert len(found) == 3
    assert found.source == f"tfds:{image_folder}"
    assert [load_rgb(path).shape for path in found.paths] == [(20, 24, 3)] * 3
    written = [path.stat().st_mtime_ns for path in found.paths]
    again = open_photographs(f"tfds:{image_folder}", 20)
    assert [path.stat().st_mtime_ns for path in again.paths] == written


def test_the_images_are_those_of_the_dataset(image_folder: Path) -> None:
    found = open_photographs(f"tfds:{image_folder}:test", 1000)
    dataset = tfds.ImageFolder(str(image_folder)).as_dataset(split="test")
    (example,) = dataset.as_numpy_iterator()
    difference = np.abs(load_rgb(found.paths[0]) - example["image"] / 255)
    assert difference.mean() < 0.02  # stored as JPEG


def _prepare(source: Path, data_dir: Path) -> Path:
    """A dataset `pets` of the images below `source`, as `tfds build` would leave it."""
    folder = data_dir / "pets" / "1.0.0"
    folder.mkdir(parents=True)
    info = tfds.core.DatasetInfo(
        builder=tfds.core.DatasetIdentity("pets", "1.0.0", str(folder), module_name=""),
        features=tfds.features.FeaturesDict({"image": tfds.features.Image(shape=(None, None, 3))}),
        license="CC0",
    )
    writer = tfds.core.SequentialWriter(info, max_examples_per_shard=10)
    writer.initialize_splits(["train"])
    writer.add_examples({"train": [{"image": str(path)} for path in sorted(source.rglob("*.*g"))]})
    writer.close_all()
    return folder


def test_a_prepared_dataset_by_name_and_by_folder(image_folder: Path, tmp_path: Path) -> None:
    folder = _prepare(image_folder / "train", tmp_path / "prepared")
    found = open_photographs(f"tfds:{folder}", 16)
    assert len(found) == 3 and found.terms == "CC0"
    assert len(open_photographs(f"tfds:{folder}:train[:2]", 16)) == 2
    tfds.core.add_data_dir(tmp_path / "prepared")
    assert len(open_photographs("tfds:pets", 16)) == 3
    assert len(open_photographs("tfds:pets:1.0.0:train[1:]", 16)) == 2


def test_broken_images_are_left_out(image_folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    (image_folder / "train" / "cat" / "0.jpg").write_bytes(b"no image")
    assert len(open_photographs(f"tfds:{image_folder}", 16)) == 3
    assert "skipped 1 broken images" in caplog.text


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("tfds:no_such_dataset_at_all", "there is no dataset 'tfds:no_such_dataset_at_all'"),
        ("tfds:mnist", "not on this machine.*tfds build mnist"),
        ("tfds:", "write tfds:NAME"),
    ],
)
def test_missing_datasets(source: str, message: str, image_folder: Path) -> None:
    with pytest.raises(StylekitError, match=message) as caught:
        open_photographs(source, 16)
    assert "\n" not in str(caught.value)


def test_a_missing_split_and_a_folder_of_another_kind(image_folder: Path, tmp_path: Path) -> None:
    with pytest.raises(StylekitError, match="no split 'validation'"):
        open_photographs(f"tfds:{image_folder}:validation", 16)
    (tmp_path / "empty").mkdir()
    with pytest.raises(StylekitError, match="leave out 'tfds:'"):
        open_photographs(f"tfds:{tmp_path / 'empty'}", 16)
    assert not list((tmp_path / "cache").rglob(".*"))
