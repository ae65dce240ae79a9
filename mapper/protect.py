"""What a published map leaves out, coarsens or moves, before anything of it is written anywhere.

What is withheld is gone. What is coarsened stands at its unit, what is displaced in a disc around a moved point, both
without the words that would tell the place: no quote, no place name, no title, notes or foreign columns of the
curator's, no source unless the profile names them, and an id that says nothing. A source in which such a row was
found is published by its other quotes alone, never whole, and one whose ``show`` is ``none`` without any.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from mapper.bibliography import Source
from mapper.checks import Examined
from mapper.coded import Coded
from mapper.disclosure import COARSE, DISPLACED, LEVELS, SHOWN, WITHHELD, Disclosure
from mapper.displacement import Displacement, Spots
from mapper.events import ACTORS, OF_SOURCE, EventTable, Reports, admin_columns
from mapper.locate import Location, Locator, disc, inside
from mapper.places import UNIT_KINDS, Gazetteer, Place, fold, split

if TYPE_CHECKING:
    import geopandas as gpd

NOT_SHOWN, MOVED = "not shown", "displaced"
_SILENCED = ("place_text", "geometry_note", "notes", "reason", "fatalities_text")
_SILENCED_IN_REPORT = ("quote", "place", "place_text", "fatalities_text", "geo_precision", *ACTORS)
_TELLS_SOURCE = ("source_id", "source_title", *OF_SOURCE)
_POINTS = ("exact", "settlement", "near")

Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Published:
    """What may be shown: the events, what became of each row, and the sources with as much text as allowed."""

    table: EventTable
    sources: tuple[dict[str, Any], ...]

    @property
    def frame(self) -> gpd.GeoDataFrame:
        return self.table.frame


def publish(
    examined: Examined, table: EventTable, disclosure: Disclosure, displacement: Displacement | None = None
) -> Published:
    """Apply what was judged of each row. ``displacement`` is needed where a level is ``displaced``."""
    if disclosure.left_out:
        table = _without_telling(table, disclosure)
    if disclosure.levels.any():
        table = _Protection(examined, disclosure, displacement).apply(_without_withheld(table, disclosure))
    return Published(_as_sources_allow(examined, table, disclosure), _sources(examined, table, disclosure))


def _without_withheld(table: EventTable, disclosure: Disclosure) -> EventTable:
    withheld = disclosure.levels == WITHHELD
    lost = withheld & ~table.fates.where(("draft", "rejected").__contains__)
    fates = table.fates.filled(lost, "withheld").merged()
    table = replace(table, fates=fates).take(np.flatnonzero(~withheld[table.positions]))
    kept = np.flatnonzero(~withheld[table.reports.positions])
    return replace(table, reports=table.reports.take(kept, table.reports.event[kept]))


def _without_telling(table: EventTable, disclosure: Disclosure) -> EventTable:
    """The table without the cells, of rows shown in full, that tell of others."""

    def told(column: str, positions: Numbers) -> npt.NDArray[np.bool_]:
        return np.isin(positions, disclosure.left_out.get(column, np.empty(0, np.int64)))

    texts, reports = dict(table.texts), table.reports
    for name in disclosure.left_out.keys() & texts.keys():
        there = told(name, table.positions)
        texts[name] = _type_of(table, np.flatnonzero(there)) if name == "title" else texts[name].filled(there, None)
    foreign = {name: column.filled(told(name, table.positions), None) for name, column in table.foreign.items()}
    of_reports = {name: column.filled(told(name, reports.positions), None) for name, column in reports.texts.items()}
    quoted = told("quote", reports.positions)
    if quoted.any():
        reports = _without_spans(reports, quoted)
        of_reports["protected"] = _unprotected(reports).filled(quoted, "quote")
    return replace(table, texts=texts, foreign=foreign, reports=replace(reports, texts=of_reports))


def _type_of(table: EventTable, events: Numbers) -> Coded[str | None]:
    """The titles, of these events the name of what happened."""
    texts = table.texts
    types = {at: texts["sub_event_type"][at] or texts["event_type"][at] for at in events.tolist()}
    return texts["title"].put(types).compact()


def _unprotected(reports: Reports) -> Coded[str | None]:
    return Coded.constant(None, len(reports))


def _without_spans(reports: Reports, these: npt.NDArray[np.bool_]) -> Reports:
    return replace(reports, spans=reports.spans.filled(these, ()), place_spans=reports.place_spans.filled(these, ()))


class _Protection:
    """Coarsens and displaces the events of a table, and silences what is reported of them."""

    def __init__(self, examined: Examined, disclosure: Disclosure, displacement: Displacement | None) -> None:
        self._gazetteer: Gazetteer = examined.gazetteer
        self._disclosure = disclosure
        self._displacement = displacement
        self._spots = Spots(examined.gazetteer)
        self._locator = Locator(examined.gazetteer)

    def apply(self, table: EventTable) -> EventTable:
        """The table with what isn't shown in full made so, and in the order of the ids that this leaves."""
        levels = self._disclosure.levels
        silent = levels[table.reports.positions] > SHOWN
        if silent.any():
            table = replace(table, reports=self._silent(table, silent))
        coarse = np.flatnonzero(levels[table.positions] > SHOWN)
        if len(coarse):
            table = _with_new_ids(self._events(table, coarse.tolist()), coarse)
        ids = table.texts["event_id"].tolist()
        return table.take(np.array(sorted(range(len(ids)), key=lambda at: ids[at] or ""), np.int64))

    def _silent(self, table: EventTable, silent: npt.NDArray[np.bool_]) -> Reports:
        """The reports, these without the words that would tell the place, and under the id of their event."""
        reports, named = table.reports, self._disclosure.profile.names_sources
        nothing = (*_SILENCED_IN_REPORT, *(() if named else _TELLS_SOURCE))
        texts = {
            name: column.filled(silent, None) if name in nothing else column for name, column in reports.texts.items()
        }
        texts["protected"] = texts.get("protected", _unprotected(reports)).filled(
            silent, "quote" if named else "source"
        )
        heads = {at: table.texts["event_id"][int(reports.event[at])] for at in np.flatnonzero(silent).tolist()}
        texts["event_id"] = texts["event_id"].put(heads)
        return _without_spans(replace(reports, texts=texts), silent)

    def _events(self, table: EventTable, coarse: Sequence[int]) -> EventTable:
        """The table with these events where their level lets them be, and silent about it."""
        locations = table.locations.put({at: self._location(table, at) for at in coarse})
        mapped = table.fates.take(table.positions).where("mapped".__eq__)
        lost = [int(table.positions[at]) for at in coarse if mapped[at] and locations[at].geometry is None]
        return replace(
            table,
            locations=locations,
            fates=table.fates.put(dict.fromkeys(lost, "unlocated")).merged(),
            texts={
                **{
                    name: column.put(self._told(name, table, locations, coarse)) for name, column in table.texts.items()
                },
                **admin_columns(locations),
            },
            foreign={name: column.put(dict.fromkeys(coarse)) for name, column in table.foreign.items()},
        )

    def _location(self, table: EventTable, at: int) -> Location:
        level = int(self._disclosure.levels[table.positions[at]])
        moved = self._moved(table.locations[at]) if level == DISPLACED else None
        return moved or _coarsened(self._gazetteer, table.locations[at], LEVELS[max(level, COARSE) :])

    def _moved(self, location: Location) -> Location | None:
        """A disc around the moved point that surely holds the true place; None for what is no point, or is vaguer
        than the displacement: that goes to its unit.

        The disc's radius tells nothing of the place's own: it is the greatest displacement, or twice that.
        """
        own, displacement = location.radius_m or 0, self._displacement
        is_point = location.geo_precision in _POINTS and len(location.places) < 2 and location.label_point is not None
        if not displacement or not is_point or location.label_point is None or own > displacement.most:
            return None
        point = displacement.moved(*self._spots.of(location.label_point))
        radius = displacement.most * (2 if own else 1)
        area = disc(point, radius)
        units = tuple(unit for unit in location.admin if self._surely_in(area, unit))
        return Location("near", area, radius, point, "inside the area", units[:1], "", units)

    def _surely_in(self, area: Any, unit: Place) -> bool:
        """Whether the disc alone tells the unit: it reaches into no other one of that level."""
        polygon = self._gazetteer.geometry(unit)
        there = polygon is not None and bool(polygon.intersects(area))
        return unit.kind != "adm3" and there and not self._locator.reaches_beyond(area, unit)

    def _told(
        self, name: str, table: EventTable, locations: Coded[Location], coarse: Sequence[int]
    ) -> Mapping[int, str | None]:
        """What a column of words still says of the events that aren't shown in full, by their number."""
        texts = table.texts
        if name in _SILENCED or name.startswith(("title_", "notes_")):
            return dict.fromkeys(coarse)
        if name == "title":
            return {at: texts["sub_event_type"][at] or texts["event_type"][at] for at in coarse}
        if name in ("place", "place_id", "coarsened_to"):
            return {at: _of_unit(name, locations[at]) for at in coarse}
        if name in ("geo_precision", "label_point_is"):
            return {at: getattr(locations[at], name) for at in coarse}
        if name in ACTORS:
            return {at: _unless_told(texts[name][at], _hidden(table, at, self._gazetteer)) for at in coarse}
        return {}


def _coarsened(gazetteer: Gazetteer, location: Location, levels: Sequence[str]) -> Location:
    """The finest unit of these levels with a polygon that surely holds the location: a commune for a town."""
    if location.geo_precision in UNIT_KINDS and location.geo_precision in levels:
        return replace(location, geometry_note="")
    for unit in location.admin:
        polygon = gazetteer.geometry(unit)
        if unit.kind in levels and polygon is not None:
            chain = tuple(one for one in gazetteer.chain(unit) if one in location.admin)
            return Location(unit.kind, polygon, None, inside(polygon), "inside the area", (unit,), "", chain)
    return Location()


def _of_unit(name: str, location: Location) -> str | None:
    unit = next(iter(location.places), None)
    if name == "coarsened_to":
        return MOVED if location.geo_precision == "near" else unit.name if unit else NOT_SHOWN
    return None if unit is None else unit.place_id if name == "place_id" else unit.name


def _with_new_ids(table: EventTable, coarse: Numbers) -> EventTable:
    """The table with these events and their reports under ids that follow from nothing but what is published."""
    taken = set(table.texts["event_id"].take(np.setdiff1d(np.arange(len(table)), coarse)).tolist())
    free = (event_id for number in count(1) if (event_id := f"coarsened-{number}") not in taken)
    ids = dict(zip(sorted(coarse.tolist(), key=_said_of(table)), free, strict=False))
    of_them = np.flatnonzero(np.isin(table.reports.event, coarse)).tolist()
    reports = table.reports
    own = reports.texts["event_id"].put({at: ids[int(reports.event[at])] for at in of_them})
    return replace(
        table,
        texts={**table.texts, "event_id": table.texts["event_id"].put(dict(ids))},
        reports=replace(reports, texts={**reports.texts, "event_id": own}),
    )


def _said_of(table: EventTable) -> Any:
    """A key by which events are put in order: all that is published of each, but for its id."""
    texts = [column for name, column in table.texts.items() if name not in ("event_id", "sensitivity")]
    reports, starts = table.reports, table.reports.starts
    of_reports = [column for name, column in reports.texts.items() if name not in ("event_id", "sensitivity")]

    def key(at: int) -> list[str]:
        rows = range(int(starts[at]), int(starts[at + 1]))
        said = [str(column[at] or "") for column in texts] + [repr(float(one[at])) for one in table.figures.values()]
        said += [str(column[row] or "") for row in rows for column in of_reports]
        return said + [repr(float(one[row])) for row in rows for one in reports.figures.values()]

    return key


def _hidden(table: EventTable, at: int, gazetteer: Gazetteer) -> set[str]:
    told = [table.texts[name][at] for name in ("place", "place_text")]
    return _spellings(table.texts["place_id"][at], gazetteer) | _folded(told)


def _spellings(place_ids: str | None, gazetteer: Gazetteer) -> set[str]:
    places = [gazetteer.by_id.get(one) for one in (place_ids or "").split(";")]
    return {fold(name) for place in places if isinstance(place, Place) for name in place.spellings} - {""}


def _folded(cells: Sequence[str | None]) -> set[str]:
    return {fold(part) for cell in cells for part in split(cell or "")} - {""}


def _unless_told(text: str | None, hidden: set[str]) -> str | None:
    folded = f" {fold(text or '')} "
    return None if any(f" {name} " in folded for name in hidden) else text


def _as_sources_allow(examined: Examined, table: EventTable, disclosure: Disclosure) -> EventTable:
    """The table without the quotes of sources whose ``show`` is ``none``, and without what their rows would tell."""
    reports, texts = table.reports, dict(table.reports.texts)
    none = {name for name, source in examined.sources.items() if source.show == "none"}
    unquoted = texts["source_id"].where(none.__contains__)
    if unquoted.any():
        texts["quote"] = texts["quote"].filled(unquoted, None)
        reports = _without_spans(reports, unquoted)
    for column in ("title", *OF_SOURCE):
        told = {name for name, columns in disclosure.source_columns.items() if column in columns}
        name = "source_title" if column == "title" else column
        if told:
            texts[name] = texts[name].filled(texts["source_id"].where(told.__contains__), None)
    return replace(table, reports=replace(reports, texts=texts))


def _sources(examined: Examined, published: EventTable, disclosure: Disclosure) -> tuple[dict[str, Any], ...]:
    """The sources that are still cited, without what would tell of others' rows."""
    cited = {name for name in published.reports.texts["source_id"].compact().values if name}
    told = disclosure.source_columns
    return tuple(
        _record(examined.sources[name], told.get(name, frozenset()))
        for name, source in sorted(examined.sources.items())
        if name in cited
    )


def _record(source: Source, told: frozenset[str]) -> dict[str, Any]:
    show = "quotes" if "text" in told else source.show
    text = source.text.text if source.text and show == "whole" else None
    known = {name: None if name in told else value or None for name, value in source.cells.items()}
    return {**known, "show": show, "sha256": source.sha256 or None, "text": text}
