"""CSV: the geocoded table, a row an event, for spreadsheets and statistics.

``latitude`` and ``longitude`` are filled only where the event is a point; a label point stands in columns of its
own, which say what it is, so that nobody takes a polygon's middle for a place. Text that a spreadsheet would run
as a formula is escaped with an apostrophe.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from io import BytesIO
from itertools import chain, islice
from typing import Any

import numpy as np
import shapely

from mapper.coded import Coded
from mapper.delimited import encode, escape_formula, format_record, quoted
from mapper.events import EventTable
from mapper.formats import Collection, Loss
from mapper.formats.geojson import reports_json
from mapper.formats.properties import DECIMALS, extra, properties, property_names, put_together, records
from mapper.formats.published import rows_of
from mapper.incoming import Columns, Ground, Incoming
from mapper.locate import Location

SOURCE_DETAILS = (
    "Of a source only id, title, date, addresses, file and reliability are in the file, with its reports; author, "
    "publisher, original, language, retrieval, SHA-256, licence and notes are not."
)
COLLECTION_NAME = "The map's title and licence have no place in the file."
_AFTER_LABEL = ("latitude", "longitude", "label_latitude", "label_longitude")
_OF_HEAD = ("source_id", "quote", "url")


def write(collection: Collection) -> bytes:
    """The events as CSV in UTF-8, in the table's order (by ``event_id``)."""
    columns, table = _columns(collection.table), collection.table
    last = [extra(table).map(lambda cells: f",{quoted(as_text(cells))}\n" if cells else ",\n")]
    reports = reports_json(table.reports)
    file = BytesIO()
    file.write(format_record([*columns, "reports", "extra"], ",", "\n").encode())
    parted = [column.map(lambda text: text + ",") for column in columns.values()]
    for block, ends in zip(put_together(parted), put_together(last), strict=True):
        told = (quoted(f"[{one}]") for one in islice(reports, len(block)))
        lines = "".join(chain.from_iterable(zip(block, told, ends, strict=True)))
        file.write(encode(lines, "utf-8", "the table"))
    return file.getvalue()


def _columns(table: EventTable) -> dict[str, Coded[str]]:
    """The file's columns, but for the last two, as they stand in it."""
    columns: dict[str, Coded[str]] = {"event_id": table.texts["event_id"].map(_cell)}
    for name, column in properties(table).items():
        if name == "label_point":
            columns |= _points(table.locations, column)
        else:
            columns[name] = column.map(_cell)
    heads = {name: table.reports.texts[name].take(table.reports.starts[:-1]) for name in _OF_HEAD}
    columns |= {name: column.map(_cell) for name, column in heads.items()}
    shapes = np.array([None, *(location.geometry for location in table.locations.values)], object)[1:]
    texts = shapely.to_wkt(shapes, rounding_precision=DECIMALS)
    return columns | {"WKT": Coded(table.locations.codes, [quoted(text or "") for text in texts])}


def _points(locations: Coded[Location], labels: Coded[list[float] | None]) -> dict[str, Coded[str]]:
    """Coordinates where the event is a point, and those of the label."""
    points = locations.map(lambda one: one.geometry if isinstance(one.geometry, shapely.Point) else None)
    return {
        "latitude": points.map(lambda point: _cell(point and round(point.y, DECIMALS))),
        "longitude": points.map(lambda point: _cell(point and round(point.x, DECIMALS))),
        "label_latitude": labels.map(lambda point: _cell(point and point[1])),
        "label_longitude": labels.map(lambda point: _cell(point and point[0])),
    }


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


def header(events: EventTable) -> list[str]:
    """The columns of the file of these events."""
    names = ["event_id"]
    for name in property_names(events):
        names += _AFTER_LABEL if name == "label_point" else ["source_id", "quote", "url"] if name == "reports" else ()
        names += ["WKT"] if name == "reports" else []
        names += [] if name == "label_point" else [name]
    return names


def rows(events: EventTable) -> Iterator[dict[str, Any]]:
    """What each event's row holds, as plain values, by column."""
    for (event_id, event), location in zip(records(events), events.locations, strict=True):
        yield _cells(event_id, event, location.geometry)


def _cell(value: Any) -> str:
    """A value as it stands in the file; text that a spreadsheet would run is escaped."""
    if value is None:
        return ""
    if isinstance(value, str):
        return quoted(escape_formula(value))
    return quoted(as_text(value)) if isinstance(value, dict) else repr(value)


def _cells(event_id: str, event: dict[str, Any], geometry: Any) -> dict[str, Any]:
    head = event["reports"][0] if event["reports"] else {}
    cells = {**event, "event_id": event_id, **{name: head.get(name) for name in ("source_id", "quote", "url")}}
    if event["label_point"] is not None:
        cells["label_longitude"], cells["label_latitude"] = event["label_point"]
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
