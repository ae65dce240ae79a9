"""GeoPackage 1.4 (OGC 12-128r19) as a file: layers with a spatial index, tables, and styles where QGIS looks for them.

SQLite itself writes it, in memory: nothing of it stands on a disk before it is whole. The same content gives the same
bytes: every time stamp is the same one, and no row is ever deleted or changed.
"""

from __future__ import annotations

import sqlite3
import struct
from collections.abc import Iterable, Sequence
from types import TracebackType
from typing import Any

import numpy as np
import shapely

Columns = Sequence[tuple[str, str]]
TIME = "1970-01-01T00:00:00.000Z"
_GPKG, _VERSION = 0x47504B47, 10400
# Which release of SQLite wrote a file is no part of it.
_LIBRARY, _SOME_LIBRARY = slice(96, 100), struct.pack(">I", 3_040_000)
_HEAD = struct.Struct("<2sBBi4d")


class GeoPackageFile:
    """A GeoPackage in the making; ``columns`` are pairs of name and type (TEXT, INTEGER, REAL, DATE)."""

    def __init__(self) -> None:
        self._database = sqlite3.connect(":memory:", isolation_level=None)
        for statement in _FRAME:
            self._database.execute(statement)
        self._database.execute("BEGIN")

    def __enter__(self) -> GeoPackageFile:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._database.close()

    def to_bytes(self) -> bytes:
        """The whole file. Nothing can be added after."""
        self._database.execute("COMMIT")
        data = bytearray(self._database.serialize())
        data[_LIBRARY] = _SOME_LIBRARY
        return bytes(data)

    def layer(  # noqa: PLR0917
        self, name: str, about: str, kind: str, columns: Columns, shapes: Sequence[Any], rows: Iterable[Sequence[Any]]
    ) -> None:
        """A layer of geometries (longitude, latitude; WGS 84) of one ``kind``, such as MULTIPOINT; none is empty."""
        bounds = shapely.bounds(np.array(shapes, dtype=object)).reshape(-1, 4)
        blobs = (_blob(shape, *box) for shape, box in zip(shapes, bounds.tolist(), strict=True))
        cells = ((blob, *row) for blob, row in zip(blobs, rows, strict=True))
        self._create(name, [("geom", kind), *columns], cells)
        extent = (
            [*bounds[:, :2].min(axis=0).tolist(), *bounds[:, 2:].max(axis=0).tolist()] if len(bounds) else [None] * 4
        )
        self._insert("gpkg_contents", [(name, "features", name, about, TIME, *extent, 4326)])
        self._insert("gpkg_geometry_columns", [(name, "geom", kind, 4326, 0, 0)])
        self._index(name, bounds)

    def table(self, name: str, about: str, columns: Columns, rows: Iterable[Sequence[Any]], key: str = "fid") -> None:
        """A table without geometry."""
        self._create(name, columns, rows, key)
        self._insert("gpkg_contents", [(name, "attributes", name, about, TIME, *[None] * 5)])

    def join(self, table: str, column: str) -> None:
        """Make a table quick to search by a column that others join it by."""
        self._database.execute(f'CREATE INDEX "{table}_by_{column}" ON "{table}" ("{column}")')

    def styles(self, layers: Iterable[tuple[str, str, str]]) -> None:
        """The default style of each layer: its name, QML, SLD. QGIS looks for them in a table of this form."""
        rows = (("", "", name, "geom", name, qml, sld, 1, "", "", None, TIME) for name, qml, sld in layers)
        self.table("layer_styles", "How QGIS draws the layers", _STYLES, rows, key="id")

    def _create(self, name: str, columns: Columns, rows: Iterable[Sequence[Any]], key: str = "fid") -> None:
        cells = "".join(f', "{column}" {kind}' for column, kind in columns)
        self._database.execute(f'CREATE TABLE "{name}" ("{key}" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL{cells})')
        marks = ", ?" * len(columns)
        self._database.executemany(f'INSERT INTO "{name}" VALUES (NULL{marks})', rows)

    def _insert(self, name: str, rows: Iterable[Sequence[Any]]) -> None:
        for row in rows:
            self._database.execute(f"INSERT INTO {name} VALUES ({', '.join('?' * len(row))})", row)

    def _index(self, name: str, bounds: Any) -> None:
        """The R-tree; its triggers keep it true where the layer is edited by a program that knows GeoPackage."""
        index = f"rtree_{name}_geom"
        self._database.execute(f'CREATE VIRTUAL TABLE "{index}" USING rtree(id, minx, maxx, miny, maxy)')
        boxes = ((at, west, east, south, north) for at, (west, south, east, north) in enumerate(bounds.tolist(), 1))
        self._database.executemany(f'INSERT INTO "{index}" VALUES (?, ?, ?, ?, ?)', boxes)
        for suffix, trigger in _TRIGGERS.items():
            self._database.execute(f'CREATE TRIGGER "{index}_{suffix}" ' + trigger.format(table=name, index=index))
        self._insert("gpkg_extensions", [(name, "geom", "gpkg_rtree_index", _RTREE, "write-only")])


def _blob(shape: shapely.Geometry, west: float, south: float, east: float, north: float) -> bytes:
    """GeoPackage's binary form of a geometry: a header with its bounds, then WKB, both little-endian."""
    wkb: bytes = shapely.to_wkb(shape, byte_order=1)
    return _HEAD.pack(b"GP", 0, 0b11, 4326, west, east, south, north) + wkb


_WGS84 = (
    'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563,AUTHORITY["EPSG","7030"]],'
    'AUTHORITY["EPSG","6326"]],PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],'
    'UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]],AXIS["Latitude",NORTH],AXIS["Longitude",EAST],'
    'AUTHORITY["EPSG","4326"]]'
)
# The tables that every GeoPackage has, as the specification defines them.
_FRAME = (
    f"PRAGMA application_id = {_GPKG}",
    f"PRAGMA user_version = {_VERSION}",
    "CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT NOT NULL, srs_id INTEGER PRIMARY KEY NOT NULL, "
    "organization TEXT NOT NULL, organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, "
    "description TEXT)",
    "INSERT INTO gpkg_spatial_ref_sys VALUES "
    "('Undefined Cartesian SRS', -1, 'NONE', -1, 'undefined', 'undefined Cartesian coordinate reference system'), "
    "('Undefined geographic SRS', 0, 'NONE', 0, 'undefined', 'undefined geographic coordinate reference system'), "
    f"('WGS 84 geodetic', 4326, 'EPSG', 4326, '{_WGS84}', 'longitude/latitude in degrees on the WGS 84 spheroid')",
    "CREATE TABLE gpkg_contents (table_name TEXT PRIMARY KEY NOT NULL, data_type TEXT NOT NULL, "
    "identifier TEXT UNIQUE, description TEXT DEFAULT '', "
    "last_change DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')), "
    "min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER, "
    "CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id))",
    "CREATE TABLE gpkg_geometry_columns (table_name TEXT NOT NULL, column_name TEXT NOT NULL, "
    "geometry_type_name TEXT NOT NULL, srs_id INTEGER NOT NULL, z TINYINT NOT NULL, m TINYINT NOT NULL, "
    "CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name), "
    "CONSTRAINT uk_gc_table_name UNIQUE (table_name), "
    "CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents (table_name), "
    "CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id))",
    "CREATE TABLE gpkg_extensions (table_name TEXT, column_name TEXT, extension_name TEXT NOT NULL, "
    "definition TEXT NOT NULL, scope TEXT NOT NULL, "
    "CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name))",
)
_RTREE = "http://www.geopackage.org/spec120/#extension_rtree"
_BOX = 'ST_MinX(NEW."geom"), ST_MaxX(NEW."geom"), ST_MinY(NEW."geom"), ST_MaxY(NEW."geom")'
_THERE = '({0}."geom" NOTNULL AND NOT ST_IsEmpty({0}."geom"))'
_NEW, _OLD = _THERE.format("NEW"), _THERE.format("OLD")
_MOVED = 'UPDATE "{index}" SET ' + ", ".join(
    f'{side} = ST_{function}(NEW."geom")'
    for side, function in (("minx", "MinX"), ("maxx", "MaxX"), ("miny", "MinY"), ("maxy", "MaxY"))
)
_SAME, _OTHER = 'OLD."fid" = NEW."fid"', 'OLD."fid" != NEW."fid"'
_ADDED, _GONE = f'"{{index}}" VALUES (NEW."fid", {_BOX});', 'DELETE FROM "{index}" WHERE id'
_OF_SHAPE = 'AFTER UPDATE OF "geom" ON "{table}" WHEN '
_TRIGGERS = {
    "insert": f'AFTER INSERT ON "{{table}}" WHEN {_NEW} BEGIN INSERT OR REPLACE INTO {_ADDED} END',
    "update6": f'{_OF_SHAPE}{_SAME} AND {_NEW} AND {_OLD} BEGIN {_MOVED} WHERE id = NEW."fid"; END',
    "update7": f"{_OF_SHAPE}{_SAME} AND {_NEW} AND NOT {_OLD} BEGIN INSERT INTO {_ADDED} END",
    "update2": f'{_OF_SHAPE}{_SAME} AND NOT {_NEW} BEGIN {_GONE} = OLD."fid"; END',
    "update5": f'AFTER UPDATE ON "{{table}}" WHEN {_OTHER} AND {_NEW} BEGIN {_GONE} = OLD."fid"; '
    f"INSERT OR REPLACE INTO {_ADDED} END",
    "update4": f'AFTER UPDATE ON "{{table}}" WHEN {_OTHER} AND NOT {_NEW} BEGIN {_GONE} IN (OLD."fid", NEW."fid"); END',
    "delete": f'AFTER DELETE ON "{{table}}" WHEN OLD."geom" NOTNULL BEGIN {_GONE} = OLD."fid"; END',
}
_STYLES = (
    *(("f_table_catalog", "TEXT(256)"), ("f_table_schema", "TEXT(256)"), ("f_table_name", "TEXT(256)")),
    *(("f_geometry_column", "TEXT(256)"), ("styleName", "TEXT(30)"), ("styleQML", "TEXT"), ("styleSLD", "TEXT")),
    *(("useAsDefault", "BOOLEAN"), ("description", "TEXT"), ("owner", "TEXT(30)"), ("ui", "TEXT(30)")),
    ("update_time", "DATETIME"),
)
