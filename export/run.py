"""One training run to its TFLite files."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from stylekit.errors import StylekitError
from stylekit.export.convert import convert, require_size
from stylekit.export.forms import Form
from stylekit.export.generator import export_generator
from stylekit.export.options import ExportOptions, Size
from stylekit.export.textures import check_options, convert_textures, export_textures
from stylekit.export.verified import Verification
from stylekit.export.verify import Objective
from stylekit.files import atomic_path, require_writable
from stylekit.objectives.networks import loss_network
from stylekit.objectives.style_transfer import StyleTransferObjective
from stylekit.training.photographs import folder_photographs
from stylekit.training.run import (
    RunDirectory,
    load_generator,
    load_texture_generator,
    model_card,
    shrunk,
    style_sizes,
)


@dataclass(frozen=True)
class ExportedFile:
    """A file that was written, or refused.

    Attributes:
        path: of the file.
        form: how its numbers are stored and computed.
        size: of its photo; None for any.
        bytes: of the file.
        verification: what was found out about it; if there are problems, it was not written.
    """

    path: Path
    form: Form
    size: Size | None
    bytes: int
    verification: Verification

    def to_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return {
            "file": str(self.path),
            "form": self.form,
            "size": None if self.size is None else [self.size.height, self.size.width],
            "bytes": self.bytes,
            **self.verification.to_dict(),
        }


class ExportMismatch(StylekitError):
    """An export that does not do what its network does; none of its files was written.

    Attributes:
        files: all that were to be written, with what was found out about them.
    """

    def __init__(self, files: list[ExportedFile]) -> None:
        found = [problem for file in files for problem in file.verification.problems]
        super().__init__("; ".join(found) + "; nothing was written")
        self.files = files


def export_run(
    run: str | Path,
    output: str | Path | None = None,
    options: ExportOptions | None = None,
    on_file: Callable[[Path, int, int], None] | None = None,
) -> list[ExportedFile]:
    """Write a file for each form and size, each compared with the trained network.

    Args:
        run: a run directory with trained weights.
        output: the folder to write to, made if it is missing; the run directory itself if None.
        options: which files; float32 and float16 for photos of any size if None.
        on_file: called before each file is made, with its path, its number and that of all.

    Returns:
        The files, complete with their model cards.

    Raises:
        ExportMismatch: one of them does not do what the network does; then none is written.
        StylekitError: not a run of this version, a run without weights, a folder that cannot be
            written, a size that the network cannot take, or nothing to calibrate on.
    """
    options = options or ExportOptions()
    export = _Textures(run, options) if _is_of_textures(run) else _Photographs(run, options)
    card = export.card
    for size in filter(None, options.sizes):
        require_size(export.generator, size)
    if options.calibration is not None:
        folder_photographs(options.calibration)
    folder = Path(run if output is None else output)
    _make_folder(folder)
    wanted = [(form, size) for size in options.sizes for form in options.forms]
    paths = {
        (form, size): folder / _file_name(card.name, form, size, options) for form, size in wanted
    }
    for path in paths.values():
        require_writable(path)
    exports = {}
    made = export.files(wanted)
    for number, key in enumerate(wanted, start=1):
        if on_file is not None:
            on_file(paths[key], number, len(wanted))
        exports[key] = next(made)
    files = [
        ExportedFile(paths[key], *key, len(content), verification)
        for key, (content, verification) in exports.items()
    ]
    if any(file.verification.problems for file in files):
        raise ExportMismatch(files)
    for key, (content, _) in exports.items():
        with atomic_path(paths[key]) as temporary:
            temporary.write_bytes(content)
    return files


_Exports = Iterator[tuple[bytes, Verification]]


class _Photographs:
    """The network of a run that paints photographs."""

    def __init__(self, run: str | Path, options: ExportOptions) -> None:
        self._run = run
        self._options = options
        self.generator = load_generator(run)
        self.card = model_card(run, self.generator)

    def files(self, wanted: list[tuple[Form, Size | None]]) -> _Exports:
        """Content and verification of each form and size, in their order."""
        options = self._options
        objective = run_objective(self._run)
        converted = {
            size: convert(self.generator, size, options.gpu_safe) for size in options.sizes
        }
        for form, size in wanted:
            yield export_generator(
                self.generator, self.card, form, size, options, objective, converted[size]
            )


class _Textures:
    """The network of a run that makes textures."""

    def __init__(self, run: str | Path, options: ExportOptions) -> None:
        check_options(options)
        self._options = options
        self.generator = load_texture_generator(run)
        self.card = model_card(run, self.generator)

    def files(self, wanted: list[tuple[Form, Size | None]]) -> _Exports:
        """See `_Photographs`."""
        converted = {size: convert_textures(self.generator, size) for size in self._options.sizes}
        for form, size in wanted:
            yield export_textures(
                self.generator, self.card, form, size, self._options, converted[size]
            )


def _is_of_textures(run: str | Path) -> bool:
    return RunDirectory.open(run).read_config().makes_textures


def run_objective(run: str | Path) -> Objective | None:
    """What a run minimised, as a function of picture, photo and style; None without paintings.

    Shipped models are runs without paintings; a run that added styles to a network has theirs.
    """
    directory = RunDirectory.open(run)
    config = directory.read_config()
    try:
        paintings = directory.read_styles()
    except StylekitError:
        return None
    size = style_sizes(config)[-1]  # of the last stage, as for an evaluation
    objective = StyleTransferObjective(
        loss_network(config.objective),
        config.objective,
        [shrunk(painting, size) for painting in paintings],
    )
    one_hot = np.eye(len(paintings), dtype=np.float32)
    rows = {style: row for row, style in enumerate(config.learned_indices)}
    full = np.ones((1, 1), np.float32)

    def evaluate(picture: np.ndarray, photo: np.ndarray, style: int) -> float | None:
        if style not in rows:
            return None
        targets = objective.content_targets(photo[None])
        terms = objective(picture[None], targets, one_hot[rows[style]][None], full)
        return float(terms.total[0])

    return evaluate


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StylekitError(
            f"cannot write to the folder {str(folder)!r}: {error.strerror or error}"
        ) from error


def _file_name(name: str, form: Form, size: Size | None, options: ExportOptions) -> str:
    """Names of runs are free text; those of files are not."""
    safe = re.sub(r"[^\w.-]+", "-", name).strip("-.") or "model"
    parts = [safe, form]
    if size is not None:
        parts.append(str(size))
    if options.gpu_safe:
        parts.append("gpu")
    if options.image_type != "float32":
        parts.append(options.image_type)
    return "_".join(parts) + ".tflite"
