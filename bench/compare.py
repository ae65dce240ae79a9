"""This package beside everything else that makes a map of a table, in one run: prints Markdown, on standard output.

    python bench/compare.py [ROWS…]          (10000 and 100000, unless told otherwise)

For each number of rows: the made-up tables (``tables``), every contender from table to page in a cold process
(``process``), every page in a browser of its own (``browser``), the GeoJSON exports (``exports``), and at the end what
is measured on the Haiti project (``haiti``). Contenders take turns, round by round, so that a busy machine slows all
alike; figures are medians. The peers live in an environment of their own, made at the first run.

Rules, the same for all peers: from 350,000 rows on there is one round; a peer of which the size before says that it
would take more than ``MOST_CPU`` seconds or ``MOST_MEMORY`` gigabytes now isn't run, a page of more than ``MOST_HTML``
megabytes isn't opened, and what was never ready isn't opened again at a greater size. This package is always run.

Environment: BENCH_FOLDER (where tables and pages go and stay), BENCH_ROUNDS (below 350,000 rows), BENCH_HAITI (its
rounds; 0 for none), BENCH_MOST_CPU, BENCH_ONLY (names of peers), BENCH_PATIENCE (seconds until a page is *never*
ready), BENCH_PARTS (of "make look export"; what isn't named is taken from the run before).
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
from dataclasses import asdict
from itertools import pairwise
from pathlib import Path

import browser
import haiti
from contenders import DRAWN, EXPORTS, LABELS, MODULES, NEED_SERVER, OURS, PEER_HOME, STEPS, WEB, WEBGL, assets
from process import ROOT, cold
from report import Result, Size, Target, growth_of, table_of, targets_of

BENCH = Path(__file__).resolve().parent
PEER_PYTHON = PEER_HOME / "bin/python"
FOLDER = Path(os.environ.get("BENCH_FOLDER") or Path(tempfile.gettempdir()) / "mapper-bench")
PARTS = os.environ.get("BENCH_PARTS", "make look export").split()
ROUNDS_HAITI = int(os.environ.get("BENCH_HAITI", "9"))
MOST_CPU = float(os.environ.get("BENCH_MOST_CPU", "300"))
MOST_MEMORY, MOST_HTML = 8.0, 600.0


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
    folder, size = tables(rows), begun(rows, last, missing)
    rounds = int(os.environ.get("BENCH_ROUNDS") or 3) if rows < 350_000 else 1
    if "make" in PARTS:
        size.floor = cold([sys.executable, BENCH / "ours.py", "read", folder / "bare.csv", folder]).cpu
        for turn in range(rounds):
            for name, result in size.results.items():
                make(name, result, folder, turn)
        save(size)
    if "look" in PARTS:
        for turn in range(rounds):
            for name, result in size.results.items():
                look(name, result, last and last.results.get(name), folder, turn)
        save(size)
    if "export" in PARTS:
        export(size, folder, rounds, missing)
        save(size)
    return size


def begun(rows: int, last: Size | None, missing: dict[str, str]) -> Size:
    """Nothing yet, or what the run before found, less what is measured anew."""
    only = os.environ.get("BENCH_ONLY", "").split()
    names = [*OURS, *(name for name in LABELS if not only or name in only)]
    if "make" in PARTS:
        return Size(rows, {name: Result(why=missing.get(name, "") or too_much(rows, last, name)) for name in names})
    size = Size.of(json.loads(results_file(rows).read_text()))
    if "look" in PARTS:
        size.results = {name: one.unseen() for name, one in size.results.items()}
    return size


def make(name: str, result: Result, folder: Path, turn: int) -> None:
    """From the table to the page, once more; what takes long is done once."""
    if result.why or (turn and result.cpu[0] > 60):
        return
    page_of(name, folder).unlink(missing_ok=True)
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
    if result.cpu_s is None or result.page_why or name == "page" or (turn and result.ready[0] > 15):
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
    view = browser.opened(file, DRAWN[name], name in WEBGL, folder / f"{name}.png")
    say(f"{folder.name} {name}: ready {view.ready} {view.why}")
    result.page_why = view.why
    result.tab_mb, result.heap_mb = view.peak_mb, view.heap_mb
    if view.ready is not None:
        result.ready.append(view.ready)
        if turn == 0:
            for what, act in STEPS.get(name, {}).items():
                result.steps[what] = browser.stepped(file, DRAWN[name], act, name in WEBGL)
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


def results_file(rows: int) -> Path:
    return FOLDER / f"results-{rows}.json"


def save(size: Size) -> None:
    results_file(size.rows).write_text(json.dumps(asdict(size), indent=1))


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
    targets += [one for pair in pairwise(measured) for one in growth_of(*pair)]
    targets += [Target(what, "Haiti", found, most, unit, other) for what, found, most, unit, other in small]
    print("\n### Targets\n\n| what | rows | found | target | | beside |\n|---|---|--:|--:|---|---|")
    print("\n".join(target.line() for target in targets))


if __name__ == "__main__":
    main([int(one) for one in sys.argv[1:]] or [10_000, 100_000])
