"""The progress bar of everything that takes minutes."""

import sys

from tqdm import tqdm


def progress_bar(total: int, unit: str, done: int = 0, visible: bool = True) -> tqdm:
    """A bar on stderr: ` 94% |███ | step 5658/6050`, and what is set as its postfix.

    Redrawn twice a second on a terminal, and written twice a minute where stderr is a file.

    Args:
        total: of what is counted.
        unit: what is counted, such as "step".
        done: of it, so far.
        visible: show it at all.
    """
    live = sys.stderr.isatty()
    return tqdm(
        total=total,
        initial=done,
        disable=not visible,
        bar_format=f"{{percentage:3.0f}}% |{{bar:20}}| {unit} {{n_fmt}}/{{total_fmt}}{{postfix}}",
        mininterval=0.5 if live else 30.0,
        dynamic_ncols=live,
    )
