"""The `stylekit` command: finds the command asked for, and turns errors into one line."""

import importlib
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from os.path import exists
from typing import NoReturn

import click

from stylekit import __version__
from stylekit.errors import INSTALL_TRAINING, StylekitError, nearest

# Command -> its module, which has a click command named `command`, and the line in --help. The
# module is imported only when its command runs: most need libraries that take long to import.
COMMANDS = {
    "train": ("stylekit.cli.train", "Train a style network on a painting and photographs."),
    "export": ("stylekit.cli.export", "Export a trained network to TensorFlow Lite."),
    "stylize": ("stylekit.cli.stylize", "Stylize photographs: files, folders, patterns, stdin."),
    "info": ("stylekit.cli.info", "Show what a model or a run is, or what a photo will take."),
    "benchmark": ("stylekit.cli.benchmark", "Time exported models, side by side."),
    "transfer": ("stylekit.cli.transfer", "Paint a photograph after paintings, by optimisation."),
    "texture": ("stylekit.cli.texture", "Make more of a texture, by optimisation."),
    "sample": ("stylekit.cli.sample", "Make textures with a trained network, in one pass each."),
    "doodle": ("stylekit.cli.doodle", "Paint the regions of a mask as those of a painting."),
    "dream": ("stylekit.cli.dream", "Raise what a layer sees in a photograph: DeepDream."),
    "visualize": ("stylekit.cli.visualize", "Show what a class or a channel looks for."),
    "sheet": ("stylekit.cli.sheet", "Show photographs in every style, on one labelled sheet."),
    "models": ("stylekit.cli.models", "List the models that come with stylekit."),
    "compare": ("stylekit.cli.compare", "Lay two pictures side by side, before and after."),
    "web": ("stylekit.cli.web", "Stylize photos in a browser, on this device."),
    "evaluate": ("stylekit.cli.evaluate", "Measure what a model is worth, beside controls."),
}

# What is meant where a photograph stands in the place of a command.
DEFAULT_COMMAND = "stylize"


class _LazyGroup(click.Group):
    """A group whose help needs none of its commands."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args[0] not in COMMANDS and _may_be_photo(args[0]):
            # A name with a dash before it comes here only behind "--", which click has taken off.
            ends_options = args[0].startswith("-") and args[0] != "-"
            args = [DEFAULT_COMMAND, *(["--"] if ends_options else []), *args]
        return super().resolve_command(ctx, args)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command:
        if cmd_name not in COMMANDS:
            close = nearest(cmd_name, COMMANDS)
            known = f"did you mean {close!r}?" if close else f"known are {', '.join(COMMANDS)}"
            ctx.fail(f"unknown command {cmd_name!r}, {known}")
        command = importlib.import_module(COMMANDS[cmd_name][0]).command
        if not isinstance(command, click.Command):
            raise TypeError(f"{COMMANDS[cmd_name][0]}.command is not a click command")
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])


def _may_be_photo(argument: str) -> bool:
    """Whether an argument is a file, a folder or a pattern, or was meant to be one."""
    return argument == "-" or any(sign in argument for sign in "./\\*?[") or exists(argument)


@click.command(cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="stylekit")
def stylekit() -> None:
    """Train style networks, export them, and stylize photographs with them.

    stylekit PHOTO is short for stylekit stylize PHOTO.
    """


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command and exit: 0 done, 2 a user's error in one line on stderr, 130 interrupted.

    Args:
        arguments: instead of those of the process.
    """
    try:
        status = stylekit.main(arguments, prog_name="stylekit", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        status = 2
    except click.ClickException as error:
        status = _fail(error.format_message() + _help_hint(error))
    except StylekitError as error:
        status = _fail(str(error))
    except ModuleNotFoundError as error:
        package = (error.name or "").split(".")[0]
        if package in ("", "stylekit"):
            raise  # a defect of ours, not an installation without training
        status = _fail(f"the package {package} is missing: {INSTALL_TRAINING}")
    except OSError as error:
        _drop_output()
        where = f" {error.filename!r}" if error.filename else ""
        status = _fail(f"cannot go on{where}: {error.strerror or error}")
    except MemoryError:
        status = _fail("not enough memory for pictures of this size: ask for smaller ones")
    except (click.Abort, KeyboardInterrupt):
        print("stylekit: interrupted", file=sys.stderr)
        status = 130
    # Commands return nothing; --help and --version return their exit code.
    sys.exit(status if isinstance(status, int) else 0)


def _fail(message: str) -> int:
    print("stylekit:", " ".join(message.split()), file=sys.stderr)
    return 2


def _drop_output() -> None:
    """Let go what stdout has not written: where it is full, Python would complain at the end."""
    if sys.stdout is not None:
        with suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _help_hint(error: click.ClickException) -> str:
    if isinstance(error, click.UsageError) and error.ctx is not None:
        return f" (see {error.ctx.command_path} --help)"
    return ""
