"""Styles added to a trained network, against the same styles trained jointly.

    python benchmarks/added_style.py classics a.jpg b.jpg c.jpg d.jpg e.jpg \
        --content photos/ --photos heldout/ [--minutes 10] [--joint-minutes 60]

The paintings are ones that MODEL was not trained on. Each is added by itself (`stylekit train
--from MODEL --add-style`), for at most `--minutes`. Then one network with all of them is trained
jointly, all of its weights, from those of MODEL, for `--joint-minutes`; its schedule is that of
the added styles, longer by the ratio of the minutes. Objectives are means over `--photos`, which
neither has seen. Runs are kept in `--output`: a benchmark that is stopped goes on where it was.
"""

import argparse
import dataclasses
import statistics
from pathlib import Path

from stylekit.config import RunConfig, StyleConfig, merged, parse_config
from stylekit.evaluation.judge import Judge
from stylekit.evaluation.pictures import load_photos
from stylekit.evaluation.subject import open_subject
from stylekit.objectives.networks import loss_network
from stylekit.objectives.style_transfer import StyleTransferObjective
from stylekit.training import train
from stylekit.training.start import ADDED_STYLE, settings_from


def main() -> None:
    """Print objective by painting, added and joint, and their ratio: median and worst."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model")
    parser.add_argument("paintings", nargs="+")
    parser.add_argument("--content", required=True, help="photographs to train on")
    parser.add_argument("--photos", required=True, help="photographs to compare on")
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--joint-minutes", type=float, default=60.0)
    parser.add_argument("--output", default="runs/added_style")
    arguments = parser.parse_args()
    styles = [StyleConfig(Path(path).stem, path) for path in arguments.paintings]
    content = {"content": {"source": arguments.content}}
    output = Path(arguments.output)

    added = {}
    for style in styles:
        settings = merged(settings_from(arguments.model, [style]), content)
        run = finished(parse_config(settings), output / style.name, arguments.minutes)
        added[style.name] = objectives(run, arguments.photos)[style.name]
    settings = merged(settings_from(arguments.model), content)
    settings["styles"] = [dataclasses.asdict(style) for style in styles]
    settings["training"] = joint_training(arguments.joint_minutes / arguments.minutes)
    run = finished(parse_config(settings), output / "joint", arguments.joint_minutes)
    joint = objectives(run, arguments.photos)

    print(
        f"{'painting':24}  {f'added, {arguments.minutes:g} min':>16}  "
        f"{f'joint, {arguments.joint_minutes:g} min':>16}  ratio"
    )
    ratios = {name: added[name] / joint[name] for name in added}
    for name, ratio in ratios.items():
        print(f"{name:24}  {added[name]:16.3f}  {joint[name]:16.3f}  {ratio:5.2f}")
    worst = max(ratios, key=lambda name: ratios[name])
    print(f"median {statistics.median(ratios.values()):.2f}, worst {ratios[worst]:.2f} ({worst})")


def joint_training(factor: float) -> dict[str, object]:
    """The schedule of an added style, longer by a factor, with the optimizer of whole networks."""
    stages = [
        dataclasses.asdict(dataclasses.replace(stage, steps=round(stage.steps * factor)))
        for stage in ADDED_STYLE.stages
    ]
    return {"stages": stages, "learning_rate": 3e-3}


def finished(config: RunConfig, run: Path, minutes: float) -> Path:
    """Train in `run`, unless that was done before."""
    if not (run / "summary.json").is_file():
        train(config, run, resume=(run / "versions.json").is_file(), minutes=minutes)
    return run


def objectives(run: Path, photos: str) -> dict[str, float]:
    """Mean objective of a run's pictures at strength 1, by style."""
    subject = open_subject(run, [], None)
    config = subject.config.objective
    judge = Judge(
        StyleTransferObjective(loss_network(config), config, list(subject.paintings.values()))
    )
    totals: dict[str, list[float]] = {name: [] for name in subject.paintings}
    for photo in load_photos(photos, None, 256):
        seen = judge.look(photo.pixels)
        for index, name in enumerate(subject.paintings):
            picture = judge.look(subject.stylizer.stylize(photo.pixels, name))
            totals[name].append(judge(picture, seen, index).total)
    return {name: statistics.mean(found) for name, found in totals.items()}


if __name__ == "__main__":
    main()
