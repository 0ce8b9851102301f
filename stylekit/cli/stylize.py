"""`stylekit stylize`: photographs in the style of a painting."""

import io
import json
import os
import shlex
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from stylekit.errors import StylekitError

if TYPE_CHECKING:
    from stylekit.inference.batch import Job
    from stylekit.inference.look import Look
    from stylekit.inference.stylizer import Stylizer
    from stylekit.inference.tiles import Tiles

# Standard input as a photograph, standard output as a picture.
_STREAM = "-"


@click.command("stylize")
@click.argument("photos", nargs=-1, required=True, metavar="PHOTO...")
@click.option("--model", metavar="NAME|FILE|RUN", help="Shipped model, exported file, or run.")
@click.option("--style", metavar="NAME", help="A style, or a blend: a:0.6,b:0.4. [the model's]")
@click.option("--strength", default="1", metavar="S", help="0 (the photo) to 1. [1]")
@click.option(
    "--preserve-color",
    metavar="HOW",
    help="Keep the photo's colours: luminance (its hues) or histogram (its palette).",
)
@click.option(
    "--max-size",
    type=click.IntRange(min=1),
    metavar="N",
    help="Shrink photos so that their longer side has at most N pixels.",
)
@click.option(
    "--tiles",
    type=click.Choice(["fast", "exact"]),
    help="Stylize one photo in tiles, in bounded memory. [above 16 megapixels: fast]",
)
@click.option(
    "--seed",
    type=click.IntRange(0, 2**32 - 1),
    metavar="N",
    help="Noise of a model that has it: each seed gives another picture. [0]",
)
@click.option(
    "--precise",
    is_flag=True,
    help="Compute a shipped model in floats everywhere, not in int8 where that is faster: the same "
    "picture on every machine. Other models run as they are.",
)
@click.option("-o", "--output", metavar="OUT", help="Picture or folder to write; - for stdout.")
@click.option("--threads", type=click.IntRange(min=1), metavar="N", help="Processors. [all]")
@click.option("--json", "as_json", is_flag=True, help="Print a line of JSON for each photo.")
def command(
    photos: tuple[str, ...],
    model: str | None,
    style: str | None,
    strength: str,
    preserve_color: str | None,
    max_size: int | None,
    tiles: "Tiles | None",
    seed: int | None,
    precise: bool,
    output: str | None,
    threads: int | None,
    as_json: bool,
) -> None:
    """Stylize photographs: files, folders with all below them, patterns, or - for stdin.

    The picture of a file goes beside it as PHOTO_stylized, those of a folder into FOLDER_stylized.
    Without --model, the shipped one is used. A photo that cannot be read does not stop the others;
    the exit code is then 1, and 2 if nothing could be done.
    """
    # NumPy's OpenBLAS starts a thread for each processor when it is imported, which takes a tenth
    # of the time of a small photo; no product here is large enough to use them.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from stylekit import zoo
    from stylekit.imaging.color import parse_preservation
    from stylekit.inference.look import Look
    from stylekit.inference.styles import parse_strength

    look = Look(
        style,
        parse_strength(strength),
        None if preserve_color is None else parse_preservation(preserve_color),
        seed,
    )
    report = _Report(zoo.DEFAULT if model is None else model, look, precise, as_json)
    jobs = _jobs(photos, output)
    if tiles is not None and (len(jobs) > 1 or max_size is not None):
        raise StylekitError(
            "--tiles is for one photo at its full size: give no others with it, and no --max-size"
        )
    if len(jobs) == 1:
        large = tiles is None and max_size is None and _is_large(jobs[0])
        if tiles or (large and report.open(threads).takes_tiles):
            _stylize_tiles(jobs[0], look, tiles or "fast", threads, report)
        else:
            _stylize_one(jobs[0], look, max_size, threads, report)
    else:
        _stylize_many(jobs, look, max_size, threads, report)
    photo = str(jobs[0].photo)
    first_try = (model, style, as_json, len(jobs)) == (None, None, False, 1) and photo != _STREAM
    if first_try and sys.stderr is not None and sys.stderr.isatty():
        click.echo(f"see it in every style: stylekit sheet {shlex.quote(photo)}", err=True)


class _Report:
    """What is printed, and with which model and look it was made."""

    def __init__(self, model: str, look: "Look", precise: bool, as_json: bool) -> None:
        self.model = model
        self._look = look
        self._precise = precise
        self._as_json = as_json

    def open(self, threads: int | None) -> "Stylizer":
        """The model; a style that it does not have is found out here."""
        stylizer = open_stylizer(self.model, threads, self._precise)
        self._name = stylizer.card.name
        weights = stylizer.style_weights(self._look.style)
        self._shares = {
            name: round(float(weight), 6)
            for name, weight in zip(stylizer.styles, weights, strict=True)
            if weight
        }
        return stylizer

    def line(self, photo: str, target: str, height: int, width: int, seconds: float) -> str:
        """For a photograph that was stylized."""
        look = self._look
        if self._as_json:
            values: dict[str, Any] = {
                "photo": photo,
                "output": target,
                "width": width,
                "height": height,
                "model": self._name,
                "styles": self._shares,
                "strength": look.strength,
                "preserve_color": look.preserve_color,
                "seconds": round(seconds, 4),
            }
            if look.seed is not None:
                values["seed"] = look.seed
            return json.dumps(values, ensure_ascii=False)
        blend = " + ".join(
            name if weight == 1 else f"{weight:.0%} {name}" for name, weight in self._shares.items()
        )
        kept = f", {look.preserve_color} kept" if look.preserve_color else ""
        seed = f", seed {look.seed}" if look.seed is not None else ""
        return (
            f"{target}: {width}x{height}, {blend}, strength {look.strength:g}{kept}{seed}, "
            f"{seconds:.2f} s"
        )

    def failure(self, photo: str, error: str) -> None:
        """Print why a photograph was not stylized."""
        click.echo(f"stylekit: {error}", err=True)
        if self._as_json:
            click.echo(json.dumps({"photo": photo, "error": error}, ensure_ascii=False))


def _jobs(photos: tuple[str, ...], output: str | None) -> "list[Job]":
    from stylekit.imaging.save import image_format
    from stylekit.inference.batch import Job, find_jobs, without_own_outputs

    if _STREAM not in photos and output != _STREAM:
        jobs, own = without_own_outputs(find_jobs(photos, output))
        for job in own:
            click.echo(f"skipped {job.photo}: stylekit writes it from a photo given here", err=True)
        return jobs
    if len(photos) > 1 or Path(photos[0]).is_dir():
        raise StylekitError("- stands for one photo: give no others with it, and no folder")
    if output is not None and output != _STREAM:
        image_format(output)
    return [Job(Path(photos[0]), Path(output or _STREAM))]


def _stylize_one(
    job: "Job", look: "Look", max_size: int | None, threads: int | None, report: _Report
) -> None:
    """A photograph from a file or stdin, to a file or, as PNG, to stdout."""
    from stylekit.cli.quiet import silent_stderr
    from stylekit.imaging.save import encode_png, save
    from stylekit.inference.look import load_within

    photo, target = str(job.photo), str(job.target)
    if target == _STREAM and sys.stdout is None:
        raise StylekitError("standard output is closed: give -o FILE")
    picture = load_within(_standard_input() if photo == _STREAM else photo, max_size)
    if target != _STREAM:
        job.prepare()
    stylizer = report.open(threads)
    start = time.perf_counter()
    # LiteRT says on its first run that it is on the CPU; errors come as exceptions.
    with silent_stderr():
        stylized = look.of(picture, stylizer)
    seconds = time.perf_counter() - start
    if target == _STREAM:
        sys.stdout.buffer.write(encode_png(stylized.rgb, stylized.alpha))
    else:
        save(target, stylized.rgb, stylized.alpha)
    height, width = stylized.rgb.shape[:2]
    # Where the picture goes to stdout, nothing else may.
    click.echo(report.line(photo, target, height, width, seconds), err=target == _STREAM)


def _is_large(job: "Job") -> bool:
    """Whether a job from a file to a file has more pixels than a network can hold at once."""
    from stylekit.inference.look import is_large

    return _STREAM not in (str(job.photo), str(job.target)) and is_large(job.photo)


def _stylize_tiles(
    job: "Job", look: "Look", mode: "Tiles", threads: int | None, report: _Report
) -> None:
    """A photograph of any size, from a file to a file."""
    from tqdm import tqdm

    from stylekit.cli.quiet import silent_stderr
    from stylekit.imaging.save import save_bytes
    from stylekit.inference.large import stylize_large

    if _STREAM in (str(job.photo), str(job.target)):
        raise StylekitError("tiles go from a file to a file: - cannot be used with --tiles")
    job.prepare()
    stylizer = report.open(threads)
    start = time.perf_counter()
    with silent_stderr():  # what LiteRT says of its start would be in the middle of the bar
        stylizer.warm_up()
    with tqdm(unit="tile", disable=None) as bar:  # shown on a terminal only

        def on_tile(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        stylized = stylize_large(job.photo, stylizer, look, mode, on_tile)
    seconds = time.perf_counter() - start
    save_bytes(job.target, stylized.rgb, stylized.alpha)
    height, width = stylized.rgb.shape[:2]
    click.echo(report.line(str(job.photo), str(job.target), height, width, seconds))


def _stylize_many(
    jobs: "list[Job]", look: "Look", max_size: int | None, threads: int | None, report: _Report
) -> None:
    """Photographs through a pool of workers; the process ends with 1 or 2 if some fail or all."""
    from tqdm import tqdm

    from stylekit import zoo
    from stylekit.cli.quiet import silent_stderr
    from stylekit.inference.batch import run_jobs
    from stylekit.processor import threads_to_use

    # TensorFlow, which runs the network of a run, has one set of threads for a whole process.
    is_run = zoo.model_path(report.model).is_dir()

    def open_worker(share: int) -> "Stylizer":
        stylizer = report.open(threads if is_run else share)
        with silent_stderr():
            stylizer.warm_up()
        return stylizer

    start = time.perf_counter()
    failed = 0
    outcomes = run_jobs(
        jobs,
        open_worker,
        look,
        max_size=max_size,
        threads=threads_to_use(threads),
        workers=1 if is_run else None,
    )
    with tqdm(total=len(jobs), unit="photo", disable=None) as bar:  # shown on a terminal only
        for outcome in outcomes:
            photo, target = str(outcome.job.photo), str(outcome.job.target)
            with tqdm.external_write_mode():
                if outcome.error is None:
                    size = (outcome.height, outcome.width)
                    click.echo(report.line(photo, target, *size, outcome.seconds))
                else:
                    failed += 1
                    report.failure(photo, outcome.error)
            bar.update()
    done, seconds = len(jobs) - failed, time.perf_counter() - start
    click.echo(
        f"{done} of {len(jobs)} photos stylized in {seconds:.1f} s, {done / seconds:.2f} a second",
        err=True,
    )
    if failed:
        raise SystemExit(1 if done else 2)


def _standard_input() -> Any:
    """What stdin holds, as a file that can be read twice and that messages can name."""
    closed = sys.stdin is None
    stream = io.BytesIO(b"" if closed else sys.stdin.buffer.read())
    if not stream.getbuffer().nbytes:
        raise StylekitError("standard input is empty: give a photo, as in stylekit - < photo.jpg")
    stream.name = "standard input"  # type: ignore[attr-defined]
    return stream


def open_stylizer(model: str, threads: int | None, precise: bool = False) -> "Stylizer":
    """The network of a shipped name, an exported file or a run; `precise` is as for `Stylizer`."""
    from stylekit import zoo
    from stylekit.inference.stylizer import Stylizer

    path = zoo.model_path(model)
    if not path.is_dir():
        return Stylizer(model, threads=threads, precise=precise)
    from stylekit.cli.quiet import start_tensorflow

    start_tensorflow(threads)
    from stylekit.training.run import load_run

    runner, card = load_run(path)
    return Stylizer(runner, card=card)
