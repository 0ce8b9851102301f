from pathlib import Path

import numpy as np

from stylekit.imaging.save import save
from stylekit.training.run import RunDirectory
from stylekit.training.trained_on import fingerprint, record_photographs, trained_on


def _photographs(folder: Path, count: int) -> list[Path]:
    paths = [folder / f"{index}.png" for index in range(count)]
    for path in paths:
        save(path, np.random.default_rng(len(path.name)).random((40, 40, 3)) * int(path.stem) / 9)
    return paths


def test_a_photograph_is_known_under_another_name(tmp_path: Path) -> None:
    seen, unseen = _photographs(tmp_path, 2)
    run = RunDirectory(tmp_path)
    record_photographs(run, [seen])
    copy = tmp_path / "copy.png"
    copy.write_bytes(seen.read_bytes())
    assert trained_on(run, [unseen, copy, tmp_path / "missing.png"]) == [copy]
    assert run.photographs.read_text() == f"{fingerprint(seen)} 0.png\n"


def test_a_run_without_a_record_says_nothing(tmp_path: Path) -> None:
    assert trained_on(RunDirectory(tmp_path), [tmp_path / "missing.png"]) == []


def test_photographs_of_the_run_before_and_of_a_resumption_count(tmp_path: Path) -> None:
    first, second, third, unseen = paths = _photographs(tmp_path, 4)
    (tmp_path / "before").mkdir()
    before, run = RunDirectory(tmp_path / "before"), RunDirectory(tmp_path)
    record_photographs(before, [first])
    record_photographs(run, [second], before)
    record_photographs(run, [second, third])
    assert trained_on(run, paths) == [first, second, third]
    assert unseen not in trained_on(before, paths)


def test_files_are_told_apart_by_their_middle_and_their_length(tmp_path: Path) -> None:
    contents = [b"a" * 9000, b"a" * 9001, b"a" * 4500 + b"b" + b"a" * 4499, b"", b"a"]
    marks = []
    for index, content in enumerate(contents):
        (tmp_path / str(index)).write_bytes(content)
        marks.append(fingerprint(tmp_path / str(index)))
    assert len(set(marks)) == len(contents) and all(len(str(mark)) == 16 for mark in marks)
