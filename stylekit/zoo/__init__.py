"""Trained models that ship with the package, each in a folder of its own."""

from stylekit.zoo.shipped import ShippedModel, find, model_path, names, run_path

__all__ = ["ShippedModel", "find", "model_path", "names", "run_path"]
