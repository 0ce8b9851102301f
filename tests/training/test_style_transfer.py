import numpy as np
import pytest

from stylekit.errors import StylekitError
from stylekit.training.style_transfer import check_painting


@pytest.mark.parametrize("layer", ["relu4_1", "block4_conv1"])
def test_a_painting_has_a_position_of_every_style_layer(layer: str) -> None:
    check_painting(np.zeros((8, 90, 3)), "wide", ["relu1_1", layer])
    with pytest.raises(StylekitError, match="'wide' has 90x7 pixels: give at least 8 a side"):
        check_painting(np.zeros((7, 90, 3)), "wide", ["relu1_1", layer])


def test_a_layer_that_no_network_has_is_named() -> None:
    for layer in ("relu9_1", "conv4_2", "what"):
        with pytest.raises(StylekitError, match=f"'{layer}'.*choose among relu1_1"):
            check_painting(np.zeros((90, 90, 3)), "wide", [layer])
