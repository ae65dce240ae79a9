"""A page in headless Chromium: when it is ready, what a step costs, what it holds. The same definitions for every page.

*Ready* is the time from the start of the navigation until the first picture with all events is painted and the main
thread is idle: the latest of the load event, the end of the last task of 50 ms or more, and the first frame in which
the page has drawn what it says it draws; after that nothing of the kind for a second, and the picture looks the same.
A page that isn't there after ``PATIENCE`` seconds is *never* ready.

*A step* is the time from an input until the second frame after it is painted, at a frame rate without limit, so that
no wait for a screen is in it.

Pages are opened as files, offline. Scripts that a page wants from a server are put beside it first (``local``). No
graphics card can be counted on: Chromium composes pages by the processor, and for those that use WebGL it has a card
made of software, which the others do without.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import statistics
import time
from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Error, sync_playwright
from playwright.sync_api import TimeoutError as TooLong

PATIENCE = float(os.environ.get("BENCH_PATIENCE", "90"))
SIZE = {"width": 1400, "height": 860}
FLAGS = (
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Pages of the browser's own for its address bar: each new window loads them, beside the page that is measured.
    "--disable-features=WebUIOmniboxPopup,WebUIOmniboxAimPopup",
    "--allow-file-access-from-files",
    "--host-resolver-rules=MAP * ~NOTFOUND",
)
NO_CARD = ("--disable-gpu",)
SOFTWARE_CARD = ("--use-angle=swiftshader", "--enable-unsafe-swiftshader")
UNLIMITED = ("--disable-frame-rate-limit", "--disable-gpu-vsync")

WATCH = """(() => {
  const bench = (window.bench = { load: 0, busy: 0, drawn: 0 });
  new PerformanceObserver((list) => {
    for (const one of list.getEntries()) bench.busy = Math.max(bench.busy, one.startTime + one.duration);
  }).observe({ type: "longtask", buffered: true });
  addEventListener("load", () => { bench.load = performance.now(); });
  const painted = () => new Promise((done) => requestAnimationFrame(() => {
    const channel = new MessageChannel();
    channel.port1.onmessage = done;
    channel.port2.postMessage(0);
  }));
  bench.painted = painted;
  const isDrawn = () => { try { return DRAWN; } catch { return false; } };
  const look = async () => {
    if (!bench.load || !isDrawn()) return setTimeout(look, 20);
    await painted();
    bench.drawn = performance.now();
  };
  look();
  bench.ready = () => Math.max(bench.load, bench.busy, bench.drawn);
  const settle = setInterval(() => {
    if (!bench.load || !bench.drawn || performance.now() - bench.ready() < 1000) return;
    clearInterval(settle);
    console.debug("bench: settled");
  }, 100);
  bench.step = async (act, times) => {
    const found = [];
    for (let at = 0; at < times; at++) {
      for (let pause = 0; pause < 5; pause++) await painted();
      await new Promise((done) => setTimeout(done, 50));
      const started = performance.now();
      act(at);
      await painted();
      await painted();
      found.push(performance.now() - started);
    }
    return found;
  };
})();"""


# Whether two pictures look the same: drawn again, an edge may be a shade off that nobody sees.
SAME = """(pictures) => Promise.all(pictures.map(async (picture) => {
  const image = await createImageBitmap(await (await fetch(`data:image/png;base64,${picture}`)).blob());
  const context = new OffscreenCanvas(image.width, image.height).getContext("2d");
  context.drawImage(image, 0, 0);
  return context.getImageData(0, 0, image.width, image.height).data;
})).then(([one, other]) => one.every((shade, at) => Math.abs(shade - other[at]) < 4))"""


@dataclass(frozen=True)
class View:
    """A page as it was met: seconds, or why there are none; megabytes of the JS heap, and of its process at most."""

    ready: float | None
    why: str = ""
    heap_mb: float | None = None
    peak_mb: float | None = None


_ASKED = re.compile(rb'(<(?:script|link)\b[^>]{0,200}?\b(?:src|href)=")https?://[^"]*/([^"/]+)("[^>]{0,200}>)')


def local(page: Path, assets: Mapping[str, Path]) -> Path:
    """A copy of the page that takes its scripts and styles from this machine; the page itself if it asks for none."""

    def beside(asked: re.Match[bytes]) -> bytes:
        file = assets.get(asked[2].decode())
        rest = re.sub(rb' (integrity|crossorigin)="[^"]*"', b"", asked[3])
        return asked[1] + file.as_uri().encode() + rest if file else asked[0]

    data, times = _ASKED.subn(beside, page.read_bytes())
    if not times:
        return page
    copy = page.with_suffix(".local.html")
    copy.write_bytes(data)
    return copy


def chromium() -> str | None:
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


@contextmanager
def _page(drawn: str, webgl: bool, *more: str) -> Iterator[Any]:
    flags = [*FLAGS, *(SOFTWARE_CARD if webgl else NO_CARD), *more]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=flags)
        page = browser.new_context(viewport=SIZE).new_page()
        page.add_init_script(WATCH.replace("DRAWN", drawn))
        yield page
        browser.close()


def _settle(page: Any, file: Path, until: float) -> None:
    def left() -> float:
        return max(1.0, 1000 * (until - time.monotonic()))

    # By what the page says itself: asking one that is busy would wait without end.
    with page.expect_console_message(lambda one: one.text == "bench: settled", timeout=left()):
        page.goto(file.as_uri(), wait_until="commit", timeout=left())


def opened(file: Path, drawn: str, webgl: bool = False, picture: Path | None = None) -> View:
    """Open a page in a browser of its own; ``drawn`` is the JavaScript that is true once its events are there."""
    with _page(drawn, webgl) as page:
        until = time.monotonic() + PATIENCE
        try:
            _settle(page, file, until)
            ready = page.evaluate("window.bench.ready()") / 1000
            before, changed = page.screenshot(), page.evaluate("performance.now()") / 1000
            while time.monotonic() < until:
                page.wait_for_timeout(1000)
                after = page.screenshot()
                if _looks_the_same(page, before, after):
                    break
                before, ready = after, max(changed, page.evaluate("window.bench.ready()") / 1000)
                changed = page.evaluate("performance.now()") / 1000
            else:
                return View(None, "never", peak_mb=_renderer_mb())
            if picture:
                picture.write_bytes(after)
            session = page.context.new_cdp_session(page)
            session.send("HeapProfiler.collectGarbage")
            session.send("Performance.enable")
            metrics = {one["name"]: one["value"] for one in session.send("Performance.getMetrics")["metrics"]}
            return View(ready, "", metrics["JSHeapUsedSize"] / 2**20, _renderer_mb())
        except TooLong:
            return View(None, "never", peak_mb=_renderer_mb())
        except Error as error:
            return View(None, "crashed" if "crash" in str(error).lower() else str(error).partition("\n")[0][:80])


def _looks_the_same(page: Any, *pictures: bytes) -> bool:
    beside = page.context.new_page()
    same = beside.evaluate(SAME, [b64encode(one).decode() for one in pictures])
    beside.close()
    return bool(same)


def stepped(file: Path, drawn: str, act: str, webgl: bool = False, times: int = 15) -> float | None:
    """Median milliseconds of a step: ``act`` is a function in JavaScript, of the number of the step, that does it."""
    with _page(drawn, webgl, *UNLIMITED) as page:
        try:
            _settle(page, file, time.monotonic() + PATIENCE)
            tell = '(all) => console.debug("bench: " + JSON.stringify(all))'
            with page.expect_console_message(
                lambda one: one.text.startswith("bench: ["), timeout=1000 * PATIENCE
            ) as told:
                page.evaluate(f"() => {{ window.bench.step({act}, {times}).catch(() => []).then({tell}); }}")
            found = json.loads(told.value.text.removeprefix("bench: "))
            return float(statistics.median(found[2:])) if found else None
        except Error:
            return None


def _renderer_mb() -> float | None:
    """The most memory that a renderer among this process's descendants has held at once."""
    children: dict[int, list[int]] = {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        children.setdefault(int(fields[1]), []).append(int(status.parent.name))
    found, waiting = [], [os.getpid()]
    while waiting:
        process = waiting.pop()
        waiting += children.get(process, [])
        try:
            if b"--type=renderer" in Path(f"/proc/{process}/cmdline").read_bytes():
                peak = re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{process}/status").read_text())
                found.append(int(peak[1]) / 1024 if peak else 0)
        except OSError:
            continue
    return max(found, default=None)
