"""The page in a real browser, compared with what Python computes."""

import base64
import io
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from ai_edge_litert.interpreter import Interpreter
from PIL import Image

from stylekit import zoo
from stylekit.imaging.load import load_rgb
from stylekit.inference.stylizer import Stylizer
from stylekit.web.site import make_site
from tests.web.serving import answering, running
from tests.web.webdriver import Browser, browser_is_installed

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not browser_is_installed(), reason="needs Debian's chromium and chromium-driver"
    ),
]

GOLDENS = Path(__file__).parents[1] / "goldens"

READY = "return document.querySelectorAll('#styles input').length > 0"
SHOWN = "return !document.getElementById('after').hidden"
ERROR = "return document.getElementById('error').hidden ? '' : error.textContent"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with Browser() as opened:
        yield opened


def canvas(browser: Browser, name: str) -> np.ndarray:
    """Pixels `[height, width, 3]` in [0, 1] of one of the page's canvases."""
    url = browser.run(f"return document.getElementById('{name}').toDataURL('image/png')")
    picture = Image.open(io.BytesIO(base64.b64decode(url.split(",")[1]))).convert("RGB")
    return np.asarray(picture, np.float32) / 255


def set_value(browser: Browser, name: str, value: object) -> None:
    browser.run(
        f"const input = document.getElementById({name!r}); input.value = {str(value)!r};"
        "input.dispatchEvent(new Event('input', { bubbles: true }))"
    )


def settled(browser: Browser, expected: np.ndarray) -> float:
    """Largest difference of the shown result, once it has come close or some seconds are over."""
    end = time.monotonic() + 10
    error = np.inf
    while error > 1.5 / 255 and time.monotonic() < end:
        shown = canvas(browser, "after")
        error = np.abs(shown - expected).max() if shown.shape == expected.shape else np.inf
        time.sleep(0.1)
    return float(error)


def test_a_photo_comes_out_as_in_python(
    browser: Browser, served: str, photo_file: Path, tiny_model: Path
) -> None:
    browser.open(served)
    browser.until(READY)
    runtime = browser.run("return JSON.parse(document.getElementById('runtime').dataset.runtime)")
    assert browser.run("return self.crossOriginIsolated")
    assert runtime["threads"] >= 1
    browser.type("#photo", str(photo_file))
    browser.until(SHOWN)
    rgb, stylizer = load_rgb(photo_file), Stylizer(tiny_model)
    assert settled(browser, stylizer.stylize(rgb)) <= 1 / 255
    set_value(browser, "second", "1")
    set_value(browser, "share", 0.25)
    set_value(browser, "strength", 0.5)
    assert browser.run("return document.getElementById('seed').offsetParent === null")
    expected = stylizer.stylize(rgb, "negative:0.75,blur:0.25", 0.5)
    assert settled(browser, expected) <= 1 / 255
    set_value(browser, "strength", 0)
    assert settled(browser, rgb) <= 1e-6


def test_a_file_that_is_no_image_is_explained(
    browser: Browser, served: str, tmp_path: Path, photo_file: Path
) -> None:
    browser.open(served)
    browser.until(READY)
    wrong = tmp_path / "notes.jpg"
    wrong.write_text("no image")
    browser.type("#photo", str(wrong))
    assert "no image" in browser.until(ERROR)
    damaged = tmp_path / "damaged.tflite"
    damaged.write_bytes(b"\0\0\0\0TFL3" + bytes(range(64)))
    browser.run("document.querySelector('details').open = true")
    browser.type("#model", str(damaged))
    browser.until("return /damaged|not a/.test(document.getElementById('error').textContent)")
    browser.type("#photo", str(photo_file))
    browser.until(SHOWN)
    assert browser.run(ERROR) == ""


def test_a_large_photo_is_saved_at_its_size_without_a_seam(
    browser: Browser, served: str, statistics_model: Path, tmp_path: Path
) -> None:
    height, width = 1100, 1501
    y, x = np.mgrid[:height, :width]
    rgb = np.stack([x / width, y / height, 0.5 + 0.5 * np.sin(x / 40 + y / 90)], 2)
    large = tmp_path / "large.png"
    Image.fromarray(np.rint(rgb * 255).astype(np.uint8)).save(large)
    downloads = tmp_path / "downloads"
    downloads.mkdir()
    browser.open(served)
    browser.until(READY)
    browser.download_to(downloads)
    browser.run("document.querySelector('details').open = true")
    browser.type("#model", str(statistics_model))
    browser.until("return document.getElementById('status').textContent.includes('2 styles')")
    browser.type("#photo", str(large))
    browser.until(SHOWN)
    browser.click("#save")
    browser.until("return document.getElementById('status').textContent.startsWith('Saved')")
    saved = downloads / "stylized.jpg"
    for _ in range(50):
        if saved.exists():
            break
        time.sleep(0.1)
    difference = load_rgb(saved) - _whole(statistics_model, load_rgb(large))
    assert np.abs(difference).max() < 0.06  # JPEG's part in it is 0.03
    assert np.abs(difference).mean() < 0.01


def _whole(model: Path, rgb: np.ndarray) -> np.ndarray:
    interpreter = Interpreter(str(model))
    runner = interpreter.get_signature_runner()
    return runner(
        photo=rgb[None],
        style_weights=np.array([[1, 0]], np.float32),
        strength=np.ones((1, 1), np.float32),
        statistics=np.zeros((1, 1, 1, 7), np.float32),
    )["stylized"][0]


def test_it_works_without_a_network_once_loaded(
    built_page: Path, tiny_model: Path, photo_file: Path
) -> None:
    with Browser() as browser:
        with running(make_site([tiny_model])) as address:
            browser.open(address)
            browser.until("return document.documentElement.dataset.offline === 'ready'")
        browser.reload()
        browser.until(READY)
        browser.type("#photo", str(photo_file))
        browser.until(SHOWN)
        assert settled(browser, Stylizer(tiny_model).stylize(load_rgb(photo_file))) <= 1 / 255


def test_the_camera_is_stylized_live(served: str) -> None:
    fake = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
    with Browser(*fake) as browser:
        browser.open(served)
        browser.until(READY)
        browser.click("#camera")
        browser.until(SHOWN)
        browser.until("return document.getElementById('status').textContent.includes('pictures/s')")
        first = canvas(browser, "after")
        np.testing.assert_allclose(first, 1 - canvas(browser, "before"), atol=0.5)
        browser.until(
            "const before = document.getElementById('before').toDataURL();"
            "await new Promise((resolve) => setTimeout(resolve, 300));"
            "return before !== document.getElementById('before').toDataURL()"
        )
        browser.click("#camera")
        assert browser.run("return document.getElementById('video').srcObject === null")


def test_a_missing_camera_is_explained(browser: Browser, served: str, photo_file: Path) -> None:
    browser.open(served)
    browser.until(READY)
    browser.click("#camera")
    assert "camera" in browser.until(ERROR)
    browser.type("#photo", str(photo_file))
    browser.until(SHOWN)


def test_a_refused_camera_is_explained(served: str) -> None:
    with Browser("--use-fake-device-for-media-stream", "--deny-permission-prompts") as browser:
        browser.open(served)
        browser.until(READY)
        browser.click("#camera")
        assert "not allowed" in browser.until(ERROR)


def test_a_huge_photo_is_saved_smaller_and_the_page_says_so(served: str, tmp_path: Path) -> None:
    """Of 100 megapixels; the tiny model has no tiles, so that saving it takes no minute."""
    huge = tmp_path / "huge.jpg"
    Image.new("RGB", (12500, 8000), (90, 120, 60)).save(huge)
    with Browser() as browser:
        browser.open(served)
        browser.until(READY)
        browser.download_to(tmp_path)
        browser.type("#photo", str(huge))
        browser.until(SHOWN)
        browser.click("#save")
        status = "document.getElementById('status').textContent"
        browser.until(f"return {status}.startsWith('Saved')")
        assert "from 12500×8000" in browser.run(f"return {status}")
        assert browser.run(ERROR) == ""


def test_a_host_without_headers_has_threads_by_the_service_worker(
    built_page: Path, tiny_model: Path, photo_file: Path, tmp_path: Path
) -> None:
    """And where there is no service worker either, one thread does the work."""
    make_site([tiny_model]).write(tmp_path / "site")
    runtime = "return JSON.parse(document.getElementById('runtime').dataset.runtime)"
    with _plain_host(tmp_path / "site") as address:
        with Browser() as browser:
            browser.open(address)
            browser.until("return self.crossOriginIsolated")
            browser.until(READY)
            assert "no threads" not in browser.run(runtime)["reason"]
        with Browser() as browser:
            browser.command("Network.enable")
            browser.command("Network.setBypassServiceWorker", bypass=True)
            browser.open(address)
            browser.until(READY)
            assert browser.run(runtime)["threads"] == 1
            assert "no threads" in browser.run(runtime)["reason"]
            browser.type("#photo", str(photo_file))
            browser.until(SHOWN)
            assert settled(browser, Stylizer(tiny_model).stylize(load_rgb(photo_file))) <= 1 / 255


@contextmanager
def _plain_host(folder: Path) -> Iterator[str]:
    """A host that sends files and nothing else."""

    class Handler(SimpleHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:
            pass

    handler = partial(Handler, directory=str(folder))
    with answering(ThreadingHTTPServer(("127.0.0.1", 0), handler)) as address:
        yield address


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (390, 844)])
def test_everything_can_be_reached(
    served: str, photo_file: Path, width: int, height: int, tmp_path: Path
) -> None:
    """Nothing is cut off at the sides, and the controls are large enough for a thumb."""
    with Browser(width=width, height=height) as browser:
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 720}
        browser.command("Emulation.setDeviceMetricsOverride", **size)
        browser.open(served)
        browser.until(READY)
        browser.type("#photo", str(photo_file))
        browser.until(SHOWN)
        assert browser.run("return document.documentElement.scrollWidth") <= width
        low = browser.run(
            "return [...document.querySelectorAll('button, .button')]"
            ".filter((e) => e.offsetParent !== null && e.offsetHeight < 40).map((e) => e.id)"
        )
        assert low == []
        unnamed = browser.run(
            "return [...document.querySelectorAll('input, select')]"
            ".filter((e) => !e.labels?.length && !e.ariaLabel).map((e) => e.id)"
        )
        assert unnamed == []
        (tmp_path / f"page_{width}.png").write_bytes(base64.b64decode(browser.screenshot()))


def test_the_shipped_model_gives_the_picture_that_python_gives(
    browser: Browser, built_page: Path, tmp_path: Path
) -> None:
    image = Image.open(zoo.find(zoo.DEFAULT).previews["udnie"]).resize((120, 91))
    photo = tmp_path / "photo.png"
    image.save(photo)
    with running(make_site()) as address:
        browser.open(address)
        browser.until(READY)
        browser.type("#photo", str(photo))
        browser.until(SHOWN)
        expected = Stylizer(zoo.find(zoo.DEFAULT).tflite).stylize(load_rgb(photo))
        # Rounded to bytes; relaxed SIMD may fuse what x86 adds in two steps.
        assert settled(browser, expected) <= 3 / 255


def golden_pictures(case: dict[str, Any]) -> dict[str, np.ndarray]:
    """The photo and what comes of it, uint8 `[height, width, 3]`."""
    shape = (case["height"], case["width"], 3)
    return {
        name: np.fromfile(GOLDENS / case[name], np.uint8).reshape(shape)
        for name in ("photo", "stylized")
    }


def test_goldens_come_out_as_written(browser: Browser, built_page: Path, tmp_path: Path) -> None:
    cases = json.loads((GOLDENS / "goldens.json").read_text(encoding="utf-8"))
    with running(make_site([GOLDENS / cases["model"]])) as address:
        browser.open(address)
        browser.until(READY)
        for case in cases["photos"]:
            pixels = golden_pictures(case)
            Image.fromarray(pixels["photo"]).save(tmp_path / "photo.png")
            style = int(np.argmax(case["style_weights"]))
            assert case["style_weights"][style] == 1
            browser.run(f"document.querySelectorAll('#styles input')[{style}].click()")
            set_value(browser, "strength", case["strength"])
            browser.type("#photo", str(tmp_path / "photo.png"))
            # Here floats are rounded once more than in the golden.
            error = settled(browser, pixels["stylized"].astype(np.float32) / 255)
            assert error <= (case["tolerance"] + 0.5) / 255


def test_seeds_give_the_pictures_that_they_give_in_python(
    browser: Browser, built_page: Path, tmp_path: Path
) -> None:
    goldens = json.loads((GOLDENS / "seeded.json").read_text(encoding="utf-8"))
    model = GOLDENS / goldens["model"]
    with running(make_site([model])) as address:
        browser.open(address)
        browser.until(READY)
        for case in goldens["photos"]:
            pixels = golden_pictures(case)
            Image.fromarray(pixels["photo"]).save(tmp_path / "photo.png")
            set_value(browser, "seed", case["seed"])
            browser.type("#photo", str(tmp_path / "photo.png"))
            error = settled(browser, pixels["stylized"].astype(np.float32) / 255)
            assert error <= (goldens["tolerance"] + 0.5) / 255
        browser.click("#another")
        assert browser.run("return Number(document.getElementById('seed').value)") == 4000000001
        rgb = load_rgb(tmp_path / "photo.png")
        assert settled(browser, Stylizer(model).stylize(rgb, seed=4000000001)) <= 1.5 / 255


def test_a_model_of_one_style_has_nothing_to_blend_with(browser: Browser, served: str) -> None:
    rows = (
        "return ['second', 'share'].map((id) => document.getElementById(id).parentElement.hidden)"
    )
    browser.open(served)
    browser.until(READY)
    assert browser.run(rows) == [False, False]
    with running(make_site(["starry_noise"])) as address:
        browser.open(address)
        browser.until(READY)
        assert browser.run(rows) == [True, True]
