"""What a published map leaves out or coarsens, before anything of it is written anywhere.

The default profile leaves out rows marked ``withhold`` and publishes rows marked ``coarsen`` at their unit,
without the words that would tell the place: no quote, no place name, no title, notes or foreign columns of the
curator's, and an id that says nothing. A source in which such a row was found is published by its other quotes
alone, never whole.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count
from typing import Any

import geopandas as gpd
import pandas as pd

from mapper.bibliography import Source
from mapper.checks import Examined
from mapper.events import ACTORS, EventTable, admin_columns, geometries
from mapper.locate import Location, inside
from mapper.places import Gazetteer, Place, fold, split
from mapper.sources import QuoteAmbiguous, QuoteNotFound

_POINTS = ("exact", "settlement", "near")
_SILENCED = ("place_text", "place_names", "geometry_note", "notes", "reason", "fatalities_text")
_SILENCED_IN_REPORT = ("quote", "place", "place_text", "fatalities_text", *ACTORS)


@dataclass(frozen=True)
class Published:
    """What may be shown: the events, what became of each row, and the sources with as much text as allowed."""

    table: EventTable
    sources: tuple[dict[str, Any], ...]

    @property
    def frame(self) -> gpd.GeoDataFrame:
        return self.table.frame


def publish(examined: Examined, table: EventTable) -> Published:
    """Apply the default profile: leave out what is withheld, coarsen what is to be coarsened."""
    fates = _withhold(examined, table)
    kept = [index for index, position in enumerate(table.positions) if fates[position] != "withheld"]
    frame = table.frame.iloc[kept].reset_index(drop=True)
    locations = [table.locations[index] for index in kept]
    positions = [table.positions[index] for index in kept]
    frame["reports"] = pd.Series([_kept_reports(group) for group in frame["reports"]], dtype=object)
    coarse = [index for index, value in enumerate(frame["sensitivity"]) if value == "coarsen"]
    for index in coarse:
        locations[index] = _coarsened(examined.gazetteer, locations[index])
        if fates[positions[index]] == "mapped" and locations[index].geometry is None:
            fates[positions[index]] = "unlocated"
    frame = _with_coarse(frame, locations, coarse, examined)
    order = sorted(range(len(frame)), key=list(frame["event_id"]).__getitem__)
    published = EventTable(
        frame.iloc[order].reset_index(drop=True),
        tuple(locations[at] for at in order),
        tuple(positions[at] for at in order),
        tuple(fates),
    )
    return Published(published, _sources(examined, published))


def _withhold(examined: Examined, table: EventTable) -> list[str]:
    cells = examined.events
    sensitivity, heads = cells.column("sensitivity"), cells.column("same_event_as")
    hidden = {
        event_id for event_id, value in zip(cells.column("event_id"), sensitivity, strict=True) if value == "withhold"
    }
    return [
        "withheld"
        if fate not in ("draft", "rejected") and (sensitivity[at] == "withhold" or (heads[at] and heads[at] in hidden))
        else fate
        for at, fate in enumerate(table.fates)
    ]


def _kept_reports(group: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """An event's reports without those withheld; one to be coarsened keeps neither its words nor its id."""
    kept = [one for one in group if one["sensitivity"] != "withhold"]
    return [_silent(one, group[0]["event_id"]) if one["sensitivity"] == "coarsen" else one for one in kept]


def _silent(report: dict[str, Any], event_id: str) -> dict[str, Any]:
    words = dict.fromkeys(_SILENCED_IN_REPORT)
    return {**report, **words, "event_id": event_id, "spans": [], "place_spans": [], "geo_precision": None}


def _coarsened(gazetteer: Gazetteer, location: Location) -> Location:
    """The finest unit with a polygon that surely holds the location: a commune for a town, and so on."""
    if location.geo_precision in ("adm2", "adm1", "country"):
        return replace(location, geometry_note="")
    for unit in location.admin:
        polygon = gazetteer.geometry(unit)
        if unit.kind != "adm3" and polygon is not None:
            chain = tuple(one for one in gazetteer.chain(unit) if one in location.admin)
            return Location(unit.kind, polygon, None, inside(polygon), "inside the area", (unit,), "", chain)
    return Location()


def _with_coarse(
    frame: gpd.GeoDataFrame, locations: list[Location], coarse: list[int], examined: Examined
) -> gpd.GeoDataFrame:
    if not coarse:
        return frame
    columns: dict[str, list[Any]] = {name: list(frame[name]) for name in frame.columns}
    taken = set(examined.events.column("event_id"))
    ids = (event_id for number in count(1) if (event_id := f"coarsened-{number}") not in taken)
    for index, event_id in zip(coarse, ids, strict=False):
        told = [columns[name][index] for name in ("place", "place_text")]
        hidden = _spellings(columns["place_id"][index], examined.gazetteer) | _folded(told)
        _silence(columns, index, locations[index], event_id, hidden)
    columns |= {name: list(values) for name, values in admin_columns(locations).items()}
    plain = {name: pd.Series(values, dtype=frame[name].dtype) for name, values in columns.items() if name != "geometry"}
    geometry = gpd.GeoSeries(geometries(locations), crs=frame.crs)
    return gpd.GeoDataFrame(pd.DataFrame(plain), geometry=geometry)[list(frame.columns)]


def _silence(columns: Mapping[str, list[Any]], index: int, location: Location, event_id: str, hidden: set[str]) -> None:
    """Overwrite one event's cells with what its coarse location still allows to be said."""

    def put(name: str, value: Any) -> None:
        columns[name][index] = value

    unit = location.places[0] if location.places else None
    for name in (*_SILENCED, *(one for one in columns if one.startswith(("title_", "notes_")))):
        put(name, None)
    for name in ACTORS:
        put(name, _unless_told(columns[name][index], hidden))
    put("event_id", event_id)
    put("title", columns["sub_event_type"][index] or columns["event_type"][index])
    put("place", unit.name if unit else None)
    put("place_id", unit.place_id if unit else None)
    put("geo_precision", location.geo_precision)
    put("radius_m", pd.NA)
    put("coarsened_to", unit.name if unit else "not shown")
    put("label_point", location.label_point)
    put("label_point_is", location.label_point_is)
    put("extra", {})
    reports = [_silent(report, event_id) for report in columns["reports"][index]]
    put("reports", reports)


def _spellings(place_ids: str | None, gazetteer: Gazetteer) -> set[str]:
    places = [gazetteer.by_id.get(one) for one in (place_ids or "").split(";")]
    return {fold(name) for place in places if isinstance(place, Place) for name in place.spellings} - {""}


def _folded(cells: Sequence[str | None]) -> set[str]:
    return {fold(part) for cell in cells for part in split(cell or "")} - {""}


def _unless_told(text: str | None, hidden: set[str]) -> str | None:
    folded = f" {fold(text or '')} "
    return None if any(f" {name} " in folded for name in hidden) else text


def _sources(examined: Examined, published: EventTable) -> tuple[dict[str, Any], ...]:
    cells = examined.events
    guarded = _guarded(examined)
    named = {cells.column("source_id")[at] for at in guarded}
    quotes = {cells.column("quote")[at] for at in guarded}
    cited = {report["source_id"] for group in published.frame["reports"] for report in group}
    records = []
    for source_id, source in examined.sources.items():
        if source_id not in cited:
            continue
        told = source.show == "whole" and (source_id in named or any(_holds(source, quote) for quote in quotes))
        show = "quotes" if told else source.show
        text = source.text.text if source.text and show == "whole" else None
        known = {name: value or None for name, value in source.cells.items()}
        records.append({**known, "show": show, "sha256": source.sha256 or None, "text": text})
    return tuple(records)


def _guarded(examined: Examined) -> list[int]:
    """The rows whose words must not be read in a text shown whole: those not public, reports of such an event,
    and those of which it can't be told (a misspelt sensitivity, a row that couldn't be read)."""
    cells = examined.events
    ids, heads, rows = cells.column("event_id"), cells.column("same_event_as"), cells.table.rows
    own = {
        at
        for at, value in enumerate(cells.column("sensitivity"))
        if value not in ("", "public") or rows[at] in cells.table.broken
    }
    events = {ids[at] for at in own} - {""}
    return [at for at in range(len(cells)) if at in own or heads[at] in events]


def _holds(source: Source, quote: str) -> bool:
    """Whether a source's text holds a quote, whichever source the quote was taken from."""
    try:
        return bool(source.text and source.text.locate(quote))
    except QuoteNotFound:
        return False
    except QuoteAmbiguous:
        return True
