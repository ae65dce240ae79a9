"""The event table as the page's columns: one list a name, one value an event, what is missing is ``None``."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from itertools import chain
from math import isfinite, isnan
from typing import Any

import geopandas
from pandas import NA, NaT
from shapely.geometry.base import BaseGeometry

from mapper.dates import DateError, parse_date
from mapper.page.shapes import ShapeTable, lonlat

_TEXTS = (
    "title", "event_type", "sub_event_type", "occurrence", "status", "reason", "date", "date_kind",
    "date_precision", "place", "place_id", "place_text", "geo_precision", "geometry_note", "coarsened_to",
    "label_point_is", "country", "admin1", "admin1_pcode", "admin2",
    "admin2_pcode", "actor1", "assoc_actor_1", "actor2", "assoc_actor_2",
    "fatalities_text", "credibility", "notes",
)  # fmt: skip
_DAYS = ("date_start", "date_end")
_FLAGS = ("date_uncertain", "date_approximate")
_COUNTS = ("fatalities_low", "fatalities_best", "fatalities_high")
_DEFAULTS = {"occurrence": "reported", "status": "accepted"}
_REPORT_TEXTS = (
    "place_text", "date", "event_type", "sub_event_type", "occurrence", "place", "geo_precision", "actor1",
    "assoc_actor_1", "actor2", "assoc_actor_2", "fatalities_text", "credibility",
)  # fmt: skip
_SOURCE_TEXTS = (
    "author", "publisher", "date_published", "original", "original_date", "language", "url", "archived_url",
    "retrieved_on", "file", "sha256", "reliability", "licence", "notes",
)  # fmt: skip


class EventRows:
    """The event table as lists, one a column, in which what is missing is ``None``."""

    def __init__(self, events: geopandas.GeoDataFrame) -> None:
        self._events = events
        self._order = list(range(len(events)))
        self.geometries: list[BaseGeometry | None] = [
            None if one is None or one.is_empty else one for one in events.geometry.array
        ]

    def __len__(self) -> int:
        return len(self._order)

    def sort(self, key: Callable[[int], Any]) -> None:
        """Put the rows in order; ``key`` takes a row's position as the table came."""
        self._order.sort(key=key)
        self.geometries = [self.geometries[row] for row in self._order]

    def column(self, name: str) -> list[Any]:
        if name not in self._events.columns:
            return [None] * len(self)
        return self.in_order([_known(value) for value in self._events[name].tolist()])

    def in_order(self, values: Sequence[Any]) -> list[Any]:
        """Values that came one a row of the table, in the order of the rows now."""
        return [values[row] for row in self._order]

    def translations(self) -> list[str]:
        """The columns with a title or notes in another language: ``title_fr``."""
        return [name for name in map(str, self._events.columns) if name.startswith(("title_", "notes_"))]

    def texts(self, name: str) -> list[str | None]:
        return [_text(value) or _DEFAULTS.get(name) for value in self.column(name)]


def reading_order(table: EventRows, source_index: Mapping[str, int]) -> Callable[[int], Any]:
    """By source, passage and id; events without any report keep their order, after the others."""
    ids, reports = table.texts("event_id"), table.column("reports")

    def key(row: int) -> tuple[float, float, str, int]:
        first = next(iter(reports[row] or ()), None)
        if first is None:
            return len(source_index), 0, "", row
        spans = first.get("spans") or ()
        start = min((span[0] for span in spans), default=float("inf"))
        source = _source_of(first, source_index)
        return source if source >= 0 else len(source_index), start, ids[row] or "", row

    return key


def _source_of(report: Mapping[str, Any], source_index: Mapping[str, int]) -> int:
    """The number of a report's source; -1 where it isn't named."""
    name = _text(report.get("source_id"))
    return -1 if name is None else source_index[name]


def columns_of(
    table: EventRows, shapes: ShapeTable, sources: Sequence[Mapping[str, Any]], source_index: Mapping[str, int]
) -> dict[str, list[Any]]:
    """The columns of the payload's events; ``shapes`` takes in their geometries."""
    ids, texts = table.texts("event_id"), {name: table.texts(name) for name in _TEXTS}
    texts["title"] = [title or name for title, name in zip(texts["title"], ids, strict=True)]
    labels = [lonlat(point) if point is not None else (None, None) for point in table.column("label_point")]
    return {
        "id": ids,
        "number": list(range(1, len(table) + 1)),
        **texts,
        **{name: table.texts(name) for name in table.translations()},
        **{name: [_day(value) for value in table.column(name)] for name in _DAYS},
        **{name: [bool(value) for value in table.column(name)] for name in _FLAGS},
        **{name: [_whole(value) for value in table.column(name)] for name in _COUNTS},
        "place_names": [_names(names) for names in table.column("place_names")],
        "radius_m": [_number(value) for value in table.column("radius_m")],
        "label_lon": [lon for lon, _ in labels],
        "label_lat": [lat for _, lat in labels],
        "shape": _shape_column(table, shapes),
        "reports": [
            [_report(one, sources, source_index) for one in reports or ()] for reports in table.column("reports")
        ],
        "extra": [_extra(value) for value in table.column("extra")],
    }


def timespans_of(dates: Iterable[str | None]) -> dict[str, Any]:
    """The Linked Places timespans of each date, by its EDTF text, once each; a text that is no date has none."""
    found = {}
    for text in dict.fromkeys(filter(None, dates)):
        try:
            found[text] = parse_date(text).timespans()
        except DateError:
            continue
    return found


def _shape_column(table: EventRows, shapes: ShapeTable) -> list[int]:
    found = []
    precisions, radii, labels = (table.column(name) for name in ("geo_precision", "radius_m", "label_point"))
    for geometry, precision, radius, label in zip(table.geometries, precisions, radii, labels, strict=True):
        metres = _number(radius)
        if geometry is not None and precision == "near" and metres and label is not None and not _wraps(geometry):
            found.append(shapes.disc(label, metres))
        else:
            found.append(shapes.index_of(geometry))
    return found


def _wraps(geometry: BaseGeometry) -> bool:
    """Whether it reaches the edge of the world, where a disc is no longer one circle."""
    west, _, east, _ = geometry.bounds
    return bool(west <= -180 or east >= 180)


def _report(
    raw: Mapping[str, Any], sources: Sequence[Mapping[str, Any]], source_index: Mapping[str, int]
) -> dict[str, Any]:
    source = _source_of(raw, source_index)
    quoted = source < 0 or sources[source]["show"] != "none"
    return {
        "event_id": _text(raw.get("event_id")),
        "source": source,
        "quote": _text(raw.get("quote")) if quoted else None,
        "spans": _spans(raw.get("spans")) if quoted else [],
        "place_spans": _spans(raw.get("place_spans")) if quoted else [],
        **{name: _text(raw.get(name)) for name in _REPORT_TEXTS},
        **_date_of_report(_text(raw.get("date"))),
        **{name: _whole(raw.get(name)) for name in _COUNTS},
        **({"protected": _text(raw["protected"])} if raw.get("protected") else {}),
    }


def _date_of_report(text: str | None) -> dict[str, Any]:
    """What the page needs to say a report's date in a sentence; nothing where there is none."""
    try:
        found = parse_date(text or "")
    except DateError:
        return {}
    return {
        "date_kind": found.kind,
        "date_precision": found.precision,
        "date_start": _day(found.earliest),
        "date_end": _day(found.latest),
        "date_uncertain": found.uncertain,
        "date_approximate": found.approximate,
    }


def sources_of(sources: Iterable[Mapping[str, Any]], events: geopandas.GeoDataFrame) -> list[dict[str, Any]]:
    """The sources that were given, then those that only a report names, made of what it says."""
    found = {str(one["source_id"]): _source(one) for one in sources}
    cells = events["reports"] if "reports" in events.columns else ()
    for report in chain.from_iterable(one or () for one in cells):
        name = _text(report["source_id"])
        if name is not None and name not in found:
            found[name] = _source({**report, "title": report.get("source_title"), "notes": None})
    return list(found.values())


def _source(raw: Mapping[str, Any]) -> dict[str, Any]:
    show = _text(raw.get("show")) or "quotes"
    return {
        "id": str(raw["source_id"]),
        "title": _text(raw.get("title")) or str(raw["source_id"]),
        **{name: _text(raw.get(name)) for name in _SOURCE_TEXTS},
        "show": show,
        "text": _text(raw.get("text")) if show == "whole" else None,
    }


def _known(value: Any) -> Any:
    """A cell of the table, None where it is one of the things that stand for nothing."""
    is_nothing = value is NA or value is NaT or (isinstance(value, float) and isnan(value))
    return None if is_nothing else value


def _text(value: Any) -> str | None:
    if value is None or (isinstance(value, float) and not isfinite(value)):
        return None
    return str(value) or None


def _names(value: Any) -> list[str] | None:
    return [str(name) for name in value] if isinstance(value, list) else None


def _number(value: Any) -> float | None:
    if value is None or not isfinite(value):
        return None
    return int(value) if float(value).is_integer() else float(value)


def _whole(value: Any) -> int | None:
    number = _number(value)
    return None if number is None else int(number)


def _day(value: Any) -> str | None:
    if isinstance(value, date):
        return value.isoformat()[:10]
    return _text(value)


def _spans(value: Any) -> list[list[int]]:
    return [[int(start), int(end)] for start, end in value or ()]


def _extra(value: Mapping[str, Any] | None) -> dict[str, str] | None:
    return {str(name): str(text) for name, text in value.items()} if value else None
