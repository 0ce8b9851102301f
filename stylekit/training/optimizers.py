"""Optimizers of training, by name."""

from collections.abc import Callable
from typing import Any

import keras
import tensorflow as tf

# Learning rates of the variables that Adam updates, as shares of Muon's. With `configs/small.yaml`
# the gradient of the painting layer has some hundred times the norm of all others together: there
# a larger rate makes contrast and brightness swing from step to step. Scale and offset of the
# normalizations, which are what a style is, hardly move at such a rate.
_ROWS = 0.2
_PAINTING = 0.01


class ConvolutionMuon(keras.optimizers.Muon):
    """Muon (Jordan et al. 2024) for the kernels of convolutions, Adam for everything else.

    Keras' Muon takes matrices only, which here are the rows of conditional instance
    normalization, and gives convolutions to Adam. A kernel `[height, width, in, out]` is a matrix
    `[height * width * in, out]`; its update is orthogonalised as such, and scaled to the size of
    an Adam update (Liu et al. 2025). The layer that paints, the one with three outputs, stays
    with Adam, as the authors advise for last layers: with Muon, training took twice the steps.
    """

    def _should_use_adamw(self, variable: Any) -> bool:
        return len(variable.shape) != 4 or _paints(variable)

    def _adamw_update_step(
        self, gradient: Any, variable: Any, learning_rate: Any, m: Any, v: Any
    ) -> None:
        share = _PAINTING if _paints(variable) else _ROWS
        super()._adamw_update_step(gradient, variable, learning_rate * share, m, v)

    def _muon_update_step(self, gradient: Any, variable: Any, lr: Any, m: Any) -> None:
        self.assign_add(m, gradient + m * (self.momentum - 1))
        direction = gradient + self.momentum * m
        matrix = tf.reshape(direction, [-1, variable.shape[-1]])
        update = self.lr_adjust(lr * self.zeropower_via_newtonschulz5(matrix, self.ns_steps))
        self.assign_sub(variable, tf.reshape(update, variable.shape))


def _paints(variable: Any) -> bool:
    """Whether a variable is the kernel or the bias of the layer that paints."""
    return bool(variable.shape[-1] == 3)


def _adam() -> keras.optimizers.Optimizer:
    return keras.optimizers.Adam()


def _adamw() -> keras.optimizers.Optimizer:
    return keras.optimizers.AdamW(weight_decay=0.01)


def _muon() -> keras.optimizers.Optimizer:
    return ConvolutionMuon(weight_decay=None, adam_weight_decay=None)


_OPTIMIZERS: dict[str, Callable[[], keras.optimizers.Optimizer]] = {
    "adam": _adam,
    "adamw": _adamw,
    "muon": _muon,
}


def build_optimizer(
    name: str, variables: list[keras.Variable], weight_decay: bool = True
) -> keras.optimizers.Optimizer:
    """A new optimizer for `variables`; its learning rate is set before each step.

    Without `weight_decay`, a variable whose gradient is zero stays exactly what it is.
    """
    optimizer = _OPTIMIZERS[name]()
    if not weight_decay:
        optimizer.exclude_from_weight_decay(var_list=variables)
    optimizer.build(variables)
    return optimizer
