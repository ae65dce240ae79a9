"""CSV: the geocoded table, a row an event, for spreadsheets and statistics.

``latitude`` and ``longitude`` are filled only where the event is a point; a label point stands in columns of its
own, which say what it is, so that nobody takes a polygon's middle for a place. Text that a spreadsheet would run
as a formula is escaped with an apostrophe.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from io import BytesIO
from math import isnan
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from mapper.coded import Coded
from mapper.delimited import encode, escape_formula, format_record, quoted
from mapper.events import EventTable
from mapper.formats import Collection, Loss
from mapper.formats.geojson import report_members
from mapper.formats.properties import DECIMALS, encoded, extra, properties, property_names, put_together, records
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
    file = BytesIO()
    try:
        file.writelines(_lines(collection.table))
    except UnicodeEncodeError as error:
        return encode(error.object, "utf-8", "the table")  # which says what can't be written
    return file.getvalue()


def _lines(table: EventTable) -> Iterator[bytes]:
    """The file in blocks of records."""
    columns = _columns(table)
    yield format_record([*columns, "reports", "extra"], ",", "\n").encode()
    told = [Coded(column.codes, _doubled(column.values)) for column in report_members(table.reports)]
    ends = extra(table).map(lambda cells: f']",{quoted(as_text(cells))}\n'.encode() if cells else b']",\n')
    yield from put_together(table.reports, list(columns.values()), b'"[', told, ends)


def _doubled(texts: Sequence[bytes]) -> list[bytes]:
    """JSON, which never holds a NUL, as it stands in a quoted cell."""
    return b"\0".join(texts).replace(b'"', b'""').split(b"\0")


def _columns(table: EventTable) -> dict[str, Coded[bytes]]:
    """The file's columns, but for the last two, as they stand in it, each with the comma after it."""
    columns: dict[str, Coded[bytes]] = {"event_id": _cells_of(table.texts["event_id"])}
    for name, column in properties(table).items():
        if name == "label_point":
            columns |= _points(table.locations, column)
        else:
            columns[name] = _cells_of(column)
    heads = {name: table.reports.texts[name].take(table.reports.starts[:-1]) for name in _OF_HEAD}
    columns |= {name: _cells_of(column.compact()) for name, column in heads.items()}
    shapes = np.array([None, *(location.geometry for location in table.locations.values)], object)[1:]
    texts = shapely.to_wkt(shapes, rounding_precision=DECIMALS).tolist()
    return columns | {"WKT": _cells_of(Coded(table.locations.codes, texts))}


def _points(locations: Coded[Location], labels: Coded[list[float] | None]) -> dict[str, Coded[bytes]]:
    """Coordinates where the event is a point, and those of the label."""
    shapes = np.array([None, *(location.geometry for location in locations.values)], object)[1:]

    def rounded(degrees: npt.NDArray[np.float64]) -> Coded[bytes]:
        cells = [None if isnan(one) else round(one, DECIMALS) for one in degrees.tolist()]  # what is no point has none
        return _cells_of(Coded(locations.codes, cells))

    return {
        "latitude": rounded(shapely.get_y(shapes)),
        "longitude": rounded(shapely.get_x(shapes)),
        "label_latitude": _cells_of(labels.map(lambda point: point and point[1])),
        "label_longitude": _cells_of(labels.map(lambda point: point and point[0])),
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


def _cells_of(column: Coded[Any]) -> Coded[bytes]:
    """A column's values as they stand in the file, each with the comma after it."""
    return Coded(column.codes, encoded("", list(map(_cell, column.values)), ","))


def _cell(value: Any) -> str:
    """A value as it stands in the file; text that a spreadsheet would run is escaped."""
    if type(value) is str:
        return quoted(escape_formula(value))
    if value is None:
        return ""
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
