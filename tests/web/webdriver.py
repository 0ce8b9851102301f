"""Drive Chromium through its driver: the few commands of the WebDriver protocol that tests need."""

import json
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

_ELEMENT = "element-6066-11e4-a52e-4f735466cecf"  # the protocol's name for a reference

_SECONDS = 120  # that a command may take


def browser_is_installed() -> bool:
    return shutil.which("chromium") is not None and shutil.which("chromedriver") is not None


class Browser:
    """A headless Chromium with a profile of its own; a context manager."""

    def __init__(self, *arguments: str, width: int = 1280, height: int = 800) -> None:
        port = _free_port()
        self._driver = subprocess.Popen(
            ["chromedriver", f"--port={port}"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        self._address = f"http://127.0.0.1:{port}"
        self._session = ""
        try:
            self._wait_for_driver()
            options = {
                "binary": shutil.which("chromium"),
                # As root, and in containers, Chromium's own sandbox is not to be had.
                "args": [
                    "--headless=new",
                    "--no-sandbox",
                    "--disable-dev-shm-usage",
                    f"--window-size={width},{height}",
                    *arguments,
                ],
            }
            timeouts = {"script": 1000 * _SECONDS}
            capabilities = {"alwaysMatch": {"goog:chromeOptions": options, "timeouts": timeouts}}
            answer = self._send("POST", "/session", {"capabilities": capabilities})
            self._session = f"/session/{answer['sessionId']}"
        except BaseException:
            self._driver.kill()
            raise

    def __enter__(self) -> "Browser":
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self._send("DELETE", self._session)
        finally:
            self._driver.terminate()
            self._driver.wait(10)

    def open(self, url: str) -> None:
        self._send("POST", f"{self._session}/url", {"url": url})

    def reload(self) -> None:
        self._send("POST", f"{self._session}/refresh", {})

    def run(self, script: str) -> Any:
        """The value that a script returns, or that its promise resolves to."""
        body = {"script": f"return (async () => {{ {script} }})()", "args": []}
        return self._send("POST", f"{self._session}/execute/sync", body)

    def until(self, script: str, seconds: float = 20) -> Any:
        """Wait until a script returns something true, and give that."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            value = self.run(script)
            if value:
                return value
            time.sleep(0.1)
        raise AssertionError(f"after {seconds} s not true: {script}\npage: {self.page_text()}")

    def page_text(self) -> str:
        return str(self.run("return document.body.innerText"))

    def click(self, selector: str) -> None:
        self._send("POST", f"{self._session}/element/{self._find(selector)}/click", {})

    def type(self, selector: str, text: str) -> None:
        """Send keys; to a file input, the path of a file."""
        path = f"{self._session}/element/{self._find(selector)}/value"
        self._send("POST", path, {"text": text})

    def download_to(self, folder: Path) -> None:
        parameters = {"behavior": "allow", "downloadPath": str(folder)}
        self.command("Browser.setDownloadBehavior", **parameters)

    def command(self, name: str, **parameters: object) -> Any:
        """A command of Chromium's own protocol."""
        body = {"cmd": name, "params": parameters}
        return self._send("POST", f"{self._session}/goog/cdp/execute", body)

    def screenshot(self) -> str:
        """A PNG of the window, base64."""
        return str(self._send("GET", f"{self._session}/screenshot"))

    def _find(self, selector: str) -> str:
        body = {"using": "css selector", "value": selector}
        return str(self._send("POST", f"{self._session}/element", body)[_ELEMENT])

    def _wait_for_driver(self) -> None:
        for _ in range(100):
            try:
                self._send("GET", "/status")
                return
            except OSError:
                time.sleep(0.1)
        raise AssertionError("chromedriver does not answer")

    def _send(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self._address + path, data, method=method)
        try:
            with urllib.request.urlopen(request, timeout=_SECONDS) as response:
                return json.load(response)["value"]
        except urllib.error.HTTPError as error:
            raise AssertionError(json.load(error)["value"]["message"]) from error


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
