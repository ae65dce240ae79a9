"""What a small project costs, measured on Haiti's: a cold build, a rebuild while watching, and when its page is there.

    python bench/haiti.py [ROUNDS]

*Cold build* is ``mapper build`` beside importing geopandas and folium, the floor of any build with these libraries:
CPU seconds, in turn, so that a busy machine slows both alike.

*Rebuild* is from the moment at which a saved file is in place, while ``mapper build --watch`` runs, to the line that
tells of the build, after the last file is on the disk. Each round changes a file for good, so that nothing can be taken
from the build before last.

*Opened* is what a reader waits for after a double-click on the file: from the start of the browser until the page is
painted, by this machine's clock, beside an empty page with Leaflet alone. Before it counts, the bench looks for each of
its parts: the header, the panel in front with its marked text, the filters, the map with its outlines, the events'
marks and the legend. *Ready* (the end of the first script), *painted* and *whole* (names of places and bars, a frame
later) are by the browser's clock since the navigation began. *In a new tab* is the same as *opened* in a browser that
has been running, from the wish for a tab.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from browser import FLAGS, NO_CARD, SIZE, chromium
from playwright.sync_api import sync_playwright
from process import ENVIRONMENT, ROOT, cold

LEAFLET = ROOT / "mapper/page/web/node_modules/leaflet/dist"
EDITS = {
    "data/events.csv": "the first Kenyan soldiers",  # its quote is checked; the row that holds it is rewritten
    "data/places.csv": "The point is for a label",
    "data/boundaries/adm2.geojson": "geoBoundaries",
    "data/map.toml": "Haiti, July 2024",
}
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


def cold_build(rounds: int) -> list[tuple[float, float]]:
    """CPU seconds of a build and of the imports, a pair a round."""
    with tempfile.TemporaryDirectory() as folder:
        build = [sys.executable, "-m", "mapper", "-C", ROOT, "build", "-o", Path(folder, "map.html")]
        floor = [sys.executable, "-c", "import geopandas, folium"]
        cold(build)
        return [(cold(build).cpu, cold(floor).cpu) for _ in range(rounds)]


def rebuilds(rounds: int) -> dict[str, list[float]]:
    """Milliseconds from save to written map, by what was saved."""
    found: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        for name in ("data", "seeds"):
            shutil.copytree(ROOT / name, folder / name)
        command = [sys.executable, "-u", "-m", "mapper", "-C", scratch, "build", "--watch"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=ENVIRONMENT) as process:
            assert process.stdout
            process.stdout.readline()
            time.sleep(1)
            for name, word in EDITS.items():
                for number in range(rounds):
                    (folder / ".new").write_bytes(_edited(ROOT / name, word, number))
                    os.replace(folder / ".new", folder / name)
                    started = time.perf_counter()
                    process.stdout.readline()
                    found.setdefault(name, []).append(1000 * (time.perf_counter() - started))
                    time.sleep(0.2)
            process.terminate()
    return found


def _edited(path: Path, word: str, number: int) -> bytes:
    """The file with a mark after the word, in a cell or value where any text may stand."""
    text = path.read_text(encoding="utf-8")
    if path.name == "events.csv":
        return text.replace("project editors", f"project editors {number}").encode()
    return text.replace(word, f"{word} {number}", 1).encode()


def pages(rounds: int) -> list[tuple[list[float], list[float]]]:
    """Milliseconds of the page and of Leaflet alone, a pair a round: opened, in a new tab, ready, painted, whole."""
    with tempfile.TemporaryDirectory() as scratch, sync_playwright() as playwright:
        empty, full = Path(scratch, "empty.html"), Path(scratch, "map.html")
        css, js = ((LEAFLET / name).read_text(encoding="utf-8") for name in ("leaflet.css", "leaflet.js"))
        empty.write_text(EMPTY.format(css=css, js=js), encoding="utf-8")
        cold([sys.executable, "-m", "mapper", "-C", ROOT, "build", "-o", full])
        return [(_opened(playwright, full, PARTS), _opened(playwright, empty)) for _ in range(rounds + 1)][1:]


def _opened(playwright: Any, file: Path, parts: Sequence[str] = ()) -> list[float]:
    started = time.perf_counter()
    running = playwright.chromium.launch(executable_path=chromium(), args=[*FLAGS, *NO_CARD])
    context = running.new_context(viewport=SIZE)
    page = _painted(context, file)
    opened = time.perf_counter() - started
    there = page.evaluate("(parts) => parts.every((one) => document.querySelector(one))", list(parts))
    page.wait_for_function('() => performance.getEntriesByName("mapper-whole").length > 0')
    page.wait_for_timeout(500)
    ready, painted, whole = page.evaluate(TIMES)
    if parts and not (there and ready <= painted):
        raise SystemExit(f"{file.name}: something is missing from the first picture")
    started = time.perf_counter()
    _painted(context, file)
    tab = time.perf_counter() - started
    running.close()
    return [1000 * opened, 1000 * tab, ready, painted, whole]


def _painted(context: Any, file: Path) -> Any:
    page = context.new_page()
    page.goto(file.as_uri())
    page.evaluate(PAINTED)
    return page


def targets(say: Callable[[str], None], rounds: int = 9) -> list[tuple[str, float, float, str, str]]:
    """What was found, the most that it may be, its unit, and what it was measured beside."""
    built = statistics.median(one / other for one, other in cold_build(rounds))
    say(f"Haiti, cold build: {built:.2f} × the imports")
    saved = {name: statistics.median(times) for name, times in rebuilds(rounds).items()}
    say(f"Haiti, rebuild: {saved}")
    pairs = pages(rounds)
    for at, what in enumerate(("opened", "in a new tab", "ready", "painted", "whole")):
        ours, theirs = (statistics.median(one[side][at] for one in pairs) for side in (0, 1))
        say(f"Haiti, {what}: {ours:.0f} ms, Leaflet alone {theirs:.0f} ms")
    opened = statistics.median(ours[0] / theirs[0] for ours, theirs in pairs)
    slowest = max(saved, key=lambda name: saved[name])
    return [
        ("cold `mapper build`: CPU", built, 1.3, "×", "importing geopandas and folium"),
        ("rebuild while watching", saved[slowest], 100.0, "ms", f"{slowest} saved, the slowest"),
        ("page opened", opened, 1.5, "×", "an empty page with Leaflet alone"),
    ]


if __name__ == "__main__":
    for line in targets(lambda text: print(text, flush=True), int(sys.argv[1]) if len(sys.argv) > 1 else 9):
        print("{0}: {1:.2f} {3} (target {2:g}), beside {4}".format(*line))
