"""Serve the page to browsers on this device."""

import mimetypes
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from stylekit.errors import StylekitError
from stylekit.web.site import Site

_LOOPBACK = "127.0.0.1"

# WebAssembly has threads only where a page is isolated from other origins.
_HEADERS = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cache-Control": "no-cache",
    "X-Content-Type-Options": "nosniff",
}

# The system's table of types may lack these, or have others.
_TYPES = {
    ".js": "text/javascript",
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
    ".tflite": "application/octet-stream",
}


def make_server(site: Site, port: int = 0) -> ThreadingHTTPServer:
    """A server of the site on loopback; `serve_forever()` runs it.

    Args:
        site: what is served.
        port: 0 for any that is free; `server_port` says which.

    Raises:
        StylekitError: the port is taken or not allowed.
    """

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:  # noqa: N802 (named by http.server)
            self._answer(with_body=True)

        def do_HEAD(self) -> None:  # noqa: N802
            self._answer(with_body=False)

        def _answer(self, with_body: bool) -> None:
            path = urllib.parse.unquote(urllib.parse.urlsplit(self.path).path).lstrip("/")
            path = path or "index.html"
            content = site.read(path)
            self.send_response(200 if content is not None else 404)
            for name, value in _HEADERS.items():
                self.send_header(name, value)
            content = b"not found\n" if content is None else content
            self.send_header("Content-Type", _content_type(path))
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            if with_body:
                self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing: a page of twenty files is no news."""

    try:
        return ThreadingHTTPServer((_LOOPBACK, port), Handler)
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or error
        raise StylekitError(
            f"cannot serve on port {port}: {reason}; give another --port"
        ) from error


def _content_type(path: str) -> str:
    suffix = path[path.rfind(".") :]
    return _TYPES.get(suffix) or mimetypes.guess_type(path)[0] or "application/octet-stream"
