"""The event table: rows read, checked and located, reports of one event merged: one row an event.

The table is a GeoDataFrame in EPSG:4326 whose columns are the published properties (docs/tables.md), sorted by
``event_id``. Every row of events.csv has a *fate*, so that rows in are rows accounted for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from mapper.checks import Examined
from mapper.locate import Location
from mapper.tables import clean

FATES = ("draft", "rejected", "withheld", "retracted", "merged", "unlocated", "mapped")
ACTORS = ("actor1", "assoc_actor_1", "actor2", "assoc_actor_2")
FIGURES = ("fatalities_low", "fatalities_best", "fatalities_high")
_OF_REPORT = ("event_type", "sub_event_type", "occurrence", "place", "place_text")


@dataclass(frozen=True)
class EventTable:
    """The events, and for each (in the frame's order) its location and its row's position in events.csv.

    ``fates`` has one entry a row of events.csv, in its order.
    """

    frame: gpd.GeoDataFrame
    locations: tuple[Location, ...]
    positions: tuple[int, ...]
    fates: tuple[str, ...]

    @property
    def counts(self) -> dict[str, int]:
        """How many rows of events.csv met each fate; they add up to all."""
        found = Counter(self.fates)
        return {fate: found.get(fate, 0) for fate in FATES}


def event_table(examined: Examined) -> EventTable:
    """Merge the rows of a checked project into events: those neither drafts nor rejected.

    Events are in the order of their ids, and so are the reports of each, its head's first.
    """
    cells = examined.events
    ids, heads = cells.column("event_id"), cells.column("same_event_as")
    fates = _fates(examined)
    reports: dict[str, list[int]] = {}
    for position, fate in enumerate(fates):
        if fate == "merged":
            reports.setdefault(heads[position], []).append(position)
    for positions in reports.values():
        positions.sort(key=ids.__getitem__)
    published = [position for position, fate in enumerate(fates) if fate in ("retracted", "unlocated", "mapped")]
    published.sort(key=ids.__getitem__)
    members = [[position, *reports.get(ids[position], ())] for position in published]
    locations = tuple(
        Location(places=examined.locations[position].places)
        if fates[position] == "retracted"
        else examined.locations[position]
        for position in published
    )
    frame = gpd.GeoDataFrame(
        pd.DataFrame(_columns(examined, published, members, locations)),
        geometry=gpd.GeoSeries(geometries(locations), crs="EPSG:4326"),
    )
    return EventTable(frame, locations, tuple(published), tuple(fates))


def _fates(examined: Examined) -> list[str]:
    """The fate of each row before any protection."""
    statuses, heads = examined.events.column("status"), examined.events.column("same_event_as")
    return [
        examined.unpublished[index]
        or ("retracted" if statuses[index] == "retracted" else "")
        or ("merged" if heads[index] else "")
        or ("unlocated" if location.geometry is None else "mapped")
        for index, location in enumerate(examined.locations)
    ]


def _columns(
    examined: Examined,
    published: Sequence[int],
    members: Sequence[Sequence[int]],
    locations: Sequence[Location],
) -> dict[str, Any]:
    cells = examined.events

    def texts(column: str, default: str = "") -> Any:
        source = cells.column(column)
        return _objects([source[at] or default or None for at in published])

    def of_date(read: Callable[[Any], Any]) -> Any:
        dates = (examined.dates[at] for at in published)
        return _objects([None if date is None else read(date) for date in dates])

    def of_place(read: Callable[[Location], Any]) -> Any:
        return _objects([read(location) or None for location in locations])

    columns: dict[str, Any] = {name: texts(name) for name in ("event_id", "event_type", "sub_event_type")}
    columns["occurrence"] = texts("occurrence", "reported")
    columns["title"] = texts("title")
    columns |= {name: texts(name) for name in cells.translations("title")}
    columns["status"] = texts("status", "accepted")
    columns["reason"] = texts("reason")
    columns |= {
        "date": texts("date"),
        "date_kind": of_date(lambda date: date.kind),
        "date_precision": of_date(lambda date: date.precision),
        "date_start": of_date(lambda date: date.earliest and date.earliest.isoformat()),
        "date_end": of_date(lambda date: date.latest and date.latest.isoformat()),
        "date_uncertain": np.array([bool(one and one.uncertain) for one in of_date(lambda date: date)], bool),
        "date_approximate": np.array([bool(one and one.approximate) for one in of_date(lambda date: date)], bool),
        "when": of_date(lambda date: {"timespans": date.timespans()}),
    }
    written = cells.column("place")
    named = ("; ".join(place.name for place in location.places) for location in locations)
    columns |= {
        "place": _objects([name or written[at] or None for name, at in zip(named, published, strict=True)]),
        "place_id": of_place(lambda one: ";".join(place.place_id for place in one.places)),
        "place_text": texts("place_text"),
        "place_names": _objects([_spellings(location) or None for location in locations]),
        "geo_precision": _objects([location.geo_precision for location in locations]),
        "radius_m": pd.array([location.radius_m for location in locations], dtype="Float64"),
        "geometry_note": of_place(lambda one: one.geometry_note),
        "coarsened_to": _objects([None] * len(published)),
        "label_point": of_place(lambda one: one.label_point),
        "label_point_is": of_place(lambda one: one.label_point_is),
        **admin_columns(locations),
    }
    columns |= {name: texts(name) for name in ACTORS}
    for name in FIGURES:
        figures = cells.typed(name)
        columns[name] = pd.array([figures[at] for at in published], dtype="Int64")
    columns |= {name: texts(name) for name in ("fatalities_text", "credibility", "notes")}
    columns |= {name: texts(name) for name in cells.translations("notes")}
    columns["coded_on"] = texts("coded_on")
    columns["sensitivity"] = texts("sensitivity", "public")
    columns["reports"] = _objects([[_report(examined, at) for at in group] for group in members])
    foreign = cells.foreign()
    columns["extra"] = _objects(
        [{name: text for name in foreign if (text := clean(cells.table.columns[name][at]))} for at in published]
    )
    return columns


def geometries(locations: Sequence[Location]) -> Any:
    """The locations' geometries as an array of objects, ``None`` where there is none."""
    return _objects([location.geometry for location in locations])


def admin_columns(locations: Sequence[Location]) -> dict[str, Any]:
    """Names and P-codes of the units that surely hold each location; ``None`` where it is coarser."""

    def unit(kind: str, part: str) -> Any:
        found = (location.unit(kind) for location in locations)
        return _objects([(getattr(place, part) or None) if place else None for place in found])

    return {
        "country": unit("country", "name"),
        "admin1": unit("adm1", "name"),
        "admin1_pcode": unit("adm1", "pcode"),
        "admin2": unit("adm2", "name"),
        "admin2_pcode": unit("adm2", "pcode"),
    }


def _spellings(location: Location) -> list[str]:
    """What else its places and the units around them are called: found by search, stated nowhere."""
    known = (*location.places, *location.admin)
    names = {spelling: None for place in known for spelling in place.spellings}
    return [name for name in names if name and name not in {place.name for place in known}]


def _report(examined: Examined, at: int) -> dict[str, Any]:
    cells = examined.events
    source: Mapping[str, str] = examined.sources[cells.column("source_id")[at]].cells

    def text(column: str) -> str | None:
        return cells.column(column)[at] or None

    def of_source(column: str) -> str | None:
        return source.get(column) or None

    return {
        "event_id": text("event_id"),
        "source_id": text("source_id"),
        "source_title": of_source("title"),
        **{name: of_source(name) for name in ("date_published", "url", "archived_url", "file", "reliability")},
        "credibility": text("credibility"),
        "quote": text("quote"),
        "spans": [list(span) for span in examined.spans[at]],
        "place_spans": [list(span) for span in examined.place_spans[at]],
        "date": text("date"),
        **{name: text(name) for name in _OF_REPORT},
        "occurrence": text("occurrence") or "reported",
        "geo_precision": examined.locations[at].geo_precision,
        **{name: text(name) for name in ACTORS},
        **{name: cells.typed(name)[at] for name in FIGURES},
        "fatalities_text": text("fatalities_text"),
        "status": text("status") or "accepted",
        "sensitivity": text("sensitivity") or "public",
    }


def _objects(values: Sequence[Any]) -> Any:
    """A column of Python objects, in which ``None`` stays ``None`` and a list stays one cell."""
    return pd.Series(list(values), dtype=object)
