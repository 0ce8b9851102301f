import pytest

from stylekit.errors import StylekitError
from stylekit.perception.names import (
    canonical,
    convolution_names,
    convolution_of,
    kernel_shape,
    layer_names,
)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("relu4_2", "relu4_2"),
        ("block4_conv2", "relu4_2"),
        ("pool4", "pool4"),
        ("block4_pool", "pool4"),
    ],
)
def test_both_notations_name_the_same_layer(name: str, expected: str) -> None:
    assert canonical(name, "vgg16") == expected


def test_the_architectures_differ_in_the_fourth_convolution_of_blocks_3_to_5() -> None:
    extra = set(layer_names("vgg19")) - set(layer_names("vgg16"))
    assert extra == {"relu3_4", "relu4_4", "relu5_4"}
    assert len(convolution_names("vgg16")) == 13
    assert len(convolution_names("vgg19")) == 16


def test_layers_come_in_the_order_of_the_network() -> None:
    assert layer_names("vgg16")[:6] == (
        "relu1_1", "relu1_2", "pool1", "relu2_1", "relu2_2", "pool2",
    )  # fmt: skip


@pytest.mark.parametrize("name", ["relu4_4", "block4_conv4", "relu6_1", "fc1", "", "relu4_2 "])
def test_unknown_layer_lists_the_known_ones(name: str) -> None:
    with pytest.raises(StylekitError) as caught:
        canonical(name, "vgg16")
    assert repr(name) in str(caught.value)
    assert all(known in str(caught.value) for known in layer_names("vgg16"))


def test_layer_before_its_relu_is_refused_with_the_reason() -> None:
    with pytest.raises(StylekitError, match="'conv4_2' is a convolution before its ReLU.*relu4_2"):
        canonical("conv4_2", "vgg19")


def test_unknown_architecture_lists_the_known_ones() -> None:
    with pytest.raises(StylekitError, match="'vgg11'.*vgg16, vgg19"):
        canonical("relu1_1", "vgg11")


def test_last_convolution_of_a_layer() -> None:
    assert convolution_of("block4_conv2", "vgg16") == "conv4_2"
    assert convolution_of("pool3", "vgg16") == "conv3_3"
    assert convolution_of("pool3", "vgg19") == "conv3_4"


def test_kernel_shapes() -> None:
    assert kernel_shape("conv1_1") == (3, 3, 3, 64)
    assert kernel_shape("conv1_2") == (3, 3, 64, 64)
    assert kernel_shape("conv3_1") == (3, 3, 128, 256)
    assert kernel_shape("conv5_1") == (3, 3, 512, 512)
