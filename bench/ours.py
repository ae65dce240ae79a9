"""What this package does with the made-up tables, a part a call, in a process of its own.

python bench/ours.py PART INPUT OUTPUT
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any


def read(table: Path, _: Path) -> None:
    """The floor of everything: pandas reads the table."""
    import pandas

    pandas.read_csv(table, dtype=str, keep_default_na=False)


def eventmap(table: Path, page: Path) -> None:
    """``EventMap(gdf).save()`` from the same bare table that the peers get, and as they read it."""
    from peers import read as rows_of
    from peers import with_points

    from mapper import EventMap

    events = with_points(rows_of(table)).set_index("event_id")
    EventMap(events, when="date", kind="event_type", title="title").save(page)


def page(project: Path, page: Path) -> None:
    """Read, check, locate, and the page: a build without its other outputs, which has no public name."""
    from mapper import Project
    from mapper.profiles import DEFAULT

    opened = Project.open(project)
    opened.check()
    page.write_bytes(opened._map(opened._published(DEFAULT), DEFAULT))


def geojson(project: Path, told: Path) -> None:
    """CPU seconds from the published events in memory to a written GeoJSON file."""
    from mapper import Project
    from mapper.formats import writer
    from mapper.profiles import DEFAULT

    opened = Project.open(project)
    collection = opened._collection(opened._published(DEFAULT), DEFAULT)
    started = time.process_time()
    told.with_suffix(".geojson").write_bytes(writer("geojson")(collection))
    told.write_text(json.dumps({"cpu": time.process_time() - started}))


def locate(project: Path, told: Path) -> None:
    """CPU seconds to locate all rows, with every look-up made anew, and to join them with the places by name in pandas,
    which takes their id and point."""
    import pandas

    from mapper import Project
    from mapper.checks import _Rows
    from mapper.locate import Locator

    took = [0.0]
    for owner, name in ((Locator, "__init__"), (Locator, "locate_all"), (_Rows, "_where")):
        setattr(owner, name, _timed(getattr(owner, name), took))
    Project.open(project).check()
    events = pandas.read_csv(project / "data/events.csv", dtype=str, keep_default_na=False)[["event_id", "place"]]
    places = pandas.read_csv(project / "data/places.csv", dtype=str, keep_default_na=False)
    joins = []
    for _ in range(3):
        started = time.process_time()
        events.merge(
            places[["name", "place_id", "latitude", "longitude"]], left_on="place", right_on="name", how="left"
        )
        joins.append(time.process_time() - started)
    told.write_text(json.dumps({"ours": took[0], "join": median(joins)}))


def _timed(call: Callable[..., Any], took: list[float]) -> Callable[..., Any]:
    def timed(*arguments: Any, **named: Any) -> Any:
        started = time.process_time()
        try:
            return call(*arguments, **named)
        finally:
            took[0] += time.process_time() - started

    return timed


PARTS: dict[str, Callable[[Path, Path], None]] = {
    part.__name__: part for part in (read, eventmap, page, geojson, locate)
}

if __name__ == "__main__":
    PARTS[sys.argv[1]](Path(sys.argv[2]), Path(sys.argv[3]))
