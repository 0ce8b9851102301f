import urllib.error
import urllib.request
from collections.abc import Iterator
from http.server import ThreadingHTTPServer

import pytest

from stylekit.cli.main import main
from stylekit.errors import StylekitError
from stylekit.web.server import make_server
from stylekit.web.site import Site
from tests.web.serving import running

SITE = Site({"index.html": b"<title>page</title>", "wasm/a.wasm": b"\0asm"})


@pytest.fixture
def address() -> Iterator[str]:
    with running(SITE) as address:
        yield address


def test_the_page_is_isolated_so_that_webassembly_has_threads(address: str) -> None:
    with urllib.request.urlopen(address) as response:
        assert response.read() == SITE.files["index.html"]
        assert response.headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert response.headers["Cross-Origin-Embedder-Policy"] == "require-corp"
    with urllib.request.urlopen(address + "wasm/a.wasm?x=1") as response:
        assert response.headers["Content-Type"] == "application/wasm"


@pytest.mark.parametrize("path", ["missing", "../setup.py", "..%2fsetup.py", "wasm/"])
def test_nothing_else_is_served(address: str, path: str) -> None:
    with pytest.raises(urllib.error.HTTPError) as error:
        urllib.request.urlopen(address + path)
    assert error.value.code == 404


def test_ctrl_c_ends_the_command_as_it_says(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupt(server: ThreadingHTTPServer) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("stylekit.web.site.make_site", lambda models: SITE)
    monkeypatch.setattr(ThreadingHTTPServer, "serve_forever", interrupt)
    with pytest.raises(SystemExit) as ended:
        main(["web", "--port", "0", "--no-browser"])
    out, err = capsys.readouterr()
    assert ended.value.code == 0 and err == ""
    assert out.startswith("serving http://127.0.0.1:") and out.endswith("stop with Ctrl-C\n")


def test_a_port_that_is_taken() -> None:
    with make_server(SITE) as server, pytest.raises(StylekitError, match="another --port"):
        make_server(SITE, server.server_port)
