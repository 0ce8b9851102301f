"""The loss network that an objective's configuration asks for."""

from stylekit.config import ObjectiveConfig
from stylekit.objectives.diversity import PIXELS
from stylekit.perception.network import LossNetwork
from stylekit.perception.weights import ResolvedWeights


def loss_network(
    config: ObjectiveConfig, dtype: str = "float32", weights: ResolvedWeights | None = None
) -> LossNetwork:
    """A network with the layers and the pooling of an objective.

    `weights` take the place of the configuration's own.

    Raises:
        StylekitError: unknown layers or weights, or layers that the weights do not offer.
    """
    architecture = None if config.architecture == "auto" else config.architecture
    layers = [*config.content_layers, *config.style_layers]
    if config.diversity.layer != PIXELS:
        layers.append(config.diversity.layer)
    return LossNetwork(
        layers,
        architecture=architecture,
        weights=weights or config.weights,
        pooling=config.pooling,
        dtype=dtype,
    )
