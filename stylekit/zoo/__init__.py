"""Trained models that ship with the package, each in a folder of its own."""

from stylekit.zoo.shipped import (
    DEFAULT,
    DEFAULT_TEXTURES,
    ShippedModel,
    default_style,
    find,
    model_path,
    names,
    quicker_path,
    run_path,
)

__all__ = [
    "DEFAULT",
    "DEFAULT_TEXTURES",
    "ShippedModel",
    "default_style",
    "find",
    "model_path",
    "names",
    "quicker_path",
    "run_path",
]
