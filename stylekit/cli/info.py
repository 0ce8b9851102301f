"""`stylekit info`: what a model file or a run directory is."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click


@click.command("info")
@click.argument("model", metavar="FILE|RUN")
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON.")
def command(model: str, as_json: bool) -> None:
    """Show what an exported model FILE or a RUN directory is."""
    described = _describe_run(model) if Path(model).is_dir() else _describe_file(model)
    if as_json:
        click.echo(json.dumps(described, indent=2, ensure_ascii=False))
    else:
        click.echo("\n".join(_lines(described)))


def _describe_file(model: str) -> dict[str, Any]:
    import dataclasses

    from stylekit.inference.card import read_card

    card = dataclasses.asdict(read_card(model))
    return {"file": model, "bytes": Path(model).stat().st_size, **card}


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
