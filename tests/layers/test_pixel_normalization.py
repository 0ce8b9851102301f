import numpy as np

from stylekit.layers.pixel_normalization import ConditionalPixelNormalization

ROWS = np.eye(2, dtype=np.float32)


def test_by_hand() -> None:
    layer = ConditionalPixelNormalization(epsilon=0.0)
    layer.build((None, None, None, 2), (None, 2))
    layer.scale.assign([[1.0, 1.0], [2.0, 3.0]])
    layer.offset.assign([[0.0, 0.0], [0.5, -0.5]])
    features = np.array([7.0, 3.0], np.float32).reshape(1, 1, 1, 2)

    # Mean 5 and deviation 2: (1, -1), then scale and offset.
    np.testing.assert_allclose(layer(features, ROWS[:1]).numpy().ravel(), [1, -1])
    np.testing.assert_allclose(layer(features, ROWS[1:]).numpy().ravel(), [2.5, -3.5])


def test_a_strong_place_leaves_the_others_as_they_are() -> None:
    layer = ConditionalPixelNormalization()
    layer.build((None, None, None, 4), (None, 2))
    features = np.random.default_rng(0).normal(size=(1, 5, 5, 4)).astype(np.float32)
    before = layer(features, ROWS[:1]).numpy()

    features[0, 2, 2] *= 1000
    after = layer(features, ROWS[:1]).numpy()

    np.testing.assert_allclose(after, before, atol=1e-4)
