"""`stylekit info`: what a model or a run directory is, and what a photograph will take."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from stylekit.errors import StylekitError


@click.command("info")
@click.argument("model", metavar="[NAME|FILE|RUN]", required=False)
@click.option("--plan", "photo", metavar="PHOTO", help="Say what stylizing PHOTO will take.")
@click.option("--threads", type=click.IntRange(min=1), metavar="N", help="For --plan. [all]")
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON.")
def command(model: str | None, photo: str | None, threads: int | None, as_json: bool) -> None:
    """Show what a shipped model NAME, an exported FILE or a RUN directory is.

    With --plan, run the model on reduced copies of PHOTO and say how long the photo will take on
    this machine, how much memory, and how large its picture will be.
    """
    from stylekit import zoo

    if photo is not None:
        _show_plan(zoo.DEFAULT if model is None else model, photo, threads, as_json)
        return
    if model is None:
        raise StylekitError("say what to show: a shipped model, a file, a run, or --plan PHOTO")
    path = zoo.model_path(model)
    described = _describe_run(str(path)) if path.is_dir() else _describe_file(path)
    if as_json:
        click.echo(json.dumps(described, indent=2, ensure_ascii=False))
        return
    if described.get("task") == "texture":
        # On a card, the styles of a texture network are its textures.
        described = {
            "textures" if key == "styles" else key: value for key, value in described.items()
        }
    click.echo("\n".join(_lines(described)))


def _show_plan(model: str, photo: str, threads: int | None, as_json: bool) -> None:
    import dataclasses

    from stylekit.cli.quiet import silent_stderr
    from stylekit.cli.stylize import open_stylizer
    from stylekit.inference.plan import plan_photo

    stylizer = open_stylizer(model, threads)
    with silent_stderr():
        stylizer.warm_up()
    plan = plan_photo(stylizer, photo, threads)
    if as_json:
        click.echo(json.dumps(dataclasses.asdict(plan), indent=2, ensure_ascii=False))
        return
    processors = "1 processor" if plan.threads == 1 else f"{plan.threads} processors"
    megapixels = plan.width * plan.height / 1e6
    tiles = ", in tiles" if plan.in_tiles else ""
    click.echo(f"photo: {photo}, {plan.width}x{plan.height}, {megapixels:.2f} megapixels{tiles}")
    seconds = f"{plan.seconds:.2g}" if plan.seconds < 10 else f"{plan.seconds:,.0f}"
    click.echo(f"time: about {seconds} s on {processors}, start not counted")
    if plan.megabytes_of_memory is not None:
        of = f" of {plan.megabytes_of_machine:,.0f} MB" if plan.megabytes_of_machine else ""
        click.echo(f"memory: about {plan.megabytes_of_memory:,.0f} MB{of}")
    click.echo(f"disk: about {plan.megabytes_of_picture:.1f} MB as PNG")


def _describe_file(model: Path) -> dict[str, Any]:
    import dataclasses

    from stylekit.inference.card import read_card

    card = dataclasses.asdict(read_card(model))
    return {"file": str(model), "bytes": model.stat().st_size, **card}


def _describe_run(model: str) -> dict[str, Any]:
    from stylekit.cli.quiet import start_tensorflow

    start_tensorflow()
    from stylekit.training.run import describe_run

    return describe_run(model)


def _lines(values: dict[str, Any], indent: str = "") -> Iterator[str]:
    """A line for each value, nested mappings indented; what is empty is left out."""
    for key, value in values.items():
        label = f"{indent}{str(key).replace('_', ' ')}:"
        if value is None or value in ("", [], {}):
            continue
        if isinstance(value, dict):
            yield label
            yield from _lines(value, indent + "  ")
        elif isinstance(value, list) and any(isinstance(entry, dict) for entry in value):
            yield label
            for entry in value:
                first, *rest = _lines(entry) if isinstance(entry, dict) else [_text(entry)]
                yield f"{indent}  - {first}"
                yield from (f"{indent}    {line}" for line in rest)
        else:
            yield f"{label} {_text(value)}"


def _text(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join("any" if entry is None else _text(entry) for entry in value)
    if isinstance(value, float):
        return f"{value:.6g}"
    return str(value)
