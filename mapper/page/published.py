"""A project's event table as the page's table: what stands there once is asked once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from shapely.geometry.base import BaseGeometry

from mapper.coded import Coded
from mapper.events import EventTable, other_names
from mapper.events import Reports as EventReports
from mapper.locate import Location
from mapper.page.base_map import place_names
from mapper.page.columns import COUNTS, REPORT_TEXTS, PageTable, Reports, dated, number_of
from mapper.page.shapes import Disc, wraps

# Dates come as such, and the last two are no business of a reader.
_LEFT_OUT = ("date", "date_kind", "date_precision", "date_start", "date_end", "coded_on", "sensitivity")
_NOWHERE = (np.nan, np.nan)


def published_table(events: EventTable, languages: Iterable[str] = ()) -> PageTable:
    """The page's table of the published events, with names of places in these languages."""
    where = events.locations
    labels = np.asarray([one.label_point or _NOWHERE for one in where.values], float).reshape(-1, 2)[where.codes]
    named = place_names(where.values, languages)
    return PageTable(
        texts={name: column for name, column in events.texts.items() if name not in _LEFT_OUT},
        numbers={**_figures(events.figures), "radius_m": where.map(lambda one: number_of(one.radius_m))},
        dates=events.dates.map(dated),
        place_names=where.map(lambda one: tuple(other_names(one)) or None),
        longitude=labels[:, 0],
        latitude=labels[:, 1],
        shapes=where.map(_shape),
        extra=events.foreign,
        reports=_reports(events.reports),
        translations={
            language: {name: Coded(where.codes, texts) for name, texts in columns.items() if any(texts)}
            for language, columns in named.items()
        },
    )


def _shape(location: Location) -> BaseGeometry | Disc | None:
    """What is drawn of a location but a single point."""
    geometry, label = location.geometry, location.label_point
    if geometry is None or geometry.is_empty or geometry.geom_type == "Point":
        return None
    if location.geo_precision == "near" and location.radius_m and label is not None and not wraps(geometry):
        return Disc(*label, location.radius_m)
    return geometry


def _figures(columns: Mapping[str, npt.NDArray[np.float64]]) -> dict[str, Coded[float | None]]:
    return {name: _whole(columns[name]) for name in COUNTS}


def _whole(figures: npt.NDArray[np.float64]) -> Coded[float | None]:
    codes, values = pd.factorize(figures)
    blank = len(values)
    return Coded(np.where(codes < 0, blank, codes).astype(np.int32), [*map(int, values.tolist()), None])


def _reports(reports: EventReports) -> Reports:
    texts: dict[str, Coded[Any]] = {name: reports.texts[name] for name in REPORT_TEXTS}
    return Reports(
        event=reports.event,
        source=reports.texts["source_id"],
        texts=texts | _figures(reports.figures),
        dates=reports.dates.map(dated),
        quotes=reports.texts["quote"],
        spans=reports.spans,
        place_spans=reports.place_spans,
        protected=reports.texts.get("protected") or Coded.constant(None, len(reports)),
        described={},
    )
