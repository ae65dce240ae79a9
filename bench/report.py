"""What was measured, as Markdown: a table a size, and the targets with what was found."""

from __future__ import annotations

import statistics
from dataclasses import dataclass, field
from typing import Any

from contenders import EXPORTS, LABELS, OURS


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

    def unseen(self) -> Result:
        """As made, its page not opened yet."""
        return Result(cpu=self.cpu, peak_mb=self.peak_mb, html_mb=self.html_mb, why=self.why)

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

    @classmethod
    def of(cls, saved: dict[str, Any]) -> Size:
        """As it was saved."""
        return cls(**{**saved, "results": {name: Result(**one) for name, one in saved["results"].items()}})


def number(value: float | None, digits: int = 1) -> str:
    return "–" if value is None else f"{value:,.{digits}f}" if value < 100 else f"{value:,.0f}"


AS_BUILD = "its page is the one of `mapper build`"


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
        note = one.why or one.page_why or (AS_BUILD if name == "page" else "")
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
        cells = (self.what, self.at, f"{shown} {self.unit}", f"≤ {self.most:g} {self.unit}", verdict, self.against)
        return f"| {' | '.join(cells)} |"


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
    ratio(
        "HTML size, all text in it",
        eventmap.html_mb,
        {"lonboard": peers["lonboard"].html_mb} if "lonboard" in peers else {},
        0.6,
    )
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
        found.append(
            Target("locating: CPU", at, size.locating["ours"] / size.locating["join"], 1.5, "×", "pandas merge")
        )
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
