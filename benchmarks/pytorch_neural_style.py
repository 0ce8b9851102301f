"""Time and loss of each iteration of ProGamerGov/neural-style-pt; called by synthesis_speed.py.

    ENV/bin/python pytorch_neural_style.py CHECKOUT WEIGHTS.npz PHOTO PAINTING SIZE ITERATIONS

Its own neural_style.py runs unchanged, with VGG16 in the given weights, from the photo, without
total variation (which it takes of absolute differences); only its optimizer is watched.
"""

import json
import os
import runpy
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import torch

# Positions of VGG16's convolutions among torchvision's `features`.
POSITIONS = (0, 2, 5, 7, 10, 12, 14, 17, 19, 21, 24, 26, 28)


def main(checkout: str, weights: str, photo: str, painting: str, size: str, count: str) -> None:
    """Print seconds since the first evaluation and losses, one of each for an evaluation."""
    seconds, processor_seconds, losses = [], [], []
    original = torch.optim.LBFGS.step

    def step(self, closure):  # type: ignore[no-untyped-def]
        def watched():  # type: ignore[no-untyped-def]
            if not seconds:
                seconds.append(time.perf_counter())
                processor_seconds.append(time.process_time())
            loss = closure()
            losses.append(float(loss))
            seconds.append(time.perf_counter())
            processor_seconds.append(time.process_time())
            return loss

        return original(self, watched)

    torch.optim.LBFGS.step = step
    sys.path.insert(0, checkout)
    parameters = state_dict(weights)
    with tempfile.TemporaryDirectory() as folder:
        # The loader reads the architecture out of the path: a folder's name must not be in it.
        os.chdir(folder)
        torch.save(parameters, "vgg16.pth")
        sys.argv = [
            "neural_style.py",
            *("-content_image", photo, "-style_image", painting, "-image_size", size),
            *("-num_iterations", count, "-init", "image", "-tv_weight", "0", "-gpu", "c"),
            *("-backend", "mkl", "-print_iter", "0", "-save_iter", "0", "-model_file", "vgg16.pth"),
            *("-disable_check", "-output_image", os.path.join(folder, "out.png")),
        ]
        stdout, sys.stdout = sys.stdout, sys.stderr
        runpy.run_path(str(Path(checkout) / "neural_style.py"), run_name="__main__")
        sys.stdout = stdout
        os.chdir("/")
    curve = {
        "seconds": [t - seconds[0] for t in seconds[1:]],
        "processor_seconds": [t - processor_seconds[0] for t in processor_seconds[1:]],
        "losses": losses,
    }
    print(json.dumps(curve))


def state_dict(weights: str) -> dict[str, torch.Tensor]:
    """Convolutions of a file of ours under the names that neural-style-pt's loader wants."""
    found = {}
    with np.load(weights) as archive:
        names = [key.removesuffix(".kernel") for key in archive.files if key.endswith(".kernel")]
        for position, name in zip(POSITIONS, names, strict=True):
            kernel = np.transpose(archive[f"{name}.kernel"], (3, 2, 0, 1)).copy()
            found[f"features.{position}.weight"] = torch.from_numpy(kernel)
            found[f"features.{position}.bias"] = torch.from_numpy(archive[f"{name}.bias"])
    return found


if __name__ == "__main__":
    main(*sys.argv[1:])
