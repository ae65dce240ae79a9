"""An event table that comes as a GeoDataFrame, as the page's table."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from datetime import date
from itertools import chain
from math import isnan
from typing import Any, TypeVar

import geopandas
import numpy as np
import pandas as pd
import shapely
from geopandas.array import GeometryDtype
from shapely.geometry.base import BaseGeometry

from mapper.coded import Coded
from mapper.dates import DateError, parse_date
from mapper.page.columns import (
    COUNTS,
    DEFAULTS,
    REPORT_TEXTS,
    TEXTS,
    Dated,
    PageTable,
    Reports,
    Spans,
    Text,
    dated,
    number_of,
    text_of,
    together,
    whole,
)
from mapper.page.shapes import Disc, wraps

Value = TypeVar("Value", bound=Hashable)
_DATED = ("date", "date_kind", "date_precision", "date_start", "date_end", "date_uncertain", "date_approximate")

Translations = Mapping[str, Mapping[str, Sequence[str | None]]]


def page_table(events: geopandas.GeoDataFrame, translations: Translations | None = None) -> PageTable:
    """The page's table of an event table in EPSG:4326, row by row.

    ``events`` has the columns of the published event; a missing one is blank everywhere. Geometries are degrees,
    longitude first; an event of the class ``near`` becomes a disc of ``radius_m`` metres around its label point.
    Columns such as ``title_fr`` need no mention; ``translations`` are by language and column one text or None a row.
    """
    columns = {str(name): events[name] for name in events.columns}

    def column(name: str, read: Callable[[Any], Value]) -> Coded[Value]:
        return coded(columns[name], read) if name in columns else Coded.constant(read(None), len(events))

    translated = [name for name in columns if name.startswith(("title_", "notes_"))]
    names = ("event_id", *TEXTS, *translated)
    labels = column("label_point", _point)
    radius = column("radius_m", number_of)
    lonlats = np.asarray([one or (np.nan, np.nan) for one in labels.values], float).reshape(-1, 2)[labels.codes]
    return PageTable(
        texts={name: column(name, _text_or(DEFAULTS.get(name))) for name in names},
        numbers={**{name: column(name, whole) for name in COUNTS}, "radius_m": radius},
        dates=_dates([column(name, _flag if at > 4 else _day) for at, name in enumerate(_DATED)]),
        place_names=column("place_names", _names),
        longitude=lonlats[:, 0],
        latitude=lonlats[:, 1],
        shapes=_shapes(events, column("geo_precision", text_of), radius, labels),
        extra=_extra(columns["extra"].tolist() if "extra" in columns else [None] * len(events)),
        reports=_reports(columns["reports"].tolist() if "reports" in columns else []),
        translations={
            language: {name: Coded.of(list(texts)) for name, texts in by_column.items() if any(texts)}
            for language, by_column in (translations or {}).items()
        },
    )


def coded(series: pd.Series[Any], read: Callable[[Any], Value]) -> Coded[Value]:
    """A frame's column, ``read`` asked once of each distinct cell; what stands for nothing is read as ``None``."""
    if series.dtype == object or isinstance(series.dtype, GeometryDtype):
        # There 1, 1.0 and True are equal, and lists have no equal at all.
        return Coded.of([read(known(cell)) for cell in series.tolist()])
    codes, values = pd.factorize(series)
    # What stands for nothing isn't among them.
    found = [read(cell) for cell in pd.Index(values).astype(object).tolist()]
    return Coded(np.where(codes < 0, len(found), codes).astype(np.int32), [*found, read(None)])


def known(cell: Any) -> Any:
    """A cell, None where it is one of the things that stand for nothing."""
    is_nothing = cell is pd.NA or cell is pd.NaT or (isinstance(cell, float) and isnan(cell))
    return None if is_nothing else cell


def _text_or(default: str | None) -> Callable[[Any], str | None]:
    return lambda cell: text_of(cell) or default


def _point(cell: Any) -> tuple[float, float] | None:
    return None if cell is None else (float(cell[0]), float(cell[1]))


def _names(cell: Any) -> tuple[str, ...] | None:
    return tuple(map(str, cell)) if isinstance(cell, list) else None


def _flag(cell: Any) -> bool:
    return bool(cell)


def _day(cell: Any) -> str | None:
    return cell.isoformat()[:10] if isinstance(cell, date) else text_of(cell)


def _dates(columns: Sequence[Coded[Any]]) -> Coded[Dated]:
    return together(columns).map(lambda cells: Dated._make((*cells, _read_date(cells[0]).timespans)))


def _read_date(text: str | None) -> Dated:
    """The date that a text says; the bare text where it says none."""
    try:
        return dated(parse_date(text)) if text else Dated()
    except DateError:
        return Dated(text)


def _shapes(
    events: geopandas.GeoDataFrame,
    precision: Text,
    radius: Coded[float | None],
    labels: Coded[tuple[float, float] | None],
) -> Coded[BaseGeometry | Disc | None]:
    """What is drawn of each event but a single point; a geometry that several of them have is one."""
    geometries = events.geometry.to_numpy()
    drawn = shapely.get_type_id(geometries) > 0
    drawn &= ~shapely.is_empty(geometries)
    rows = np.flatnonzero(drawn)
    found: list[BaseGeometry | Disc | None] = [None]
    codes = np.zeros(len(events), np.int32)
    seen: dict[Any, int] = {}
    for row in rows.tolist():
        geometry, metres, label = geometries[row], radius[row], labels[row]
        if precision[row] == "near" and metres and label is not None and not wraps(geometry):
            key: Any = Disc(*label, metres)
            shape = key
        else:
            key, shape = id(geometry), geometry
        codes[row] = seen.setdefault(key, len(found))
        if codes[row] == len(found):
            found.append(shape)
    return Coded(codes, found)


def _extra(cells: Sequence[Any]) -> dict[str, Text]:
    """The foreign columns, in the order in which rows name them."""
    names = dict.fromkeys(chain.from_iterable(cell or () for cell in cells))
    return {
        str(name): Coded.of([None if not cell or name not in cell else str(cell[name]) for cell in cells])
        for name in names
    }


def no_reports() -> Reports:
    return _reports([])


def _reports(groups: Iterable[Any]) -> Reports:
    counted = [len(one or ()) for one in groups]
    raw: list[Mapping[str, Any]] = [report for one in groups for report in one or ()]
    ids = [text_of(one.get("source_id")) for one in raw]
    described: dict[str, Mapping[str, Any]] = {}
    for name, one in zip(ids, raw, strict=True):
        if name is not None:
            described.setdefault(name, one)
    texts: dict[str, Coded[Any]] = {name: Coded.of([text_of(one.get(name)) for one in raw]) for name in REPORT_TEXTS}
    return Reports(
        event=np.repeat(np.arange(len(counted)), counted),
        source=Coded.of(ids),
        texts=texts | {name: Coded.of([whole(one.get(name)) for one in raw]) for name in COUNTS},
        dates=Coded.of([text_of(one.get("date")) for one in raw]).map(_read_date),
        quotes=Coded.of([text_of(one.get("quote")) for one in raw]),
        spans=Coded.of([_spans(one.get("spans")) for one in raw]),
        place_spans=Coded.of([_spans(one.get("place_spans")) for one in raw]),
        protected=Coded.of([text_of(one.get("protected")) for one in raw]),
        described=described,
    )


def _spans(value: Any) -> Spans:
    return tuple((int(start), int(end)) for start, end in value or ())
