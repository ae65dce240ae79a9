"""GeoParquet 1.1 (OGC): all events in one column-wise table, for analysis. Needs the extra ``parquet`` (pyarrow).

Holds everything: lists and records are nested columns, not texts; an event without a place has no geometry. The map's
name, licence, note and sources stand in the file's metadata.
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from shapely.errors import ShapelyError

from mapper.errors import FormatUnavailable, TableError
from mapper.formats import Collection, Loss, geojson
from mapper.formats.flat import Column, Geometries, about, columns, elsewhere, feature, geometries, plain, sources
from mapper.formats.properties import OF_REPORT
from mapper.incoming import Ground, Incoming

_ABOUT = b"conflict_events"
_WHOLE = ("fatalities_low", "fatalities_best", "fatalities_high")
# What a file that isn't as its header says makes of itself.
_NOT_SO = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
_CRS84 = {"id": {"authority": "OGC", "code": "CRS84"}}  # what a file that names none is in
_MOMENT = ("in", "earliest", "latest")


def write(collection: Collection) -> bytes:
    """The events as GeoParquet: WKB, longitude and latitude of WGS 84 (OGC:CRS84), rings counter-clockwise. Raises
    ``FormatUnavailable``."""
    pa, parquet = _pyarrow()
    kept, shapes = columns(collection), geometries(collection)
    fields = [(one.name, _type(pa, one)) for one in kept]
    arrays = [pa.array(_values(one), kind) for one, (_, kind) in zip(kept, fields, strict=True)]
    metadata = {"geo": json.dumps(_geo(shapes)), _ABOUT: json.dumps(about(collection), ensure_ascii=False)}
    schema = pa.schema([*fields, ("geometry", pa.binary())], metadata)
    table = pa.table([*arrays, pa.array(shapely.to_wkb(shapes), pa.binary())], schema=schema)
    file = io.BytesIO()
    parquet.write_table(table, file, compression="zstd")
    return file.getvalue()


def losses(_collection: Collection) -> list[Loss]:
    """GeoParquet holds everything."""
    return []


def read(path: Path, ground: Ground) -> Incoming:
    """The rows of a GeoParquet file: ours as they were published, of any other by its columns. Raises ``TableError``
    and ``FormatUnavailable``."""
    return geojson.taken(collection_in(path.read_bytes(), str(path)), ground)


def collection_in(data: bytes, file: str) -> dict[str, Any]:
    """The FeatureCollection that a GeoParquet file holds; else ``TableError``."""
    pa, parquet = _pyarrow()
    try:
        table = parquet.read_table(io.BytesIO(data))
        geometry = _geometry_column(table.schema.metadata or {}, file)
        shapes = shapely.from_wkb(np.array(table.column(geometry).to_pylist(), dtype=object))
        rows = table.drop_columns([geometry]).to_pylist(maps_as_pydicts="strict")
        told = json.loads((table.schema.metadata or {}).get(_ABOUT, b"{}"))
        return {
            "type": "FeatureCollection",
            "features": [feature(_cells(row), shape, file) for row, shape in zip(rows, shapes, strict=True)],
            "sources": sources(told.get("sources"), file),
        }
    except (pa.ArrowException, OSError, ShapelyError, *_NOT_SO) as error:
        raise TableError(f"{file}: can't be read as GeoParquet ({error}). Nothing was imported.") from error


def _pyarrow() -> tuple[Any, Any]:
    try:
        import pyarrow as pa
        from pyarrow import parquet
    except ImportError as error:
        raise FormatUnavailable(
            "GeoParquet needs pyarrow, which isn't installed: pip install 'conflict-event-mapper[parquet]'."
        ) from error
    return pa, parquet


def _type(pa: Any, column: Column) -> Any:
    if column.name == "reports":
        own = {"spans": pa.list_(pa.list_(pa.int64())), **dict.fromkeys(_WHOLE, pa.int64())}
        return pa.list_(pa.struct([(name, own.get(name, pa.string())) for name in OF_REPORT]))
    if column.name == "when":
        moment = pa.struct([(name, pa.string()) for name in _MOMENT])
        return pa.struct([("timespans", pa.list_(pa.struct([("start", moment), ("end", moment)])))])
    if column.name == "extra":
        return pa.map_(pa.string(), pa.string())
    return {"text": pa.string(), "whole": pa.int64(), "real": pa.float64(), "day": pa.date32()}[column.kind]


def _values(column: Column) -> list[Any]:
    if column.kind == "day":
        return [one and date.fromisoformat(one) for one in column.values]
    if column.name == "extra":
        return [one and list(one.items()) for one in column.values]
    return list(column.values)


def _geo(shapes: Geometries) -> dict[str, Any]:
    """The file's metadata, as GeoParquet defines them."""
    there = [shape for shape in shapes if shape is not None]
    told: dict[str, Any] = {
        "encoding": "WKB",
        "geometry_types": sorted({shape.geom_type for shape in there}),
        "orientation": "counterclockwise",
        "edges": "planar",
    }
    if there:
        told["bbox"] = shapely.total_bounds(there).tolist()
    return {"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": told}}


def _geometry_column(metadata: Mapping[bytes, bytes], file: str) -> str:
    """The name of the column that holds geometries as WKB in WGS 84; ``ValueError`` or ``TableError`` without one."""
    geo = json.loads(metadata.get(b"geo", b"null"))
    if not isinstance(geo, dict):
        raise ValueError("it says nothing of geometries")
    name = str(geo["primary_column"])
    told = geo["columns"][name]
    if told["encoding"] != "WKB":
        raise ValueError(f"its geometries are {told['encoding']!a}, and only WKB is read")
    crs = told.get("crs", _CRS84) or {}
    code = ":".join(str(crs.get("id", {}).get(part)) for part in ("authority", "code"))
    if code not in ("OGC:CRS84", "EPSG:4326"):
        raise elsewhere(file, code if "id" in crs else crs.get("name"))
    return name


def _cells(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row's values as JSON has them; members that a record of ours hasn't said are no members."""
    cells = {name: _plain(value) for name, value in row.items()}
    if isinstance(cells.get("when"), dict):
        cells["when"] = _said(cells["when"])
    for report in cells.get("reports") or ():
        if isinstance(report, dict) and report.get("protected") is None:
            report.pop("protected", None)
    return cells


def _said(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _said(one) for name, one in value.items() if one is not None}
    return [_said(one) for one in value] if isinstance(value, list) else value


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return plain(value) if value is None or isinstance(value, (str, int, float, bool)) else str(value)
