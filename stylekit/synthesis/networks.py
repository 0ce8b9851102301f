"""Loss networks for an optimisation: one for each number format that it runs in."""

import logging
from collections.abc import Sequence

from stylekit.errors import StylekitError
from stylekit.perception.names import canonical
from stylekit.perception.network import LossNetwork
from stylekit.perception.weights import ResolvedWeights, resolve_weights

logger = logging.getLogger("stylekit")


class Networks:
    """The loss network in float32, and in half precision where that is asked for.

    Attributes:
        architecture: `vgg16` or `vgg19`, as found with the weights.
        layers: the papers' names of the layers asked for, from input to output.
    """

    def __init__(
        self, layers: Sequence[str], architecture: str | None, weights: str, pooling: str
    ) -> None:
        self._arguments = (tuple(layers), architecture, weights, pooling)
        self._made: dict[str, LossNetwork] = {}
        network = self("float32")
        self.architecture, self.layers = network.architecture, network.layers

    def __call__(self, precision: str) -> LossNetwork:
        """The network that computes in `float32` or `bfloat16`."""
        if precision not in self._made:
            self._made[precision] = LossNetwork(*self._arguments, dtype=precision)
        return self._made[precision]


def reached_layers(
    layers: dict[str, float], architecture: str | None, weights: str
) -> tuple[dict[str, float], ResolvedWeights]:
    """Those of a recipe's layers that the weights reach; a line in the log names the others.

    Raises:
        StylekitError: no such weights or layer, or no layer is left.
    """
    resolved = resolve_weights(weights, architecture)
    reached, missed = {}, []
    for layer, weight in layers.items():
        name = canonical(layer, resolved.architecture)
        try:
            resolved.require([name])
        except StylekitError:
            missed.append(name)
        else:
            reached[name] = weight
    if missed:
        last = next(reversed(resolved.arrays)).replace("conv", "relu")
        logger.warning(
            "the loss network weights %r end at %s: going on without %s",
            resolved.source.name,
            last,
            ", ".join(missed),
        )
    if not reached:
        raise StylekitError(
            f"the loss network weights {resolved.source.name!r} reach none of the layers "
            f"{', '.join(missed)}: use the weights 'imagenet'"
        )
    return reached, resolved
