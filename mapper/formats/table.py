"""CSV: the geocoded table, a row an event, for spreadsheets and statistics.

``latitude`` and ``longitude`` are filled only where the event is a point; a label point stands in columns of its
own, which say what it is, so that nobody takes a polygon's middle for a place. Text that a spreadsheet would run
as a formula is escaped with an apostrophe.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import shapely

from mapper.formats import Collection, Loss
from mapper.formats.properties import DECIMALS, property_names, records
from mapper.tables import escape_formula, write_csv

SOURCE_DETAILS = (
    "Of a source only id, title, date, addresses, file and reliability are in the file, with its reports; author, "
    "publisher, original, language, retrieval, SHA-256, licence and notes are not."
)
_AFTER_LABEL = ("latitude", "longitude", "label_latitude", "label_longitude")


def write(collection: Collection) -> bytes:
    """The events as CSV in UTF-8, in the frame's order (by ``event_id``)."""
    names = ["event_id"]
    for name in property_names(collection.frame):
        names += _AFTER_LABEL if name == "label_point" else ["source_id", "quote", "url"] if name == "reports" else ()
        names += ["WKT"] if name == "reports" else []
        names += [] if name == "label_point" else [name]
    rows = (
        [_cell(name, cells.get(name)) for name in names]
        for cells in (
            _cells(event_id, properties, geometry)
            for (event_id, properties), geometry in zip(
                records(collection.frame), collection.frame.geometry, strict=True
            )
        )
    )
    return write_csv(names, rows)


def losses(collection: Collection) -> list[Loss]:
    """CSV has no room for the collection's own name and licence, nor for the sources but by their reports."""
    found = [Loss("source-details", len(collection.sources), SOURCE_DETAILS)] if collection.sources else []
    if collection.name or collection.licence:
        found.append(Loss("collection-name", 1, "The map's title and licence have no place in the file."))
    return found


def recognises(header: Sequence[str]) -> bool:
    """Whether a table is one that was written here, by its columns."""
    return {"event_id", "reports", "WKT", "label_point_is"} <= set(header)


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


def _cell(name: str, value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, (dict, list)):
        return json.dumps(value, ensure_ascii=False, allow_nan=False)
    if isinstance(value, str):
        return escape_formula(value)
    return repr(value) if isinstance(value, float) else str(value)
