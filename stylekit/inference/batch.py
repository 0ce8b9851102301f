"""Stylize files: one, or many at the same time."""

import glob
import os
import queue
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from stylekit.errors import StylekitError
from stylekit.files import require_writable
from stylekit.imaging.folder import SUFFIXES, images_below
from stylekit.imaging.save import can_save, image_format, save, save_bytes
from stylekit.inference.large import stylize_large
from stylekit.inference.look import Look, is_large, load_within
from stylekit.inference.stylizer import Stylizer


@dataclass(frozen=True)
class Job:
    """A photograph, and the file that it is to be stylized into.

    Attributes:
        photo: to read.
        target: to write.
        new_folder: whether the target's folder is made if it is missing.
    """

    photo: Path
    target: Path
    new_folder: bool = False

    def prepare(self) -> None:
        """Find out that the target cannot be written before long work is done for it.

        Raises:
            StylekitError: it cannot.
        """
        if self.new_folder:
            try:
                self.target.parent.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise StylekitError(
                    f"cannot make the folder {str(self.target.parent)!r}: {error.strerror or error}"
                ) from error
        require_writable(self.target)


@dataclass(frozen=True)
class Outcome:
    """What became of a job.

    Attributes:
        job: that was to be done.
        error: why it was not, in one line, else None.
        height: of the stylized picture, in pixels.
        width: likewise.
        seconds: spent in the network.
    """

    job: Job
    error: str | None = None
    height: int = 0
    width: int = 0
    seconds: float = 0.0


def find_jobs(arguments: Sequence[str], output: str | None) -> list[Job]:
    """What to do for the files, folders and patterns that a user gave, and where to write it.

    Without an output, a file's picture goes beside it as `NAME_stylized`, and those of a folder
    into `FOLDER_stylized` under their own names. An output with the suffix of an image is a file,
    for one photograph; any other is a folder. Formats that cannot be written become PNG: `a.gif`
    is called `a.png`, or `a.gif.png` where that name is taken.

    Raises:
        StylekitError: an empty name, a folder without images, a pattern that matches nothing, one
            file for several photographs, two photographs for one file, or a picture over its own
            photo or, in an output, over another.
    """
    if "" in arguments or output == "":
        raise StylekitError("a photo or an output has an empty name: give a file or a folder")
    if output is not None and _is_one_file(arguments, output):
        jobs = [Job(Path(arguments[0]), Path(output))]
        image_format(output)
    else:
        if output is not None and can_save(output):
            raise StylekitError(
                f"the output {output!r} is one file, for one photograph: give a folder"
            )
        jobs = [job for argument in arguments for job in _jobs(argument, output)]
        jobs = _told_apart(list(dict.fromkeys(jobs)))  # a file may be named twice
    _check_targets(jobs, own_names=output is None)
    return jobs


def _is_one_file(arguments: Sequence[str], output: str) -> bool:
    """Whether the output is a file: it has an image's suffix, or is nothing else for one photo."""
    one = len(arguments) == 1 and not os.path.isdir(arguments[0]) and not _is_pattern(arguments[0])
    return one and (
        can_save(output) or not (os.path.isdir(output) or output.endswith(("/", os.sep)))
    )


def _jobs(argument: str, output: str | None) -> Iterator[Job]:
    path = Path(argument)
    if path.is_dir():
        images = images_below(path)
        if not images:
            raise StylekitError(
                f"no images below {argument!r}: known suffixes are {', '.join(sorted(SUFFIXES))}"
            )
        # The name of "." and of ".." is only known once they are resolved.
        base = _real(path) if path.name in ("", "..") else path
        if output is None and not base.name:
            raise StylekitError(f"there is nothing beside {argument!r} to write to: give -o FOLDER")
        folder = Path(output) if output is not None else base.with_name(f"{base.name}_stylized")
        for image in images:
            yield Job(image, folder / _writable(image.relative_to(path)), new_folder=True)
        return
    for image in _matching(argument) if _is_pattern(argument) else [path]:
        if output is None:
            name = _writable(Path(image.name))
            yield Job(image, image.with_name(f"{image.stem}_stylized{name.suffix}"))
        else:
            yield Job(image, Path(output) / _writable(Path(image.name)), new_folder=True)


def _is_pattern(argument: str) -> bool:
    return glob.has_magic(argument) and not os.path.exists(argument)


def _matching(pattern: str) -> list[Path]:
    """Files of a pattern that a shell did not expand; `**` stands for any folders."""
    matches = sorted(Path(match) for match in glob.glob(pattern, recursive=True))
    files = [path for path in matches if path.is_file()]
    if not files:
        raise StylekitError(f"no file matches {pattern!r}")
    return files


def _told_apart(jobs: list[Job]) -> list[Job]:
    """Jobs of which those that become PNG keep their suffix, where another has their target."""
    takers = Counter(job.target for job in jobs)
    return [
        job
        if takers[job.target] == 1 or can_save(job.photo)
        else replace(job, target=job.target.with_suffix(f"{job.photo.suffix}.png"))
        for job in jobs
    ]


def _writable(name: Path) -> Path:
    return name if can_save(name) else name.with_suffix(".png")


def without_own_outputs(jobs: Sequence[Job]) -> tuple[list[Job], list[Job]]:
    """The jobs, and apart from them those whose photo is what another one writes.

    A pattern that is stylized twice matches the pictures of the first time: `photo_stylized.jpg`
    beside `photo.jpg`. In an output that a user named, such a file may be anyone's: `find_jobs`
    refuses it.
    """
    targets = {_real(job.target) for job in jobs}
    own = [job for job in jobs if _real(job.photo) in targets]
    return [job for job in jobs if job not in own], own


def _real(path: Path) -> Path:
    """Where links lead. Unlike `Path.resolve`, it lets those be that lead in a circle."""
    return Path(os.path.realpath(path))


def _check_targets(jobs: Sequence[Job], own_names: bool) -> None:
    """With `own_names`, targets are called as this package alone calls files."""
    photos: dict[Path, Path] = {}
    given = set() if own_names else {_real(job.photo) for job in jobs}
    for job in jobs:
        if _real(job.photo) == _real(job.target):
            raise StylekitError(
                f"{str(job.photo)!r} would be written over itself: give another output"
            )
        if _real(job.target) in given:
            raise StylekitError(
                f"{str(job.target)!r} is a photo given here, and the picture of "
                f"{str(job.photo)!r} would be written over it: give another folder"
            )
        other = photos.setdefault(_real(job.target), job.photo)
        if other != job.photo:
            raise StylekitError(
                f"{str(other)!r} and {str(job.photo)!r} would both be written to "
                f"{str(job.target)!r}: give them to different folders"
            )


def run_jobs(
    jobs: Sequence[Job],
    new_stylizer: Callable[[int], Stylizer],
    look: Look,
    *,
    max_size: int | None = None,
    threads: int = 1,
    workers: int | None = None,
) -> Iterator[Outcome]:
    """Do the jobs in their order, several at a time.

    Reading, the network and writing all leave Python's lock alone, so that threads keep all
    processors busy where each runs a network on one of them; a single photograph has them all.

    Args:
        jobs: what to do.
        new_stylizer: gives a network that runs on as many threads as its argument says.
        look: of all pictures.
        max_size: longer side, in pixels, to which photographs are shrunk; without it, those that
            are too large for as many networks as run are stylized in tiles, if that can be.
        threads: processors to use.
        workers: photographs at a time; None for as many as there are threads.

    Yields:
        The outcome of each job, in order; a job that fails does not stop the others.
    """
    workers = min(workers or threads, len(jobs))
    stylizers: queue.SimpleQueue[Stylizer] = queue.SimpleQueue()
    for _ in range(workers):
        stylizers.put(new_stylizer(max(1, threads // workers)))

    def run(job: Job) -> Outcome:
        stylizer = stylizers.get()
        try:
            if max_size is None and _needs_tiles(job.photo, stylizer, workers):
                return _run_in_tiles(job, stylizer, look)
            return _run(job, stylizer, look, max_size)
        except StylekitError as error:
            return Outcome(job, error=" ".join(str(error).split()))
        finally:
            stylizers.put(stylizer)

    pool = ThreadPoolExecutor(workers)
    try:
        yield from pool.map(run, jobs)
    finally:
        pool.shutdown(cancel_futures=True)


def _run(job: Job, stylizer: Stylizer, look: Look, max_size: int | None) -> Outcome:
    picture = load_within(job.photo, max_size)
    job.prepare()
    start = time.perf_counter()
    stylized = look.of(picture, stylizer)
    seconds = time.perf_counter() - start
    save(job.target, stylized.rgb, stylized.alpha)
    height, width = stylized.rgb.shape[:2]
    return Outcome(job, None, height, width, seconds)


def _needs_tiles(photo: Path, stylizer: Stylizer, workers: int) -> bool:
    """Whether a photograph is too large to be held whole while others are."""
    return stylizer.takes_tiles and is_large(photo, workers)


def _run_in_tiles(job: Job, stylizer: Stylizer, look: Look) -> Outcome:
    job.prepare()
    start = time.perf_counter()
    stylized = stylize_large(job.photo, stylizer, look)
    seconds = time.perf_counter() - start
    save_bytes(job.target, stylized.rgb, stylized.alpha)
    height, width = stylized.rgb.shape[:2]
    return Outcome(job, None, height, width, seconds)
