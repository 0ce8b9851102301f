"""Download a file without ever waiting long for a dead connection."""

import hashlib
import http.client
import queue
import threading
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from stylekit.errors import StylekitError
from stylekit.files import atomic_path

_CHUNK_BYTES = 1 << 16

# A piece of the file, the error that ended the transfer, or None after the last piece.
_Message = bytes | Exception | None


def download(
    url: str,
    path: Path,
    md5: str,
    window_seconds: float = 5.0,
    window_bytes: int = 1 << 16,
) -> None:
    """Download a file, check its MD5 hash, and only then put it in place.

    Args:
        url: address.
        path: where to put it; missing folders are made. An existing file is replaced, and left as
            it was when the download fails.
        md5: hexadecimal hash of the right content.
        window_seconds: give up when `window_bytes` take longer than this.
        window_bytes: see `window_seconds`.

    Raises:
        StylekitError: no connection, no data for `window_seconds` or too little of it, the wrong
            content, or the file cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StylekitError(f"cannot make the folder {str(path.parent)!r}: {error}") from error
    digest = hashlib.md5(usedforsecurity=False)
    with atomic_path(path) as temporary:
        with temporary.open("wb") as stream:
            for chunk in _chunks(url, window_seconds, window_bytes):
                digest.update(chunk)
                stream.write(chunk)
        if digest.hexdigest() != md5:
            raise StylekitError(
                f"download of {url} gave the wrong content: "
                f"MD5 {digest.hexdigest()}, expected {md5}"
            )


def has_md5(path: Path, md5: str) -> bool:
    """Whether a file exists, can be read, and has this hexadecimal MD5 hash."""
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "md5").hexdigest() == md5
    except OSError:
        return False


def _chunks(url: str, window_seconds: float, window_bytes: int) -> Iterator[bytes]:
    # A thread of its own, because no socket timeout covers the look-up of a host name, all
    # addresses of a host together, or a server that sends one byte now and then. The timeout of
    # the socket is longer than the window: it only ends a thread that nobody waits for any more.
    messages: queue.Queue[_Message] = queue.Queue()
    abandoned = threading.Event()
    arguments = (url, 2 * window_seconds, messages, abandoned)
    threading.Thread(target=_transfer, args=arguments, daemon=True).start()
    received = 0
    deadline = time.monotonic() + window_seconds
    try:
        while True:
            try:
                message = messages.get(timeout=max(0.0, deadline - time.monotonic()))
            except queue.Empty:
                raise StylekitError(
                    f"download of {url} stalled: {received} bytes in {window_seconds:g} seconds"
                ) from None
            if message is None:
                return
            if isinstance(message, Exception):
                raise StylekitError(f"cannot download {url}: {message}") from message
            yield message
            received += len(message)
            if received >= window_bytes:
                received = 0
                deadline = time.monotonic() + window_seconds
    finally:
        abandoned.set()


def _transfer(
    url: str,
    timeout: float,
    messages: "queue.Queue[_Message]",
    abandoned: threading.Event,
) -> None:
    try:
        with urllib.request.urlopen(url, timeout=timeout) as response:
            missing = int(response.headers.get("Content-Length", 0))
            # read1 hands over what has arrived; read would wait for a full chunk.
            while not abandoned.is_set() and (chunk := response.read1(_CHUNK_BYTES)):
                missing -= len(chunk)
                messages.put(chunk)
            if missing > 0:
                raise ConnectionError(f"the connection ended {missing} bytes early")
        messages.put(None)
    except (OSError, http.client.HTTPException, ValueError) as error:
        messages.put(error)
