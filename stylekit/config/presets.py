"""Objectives of published implementations, by name."""

from typing import Any

# Total variation of the Torch code is `w / 2` times a sum over pixels on the 0-255 scale; ours is
# a mean on [0, 1]. The factor between them at 256 × 256 × 3, where the recipes were published:
_TORCH_VARIATION = 0.5 * 255**2 * 3 * 256**2

# What a configuration of another task begins from: the objective of `stylekit texture`, and the
# small texture network on parts of samples first.
TASKS: dict[str, dict[str, Any]] = {
    "texture": {
        "generator": {"name": "texture_small"},
        "objective": {
            "content_layers": {},
            "content_weight": 0.0,
            "style_weight": 1.0,
            "pooling": "avg",
        },
        "training": {
            "stages": [
                {"steps": 4000, "image_size": 128, "batch_size": 4},
                {"steps": 1000, "image_size": 256, "batch_size": 2},
            ],
        },
    },
}

PRESETS: dict[str, dict[str, Any]] = {
    # jcjohnson/fast-neural-style, train.lua: the defaults.
    "johnson": {
        "content_layers": {"relu3_3": 1.0},
        "style_layers": {"relu1_2": 1.0, "relu2_2": 1.0, "relu3_3": 1.0, "relu4_3": 1.0},
        "content_weight": 1.0,
        "style_weight": 5.0,
        "variation_weight": 1e-6 * _TORCH_VARIATION,
        "normalization": "absolute",
    },
    # DmitryUlyanov/texture_nets, README: stylization.
    "texture-nets": {
        "content_layers": {"relu4_2": 1.0},
        "style_layers": {"relu1_2": 1.0, "relu2_2": 1.0, "relu3_2": 1.0, "relu4_2": 1.0},
        "content_weight": 1.0,
        "style_weight": 10.0,
        "variation_weight": 0.0,
        "normalization": "absolute",
    },
    # jcjohnson/neural-style, neural_style.lua: the defaults, with the layers of Gatys et al. 2016.
    "gatys": {
        "content_layers": {"relu4_2": 1.0},
        "style_layers": {f"relu{block}_1": 1.0 for block in range(1, 6)},
        "content_weight": 5.0,
        "style_weight": 100.0,
        "variation_weight": 1e-3 * _TORCH_VARIATION,
        "normalization": "absolute",
    },
}
