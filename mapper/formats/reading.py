"""Which format a file of others is in, and its rows in our terms."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from mapper.delimited import unescape_formula
from mapper.errors import TableError, UnknownFormat
from mapper.incoming import Columns, Ground, Incoming
from mapper.schema import TableSchema
from mapper.tables import Table, read_table

TABLES = (".csv", ".tsv", ".txt", ".xlsx", ".ods")
# Each with the module that reads it; of a table the first that recognises its header.
READERS = {
    "ucdp": "ucdp",
    "acled": "acled",
    "csv": "table",
    "xlsx": "workbook",
    "mapped": "mapped",
    "geojson": "geojson",
    "datapackage": "datapackage",
    "geopackage": "geopackage",
    "flatgeobuf": "flatgeobuf",
    "kml": "kml",
    "geoparquet": "geoparquet",
}
_BY_SUFFIX = {
    ".geojson": "geojson",
    ".json": "geojson",
    ".gpkg": "geopackage",
    ".fgb": "flatgeobuf",
    ".kml": "kml",
    ".parquet": "geoparquet",
    ".geoparquet": "geoparquet",
    ".zip": "datapackage",
}
_OF_TABLES = ("ucdp", "acled", "csv", "mapped")
_ANYTHING = TableSchema("import", "", "", ())


def detect(path: Path) -> str:
    """The name of a file's format, by its suffix and its header. Raises UnknownFormat."""
    suffix = path.suffix.lower()
    if suffix in _BY_SUFFIX:
        return _BY_SUFFIX[suffix]
    if suffix not in TABLES:
        known = ", ".join((*_BY_SUFFIX, *TABLES))
        raise UnknownFormat(f"{path}: its suffix names no format that can be imported. Known are: {known}.")
    header = table_in(path).header
    return next((name for name in ("ucdp", "acled", "csv", "xlsx") if _module(name).recognises(header)), "mapped")


def read_incoming(path: Path, name: str, ground: Ground) -> Incoming:
    """A file's rows in our terms. Raises MapperError where it can't be read, or where a row can't be read whole."""
    if name not in READERS:
        raise UnknownFormat(f"{name}: no format that can be imported. Known are: {', '.join(READERS)}.")
    if not path.is_file():
        raise TableError(f"{path}: there is no such file.")
    if name not in _OF_TABLES:
        read: Incoming = _module(name).read(path, ground)
        return read
    table = table_in(path)
    columns = {column: [unescape_formula(cell) for cell in table.column(column)] for column in table.header}
    return _translated(name, columns, table.rows, ground)


def _translated(name: str, columns: Columns, rows: Sequence[int], ground: Ground) -> Incoming:
    translated: Incoming = _module(name).translate(columns, rows, ground)
    return translated


def _module(name: str) -> Any:
    return import_module(f"mapper.formats.{READERS[name]}")


def table_in(path: Path, sheet: str = "events") -> Table:
    """The table in a file, of a workbook the sheet of that name or the first. Raises ``TableError``, also where a row
    can't be read whole."""
    if not path.is_file():
        raise TableError(f"{path}: there is no such file.")
    table = read_table(path, sheet, _ANYTHING, path.parent)
    wrong = [problem for problem in table.problems if problem.is_error]
    if wrong:
        raise TableError(f"{wrong[0].where}: {wrong[0].message} Nothing was imported. {wrong[0].remedy}")
    return table
