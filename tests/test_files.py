from pathlib import Path

import pytest

from stylekit.errors import StylekitError
from stylekit.files import atomic_path, require_writable


def test_a_file_takes_its_place_on_success(tmp_path: Path) -> None:
    target = tmp_path / "a.txt"
    target.write_text("old")
    with atomic_path(target) as temporary:
        temporary.write_text("new")
        assert temporary.parent == tmp_path
        assert target.read_text() == "old"
    assert target.read_text() == "new"
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_nothing_changes_on_failure(tmp_path: Path, error: type[BaseException]) -> None:
    target = tmp_path / "a.txt"
    target.write_text("old")
    with pytest.raises(error), atomic_path(target) as temporary:
        temporary.write_text("half")
        raise error
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


def test_a_full_disk_is_a_users_error_that_names_the_file(tmp_path: Path) -> None:
    target = tmp_path / "a.txt"
    with pytest.raises(StylekitError, match=r"a\.txt.*No space left"), atomic_path(target) as _:
        Path("/dev/full").write_text("x" * 100_000)
    assert list(tmp_path.iterdir()) == []


def test_a_link_keeps_pointing_to_its_file(tmp_path: Path) -> None:
    real, link = tmp_path / "real.txt", tmp_path / "link.txt"
    link.symlink_to(real)
    with atomic_path(link) as temporary:
        temporary.write_text("new")
    assert link.is_symlink() and real.read_text() == "new"


def test_a_long_name_is_written(tmp_path: Path) -> None:
    target = tmp_path / ("n" * 250)
    require_writable(target)
    with atomic_path(target) as temporary:
        temporary.write_text("new")
    assert target.read_text() == "new"


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("missing/a.txt", "No such file or directory"),
        ("file/a.txt", "Not a directory"),
        ("folder", "it is a folder"),
        ("/dev/null", "not a regular file"),
        ("n" * 300, "File name too long"),
    ],
)
def test_unwritable_paths(tmp_path: Path, name: str, reason: str) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "folder").mkdir()
    with pytest.raises(StylekitError, match=reason):
        require_writable(tmp_path / name)
    with pytest.raises(StylekitError, match=reason), atomic_path(tmp_path / name) as temporary:
        temporary.write_text("new")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "folder"]


def test_an_output_that_is_an_input(tmp_path: Path) -> None:
    photo, link = tmp_path / "a.png", tmp_path / "link.png"
    photo.write_text("photo")
    link.symlink_to(photo)
    for output in (photo, link, tmp_path / ".." / tmp_path.name / "a.png"):
        with pytest.raises(StylekitError, match="a.png' would be written over"):
            require_writable(output, [tmp_path / "b.png", photo])
    assert sorted(tmp_path.iterdir()) == [photo, link]


def test_require_writable_leaves_the_file_as_it_is(tmp_path: Path) -> None:
    target = tmp_path / "a.txt"
    target.write_text("old")
    require_writable(target)
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]
