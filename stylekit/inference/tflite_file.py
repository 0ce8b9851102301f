"""Read a `.tflite` file and make sure that it is whole."""

from pathlib import Path

from ai_edge_litert.interpreter import Interpreter

from stylekit.errors import StylekitError

FILE_IDENTIFIER = b"TFL3"


def read_tflite(path: str | Path) -> bytes:
    """The content of a model file.

    Raises:
        StylekitError: it cannot be read.
    """
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise StylekitError(
            f"cannot read the model {str(path)!r}: {error.strerror or error}"
        ) from error


def checked(content: bytes, path: str | Path, threads: int = 1) -> Interpreter:
    """An interpreter of the content, which LiteRT's own verifier has gone through.

    Args:
        content: of the file.
        path: its name, for messages.
        threads: that the interpreter will use.

    Raises:
        StylekitError: the content is no `.tflite`, is damaged, or needs operations that LiteRT
            does not have.
    """
    if content[4:8] != FILE_IDENTIFIER:
        what = "is empty" if not content else "is not a TensorFlow Lite model"
        raise StylekitError(f"{str(path)!r} {what}: give a .tflite file of 'stylekit export'")
    try:
        return Interpreter(model_content=content, num_threads=threads)
    except (ValueError, RuntimeError) as error:
        raise StylekitError(
            f"the model {str(path)!r} is damaged or incomplete: {_first_line(error)}"
        ) from error


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
