"""A site served for as long as a test needs it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from stylekit.web.server import make_server
from stylekit.web.site import Site


@contextmanager
def running(site: Site) -> Iterator[str]:
    """Address of the site; afterwards nothing answers there any more."""
    with make_server(site) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()
            thread.join()
