"""Sites served for as long as a test needs them."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import ThreadingHTTPServer

from stylekit.web.server import make_server
from stylekit.web.site import Site


@contextmanager
def running(site: Site) -> Iterator[str]:
    """Address of the site; afterwards nothing answers there any more."""
    with answering(make_server(site)) as address:
        yield address


@contextmanager
def answering(server: ThreadingHTTPServer) -> Iterator[str]:
    """Address of a server on this machine, which is closed afterwards."""
    with server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()
            thread.join()
