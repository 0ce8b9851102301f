"""`stylekit compare`: before and after."""

from pathlib import Path

import click


@click.command("compare")
@click.argument("before")
@click.argument("after")
@click.option("--split", is_flag=True, help="One picture: left half BEFORE, right half AFTER.")
@click.option("-o", "--output", metavar="OUT", help="Picture to write. [AFTER_compared.jpg]")
def command(before: str, after: str, split: bool, output: str | None) -> None:
    """Lay the pictures BEFORE and AFTER side by side, AFTER resized to fit the size of BEFORE."""
    import numpy as np

    from stylekit.files import require_writable
    from stylekit.imaging.load import load_rgb
    from stylekit.imaging.resize import resize
    from stylekit.imaging.save import image_format, save
    from stylekit.imaging.sheet import labelled_grid

    first, second = load_rgb(before), load_rgb(after)
    path = Path(after)
    target = Path(output) if output is not None else path.with_name(f"{path.stem}_compared.jpg")
    image_format(target)
    require_writable(target, (before, after))
    height, width = first.shape[:2]
    if split:
        second = resize(second, height, width)
        picture = np.where(np.arange(width)[:, None] < width // 2, first, second)
        picture[:, width // 2] = 1.0
    else:
        # Within both sides: a long strip beside a square one would be larger than memory.
        scale = min(height / second.shape[0], width / second.shape[1])
        second = resize(second, *(max(1, round(side * scale)) for side in second.shape[:2]))
        picture = labelled_grid([first, second], ["before", "after"], columns=2)
    save(target, picture)
    click.echo(f"{target}: {picture.shape[1]}x{picture.shape[0]}")
