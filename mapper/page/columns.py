"""The events as the page takes them: one column a name, equal values kept once, rows in reading order.

A ``PageTable`` is made of an event table or of anyone's frame, and everything the page shows of events is packed
from it. What is missing is ``None``.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import isfinite, isnan
from typing import Any, NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd
from shapely.geometry.base import BaseGeometry

from mapper.coded import Coded
from mapper.dates import EventDate
from mapper.page.shapes import Disc, lonlat

Value = TypeVar("Value")

Ints = npt.NDArray[Any]
Spans = tuple[tuple[int, int], ...]
Text = Coded[str | None]

TEXTS = (
    "title", "event_type", "sub_event_type", "occurrence", "status", "reason", "place", "place_id", "place_text",
    "geo_precision", "geometry_note", "coarsened_to", "label_point_is", "country", "admin1", "admin1_pcode", "admin2",
    "admin2_pcode", "actor1", "assoc_actor_1", "actor2", "assoc_actor_2", "fatalities_text", "credibility", "notes",
)  # fmt: skip
COUNTS = ("fatalities_low", "fatalities_best", "fatalities_high")
DEFAULTS = {"occurrence": "reported", "status": "accepted"}
TRANSLATED = ("title", "place", "admin2", "admin1", "country")
REPORT_TEXTS = (
    "event_id", "place_text", "event_type", "sub_event_type", "occurrence", "place", "geo_precision", "actor1",
    "assoc_actor_1", "actor2", "assoc_actor_2", "fatalities_text", "credibility",
)  # fmt: skip
_SOURCE_TEXTS = (
    "author", "publisher", "date_published", "original", "original_date", "language", "url", "archived_url",
    "retrieved_on", "file", "sha256", "reliability", "licence", "notes",
)  # fmt: skip


class Dated(NamedTuple):
    """What a row says of when: EDTF as written, what it means, ISO days, Linked Places timespans as JSON."""

    text: str | None = None
    kind: str | None = None
    precision: str | None = None
    start: str | None = None
    end: str | None = None
    uncertain: bool = False
    approximate: bool = False
    timespans: str | None = None


@dataclass(frozen=True, eq=False)
class Reports:
    """What sources say of the events, those of one event together, its head's first.

    ``event`` is the event's row of each report, ``source`` its source, by id or by its number in the page, None or -1
    where it isn't named; columns are named as the event's. ``protected`` is what was left out to protect people.
    ``described`` has for each source's id what a report says of it.
    """

    event: Ints
    source: Coded[Any]
    texts: Mapping[str, Coded[Any]]
    dates: Coded[Dated]
    quotes: Text
    spans: Coded[Spans]
    place_spans: Coded[Spans]
    protected: Text
    described: Mapping[str, Mapping[str, Any]]

    def __len__(self) -> int:
        return len(self.event)

    def of_events(self, order: Ints) -> Reports:
        """The same with the events in that order, each a row of the order now."""
        rank = np.empty(len(order), np.int64)
        rank[order] = np.arange(len(order))
        rows = np.argsort(rank[self.event], kind="stable")
        return replace(
            self,
            event=rank[self.event][rows],
            source=self.source.take(rows),
            texts={name: tight(column.take(rows)) for name, column in self.texts.items()},
            dates=tight(self.dates.take(rows)),
            # Hardly any two are equal.
            quotes=self.quotes.take(rows).compact(),
            spans=self.spans.take(rows).compact(),
            place_spans=self.place_spans.take(rows).compact(),
            protected=tight(self.protected.take(rows)),
        )

    def quoted(self, allowed: Callable[[Any], bool]) -> Reports:
        """Without the words of the sources that mayn't be quoted."""
        silent = ~self.source.where(allowed)
        if not silent.any():
            return self
        return replace(
            self,
            quotes=tight(_blanked(self.quotes, silent, None)),
            spans=tight(_blanked(self.spans, silent, ())),
            place_spans=tight(_blanked(self.place_spans, silent, ())),
        )


@dataclass(frozen=True, eq=False)
class PageTable:
    """The events of a page. Points are degrees, longitude first, NaN where an event is nowhere on the map.

    ``texts`` are the published text columns by name, ``event_id`` and ``title_fr`` among them, ``numbers`` the
    fatalities and ``radius_m``; ``shapes`` what is drawn of an event but a single point; ``extra`` the columns that the
    schema doesn't know; ``translations`` by language and column what the gazetteer calls a place.
    """

    texts: Mapping[str, Text]
    numbers: Mapping[str, Coded[float | None]]
    dates: Coded[Dated]
    place_names: Coded[tuple[str, ...] | None]
    longitude: npt.NDArray[np.float64]
    latitude: npt.NDArray[np.float64]
    shapes: Coded[BaseGeometry | Disc | None]
    extra: Mapping[str, Text]
    reports: Reports
    translations: Mapping[str, Mapping[str, Text]]

    def __len__(self) -> int:
        return len(self.longitude)

    @property
    def located(self) -> npt.NDArray[np.bool_]:
        return ~np.isnan(self.longitude)

    @property
    def retracted(self) -> npt.NDArray[np.bool_]:
        return self.texts["status"].where(lambda status: status == "retracted")

    def in_order(self, order: Ints) -> PageTable:
        """The events in that order, values that no row has left out."""

        def ordered(columns: Mapping[str, Coded[Any]]) -> dict[str, Coded[Any]]:
            return {name: tight(column.take(order)) for name, column in columns.items()}

        return PageTable(
            texts=ordered(self.texts),
            numbers=ordered(self.numbers),
            dates=tight(self.dates.take(order)),
            place_names=tight(self.place_names.take(order)),
            longitude=self.longitude[order],
            latitude=self.latitude[order],
            shapes=self.shapes.take(order).compact(),
            extra=ordered(self.extra),
            reports=self.reports.of_events(order),
            translations={language: ordered(columns) for language, columns in self.translations.items()},
        )

    def record(self, row: int, language: str) -> dict[str, Any]:
        """One event with its reports, by the page's names for its columns, in a language where it is translated."""
        lon, lat = (None, None) if isnan(self.longitude[row]) else lonlat((self.longitude[row], self.latitude[row]))
        first, stop = np.searchsorted(self.reports.event, [row, row + 1]).tolist()
        texts = {**dict.fromkeys(TEXTS), **{name: column[row] for name, column in self.texts.items()}}
        texts["title"] = texts["title"] or texts["event_id"]
        for name in TRANSLATED:
            named = self.translations.get(language, {}).get(name) or self.texts.get(f"{name}_{language}")
            texts[name] = (named and named[row]) or texts[name]
        return {
            **texts,
            **{name: column[row] for name, column in self.numbers.items()},
            **as_columns(self.dates[row]),
            "id": texts["event_id"],
            "number": row + 1,
            "label_lon": lon,
            "label_lat": lat,
            "reports": [self._report(at) for at in range(first, stop)],
        }

    def _report(self, at: int) -> dict[str, Any]:
        reports = self.reports
        return {"source": reports.source[at], "quote": reports.quotes[at], "protected": reports.protected[at]}


def as_columns(dated: Dated) -> dict[str, Any]:
    """A date by the names of the columns that say it."""
    return {
        "date": dated.text,
        "date_kind": dated.kind,
        "date_precision": dated.precision,
        "date_start": dated.start,
        "date_end": dated.end,
        "date_uncertain": dated.uncertain,
        "date_approximate": dated.approximate,
    }


def dated(found: EventDate | None) -> Dated:
    """What the page has to know of a date that could be read."""
    if found is None:
        return Dated()
    return Dated(
        found.text,
        found.kind,
        found.precision,
        found.earliest.isoformat() if found.earliest else None,
        found.latest.isoformat() if found.latest else None,
        found.uncertain,
        found.approximate,
        json.dumps(found.timespans()),
    )


def tight(column: Coded[Value]) -> Coded[Value]:
    """The column with each value that a row has once, in the order of their first row."""
    return column.compact().merged()


def _blanked(column: Coded[Value], rows: npt.NDArray[np.bool_], blank: Value) -> Coded[Value]:
    """The column with a blank in some rows."""
    codes = np.where(rows, len(column.values), column.codes)
    return Coded(codes.astype(np.int32), [*column.values, blank])


def together(columns: Sequence[Coded[Any]]) -> Coded[tuple[Any, ...]]:
    """Several columns as one of tuples."""
    rows = len(columns[0])
    keys = np.zeros(rows, np.int64)
    for column in columns:
        keys, _ = pd.factorize(keys * len(column.values) + column.codes)
    firsts = np.zeros(int(keys.max(initial=-1)) + 1, np.int64)
    firsts[keys[::-1]] = np.arange(rows)[::-1]
    return Coded(keys.astype(np.int32), [tuple(one[row] for one in columns) for row in firsts.tolist()])


def reading_order(table: PageTable, sources: Sequence[Mapping[str, Any]]) -> Ints:
    """By source, passage and id; events without any report keep their order, after the others."""
    rows = len(table)
    reports = table.reports
    heads, at = np.unique(reports.event, return_index=True)
    place = {one["id"]: index for index, one in enumerate(sources)} | {None: len(sources)}
    source = np.full(rows, len(sources), np.int64)
    source[heads] = np.asarray([place[one] for one in reports.source.values], np.int64)[reports.source.codes[at]]
    passage = np.zeros(rows)
    starts = [min(spans)[0] if spans else np.inf for spans in reports.spans.values]
    passage[heads] = np.asarray(starts, float)[reports.spans.codes[at]]
    name = np.zeros(rows, np.int64)
    if len(heads):
        name[heads] = _ranks(table.texts["event_id"])[heads]
    order: Ints = np.lexsort((name, passage, source))
    return order


def _ranks(column: Text) -> Ints:
    """Where each row's text stands among them all, in alphabetical order."""
    texts = [text or "" for text in column.values]
    ranks = np.empty(len(texts), np.int64)
    ranks[sorted(range(len(texts)), key=texts.__getitem__)] = np.arange(len(texts))
    found: Ints = ranks[column.codes]
    return found


def sources_of(sources: Iterable[Mapping[str, Any]], reports: Reports) -> list[dict[str, Any]]:
    """The sources that were given, then those that only a report names, made of what it says."""
    found = {str(one["source_id"]): _source(one) for one in sources}
    for name, report in reports.described.items():
        if name not in found:
            found[name] = _source({**report, "title": report.get("source_title"), "notes": None})
    return list(found.values())


def _source(raw: Mapping[str, Any]) -> dict[str, Any]:
    show = text_of(raw.get("show")) or "quotes"
    return {
        "id": str(raw["source_id"]),
        "title": text_of(raw.get("title")) or str(raw["source_id"]),
        **{name: text_of(raw.get(name)) for name in _SOURCE_TEXTS},
        "show": show,
        "text": text_of(raw.get("text")) if show == "whole" else None,
    }


def text_of(value: Any) -> str | None:
    if value is None or (isinstance(value, float) and not isfinite(value)):
        return None
    return str(value) or None


def number_of(value: Any) -> float | None:
    """A whole number as one."""
    if value is None or not isfinite(value):
        return None
    return int(value) if float(value).is_integer() else float(value)


def whole(value: Any) -> int | None:
    number = number_of(value)
    return None if number is None else int(number)
