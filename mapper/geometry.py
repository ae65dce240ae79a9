"""What a geometry must be that a curator draws or brings: of the right type, of this world, valid, in degrees.

GEOS says what is wrong with a ring; what it can't know stands here: how deep a text may nest, that a leap over half
the world is an area across the antimeridian, and which names of a coordinate reference system mean WGS 84.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import accumulate
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from mapper.errors import MapperError

LINES = ("LineString", "MultiLineString")
AREAS = ("Polygon", "MultiPolygon")
_DEEPEST = 50  # GEOS reads collections by recursion: some ten thousand levels end the process
_WGS84 = re.compile(r"(?i)(?:.*[:/])?(?:CRS84h?|(?:EPSG[:/]+)?(?:[0-9.]+[:/])?4326|WGS[ _]?84)")


class GeometryError(MapperError):
    """A geometry can't be used: ``kind`` completes a code (``geometry-…``, ``boundary-…``), ``why`` names the spot."""

    def __init__(self, kind: str, why: str) -> None:
        super().__init__(why)
        self.kind, self.why = kind, why


def read_wkt(text: str, types: tuple[str, ...]) -> BaseGeometry:
    """The geometry of a WKT (degrees, longitude first), heights and measures left out; else ``GeometryError``."""
    depth = max(accumulate({"(": 1, ")": -1}[char] for char in re.findall("[()]", text)), default=0)
    if depth > _DEEPEST:
        raise GeometryError("unreadable", f"its brackets are nested {depth:,} deep")
    try:
        with np.errstate(over="ignore", invalid="ignore"):  # 1e999 and NaN are found by ``require``
            shape = shapely.force_2d(shapely.from_wkt(text))
    except (shapely.errors.GEOSException, ValueError, TypeError, NotImplementedError) as error:
        raise GeometryError("unreadable", _reason(error)) from error
    require(shape, types)
    return shape


def read_geojson(geometry: Any) -> BaseGeometry:
    """The geometry of a GeoJSON object (RFC 7946), heights left out, whatever it is; else ``GeometryError``."""
    try:
        shape = shapely.from_geojson(json.dumps(geometry, allow_nan=False))
    except shapely.errors.GEOSException as error:
        raise GeometryError("invalid", _reason(error)) from error
    except ValueError as error:
        raise GeometryError("invalid", "a coordinate is NaN or infinite") from error
    return shapely.force_2d(shape)


def require(shape: BaseGeometry | None, types: tuple[str, ...]) -> None:
    """Raise ``GeometryError`` unless a geometry in degrees is one of ``types`` and can be used."""
    if shape is not None and shape.geom_type not in types:
        raise GeometryError("type", shape.geom_type)
    if shape is None or shape.is_empty:
        raise GeometryError("invalid", "it is empty")
    west, south, east, north = shape.bounds
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise GeometryError("range", f"it reaches from {west:g} {south:g} to {east:g} {north:g}")
    if east - west > 180 and (leap := next(_leaps(shape), None)):
        raise GeometryError("antimeridian", leap)
    if not shape.is_valid:
        raise GeometryError("invalid", shapely.is_valid_reason(shape))


def of_one_part(shape: BaseGeometry | None) -> BaseGeometry | None:
    """The part, where a geometry is written as if it had several and has one; else as it is."""
    is_single = shape is not None and shape.geom_type.startswith("Multi") and shapely.get_num_geometries(shape) == 1
    part: BaseGeometry | None = shapely.get_geometry(shape, 0) if is_single else shape
    return part


def is_wgs84(crs: Any) -> bool:
    """Whether the ``crs`` member of a GeoJSON object (GeoJSON 2008) says what RFC 7946 takes for granted."""
    if crs is None:
        return True
    properties = crs.get("properties") if isinstance(crs, dict) else None
    return isinstance(properties, dict) and bool(_WGS84.fullmatch(str(properties.get("name", properties.get("code")))))


def _leaps(shape: BaseGeometry) -> Iterator[str]:
    """Edges that span more than half the world, but for those along a pole, from seam to seam."""
    parts = shapely.get_parts(shape)
    for line in shapely.get_rings(parts) if shape.geom_type in AREAS else parts:
        corners = shapely.get_coordinates(line)
        starts, ends = corners[:-1], corners[1:]
        seam = (np.abs(starts[:, 0]) == 180) & (np.abs(ends[:, 0]) == 180)
        for at in np.flatnonzero((np.abs(ends[:, 0] - starts[:, 0]) > 180) & ~seam):
            (lon, lat), (to_lon, to_lat) = starts[at], ends[at]
            yield f"{lon:g} {lat:g} to {to_lon:g} {to_lat:g}"


def _reason(error: Exception) -> str:
    return str(error).strip().removeprefix("ParseException: ").removeprefix("IllegalArgumentException: ")
