"""`stylekit models`: what is shipped."""

import json
from typing import Any

import click


@click.command("models")
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON.")
def command(as_json: bool) -> None:
    """List the models that come with stylekit: task, styles or textures, files, licence."""
    from stylekit import zoo

    described = [_described(name) for name in zoo.names()]
    if as_json:
        click.echo(json.dumps(described, indent=2, ensure_ascii=False))
        return
    for model in described:
        click.echo(f"{model['name']}: {model['task'].replace('_', ' ')}, {model['generator']}")
        kind = "texture" if "textures" in model else "style"
        default = model[f"default_{kind}"]
        click.echo(f"  {kind}s: {', '.join(model[f'{kind}s'])} (default: {default})")
        if model["noise"]:
            click.echo("  noise: each --seed gives another picture")
        click.echo(f"  trained: {_trained(model['training'])}")
        for kind, file in model["files"].items():
            if kind != "previews":
                click.echo(f"  {kind}: {file['path']} ({file['bytes'] / 1e3:,.0f} kB)")
        for what, terms in sorted(model["licence"].items(), key=lambda item: item[0] != "model"):
            click.echo(f"  licence, {what}: {terms}")


def _described(name: str) -> dict[str, Any]:
    from pathlib import Path

    from stylekit import zoo
    from stylekit.inference.card import read_card

    def file(path: Path) -> dict[str, Any]:
        return {"path": str(path), "bytes": path.stat().st_size}

    model = zoo.find(name)
    card = read_card(model.tflite)
    kind = "texture" if card.makes_textures else "style"
    return {
        "name": name,
        "task": card.task,
        "generator": card.generator,
        f"{kind}s": card.styles,
        f"default_{kind}": zoo.default_style(name) or card.styles[0],
        "noise": bool(card.noise),
        "training": card.training,
        "files": {
            "tflite": file(model.tflite),
            **({} if model.dynamic is None else {"dynamic": file(model.dynamic)}),
            "weights": file(model.weights),
            "config": file(model.config),
            "previews": {shown: file(path) for shown, path in model.previews.items()},
        },
        "licence": card.terms,
    }


def _trained(training: dict[str, Any]) -> str:
    """How long a network was trained, from random weights on."""
    parts = [training, *training.get("earlier", [])]
    steps, images, minutes = (
        sum(part[key] for part in parts) for key in ("steps", "images", "minutes")
    )
    runs = f", in {len(parts)} runs" if len(parts) > 1 else ""
    return f"{steps:,} steps, {images:,} images, {minutes:.0f} minutes{runs}"
