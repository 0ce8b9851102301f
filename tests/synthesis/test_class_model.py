"""Class images of a classifier of handwritten digits, trained here."""

import keras
import numpy as np
import pytest
from sklearn.datasets import load_digits

from stylekit.cli.main import main
from stylekit.errors import StylekitError
from stylekit.imaging.load import load_rgb
from stylekit.imaging.save import save
from stylekit.perception.classifier import PixelRange, load_classifier
from stylekit.perception.network import LossNetwork
from stylekit.synthesis.class_model import (
    AscentConfig,
    channel_image,
    class_image,
    predicted_class,
    saliency_map,
)


@pytest.fixture(scope="module")
def digits():
    data = load_digits()
    return (data.images / 16).astype(np.float32)[..., None], data.target


@pytest.fixture(scope="module")
def file(digits, tmp_path_factory):
    """A small network with a softmax, as people save them."""
    keras.utils.set_random_seed(0)
    model = keras.Sequential(
        [
            keras.Input((8, 8, 1)),
            keras.layers.Conv2D(16, 3, activation="relu"),
            keras.layers.Conv2D(32, 3, activation="relu"),
            keras.layers.Flatten(),
            keras.layers.Dense(10, activation="softmax"),
        ]
    )
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    images, labels = digits
    model.fit(images[:1400], labels[:1400], batch_size=32, epochs=12, verbose=0)
    assert model.evaluate(images[1400:], labels[1400:], verbose=0)[1] > 0.9
    path = tmp_path_factory.mktemp("digits") / "digits.keras"
    model.save(path)
    return path


@pytest.fixture(scope="module")
def classifier(file):
    return load_classifier(str(file), PixelRange())


def test_scores_are_those_before_the_softmax(classifier, file, digits):
    images = np.repeat(digits[0][:5], 3, axis=3)
    scores = classifier.scores(images).numpy()
    probabilities = keras.models.load_model(file).predict(digits[0][:5], verbose=0)
    exponentials = np.exp(scores - scores.max(axis=1, keepdims=True))
    np.testing.assert_allclose(
        exponentials / exponentials.sum(axis=1, keepdims=True), probabilities, atol=1e-5
    )
    assert scores.max() > 1.5


def test_class_images_are_classified_as_their_class(classifier):
    for digit in range(10):
        image = class_image(classifier, digit, AscentConfig(steps=60))
        assert image.shape == (8, 8, 3) and image.min() >= 0 and image.max() <= 1
        assert predicted_class(classifier, image) == digit


def test_decay_keeps_images_near_the_mean(classifier):
    free, pulled = (
        class_image(classifier, 3, AscentConfig(steps=100, decay=decay)) for decay in (0.0, 10.0)
    )
    assert np.abs(pulled - classifier.mean).mean() < 0.5 * np.abs(free - classifier.mean).mean()


def test_saliency_is_the_gradient_of_the_score(classifier, digits):
    image = np.repeat(digits[0][7], 3, axis=2)
    values = saliency_map(classifier, image, 4)
    assert values.shape == (8, 8) and values.max() == 1
    step = 1e-2
    for row, column in ((2, 3), (4, 4)):
        moved = [image.copy(), image.copy()]
        for changed, sign in zip(moved, (1, -1), strict=True):
            changed[row, column, 0] += sign * step
        ahead, behind = (classifier.scores(m[None])[0, 4].numpy() for m in moved)
        slope = abs(ahead - behind) / (2 * step)
        brightest = np.unravel_index(values.argmax(), values.shape)
        moved = [image.copy(), image.copy()]
        for changed, sign in zip(moved, (1, -1), strict=True):
            changed[brightest][0] += sign * step
        ahead, behind = (classifier.scores(m[None])[0, 4].numpy() for m in moved)
        assert slope <= 1.05 * abs(ahead - behind) / (2 * step)
        np.testing.assert_allclose(
            slope / (abs(ahead - behind) / (2 * step)), values[row, column], atol=0.05
        )


def test_channel_images_answer_to_their_channel(random_vgg):
    network = LossNetwork(["relu2_1"], "vgg16", random_vgg)
    grey = np.full((24, 24, 3), 0.45, np.float32)
    before = network(grey[None])["relu2_1"].numpy().mean(axis=(0, 1, 2))
    channel = int(np.argmax(before))  # not a dead one
    image = channel_image(network, "relu2_1", channel, 24, AscentConfig(steps=20))
    after = network(image[None])["relu2_1"].numpy().mean(axis=(0, 1, 2))
    assert after[channel] > 1.2 * before[channel]


def _run(capsys, *arguments):
    with pytest.raises(SystemExit) as end:
        main(["visualize", *map(str, arguments)])
    captured = capsys.readouterr()
    return end.value.code, captured.out, captured.err


def test_the_command(file, tmp_path, capsys, digits):
    out = tmp_path / "three.png"
    code, text, _ = _run(capsys, "--network", file, "--class", 3, "-o", out, "--steps", 40)
    assert code == 0 and "class 3, score" in text and "classified as 3" in text
    assert load_rgb(out).shape == (8, 8, 3)
    save(tmp_path / "digit.png", np.repeat(digits[0][3], 3, axis=2))
    code, text, _ = _run(capsys, "--network", file, "--saliency", tmp_path / "digit.png", "-o", out)
    assert code == 0 and text.rstrip().endswith("shows class 3")


def test_mistakes_of_the_command(file, tmp_path, capsys, monkeypatch):
    def offline(*_):
        raise StylekitError("no network")

    monkeypatch.setattr("stylekit.perception.weights.download", offline)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    (tmp_path / "text.keras").write_text("no network")
    out = ("-o", tmp_path / "x.png")
    for arguments, reason in (
        (["--class", 10, "--network", file], "the classes 0 to 9: not 10"),
        (["--class", 1], "a whole classifier, and ImageNet's VGG16 cannot be had (no network)"),
        (["--class", 1, "--network", tmp_path / "none.keras"], "does not exist"),
        (["--class", 1, "--network", tmp_path / "text.keras"], "cannot read the network"),
        (["--class", 1, "--layer", "relu1_1"], "give --class N"),
        ([], "give --class N"),
        (["--class", 1, "--network", file, "--pixel-range", "1"], "BLACK,WHITE"),
        (["--class", 1, "--size", 64], "--size has no effect on a picture by --class"),
        (["--saliency", "a.png", "--iterations", 9], "--steps has no effect on a picture by --sal"),
        (["--saliency", tmp_path / "x.png"], "x.png' would be written over"),
        (["--layer", "relu1_1", "--network", file], "--network has no effect on a picture by --l"),
    ):
        code, text, err = _run(capsys, *arguments, *out)
        assert code == 2 and text == "" and err.count("\n") == 1 and reason in err
    assert not (tmp_path / "x.png").exists()


def test_networks_that_are_no_classifiers(tmp_path):
    inputs = keras.Input((8, 8, 5))
    keras.Model(inputs, keras.layers.Flatten()(inputs)).save(tmp_path / "five.keras")
    with pytest.raises(StylekitError, match="takes images"):
        load_classifier(str(tmp_path / "five.keras"), PixelRange())
    inputs = keras.Input((8, 8, 3))
    keras.Model(inputs, keras.layers.Conv2D(2, 3)(inputs)).save(tmp_path / "map.keras")
    with pytest.raises(StylekitError, match="a score for each class"):
        load_classifier(str(tmp_path / "map.keras"), PixelRange())
