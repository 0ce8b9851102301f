"""Dreams on a random loss network."""

import numpy as np
import pytest

from stylekit.errors import StylekitError
from stylekit.objectives.dream import DreamObjective
from stylekit.perception.network import LossNetwork
from stylekit.synthesis.dream import DreamConfig, dream
from stylekit.synthesis.gradients import evaluator

RANDOM = np.random.default_rng(0)
PHOTO = (0.4 + 0.2 * RANDOM.random((40, 56, 3))).astype(np.float32)


@pytest.fixture(scope="module")
def network(random_vgg):
    return LossNetwork(["relu2_2", "relu3_1"], "vgg16", random_vgg)


def run(random_vgg, guide=None, on_octave=None, **options):
    options = {"layers": ("block3_conv1",), "octaves": 3, "steps": 4, **options}
    return dream(PHOTO, DreamConfig(loss_weights=random_vgg, **options), guide, on_octave)


@pytest.mark.parametrize("channel", [None, 7])
def test_the_activations_rise(random_vgg, network, channel):
    value = evaluator(DreamObjective(network, ("relu3_1",), channel))
    assert value(run(random_vgg, channel=channel))[0] < 1.2 * value(PHOTO)[0] < 0


def test_octaves_grow_to_the_size_of_the_photo(random_vgg):
    sizes = []
    result = run(random_vgg, on_octave=lambda _, image: sizes.append(image.shape[:2]))
    assert sizes == [(20, 29), (29, 40), (40, 56)] and result.shape == PHOTO.shape
    assert result.min() >= 0 and result.max() <= 1


def test_octaves_below_the_stride_are_left_out(random_vgg):
    sizes = []
    run(random_vgg, octaves=12, steps=1, on_octave=lambda _, image: sizes.append(image.shape[:2]))
    assert min(sizes[0]) >= 4 and len(sizes) == 8


def test_a_guide_draws_the_features_to_itself(network, random_vgg):
    guide = RANDOM.random((32, 32, 3), np.float32)
    value = evaluator(DreamObjective(network, ("relu3_1",), guide=guide))
    guided, plain = run(random_vgg, guide), run(random_vgg)
    assert value(guided)[0] < value(PHOTO)[0]
    assert np.abs(guided - plain).max() > 0.01


def test_a_guide_is_worth_its_best_product(network):
    guide = RANDOM.random((32, 32, 3), np.float32)
    ours, theirs = (
        network(picture[None], ("relu3_1",))["relu3_1"].numpy().reshape(-1, 256)
        for picture in (PHOTO, guide)
    )
    best = (ours @ theirs.T).max(axis=1).mean() / 256
    value, _ = evaluator(DreamObjective(network, ("relu3_1",), guide=guide))(PHOTO)
    np.testing.assert_allclose(value, -best, rtol=1e-4)


@pytest.mark.parametrize(
    "options", [{}, {"channel": 3}, {"guide": PHOTO[8:, :40]}], ids=["all", "channel", "guide"]
)
def test_tiles_equal_the_whole(network, options):
    objective = DreamObjective(network, ("relu2_2", "relu3_1"), **options)
    whole_value, whole = evaluator(objective)(PHOTO)
    value, gradient = evaluator(objective, tile=16)(PHOTO)
    np.testing.assert_allclose(value, whole_value, rtol=1e-5)
    np.testing.assert_allclose(gradient, whole, atol=1e-5 * np.abs(whole).max())


def test_the_seed_decides(random_vgg):
    np.testing.assert_array_equal(run(random_vgg, seed=3), run(random_vgg, seed=3))
    assert np.abs(run(random_vgg, seed=3) - run(random_vgg, seed=4)).max() > 0


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"channel": 256}, "relu3_1 has the channels 0 to 255, and none with number 256"),
        ({"ratio": 1.0}, "above 1"),
        ({"ratio": float("nan")}, "above 1"),
        ({"layers": ("mixed4c",)}, "choose among relu1_1"),
    ],
)
def test_mistakes(random_vgg, options, reason):
    with pytest.raises(StylekitError, match=reason):
        run(random_vgg, **options)
    with pytest.raises(StylekitError, match="give a channel or a guide"):
        run(random_vgg, guide=PHOTO, channel=1)
