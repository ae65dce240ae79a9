"""The Haiti page in headless Chromium beside an empty page with Leaflet alone: when each is ready, and their ratio.

    python bench/page_ready.py [ROUNDS]

*Opened* is what a reader waits for: from the wish for a new window until the page is ready, by this machine's clock.
Ready is a page when it has been painted, with all that its script puts there at first, and its script is free to
answer: of the Haiti page the header, the panel in front with its marked text, the filters, and the map with its
outlines, the events' marks and the legend, all of which can be used. Before it counts as ready, the bench looks for
each of them. The names of places and the timeline's bars come in the frame after that: *whole*. *Ready* (the end of
the first script), *painted* and *whole* are by the browser's clock since the navigation began. Both pages are one file
from disk with everything inside, opened in turn in one run. The target is a ratio of 1.5 at most for *opened*.
"""

from __future__ import annotations

import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from mapper import Project

ROOT = Path(__file__).resolve().parents[1]
LEAFLET = ROOT / "mapper/page/web/node_modules/leaflet/dist"
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
EMPTY = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Empty</title><style>{css} #map {{ height: 100vh }}</style></head>
<body><p>Leaflet</p><div id="map"></div><script>{js}</script>
<script>L.map("map", {{ center: [18.9, -72.5], zoom: 8 }});
for (const name of ["mapper-ready", "mapper-whole"]) performance.mark(name);</script></body></html>
"""
PAINTED = """() => new Promise((done) => new PerformanceObserver((list, self) => {
  if (list.getEntriesByName("first-contentful-paint").length > 0) (self.disconnect(), done());
}).observe({ type: "paint", buffered: true }))"""
TIMES = """() => ["mapper-ready", "first-contentful-paint", "mapper-whole"].map(
  (name) => performance.getEntriesByName(name)[0].startTime,
)"""
PARTS = (
    ".header h1",
    ".find input",
    ".source .passage",
    ".leaflet-mapper-base-pane canvas",
    ".badge",
    ".legend .entry",
)


def opened(browser: Any, file: Path, parts: Sequence[str] = ()) -> list[float]:
    started = time.perf_counter()
    with browser.new_context(viewport={"width": 1400, "height": 860}) as context:
        page = context.new_page()
        page.goto(file.as_uri())
        page.evaluate(PAINTED)
        seconds = time.perf_counter() - started
        there = page.evaluate("(parts) => parts.every((one) => document.querySelector(one))", list(parts))
        while not page.evaluate("performance.getEntriesByName('mapper-whole').length"):
            page.wait_for_timeout(50)
        ready, painted, whole = page.evaluate(TIMES)
        if parts and not (there and ready <= painted):
            raise SystemExit(f"{file.name}: something is missing from the first picture")
        return [1000 * seconds, ready, painted, whole]


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    with tempfile.TemporaryDirectory() as scratch, sync_playwright() as playwright:
        empty, full = Path(scratch, "empty.html"), Path(scratch, "map.html")
        css, js = ((LEAFLET / name).read_text(encoding="utf-8") for name in ("leaflet.css", "leaflet.js"))
        empty.write_text(EMPTY.format(css=css, js=js), encoding="utf-8")
        Project.open(ROOT).build(full)
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        pairs = [(opened(browser, full, PARTS), opened(browser, empty)) for _ in range(rounds + 2)][2:]
        browser.close()
    for at, what in enumerate(("opened", "ready", "painted", "whole")):
        ours, theirs = ([one[side][at] for one in pairs] for side in (0, 1))
        ratio = statistics.median(one / other for one, other in zip(ours, theirs, strict=True))
        print(
            f"{what}: {statistics.median(ours):.0f} ms, Leaflet alone {statistics.median(theirs):.0f} ms, "
            f"ratio {ratio:.2f} (median of {rounds}; target 1.5)"
        )


if __name__ == "__main__":
    main()
