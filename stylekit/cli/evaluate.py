"""`stylekit evaluate`: what a network is worth, in figures with controls."""

import json

import click


@click.command("evaluate")
@click.argument("model", metavar="NAME|FILE|RUN")
@click.option("--photos", required=True, metavar="DIR", help="Photographs not trained on.")
@click.option(
    "--style",
    "styles",
    multiple=True,
    metavar="PAINTING",
    help="The painting of a style, or STYLE=PAINTING; repeatable. [those that a RUN keeps]",
)
@click.option("--count", type=click.IntRange(min=2), metavar="N", help="Photographs. [all]")
@click.option(
    "--size", type=click.IntRange(min=16), default=256, metavar="N", help="Side of them. [256]"
)
@click.option(
    "--iterations",
    type=click.IntRange(min=1),
    default=100,
    metavar="N",
    help="L-BFGS goes no further than this. [100]",
)
@click.option(
    "--loss-weights", metavar="auto|imagenet|hed|FILE", help="Of the loss network. [the recipe's]"
)
@click.option("--threads", type=click.IntRange(min=1), metavar="N", help="Processors. [all]")
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON.")
def command(
    model: str,
    photos: str,
    styles: tuple[str, ...],
    count: int | None,
    size: int,
    iterations: int,
    loss_weights: str | None,
    threads: int | None,
    as_json: bool,
) -> None:
    """Evaluate a model on photographs, beside an untouched photo and a crop of the painting.

    Printed for each style: losses, and the iterations of L-BFGS from the photo that lead to the
    same objective. The curves of L-BFGS are kept in ~/.cache/stylekit: an evaluation that is
    stopped goes on where it was.
    """
    from stylekit.cli.quiet import start_tensorflow

    start_tensorflow(threads)
    from stylekit.evaluation import evaluate

    _start_litert(model)
    report = evaluate(
        model,
        photos,
        styles,
        count=count,
        size=size,
        iterations=iterations,
        loss_weights=loss_weights,
        threads=threads,
    )
    click.echo(
        json.dumps(report.to_dict(), indent=2, ensure_ascii=False) if as_json else report.to_text()
    )


def _start_litert(model: str) -> None:
    """Let LiteRT say that it starts, which it does once, before a progress bar is drawn."""
    from contextlib import suppress

    from stylekit import zoo
    from stylekit.cli.quiet import silent_stderr
    from stylekit.errors import StylekitError
    from stylekit.inference.stylizer import Stylizer

    path = zoo.model_path(model)
    if not path.is_dir():
        with silent_stderr(), suppress(StylekitError):  # what is wrong, the evaluation says
            Stylizer(path, threads=1).warm_up()
