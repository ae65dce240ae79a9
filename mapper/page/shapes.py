"""Geometry as the page takes it: whole numbers, delta-coded, each distinct shape once.

A coordinate is ``round(degrees * SCALE)``; a ring or line is a text, the numbers ``x0, y0, dx, dy, …`` in Base64
VLQ, whose later pairs are differences from the point before. Longitude comes first. A ring's closing point is left out.
"""

from __future__ import annotations

import json
import math
import string
from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

SCALE = 10_000
_DECIMALS = 6
_METRES_A_DEGREE = 111_320

Bounds = tuple[float, float, float, float]
Rings = list[str]

_BASE64 = string.ascii_uppercase + string.ascii_lowercase + string.digits + "+/"


class Disc(NamedTuple):
    """Somewhere within ``radius_m`` metres of a place; degrees."""

    lon: float
    lat: float
    radius_m: float

    @property
    def bounds(self) -> Bounds:
        """West, south, east, north, on a sphere."""
        up = self.radius_m / _METRES_A_DEGREE
        across = up / max(math.cos(math.radians(self.lat)), 1e-3)
        return self.lon - across, self.lat - up, self.lon + across, self.lat + up


def wraps(geometry: BaseGeometry) -> bool:
    """Whether it reaches the edge of the world, where a disc is no longer one circle."""
    west, _, east, _ = geometry.bounds
    return bool(west <= -180 or east >= 180)


def lonlat(point: Sequence[float]) -> list[float]:
    """``[longitude, latitude]`` with six decimals."""
    return [round(float(point[0]), _DECIMALS), round(float(point[1]), _DECIMALS)]


def polygons_of(geometry: BaseGeometry, keep_specks: bool = False) -> list[Rings]:
    """The polygons of a geometry as rings, outer ring first.

    What is smaller than a step of the grid is left out, unless ``keep_specks``.
    """
    polygons = (_rings(part, keep_specks) for part in _parts(geometry) if part.geom_type == "Polygon")
    return [rings for rings in polygons if rings]


def lines_of(geometry: BaseGeometry) -> list[str]:
    """The lines of a geometry, delta-coded."""
    return [_delta_coded(_grid(part)) for part in _parts(geometry)]


class ShapeTable:
    """The distinct shapes of a page, in the order in which events need them."""

    def __init__(self, units: Sequence[list[Rings]]) -> None:
        self.shapes: list[dict[str, Any]] = []
        self._units = {_key(polygons): index for index, polygons in reversed(list(enumerate(units)))}
        self._index: dict[str, int] = {}
        self._seen: dict[bytes, int] = {}

    def index_of(self, geometry: BaseGeometry | Disc | None) -> int:
        """Where the shape of a geometry stands; -1 for none."""
        if geometry is None:
            return -1
        if isinstance(geometry, Disc):
            lon, lat = lonlat(geometry)
            return self._add({"type": "disc", "lon": lon, "lat": lat, "radius_m": geometry.radius_m})
        wkb = shapely.to_wkb(geometry)
        if wkb not in self._seen:
            self._seen[wkb] = self._add(self._shape(geometry))
        return self._seen[wkb]

    def _shape(self, geometry: BaseGeometry) -> dict[str, Any]:
        if geometry.geom_type == "MultiPoint":
            return {"type": "points", "points": [lonlat(xy) for xy in shapely.get_coordinates(geometry)]}
        if geometry.geom_type in ("LineString", "LinearRing", "MultiLineString"):
            return {"type": "line", "lines": lines_of(geometry)}
        unit = self._units.get(_key(polygons_of(geometry)))
        if unit is not None:
            return {"type": "unit", "unit": unit}
        return {"type": "polygon", "polygons": polygons_of(geometry, keep_specks=True)}

    def _add(self, shape: dict[str, Any]) -> int:
        key = _key(shape)
        if key not in self._index:
            self._index[key] = len(self.shapes)
            self.shapes.append(shape)
        return self._index[key]


def _parts(geometry: BaseGeometry) -> list[BaseGeometry]:
    parts = [part for part in shapely.get_parts(geometry) if not part.is_empty]
    if any(part.geom_type.startswith(("Multi", "GeometryC")) for part in parts):
        return [inner for part in parts for inner in _parts(part)]
    return parts


def _rings(polygon: BaseGeometry, keep_specks: bool) -> Rings:
    outer, *holes = (_open_ring(ring) for ring in shapely.get_rings(polygon))
    if _is_speck(outer):
        return [_delta_coded(_grid(shapely.get_rings(polygon)[0])[:-1])] if keep_specks else []
    return [_delta_coded(ring) for ring in (outer, *(hole for hole in holes if not _is_speck(hole)))]


def _is_speck(ring: np.ndarray[Any, np.dtype[np.int64]]) -> bool:
    return len(ring) < 3


def _grid(geometry: BaseGeometry) -> np.ndarray[Any, np.dtype[np.int64]]:
    return np.rint(shapely.get_coordinates(geometry) * SCALE).astype(np.int64)


def _open_ring(ring: BaseGeometry) -> np.ndarray[Any, np.dtype[np.int64]]:
    points = _grid(ring)
    moves_on = np.any(points != np.roll(points, -1, axis=0), axis=1)
    return points[moves_on]


def _delta_coded(points: np.ndarray[Any, np.dtype[np.int64]]) -> str:
    """Steps from point to point, x before y, as Base64 VLQ, which source maps use: half of what digits take."""
    steps = np.diff(points, axis=0, prepend=np.zeros((1, 2), dtype=np.int64))
    return "".join(map(_vlq, steps.ravel().tolist()))


@cache
def _vlq(number: int) -> str:
    rest = abs(number) << 1 | (number < 0)
    coded = ""
    while rest > 31:
        coded += _BASE64[32 | rest & 31]
        rest >>= 5
    return coded + _BASE64[rest]


def _key(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"))
