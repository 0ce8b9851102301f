"""Images per second of pytorch/examples' fast_neural_style; called by training_speed.py.

    ENV/bin/python pytorch_fast_neural_style.py EXAMPLES float32|bfloat16 REPETITIONS

The step is the one of its neural_style.py, with random photographs and VGG weights, batch 4,
256 × 256 pixels.
"""

import sys
import time
from pathlib import Path

import torch
import torchvision


def main(examples: str, precision: str, repetitions: int) -> None:
    """Print images per second."""
    sys.path.insert(0, str(Path(examples) / "fast_neural_style" / "neural_style"))
    original = torchvision.models.vgg16
    torchvision.models.vgg16 = lambda weights=None: original(weights=None)
    import utils
    from transformer_net import TransformerNet
    from vgg import Vgg16

    torch.manual_seed(0)
    transformer, vgg, mse = TransformerNet(), Vgg16(), torch.nn.MSELoss()
    optimizer = torch.optim.Adam(transformer.parameters(), 1e-3)
    style = 255 * torch.rand(4, 3, 256, 256)
    gram_style = [utils.gram_matrix(y) for y in vgg(utils.normalize_batch(style))]
    autocast = torch.autocast("cpu", torch.bfloat16, enabled=precision == "bfloat16")

    times = []
    for _ in range(repetitions + 2):
        x = 255 * torch.rand(4, 3, 256, 256)
        start = time.perf_counter()
        optimizer.zero_grad()
        with autocast:
            y = utils.normalize_batch(transformer(x))
            x = utils.normalize_batch(x)
            features_y, features_x = vgg(y), vgg(x)
            content_loss = 1e5 * mse(features_y.relu2_2, features_x.relu2_2)
            style_loss = 0.0
            for feature, gram in zip(features_y, gram_style, strict=True):
                style_loss += mse(utils.gram_matrix(feature), gram)
            total = content_loss + 1e10 * style_loss
        total.backward()
        optimizer.step()
        times.append(time.perf_counter() - start)
    times = sorted(times[2:])
    print(4 / times[len(times) // 2])


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
