"""The solver on small problems whose minimum is known."""

import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

from stylekit.errors import StylekitError
from stylekit.imaging.load import load_rgb
from stylekit.imaging.resize import resize
from stylekit.objectives.pixels import PixelObjective
from stylekit.synthesis.recorder import Output, Recorder
from stylekit.synthesis.schedule import parse_schedule
from stylekit.synthesis.solver import SolverConfig, solve

HEIGHT, WIDTH = 24, 16
TARGET = np.random.default_rng(0).uniform(0.1, 0.9, (HEIGHT, WIDTH, 3)).astype(np.float32)


class Distance(PixelObjective):
    """Badly scaled squared distance to an image, sharper at larger sizes."""

    reach = 0

    def __init__(self, height, width, noise=0.0):
        self.target = resize(TARGET, height, width)
        self.scale = tf.exp(3 * tf.random.stateless_uniform([height, width, 3], [1, 2]))
        self.noise = noise

    def measure(self, image, part=None):
        return tf.reduce_sum(self.scale * tf.square(image[0] - self.target))

    def value(self, measures, image):
        # `noise` stands for what half precision does to a loss: steps that float32 does not have.
        return (
            tf.round(measures / self.noise) * self.noise + measures * 1e-9
            if self.noise
            else (measures)
        )


def problem(height, width, precision):
    return Distance(height, width, noise=0.5 if precision == "bfloat16" else 0.0)


def grey(height, width):
    return np.full((height, width, 3), 0.5, np.float32)


def run(schedule, config=None, output=None, problem=problem):
    config = config or SolverConfig(tolerance=0)
    return solve(problem, grey, HEIGHT, WIDTH, parse_schedule(schedule), config, output, "test")


def test_scales_follow_each_other():
    solution = run("12:20,full:30")
    assert solution.image.shape == TARGET.shape
    np.testing.assert_allclose(solution.image, TARGET, atol=0.02)
    assert [len(values) for values in solution.values] == [21, 31]
    assert solution.iterations == 50
    # The second scale starts from the first one's result, not from grey.
    at_grey = float(Distance(HEIGHT, WIDTH).measure(tf.fill([1, HEIGHT, WIDTH, 3], 0.5)))
    assert solution.values[1][0] < 0.8 * at_grey
    np.testing.assert_allclose(solution.loss, solution.values[-1][-1], rtol=1e-4)


def test_adam_arrives_too():
    config = SolverConfig("adam", learning_rate=0.02, tolerance=0)
    np.testing.assert_allclose(run("full:200", config).image, TARGET, atol=0.02)


def test_it_stops_when_the_loss_no_longer_falls():
    config = SolverConfig("adam", learning_rate=1e-9, tolerance=1e-4)
    # Adam's values are those before its steps, so that 50 gains take 51 steps.
    assert run("full:500", config).iterations == 51


@pytest.mark.parametrize("optimizer", ["lbfgs", "adam"])
def test_a_killed_run_resumes_at_the_same_image(optimizer, tmp_path, monkeypatch):
    show = Recorder.show

    def killing(at):
        def show_or_die(self, iteration, image, value):
            if iteration == at:
                raise KeyboardInterrupt
            show(self, iteration, image, value)

        return show_or_die

    config = SolverConfig(optimizer, learning_rate=0.05, tolerance=0, restart_every=7)
    schedule = "12:10,full:19"
    whole = run(schedule, config, Output(gif=tmp_path / "whole.gif"))

    output = Output(checkpoint=tmp_path / "state.npz", gif=tmp_path / "resumed.gif")
    for killed_at in (9, 15):
        with monkeypatch.context() as patch:
            patch.setattr(Recorder, "show", killing(killed_at))
            with pytest.raises(KeyboardInterrupt):
                run(schedule, config, output)
        output = Output(checkpoint=output.checkpoint, gif=output.gif, resume=True)
    resumed = run(schedule, config, output)
    np.testing.assert_array_equal(resumed.image, whole.image)
    assert resumed.values == whole.values
    with Image.open(tmp_path / "whole.gif") as a, Image.open(tmp_path / "resumed.gif") as b:
        assert a.n_frames == b.n_frames == 30  # the start and 29 iterations


def test_half_precision_hands_over_to_float32():
    config = SolverConfig(precision="bfloat16", tolerance=0)
    solution = run("full:60", config)
    # In steps of 0.5, L-BFGS cannot get below about one step; float32 goes on to the minimum.
    assert solution.loss < 1e-2
    assert solution.loss == pytest.approx(solution.values[-1][-1], rel=1e-3)


def test_a_checkpoint_of_something_else_is_refused(tmp_path):
    output = Output(checkpoint=tmp_path / "state.npz")
    run("full:3", output=output)
    with pytest.raises(StylekitError, match="other pictures or settings"):
        solve(
            problem,
            grey,
            HEIGHT,
            WIDTH,
            parse_schedule("full:3"),
            SolverConfig(),
            Output(checkpoint=output.checkpoint, resume=True),
            "another",
        )
    (tmp_path / "state.npz").write_bytes(b"PK damaged")
    with pytest.raises(StylekitError, match="is damaged"):
        run("full:3", output=Output(checkpoint=output.checkpoint, resume=True))
    with pytest.raises(StylekitError, match="no checkpoint"):
        run("full:3", output=Output(checkpoint=tmp_path / "none.npz", resume=True))


def test_previews_and_animation(tmp_path):
    output = Output(preview=tmp_path / "now.png", preview_every=2, gif=tmp_path / "run.gif")
    solution = run("12:4,full:4", output=output)
    np.testing.assert_allclose(load_rgb(tmp_path / "now.png"), solution.image, atol=0.5 / 255)
    with Image.open(tmp_path / "run.gif") as animation:
        assert animation.size == (WIDTH, HEIGHT)
        assert animation.n_frames == 9  # the start, 8 iterations of which the last is the result


def test_what_is_shown_is_finished_and_what_is_minimised_is_not(tmp_path):
    output = Output(preview=tmp_path / "now.png", gif=tmp_path / "run.gif")
    arguments = (problem, grey, HEIGHT, WIDTH, parse_schedule("full:5"), SolverConfig(tolerance=0))
    plain = solve(*arguments)
    finished = solve(*arguments, output, finish=lambda image: 0 * image + [1.0, 0.0, 0.0])
    assert finished.values == plain.values and finished.loss == plain.loss
    red = np.full(TARGET.shape, [1, 0, 0], np.float32)
    np.testing.assert_array_equal(finished.image, red)
    np.testing.assert_array_equal(load_rgb(tmp_path / "now.png"), red)
    with Image.open(tmp_path / "run.gif") as animation:
        assert animation.n_frames == 1  # all alike
        np.testing.assert_array_equal(animation.convert("RGB"), np.rint(255 * red))


def test_a_loss_that_is_no_number_is_an_error():
    class Broken(Distance):
        def value(self, measures, image):
            return measures * float("nan")

    with pytest.raises(StylekitError, match="not a finite number"):
        run("full:3", problem=lambda height, width, precision: Broken(height, width))
