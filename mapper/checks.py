"""Every problem of a project, each with its file, row, column, value and remedy; and what was read meanwhile.

Nothing is repaired and nothing dropped: what has no problem goes on to the map, what has one says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import chain, pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from mapper import stages
from mapper.bibliography import Source, read_sources
from mapper.boundaries import Boundaries, read_boundaries
from mapper.cells import Cells, read_cells
from mapper.coded import Coded
from mapper.dates import EventDate
from mapper.locate import Location, Locator, Where
from mapper.places import POINT_KINDS, Gazetteer, Place, alike, read_places, split
from mapper.problems import Finding, Problem, Problems, Said
from mapper.schema import Taxonomy, table_schema
from mapper.settings import ProjectFolder, Settings, read_settings, read_taxonomy
from mapper.sources import QuoteAmbiguous, QuoteNotFound, TextIndex
from mapper.tables import Table, TableMissing, empty_table, find_table, read_table

Spans = tuple[tuple[int, int], ...]
Rows = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.float64]

_OF_PLACE = ("place", "geo_precision", "latitude", "longitude", "radius_m")
_NO_VALUE = ("value-unknown", "number-not", "number-range", "number-comma-ambiguous")
_FAR_DEGREES = 0.5
_LEAST_FAR = 0.05
# Boundaries are simplified: a point this close to an area may well lie in it (degrees, about a kilometre).
_TOLERANCE = 0.01
_KM_PER_DEGREE = 111.2
_COMPARISONS = 20_000_000  # of an id that no row has with one that a row has, about a second's worth
_UNPUBLISHED = ("", "draft", "rejected")


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
    problems: Problems
    unpublished: Coded[str]


def examine(folder: ProjectFolder, events_table: Table | None = None) -> Examined:
    """Read a project whole and check all of it; ``events_table`` stands in for the project's own.

    Raises ``TableError`` or ``SettingsError`` for what can't be read at all.
    """
    stages.begin("Reading the tables")
    settings = read_settings(folder)
    taxonomy = read_taxonomy(folder, settings.taxonomy)
    missing: list[Problem] = []
    events, sources_cells = (
        _cells(folder, name, missing, table) for name, table in (("events", events_table), ("sources", None))
    )
    sources, source_problems = read_sources(sources_cells, folder.seeds)
    gazetteer, places_cells, place_problems = read_gazetteer(folder)
    rows = _Rows(events, sources, _Ground(gazetteer, settings.countries))
    every = [
        *map(Finding.of, missing),
        *events.problems.findings,
        *sources_cells.problems.findings,
        *map(Finding.of, source_problems),
        *place_problems.findings,
        *_doubted_places(gazetteer, settings.countries, places_cells),
        *rows.findings(taxonomy),
    ]
    found = list(_drafts_warn(events, every))
    lost, unpublished = _lost_with_heads(events, _unpublished(events, found))
    return Examined(
        folder=folder,
        settings=settings,
        taxonomy=taxonomy,
        events=events,
        tables=tuple(cells.table for cells in (events, sources_cells, places_cells)),
        sources=sources,
        gazetteer=gazetteer,
        dates=events.typed("date"),
        spans=rows.spans,
        place_spans=rows.place_spans,
        locations=rows.locations,
        problems=Problems([*found, lost], events.table.header),
        unpublished=unpublished,
    )


def read_gazetteer(folder: ProjectFolder) -> tuple[Gazetteer, Cells, Problems]:
    """The places and polygons of a project, the table they came from, and what is wrong with both."""
    return _gazetteer(_table(folder, "places", []), read_boundaries(folder))


@lru_cache(maxsize=1)
def _gazetteer(table: Table, boundaries: Boundaries) -> tuple[Gazetteer, Cells, Problems]:
    """Made once for all builds of a process between which neither has changed."""
    cells = read_cells(table, table_schema("places"))
    read = read_places(cells)
    others = map(Finding.of, (*boundaries.problems, *read.problems))
    return Gazetteer(read.places, boundaries, read.faulty), cells, Problems([*cells.problems.findings, *others])


def _cells(folder: ProjectFolder, name: str, found: list[Problem], table: Table | None = None) -> Cells:
    return read_cells(table or _table(folder, name, found), table_schema(name))


def _table(folder: ProjectFolder, name: str, found: list[Problem]) -> Table:
    """The table, or an empty one where there is none, which is a problem unless it is ``places``."""
    schema = table_schema(name)
    stages.begin(f"Reading {name}")
    try:
        return read_table(find_table(folder.data, name), name, schema, folder.root)
    except TableMissing:
        file = f"data/{name}.csv"
        if name != "places":
            found.append(Problem("table-missing", file, params={"file": file}))
        return empty_table(name, file, schema)


class _Rows:
    """The checks that look beyond one cell, a column at a time, and what they find out on the way.

    Rows are given by their positions. One that couldn't be read whole has no further faults.
    """

    def __init__(self, cells: Cells, sources: Mapping[str, Source], ground: _Ground) -> None:
        self.cells = cells
        self.sources = sources
        self.ground = ground
        self._whole = ~cells.broken
        self.spans: Coded[Spans] = Coded.constant((), len(cells))
        self.place_spans: Coded[Spans] = Coded.constant((), len(cells))
        self.locations: Coded[Location] = Coded.constant(Location(), len(cells))

    def findings(self, taxonomy: Taxonomy) -> Iterator[Finding]:
        yield from self._types(taxonomy)
        yield self._deaths()
        yield from self._same_events()
        yield self._retractions()
        yield from self._sources()
        yield self._dates()
        yield from self._quotes()
        yield from self._places()

    def _finding(
        self, code: str, column: str, where: Rows | Mask, told: Coded[Any], say: Callable[[Any], Said]
    ) -> Finding:
        """A fault in these rows; what it says follows from what another column holds there."""
        rows: Rows = np.flatnonzero(where & self._whole) if where.dtype == bool else where.astype(np.int64)
        return self.cells.finding(code, rows, column, told.take(rows).compact().map(say))

    def _types(self, taxonomy: Taxonomy) -> Iterator[Finding]:
        names, known = self.cells.column("event_type"), {one.name: one for one in taxonomy.types}
        unknown = names.where(lambda name: name and name not in known)
        params = {"column": "event_type", "allowed": list(known)}
        yield self._finding("value-unknown", "event_type", unknown, names, lambda name: (name, params))

        pairs = names.paired(self.cells.column("sub_event_type"))
        subs = {name: one.sub_event_types for name, one in known.items()}
        others = pairs.where(lambda pair: pair[1] and pair[0] in subs and pair[1] not in subs[pair[0]])
        yield self._finding(
            "sub-event-type-of-other",
            "sub_event_type",
            others,
            pairs,
            lambda pair: (pair[1], {"event_type": pair[0], "allowed": list(subs[pair[0]])}),
        )

    def _deaths(self) -> Finding:
        low, best, high = figures = [self.cells.typed(f"fatalities_{which}") for which in ("low", "best", "high")]
        least, middle, most = (one.numbers(lambda figure: np.nan if figure is None else figure) for one in figures)
        wrong = (least > middle) | (middle > most) | (np.isnan(middle) & (least > most))

        def say(stated: tuple[Any, tuple[Any, Any]]) -> Said:
            low, best, high = ("blank" if one is None else one for one in (stated[0], *stated[1]))
            return str(best), {"low": low, "best": best, "high": high}

        rows = np.flatnonzero(wrong & self._whole)
        stated = low.take(rows).paired(best.take(rows).paired(high.take(rows)))
        return self.cells.finding("fatalities-order", rows, "fatalities_best", stated.map(say))

    def _same_events(self) -> Iterator[Finding]:
        ids, heads = self.cells.column("event_id"), self.cells.column("same_event_as")
        named = heads.where(bool)
        head_of = dict.fromkeys(ids.values, "")
        head_of |= zip(ids.take(named), heads.take(named), strict=True)
        rows = np.flatnonzero(named & self._whole)
        own = ids.take(rows).tolist()
        at_self = np.array([mine == head for mine, head in zip(own, heads.take(rows), strict=True)], bool)
        yield self._finding("same-event-self", "same_event_as", rows[at_self], heads, lambda head: (head, {}))

        others = rows[~at_self]
        unknown = heads.take(others).where(lambda head: head not in head_of)
        likely = self._likely_heads(heads.take(others[unknown]), head_of)
        yield self._finding(
            "same-event-unknown", "same_event_as", others[unknown], heads, lambda head: (head, {"likely": likely[head]})
        )
        chained = heads.take(others).where(head_of.get)
        yield self._finding(
            "same-event-chain", "same_event_as", others[chained], heads, lambda head: (head, {"head": head_of[head]})
        )

    def _likely_heads(self, unknown: Coded[str], known: Mapping[str, object]) -> dict[str, str]:
        """What ids that no row has may mean; of very many only the first are looked for."""
        distinct = list(dict.fromkeys(unknown))
        some = distinct[: max(1, _COMPARISONS // max(1, len(known)))]
        return dict.fromkeys(distinct, "") | {head: alike(head, known.keys()) for head in some}

    def _retractions(self) -> Finding:
        status, reason = self.cells.column("status"), self.cells.column("reason")
        wrong = status.where("retracted".__eq__) & ~reason.where(bool)
        return self._finding("reason-missing", "reason", wrong, status, lambda _: ("", {}))

    def _sources(self) -> Iterator[Finding]:
        names = self.cells.column("source_id")
        params = {"known": list(self.sources)[:20] or ["(there is none yet)"]}
        unknown = names.where(lambda name: name and name not in self.sources)
        yield self._finding("source-unknown", "source_id", unknown, names, lambda name: (name, params))
        unusable = names.where(lambda name: name in self.sources and not self.sources[name].usable)
        yield self._finding(
            "source-unusable",
            "source_id",
            unusable,
            names,
            lambda name: (name, {"source_row": self.sources[name].row}),
        )

    def _usable(self, name: str) -> Source | None:
        source = self.sources.get(name)
        return source if source and source.usable else None

    def _dates(self) -> Finding:
        names, texts = self.cells.column("source_id"), self.cells.column("date")
        begins = self.cells.typed("date").numbers(
            lambda date: -np.inf if (day := date and (date.earliest or date.latest)) is None else day.toordinal()
        )
        bounds = {name: source.not_after for name in names.values if (source := self._usable(name))}
        latest = names.numbers(lambda name: np.inf if (day := bounds.get(name)) is None else day.toordinal())
        threatened = self.cells.column("occurrence").where("threatened".__eq__)
        rows = np.flatnonzero((begins > latest) & ~threatened & self._whole)

        def say(told: tuple[str, str]) -> Said:
            bound = bounds[told[1]]
            return told[0], {"bound": bound.isoformat() if bound else ""}

        told = texts.take(rows).paired(names.take(rows))
        return self.cells.finding("date-after-source", rows, "date", told.map(say))

    def _quotes(self) -> Iterator[Finding]:
        stages.begin("Looking for the quotes in their sources")
        names, quotes = self.cells.column("source_id"), self.cells.column("quote")
        quoted = quotes.where(bool) & names.where(self._usable)
        texts = {name: source.text for name in names.values if (source := self._usable(name))}
        unchecked = quoted & names.where(lambda name: texts.get(name) is None)
        yield self._finding("quote-unchecked", "quote", unchecked, names, lambda name: ("", {"source": name}))

        rows = np.flatnonzero(quoted & ~unchecked & self._whole)
        rows = rows[np.argsort(names.codes[rows], kind="stable")]
        found: list[Any] = []
        for name, of_source in _runs(names.take(rows), quotes.take(rows).tolist()):
            found += (texts[name] or TextIndex("")).locate_all(of_source)
        located = np.array([isinstance(one, tuple) for one in found], bool)
        missed = [(row, one) for row, one in zip(rows.tolist(), found, strict=True) if not isinstance(one, tuple)]
        yield from self._misquotes(sorted(missed, key=lambda one: one[0]))
        spans = [one for one in found if isinstance(one, tuple)]
        self.spans = _spread(rows[located], spans, len(self.cells))
        yield from self._words_for_places(rows[located], spans)

    def _misquotes(self, missed: Sequence[tuple[int, QuoteNotFound | QuoteAmbiguous]]) -> Iterator[Finding]:
        names = self.cells.column("source_id")
        for code in dict.fromkeys(miss.code for _, miss in missed):
            these = [(row, miss) for row, miss in missed if miss.code == code]
            said: list[Said] = [(miss.passage, {"source": names[row], **miss.told}) for row, miss in these]
            yield self._one_by_one(code, "quote", [row for row, _ in these], said)

    def _words_for_places(self, rows: Rows, spans: Sequence[Spans]) -> Iterator[Finding]:
        """Where in its quote each row has the words for the place."""
        words, names = self.cells.column("place_text"), self.cells.column("source_id").take(rows).compact()
        texts = names.map(lambda name: self.sources[name].text or TextIndex(""))
        placed: list[Spans] = []
        absent: list[tuple[int, str]] = []
        for row, text, passages, wanted in zip(rows.tolist(), texts, spans, words.map(split).take(rows), strict=True):
            found = [text.find_inside(part, passages) for part in wanted]
            placed.append(found[0] if len(found) == 1 else tuple(chain.from_iterable(found)))
            if not all(found):
                absent += [(row, part) for part, hits in zip(wanted, found, strict=True) if not hits]
        self.place_spans = _spread(rows, placed, len(self.cells))
        absent.sort(key=lambda one: one[0])
        said: list[Said] = [(part, {}) for _, part in absent]
        yield self._one_by_one("place-text-not-in-quote", "place_text", [row for row, _ in absent], said)

    def _one_by_one(self, code: str, column: str, rows: Sequence[int], said: Sequence[Said]) -> Finding:
        return self.cells.finding(
            code, np.array(rows, np.int64), column, Coded(np.arange(len(said), dtype=np.int32), said)
        )

    def _places(self) -> Iterator[Finding]:
        stages.begin("Locating the events")
        rows = np.flatnonzero(self._whole & ~self._misplaced())
        where = self._where(rows)
        locations, faults = self.ground.locator.locate_all(where)
        self.locations = _spread_coded(rows, locations, len(self.cells))
        for code, column in dict.fromkeys((fault.code, fault.column) for fault in faults.values if fault):
            wrong = faults.where(lambda fault: fault and (fault.code, fault.column) == (code, column))  # noqa: B023
            said = faults.take(wrong).compact().map(lambda fault: (fault.value, fault.params) if fault else ("", {}))
            yield self.cells.finding(code, rows[wrong], column, said)
        pointed = where.where(lambda one: one.latitude is not None and one.longitude is not None)
        placed = np.flatnonzero(pointed & ~faults.where(bool))
        yield from self._doubts(rows[placed], where.take(placed).compact(), locations.take(placed))

    def _misplaced(self) -> Mask:
        """The rows whose cells already have an error about the place."""
        mask = np.zeros(len(self.cells), bool)
        for finding in self.cells.problems.findings:
            if finding.is_error and _leaves_unlocated(finding):
                mask |= np.isin(self.cells.numbers, finding.rows)
        return mask

    def _where(self, rows: Rows) -> Coded[Where]:
        """What these rows say of their place, each saying once."""
        names = self.cells.column("place").take(rows).compact().merged()
        precisions = self.cells.column("geo_precision").take(rows)
        numbers = [self.cells.typed(column).take(rows) for column in ("latitude", "longitude", "radius_m")]
        told = names.paired(precisions).paired(numbers[0].paired(numbers[1])).paired(numbers[2])
        return told.map(lambda one: Where(*one[0][0], *one[0][1], one[1])).compact()

    def _doubts(self, rows: Rows, where: Coded[Where], locations: Coded[Location]) -> Iterator[Finding]:
        if not len(rows):
            return
        first = np.full(len(where.values), len(rows))
        np.minimum.at(first, where.codes, np.arange(len(rows)))
        named = [next(iter(locations[at].places), None) for at in first.tolist()]
        lon = np.array([one.longitude for one in where.values], float)
        lat = np.array([one.latitude for one in where.values], float)
        for code, doubted in self.ground.doubts(lon, lat, named).items():
            wrong = np.isin(where.codes, list(doubted))
            points = Coded(where.codes[wrong], range(len(where.values))).compact()
            said = points.map(lambda at: (f"{lat[at]:g}, {lon[at]:g}", doubted[at]))  # noqa: B023
            yield self.cells.finding(code, rows[wrong], "latitude", said)


def _runs(keys: Coded[str], values: Sequence[str]) -> Iterator[tuple[str, Sequence[str]]]:
    """Values by the key that stands beside them, where equal keys stand together."""
    cuts = np.flatnonzero(np.diff(keys.codes, prepend=-1, append=-1)).tolist()
    for start, end in pairwise(cuts):
        yield keys[start], values[start:end]


def _spread(rows: Rows, spans: Sequence[Spans], length: int) -> Coded[Spans]:
    """A column with these spans in these rows and none elsewhere."""
    codes = np.zeros(length, np.int32)
    codes[rows] = np.arange(1, len(rows) + 1)
    return Coded(codes, [(), *spans])


def _spread_coded(rows: Rows, locations: Coded[Location], length: int) -> Coded[Location]:
    """A column with these locations in these rows and nowhere elsewhere."""
    codes = np.zeros(length, np.int32)
    codes[rows] = locations.codes + np.int32(1)
    return Coded(codes, [Location(), *locations.values])


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

    def doubted_places(self, cells: Cells) -> Iterator[Finding]:
        """What is odd about the points of the gazetteer; those of units and regions are for labels alone."""
        placed = [place for place in self.gazetteer if place.kind in POINT_KINDS]
        known = [(one, one.longitude, one.latitude) for one in placed]
        points = [(one, lon, lat) for one, lon, lat in known if lon is not None and lat is not None]
        lon, lat = (np.array([point[at] for point in points], float) for at in (1, 2))
        for code, doubted in self.doubts(lon, lat, [None] * len(points)).items():
            rows = cells.table.positions(points[at][0].row for at in doubted)
            said: list[Said] = [(f"{lat[at]:g}, {lon[at]:g}", params) for at, params in doubted.items()]
            yield cells.finding(code, rows, "latitude", Coded(np.arange(len(said), dtype=np.int32), said))

    def doubts(self, lon: Numbers, lat: Numbers, named: Sequence[Place | None]) -> dict[str, dict[int, dict[str, Any]]]:
        """What is odd about points (degrees east, degrees north) said to be at a place: by code, which, and words."""
        null = (lon == 0) & (lat == 0)
        found = {"coordinate-null-island": null, **self._astray(lon, lat, ~null)}
        doubted: dict[str, dict[int, dict[str, Any]]] = {
            code: {at: {} for at in np.flatnonzero(mask).tolist()} for code, mask in found.items()
        }
        return doubted | {"coordinate-far": dict(self._far(lon, lat, named, ~null))}

    def _astray(self, lon: Numbers, lat: Numbers, asked: Mask) -> dict[str, Mask]:
        if not self._countries:
            return {}
        away = asked & ~self._hold(self._countries, lon, lat, asked)
        swapped = away & self._hold(self._countries, lat, lon, away)
        away &= ~swapped
        at_sea = away & self._near_home(lon, lat)
        at_sea &= ~self._hold(self._land, lon, lat, at_sea)
        return {"coordinate-swapped": swapped, "coordinate-at-sea": at_sea, "coordinate-outside": away & ~at_sea}

    def _far(
        self, lon: Numbers, lat: Numbers, named: Sequence[Place | None], asked: Mask
    ) -> Iterator[tuple[int, dict[str, Any]]]:
        """Which points are far from the place that their row names, and how far."""
        ground = [self.gazetteer.geometry(place) if place and asked[at] else None for at, place in enumerate(named)]
        away = shapely.distance(np.array([None, *ground], object)[1:], shapely.points(lon, lat))
        for at in np.flatnonzero(away > _LEAST_FAR).tolist():
            place = named[at]
            radius = None if place is None else place.radius_m
            allowed = _FAR_DEGREES / 5 if radius is None else radius / 1000 / _KM_PER_DEGREE * 2
            if place and away[at] > allowed:
                yield at, {"km": round(float(away[at]) * _KM_PER_DEGREE), "place": place.name}

    def _hold(self, areas: Sequence[shapely.Geometry], lon: Numbers, lat: Numbers, asked: Mask) -> Mask:
        """Which of the points asked for lie in one of the areas, or within the tolerance of it."""
        held = np.zeros(len(lon), bool)
        which = np.flatnonzero(asked)
        if len(which):
            tree = shapely.STRtree(shapely.points(lon[which], lat[which]))  # type: ignore[arg-type]
            for area in areas:
                held[which[tree.query(area, predicate="dwithin", distance=self._tolerance)]] = True
        return held

    def _near_home(self, lon: Numbers, lat: Numbers) -> Mask:
        if not self._land:
            return np.zeros(len(lon), bool)
        west, south, east, north = map(float, shapely.total_bounds(self._land))
        return (west <= lon) & (lon <= east) & (south <= lat) & (lat <= north)


@lru_cache(maxsize=1)
def _doubted_places(gazetteer: Gazetteer, countries: tuple[str, ...], cells: Cells) -> tuple[Finding, ...]:
    return tuple(_Ground(gazetteer, countries).doubted_places(cells))


def _leaves_unlocated(finding: Finding) -> bool:
    """Whether an error is about the place alone, so that its row's event is listed as unlocated."""
    return finding.about_place or (finding.column in _OF_PLACE and finding.code in _NO_VALUE)


def _drafts(events: Cells) -> Mask:
    """The rows that say so; of one that couldn't be read whole it isn't certain."""
    return events.column("status").where("draft".__eq__) & ~events.broken


def _drafts_warn(events: Cells, found: Iterable[Finding]) -> Iterator[Finding]:
    """A draft isn't published, so what is wrong with it only warns."""
    drafts = _drafts(events)
    for finding in found:
        warned = _at(events, finding, drafts) if finding.is_error and drafts.any() else None
        if warned is None or not warned.any():
            yield finding
        else:
            yield replace(finding.take(warned), severity="warning")
            yield finding.take(~warned)


def _at(events: Cells, finding: Finding, rows: Mask) -> Mask:
    """Which of a finding's rows are among these rows of events.csv."""
    is_of_events = finding.file == events.table.file
    return np.isin(finding.rows, events.numbers[rows]) if is_of_events else np.zeros(len(finding), bool)


def _unpublished(events: Cells, found: Sequence[Finding]) -> Coded[str]:
    """For each row ``draft``, ``rejected`` (an error that isn't about the place alone, or a wrong header) or blank."""
    rejected = np.full(len(events), events.header_is_wrong)
    for finding in found:
        if finding.is_error and finding.file == events.table.file and not _leaves_unlocated(finding):
            rejected |= np.isin(events.numbers, finding.rows)
    codes = np.select([_drafts(events), rejected], [1, 2], 0)
    return Coded(codes.astype(np.int32), _UNPUBLISHED)


def _lost_with_heads(events: Cells, own: Coded[str]) -> tuple[Finding, Coded[str]]:
    """Reports of an event whose head isn't published aren't either: a problem for each, and every row's fate."""
    ids, heads = events.column("event_id"), events.column("same_event_as")
    missing = {ids[at]: at for why in ("draft", "rejected") for at in np.flatnonzero(own.where(why.__eq__)).tolist()}
    lost = np.flatnonzero(heads.where(lambda head: head and head in missing) & ~own.where(bool))
    codes = own.codes.copy()
    codes[lost] = own.codes[[missing[head] for head in heads.take(lost)]]
    rows = events.table.rows
    said = heads.take(lost).compact().map(lambda head: (head, {"head_row": rows[missing[head]]}))
    return events.finding("same-event-head-missing", lost, "same_event_as", said), Coded(codes, _UNPUBLISHED)
