"""CSV: the geocoded table, a row an event, for spreadsheets and statistics.

``latitude`` and ``longitude`` are filled only where the event is a point; a label point stands in columns of its
own, which say what it is, so that nobody takes a polygon's middle for a place. Text that a spreadsheet would run
as a formula is escaped with an apostrophe.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

import geopandas as gpd
import shapely

from mapper.formats import Collection, Loss
from mapper.formats.properties import DECIMALS, property_names, records
from mapper.formats.published import rows_of
from mapper.incoming import Columns, Ground, Incoming
from mapper.tables import escape_formula, write_csv

SOURCE_DETAILS = (
    "Of a source only id, title, date, addresses, file and reliability are in the file, with its reports; author, "
    "publisher, original, language, retrieval, SHA-256, licence and notes are not."
)
COLLECTION_NAME = "The map's title and licence have no place in the file."
_AFTER_LABEL = ("latitude", "longitude", "label_latitude", "label_longitude")


def write(collection: Collection) -> bytes:
    """The events as CSV in UTF-8, in the frame's order (by ``event_id``)."""
    names = header(collection.frame)
    return write_csv(names, ([as_cell(cells.get(name)) for name in names] for cells in rows(collection.frame)))


def losses(collection: Collection) -> list[Loss]:
    """CSV has no room for the collection's own name and licence, nor for the sources but by their reports."""
    found = []
    if collection.sources:
        found.append(Loss("source-details", len(collection.sources), SOURCE_DETAILS, ("sources",)))
    if collection.name or collection.licence:
        found.append(Loss("collection-name", 1, COLLECTION_NAME, ("name", "licence")))
    return found


def recognises(columns: Sequence[str]) -> bool:
    """Whether a table is one that was written here, by its columns."""
    return {"event_id", "reports", "WKT", "label_point_is"} <= set(columns)


def translate(columns: Columns, numbers: Sequence[int], ground: Ground) -> Incoming:
    """The rows as they were before they were published; ``numbers`` are those that a spreadsheet shows."""
    return rows_of(columns, numbers, ground)


def header(frame: gpd.GeoDataFrame) -> list[str]:
    """The columns of the table of a frame."""
    names = ["event_id"]
    for name in property_names(frame):
        names += _AFTER_LABEL if name == "label_point" else ["source_id", "quote", "url"] if name == "reports" else ()
        names += ["WKT"] if name == "reports" else []
        names += [] if name == "label_point" else [name]
    return names


def rows(frame: gpd.GeoDataFrame) -> Iterator[dict[str, Any]]:
    """What each event's row holds, as plain values, by column."""
    for (event_id, properties), geometry in zip(records(frame), frame.geometry, strict=True):
        yield _cells(event_id, properties, geometry)


def _cells(event_id: str, properties: dict[str, Any], geometry: Any) -> dict[str, Any]:
    head = properties["reports"][0] if properties["reports"] else {}
    cells = {**properties, "event_id": event_id, **{name: head.get(name) for name in ("source_id", "quote", "url")}}
    if properties["label_point"] is not None:
        cells["label_longitude"], cells["label_latitude"] = properties["label_point"]
    if geometry is not None and geometry.geom_type == "Point":
        cells["longitude"], cells["latitude"] = round(geometry.x, DECIMALS), round(geometry.y, DECIMALS)
    if geometry is not None:
        cells["WKT"] = shapely.to_wkt(geometry, rounding_precision=DECIMALS)
    return cells


def as_text(value: Any) -> str:
    """A plain value in one cell; blank where there is none."""
    if value is None:
        return ""
    if isinstance(value, (dict, list)):
        return json.dumps(value, ensure_ascii=False, allow_nan=False)
    return repr(value) if isinstance(value, float) else str(value)


def as_cell(value: Any) -> str:
    """A plain value in a cell of a CSV, where no spreadsheet would run it."""
    return escape_formula(value) if isinstance(value, str) else as_text(value)
