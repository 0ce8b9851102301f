from pathlib import Path

from stylekit.imaging.folder import images_below


def test_images_in_the_order_of_their_names(tmp_path: Path) -> None:
    for name in ("b.JPG", "a/c.png", "a.txt", ".hidden.jpg", ".git/d.jpg", "a/b/e.webp"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    (tmp_path / "a" / "up").symlink_to(tmp_path)
    found = [path.relative_to(tmp_path).as_posix() for path in images_below(tmp_path)]
    assert found == ["a/b/e.webp", "a/c.png", "b.JPG"]
