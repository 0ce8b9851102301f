"""`stylekit web`: stylize photos in a browser."""

import webbrowser
from contextlib import suppress
from pathlib import Path

import click


@click.command("web")
@click.option(
    "--model",
    "models",
    multiple=True,
    metavar="FILE|NAME",
    help="A model; again for more. [all shipped]",
)
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8765, metavar="N", help="Port. [8765]"
)
@click.option("--browser/--no-browser", default=True, help="Open a browser. [yes]")
@click.option("-o", "--output", metavar="DIR", help="Write the page for any static host instead.")
def command(models: tuple[str, ...], port: int, browser: bool, output: str | None) -> None:
    """Stylize photos in a browser: on this device, nothing is uploaded."""
    from stylekit.web.server import make_server
    from stylekit.web.site import make_site

    site = make_site(models)
    if output is not None:
        site.write(Path(output))
        click.echo(f"{output}: {len(site.files)} files for any static host; open it over https")
        return
    server = make_server(site, port)
    address = f"http://127.0.0.1:{server.server_port}/"
    click.echo(f"serving {address} on this device alone; stop with Ctrl-C")
    if browser:
        webbrowser.open(address)
    # Ctrl-C is how it is stopped, and no failure.
    with server, suppress(KeyboardInterrupt):
        server.serve_forever()
