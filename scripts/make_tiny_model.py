"""Export an untrained style network of a few kilobytes: `make_tiny_model.py FILE.tflite`.

What runs an exported model can be tried with it, where training one would take too long.
"""

import argparse
from pathlib import Path

import keras

from stylekit.config import GeneratorConfig
from stylekit.export.generator import export_generator
from stylekit.files import atomic_path
from stylekit.inference.card import ModelCard
from stylekit.models.registry import build_generator

STYLES = ["one", "two"]


def main() -> None:
    """Build, export, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path, help="the .tflite file to write")
    path = parser.parse_args().file
    keras.utils.set_random_seed(0)
    generator = build_generator(GeneratorConfig(name="small", channels=8, blocks=1), len(STYLES))
    card = ModelCard(
        name="tiny",
        generator="small",
        styles=STYLES,
        margin=generator.margin,
        multiple_of=generator.multiple_of,
        smallest=generator.smallest,
    )
    content, _ = export_generator(generator, card, "float32")
    with atomic_path(path) as temporary:
        temporary.write_bytes(content)


if __name__ == "__main__":
    main()
