from stylekit.evaluation.report import Figure, Report

RESULT = [1.0, 1.2, 0.9]


def _report(*figures: Figure) -> Report:
    return Report(
        "model",
        photographs=["a.jpg", "b.jpg", "c.jpg"],
        trained_on=["b.jpg"],
        size=256,
        iterations=100,
        loss_network={"name": "hed"},
        styles={"wave": [*figures]},
    )


def test_a_table_has_the_result_with_its_interval_and_both_controls() -> None:
    figure = Figure(
        "objective", {"result": RESULT, "photo": [8.0, 9.0, 7.0], "crop": [2.0, 2.1, 2.2]}
    )
    head, columns, row = _report(figure).to_text().splitlines()
    assert head.startswith("wave: 3 photographs at 256 x 256, strength 1")
    assert columns.split(maxsplit=1) == ["result", "untouched photo  crop of painting"]
    assert row.split()[0] == "objective"
    assert row.split()[1:4] == ["1.033", "[0.654,", "1.413]"] and row.split()[4:] == [
        "8.000",
        "2.100",
    ]


def test_a_figure_that_cannot_tell_a_control_apart_is_not_shown() -> None:
    blind = Figure(
        "similarity", {"result": RESULT, "photo": [1.1, 0.9, 1.2], "crop": [5.0, 5.5, 6.0]}
    )
    report = _report(blind)
    assert blind.not_told_apart == ["photo"]
    text = report.to_text()
    assert "not shown: similarity, which cannot tell the result from the untouched photo" in text
    assert "1.033" not in text
    assert report.to_dict()["styles"]["wave"]["similarity"] == {"not_told_apart": ["photo"]}


def test_a_figure_that_prefers_a_control_says_so() -> None:
    values = {"result": RESULT, "photo": [8.0, 9.0, 7.0], "crop": [0.3, 0.2, 0.4]}
    for better, first in (("low", "crop of painting"), ("high", "untouched photo")):
        text = _report(Figure("objective", values, better)).to_text()
        assert f"objective: better for the {first} than for the result" in text
    assert "better for" not in _report(Figure("style", values)).to_text()


def test_values_that_are_lower_bounds_are_said_to_be() -> None:
    values = {"result": [90.0, 95.0, 100.0], "photo": [0.0] * 3, "crop": [9.0, 8.0, 10.0]}
    report = _report(Figure("iterations", values, at_least=1))
    assert "iterations: more than counted for 1 photographs" in report.to_text()
    described = report.to_dict()["styles"]["wave"]["iterations"]
    assert described["at_least"] == 1 and described["result"]["values"] == [90.0, 95.0, 100.0]
    assert described["photo"] == {"mean": 0.0, "low": 0.0, "high": 0.0, "values": [0.0] * 3}
