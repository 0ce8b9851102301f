import hashlib
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from stylekit.errors import StylekitError
from stylekit.perception.download import download, has_md5

CONTENT = bytes(range(256)) * 1000
MD5 = hashlib.md5(CONTENT).hexdigest()

# What a server does with one request; it may wait for the end of the test.
Answer = Callable[[BaseHTTPRequestHandler, threading.Event], None]


def send_headers(request: BaseHTTPRequestHandler) -> None:
    request.send_response(200)
    request.send_header("Content-Length", str(len(CONTENT)))
    request.end_headers()


def right_content(request: BaseHTTPRequestHandler, end: threading.Event) -> None:
    send_headers(request)
    request.wfile.write(CONTENT)


def wrong_content(request: BaseHTTPRequestHandler, end: threading.Event) -> None:
    send_headers(request)
    request.wfile.write(bytes(len(CONTENT)))


def truncated_content(request: BaseHTTPRequestHandler, end: threading.Event) -> None:
    send_headers(request)
    request.wfile.write(CONTENT[:1000])


def silence(request: BaseHTTPRequestHandler, end: threading.Event) -> None:
    end.wait()


def silence_after_a_part(request: BaseHTTPRequestHandler, end: threading.Event) -> None:
    send_headers(request)
    request.wfile.write(CONTENT[:1000])
    end.wait()


def trickle(request: BaseHTTPRequestHandler, end: threading.Event) -> None:
    send_headers(request)
    while not end.wait(0.05):
        request.wfile.write(b"x")


def not_found(request: BaseHTTPRequestHandler, end: threading.Event) -> None:
    request.send_error(404)


@pytest.fixture
def serve() -> Iterator[Callable[[Answer], str]]:
    """Start a server that gives one kind of answer, and return the address of a file on it."""
    end = threading.Event()
    servers: list[ThreadingHTTPServer] = []

    def start(answer: Answer) -> str:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                try:
                    answer(self, end)
                except ConnectionError:
                    pass  # the client went away, as it should

            def log_message(self, format: str, *args: object) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        servers.append(server)
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        return f"http://127.0.0.1:{server.server_port}/file"

    yield start
    end.set()
    for server in servers:
        server.shutdown()
        server.server_close()


def test_right_content_arrives(serve: Callable[[Answer], str], tmp_path: Path) -> None:
    path = tmp_path / "new" / "folder" / "file"
    download(serve(right_content), path, MD5)
    assert path.read_bytes() == CONTENT
    assert list(path.parent.iterdir()) == [path]


def test_file_is_replaced(serve: Callable[[Answer], str], tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"old")
    download(serve(right_content), path, MD5)
    assert path.read_bytes() == CONTENT


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (wrong_content, "wrong content"),
        (truncated_content, "ended 255000 bytes early"),
        (silence, "stalled: 0 bytes in 0.5 seconds"),
        (silence_after_a_part, "stalled: 1000 bytes in 0.5 seconds"),
        (trickle, r"stalled: \d+ bytes in 0.5 seconds"),
        (not_found, "404"),
    ],
)
def test_failed_download_leaves_the_folder_as_it_was(
    answer: Answer, reason: str, serve: Callable[[Answer], str], tmp_path: Path
) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"old")
    with pytest.raises(StylekitError, match=reason):
        download(serve(answer), path, MD5, window_seconds=0.5)
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_refused_connection(tmp_path: Path) -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    port = server.server_port
    server.server_close()
    with pytest.raises(StylekitError, match="refused"):
        download(f"http://127.0.0.1:{port}/file", tmp_path / "file", MD5)
    assert list(tmp_path.iterdir()) == []


def test_unwritable_folder(serve: Callable[[Answer], str], tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StylekitError, match="cannot make the folder"):
        download(serve(right_content), tmp_path / "file" / "models" / "file", MD5)


def test_has_md5(tmp_path: Path) -> None:
    path = tmp_path / "file"
    assert not has_md5(path, MD5)
    path.write_bytes(CONTENT[:-1])
    assert not has_md5(path, MD5)
    path.write_bytes(CONTENT)
    assert has_md5(path, MD5)
