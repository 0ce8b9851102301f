"""`stylekit visualize`: what a network looks for."""

from typing import Any

import click
from click.core import ParameterSource

from stylekit.errors import StylekitError

# Options that say something about each kind of picture, besides those that all share.
_SHARED = {"output", "threads"}
_OPTIONS = {
    "--layer": {"layer", "channel", "size", "steps", "jitter", "colors", "seed", "loss_weights"},
    "--class": {"index", "network", "pixel_range", "steps", "decay", "jitter", "colors", "seed"},
    "--saliency": {"saliency", "index", "network", "pixel_range"},
}


@click.command("visualize")
@click.option("-o", "--output", required=True, metavar="OUT", help="Picture to write.")
@click.option("--class", "index", type=click.IntRange(min=0), metavar="N", help="A class.")
@click.option(
    "--network",
    default="imagenet",
    metavar="imagenet|FILE",
    help="The classifier: a file that Keras can load. [imagenet]",
)
@click.option(
    "--pixel-range",
    default="0,1",
    metavar="BLACK,WHITE",
    help="What a FILE wants for black and white. [0,1]",
)
@click.option("--saliency", metavar="PHOTO", help="Where PHOTO shows the class, or its best one.")
@click.option("--layer", metavar="L", help="A layer of the loss network, instead of a class.")
@click.option("--channel", type=click.IntRange(min=0), default=0, metavar="N", help="Of it. [0]")
@click.option(
    "--size",
    type=click.IntRange(min=1),
    default=128,
    metavar="N",
    help="Side of a channel's image; a class's is its network's. [128]",
)
@click.option(
    "--steps",
    "--iterations",
    "steps",
    type=click.IntRange(min=1),
    default=200,
    metavar="N",
    help="Of gradient ascent to a class or channel. [200]",
)
@click.option(
    "--decay",
    type=click.FloatRange(min=0),
    default=1e-4,
    metavar="X",
    help="Pull of a class image to grey. [1e-4]",
)
@click.option("--jitter", type=click.IntRange(min=0), default=0, metavar="N", help="Pixels. [0]")
@click.option(
    "--colors",
    type=click.Choice(["natural", "free"]),
    default="natural",
    help="Steps as natural colours vary, or any. [natural]",
)
@click.option("--seed", type=click.IntRange(min=0), default=0, metavar="N")
@click.option("--loss-weights", default="auto", metavar="auto|imagenet|hed|FILE")
@click.option("--threads", type=click.IntRange(min=1), metavar="N", help="Processors. [all]")
@click.pass_context
def command(
    context: click.Context,
    output: str,
    index: int | None,
    network: str,
    pixel_range: str,
    saliency: str | None,
    layer: str | None,
    channel: int,
    size: int,
    steps: int,
    decay: float,
    jitter: int,
    colors: Any,
    seed: int,
    loss_weights: str,
    threads: int | None,
) -> None:
    """Show what a network looks for: a class (Simonyan et al. 2014), or a channel of a layer."""
    if (layer is not None) == (index is not None or saliency is not None):
        raise StylekitError(
            "give --class N or --saliency PHOTO of a classifier, or --layer L of the loss network"
        )
    what = "--layer" if layer is not None else "--class" if saliency is None else "--saliency"
    _refuse_others(context, what)
    from stylekit.cli.quiet import start_tensorflow
    from stylekit.files import require_writable
    from stylekit.imaging.save import image_format, save

    image_format(output)
    require_writable(output, [] if saliency is None else [saliency])
    black, white = _pixel_range(pixel_range)
    start_tensorflow(threads)
    import numpy as np

    from stylekit.imaging.load import load_rgb
    from stylekit.imaging.resize import resize
    from stylekit.perception.classifier import PixelRange, load_classifier
    from stylekit.perception.network import LossNetwork
    from stylekit.synthesis import class_model
    from stylekit.training.logs import messages_on_terminal

    config = class_model.AscentConfig(
        steps=steps, decay=decay, jitter=jitter, colors=colors, seed=seed
    )
    if layer is not None:
        with messages_on_terminal(True):
            loss_network = LossNetwork([layer], None, loss_weights)
        save(output, class_model.channel_image(loss_network, layer, channel, size, config))
        click.echo(f"{output}: channel {channel} of {layer}")
        return
    classifier = load_classifier(network, PixelRange(black, white))
    if saliency is not None or index is None:
        photo = resize(load_rgb(str(saliency)), classifier.height, classifier.width)
        if index is None:
            index = class_model.predicted_class(classifier, photo)
        values = class_model.saliency_map(classifier, photo, index)
        save(output, np.repeat(values[:, :, None], 3, axis=2))
        click.echo(f"{output}: where {saliency} shows class {index}")
        return
    image = class_model.class_image(classifier, index, config)
    save(output, image)
    scores = classifier.scores(image[None])[0].numpy()
    click.echo(
        f"{output}: class {index}, score {scores[index]:.3g}, classified as {int(scores.argmax())}"
    )


def _refuse_others(context: click.Context, what: str) -> None:
    """Raise StylekitError for an option that was given and says nothing about this picture."""
    for parameter in context.command.params:
        name = str(parameter.name)
        given = context.get_parameter_source(name) == ParameterSource.COMMANDLINE
        if given and name not in _OPTIONS[what] | _SHARED:
            raise StylekitError(f"{parameter.opts[0]} has no effect on a picture by {what}")


def _pixel_range(text: str) -> tuple[float, float]:
    try:
        black, white = (float(part) for part in text.split(","))
    except ValueError as error:
        raise StylekitError(
            f"a pixel range is BLACK,WHITE, such as 0,255 or -1,1: not {text!r}"
        ) from error
    if not black < white:
        raise StylekitError(f"black must be less than white in the pixel range: not {text!r}")
    return black, white
