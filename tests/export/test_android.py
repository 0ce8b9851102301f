from pathlib import Path

import pytest
from click.testing import CliRunner

from stylekit import zoo
from stylekit.cli.export import command
from stylekit.errors import StylekitError
from stylekit.export.android import export_assets
from stylekit.inference.card import read_card
from stylekit.training.run import RunDirectory


def test_a_shipped_model_is_copied_over_the_one_before(tmp_path: Path) -> None:
    target = tmp_path / "assets" / "models" / "model.tflite"
    target.parent.mkdir(parents=True)
    target.write_bytes(b"before")
    result = CliRunner().invoke(command, ["classics", "--android", str(tmp_path / "assets")])
    assert result.exit_code == 0, result.output
    assert target.read_bytes() == zoo.find("classics").tflite.read_bytes()
    assert list(target.parent.iterdir()) == [target]


@pytest.mark.slow
def test_a_run_is_exported_with_its_card(run: RunDirectory, tmp_path: Path) -> None:
    path = export_assets(run.path, tmp_path / "assets")
    card = read_card(path)
    assert (card.name, card.precision) == ("tiny run", "float16")


def test_what_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StylekitError, match="cannot write"):
        export_assets("classics", tmp_path / "file")
    both = CliRunner().invoke(command, ["classics", "--tflite", "--android", str(tmp_path)])
    assert isinstance(both.exception, StylekitError)
