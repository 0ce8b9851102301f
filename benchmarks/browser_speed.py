"""Latency of the page in headless Chromium, and how soon it can be used.

    make page && python -m benchmarks.browser_speed [--model NAME or FILE.tflite] [--threads 1 2]

in the checkout's top folder, with Debian's chromium and chromium-driver, on a quiet machine. Sizes
are the photo's; the network runs on the photo and its margin, in the page's own worker. The time
to usable is from the start of a second visit, with the page's files and the runtime kept by the
service worker, until the model has been loaded and its styles are shown.
"""

import argparse
import os
import statistics
import sys

from stylekit import zoo
from stylekit.web.site import make_site
from tests.web.serving import running
from tests.web.webdriver import Browser

SIZES = (256, 512)
WARM_UP = 3
VISITS = 5

# Says when the page became usable, in milliseconds since its navigation began.
WATCH = """
new MutationObserver((_, observer) => {
  if (document.querySelector('#runtime')?.dataset.runtime === undefined) return;
  window.usable = performance.now();
  observer.disconnect();
}).observe(document, { subtree: true, childList: true, attributes: true });
"""

# The runtime takes as many threads as there are processors: this goes before the worker's script.
PROCESSORS = "Object.defineProperty(navigator, 'hardwareConcurrency', {{ value: {} }});\n"

# Asks a worker of its own, as the page does its worker: see web_demo/src/protocol.ts.
RUN = """
const worker = new Worker('worker%(threads)d.js');
const ask = (request) => new Promise((resolve, reject) => {
  worker.onmessage = ({ data }) => (data.error ? reject(new Error(data.error)) : resolve(data));
  worker.postMessage({ id: 0, request });
});
const [{ file }] = await (await fetch('models/index.json')).json();
const bytes = new Uint8Array(await (await fetch(file)).arrayBuffer());
const { loaded: { card, runtime } } = await ask({ kind: 'load', bytes });
const side = %(size)d;
const padded = Math.ceil((side + 2 * card.margin) / card.multipleOf) * card.multipleOf;
const all = { top: 0, left: 0, height: side, width: side };
const times = [];
for (let i = 0; i < %(runs)d; i++) {
  const { stylized } = await ask({
    kind: 'stylize',
    photo: { height: side, width: side },
    data: Uint8ClampedArray.from({ length: 4 * side * side }, (_, byte) => (byte * 7919) %% 251),
    area: all,
    window: { top: 0, left: 0, height: padded, width: padded },
    kept: all,
    styleWeights: card.styles.map((_, index) => Number(index === 0)),
    strength: 1,
  });
  times.push(stylized.milliseconds);
}
worker.terminate();
return { runtime, times };
"""


def main() -> None:
    """Print one row for each number of threads."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", default=zoo.DEFAULT)
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--repetitions", type=int, default=20)
    arguments = parser.parse_args()
    site = make_site([arguments.model])
    worker = site.read("worker.js") or b""
    for threads in arguments.threads:
        site.files[f"worker{threads}.js"] = PROCESSORS.format(threads).encode() + worker
    with running(site) as address, Browser() as browser:
        browser.open(address)
        browser.until("return document.documentElement.dataset.offline === 'ready'")
        visits = seconds_until_usable(browser)
        load = os.getloadavg()[0]
        version = browser.command("Browser.getVersion")["product"]
        print(f"{arguments.model}, {version}, {os.cpu_count()} processors, load {load:.1f} before")
        print(f"usable after {statistics.median(visits):.2f} s, p50 of {VISITS} visits")
        print(f"p50 (fastest) of {arguments.repetitions} runs after {WARM_UP}, in ms:")
        print("| threads | " + " | ".join(f"{size}²" for size in SIZES) + " |")
        print("|---" * (1 + len(SIZES)) + "|")
        for threads in arguments.threads:
            cells = [latency(browser, threads, size, arguments.repetitions) for size in SIZES]
            print(f"| {threads} | {' | '.join(cells)} |")


def seconds_until_usable(browser: Browser) -> list[float]:
    """Of several visits, each with everything kept from those before."""
    browser.command("Page.addScriptToEvaluateOnNewDocument", source=WATCH)
    visits = []
    for _ in range(VISITS):
        browser.reload()
        visits.append(browser.until("return window.usable") / 1000)
    return visits


def latency(browser: Browser, threads: int, size: int, repetitions: int) -> str:
    """A cell of the table."""
    values = {"threads": threads, "size": size, "runs": WARM_UP + repetitions}
    result = browser.run(RUN % values)
    used = result["runtime"]["threads"]
    if used != threads:
        sys.exit(f"the runtime takes {used} threads, not {threads}")
    times = result["times"][WARM_UP:]
    return f"{statistics.median(times):.0f} ({min(times):.0f})"


if __name__ == "__main__":
    main()
