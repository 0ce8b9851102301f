"""One training run to its TFLite files."""

import re
from dataclasses import dataclass
from pathlib import Path

from stylekit.errors import StylekitError
from stylekit.export.convert import PRECISIONS, Precision
from stylekit.export.generator import export_generator
from stylekit.export.verify import Parity
from stylekit.files import atomic_path, require_writable
from stylekit.training.run import load_generator, model_card


@dataclass(frozen=True)
class ExportedFile:
    """A file that was written.

    Attributes:
        path: of the file.
        precision: of its weights.
        size: in bytes.
        parity: how far it is from the trained network.
    """

    path: Path
    precision: Precision
    size: int
    parity: Parity


def export_run(run: str | Path, output: str | Path | None = None) -> list[ExportedFile]:
    """Write `NAME_float32.tflite` and `NAME_float16.tflite`, compared with the trained network.

    Args:
        run: a run directory with trained weights.
        output: the folder to write to, made if it is missing; the run directory itself if None.

    Returns:
        The files, complete with their model cards.

    Raises:
        StylekitError: not a run of this version, a run without weights, a folder that cannot be
            written, or an export that does not match the network; then neither file is written.
    """
    generator = load_generator(run)
    card = model_card(run, generator)
    folder = Path(run if output is None else output)
    _make_folder(folder)
    paths = {precision: folder / _file_name(card.name, precision) for precision in PRECISIONS}
    for path in paths.values():
        require_writable(path)
    exports = {precision: export_generator(generator, card, precision) for precision in PRECISIONS}
    for precision, (content, _) in exports.items():
        with atomic_path(paths[precision]) as temporary:
            temporary.write_bytes(content)
    return [
        ExportedFile(paths[precision], precision, len(content), parity)
        for precision, (content, parity) in exports.items()
    ]


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StylekitError(
            f"cannot write to the folder {str(folder)!r}: {error.strerror or error}"
        ) from error


def _file_name(name: str, precision: Precision) -> str:
    """Names of runs are free text; those of files are not."""
    safe = re.sub(r"[^\w.-]+", "-", name).strip("-.")
    return f"{safe or 'model'}_{precision}.tflite"
