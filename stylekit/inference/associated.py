"""Files that ride behind a `.tflite` model, in a zip archive, as TFLite metadata has them.

A model with them is still read by every runtime, and any zip reader finds them: Python's, Java's,
or `unzip model.tflite`. `MetadataExtractor.getAssociatedFile` of the TFLite Support library gives
the bytes of an entry as they are stored: previews as they were, but JSON and text deflated.
"""

import io
import zipfile
import zlib

from stylekit.errors import StylekitError

# What `zipfile` raises for damage, depending on where it sits.
_DAMAGED = (zipfile.BadZipFile, zlib.error, RuntimeError, EOFError, OSError, ValueError)

# A zip entry without a time of its own: the same model gives the same bytes.
_NO_DATE = (1980, 1, 1, 0, 0, 0)


def associated_files(content: bytes) -> dict[str, bytes]:
    """Content of each associated file by its name; nothing if there are none.

    Raises:
        StylekitError: the archive is damaged.
    """
    if not _has_archive(content):
        return {}
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return {name: archive.read(name) for name in archive.namelist()}
    except _DAMAGED as error:
        raise StylekitError(f"the files in the model are damaged: {error}") from error


def model_part(content: bytes) -> bytes:
    """The file without its associated files."""
    if not _has_archive(content):
        return content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return content[: min(entry.header_offset for entry in archive.infolist())]


def with_files(model: bytes, files: dict[str, bytes]) -> bytes:
    """A model without associated files, with these behind it."""
    stream = io.BytesIO(model)
    with zipfile.ZipFile(stream, "a") as archive:
        for name, data in files.items():
            entry = zipfile.ZipInfo(name, _NO_DATE)
            packed = name.endswith((".json", ".txt"))
            entry.compress_type = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
            archive.writestr(entry, data)
    return stream.getvalue()


def _has_archive(content: bytes) -> bool:
    return zipfile.is_zipfile(io.BytesIO(content))
