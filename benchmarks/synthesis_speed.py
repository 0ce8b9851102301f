"""Seconds of an iteration of style transfer by optimisation, its memory, and PyTorch beside it.

    python benchmarks/synthesis_speed.py
    python benchmarks/synthesis_speed.py --torch-python ENV/bin/python --neural-style DIR

ENV is an environment with torch, torchvision and pillow, DIR a checkout of
github.com/ProGamerGov/neural-style-pt. Both sides minimise the same objective (style relu1_1 to
relu5_1, content relu4_2, VGG16 with the same random weights, no total variation) from the same
photo at the same size; ours in the number format that `--precision auto` starts in here. An
iteration is the median of them; times to a loss begin at the first line of either side's loop, with
ours compiling. Processor seconds, of all threads, say what a machine that does other things as well
hides. Memory is the peak of a process of its own that does one iteration.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import skimage.data

from stylekit.imaging.resize import resize
from stylekit.imaging.save import save
from stylekit.perception.names import convolution_names, kernel_shape
from stylekit.perception.weight_files import write_weights

MEMORY_SIZES = (512, 1024, 2048)


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", type=int, default=512)
    parser.add_argument("--iterations", type=int, default=300)
    parser.add_argument("--torch-python", help="python of an environment with torch")
    parser.add_argument("--neural-style", help="checkout of neural-style-pt")
    parser.add_argument("--no-memory", action="store_true", help="leave the memory out")
    parser.add_argument("--only", nargs=3, help="internal: run, folder, size, in this process")
    arguments = parser.parse_args()
    if arguments.only:
        what, folder, size = arguments.only
        run = measure_memory if what == "memory" else measure_curve
        print(json.dumps(run(Path(folder), int(size), arguments.iterations)))
        return
    with tempfile.TemporaryDirectory() as folder:
        prepare(Path(folder), arguments.size)
        ours = _in_process("curve", folder, arguments.size, arguments.iterations)
        _print_curve(f"stylekit from {ours['precision']}", ours)
        if arguments.torch_python:
            theirs = pytorch(arguments, folder)
            _print_curve("PyTorch neural-style-pt, float32", theirs)
            compare(ours, theirs)
        for size in () if arguments.no_memory else MEMORY_SIZES:
            found = _in_process("memory", folder, size, 1)
            how = ", in tiles" if found["tiles"] else ""
            print(
                f"{size} x {size}: peak memory {found['gigabytes']:.2f} GB, "
                f"{found['seconds']:.0f} s for targets and one iteration{how}"
            )


def prepare(folder: Path, size: int) -> None:
    """Write a photo, a painting and the weights of a VGG16 into a folder."""
    for name, picture in (
        ("photo", skimage.data.astronaut()),
        ("painting", skimage.data.immunohistochemistry()),
    ):
        save(folder / f"{name}.png", resize(picture.astype(np.float32) / 255, size, size))
    random = np.random.default_rng(0)
    arrays = {}
    for name in convolution_names("vgg16"):
        shape = kernel_shape(name)
        gain = np.float32((2 / (9 * shape[2])) ** 0.5)
        kernel = gain * random.standard_normal(shape, np.float32)
        arrays[name] = (kernel, np.zeros(shape[3], np.float32))
    write_weights(folder / "vgg16.npz", arrays)


def _in_process(what: str, folder: str, size: int, iterations: int) -> dict:
    command = [sys.executable, __file__, "--only", what, folder, str(size)]
    command += ["--iterations", str(iterations)]
    return json.loads(subprocess.run(command, check=True, capture_output=True).stdout)


def _objective(folder: Path, size: int, precision: str = "float32"):  # type: ignore[no-untyped-def]
    """The objective and the photo at a size."""
    from stylekit.config import PRESETS, ObjectiveConfig
    from stylekit.imaging.load import load_rgb
    from stylekit.objectives.pixels import PhotoInStyles
    from stylekit.objectives.style_transfer import StyleTransferObjective
    from stylekit.perception.network import LossNetwork

    config = ObjectiveConfig(**{**PRESETS["gatys"], "variation_weight": 0.0})
    layers = (*config.content_layers, *config.style_layers)
    network = LossNetwork(layers, "vgg16", str(folder / "vgg16.npz"), dtype=precision)
    photo, painting = (
        resize(load_rgb(folder / f"{name}.png"), size, size) for name in ("photo", "painting")
    )
    objective = StyleTransferObjective(network, config, [painting])
    return PhotoInStyles(objective, photo, np.ones(1, np.float32)), photo


def measure_curve(folder: Path, size: int, iterations: int) -> dict:
    """Seconds since the start, processor seconds and losses, by iteration of the solver."""
    from stylekit.synthesis.recorder import Output
    from stylekit.synthesis.schedule import parse_schedule
    from stylekit.synthesis.solver import SolverConfig, solve
    from stylekit.training.precision import resolve_precision

    precision = resolve_precision("auto")
    by_precision = {p: _objective(folder, size, p) for p in {precision, "float32"}}
    photo = by_precision[precision][1]
    seconds, processor_seconds = [], []
    start, processor_start = time.perf_counter(), time.process_time()

    def record(iteration: int, value: float) -> None:
        seconds.append(time.perf_counter() - start)
        processor_seconds.append(time.process_time() - processor_start)

    solution = solve(
        lambda height, width, precision: by_precision[precision][0],
        lambda height, width: photo,
        size,
        size,
        parse_schedule(f"full:{iterations}"),
        SolverConfig(tolerance=0, precision=precision),
        Output(on_iteration=record),
    )
    return {
        "seconds": seconds,
        "processor_seconds": processor_seconds,
        "losses": solution.values[0][1:],
        "precision": precision,
    }


def measure_memory(folder: Path, size: int, _: int) -> dict:
    """Peak memory of one iteration of L-BFGS-B, in this process."""
    from stylekit.synthesis.gradients import LARGEST_WHOLE, evaluator
    from stylekit.synthesis.lbfgs import minimize_in_box

    objective, photo = _objective(folder, size)
    start = time.perf_counter()
    minimize_in_box(evaluator(objective), photo, 1, lambda *_: False)
    return {
        "seconds": time.perf_counter() - start,
        "gigabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6,
        "tiles": size * size > LARGEST_WHOLE,
    }


def pytorch(arguments: argparse.Namespace, folder: str) -> dict:
    """The same of neural-style-pt."""
    script = Path(__file__).with_name("pytorch_neural_style.py").resolve()
    command = [arguments.torch_python, str(script), str(Path(arguments.neural_style).resolve())]
    command += [f"{folder}/{name}" for name in ("vgg16.npz", "photo.png", "painting.png")]
    command += [str(arguments.size), str(arguments.iterations)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE)
    return json.loads(done.stdout)


def _print_curve(name: str, curve: dict) -> None:
    losses = curve["losses"]
    print(
        f"{name}: {_iteration(curve['seconds']):.2f} s an iteration, "
        f"{_iteration(curve['processor_seconds']):.2f} processor seconds; loss {losses[0]:.4g} "
        f"after the first, {min(losses):.4g} after {len(losses)} and {curve['seconds'][-1]:.0f} s",
        flush=True,
    )


def _iteration(times: list[float]) -> float:
    """Median time between iterations."""
    return float(np.median(np.diff(times)))


def compare(ours: dict, theirs: dict) -> None:
    """Print the ratio of the times, of an iteration and to their loss at the end."""
    wanted = min(theirs["losses"])
    for key, what in (("seconds", "seconds"), ("processor_seconds", "processor seconds")):
        ratio = _iteration(ours[key]) / _iteration(theirs[key])
        print(f"an iteration takes {ratio:.2f} times PyTorch's {what}")
        reached = [t for t, v in zip(ours[key], ours["losses"], strict=True) if v <= wanted]
        if reached:
            share = reached[0] / theirs[key][-1]
            print(f"PyTorch's last loss is reached in {share:.2f} times its {what}")
        else:
            print("PyTorch's last loss is not reached")


if __name__ == "__main__":
    main()
