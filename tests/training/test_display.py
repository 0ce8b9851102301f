import pytest

from stylekit.training.display import Display, Speed


def test_speed_leaves_the_first_step_out() -> None:
    speed = Speed(batch_size=4)
    assert speed.images_per_second == 0.0
    assert speed.seconds_for(10) == float("inf")
    speed.add(60.0)  # compiling
    assert speed.images_per_second == 0.0
    speed.add(0.5)
    speed.add(1.5)
    assert speed.images_per_second == pytest.approx(8 / 2.0)
    assert speed.seconds_for(10) == pytest.approx(10.0)


def test_speed_is_that_of_the_last_twenty_steps() -> None:
    speed = Speed(batch_size=1)
    for seconds in [9.0] * 30 + [0.5] * 20:
        speed.add(seconds)
    assert speed.images_per_second == pytest.approx(2.0)


def test_the_bar_shows_speed_losses_and_time_left(capsys: pytest.CaptureFixture[str]) -> None:
    speed = Speed(batch_size=4)
    for seconds in (9.0, 1.0):
        speed.add(seconds)
    terms = ("content", "style")
    with Display(total_steps=3700, first_step=0, visible=True, terms=terms) as display:
        losses = {"total": 1.25, "content": 0.25, "style": 0.5}
        display.show(100, losses, speed, seconds_left=float("inf"))
    shown = capsys.readouterr().err
    assert "step 100/3700" in shown and "4.0 images/s" in shown
    assert "loss 1.250 (content 0.250, style 0.500), 1:00:00 left" in shown


def test_a_loss_without_terms_stands_alone(capsys: pytest.CaptureFixture[str]) -> None:
    with Display(total_steps=10, first_step=0, visible=True) as display:
        display.show(1, {"total": 0.5}, Speed(1), seconds_left=61.0)
    assert "loss 0.500, 1:01 left" in capsys.readouterr().err


def test_a_limit_of_time_shortens_the_time_left(capsys: pytest.CaptureFixture[str]) -> None:
    with Display(total_steps=10, first_step=0, visible=True) as display:
        losses = {"total": 1.0, "content": 1.0, "style": 1.0}
        display.show(1, losses, Speed(1), seconds_left=61.0)
    assert "1:01 left" in capsys.readouterr().err


def test_no_time_is_left_once_the_limit_is_over(capsys: pytest.CaptureFixture[str]) -> None:
    with Display(total_steps=10, first_step=0, visible=True) as display:
        display.show(1, {"total": 1.0}, Speed(1), seconds_left=-1.0)
    assert "0:00 left" in capsys.readouterr().err


def test_nothing_is_shown_when_nobody_wants_it(capsys: pytest.CaptureFixture[str]) -> None:
    with Display(total_steps=10, first_step=0, visible=False) as display:
        losses = {"total": 1.0, "content": 1.0, "style": 1.0}
        display.show(1, losses, Speed(1), seconds_left=61.0)
    assert capsys.readouterr().err == ""
