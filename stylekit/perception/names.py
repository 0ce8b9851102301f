"""Names of the layers of VGG16 and VGG19, in the notation of the papers (`relu4_2`)."""

import re

from stylekit.errors import StylekitError

# Convolutions in each of the five blocks (Simonyan and Zisserman 2015, table 1, columns D and E).
CONVOLUTIONS_PER_BLOCK = {"vgg16": (2, 2, 3, 3, 3), "vgg19": (2, 2, 4, 4, 4)}

# Output channels of each block.
CHANNELS_PER_BLOCK = (64, 128, 256, 512, 512)

_KERAS_CONVOLUTION = re.compile(r"block(\d+)_conv(\d+)")
_KERAS_POOL = re.compile(r"block(\d+)_pool")
_CAFFE_CONVOLUTION = re.compile(r"conv(\d+)_(\d+)")


def check_architecture(architecture: str) -> None:
    """Raise StylekitError unless `architecture` is `vgg16` or `vgg19`."""
    if architecture not in CONVOLUTIONS_PER_BLOCK:
        known = ", ".join(CONVOLUTIONS_PER_BLOCK)
        raise StylekitError(f"unknown loss network {architecture!r}: choose one of {known}")


def convolution_names(architecture: str) -> tuple[str, ...]:
    """Names of all convolutions from input to output: `conv1_1`, `conv1_2`, `conv2_1`, ..."""
    check_architecture(architecture)
    return tuple(
        f"conv{block}_{index}"
        for block, count in enumerate(CONVOLUTIONS_PER_BLOCK[architecture], start=1)
        for index in range(1, count + 1)
    )


def layer_names(architecture: str) -> tuple[str, ...]:
    """Names of all layers on offer from input to output: `relu1_1`, `relu1_2`, `pool1`, ..."""
    check_architecture(architecture)
    names: list[str] = []
    for block, count in enumerate(CONVOLUTIONS_PER_BLOCK[architecture], start=1):
        names += [f"relu{block}_{index}" for index in range(1, count + 1)]
        names.append(f"pool{block}")
    return tuple(names)


def canonical(name: str, architecture: str) -> str:
    """Name of a layer in the notation of the papers.

    `relu4_2` and Keras' `block4_conv2` (whose output is taken after the ReLU) both give `relu4_2`;
    `pool4` and `block4_pool` give `pool4`.

    Raises:
        StylekitError: the network has no such layer; the message lists those it has. `conv4_2`,
            the convolution before its ReLU, is not on offer.
    """
    known = layer_names(architecture)
    if match := _KERAS_CONVOLUTION.fullmatch(name):
        layer = f"relu{match[1]}_{match[2]}"
    elif match := _KERAS_POOL.fullmatch(name):
        layer = f"pool{match[1]}"
    else:
        layer = name
    if layer in known:
        return layer
    if match := _CAFFE_CONVOLUTION.fullmatch(name):
        reason = f"{name!r} is a convolution before its ReLU, which is not offered"
    else:
        reason = f"{architecture} has no layer {name!r}"
    raise StylekitError(f"{reason}: choose among {', '.join(known)}")


def convolution_of(layer: str, architecture: str) -> str:
    """Name of the last convolution that a layer needs: `conv4_2` for `relu4_2`.

    Raises:
        StylekitError: the network has no such layer.
    """
    layer = canonical(layer, architecture)
    if layer.startswith("relu"):
        return layer.replace("relu", "conv")
    block = int(layer.removeprefix("pool"))
    return f"conv{block}_{CONVOLUTIONS_PER_BLOCK[architecture][block - 1]}"


def kernel_shape(convolution: str) -> tuple[int, int, int, int]:
    """Shape `[3, 3, in, out]` of the kernel of a convolution such as `conv3_1`."""
    block, index = (int(number) for number in convolution.removeprefix("conv").split("_"))
    channels = CHANNELS_PER_BLOCK[block - 1]
    if index > 1:
        incoming = channels
    elif block > 1:
        incoming = CHANNELS_PER_BLOCK[block - 2]
    else:
        incoming = 3
    return (3, 3, incoming, channels)
