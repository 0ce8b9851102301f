import subprocess
import sys
from pathlib import Path

import click
import pytest

from stylekit import __version__
from stylekit.cli import main as module
from stylekit.cli.main import COMMANDS, main
from stylekit.errors import INSTALL_TRAINING, StylekitError


def _exit_code(*arguments: str) -> object:
    with pytest.raises(SystemExit) as raised:
        main(arguments)
    return raised.value.code


def test_help_imports_no_library_but_click() -> None:
    code = (
        "import sys\n"
        "from stylekit.cli.main import main\n"
        "try:\n    main(['--help'])\n"
        "except SystemExit as end:\n    print('exit code', end.code)\n"
        "print([m for m in ('tensorflow', 'numpy', 'PIL', 'ai_edge_litert') if m in sys.modules])"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert result.stdout.endswith("exit code 0\n[]\n"), result.stdout + result.stderr
    for name in COMMANDS:
        assert name in result.stdout


def test_python_m_stylekit() -> None:
    command = [sys.executable, "-m", "stylekit", "--version"]
    result = subprocess.run(command, capture_output=True, text=True)
    assert (result.returncode, result.stdout) == (0, f"stylekit, version {__version__}\n")


@pytest.mark.parametrize("name", list(COMMANDS))
def test_every_command_has_help(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert _exit_code(name, "--help") == 0
    assert capsys.readouterr().out.startswith(f"Usage: stylekit {name} ")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["stylise"], "stylekit: unknown command 'stylise', did you mean 'stylize'?"),
        (["xyz"], "stylekit: unknown command 'xyz', known are train, export, stylize"),
        (["stylize"], "stylekit: Missing argument 'PHOTO...'. (see stylekit stylize --help)"),
        (["stylize", "a.jpg", "--model", "m", "--max-size", "0"], "stylekit: Invalid value for"),
        (["stylize", "a.jpg", "--model", "m", "--threads", "x"], "stylekit: Invalid value for"),
        (["sample", "-o", "a.png", "--threads", "99999999999"], "stylekit: the number of threads"),
        (["train", "--style", "a.jpg", "-o", "r", "--threads", "99999999999"], "stylekit: the num"),
        (["stylize", "--modle", "m"], "stylekit: No such option"),
        (["info"], "stylekit: say what to show: a shipped model, a file, a run, or --plan PHOTO"),
    ],
)
def test_usage_errors_are_one_line(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _exit_code(*arguments) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1 and captured.err.startswith(message)


def test_no_arguments_show_the_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert _exit_code() == 2
    assert "Commands:" in capsys.readouterr().err


def _raising(error: BaseException) -> click.Command:
    @click.command()
    def command() -> None:
        raise error

    return command


@pytest.mark.parametrize(
    ("error", "code", "message"),
    [
        (StylekitError("wrong\n  in two lines"), 2, "stylekit: wrong in two lines\n"),
        (KeyboardInterrupt(), 130, "stylekit: interrupted\n"),
        (
            MemoryError(),
            2,
            "stylekit: not enough memory for pictures of this size: ask for smaller ones\n",
        ),
        (OSError(28, "No space left", "a.x"), 2, "stylekit: cannot go on 'a.x': No space left\n"),
        (
            ModuleNotFoundError("No module named 'keras.src'", name="keras.src"),
            2,
            f"stylekit: the package keras is missing: {INSTALL_TRAINING}\n",
        ),
    ],
)
def test_errors_of_commands(
    error: BaseException,
    code: int,
    message: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(module._LazyGroup, "get_command", lambda *_: _raising(error))
    monkeypatch.setattr(module, "_drop_output", lambda: None)  # that of the tests goes on
    assert _exit_code("train") == code
    assert capsys.readouterr().err.lstrip("\n") == message


@pytest.mark.parametrize(
    "error", [ZeroDivisionError(), ModuleNotFoundError("none", name="stylekit.cli.none")]
)
def test_a_defect_keeps_its_traceback(error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module._LazyGroup, "get_command", lambda *_: _raising(error))
    with pytest.raises(type(error)):
        main(["train"])


@pytest.mark.parametrize("arguments", [["models"], ["--help"]])
def test_where_nothing_can_be_printed(arguments: list[str]) -> None:
    with open("/dev/full", "w") as full:
        result = subprocess.run(
            [sys.executable, "-m", "stylekit", *arguments],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
        )
    assert result.returncode == 2
    assert result.stderr == "stylekit: cannot go on: No space left on device\n"


def test_commands_are_files_of_the_package() -> None:
    for module_name, _ in COMMANDS.values():
        assert Path(module.__file__).with_name(f"{module_name.split('.')[-1]}.py").is_file()
