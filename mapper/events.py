"""The event table: rows read, checked and located, reports of one event merged: one row an event.

It is kept as columns in which equal values stand once; ``frame`` is the same table as a GeoDataFrame, made when
it is asked for. Every row of events.csv has a *fate*, so that rows in are rows accounted for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from itertools import pairwise
from math import isnan
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from mapper.checks import Examined, Spans
from mapper.coded import Coded
from mapper.dates import EventDate
from mapper.locate import Location
from mapper.places import Place, split
from mapper.tables import clean

if TYPE_CHECKING:
    import geopandas as gpd

FATES = ("draft", "rejected", "withheld", "retracted", "merged", "unlocated", "mapped")
ACTORS = ("actor1", "assoc_actor_1", "actor2", "assoc_actor_2")
FIGURES = ("fatalities_low", "fatalities_best", "fatalities_high")
_OF_REPORT = ("event_type", "sub_event_type", "occurrence")
OF_SOURCE = ("date_published", "url", "archived_url", "file", "reliability")
_ALL_DIFFER = ("event_id", "quote")  # nearly, so that it doesn't pay to look for equal ones
_DEFAULTS = {"occurrence": "reported", "status": "accepted", "sensitivity": "public"}

Text = Coded[str | None]
Numbers = npt.NDArray[np.int64]
Figures = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Reports:
    """The reports of all events, those of one event together, its head's first; no value stands for no row.

    ``event`` is the number of each report's event and never falls, ``positions`` its row's place in events.csv.
    ``figures`` are NaN where not stated. ``texts`` has all other columns of a report; among them, where something
    was left out to protect people, ``protected``: ``quote``, or ``source`` (the source too), None where nothing was.
    """

    event: Numbers
    positions: Numbers
    texts: Mapping[str, Text]
    dates: Coded[EventDate | None]
    figures: Mapping[str, Figures]
    spans: Coded[Spans]
    place_spans: Coded[Spans]

    def __len__(self) -> int:
        return len(self.event)

    def take(self, rows: npt.NDArray[Any], event: Numbers) -> Reports:
        """These reports, in their order, as reports of the events of these numbers."""
        return Reports(
            event,
            self.positions[rows],
            _taken(self.texts, rows),
            self.dates.take(rows).compact(),
            {name: figures[rows] for name, figures in self.figures.items()},
            self.spans.take(rows).compact(),
            self.place_spans.take(rows).compact(),
        )

    @cached_property
    def starts(self) -> Numbers:
        """Where each event's reports begin, and after the last one where they end: one more than there are events."""
        return np.flatnonzero(np.diff(self.event, prepend=-1, append=-1))

    def records(self) -> list[list[dict[str, Any]]]:
        """The reports of each event, as records."""
        text: dict[str, list[Any]] = {name: column.tolist() for name, column in self.texts.items()}
        spans = {"spans": self.spans, "place_spans": self.place_spans}
        text |= {name: [list(map(list, one)) for one in column] for name, column in spans.items()}
        text |= {name: _whole_numbers(figures) for name, figures in self.figures.items()}
        ordered = {name: text[name] for name in REPORT if name in text}
        every = [dict(zip(ordered, values, strict=True)) for values in zip(*ordered.values(), strict=True)]
        starts = self.starts.tolist()
        return [every[start:end] for start, end in pairwise(starts)]


REPORT = (
    *("event_id", "source_id", "source_title", *OF_SOURCE, "credibility", "quote", "spans", "place_spans", "date"),
    *(
        *_OF_REPORT,
        "place",
        "place_text",
        "geo_precision",
        *ACTORS,
        *FIGURES,
        "fatalities_text",
        "status",
        "sensitivity",
        "protected",
    ),
)


@dataclass(frozen=True, eq=False)
class EventTable:
    """The events, sorted by ``event_id``, as columns; no value of a column stands for no event.

    ``texts`` holds every column of words, in the order of ``frame``; None is *not stated*. ``figures`` are NaN
    where not stated, ``foreign`` the columns that the schema doesn't know. ``positions`` are the places of the
    events' rows in events.csv, and ``fates`` has one entry a row of events.csv, in its order.
    """

    length: int
    texts: Mapping[str, Text]
    dates: Coded[EventDate | None]
    locations: Coded[Location]
    figures: Mapping[str, Figures]
    foreign: Mapping[str, Text]
    positions: Numbers
    fates: Coded[str]
    reports: Reports

    def __len__(self) -> int:
        return self.length

    @property
    def counts(self) -> dict[str, int]:
        """How many rows of events.csv met each fate; they add up to all."""
        found = np.bincount(self.fates.codes, minlength=len(self.fates.values)).tolist()
        of_fate = dict(zip(self.fates.values, found, strict=True))
        return {fate: of_fate.get(fate, 0) for fate in FATES}

    def take(self, rows: npt.NDArray[Any]) -> EventTable:
        """The table of these events (numbers, in the order wanted) and their reports."""
        number = np.full(self.length, -1)
        number[rows] = np.arange(len(rows))
        event = number[self.reports.event]
        kept = np.flatnonzero(event >= 0)
        order = kept[np.argsort(event[kept], kind="stable")]
        return replace(
            self,
            length=len(rows),
            texts=_taken(self.texts, rows),
            dates=self.dates.take(rows).compact(),
            locations=self.locations.take(rows).compact(),
            figures={name: figures[rows] for name, figures in self.figures.items()},
            foreign=_taken(self.foreign, rows),
            positions=self.positions[rows],
            reports=self.reports.take(order, event[order]),
        )

    @cached_property
    def frame(self) -> gpd.GeoDataFrame:
        """The table as a GeoDataFrame in EPSG:4326, whose columns are the published properties (docs/tables.md)."""
        import geopandas as gpd
        import pandas as pd

        columns = {name: _objects(column.tolist()) for name, column in self._columns().items()}
        columns |= {name: np.array(column.tolist(), bool) for name, column in self._flags().items()}
        columns["radius_m"] = pd.array(self.locations.map(lambda one: one.radius_m).tolist(), dtype="Float64")
        figures = {name: pd.array(_whole_numbers(self.figures[name]), dtype="Int64") for name in FIGURES}
        columns |= figures
        columns["reports"] = _objects(self.reports.records())
        columns["extra"] = _objects(self.extra())
        geometry = gpd.GeoSeries(_objects(self.locations.map(lambda one: one.geometry).tolist()), crs="EPSG:4326")
        return gpd.GeoDataFrame(pd.DataFrame({name: columns[name] for name in self._order()}), geometry=geometry)

    def extra(self) -> list[dict[str, str]]:
        """What each event's row says in the columns that the schema doesn't know."""
        found: list[dict[str, str]] = [{} for _ in range(self.length)]
        for name, column in self.foreign.items():
            for cells, text in zip(found, column, strict=True):
                if text is not None:
                    cells[name] = text
        return found

    def _columns(self) -> dict[str, Coded[Any]]:
        """The columns of the frame that hold objects of Python."""
        return {
            **self.texts,
            "when": self.dates.map(lambda date: date and {"timespans": date.timespans()}),
            "place_names": self.locations.map(lambda one: other_names(one) or None),
            "label_point": self.locations.map(lambda one: one.label_point),
        }

    def _flags(self) -> dict[str, Coded[bool]]:
        return {
            "date_uncertain": self.dates.map(lambda date: date is not None and date.uncertain),
            "date_approximate": self.dates.map(lambda date: date is not None and date.approximate),
        }

    def _order(self) -> list[str]:
        """The names of the frame's columns, but for the geometry, in their order."""
        after = {
            "date_end": ("date_uncertain", "date_approximate", "when"),
            "place_text": ("place_names",),
            "geo_precision": ("radius_m",),
            "coarsened_to": ("label_point",),
            "assoc_actor_2": FIGURES,
        }
        names = [one for name in self.texts for one in (name, *after.get(name, ()))]
        return [*names, "reports", "extra"]


def event_table(examined: Examined) -> EventTable:
    """Merge the rows of a checked project into events: those neither drafts nor rejected.

    Events are in the order of their ids, and so are the reports of each, its head's first.
    """
    fates = _fates(examined)
    ids = examined.events.column("event_id")
    published = _by_id(ids, np.flatnonzero(np.isin(fates.codes, _codes_of("retracted", "unlocated", "mapped"))))
    merged = _by_id(ids, np.flatnonzero(np.isin(fates.codes, _codes_of("merged"))))
    heads = examined.events.column("same_event_as").take(merged)
    wanted = {head for head in heads.values if head}
    number = {event_id: event for event, event_id in enumerate(ids.take(published)) if event_id in wanted}
    of_head = heads.map(lambda head: number.get(head, -1))
    event = np.concatenate([np.arange(len(published)), np.array(of_head.tolist(), np.int64)])
    order = np.argsort(event, kind="stable")
    order = order[event[order] >= 0]
    locations = _locations(examined, published, fates)
    reports = _reports(examined, np.concatenate([published, merged])[order], event[order])
    first = reports.starts[:-1]
    dates = reports.dates.take(first).compact()
    return EventTable(
        length=len(published),
        texts=_texts(examined, published, locations, dates, reports),
        dates=dates,
        locations=locations,
        figures={name: figures[first] for name, figures in reports.figures.items()},
        foreign=_foreign(examined, published),
        positions=published,
        fates=fates,
        reports=reports,
    )


def _fates(examined: Examined) -> Coded[str]:
    """The fate of each row before any protection."""
    cells, unpublished = examined.events, examined.unpublished
    met = {
        "draft": unpublished.where("draft".__eq__),
        "rejected": unpublished.where("rejected".__eq__),
        "retracted": cells.column("status").where("retracted".__eq__),
        "merged": cells.column("same_event_as").where(bool),
        "unlocated": examined.locations.where(lambda one: one.geometry is None),
    }
    codes = np.select(list(met.values()), [FATES.index(fate) for fate in met], FATES.index("mapped"))
    return Coded(codes.astype(np.int32), FATES)


def _codes_of(*fates: str) -> list[int]:
    return [FATES.index(fate) for fate in fates]


def _by_id(ids: Coded[str], positions: Numbers) -> Numbers:
    """Positions in the order of the ids that stand there."""
    texts = ids.take(positions).tolist()
    return positions[sorted(range(len(texts)), key=texts.__getitem__)]


def _locations(examined: Examined, published: Numbers, fates: Coded[str]) -> Coded[Location]:
    """Where each event is; of one that is retracted, only which places it names."""
    locations = examined.locations.take(published)
    retracted = np.flatnonzero(np.isin(fates.codes[published], _codes_of("retracted")))
    return locations.put({at: Location(places=locations[at].places) for at in retracted.tolist()}).compact()


def _texts(
    examined: Examined, rows: Numbers, locations: Coded[Location], dates: Coded[EventDate | None], reports: Reports
) -> dict[str, Text]:
    """What the rows of the events say; where reports say it too, an event says what its first report does."""
    cells = examined.events

    def texts(*columns: str) -> dict[str, Text]:
        return {
            name: reports.texts[name].take(reports.starts[:-1]).compact()
            if name in reports.texts
            else _stated(examined, name, rows)
            for name in columns
        }

    def of_date(read: Callable[[EventDate], str | None]) -> Text:
        return dates.map(lambda date: None if date is None else read(date)).merged()

    def of_place(read: Callable[[Location], str | None]) -> Text:
        return locations.map(lambda location: read(location) or None).merged()

    return {
        **texts("event_id", "event_type", "sub_event_type", "occurrence", "title", *cells.translations("title")),
        **texts("status", "reason", "date"),
        "date_kind": of_date(lambda date: date.kind),
        "date_precision": of_date(lambda date: date.precision),
        "date_start": of_date(lambda date: _iso(date.earliest)),
        "date_end": of_date(lambda date: _iso(date.latest)),
        **texts("place"),
        "place_id": of_place(lambda one: ";".join(place.place_id for place in one.places)),
        **texts("place_text"),
        "geo_precision": of_place(lambda one: one.geo_precision),
        "geometry_note": of_place(lambda one: one.geometry_note),
        "coarsened_to": Coded.constant(None, len(rows)),
        "label_point_is": of_place(lambda one: one.label_point_is),
        **admin_columns(locations),
        **texts(*ACTORS, "fatalities_text", "credibility", "notes", *cells.translations("notes"), "coded_on"),
        **texts("sensitivity"),
    }


def _reports(examined: Examined, rows: Numbers, event: Numbers) -> Reports:
    def texts(*columns: str) -> dict[str, Text]:
        return {name: _stated(examined, name, rows) for name in columns}

    def of_source(column: str) -> Text:
        found = texts("source_id")["source_id"]
        return found.map(lambda name: examined.sources[name or ""].cells.get(column) or None).merged()

    locations = examined.locations.take(rows).compact()
    precisions: Text = locations.map(lambda one: one.geo_precision)
    return Reports(
        event=event,
        positions=rows,
        texts={
            **texts("event_id", "source_id"),
            "source_title": of_source("title"),
            **{name: of_source(name) for name in OF_SOURCE},
            **texts("credibility", "quote", "date", *_OF_REPORT),
            "place": _named(examined, rows, locations),
            **texts("place_text"),
            "geo_precision": precisions.merged(),
            **texts(*ACTORS, "fatalities_text", "status", "sensitivity"),
        },
        dates=examined.dates.take(rows).compact(),
        figures=_figures(examined, rows),
        spans=examined.spans.take(rows).compact(),
        place_spans=examined.place_spans.take(rows).compact(),
    )


def _named(examined: Examined, rows: Numbers, locations: Coded[Location]) -> Text:
    """The places of these rows by their own names, however the cells spell them; what can't be resolved, as written."""
    resolve = examined.gazetteer.resolve

    def names(cell: str | None) -> str | None:
        places = [resolve(one).place for one in split(cell or "")]
        return "; ".join(place.name for place in places if place) if places and all(places) else cell

    located: Text = locations.map(lambda one: "; ".join(place.name for place in one.places) or None)
    return located.otherwise(_stated(examined, "place", rows).map(names)).compact().merged()


def _stated(examined: Examined, column: str, rows: Numbers) -> Text:
    """What these rows say in a column: its default where blank, None where it has none."""
    default = _DEFAULTS.get(column)
    found = examined.events.column(column).take(rows).compact()
    values: Sequence[str | None] = found.values
    stated = Coded(found.codes, values if all(values) else [text or default for text in values])
    return stated if column in _ALL_DIFFER else stated.merged()


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _figures(examined: Examined, rows: Numbers) -> dict[str, Figures]:
    columns = {name: examined.events.typed(name) for name in FIGURES}
    return {name: np.array(column.values, float)[column.codes[rows]] for name, column in columns.items()}


def _foreign(examined: Examined, rows: Numbers) -> dict[str, Text]:
    table = examined.events.table
    columns = {name: table.columns[name].take(rows).compact() for name in examined.events.foreign()}
    return {name: column.map(lambda cell: clean(cell) or None).merged() for name, column in columns.items()}


def _taken(columns: Mapping[str, Text], rows: npt.NDArray[Any]) -> dict[str, Text]:
    return {name: column.take(rows).compact() for name, column in columns.items()}


def admin_columns(locations: Coded[Location]) -> dict[str, Text]:
    """Names and P-codes of the units that surely hold each location; ``None`` where it is coarser."""

    chains = {id(location.admin): location.admin for location in locations.values}  # that of a district's towns is one
    number = {chain: code for code, chain in enumerate(chains)}
    code = np.array([number[id(location.admin)] for location in locations.values], np.int32)
    held = Coded(code[locations.codes], list(chains.values()))

    def unit(kind: str, read: Callable[[Place], str]) -> Text:
        units = held.map(lambda chain: next((place for place in chain if place.kind == kind), None))
        return units.map(lambda place: (read(place) or None) if place else None).merged()

    return {
        "country": unit("country", lambda place: place.name),
        "admin1": unit("adm1", lambda place: place.name),
        "admin1_pcode": unit("adm1", lambda place: place.pcode),
        "admin2": unit("adm2", lambda place: place.name),
        "admin2_pcode": unit("adm2", lambda place: place.pcode),
    }


def other_names(location: Location) -> list[str]:
    """What else its places and the units around them are called: found by search, stated nowhere."""
    known = (*location.places, *location.admin)
    names = dict.fromkeys(spelling for place in known for spelling in place.spellings)
    stated = {place.name for place in known}
    return [name for name in names if name and name not in stated]


def _whole_numbers(figures: Figures) -> list[int | None]:
    return [None if isnan(figure) else int(figure) for figure in figures.tolist()]


def _objects(values: Iterable[Any]) -> Any:
    """A column of Python objects, in which ``None`` stays ``None`` and a list stays one cell."""
    import pandas as pd

    return pd.Series(list(values), dtype=object)
