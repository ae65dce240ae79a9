"""Data Package (v2, datapackage.org): the published events as tables that describe themselves, in one ZIP archive.

``events.csv``, ``reports.csv`` and ``sources.csv`` have Table Schemas in ``datapackage.json``; ``events.geojson`` has
everything, and is what is read back; ``LICENCE.txt`` says on what terms. No clock is written: the same events give the
same bytes.
"""

from __future__ import annotations

import io
import json
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from mapper.errors import TableError
from mapper.formats import Collection, Loss, geojson, table
from mapper.formats.sheets import REPORT_OF, Sheet, sheets
from mapper.incoming import Ground, Incoming
from mapper.places import fold
from mapper.schema import declaration
from mapper.tables import write_csv

_PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
_TABLE_SCHEMA = "https://datapackage.org/profiles/2.0/tableschema.json"
_DESCRIPTOR, _EVENTS, _LICENCE = "datapackage.json", "events.geojson", "LICENCE.txt"
_MOST = 1 << 30
_TITLES = {
    "events": "Events: one row is one event",
    "reports": "Reports: one row is one source's report of one event",
    "sources": "Sources: one row is one source",
}
_ESCAPED = "A text that a spreadsheet would run as a formula has an apostrophe in front."
# Of the rules for a curator's tables those that hold for what is published.
_RULES = ("enum", "minimum", "maximum")
_KEYS = {"events": "event_id", "sources": "source_id"}


def write(collection: Collection) -> bytes:
    """The package as a ZIP archive."""
    found = sheets(collection)
    files = {f"{sheet.name}.csv": _csv(sheet) for sheet in found}
    files[_EVENTS] = geojson.write(collection)
    if collection.licence:
        files[_LICENCE] = f"{collection.licence}\n".encode()
    described = json.dumps(_descriptor(collection, found), ensure_ascii=False, indent=2) + "\n"
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in {_DESCRIPTOR: described.encode(), **files}.items():
            entry = zipfile.ZipInfo(name)  # of 1980-01-01
            entry.compress_type, entry.create_system, entry.external_attr = zipfile.ZIP_DEFLATED, 3, 0o644 << 16
            archive.writestr(entry, data)
    return target.getvalue()


def losses(_collection: Collection) -> list[Loss]:
    """A Data Package holds everything."""
    return []


def read(path: Path, ground: Ground) -> Incoming:
    """The rows as they were before they were published. Raises ``TableError`` for any other archive."""
    try:
        with zipfile.ZipFile(path) as archive:
            if not {_DESCRIPTOR, _EVENTS} <= set(archive.namelist()):
                raise TableError(f"{path}: is no Data Package that was exported here: it lacks {_EVENTS}.")
            if archive.getinfo(_EVENTS).file_size > _MOST:
                raise TableError(f"{path}: {_EVENTS} in it is larger than {_MOST >> 30} GiB. Nothing was imported.")
            data = archive.read(_EVENTS)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError) as error:
        raise TableError(f"{path}: can't be read as a ZIP archive: {error}.") from error
    return geojson.taken(geojson.collection_in(data, f"{path}/{_EVENTS}"), ground)


def _csv(sheet: Sheet) -> bytes:
    return write_csv(sheet.columns, ([table.as_cell(row.get(name)) for name in sheet.columns] for row in sheet.rows))


def _descriptor(collection: Collection, found: Sequence[Sheet]) -> dict[str, Any]:
    """``datapackage.json``."""
    licences = [{"path": _LICENCE, "title": collection.licence}] if collection.licence else []
    titles = [{"title": source["title"]} for source in collection.sources if source.get("title")]
    told = {
        "$schema": _PROFILE,
        "name": "-".join(fold(collection.name).split()) or "events",
        "title": collection.name,
        "description": collection.note,
        "licenses": licences,
        "sources": titles,
        "resources": [*map(_resource, found), _GEOJSON],
    }
    return {name: value for name, value in told.items() if value}


def _resource(sheet: Sheet) -> dict[str, Any]:
    schema: dict[str, Any] = {"$schema": _TABLE_SCHEMA, "fields": [_field(sheet.name, name) for name in sheet.columns]}
    if key := _KEYS.get(sheet.name):
        schema["primaryKey"] = [key]
    else:
        reference = {"resource": "events", "fields": ["event_id"]}
        schema["foreignKeys"] = [{"fields": [REPORT_OF], "reference": reference}]
    return {
        "name": sheet.name,
        "title": _TITLES[sheet.name],
        "description": _ESCAPED,
        "type": "table",
        "path": f"{sheet.name}.csv",
        **_CSV,
        "schema": {**schema, "missingValues": [""]},
    }


def _field(sheet: str, name: str) -> dict[str, Any]:
    """A column as a field of a Table Schema."""
    tables = ("sources",) if sheet == "sources" else ("sources", "events", "published")
    declared = {one["name"]: one for table_name in tables for one in declaration(table_name)["fields"]}
    base = name if name in declared else name.rpartition("_")[0]
    known = declared.get(base, {"type": "string"})
    field = {"name": name, "type": known["type"]}
    field |= {"description": known["description"]} if "description" in known else {}
    rules = {rule: value for rule, value in known.get("constraints", {}).items() if rule in _RULES}
    rules |= {"required": True, "unique": True} if name == _KEYS.get(sheet) else {}
    return field | ({"constraints": rules} if rules else {})


_CSV = {"format": "csv", "mediatype": "text/csv", "encoding": "utf-8"}
_GEOJSON = {
    "name": "events-geojson",
    "title": "Events with their geometries, reports and sources, as GeoJSON (RFC 7946)",
    "path": _EVENTS,
    "format": "geojson",
    "mediatype": "application/geo+json",
    "encoding": "utf-8",
}
