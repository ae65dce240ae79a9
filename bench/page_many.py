"""The page of very many events in headless Chromium: when it is ready, and what each step takes until it is painted.

    python bench/page_many.py [ROWS …]          350,000 and 1,000,000 without any

The events are made up from a seed, with places, actors, dates, reports and quotes; some have no place, some no date,
some are areas. *Ready* is when the page's first picture stands and it is free to answer, *whole* when everything on
it does. A *step* is the time from an input to the second frame after it, frames coming as fast as they can, so that
no wait for a screen is in it; *painted* is the first of these frames. *Own* is the processor time that the page's main
thread took for a step, painting included: what remains of it when other programs are busy too. Medians but for that.
"""

from __future__ import annotations

import shutil
import statistics
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from playwright.sync_api import sync_playwright

from mapper import EventMap
from mapper.coded import Coded
from mapper.dates import parse_date
from mapper.page.columns import COUNTS, REPORT_TEXTS, TEXTS, Dated, PageTable, Reports, dated

FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
UNLIMITED = ["--disable-frame-rate-limit", "--disable-gpu-vsync"]
TYPES = ("Battles", "Explosions/Remote violence", "Violence against civilians", "Protests", "Riots")
SOURCES, TOWNS, ACTORS, DAYS = 40, 20_000, 300, 2400

ACTS = {
    "one type, and all again": "(at) => document.querySelector('.type-chip').click()",
    "hollow ones, and all again": "(at) => [...document.querySelectorAll('.legend .entry')].at(-1).click()",
    "a month on": "(at) => document.querySelectorAll('.time-go')[1].click()",
    "the map moved": "(at) => map_1.panBy([at % 2 ? -40 : 40, 0], { animate: false })",
    "the map nearer, and back": "(at) => map_1.setZoom(map_1.getZoom() + (at % 2 ? -1 : 1), { animate: false })",
}

# Playwright runs this by its own door: the page's policy lets no text become script.
STEPS = """async (times) => {
  const frame = () => new Promise((done) => requestAnimationFrame(() => {
    const channel = new MessageChannel();
    channel.port1.onmessage = done;
    channel.port2.postMessage(0);
  }));
  const [painted, settled] = [[], []];
  for (let at = 0; at < times; at += 1) {
    for (let pause = 0; pause < 4; pause += 1) await frame();
    await new Promise((done) => setTimeout(done, 80));
    const started = performance.now();
    (ACT)(at);
    await frame();
    painted.push(performance.now() - started);
    await frame();
    settled.push(performance.now() - started);
  }
  return [painted, settled];
}"""
READY = """() => ["mapper-ready", "first-contentful-paint", "mapper-whole"].map(
  (name) => performance.getEntriesByName(name)[0]?.startTime ?? 0,
)"""
SEARCH = """async (words) => {
  const field = document.querySelector(".find input");
  const before = document.querySelector(".counts").textContent;
  const started = performance.now();
  field.value = words;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  let longest = 0;
  for (let last = performance.now(); ; ) {
    await new Promise((done) => requestAnimationFrame(done));
    longest = Math.max(longest, performance.now() - last);
    last = performance.now();
    const isCounted = document.querySelector(".counts").textContent !== before;
    const isDone = isCounted && !document.querySelector(".search[aria-busy=true]");
    if (isDone || last - started > 120000) return [last - started, longest];
  }
}"""


def made_up(rows: int, seed: int = 1) -> PageTable:
    """So many events, the same each time."""
    random = np.random.default_rng(seed)
    words = ["".join(random.choice(list("aeioubdfgklmnprstvz"), 6)) for _ in range(3000)]
    names = [f"{words[at % 3000]} {words[at * 7 % 3000]}".title() for at in range(TOWNS)]
    towns = random.uniform((18, 8), (30, 16), (TOWNS, 2)).round(4)
    town = (random.random(rows) ** 2 * TOWNS).astype(np.int32)
    first = np.datetime64("2018-01-01")
    days = [str(first + day) for day in range(DAYS)]
    dates = [*(dated(parse_date(day)) for day in days), *(dated(parse_date(day[:7])) for day in days[::30]), Dated()]
    boxes = [shapely.box(x, y, x + 0.6, y + 0.6) for x, y in random.uniform((18, 8), (29, 15), (200, 2)).round(2)]
    shape = np.where(random.random(rows) < 0.03, random.integers(1, len(boxes) + 1, rows), 0).astype(np.int32)
    lonlats = towns[town]
    lonlats[shape > 0] = [(box.centroid.x, box.centroid.y) for box in (boxes[at - 1] for at in shape[shape > 0])]
    lonlats[random.random(rows) < 0.01] = np.nan
    nowhere = np.isnan(lonlats[:, 0])
    shape[nowhere] = 0
    ids = [f"e{at:07}" for at in range(rows)]

    def column(codes: Any, values: Any) -> Coded[Any]:
        return Coded(np.asarray(codes, np.int32), list(values)).compact()

    def chosen(values: Any, power: float = 1.0) -> Coded[Any]:
        return column(random.random(rows) ** power * len(values), values)

    own = {
        "event_id": column(range(rows), ids),
        "title": column(range(rows), (f"Incident {at} in {names[one]}" for at, one in enumerate(town.tolist()))),
        "event_type": chosen(TYPES, 2),
        "sub_event_type": chosen(["Attack", "Armed clash", "Peaceful protest", "Arrests"]),
        "occurrence": chosen(["threatened", *["reported"] * 19]).merged(),
        "status": Coded.constant("accepted", rows),
        "place": column(np.where(nowhere, TOWNS, town), [*names, None]),
        "admin1": column(town % 60, (f"Province {at}" for at in range(60))),
        "country": Coded.constant("Arvonia", rows),
        "geo_precision": column(np.where(nowhere, 2, shape > 0), ["settlement", "region", "unlocated"]),
        "actor1": chosen([f"{words[at]} Front".title() for at in range(ACTORS)], 2),
        "actor2": chosen([None, *(f"{words[-at]} Group".title() for at in range(1, ACTORS))]),
        "credibility": chosen(["1", "2", "3", None]),
        "notes": chosen([None] * 9 + [f"See file {at}" for at in range(5)]).merged(),
    }
    event = np.sort(np.concatenate([np.arange(rows), random.integers(0, rows, rows // 30)]))
    said = random.integers(0, len(words), (len(event), 24))
    quotes = [" ".join(map(words.__getitem__, line)) for line in said.tolist()]
    blank = {name: Coded.constant(None, rows) for name in TEXTS if name not in own}
    dead = chosen([None, None, None, 1, 2, 5, 12])
    when = chosen(dates)
    lacking = {name: Coded.constant(None, len(event)) for name in REPORT_TEXTS if name not in own}
    return PageTable(
        texts={**blank, **own},
        numbers={**dict.fromkeys(COUNTS, dead), "radius_m": Coded.constant(None, rows)},
        dates=when,
        place_names=Coded.constant(None, rows),
        longitude=lonlats[:, 0],
        latitude=lonlats[:, 1],
        shapes=Coded(shape, [None, *boxes]),
        extra={},
        reports=Reports(
            event=event,
            source=Coded(random.integers(0, SOURCES, len(event)).astype(np.int32), [f"s{at}" for at in range(SOURCES)]),
            texts={
                **lacking,
                **{name: own[name].take(event) for name in REPORT_TEXTS if name in own},
                **{name: dead.take(event) for name in COUNTS},
            },
            dates=when.take(event),
            quotes=column(range(len(event)), quotes),
            spans=Coded.constant((), len(event)),
            place_spans=Coded.constant((), len(event)),
            protected=Coded.constant(None, len(event)),
            described={},
        ),
        translations={},
    )


def write(rows: int, target: Path) -> None:
    sources = [
        {"source_id": f"s{at}", "title": f"Dispatches, part {at}", "publisher": "The Gazette"} for at in range(SOURCES)
    ]
    heading = f"{rows:,} made-up events"
    EventMap(made_up(rows), sources=sources, heading=heading, languages=["en"]).save(target)


def measure(browser: Any, file: Path, rounds: int = 10) -> None:
    page = browser.new_context(viewport={"width": 1400, "height": 860}).new_page()
    page.set_default_timeout(180_000)
    page.goto(file.as_uri())
    while not page.evaluate(READY)[2]:
        page.wait_for_timeout(100)
    ready, painted, whole = page.evaluate(READY)
    heap = page.evaluate("performance.memory.usedJSHeapSize") / 1e6
    size = file.stat().st_size / 1e6
    print(f"{file.stem}: {size:.1f} MB, heap {heap:.0f} MB")
    print(f"  ready {ready:.0f} ms, painted {painted:.0f} ms, whole {whole:.0f} ms")
    page.select_option(".timeline .time-step", "month")
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable")

    def spent(act: str) -> tuple[float, list[list[float]]]:
        """CPU milliseconds of the main thread, and what the steps took."""

        def thread_ms() -> float:
            told = {one["name"]: one["value"] for one in session.send("Performance.getMetrics")["metrics"]}
            return 1000 * float(told["ThreadTime"])

        before = thread_ms()
        found = page.evaluate(STEPS.replace("ACT", act), rounds)
        return thread_ms() - before, found

    for tab in ("source", "events"):
        page.click(f"#tab-{tab}")
        for name, act in ACTS.items():
            page.evaluate(STEPS.replace("ACT", act), 2)
            (waiting, _), (whole_time, (first, second)) = spent("() => null"), spent(act)
            own = (whole_time - waiting) / rounds
            print(
                f"  {tab} in front, {name}: painted {statistics.median(first):.1f} ms "
                f"(least {min(first):.1f}, most {max(first):.1f}), "
                f"two frames {statistics.median(second):.1f} ms, own {own:.1f} ms"
            )
        page.evaluate("document.querySelector('.time-all, .timeline .all-dates')?.click()")
    for words in ("incident 77", "incident 78"):
        took, longest = page.evaluate(SEARCH, words)
        print(f"  search for “{words}”: {took:.0f} ms, longest frame meanwhile {longest:.0f} ms")


def main() -> None:
    sizes = [int(one) for one in sys.argv[1:]] or [350_000, 1_000_000]
    with tempfile.TemporaryDirectory() as scratch, sync_playwright() as playwright:
        for rows in sizes:
            file = Path(scratch, f"{rows}.html")
            write(rows, file)
            browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=[*FLAGS, *UNLIMITED])
            measure(browser, file)
            browser.close()
            file.unlink()


if __name__ == "__main__":
    main()
