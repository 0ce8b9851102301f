import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from stylekit.errors import StylekitError
from stylekit.training.checkpoints import Checkpoint, load_newest, save_checkpoint


def _checkpoint(step: int) -> Checkpoint:
    arrays = {
        "generator/000": np.arange(6, dtype=np.float32).reshape(2, 3) + step,
        "optimizer/000": np.array(step),
    }
    return Checkpoint(step, arrays, {"seconds": 1.5, "rollbacks": 0})


class _Damaged:
    def __init__(self) -> None:
        self.names: list[str] = []

    def __call__(self, path: Path, reason: str) -> None:
        assert reason
        self.names.append(path.name)


def test_what_is_saved_is_loaded(tmp_path: Path) -> None:
    save_checkpoint(tmp_path, _checkpoint(7))
    found = load_newest(tmp_path, _Damaged())
    assert found.step == 7 and found.state == {"seconds": 1.5, "rollbacks": 0}
    expected = _checkpoint(7).arrays
    assert found.arrays.keys() == expected.keys()
    for name, array in expected.items():
        assert found.arrays[name].dtype == array.dtype
        np.testing.assert_array_equal(found.arrays[name], array)


def test_the_newest_two_are_kept(tmp_path: Path) -> None:
    for step in (5, 90, 100):
        save_checkpoint(tmp_path, _checkpoint(step))
    (tmp_path / "notes.txt").write_text("of the user")
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "notes.txt",
        "step-00000090.npz",
        "step-00000100.npz",
    ]


@pytest.mark.parametrize("damage", ["truncated", "flipped", "empty", "foreign"])
def test_a_damaged_newest_falls_back_to_the_one_before(tmp_path: Path, damage: str) -> None:
    for step in (1, 2):
        path = save_checkpoint(tmp_path, _checkpoint(step))
    content = bytearray(path.read_bytes())
    if damage == "truncated":
        content = content[: len(content) // 2]
    elif damage == "flipped":
        place = content.index(np.float32(4 + 2).tobytes())  # inside an array
        content[place + 2] ^= 1
    else:
        content = bytearray(b"" if damage == "empty" else b"hello")
    path.write_bytes(content)
    damaged = _Damaged()
    assert load_newest(tmp_path, damaged).step == 1
    assert damaged.names == ["step-00000002.npz"]


def test_without_any_usable_checkpoint(tmp_path: Path) -> None:
    with pytest.raises(StylekitError, match="there are none"):
        load_newest(tmp_path, _Damaged())
    save_checkpoint(tmp_path, _checkpoint(1)).write_bytes(b"")
    with pytest.raises(StylekitError, match=r"all 1 are damaged.*--overwrite"):
        load_newest(tmp_path, _Damaged())


@contextmanager
def _files_limited_to(size: int) -> Iterator[None]:
    """Stands for a full disk: the system refuses to write more than `size` bytes to a file."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_full_disk_leaves_the_checkpoints_that_were_there(tmp_path: Path) -> None:
    for step in (1, 2):
        save_checkpoint(tmp_path, _checkpoint(step))
    big = Checkpoint(3, {"generator/000": np.zeros(100_000)}, {})
    with (
        _files_limited_to(50_000),
        pytest.raises(StylekitError, match=r"cannot write .*step-00000003\.npz.*[Ff]ile too large"),
    ):
        save_checkpoint(tmp_path, big)
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == ["step-00000001.npz", "step-00000002.npz"]
    assert load_newest(tmp_path, _Damaged()).step == 2
