"""Style by regions: masked Gram matrices and patches."""

import numpy as np
import pytest

from stylekit.config import ObjectiveConfig
from stylekit.errors import StylekitError
from stylekit.objectives.patches import PatchObjective
from stylekit.objectives.regions import RegionObjective, StyleRegion
from stylekit.perception.network import LossNetwork
from stylekit.synthesis.gradients import evaluator

RANDOM = np.random.default_rng(0)
LAYERS = {"relu1_1": 1.0, "relu2_1": 0.5}
STYLE = RANDOM.random((48, 64, 3), np.float32)
MASKS = np.zeros((48, 64, 2), np.float32)
MASKS[:, :24, 0] = 1
MASKS[:, 24:, 1] = 1


@pytest.fixture(scope="module")
def network(random_vgg):
    return LossNetwork([*LAYERS, "relu3_1"], "vgg16", random_vgg, pooling="avg")


def regions(network, masks=MASKS, distance="squared", styles=None):
    config = ObjectiveConfig(content_layers={}, style_layers=LAYERS)
    if styles is None:
        styles = [StyleRegion(STYLE, MASKS[:, :, r]) for r in range(2)]
    return RegionObjective(network, config, masks, styles, distance=distance)


@pytest.mark.parametrize("distance", ["squared", "smooth_l1"])
def test_the_painting_itself_is_a_minimum(network, distance):
    value, gradient = evaluator(regions(network, distance=distance))(STYLE)
    other, _ = evaluator(regions(network, distance=distance))(STYLE[::-1, ::-1].copy())
    assert value < 1e-6 * other
    np.testing.assert_allclose(gradient, 0, atol=1e-4)


def test_regions_may_move(network):
    # The painting mirrored, with mirrored masks, is not the painting, and yet close in style.
    mirrored = np.ascontiguousarray(STYLE[:, ::-1])
    at_home, _ = evaluator(regions(network, MASKS[:, ::-1]))(mirrored)
    swapped, _ = evaluator(regions(network, MASKS[:, ::-1, ::-1]))(mirrored ** np.float32(2))
    assert at_home < swapped


def test_a_region_is_only_pulled_inside_of_what_its_mask_sees(network):
    mask = np.zeros((48, 64, 1), np.float32)
    mask[:16, :16] = 1
    goal = regions(network, mask, styles=[StyleRegion(STYLE, np.ones((48, 64), np.float32))])
    _, gradient = evaluator(goal)(RANDOM.random((48, 64, 3), np.float32))
    seen = np.abs(gradient).sum(axis=2) > 0
    # relu2_1: the mask blurs by 4 pixels, and features there see 4 more.
    assert seen[:16, :16].all() and not seen[25:].any() and not seen[:, 25:].any()


def patches(network, masks=MASKS, style=STYLE, style_masks=MASKS):
    config = ObjectiveConfig(
        content_layers={}, style_layers={"relu2_1": 1.0, "relu3_1": 1.0}, variation_weight=0.0
    )
    return PatchObjective(network, config, masks, style, style_masks, 10.0)


def test_the_painting_matches_itself(network):
    goal = patches(network)
    goal.renew(STYLE)
    value, gradient = evaluator(goal)(STYLE)
    np.testing.assert_allclose(value, 0, atol=1e-6)
    np.testing.assert_allclose(gradient, 0, atol=1e-5)


def test_patches_come_from_their_region(network):
    # Asked for the right region everywhere, the left half of the painting finds no copy of itself.
    right = np.zeros_like(MASKS)
    right[..., 1] = 1
    goal = patches(network, masks=right)
    goal.renew(STYLE)
    assert evaluator(goal)(STYLE)[0] > 0.01


def test_tiles_of_patches_equal_the_whole(network):
    goal = patches(network)
    image = RANDOM.random((48, 64, 3), np.float32)
    goal.renew(image)
    whole_value, whole = evaluator(goal)(image)
    value, gradient = evaluator(goal, tile=16)(image)
    np.testing.assert_allclose(value, whole_value, rtol=1e-5)
    np.testing.assert_allclose(gradient, whole, atol=1e-5 * np.abs(whole).max())


def test_a_style_smaller_than_a_patch(network):
    small = np.ones((8, 64, 3), np.float32)
    with pytest.raises(StylekitError, match="a patch of relu3_1 needs 12"):
        patches(network, style=small, style_masks=MASKS[:8])


def test_content_is_kept(network):
    config = ObjectiveConfig(content_layers={"relu3_1": 1.0}, style_layers=LAYERS, style_weight=0.0)
    photo = RANDOM.random((48, 64, 3), np.float32)
    styles = [StyleRegion(STYLE, MASKS[:, :, r]) for r in range(2)]
    goal = RegionObjective(network, config, MASKS, styles, photo)
    assert evaluator(goal)(photo)[0] == pytest.approx(0, abs=1e-6)
    assert evaluator(goal)(STYLE)[0] > 0.05
