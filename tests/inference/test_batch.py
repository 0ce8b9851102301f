import threading
from pathlib import Path

import numpy as np
import pytest

from stylekit.errors import StylekitError
from stylekit.imaging.load import Picture, load_rgb
from stylekit.imaging.save import save
from stylekit.inference import look as look_module
from stylekit.inference.batch import Job, find_jobs, run_jobs, without_own_outputs
from stylekit.inference.card import ModelCard
from stylekit.inference.look import Look
from stylekit.inference.stylizer import Stylizer


@pytest.fixture
def photos(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Three photos in a folder, one deeper, and a text beside them; the current folder is above."""
    folder = tmp_path / "photos"
    for name in ("a.jpg", "b.gif", "deep/c.png"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()
    (folder / "notes.txt").touch()
    monkeypatch.chdir(tmp_path)
    return folder


def _pairs(arguments: list[str], output: str | None = None) -> list[tuple[str, str]]:
    jobs = find_jobs(arguments, output)
    return [(job.photo.as_posix(), job.target.as_posix()) for job in jobs]


def test_files_go_beside_their_photos(photos: Path) -> None:
    assert _pairs(["photos/a.jpg", "photos/b.gif", "photos/a.jpg"]) == [
        ("photos/a.jpg", "photos/a_stylized.jpg"),
        ("photos/b.gif", "photos/b_stylized.png"),
    ]


def test_a_folder_goes_beside_itself(photos: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = [
        ("photos/a.jpg", "photos_stylized/a.jpg"),
        ("photos/b.gif", "photos_stylized/b.png"),
        ("photos/deep/c.png", "photos_stylized/deep/c.png"),
    ]
    assert _pairs(["photos"]) == _pairs(["photos/"]) == expected
    monkeypatch.chdir(photos)
    assert [target for _, target in _pairs(["."])] == [
        (photos.parent / target).as_posix() for _, target in expected
    ]


def test_patterns(photos: Path) -> None:
    assert [photo for photo, _ in _pairs(["photos/?.*"])] == ["photos/a.jpg", "photos/b.gif"]
    assert [photo for photo, _ in _pairs(["**/*.png"])] == ["photos/deep/c.png"]
    (photos / "[1].jpg").touch()
    assert _pairs(["photos/[1].jpg"]) == [("photos/[1].jpg", "photos/[1]_stylized.jpg")]
    with pytest.raises(StylekitError, match="no file matches 'photos/z"):
        find_jobs(["photos/z*"], None)


def test_what_an_earlier_call_wrote_is_no_photo(photos: Path) -> None:
    for name in ("a_stylized.jpg", "a_stylized_stylized.jpg", "alone_stylized.jpg"):
        (photos / name).touch()
    jobs, own = without_own_outputs(find_jobs(["photos/*.jpg"], None))
    assert [job.photo.name for job in jobs] == ["a.jpg", "alone_stylized.jpg"]
    assert [job.photo.name for job in own] == ["a_stylized.jpg", "a_stylized_stylized.jpg"]
    # Asked for by its own name, it is one.
    jobs, own = without_own_outputs(find_jobs(["photos/a_stylized.jpg"], None))
    assert [job.photo.name for job in jobs] == ["a_stylized.jpg"] and not own


def test_links_that_lead_in_a_circle(photos: Path) -> None:
    (photos / "loop.jpg").symlink_to("loop.jpg")
    assert _pairs(["photos/loop.jpg"]) == [("photos/loop.jpg", "photos/loop_stylized.jpg")]
    assert _pairs(["photos/a.jpg"], "photos/loop.jpg") == [("photos/a.jpg", "photos/loop.jpg")]


def test_an_output(photos: Path) -> None:
    assert _pairs(["photos/a.jpg"], "out.png") == [("photos/a.jpg", "out.png")]
    assert _pairs(["photos/a.jpg"], "out/") == [("photos/a.jpg", "out/a.jpg")]
    assert _pairs(["photos/a.jpg"], "photos/deep") == [("photos/a.jpg", "photos/deep/a.jpg")]
    assert _pairs(["photos", "photos/deep/c.png"], "out") == [
        ("photos/a.jpg", "out/a.jpg"),
        ("photos/b.gif", "out/b.png"),
        ("photos/deep/c.png", "out/deep/c.png"),
        ("photos/deep/c.png", "out/c.png"),
    ]


def test_photos_that_differ_by_suffix_alone(photos: Path) -> None:
    for name in ("a.png", "a.gif", "a.ppm"):
        (photos / name).touch()
    names = ["a.gif.png", "a.jpg", "a.png", "a.ppm.png", "b.png", "deep/c.png"]
    assert [target for _, target in _pairs(["photos"])] == [f"photos_stylized/{n}" for n in names]
    assert [target for _, target in _pairs(["photos/a.gif", "photos/a.png"])] == [
        "photos/a_stylized.gif.png",
        "photos/a_stylized.png",
    ]


def test_nothing_lies_beside_the_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("stylekit.inference.batch.images_below", lambda root: [root / "a.jpg"])
    with pytest.raises(StylekitError, match="give -o FOLDER"):
        find_jobs(["/"], None)
    assert find_jobs(["/"], "out")[0].target == Path("out/a.jpg")


def test_outputs_that_cannot_be(photos: Path) -> None:
    (photos / "a.png").touch()
    (photos / "a.gif").touch()
    (photos / "none").mkdir()
    (photos / "deep" / "a.jpg").touch()
    for arguments, output, reason in (
        (["photos"], "one.png", "is one file, for one photograph"),
        (["photos/a.jpg", "photos/b.gif"], "one.png", "is one file, for one photograph"),
        (["photos/a.jpg"], "out", "unknown suffix"),
        (["photos/a.jpg"], "photos", "written over itself"),
        (["photos/a.jpg"], "photos/../photos/a.jpg", "written over itself"),
        (["photos/a.jpg", ""], None, "empty name"),
        (["photos/a.jpg"], "", "empty name"),
        (["photos", "photos/deep/c.png"], "photos/deep", "is a photo given here"),
        (["photos/a.jpg", "photos/deep/a.jpg"], "out/", "both be written to 'out/a.jpg'"),
        (["photos/none"], None, "no images below"),
    ):
        with pytest.raises(StylekitError, match=reason):
            find_jobs(arguments, output)


def test_jobs_run_at_the_same_time_and_come_back_in_order(
    tmp_path: Path, tiny_card: ModelCard
) -> None:
    """Two workers: each of two photographs waits in its network until the other is there."""
    meeting = threading.Barrier(2, timeout=20)
    threads = []

    def new_stylizer(share: int) -> Stylizer:
        threads.append(share)

        def network(photo: np.ndarray, _: np.ndarray, __: np.ndarray) -> np.ndarray:
            meeting.wait()
            return 1 - photo

        return Stylizer(network, card=tiny_card)

    jobs = []
    for index in range(4):
        path = tmp_path / f"{index}.png"
        save(path, np.full((20, 20, 3), index / 10, np.float32))
        jobs.append(Job(path, tmp_path / "out" / path.name, new_folder=True))
    outcomes = list(run_jobs(jobs, new_stylizer, Look(), threads=2))
    assert threads == [1, 1]
    assert [outcome.job for outcome in outcomes] == jobs
    for index, job in enumerate(jobs):
        np.testing.assert_allclose(load_rgb(job.target), 1 - index / 10, atol=0.6 / 255)


def test_a_job_that_fails_does_not_stop_the_others(tmp_path: Path, tiny_card: ModelCard) -> None:
    save(tmp_path / "good.png", np.zeros((20, 20, 3)))
    (tmp_path / "bad.png").write_text("dear diary")
    names = ("missing.png", "bad.png", "good.png")
    jobs = [Job(tmp_path / name, tmp_path / "out" / name, new_folder=True) for name in names]
    shares = []

    def new_stylizer(share: int) -> Stylizer:
        shares.append(share)
        return Stylizer(lambda photo, *_: photo, card=tiny_card)

    outcomes = list(run_jobs(jobs, new_stylizer, Look(), threads=4, workers=1))
    assert shares == [4]
    assert "No such file" in str(outcomes[0].error) and "is not an image" in str(outcomes[1].error)
    assert outcomes[2].error is None and (outcomes[2].height, outcomes[2].width) == (20, 20)
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["good.png"]


def test_no_folder_is_left_where_nothing_could_be_done(
    tmp_path: Path, tiny_card: ModelCard
) -> None:
    job = Job(tmp_path / "missing.png", tmp_path / "out" / "missing.png", new_folder=True)
    stylizer = Stylizer(lambda photo, *_: photo, card=tiny_card)
    (outcome,) = run_jobs([job], lambda _: stylizer, Look())
    assert outcome.error is not None and list(tmp_path.iterdir()) == []


def test_large_photographs_go_in_tiles_if_the_network_can(
    tmp_path: Path, tiny_model: Path, photo: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(look_module, "MOST_PIXELS", photo.shape[0] * photo.shape[1] - 1)
    save(tmp_path / "large.png", photo)
    save(tmp_path / "small.png", photo[:8])
    jobs = [
        Job(tmp_path / name, tmp_path / "out" / name, True) for name in ("large.png", "small.png")
    ]

    def outcomes(model: str | Path) -> list[str | None]:
        return [
            outcome.error
            for outcome in run_jobs(jobs, lambda _: Stylizer(model, threads=1), Look())
        ]

    assert outcomes("classics") == [None, None]
    assert load_rgb(tmp_path / "out" / "large.png").shape == photo.shape
    # A network that was exported without statistics has no tiles.
    large, small = outcomes(tiny_model)
    assert "give --max-size" in str(large) and small is None


def test_networks_that_run_at_the_same_time_share_the_memory(
    tmp_path: Path, photo: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    height, width = photo.shape[:2]
    monkeypatch.setattr(look_module, "MOST_PIXELS", height * width + 1)
    jobs = [Job(tmp_path / name, tmp_path / f"out_{name}") for name in ("a.png", "b.png")]
    for job in jobs:
        save(job.photo, photo)
    in_tiles: list[str] = []

    def stylize_large(source: Path, *_: object) -> Picture:
        in_tiles.append(source.name)
        return Picture(np.zeros((height, width, 3), np.uint8))

    monkeypatch.setattr("stylekit.inference.batch.stylize_large", stylize_large)

    def names(threads: int) -> list[str]:
        in_tiles.clear()
        for outcome in run_jobs(
            jobs, lambda _: Stylizer("classics", threads=1), Look(), threads=threads
        ):
            assert outcome.error is None
        return in_tiles

    assert names(1) == []
    assert sorted(names(2)) == ["a.png", "b.png"]
