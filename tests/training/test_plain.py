import numpy as np

from stylekit.training.plain import plain_image


def test_plain_images_are_flat_smooth_or_noisy() -> None:
    random = np.random.default_rng(0)
    images = [plain_image(random, 64) for _ in range(60)]
    assert all(image.shape == (64, 64, 3) and image.dtype == np.uint8 for image in images)
    spread = np.array([image.astype(float).std(axis=(0, 1)).max() for image in images])
    assert (spread == 0).sum() >= 10  # flat colours
    assert (spread > 12).sum() >= 10  # gradients and noise


def test_they_depend_on_the_generator_alone() -> None:
    one, other = (plain_image(np.random.default_rng(7), 32) for _ in range(2))
    np.testing.assert_array_equal(one, other)
