from pathlib import Path

import pytest

from stylekit.errors import StylekitError
from stylekit.training.photographs import (
    PACKAGED,
    folder_photographs,
    open_photographs,
    packaged_photographs,
)


def test_a_folder_of_any_nesting_in_a_fixed_order(photo_folder: Path) -> None:
    (photo_folder / "notes.txt").write_text("no image")
    (photo_folder / ".hidden.png").write_bytes(b"")
    (photo_folder / ".thumbnails").mkdir()
    (photo_folder / ".thumbnails" / "a.png").write_bytes(b"")
    (photo_folder / "UPPER.JPG").write_bytes(b"")
    found = folder_photographs(photo_folder)
    names = [str(path.relative_to(photo_folder)) for path in found.paths]
    assert names == ["UPPER.JPG", "a.png", "b.jpg", "deep/c.png", "deep/er/d.png", "e.png"]


def test_links_are_followed_but_not_in_circles(photo_folder: Path, tmp_path: Path) -> None:
    root = tmp_path / "links"
    root.mkdir()
    (root / "all").symlink_to(photo_folder)
    (photo_folder / "deep" / "up").symlink_to(root)
    assert len(folder_photographs(root)) == 5


def test_folders_that_hold_nothing(tmp_path: Path) -> None:
    (tmp_path / "readme.md").write_text("")
    with pytest.raises(StylekitError, match=r"no images below .*\.jpg"):
        folder_photographs(tmp_path)
    with pytest.raises(StylekitError, match="is a file, not a folder"):
        folder_photographs(tmp_path / "readme.md")
    with pytest.raises(StylekitError, match=r"missing.* does not exist"):
        open_photographs(str(tmp_path / "missing"), 64)


def test_packages_carry_photographs_with_their_terms() -> None:
    found = packaged_photographs()
    assert len(found) == sum(len(files) for files in PACKAGED.values())
    assert all(path.is_file() for path in found.paths)
    assert "astronaut: NASA, public domain" in found.terms
    assert open_photographs(None, 64) == found


def test_without_those_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    with pytest.raises(StylekitError, match="--content DIR"):
        packaged_photographs()
