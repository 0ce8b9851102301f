"""Large photographs in tiles: memory and time by pixels, and the difference from the whole.

    python benchmarks/tiles.py [--model NAME|FILE] [--megapixels 12 --megapixels 64] [--exact]

Photographs are enlarged and mirrored from one of scikit-image, odd in both sides. Up to 16
megapixels the whole picture is computed too, and compared. Each run is a process of its own, whose
memory is sampled ten times a second.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from PIL import Image
from skimage import data

from stylekit import zoo

Image.MAX_IMAGE_PIXELS = None
MOST_WHOLE = 16  # megapixels


def main() -> None:
    """Print a line for each size and mode."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", default=zoo.DEFAULT)
    parser.add_argument("--megapixels", type=float, action="append")
    parser.add_argument("--exact", action="store_true", help="the slow mode as well")
    arguments = parser.parse_args()
    modes = ["fast", "exact"] if arguments.exact else ["fast"]
    with tempfile.TemporaryDirectory() as folder:
        for megapixels in arguments.megapixels or [4, 12, 64]:
            photo = Path(folder, "photo.png")
            Image.fromarray(_photo(megapixels)).save(photo, compress_level=1)
            whole = None
            if megapixels <= MOST_WHOLE:
                whole = _run(arguments.model, photo, Path(folder, "whole.png"), None, megapixels)
            for mode in modes:
                tiled = _run(arguments.model, photo, Path(folder, "tiled.png"), mode, megapixels)
                if whole is not None:
                    _compare(whole, tiled, mode)


def _photo(megapixels: float) -> np.ndarray:
    """The cat, mirrored into a sheet, 4 wide to 3 high, both odd."""
    height = int((megapixels * 1e6 * 3 / 4) ** 0.5) // 2 * 2 + 1
    width = int((megapixels * 1e6 * 4 / 3) ** 0.5) // 2 * 2 + 1
    cat = data.chelsea()
    scale = max(1, round(height / cat.shape[0] / 3))
    size = (cat.shape[1] * scale, cat.shape[0] * scale)
    large = np.asarray(Image.fromarray(cat).resize(size, Image.Resampling.LANCZOS))
    around = [(0, max(0, height - large.shape[0])), (0, max(0, width - large.shape[1])), (0, 0)]
    return np.pad(large, around, mode="reflect")[:height, :width]


def _run(model: str, photo: Path, target: Path, mode: str | None, megapixels: float) -> Path:
    """Stylize by the command; print time and the curve of memory."""
    command = [sys.executable, "-m", "stylekit", "stylize", str(photo), "--model", model]
    # Tiles are computed in floats: compared is a whole that is, too.
    command += ["--precise", "-o", str(target), "--json", *(["--tiles", mode] if mode else [])]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        curve = []
        while process.poll() is None:
            curve.append(_resident(process.pid))
            time.sleep(0.1)
        report = json.loads(process.stdout.read()) if process.stdout else {}
    tenths = [curve[index * (len(curve) - 1) // 10] for index in range(11)]
    print(
        f"{report['width']}x{report['height']} ({megapixels:g} MP) {mode or 'whole'}: "
        f"{report['seconds']:.1f} s, {report['seconds'] / megapixels:.2f} s a megapixel, peak "
        f"{max(curve):.0f} MB; curve {' '.join(f'{value:.0f}' for value in tenths)}",
        flush=True,
    )
    return target


def _resident(pid: int) -> float:
    """MB of memory that a process holds; 0 once it has ended."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0.0
    lines = [line for line in status.splitlines() if line.startswith("VmRSS")]
    return int(lines[0].split()[1]) * 1024 / 1e6 if lines else 0.0


def _compare(whole: Path, tiled: Path, mode: str) -> None:
    first, second = (np.asarray(Image.open(path)).astype(np.int16) for path in (whole, tiled))
    difference = np.abs(first - second)
    mean_square = float(np.mean(np.square(difference, dtype=np.float64)))
    psnr = 10 * np.log10(255**2 / max(mean_square, 1e-12))
    print(f"  {mode} from the whole: at most {difference.max()} of 255, PSNR {psnr:.1f} dB")


if __name__ == "__main__":
    main()
