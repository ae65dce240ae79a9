"""Every problem of a project, each with its file, row, column, value and remedy; and what was read meanwhile.

Nothing is repaired and nothing dropped: what has no problem goes on to the map, what has one says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import shapely

from mapper.bibliography import Source, read_sources
from mapper.boundaries import Boundaries, read_boundaries
from mapper.cells import Cells, read_cells
from mapper.coded import Coded
from mapper.dates import EventDate
from mapper.locate import Location, Locator, Where
from mapper.places import POINT_KINDS, Gazetteer, Place, alike, read_places, split
from mapper.problems import Problem
from mapper.schema import Taxonomy, table_schema
from mapper.settings import ProjectFolder, Settings, read_settings, read_taxonomy
from mapper.sources import QuoteAmbiguous, QuoteNotFound
from mapper.tables import Table, TableMissing, empty_table, find_table, read_table

Spans = tuple[tuple[int, int], ...]

_OF_PLACE = ("place", "geo_precision", "latitude", "longitude", "radius_m")
_NO_VALUE = ("value-unknown", "number-not", "number-range", "number-comma-ambiguous")
_FAR_DEGREES = 0.5
# Boundaries are simplified: a point this close to an area may well lie in it (degrees, about a kilometre).
_TOLERANCE = 0.01
_KM_PER_DEGREE = 111.2


@dataclass(frozen=True)
class Examined:
    """A project as read and checked. Columns have one entry a row of events.csv, in its order.

    ``unpublished`` says of each row that isn't published why: ``draft`` or ``rejected``, itself or by its head.
    """

    folder: ProjectFolder
    settings: Settings
    taxonomy: Taxonomy
    events: Cells
    tables: tuple[Table, ...]
    sources: Mapping[str, Source]
    gazetteer: Gazetteer
    dates: Coded[EventDate | None]
    spans: Coded[Spans]
    place_spans: Coded[Spans]
    locations: Coded[Location]
    problems: tuple[Problem, ...]
    unpublished: Coded[str]


def examine(folder: ProjectFolder, events_table: Table | None = None) -> Examined:
    """Read a project whole and check all of it; ``events_table`` stands in for the project's own.

    Raises ``TableError`` or ``SettingsError`` for what can't be read at all.
    """
    settings = read_settings(folder)
    taxonomy = read_taxonomy(folder, settings.taxonomy)
    found: list[Problem] = []
    events = _cells(folder, "events", found, events_table)
    sources_cells = _cells(folder, "sources", found)
    sources, source_problems = read_sources(sources_cells, folder.seeds)
    gazetteer, places_cells, place_problems = read_gazetteer(folder)
    found += [*source_problems, *place_problems]
    ground = _Ground(gazetteer, settings.countries)
    found += _doubted_places(gazetteer, settings.countries, places_cells)
    rows = _Rows(events, sources, ground)
    found += rows.problems(taxonomy)
    found = _drafts_warn(events, found)
    own = _unpublished(events, found)
    lost, unpublished = _lost_with_heads(events, own)
    return Examined(
        folder=folder,
        settings=settings,
        taxonomy=taxonomy,
        events=events,
        tables=tuple(cells.table for cells in (events, sources_cells, places_cells)),
        sources=sources,
        gazetteer=gazetteer,
        dates=events.typed("date"),
        spans=Coded.of(rows.spans),
        place_spans=Coded.of(rows.place_spans),
        locations=rows.located(),
        problems=in_order([*found, *lost], events),
        unpublished=Coded.of(unpublished),
    )


def read_gazetteer(folder: ProjectFolder) -> tuple[Gazetteer, Cells, list[Problem]]:
    """The places and polygons of a project, the table they came from, and what is wrong with both."""
    gazetteer, cells, problems = _gazetteer(_table(folder, "places", []), read_boundaries(folder))
    return gazetteer, cells, list(problems)


@lru_cache(maxsize=1)
def _gazetteer(table: Table, boundaries: Boundaries) -> tuple[Gazetteer, Cells, tuple[Problem, ...]]:
    """Made once for all builds of a process between which neither has changed."""
    cells = read_cells(table, table_schema("places"))
    read = read_places(cells)
    problems = (*cells.problems, *boundaries.problems, *read.problems)
    return Gazetteer(read.places, boundaries, read.faulty), cells, problems


def _cells(folder: ProjectFolder, name: str, found: list[Problem], table: Table | None = None) -> Cells:
    cells = read_cells(table or _table(folder, name, found), table_schema(name))
    found += cells.problems
    return cells


def _table(folder: ProjectFolder, name: str, found: list[Problem]) -> Table:
    """The table, or an empty one where there is none, which is a problem unless it is ``places``."""
    schema = table_schema(name)
    try:
        return read_table(find_table(folder.data, name), name, schema, folder.root)
    except TableMissing:
        file = f"data/{name}.csv"
        if name != "places":
            found.append(Problem("table-missing", file, params={"file": file}))
        return empty_table(name, file, schema)


class _Rows:
    """The checks that look beyond one cell, row by row, and what they find out on the way."""

    def __init__(self, cells: Cells, sources: Mapping[str, Source], ground: _Ground) -> None:
        self.cells = cells
        self.sources = sources
        self.ground = ground
        self._misplaced = {problem.row for problem in cells.problems if problem.is_error and _leaves_unlocated(problem)}
        self.spans: list[Spans] = [()] * len(cells)
        self.place_spans: list[Spans] = [()] * len(cells)
        self.locations: list[Location] = [Location()] * len(cells)
        names = ["event_id", "event_type", "sub_event_type", "same_event_as", "status", "reason", "source_id"]
        names += ["occurrence", "date", "quote", "place_text", "place", "geo_precision"]
        self._texts = {name: cells.column(name).tolist() for name in names}

    def located(self) -> Coded[Location]:
        known = {id(location): location for location in self.locations}
        return Coded(Coded.of(list(map(id, self.locations))).codes, list(known.values()))

    def problems(self, taxonomy: Taxonomy) -> Iterator[Problem]:
        heads: dict[str, str] = {}
        for event_id, head in zip(self.cells.column("event_id"), self.cells.column("same_event_as"), strict=True):
            heads[event_id] = head or heads.get(event_id, "")
        for index, row in enumerate(self.cells.table.rows):
            if row in self.cells.table.broken:
                continue
            yield from self._type(index, taxonomy)
            yield from self._deaths(index)
            yield from self._same_event(index, heads)
            yield from self._retraction(index)
            yield from self._source(index)
            if row not in self._misplaced:
                yield from self._place(index)

    def _text(self, column: str, index: int) -> str:
        return self._texts[column][index]

    def _type(self, index: int, taxonomy: Taxonomy) -> Iterator[Problem]:
        name, sub = self._text("event_type", index), self._text("sub_event_type", index)
        found = taxonomy.get(name)
        if name and found is None:
            allowed = [one.name for one in taxonomy.types]
            yield self.cells.problem("value-unknown", index, "event_type", name, column="event_type", allowed=allowed)
        elif found and sub and sub not in found.sub_event_types:
            allowed = list(found.sub_event_types)
            yield self.cells.problem(
                "sub-event-type-of-other", index, "sub_event_type", sub, event_type=name, allowed=allowed
            )

    def _deaths(self, index: int) -> Iterator[Problem]:
        figures = [self.cells.typed(f"fatalities_{which}")[index] for which in ("low", "best", "high")]
        stated = [figure for figure in figures if figure is not None]
        if stated != sorted(stated):
            low, best, high = ("blank" if one is None else one for one in figures)
            yield self.cells.problem(
                "fatalities-order", index, "fatalities_best", str(best), low=low, best=best, high=high
            )

    def _same_event(self, index: int, heads: Mapping[str, str]) -> Iterator[Problem]:
        head = self._text("same_event_as", index)
        if not head:
            return
        if head == self._text("event_id", index):
            yield self.cells.problem("same-event-self", index, "same_event_as", head)
        elif head not in heads:
            likely = alike(head, heads)
            yield self.cells.problem("same-event-unknown", index, "same_event_as", head, likely=likely)
        elif heads[head]:
            yield self.cells.problem("same-event-chain", index, "same_event_as", head, head=heads[head])

    def _retraction(self, index: int) -> Iterator[Problem]:
        if self._text("status", index) == "retracted" and not self._text("reason", index):
            yield self.cells.problem("reason-missing", index, "reason")

    def _source(self, index: int) -> Iterator[Problem]:
        name = self._text("source_id", index)
        if not name:
            return
        source = self.sources.get(name)
        if source is None:
            known = list(self.sources)[:20] or ["(there is none yet)"]
            yield self.cells.problem("source-unknown", index, "source_id", name, known=known)
            return
        if not source.usable:
            yield self.cells.problem("source-unusable", index, "source_id", name, source_row=source.row)
            return
        yield from self._date_of_source(index, source)
        if self._text("quote", index):
            yield from self._quote(index, source)

    def _date_of_source(self, index: int, source: Source) -> Iterator[Problem]:
        date: EventDate | None = self.cells.typed("date")[index]
        begins = date and (date.earliest or date.latest)
        threatened = self._text("occurrence", index) == "threatened"
        if begins and source.not_after and begins > source.not_after and not threatened:
            yield self.cells.problem(
                "date-after-source",
                index,
                "date",
                self._text("date", index),
                bound=source.not_after.isoformat(),
            )

    def _quote(self, index: int, source: Source) -> Iterator[Problem]:
        if source.text is None:
            yield self.cells.problem("quote-unchecked", index, "quote", source=source.source_id)
            return
        try:
            spans = source.text.locate(self._text("quote", index))
        except QuoteNotFound as miss:
            yield self.cells.problem(
                miss.code, index, "quote", miss.passage, source=source.source_id, nearest=miss.nearest
            )
            return
        except QuoteAmbiguous as many:
            yield self.cells.problem(
                "quote-ambiguous", index, "quote", many.passage, source=source.source_id, count=many.count
            )
            return
        self.spans[index] = spans
        words: list[tuple[int, int]] = []
        for part in split(self._text("place_text", index)):
            found = source.text.find_inside(part, spans)
            words += found
            if not found:
                yield self.cells.problem("place-text-not-in-quote", index, "place_text", part)
        self.place_spans[index] = tuple(words)

    def _place(self, index: int) -> Iterator[Problem]:
        where = Where(
            self._text("place", index),
            self._text("geo_precision", index),
            *(self.cells.typed(column)[index] for column in ("latitude", "longitude", "radius_m")),
        )
        location, fault = self.ground.locator.locate(where)
        self.locations[index] = location
        if fault:
            yield self.cells.problem(fault.code, index, fault.column, fault.value, **fault.params)
        elif where.latitude is not None and where.longitude is not None:
            value = f"{where.latitude:g}, {where.longitude:g}"
            for code, params in self.ground.doubts(where.longitude, where.latitude, location.places[:1]):
                yield self.cells.problem(code, index, "latitude", value, **params)


class _Ground:
    """What coordinates are held against: land, the project's countries, the place that the row names."""

    def __init__(self, gazetteer: Gazetteer, countries: Sequence[str]) -> None:
        self.locator = Locator(gazetteer)
        self.gazetteer = gazetteer
        boundaries: Boundaries = gazetteer.boundaries
        wanted = {
            place.pcode
            for place in gazetteer
            if place.kind == "country" and (not countries or place.iso_3166_2 in countries)
        }
        self._countries = [unit.geometry for code, unit in boundaries.units.items() if code in wanted]
        self._land = [*self._countries, *boundaries.land] if boundaries.land else []
        self._tolerance = max(_TOLERANCE, boundaries.accuracy)

    def doubted_places(self, cells: Cells) -> Iterator[Problem]:
        """What is odd about the points of the gazetteer; those of units and regions are for labels alone."""
        index_of = {row: index for index, row in enumerate(cells.table.rows)}
        for place in self.gazetteer:
            if place.kind in POINT_KINDS and place.latitude is not None and place.longitude is not None:
                value = f"{place.latitude:g}, {place.longitude:g}"
                for code, params in self.doubts(place.longitude, place.latitude):
                    yield cells.problem(code, index_of[place.row], "latitude", value, **params)

    def doubts(self, lon: float, lat: float, places: Sequence[Place] = ()) -> Iterator[tuple[str, dict[str, object]]]:
        """The codes and words of what is odd about a point (degrees east, degrees north) said to be at a place."""
        if (lon, lat) == (0, 0):
            yield "coordinate-null-island", {}
            return
        point = shapely.Point(lon, lat)
        if self._countries and not self._holds(self._countries, point):
            if self._holds(self._countries, shapely.Point(lat, lon)):
                yield "coordinate-swapped", {}
            elif self._land and self._near_home(point) and not self._holds(self._land, point):
                yield "coordinate-at-sea", {}
            else:
                yield "coordinate-outside", {}
        for place in places:
            named = self.gazetteer.geometry(place)
            allowed = _FAR_DEGREES / 5 if place.radius_m is None else place.radius_m / 1000 / _KM_PER_DEGREE * 2
            if named is not None and (away := float(named.distance(point))) > max(allowed, 0.05):
                yield "coordinate-far", {"km": round(away * _KM_PER_DEGREE), "place": place.name}

    def _holds(self, areas: Sequence[shapely.Geometry], point: shapely.Point) -> bool:
        return bool(shapely.dwithin(areas, point, self._tolerance).any())

    def _near_home(self, point: shapely.Point) -> bool:
        west, south, east, north = shapely.total_bounds(self._land)
        return bool(west <= point.x <= east and south <= point.y <= north)


@lru_cache(maxsize=1)
def _doubted_places(gazetteer: Gazetteer, countries: tuple[str, ...], cells: Cells) -> tuple[Problem, ...]:
    return tuple(_Ground(gazetteer, countries).doubted_places(cells))


def _leaves_unlocated(problem: Problem) -> bool:
    """Whether an error is about the place alone, so that its row's event is listed as unlocated."""
    return problem.about_place or (problem.column in _OF_PLACE and problem.code in _NO_VALUE)


def _drafts(events: Cells) -> set[int]:
    """The rows that say so; of one that couldn't be read whole it isn't certain."""
    statuses = zip(events.table.rows, events.column("status"), strict=True)
    return {row for row, status in statuses if status == "draft"} - events.table.broken


def _drafts_warn(events: Cells, found: Sequence[Problem]) -> list[Problem]:
    """A draft isn't published, so what is wrong with it only warns."""
    drafts = _drafts(events)
    return [
        replace(problem, severity="warning") if problem.file == events.table.file and problem.row in drafts else problem
        for problem in found
    ]


def _unpublished(events: Cells, found: Sequence[Problem]) -> list[str]:
    """For each row ``draft``, ``rejected`` (an error that isn't about the place alone, or a wrong header) or blank."""
    drafts = _drafts(events)
    rejected = {
        problem.row
        for problem in found
        if problem.is_error and problem.file == events.table.file and not _leaves_unlocated(problem)
    }
    return [
        "draft" if row in drafts else "rejected" if row in rejected or events.header_is_wrong else ""
        for row in events.table.rows
    ]


def _lost_with_heads(events: Cells, own: Sequence[str]) -> tuple[list[Problem], list[str]]:
    """Reports of an event whose head isn't published aren't either: a problem for each, and every row's fate."""
    ids, heads = events.column("event_id"), events.column("same_event_as")
    missing = {ids[at]: at for why in ("draft", "rejected") for at, mine in enumerate(own) if mine == why}
    problems: list[Problem] = []
    fates = list(own)
    for index, head in enumerate(heads):
        if head in missing and head and not own[index]:
            fates[index] = own[missing[head]]
            head_row = events.table.rows[missing[head]]
            problems.append(events.problem("same-event-head-missing", index, "same_event_as", head, head_row=head_row))
    return problems, fates


def in_order(problems: Sequence[Problem], events: Cells) -> tuple[Problem, ...]:
    """Problems by file, row and column, the columns as they stand in the table."""
    columns = {column: position for position, column in enumerate(events.table.header)}

    def place(problem: Problem) -> tuple[str, int, int, str, str]:
        column = problem.column or ""
        return problem.file, problem.row or 0, columns.get(column, -1), column, problem.code

    return tuple(sorted(problems, key=place))
