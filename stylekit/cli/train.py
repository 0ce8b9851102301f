"""`stylekit train`: from a painting and photographs to a run directory."""

import dataclasses
import os
import re
import shlex
import signal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from stylekit.errors import StylekitError

if TYPE_CHECKING:
    from stylekit.config import RunConfig, StyleConfig
    from stylekit.training import RunResult


@click.command("train")
@click.option("--style", "styles", multiple=True, metavar="IMAGE", help="A painting; repeatable.")
@click.option(
    "--texture",
    "textures",
    multiple=True,
    metavar="IMAGE",
    help="A texture, in the place of paintings and photographs; repeatable.",
)
@click.option("--content", metavar="DIR|tfds:NAME", help="Photographs. [a few from scikit-image]")
@click.option("--config", "file", metavar="FILE", help="YAML file; the flags override it.")
@click.option(
    "--from",
    "source",
    metavar="NAME|RUN|FILE",
    help="Start from these weights: a shipped model, a run, or a .weights.h5 in one.",
)
@click.option(
    "--add-style",
    "added",
    multiple=True,
    metavar="IMAGE",
    help="Learn this painting alone, beside the styles of --from, which stay; repeatable.",
)
@click.option("-o", "--output", metavar="RUN", help="Run directory to write.")
@click.option("--dry-run", is_flag=True, help="Time a few steps, say what all will take, and stop.")
@click.option("--resume", is_flag=True, help="Continue the run in RUN.")
@click.option("--overwrite", is_flag=True, help="Replace the run in RUN.")
@click.option("--minutes", type=click.FloatRange(min=0, min_open=True), help="Stop by then.")
@click.option("--steps", type=int, metavar="N", help="Steps in all; stages keep their shares.")
@click.option("--seed", type=int, metavar="N", help="Of weights, orders and crops. [0]")
@click.option("--generator", metavar="NAME", help="Network to train. [small]")
@click.option("--image-size", type=int, metavar="N", help="Side of the images. [128, then 256]")
@click.option("--batch-size", type=int, metavar="N", help="Images of a step. [2]")
@click.option("--learning-rate", type=float, metavar="X", help="At its highest.")
@click.option("--style-size", type=int, metavar="N", help="Side of the painting: brush size. [256]")
@click.option("--precision", metavar="P", help="auto, float32, bfloat16 or float16. [auto]")
@click.option(
    "--loss-weights", metavar="auto|imagenet|hed|FILE", help="Of the loss network. [auto]"
)
@click.option("--threads", type=click.IntRange(min=1), metavar="N", help="Processors. [all]")
def command(
    styles: tuple[str, ...],
    textures: tuple[str, ...],
    file: str | None,
    source: str | None,
    added: tuple[str, ...],
    output: str | None,
    dry_run: bool,
    resume: bool,
    overwrite: bool,
    minutes: float | None,
    threads: int | None,
    **flags: Any,
) -> None:
    """Train a style network on paintings and photographs, or a texture network on samples."""
    if output is None and not dry_run:
        raise click.UsageError("Missing option '-o' / '--output'.", click.get_current_context())
    if dry_run and (resume or overwrite or minutes is not None):
        raise StylekitError("--dry-run trains nothing: leave out --resume, --overwrite, --minutes")
    if resume and overwrite:
        raise StylekitError("--resume continues a run and --overwrite replaces it: give only one")
    if resume and source is not None:
        raise StylekitError("--resume goes on as the run began: leave out --from and --add-style")
    if added and source is None:
        raise StylekitError("--add-style adds to a trained model: give --from NAME, RUN or FILE")
    if textures and (styles or added):
        raise StylekitError("--texture trains a texture network: leave out --style and --add-style")
    if added and styles:
        raise StylekitError("--style trains all of a network, --add-style a style alone: give one")
    from stylekit.cli.quiet import start_tensorflow

    start_tensorflow(threads)
    from stylekit.training import plan, train
    from stylekit.training.run import RunDirectory

    if resume and output is not None and file is None:
        file = str(RunDirectory.open(output).config)
    config = _configuration(file, source, _styles(styles), _styles(textures), _styles(added), flags)
    if output is None or dry_run:
        click.echo(plan(config).to_text())
        return
    _report(train(config, output, resume=resume, overwrite=overwrite, minutes=minutes))


def _styles(paths: tuple[str, ...]) -> "list[StyleConfig]":
    """Paintings as styles that are named after their files."""
    from stylekit.config import StyleConfig

    return [StyleConfig(_name(path), os.path.abspath(path)) for path in paths]


def _configuration(
    file: str | None,
    source: str | None,
    styles: "list[StyleConfig]",
    textures: "list[StyleConfig]",
    added: "list[StyleConfig]",
    flags: dict[str, Any],
) -> "RunConfig":
    """What the weights to start from say, the file over it, and the flags over both."""
    from stylekit.config import merged, parse_config, read_yaml, with_paths_from

    data = with_paths_from(read_yaml(file), Path(file).parent) if file is not None else {}
    if styles or textures:
        data["styles"] = [dataclasses.asdict(style) for style in styles or textures]
    if textures:
        data["task"] = "texture"
    if added and "styles" in data:
        raise StylekitError(f"--add-style says which styles there are: leave styles out of {file}")
    if source is not None:
        from stylekit.training.start import settings_from

        settings = settings_from(source, added)
        if textures and settings["task"] != "texture":
            raise StylekitError(
                f"the network {source!r} paints photographs: give --style, or start textures from "
                "a network of textures"
            )
        if styles and settings["task"] == "texture":
            raise StylekitError(f"the network {source!r} makes textures: give --texture IMAGE")
        data = merged(settings, data)
    if "styles" not in data:
        raise StylekitError(
            "no style image: give --style or --texture IMAGE, or --config FILE with styles"
        )
    config = parse_config(data, where=file or "command line")
    given = {name: value for name, value in flags.items() if value is not None}
    return parse_config(_with_flags(config, given), where="command line") if given else config


def _name(path: str) -> str:
    """Name of a style: the file's, without what separates styles in a blend."""
    return re.sub(r"[:,/\\]+", "_", Path(path).stem) or "style"


def _with_flags(config: "RunConfig", flags: dict[str, Any]) -> dict[str, Any]:
    """The configuration as nested mappings, with the values of the flags in their places."""
    data = dataclasses.asdict(config)
    places = {
        "seed": data,
        "content": data["content"],
        "generator": data["generator"],
        "learning_rate": data["training"],
        "precision": data["training"],
        "style_size": data["objective"],
        "loss_weights": data["objective"],
    }
    keys = {"content": "source", "generator": "name", "loss_weights": "weights"}
    for flag, value in flags.items():
        if flag in places:
            places[flag][keys.get(flag, flag)] = value
        elif flag == "steps":
            _share_steps(data["training"]["stages"], value)
        else:
            for stage in data["training"]["stages"]:
                stage[flag] = value
    if "style_size" in flags:
        for stage in data["training"]["stages"]:
            stage["style_size"] = None
    return data


def _share_steps(stages: list[dict[str, Any]], steps: int) -> None:
    """Give the stages `steps` in all, in the proportions that they have."""
    before = sum(stage["steps"] for stage in stages)
    passed = given = 0
    for stage in stages:
        passed += stage["steps"]
        stage["steps"] = round(steps * passed / before) - given
        given += stage["steps"]
    if steps > 0 and not all(stage["steps"] for stage in stages):
        raise StylekitError(
            f"--steps {steps} are too few for {len(stages)} stages, which share them as their "
            "recipe does"
        )


def _losses(losses: dict[str, float | None]) -> str:
    """The losses in words, or nothing when the training stopped before a step was recorded."""
    shown = {name: losses[name] for name in ("content", "style") if name in losses}
    return "".join(f", {name} {value:.3f}" for name, value in shown.items() if value is not None)


def _report(result: "RunResult") -> None:
    """Say how it ended; after a signal, exit with its status."""
    summary = result.summary
    click.echo(
        f"{result.run}: step {summary['steps']} of {summary['total_steps']} after "
        f"{summary['minutes']:.1f} minutes{_losses(summary['losses'])}"
    )
    broken = summary.get("photographs", {}).get("broken")
    if broken:
        click.echo(f"{len(broken)} photographs could not be read: {', '.join(broken)}")
    if result.finished:
        return
    click.echo(
        f"stylekit: stopped by {result.stopped_by}; continue with: "
        f"stylekit train --resume --output {shlex.quote(str(result.run))}",
        err=True,
    )
    if result.stopped_by != "minutes":
        raise SystemExit(128 + signal.Signals[str(result.stopped_by)])
