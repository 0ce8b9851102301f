"""Images per second of training, its profile, and PyTorch's fast_neural_style beside it.

    python benchmarks/training_speed.py
    python benchmarks/training_speed.py --torch-python ENV/bin/python --torch-examples DIR

ENV is an environment with torch and torchvision, DIR a checkout of github.com/pytorch/examples.
Both sides train on the same sizes with random photographs; PyTorch's VGG has random weights,
which take the same time. A step is what the recipes do: content targets are computed at the first
of an image's visits, so that a step has a share of them. Run it on a quiet machine.
"""

import argparse
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import tensorflow as tf

from stylekit.config import (
    ContentConfig,
    GeneratorConfig,
    ObjectiveConfig,
    StageConfig,
    TrainingConfig,
)
from stylekit.losses.gram import gram_matrix
from stylekit.models.registry import build_generator
from stylekit.objectives.style_transfer import StyleTransferObjective
from stylekit.perception.network import LossNetwork
from stylekit.training.data import BatchSource, batches
from stylekit.training.learned import Learned
from stylekit.training.optimizers import build_optimizer
from stylekit.training.photographs import packaged_photographs
from stylekit.training.precision import keras_policy, resolve_precision
from stylekit.training.step import LossScale, TrainingStep
from stylekit.training.style_transfer import StyleTransferLoss

SIZE, BATCH = 256, 4
VISITS = ContentConfig().visits
STYLE_LAYERS = ("relu1_2", "relu2_2", "relu3_3", "relu4_3")
CONTENT_LAYER = "relu2_2"  # as PyTorch's example


def main() -> None:
    """Print one table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repetitions", type=int, default=10)
    parser.add_argument("--torch-python", help="python of an environment with torch")
    parser.add_argument("--torch-examples", help="checkout of pytorch/examples")
    parser.add_argument("--only", help="internal: measure one network in this process")
    parser.add_argument("--precision", default="auto")
    arguments = parser.parse_args()
    if arguments.only:
        print(json.dumps(measure(arguments.only, arguments.precision, arguments.repetitions)))
        return

    ours = {name: _in_process(name, arguments.repetitions) for name in ("johnson", "small")}
    for name, figures in ours.items():
        print(
            f"\n{name}: {figures['images_per_second']:.2f} images/s, peak memory "
            f"{figures['peak_gigabytes']:.1f} GB, {figures['precision']}, "
            f"{figures['share_of_peak']:.0%} of the machine's measured matrix peak "
            f"({figures['peak_gflops']:.0f} GFLOP/s)"
        )
        for part, milliseconds in figures["profile"].items():
            print(f"  {part:<48}{milliseconds:8.0f} ms")
    if arguments.torch_python:
        for precision in ("float32", "bfloat16"):
            theirs = _pytorch(arguments, precision)
            ratio = ours["johnson"]["images_per_second"] / theirs
            print(
                f"\nPyTorch fast_neural_style, {precision}: {theirs:.2f} images/s; "
                f"our johnson is {ratio:.1f} times as fast"
            )


def _in_process(name: str, repetitions: int) -> dict:
    """Measure one network in a process of its own, so that peak memory is its alone."""
    command = [sys.executable, __file__, "--only", name, "--repetitions", str(repetitions)]
    return json.loads(subprocess.run(command, check=True, capture_output=True).stdout)


def _pytorch(arguments: argparse.Namespace, precision: str) -> float:
    script = Path(__file__).with_name("pytorch_fast_neural_style.py")
    command = [arguments.torch_python, str(script), arguments.torch_examples, precision]
    command.append(str(arguments.repetitions))
    return float(subprocess.run(command, check=True, capture_output=True).stdout)


def measure(name: str, precision: str, repetitions: int) -> dict:
    """Speed, memory and profile of training one generator with VGG16 to relu4_3."""
    precision = resolve_precision(precision)
    dtype = tf.as_dtype(precision)
    config = ObjectiveConfig(
        content_layers={CONTENT_LAYER: 1.0}, style_layers=dict.fromkeys(STYLE_LAYERS, 1.0)
    )
    network = LossNetwork((CONTENT_LAYER, *STYLE_LAYERS), "vgg16", "hed", dtype=precision)
    style = np.random.default_rng(0).random((SIZE, SIZE, 3), np.float32)
    objective = StyleTransferObjective(network, config, [style])
    generator_config = GeneratorConfig(name=name)
    generator = build_generator(generator_config, 1, keras_policy(precision))
    averaged = build_generator(generator_config, 1)
    optimizer = build_optimizer("muon", generator.model.trainable_variables)
    step = TrainingStep(
        tf.distribute.get_strategy(),
        generator,
        averaged,
        Learned(generator),
        StyleTransferLoss(objective, np.eye(1, dtype=np.float32), "log", context=0),
        optimizer,
        LossScale(precision == "float16"),
        BATCH,
        10.0,
        0.99,
    )
    photos = tf.constant(np.random.default_rng(1).random((BATCH, SIZE, SIZE, 3), np.float32))
    weights, strength = tf.ones([BATCH, 1]), tf.ones([BATCH, 1])

    def forward_and_backward(function: Callable[[tf.Tensor], tf.Tensor]) -> Callable[[], object]:
        @tf.function
        def run(x: tf.Tensor) -> tf.Tensor:
            with tf.GradientTape() as tape:
                tape.watch(x)
                value = function(x)
            return tape.gradient(value, x)

        return lambda: run(photos)

    @tf.function
    def generator_both_ways(x: tf.Tensor) -> list[tf.Tensor]:
        with tf.GradientTape() as tape:
            value = tf.reduce_sum(generator.model([x, weights, strength]))
        return tape.gradient(value, generator.model.trainable_variables)

    prepared = step.prepare(photos, weights, strength)
    features = network(photos)
    grams = tf.function(lambda maps: [gram_matrix(maps[layer]) for layer in STYLE_LAYERS])
    training = TrainingConfig(stages=[StageConfig(10**6, SIZE, BATCH, context=0)])
    source = BatchSource(packaged_photographs(), ContentConfig(), training, 1, 0)
    pipeline = iter(batches(source.batch, 0, 10**6, training.stages[0], 1))
    profile = {
        "loss network on the output, forward and backward": forward_and_backward(
            lambda x: tf.add_n([tf.reduce_sum(tf.cast(f, tf.float32)) for f in network(x).values()])
        ),
        "loss network on the photo": lambda: step.prepare(photos, weights, strength),
        "Gram matrices, forward": lambda: grams(features),
        "generator, forward and backward": lambda: generator_both_ways(photos),
        "input pipeline, per batch, run alone": lambda: next(pipeline),
        "step without the photo": lambda: step(prepared, photos, weights, strength),
    }
    milliseconds = {part: 1e3 * median_time(run, repetitions) for part, run in profile.items()}
    on_photo = milliseconds["loss network on the photo"] / 1e3
    after = milliseconds["step without the photo"] / 1e3
    flops = convolution_flops(step, prepared, photos, weights, strength)
    peak = matrix_peak(dtype, repetitions)
    return {
        "precision": precision,
        "images_per_second": BATCH / (on_photo / VISITS + after),
        "peak_gigabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6,
        "peak_gflops": peak / 1e9,
        "share_of_peak": flops / after / peak,
        "profile": milliseconds,
    }


def median_time(run: Callable[[], object], repetitions: int) -> float:
    """Median seconds of a call, after two calls that are not counted."""
    times = []
    for index in range(repetitions + 2):
        start = time.perf_counter()
        tf.nest.map_structure(lambda x: x.numpy() if hasattr(x, "numpy") else x, run())
        if index >= 2:
            times.append(time.perf_counter() - start)
    return float(np.median(times))


def matrix_peak(dtype: tf.DType, repetitions: int) -> float:
    """Best floating-point operations a second of a 2048² matrix product."""
    side = 2048
    a = tf.cast(tf.random.normal([side, side]), dtype)
    product = tf.function(lambda x: tf.matmul(x, x))
    times = []
    for _ in range(repetitions + 2):
        start = time.perf_counter()
        product(a).numpy()
        times.append(time.perf_counter() - start)
    return 2 * side**3 / min(times)


def convolution_flops(step: TrainingStep, prepared: object, *batch: tf.Tensor) -> float:
    """Floating-point operations of all convolutions that a step does after its preparation."""
    graph = type(step).__call__.get_concrete_function(step, prepared, *batch).graph
    waiting = [output.op for output in graph.outputs] + list(graph.control_outputs)
    needed = set()
    while waiting:
        operation = waiting.pop()
        if operation not in needed:
            needed.add(operation)
            waiting += [value.op for value in operation.inputs] + list(operation.control_inputs)
    total = 0.0
    for operation in needed:
        if operation.type == "Conv2D":
            kernel, out = operation.inputs[1].shape, operation.outputs[0].shape
        elif operation.type == "Conv2DBackpropInput":
            kernel, out = operation.inputs[1].shape, operation.inputs[2].shape
        elif operation.type == "Conv2DBackpropFilter":
            kernel, out = operation.outputs[0].shape, operation.inputs[2].shape
        else:
            continue
        if kernel.rank is not None and None not in kernel.as_list():
            total += 2.0 * np.prod(kernel.as_list()) * np.prod(out.as_list()[1:3]) * BATCH
    return total


if __name__ == "__main__":
    main()
