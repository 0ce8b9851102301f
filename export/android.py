"""A model into the assets of the phone app."""

import tempfile
from pathlib import Path

from stylekit import zoo
from stylekit.errors import StylekitError
from stylekit.files import atomic_path
from stylekit.inference.card import read_card

# The app opens this file, whatever model it is: writing another one ships other styles.
ASSET = Path("models", "model.tflite")


def export_assets(run: str | Path, assets: str | Path) -> Path:
    """Put a network, float16 and for photos of any size, with its card and previews into `assets`.

    A shipped model has been exported already and is copied, without TensorFlow.

    Args:
        run: a run directory with trained weights, or the name of a shipped model.
        assets: the app's folder of assets, made if it is missing.

    Returns:
        The file, `models/model.tflite` in the folder.

    Raises:
        StylekitError: as `export_run`, or the folder cannot be written.
    """
    target = Path(assets) / ASSET
    path = zoo.run_path(run)
    shipped = zoo.find(str(run)).tflite if path != Path(run) else None
    if _makes_textures(path, shipped):
        raise StylekitError(f"the app paints photographs, and {str(run)!r} makes textures")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StylekitError(
            f"cannot write to {str(assets)!r}: {error.strerror or error}"
        ) from error
    content = _exported(path) if shipped is None else shipped.read_bytes()
    with atomic_path(target) as temporary:
        temporary.write_bytes(content)
    return target


def _makes_textures(run: Path, shipped: Path | None) -> bool:
    if shipped is not None:
        return read_card(shipped).makes_textures
    from stylekit.training.run import RunDirectory

    return RunDirectory.open(run).read_config().makes_textures


def _exported(run: Path) -> bytes:
    from stylekit.export.options import ExportOptions
    from stylekit.export.run import export_run

    with tempfile.TemporaryDirectory(prefix="stylekit-") as folder:
        (file,) = export_run(run, folder, ExportOptions(forms=("float16",)))
        return file.path.read_bytes()
