"""What a published map leaves out or coarsens, before anything of it is written anywhere.

The default profile leaves out rows marked ``withhold`` and publishes rows marked ``coarsen`` at their unit,
without the words that would tell the place: no quote, no place name, no title, notes or foreign columns of the
curator's, and an id that says nothing. A source in which such a row was found is published by its other quotes
alone, never whole.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count, islice
from typing import TYPE_CHECKING, Any

import numpy as np

from mapper.bibliography import Source
from mapper.checks import Examined
from mapper.coded import Coded
from mapper.events import ACTORS, EventTable, Reports, admin_columns
from mapper.locate import Location, inside
from mapper.places import Gazetteer, Place, fold, split
from mapper.sources import QuoteAmbiguous, QuoteNotFound

_SILENCED = ("place_text", "geometry_note", "notes", "reason", "fatalities_text")
_SILENCED_IN_REPORT = ("quote", "place", "place_text", "fatalities_text", "geo_precision", *ACTORS)

if TYPE_CHECKING:
    import geopandas as gpd


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
    if {"withhold", "coarsen"}.intersection(examined.events.column("sensitivity").values):
        table = _coarse(examined, _without_withheld(examined, table))
    return Published(table, _sources(examined, table))


def _without_withheld(examined: Examined, table: EventTable) -> EventTable:
    fates = _withhold(examined, table)
    table = replace(table, fates=fates).take(np.flatnonzero(~fates.take(table.positions).where("withheld".__eq__)))
    reports = table.reports
    kept = np.flatnonzero(~reports.texts["sensitivity"].where("withhold".__eq__))
    return replace(table, reports=reports.take(kept, reports.event[kept]))


def _withhold(examined: Examined, table: EventTable) -> Coded[str]:
    cells = examined.events
    own, heads = cells.column("sensitivity").where("withhold".__eq__), cells.column("same_event_as")
    hidden = set(cells.column("event_id").take(own)) - {""}
    lost = (own | heads.where(hidden.__contains__)) & ~table.fates.where(("draft", "rejected").__contains__)
    return table.fates.put(dict.fromkeys(np.flatnonzero(lost).tolist(), "withheld")).merged()


def _coarse(examined: Examined, table: EventTable) -> EventTable:
    """The table with what is to be coarsened at its unit, and in the order of the ids that this leaves."""
    reports = table.reports
    silent = np.flatnonzero(reports.texts["sensitivity"].where("coarsen".__eq__)).tolist()
    heads = {at: table.texts["event_id"][int(reports.event[at])] for at in silent}
    table = replace(table, reports=_silent(reports, heads))
    coarse = np.flatnonzero(table.texts["sensitivity"].where("coarsen".__eq__)).tolist()
    if coarse:
        table = _coarse_events(examined, table, coarse)
    ids = table.texts["event_id"].tolist()
    return table.take(np.array(sorted(range(len(ids)), key=lambda at: ids[at] or ""), np.int64))


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


def _coarse_events(examined: Examined, table: EventTable, coarse: list[int]) -> EventTable:
    locations = table.locations.put({at: _coarsened(examined.gazetteer, table.locations[at]) for at in coarse})
    mapped = table.fates.take(table.positions).where("mapped".__eq__)
    lost = [int(table.positions[at]) for at in coarse if mapped[at] and locations[at].geometry is None]
    ids = dict(zip(coarse, _new_ids(examined, len(coarse)), strict=True))
    texts = {name: column.put(_told(name, table, locations, ids, examined)) for name, column in table.texts.items()}
    of_them = np.flatnonzero(np.isin(table.reports.event, coarse)).tolist()
    return replace(
        table,
        locations=locations,
        fates=table.fates.put(dict.fromkeys(lost, "unlocated")).merged(),
        texts=texts | admin_columns(locations),
        foreign={name: column.put(dict.fromkeys(coarse)) for name, column in table.foreign.items()},
        reports=_silent(table.reports, {at: ids[int(table.reports.event[at])] for at in of_them}),
    )


def _new_ids(examined: Examined, number: int) -> list[str]:
    taken = set(examined.events.column("event_id").values)
    free = (event_id for at in count(1) if (event_id := f"coarsened-{at}") not in taken)
    return list(islice(free, number))


def _told(
    name: str, table: EventTable, locations: Coded[Location], ids: Mapping[int, str], examined: Examined
) -> dict[int, str | None]:
    """What a column says of the events to be coarsened, by their number; nothing where it says what it did."""
    texts = table.texts
    units = {at: next(iter(locations[at].places), None) for at in ids}
    told: dict[str, Callable[[int], str | None]] = {
        "event_id": ids.__getitem__,
        "title": lambda at: texts["sub_event_type"][at] or texts["event_type"][at],
        "place": lambda at: unit.name if (unit := units[at]) else None,
        "place_id": lambda at: unit.place_id if (unit := units[at]) else None,
        "coarsened_to": lambda at: unit.name if (unit := units[at]) else "not shown",
        "geo_precision": lambda at: locations[at].geo_precision,
        "label_point_is": lambda at: locations[at].label_point_is,
    }
    if name in _SILENCED or name.startswith(("title_", "notes_")):
        return dict.fromkeys(ids)
    if name in ACTORS:
        return {at: _unless_told(texts[name][at], _hidden(table, at, examined.gazetteer)) for at in ids}
    return {at: told[name](at) for at in ids} if name in told else {}


def _hidden(table: EventTable, at: int, gazetteer: Gazetteer) -> set[str]:
    told = [table.texts[name][at] for name in ("place", "place_text")]
    return _spellings(table.texts["place_id"][at], gazetteer) | _folded(told)


def _silent(reports: Reports, event_ids: Mapping[int, str | None]) -> Reports:
    """These reports, given by their number, under another id and without the words that would tell the place."""
    nothing: dict[int, Any] = dict.fromkeys(event_ids)
    texts = {
        name: column.put(nothing) if name in _SILENCED_IN_REPORT else column for name, column in reports.texts.items()
    }
    return replace(
        reports,
        texts=texts | {"event_id": texts["event_id"].put(event_ids)},
        spans=reports.spans.put(dict.fromkeys(event_ids, ())),
        place_spans=reports.place_spans.put(dict.fromkeys(event_ids, ())),
    )


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
    cited = set(published.reports.texts["source_id"].values)
    records = []
    for source_id, source in sorted(examined.sources.items()):
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
    own = cells.broken | cells.column("sensitivity").where(lambda value: value not in ("", "public"))
    events = set(cells.column("event_id").take(own)) - {""}
    return np.flatnonzero(own | cells.column("same_event_as").where(events.__contains__)).tolist()


def _holds(source: Source, quote: str) -> bool:
    """Whether a source's text holds a quote, whichever source the quote was taken from."""
    try:
        return bool(source.text and source.text.locate(quote))
    except QuoteNotFound:
        return False
    except QuoteAmbiguous:
        return True
