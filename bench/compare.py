"""This package beside everything else that makes a map of a table, in one run: prints Markdown, on standard output.

    python bench/compare.py [ROWS…]          (10000 and 100000, unless told otherwise)

For each number of rows: the made-up tables (``tables``), every contender from table to page in a cold process
(``process``), every page in a browser of its own (``browser``), the GeoJSON exports (``exports``), and at the end what
is measured on the Haiti project (``haiti``). Contenders take turns, round by round, so that a busy machine slows all
alike; figures are medians. The peers live in an environment of their own, made at the first run.

Rules, the same for all peers: from 350,000 rows on there is one round; a peer of which the size before says that it
would take more than ``MOST_CPU`` seconds or ``MOST_MEMORY`` gigabytes now isn't run, a page of more than ``MOST_HTML``
megabytes isn't opened, and what was never ready isn't opened again at a greater size. This package is always run.

Environment: BENCH_FOLDER (where tables and pages go and stay), BENCH_ROUNDS, BENCH_HAITI (its rounds; 0 for none),
BENCH_ONLY (names of peers), BENCH_PATIENCE (seconds until a page is *never* ready).
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import browser
import haiti
from process import Cost, cold

BENCH = Path(__file__).resolve().parent
ROOT = BENCH.parent
PEER_HOME = BENCH / ".venv"
PEER_PYTHON = PEER_HOME / "bin/python"
WEB = PEER_HOME / "web"
FOLDER = Path(os.environ.get("BENCH_FOLDER") or Path(tempfile.gettempdir()) / "mapper-bench")
ROUNDS_HAITI = int(os.environ.get("BENCH_HAITI", "9"))
MOST_CPU, MOST_MEMORY, MOST_HTML = 300.0, 8.0, 600.0

OURS = {"build": "`mapper build`, all outputs", "page": "read, check, locate, page", "eventmap": "`EventMap(gdf).save()`"}
LABELS = {
    "folium_markers": "folium, CircleMarker and Popup a row, clustered",
    "folium_geojson": "folium GeoJson with popups",
    "explore": "geopandas explore",
    "folium_timestamped": "folium TimestampedGeoJson",
    "folium_timeline": "folium Timeline",
    "folium_fast_cluster": "folium FastMarkerCluster",
    "glify": "Leaflet.glify (folium-glify-layer)",
    "pydeck": "pydeck",
    "plotly": "plotly",
    "lonboard": "lonboard",
    "kepler": "kepler.gl",
    "bokeh": "bokeh",
}
EXPORTS = {"polars": "polars structs", "duckdb": "DuckDB JSON", "orjson": "orjson, a dict a row", "pyogrio": "pyogrio"}

# True in a page once its events are there.
OUR_PAGE = 'performance.getEntriesByName("mapper-whole").length > 0'
LEAFLET = 'document.querySelector(".leaflet-marker-pane > *, .leaflet-overlay-pane canvas, .leaflet-overlay-pane path")'
DRAWN = {
    **dict.fromkeys(OURS, OUR_PAGE),
    **dict.fromkeys(LABELS, LEAFLET),
    "pydeck": 'document.querySelector("#deck-container canvas")',
    "plotly": 'document.querySelector(".plotly-graph-div")._fullData && document.querySelector(".maplibregl-canvas")',
    "bokeh": "Bokeh.documents[0].is_idle",
}
# Pages that ask a server for what no package holds.
NEED_SERVER = {"lonboard": "fetches parquet-wasm 0.9.0", "kepler": "fetches React as modules and its own bundle"}
# A step of time or a filter by type, where a page has one.
KEY = 'new KeyboardEvent("keydown", { key: "ArrowRight", bubbles: true })'
SLIDE = """(at) => {
  const slider = document.querySelector(".time-slider");
  slider.value = Number(slider.min) + (at + 1) / 40 * (slider.max - slider.min);
  slider.dispatchEvent(new Event("input", { bubbles: true }));
  slider.dispatchEvent(new Event("change", { bubbles: true }));
}"""
TIME_STEP = f"""() => document.querySelector(".handle.from").dispatchEvent({KEY})"""
STEPS = {
    **dict.fromkeys(OURS, {"time": TIME_STEP, "type": '() => document.querySelector(".legend .entry").click()'}),
    "folium_timestamped": {"time": '() => document.querySelector(".timecontrol-forward").click()'},
    "folium_timeline": {"time": SLIDE},
    "plotly": {
        "type": """() => {
          const graph = document.querySelector(".plotly-graph-div");
          Plotly.restyle(graph, { visible: graph.data[0].visible === "legendonly" ? true : "legendonly" }, [0]);
        }"""
    },
}  # fmt: skip


@dataclass
class Result:
    """What was measured of one contender at one size; ``why`` says why something is missing."""

    cpu: list[float] = field(default_factory=list)
    peak_mb: list[float] = field(default_factory=list)
    html_mb: float | None = None
    ready: list[float] = field(default_factory=list)
    heap_mb: float | None = None
    tab_mb: float | None = None
    steps: dict[str, float | None] = field(default_factory=dict)
    why: str = ""
    page_why: str = ""

    @property
    def cpu_s(self) -> float | None:
        return statistics.median(self.cpu) if self.cpu else None

    @property
    def memory_gb(self) -> float | None:
        return statistics.median(self.peak_mb) / 1024 if self.peak_mb else None

    @property
    def ready_s(self) -> float | None:
        return statistics.median(self.ready) if self.ready else None


@dataclass
class Size:
    """Everything measured at one number of rows. ``exports`` and ``locating`` are CPU seconds by name."""

    rows: int
    results: dict[str, Result]
    exports: dict[str, float] = field(default_factory=dict)
    locating: dict[str, float] = field(default_factory=dict)
    floor: float | None = None


def say(text: str) -> None:
    print(time.strftime("%H:%M:%S"), text, file=sys.stderr, flush=True)


def prepare() -> dict[str, str]:
    """The peers' environment and the scripts for their pages; by name, why one isn't there."""
    if not PEER_PYTHON.exists():
        say("making the peers' environment")
        subprocess.run([sys.executable, "-m", "venv", PEER_HOME], check=True)
    pip = [PEER_PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    wanted = (BENCH / "requirements.txt").read_text(encoding="utf-8")
    done = PEER_HOME / "requirements.txt"
    if not done.exists() or done.read_text(encoding="utf-8") != wanted:
        packages = [line.partition("#")[0].strip() for line in wanted.splitlines()]
        whole = subprocess.run([*pip, *filter(None, packages)], check=False, stderr=subprocess.DEVNULL)
        if whole.returncode:  # then as many of them as can be had
            for package in filter(None, packages):
                subprocess.run([*pip, package], check=False, stderr=subprocess.DEVNULL)
        done.write_text(wanted, encoding="utf-8")
    if not (WEB / "node_modules").exists():
        WEB.mkdir(exist_ok=True)
        shutil.copy(BENCH / "package.json", WEB)
        npm = shutil.which("npm", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
        if npm:
            options = ["--no-package-lock", "--ignore-scripts", "--legacy-peer-deps", "--no-audit", "--no-fund"]
            path = {**os.environ, "PATH": f"{Path(npm).parent}{os.pathsep}{os.environ['PATH']}"}
            subprocess.run([npm, "install", "--silent", *options], check=False, cwd=WEB, env=path)
    missing = {}
    for name, module in MODULES.items():
        found = subprocess.run([PEER_PYTHON, "-c", f"import {module}"], check=False, capture_output=True, text=True)
        if found.returncode:
            missing[name] = "not installed: " + found.stderr.strip().rpartition("\n")[2][:120]
    return missing


MODULES = {
    **dict.fromkeys([name for name in LABELS if name.startswith("folium")], "folium"),
    "explore": "folium, geopandas, mapclassify, matplotlib",
    "glify": "folium_glify_layer",
    "kepler": "keplergl",
    **{name: name for name in ("pydeck", "plotly", "lonboard", "bokeh", "polars", "duckdb", "orjson", "pyogrio")},
}


def assets() -> dict[str, Path]:
    """The addresses that the peers' pages ask for, and the same files on this machine."""
    modules = WEB / "node_modules"
    cdn, cloud = "https://cdn.jsdelivr.net/npm", "https://cdnjs.cloudflare.com/ajax/libs"
    found = {
        f"{cdn}/leaflet@1.9.3/dist/leaflet.js": "leaflet/dist/leaflet.js",
        f"{cdn}/leaflet@1.9.3/dist/leaflet.css": "leaflet/dist/leaflet.css",
        f"{cdn}/bootstrap@5.2.2/dist/js/bootstrap.bundle.min.js": "bootstrap/dist/js/bootstrap.bundle.min.js",
        f"{cdn}/bootstrap@5.2.2/dist/css/bootstrap.min.css": "bootstrap/dist/css/bootstrap.min.css",
        "https://code.jquery.com/jquery-3.7.1.min.js": "jquery/dist/jquery.min.js",
        "https://code.jquery.com/ui/1.12.1/jquery-ui.js": "jquery-ui-dist/jquery-ui.js",
        f"{cloud}/jquery/3.7.1/jquery.min.js": "jquery/dist/jquery.min.js",
        f"{cloud}/jqueryui/1.10.2/jquery-ui.min.js": "jquery-ui-dist/jquery-ui.min.js",
        f"{cloud}/moment.js/2.18.1/moment.min.js": "moment/min/moment.min.js",
        f"{cdn}/iso8601-js-period@0.2.1/iso8601.min.js": "iso8601-js-period/iso8601.js",
        f"{cdn}/leaflet-timedimension@1.1.1/dist/leaflet.timedimension.min.js":
            "leaflet-timedimension/dist/leaflet.timedimension.min.js",
        f"{cdn}/leaflet-timedimension@1.1.1/dist/leaflet.timedimension.control.css":
            "leaflet-timedimension/dist/leaflet.timedimension.control.css",
        f"{cdn}/leaflet.timeline@1.6.0/dist/leaflet.timeline.min.js": "leaflet.timeline/dist/leaflet.timeline.js",
        f"{cloud}/leaflet.markercluster/1.1.0/leaflet.markercluster.js":
            "leaflet.markercluster/dist/leaflet.markercluster.js",
        f"{cloud}/leaflet.markercluster/1.1.0/MarkerCluster.css": "leaflet.markercluster/dist/MarkerCluster.css",
        f"{cloud}/leaflet.markercluster/1.1.0/MarkerCluster.Default.css":
            "leaflet.markercluster/dist/MarkerCluster.Default.css",
        f"{cloud}/Leaflet.awesome-markers/2.0.2/leaflet.awesome-markers.js":
            "leaflet.awesome-markers/dist/leaflet.awesome-markers.js",
        f"{cloud}/Leaflet.awesome-markers/2.0.2/leaflet.awesome-markers.css":
            "leaflet.awesome-markers/dist/leaflet.awesome-markers.css",
        "https://unpkg.com/leaflet.glify@3.0.2/dist/glify-browser.js": "leaflet.glify/dist/glify-browser.js",
        "https://unpkg.com/leaflet-glify-layer@0.0.6/dist/leaflet-glify-layer.js":
            "leaflet-glify-layer/dist/leaflet-glify-layer.js",
        "https://unpkg.com/chroma-js@2.1.1/chroma.min.js": "chroma-js/chroma.min.js",
        "https://api.tiles.mapbox.com/mapbox-gl-js/v1.13.0/mapbox-gl.js": "mapbox-gl/dist/mapbox-gl.js",
    }  # fmt: skip
    return {address: modules / file for address, file in found.items()}


def tables(rows: int) -> Path:
    folder = FOLDER / str(rows)
    if not (folder / "bare.csv").exists():
        say(f"{rows:,} rows: making the tables")
        made = cold([sys.executable, BENCH / "tables.py", str(rows), folder])
        if made.failed:
            sys.exit(f"tables.py: {made.failed}")
    return folder


def command(name: str, folder: Path) -> list[str | Path]:
    page = folder / f"{name}.html"
    if name == "build":
        return [sys.executable, "-m", "mapper", "-C", folder, "build", "-o", folder / "output" / "build.html"]
    if name in OURS:
        return [sys.executable, BENCH / "ours.py", name, folder / "bare.csv" if name == "eventmap" else folder, page]
    return [PEER_PYTHON, BENCH / "peers.py", name, folder / "bare.csv", page]


def page_of(name: str, folder: Path) -> Path:
    return folder / "output" / "build.html" if name == "build" else folder / f"{name}.html"


def too_much(rows: int, last: Size | None, name: str) -> str:
    """Why a peer isn't run at this size, by what it took at the size before; blank if it is."""
    before = last.results.get(name) if last and name not in OURS else None
    if not before or not last:
        return ""
    if before.cpu_s is None:
        return before.why
    times = rows / last.rows
    if before.cpu_s * times > MOST_CPU:
        return f"not run: more than {MOST_CPU:.0f} s CPU to expect"
    if (before.memory_gb or 0) * times > MOST_MEMORY:
        return f"not run: more than {MOST_MEMORY:.0f} GB to expect"
    return ""


def measure(rows: int, last: Size | None, missing: dict[str, str]) -> Size:
    folder = tables(rows)
    only = os.environ.get("BENCH_ONLY", "").split()
    names = [*OURS, *(name for name in LABELS if not only or name in only)]
    size = Size(rows, {name: Result(why=missing.get(name, "") or too_much(rows, last, name)) for name in names})
    rounds = int(os.environ.get("BENCH_ROUNDS", 3 if rows < 350_000 else 1))
    size.floor = cold([sys.executable, BENCH / "ours.py", "read", folder / "bare.csv", folder]).cpu
    for turn in range(rounds):
        for name in names:
            make(name, size.results[name], folder, turn)
    save(size)
    for turn in range(rounds):
        for name in names:
            look(name, size.results[name], last and last.results.get(name), folder, turn)
    export(size, folder, rounds, missing)
    save(size)
    return size


def make(name: str, result: Result, folder: Path, turn: int) -> None:
    """From the table to the page, once more; what takes long is done once."""
    if result.why or (turn and result.cpu[0] > 60):
        return
    cost = cold(command(name, folder), fine=(0, 1) if name == "build" else (0,))
    say(f"{folder.name} {name}: {cost.cpu:.2f} s CPU, {cost.peak_mb:.0f} MB {cost.failed}")
    if cost.failed or not page_of(name, folder).exists():
        result.why = f"failed: {cost.failed}"
        return
    result.cpu.append(cost.cpu)
    result.peak_mb.append(cost.peak_mb)
    result.html_mb = page_of(name, folder).stat().st_size / 2**20


def look(name: str, result: Result, before: Result | None, folder: Path, turn: int) -> None:
    """The page in a browser, once more; what isn't ready soon is opened once."""
    if result.cpu_s is None or result.page_why or (turn and result.ready[0] > 15):
        return
    if name in NEED_SERVER:
        result.page_why = f"blank offline: {NEED_SERVER[name]}"
    elif name not in OURS and (result.html_mb or 0) > MOST_HTML:
        result.page_why = f"not opened: more than {MOST_HTML:.0f} MB"
    elif name not in OURS and before and before.page_why in ("never", "crashed"):
        result.page_why = f"{before.page_why} (at the size before)"
    if result.page_why:
        return
    file = browser.local(page_of(name, folder), assets())
    view = browser.opened(file, DRAWN[name], folder / f"{name}.png")
    say(f"{folder.name} {name}: ready {view.ready} {view.why}")
    result.page_why = view.why
    result.tab_mb, result.heap_mb = view.peak_mb, view.heap_mb
    if view.ready is not None:
        result.ready.append(view.ready)
        if turn == 0:
            for what, act in STEPS.get(name, {}).items():
                result.steps[what] = browser.stepped(file, DRAWN[name], act)
                say(f"{folder.name} {name}: {what} step {result.steps[what]} ms")


def export(size: Size, folder: Path, rounds: int, missing: dict[str, str]) -> None:
    """The GeoJSON exports in turn, and locating beside a join."""
    table, told = folder / "events.parquet", folder / "told.json"
    if not table.exists():
        cold([PEER_PYTHON, BENCH / "exports.py", "parquet", folder / "output/events.geojson", table])
    found: dict[str, list[float]] = {}
    for _ in range(rounds):
        for name in ("ours", *EXPORTS):
            if name in missing:
                continue
            told.unlink(missing_ok=True)
            if name == "ours":
                cost = cold([sys.executable, BENCH / "ours.py", "geojson", folder, told])
            else:
                cost = cold([PEER_PYTHON, BENCH / "exports.py", name, table, told])
            if told.exists():
                found.setdefault(name, []).append(json.loads(told.read_text())["cpu"])
            say(f"{folder.name} GeoJSON, {name}: {found.get(name)} {cost.failed}")
    size.exports = {name: statistics.median(times) for name, times in found.items()}
    told.unlink(missing_ok=True)
    cost = cold([sys.executable, BENCH / "ours.py", "locate", folder, told])
    if told.exists():
        size.locating = json.loads(told.read_text())
    say(f"{folder.name} locating: {size.locating} {cost.failed}")


def save(size: Size) -> None:
    (FOLDER / f"results-{size.rows}.json").write_text(json.dumps(asdict(size), indent=1))


# ---- what is printed ----


def number(value: float | None, digits: int = 1) -> str:
    return "–" if value is None else f"{value:,.{digits}f}" if value < 100 else f"{value:,.0f}"


def table_of(size: Size) -> str:
    lines = [
        f"### {size.rows:,} rows",
        "",
        "| table → HTML | CPU s | memory GB | HTML MB | page ready s | tab MB | JS heap MB | step ms | note |",
        "|---|--:|--:|--:|--:|--:|--:|---|---|",
    ]
    for name, one in size.results.items():
        label = f"**{OURS[name]}**" if name in OURS else LABELS[name]
        steps = ", ".join(f"{what} {number(took, 0)}" for what, took in one.steps.items()) or "–"
        ready = number(one.ready_s, 2) if one.ready_s is not None else one.page_why.partition(" (")[0] or "–"
        ready = ready if ready in ("never", "crashed") or one.ready_s is not None else "–"
        note = one.why or one.page_why
        figures = (number(one.cpu_s), number(one.memory_gb, 2), number(one.html_mb), ready)
        lines.append(
            f"| {label} | {' | '.join(figures)} | {number(one.tab_mb, 0)} | {number(one.heap_mb)} | {steps} | {note} |"
        )
    lines.append(f"| floor: pandas reads the CSV, nothing else | {number(size.floor, 2)} | | | | | | | |")
    if size.exports:
        told = [f"{EXPORTS.get(name, '**this package**')} {number(took, 2)}" for name, took in size.exports.items()]
        lines += ["", f"GeoJSON from a table in memory, nested properties, CPU s: {' · '.join(told)}."]
    if size.locating:
        told = [f"{name} {number(took, 2)}" for name, took in size.locating.items()]
        lines += ["", f"Locating on 50,000 names, CPU s: {' · '.join(told)}."]
    return "\n".join(lines)


@dataclass(frozen=True)
class Target:
    """A line of the targets: what was measured, what it may be at most, and in what."""

    what: str
    at: str
    found: float | None
    most: float
    unit: str = "×"
    against: str = ""

    def line(self) -> str:
        if self.found is None:
            return f"| {self.what} | {self.at} | – | ≤ {self.most:g} {self.unit} | not measured | {self.against} |"
        over = self.found / self.most - 1
        verdict = "met" if over <= 0 else f"**missed by {100 * over:.0f} %**"
        shown = f"{self.found:,.2f}" if self.found < 100 else f"{self.found:,.0f}"
        return f"| {self.what} | {self.at} | {shown} {self.unit} | ≤ {self.most:g} {self.unit} | {verdict} | {self.against} |"


def against(ours: float | None, theirs: dict[str, float | None]) -> tuple[float | None, str]:
    """Our figure over the least of theirs, and whose that is."""
    known = {name: value for name, value in theirs.items() if value}
    if ours is None or not known:
        return None, ""
    best = min(known, key=lambda name: known[name])
    return ours / known[best], {**LABELS, **EXPORTS}.get(best, best)


def targets_of(size: Size) -> list[Target]:
    at, peers = f"{size.rows:,}", {name: one for name, one in size.results.items() if name not in OURS}
    build, page, eventmap = (size.results[name] for name in ("build", "page", "eventmap"))
    cpu = {name: one.cpu_s for name, one in peers.items()}
    found = []

    def ratio(what: str, ours: float | None, theirs: dict[str, float | None], most: float) -> None:
        value, whose = against(ours, theirs)
        found.append(Target(what, at, value, most, "×", whose))

    lonboard = {"lonboard": cpu.get("lonboard")}
    ratio("read, check, locate and page: CPU", page.cpu_s, lonboard, 1.0)
    found.append(Target("the same: memory", at, page.memory_gb, 1.5, "GB"))
    ratio("whole `mapper build`: CPU", build.cpu_s, lonboard, 1.5)
    ratio("`EventMap(gdf).save()`: CPU", eventmap.cpu_s, cpu, 0.7)
    ratio("HTML size, all text in it", eventmap.html_mb, {"lonboard": peers["lonboard"].html_mb} if "lonboard" in peers else {}, 0.6)
    ready = {name: one.ready_s for name, one in peers.items()}
    ratio("page ready, `EventMap`", eventmap.ready_s, ready, 0.2)
    ratio("page ready, `mapper build`", build.ready_s, ready, 0.2)
    most = 50.0 if size.rows > 350_000 else 16.0
    for name in ("eventmap", "build"):
        for what, took in size.results[name].steps.items():
            found.append(Target(f"a {what} step, {OURS[name]}", at, took, most, "ms"))
    ours = size.exports.get("ours")
    ratio("GeoJSON export: CPU", ours, {name: took for name, took in size.exports.items() if name != "ours"}, 1.0)
    if "ours" in size.locating:
        found.append(Target("locating: CPU", at, size.locating["ours"] / size.locating["join"], 1.5, "×", "pandas merge"))
    return found


def growth_of(small: Size, large: Size) -> list[Target]:
    """What a row more costs, over what a row costs at the smaller size, fixed costs included: linear is at most 1."""
    found, at = [], f"{small.rows:,} → {large.rows:,}"
    times = large.rows / small.rows
    for name in OURS:
        one, other = small.results[name], large.results[name]
        for what, few, many in (("CPU", one.cpu_s, other.cpu_s), ("memory", one.memory_gb, other.memory_gb)):
            value = many / few / times if few and many else None
            found.append(Target(f"growth, {OURS[name]}: {what} over rows", at, value, 1.0))
    return found


def revision() -> str:
    def git(*words: str) -> str:
        return subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=False).stdout.strip()

    return git("rev-parse", "--short", "HEAD") + ("" if not git("status", "--porcelain", "mapper") else ", changed")


def main(sizes: Sequence[int]) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    missing = prepare()
    measured: list[Size] = []
    for rows in sorted(sizes):
        measured.append(measure(rows, measured[-1] if measured else None, missing))
    small = haiti.targets(say, ROUNDS_HAITI) if ROUNDS_HAITI else []
    machine = f"{os.cpu_count()} cores, Python {platform.python_version()}"
    print(f"Measured on {time.strftime('%Y-%m-%d')}, {machine}, at commit {revision()}.\n")
    print("\n\n".join(map(table_of, measured)))
    targets = [target for size in measured for target in targets_of(size)]
    targets += [one for pair in zip(measured, measured[1:], strict=False) for one in growth_of(*pair)]
    targets += [Target(what, "Haiti", found, most, unit, other) for what, found, most, unit, other in small]
    print("\n### Targets\n\n| what | rows | found | target | | beside |\n|---|---|--:|--:|---|---|")
    print("\n".join(target.line() for target in targets))


if __name__ == "__main__":
    main([int(one) for one in sys.argv[1:]] or [10_000, 100_000])
