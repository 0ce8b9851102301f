"""Sheets of pictures by optimisation, to be looked at.

    python benchmarks/picture_sheets.py OUT textures SAMPLE...
    python benchmarks/picture_sheets.py OUT transfer --photo PHOTO... --painting PAINTING...
    python benchmarks/picture_sheets.py OUT doodle STYLE STYLE_MASK TARGET_MASK
    python benchmarks/picture_sheets.py OUT dream PHOTO --layers relu2_2,relu3_3,relu4_1
    python benchmarks/picture_sheets.py OUT digits

OUT is the sheet; each picture is also written beside it. Textures grow from noise; each line says
what share of the style loss at the start is left after 200 iterations and at the end. `--iterations
N` shortens everything. Times are also given in processor seconds, of all threads.
"""

import argparse
import time
from pathlib import Path

import numpy as np

from stylekit.imaging.load import load_rgb
from stylekit.imaging.resize import resize_longest
from stylekit.imaging.save import save
from stylekit.imaging.sheet import contact_sheet
from stylekit.synthesis.recorder import Output
from stylekit.synthesis.solver import Solution, SolverConfig

FRAMES = 5

# Kinds of textures: their label, and options of `TextureConfig`.
KINDS: dict[str, tuple[str, dict]] = {
    "texture": ("texture", {}),
    "seamless": ("seamless, 2 x 2", {"seamless": True}),
    "spectrum": ("with spectrum", {"spectrum_weight": 1.0}),
}


def main() -> None:
    """Make the sheet that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("output", type=Path)
    parser.add_argument("--iterations", type=int)
    parser.add_argument("--loss-weights", default="auto")
    parser.add_argument("--size", type=int, help="longest side")
    sheets = parser.add_subparsers(dest="sheet", required=True)
    texture = sheets.add_parser("textures")
    texture.add_argument("samples", nargs="+")
    texture.add_argument("--kinds", default="texture,seamless,spectrum")
    transfer = sheets.add_parser("transfer")
    transfer.add_argument("--photo", action="append", required=True)
    transfer.add_argument("--painting", action="append", required=True)
    doodle = sheets.add_parser("doodle")
    for name in ("style", "style_mask", "target_mask"):
        doodle.add_argument(name)
    doodle.add_argument("--methods", help="gram, patch, or both: gram,patch")
    dream = sheets.add_parser("dream")
    dream.add_argument("photo")
    dream.add_argument("--layers", default="relu2_2,relu3_3,relu4_1")
    sheets.add_parser("digits")
    arguments = parser.parse_args()
    make = {
        "textures": textures,
        "transfer": transfers,
        "doodle": doodles,
        "dream": dreams,
        "digits": digits,
    }[arguments.sheet]
    make(arguments)


def textures(arguments: argparse.Namespace) -> None:
    """Each sample beside a texture, a seamless one twice by twice, and one with the spectrum."""
    from stylekit.synthesis.texture import TextureConfig, synthesize_texture

    rows = []
    for path in arguments.samples:
        sample = resize_longest(load_rgb(path), arguments.size or 256)
        row = [sample]
        for name in arguments.kinds.split(","):
            _, options = KINDS[name]
            config = TextureConfig(
                schedule="full:500",
                iterations=arguments.iterations,
                loss_weights=arguments.loss_weights,
                **options,
            )
            clock = Clock()
            solution = synthesize_texture(sample, config, _solver(tolerance=0))
            _say(arguments, f"{Path(path).stem}_{name}", solution, clock)
            values = solution.values[0]
            for iteration in sorted({min(200, solution.iterations), solution.iterations}):
                share = values[iteration] / values[0]
                print(f"  {share:.3%} of the loss is left after {iteration}", flush=True)
            image = solution.image
            row.append(np.tile(image, (2, 2, 1)) if name == "seamless" else image)
        rows.append(row)
    labels = ["sample", *(KINDS[name][0] for name in arguments.kinds.split(","))]
    _write(arguments, rows, labels)


def transfers(arguments: argparse.Namespace) -> None:
    """Each photo after each painting, by each preset."""
    from stylekit.synthesis.style_transfer import PRESETS, TransferConfig, transfer_picture

    rows, row_labels = [], []
    for photo_path in arguments.photo:
        photo = load_rgb(photo_path)
        for preset in PRESETS:
            row = [photo]
            for painting_path in arguments.painting:
                config = TransferConfig(
                    preset=preset,
                    size=arguments.size,
                    iterations=arguments.iterations,
                    loss_weights=arguments.loss_weights,
                )
                clock = Clock()
                solution = transfer_picture(photo, [load_rgb(painting_path)], config, _solver())
                name = f"{Path(photo_path).stem}_{Path(painting_path).stem}_{preset}"
                _say(arguments, name, solution, clock)
                row.append(solution.image)
            rows.append(row)
            row_labels.append(preset)
    labels = ["photo", *(Path(path).stem for path in arguments.painting)]
    _write(arguments, rows, labels, row_labels)


def doodles(arguments: argparse.Namespace) -> None:
    """The doodle by both methods, and a strip of the iterations of each."""
    from PIL import Image

    from stylekit.synthesis.doodle import METHODS, DoodleConfig, doodle

    pictures = [load_rgb(getattr(arguments, n)) for n in ("style", "style_mask", "target_mask")]
    rows, row_labels = [pictures], [""]
    for method in arguments.methods.split(",") if arguments.methods else METHODS:
        gif = arguments.output.with_name(f"doodle_{method}.gif")
        config = DoodleConfig(
            method=method,
            size=arguments.size,
            iterations=arguments.iterations,
            loss_weights=arguments.loss_weights,
        )
        clock = Clock()
        solution = doodle(*pictures, config, _solver(), Output(gif=gif))
        _say(arguments, f"doodle_{method}", solution, clock)
        strip = []
        with Image.open(gif) as animation:
            for index in np.linspace(0, animation.n_frames - 1, FRAMES)[:-1]:
                animation.seek(int(index))
                strip.append(np.asarray(animation.convert("RGB"), np.float32) / 255)
        rows.append([*strip, solution.image])
        row_labels.append(method)
    _write(arguments, rows, [""] * FRAMES, row_labels)


def dreams(arguments: argparse.Namespace) -> None:
    """The photo, and its dream at each layer."""
    from stylekit.synthesis.dream import DreamConfig, dream

    photo = resize_longest(load_rgb(arguments.photo), arguments.size or 512)
    layers = arguments.layers.split(",")
    row = [photo]
    for layer in layers:
        config = DreamConfig((layer,), loss_weights=arguments.loss_weights)
        row.append(dream(photo, config))
        save(arguments.output.with_name(f"dream_{layer}.png"), row[-1])
    _write(arguments, [row], ["photo", *layers])


def digits(arguments: argparse.Namespace) -> None:
    """Class images of a small classifier of handwritten digits, which is trained here."""
    import keras
    from sklearn.datasets import load_digits

    from stylekit.perception.classifier import Classifier, PixelRange
    from stylekit.synthesis.class_model import AscentConfig, class_image, predicted_class

    keras.utils.set_random_seed(0)
    data = load_digits()
    images = (data.images / 16).astype(np.float32)[..., None]
    model = keras.Sequential(
        [
            keras.Input((8, 8, 1)),
            keras.layers.Conv2D(16, 3, activation="relu"),
            keras.layers.Conv2D(32, 3, activation="relu"),
            keras.layers.Flatten(),
            keras.layers.Dense(10, activation="softmax"),
        ]
    )
    model.compile("adam", "sparse_categorical_crossentropy")
    model.fit(images, data.target, epochs=20, verbose=0)
    classifier = Classifier(model, "digits", PixelRange())
    config = AscentConfig(steps=arguments.iterations or 200, decay=0.01)
    found = [class_image(classifier, digit, config) for digit in range(10)]
    samples = [np.repeat(images[data.target == digit][0], 3, axis=2) for digit in range(10)]
    labels = [f"{k} as {predicted_class(classifier, image)}" for k, image in enumerate(found)]
    rows = [[np.kron(i, np.ones((8, 8, 1))) for i in row] for row in (samples, found)]
    _write(arguments, rows, labels, ["a digit", "its class"], cell=64)


class Clock:
    """Seconds since it was made, on the wall and of the processors."""

    def __init__(self) -> None:
        self._wall, self._processors = time.perf_counter(), time.process_time()

    def __str__(self) -> str:
        wall, processors = time.perf_counter() - self._wall, time.process_time() - self._processors
        return f"{wall:.0f} s, {processors:.0f} processor seconds"


def _solver(tolerance: float = SolverConfig.tolerance) -> SolverConfig:
    """As the command line has it by default."""
    from stylekit.training.precision import resolve_precision

    return SolverConfig(tolerance=tolerance, precision=resolve_precision("auto"))


def _say(arguments: argparse.Namespace, name: str, solution: Solution, clock: Clock) -> None:
    save(arguments.output.with_name(f"{name}.png"), solution.image)
    print(
        f"{name}: {solution.iterations} iterations, loss {solution.loss:.4g}, {clock}",
        flush=True,
    )


def _write(
    arguments: argparse.Namespace,
    rows: list[list[np.ndarray]],
    labels: list[str],
    row_labels: list[str] | None = None,
    cell: int = 320,
) -> None:
    save(arguments.output, contact_sheet(rows, row_labels or [""] * len(rows), labels, cell))
    print(arguments.output)


if __name__ == "__main__":
    main()
