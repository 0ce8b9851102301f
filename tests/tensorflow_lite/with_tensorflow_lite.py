"""Run files with the TensorFlow Lite of this environment: `with_tensorflow_lite.py FOLDER GOLDENS`.

Nothing of stylekit is used: this is what an application does.
"""

import json
import sys
from pathlib import Path

import numpy as np
import tensorflow as tf
from tensorflow.lite.python import schema_py_generated as schema

# Least PSNR against LiteRT, in dB. Integer kernels of two versions may round differently; the
# ranges that `dynamic` rounds to are found anew by each.
LEAST_PSNR = 40.0


def main() -> None:
    """Compare, print a line for each file, and exit with a message where one differs."""
    folder, goldens = map(Path, sys.argv[1:3])
    for described in json.loads((folder / "files.json").read_text()):
        arrays = dict(np.load(folder / described["arrays"]))
        expected = arrays.pop("expected")
        path = Path(described["file"])
        check_operators(path)
        psnr = peak_signal_to_noise(run(path, arrays)[described["output"]], expected)
        print(
            f"{path}: TensorFlow Lite {tf.__version__}, PSNR {psnr:.1f} dB to LiteRT; "
            f"XNNPACK partitions {partitions(path)} there, {described['partitions']} here"
        )
        if not psnr >= LEAST_PSNR:
            sys.exit(f"{described['file']}: less than {LEAST_PSNR} dB")
    check_goldens(goldens)


def check_operators(path: Path) -> None:
    """Exit with a message where a file needs operators that TensorFlow Lite does not bring.

    The interpreter refuses built-in ones at versions that it does not know. TensorFlow's own, which
    Android's library does not have, it would run.
    """
    model = schema.Model.GetRootAs(path.read_bytes())
    codes = [model.OperatorCodes(index) for index in range(model.OperatorCodesLength())]
    custom = [code.CustomCode().decode() for code in codes if code.CustomCode()]
    if custom:
        sys.exit(f"{path}: needs operators that are not built in: {', '.join(custom)}")


def partitions(path: Path) -> int:
    """Parts of a graph that XNNPACK takes, at the size in the file."""
    interpreter = tf.lite.Interpreter(model_path=str(path))
    interpreter.allocate_tensors()
    return [node["op_name"] for node in interpreter._get_ops_details()].count("DELEGATE")


def run(path: Path, feeds: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """By signature names; uint8 images are taken as such."""
    interpreter = tf.lite.Interpreter(model_path=str(path), num_threads=2)
    runner = interpreter.get_signature_runner("serving_default")
    types = {name: entry["dtype"] for name, entry in runner.get_input_details().items()}
    if types.get("photo") == np.uint8:
        feeds = {**feeds, "photo": np.rint(feeds["photo"] * 255).astype(np.uint8)}
    outputs = runner(**feeds)
    return {
        name: values / np.float32(255) if values.dtype == np.uint8 else values
        for name, values in outputs.items()
    }


def check_goldens(folder: Path) -> None:
    """The network cases of `tests/goldens`."""
    goldens = json.loads((folder / "goldens.json").read_text())
    for case in goldens["network"]:
        shape = (1, case["height"], case["width"], 3)
        size = len(np.fromfile(folder / case["output_statistics"], "<f4"))
        given = case["statistics"]
        statistics = np.fromfile(folder / given, "<f4") if given else np.zeros(size, np.float32)
        feeds = {
            "photo": np.fromfile(folder / case["photo"], "<f4").reshape(shape),
            "style_weights": np.array([case["style_weights"]], np.float32),
            "strength": np.full((1, 1), case["strength"], np.float32),
            "statistics": statistics.reshape(1, 1, 1, size),
        }
        outputs = run(folder / goldens["model"], feeds)
        expected = np.fromfile(folder / case["stylized"], "<f4").reshape(shape)
        error = np.abs(outputs["stylized"] - expected).max()
        if not error <= case["tolerance"]:
            sys.exit(f"golden {case['name']!r}: error {error:.2g}, at most {case['tolerance']}")
    print(f"{len(goldens['network'])} goldens match")


def peak_signal_to_noise(picture: np.ndarray, expected: np.ndarray) -> float:
    """In dB, of values in [0, 1]."""
    error = np.mean(np.square(picture.astype(np.float64) - expected))
    return float(-10 * np.log10(max(error, 1e-20)))


if __name__ == "__main__":
    main()
