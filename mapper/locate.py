"""From what an event's row says of its place to a geometry that claims no more than that.

A unit is its polygon, a road its line, a town its point with its radius, *near* a disc; a place that the
tables can't resolve is no geometry at all. Nothing finer is ever derived from a label point.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import shapely
from shapely import affinity
from shapely.geometry.base import BaseGeometry

from mapper.boundaries import Unit
from mapper.coded import Coded
from mapper.places import POINT_KINDS, UNIT_KINDS, Gazetteer, Place, Resolution, split

LonLat = tuple[float, float]

# The precision that follows from a place's kind.
PRECISION_OF = {
    **{kind: kind for kind in UNIT_KINDS},
    "settlement": "settlement",
    "neighbourhood": "settlement",
    "site": "exact",
    "road": "line",
    "region": "region",
}
_POINTS = ("exact", "settlement", "near")
_VERTICES_OF_DISC = 64
_LEAST_RADIUS_M = 1.0  # a smaller disc has no shape left in the six decimals that are published


class Where(NamedTuple):
    """What a row says: cleaned cells, numbers or ``None`` (degrees north and east; metres)."""

    place: str = ""
    geo_precision: str = ""
    latitude: float | None = None
    longitude: float | None = None
    radius_m: float | None = None


@dataclass(frozen=True)
class PlaceFault:
    """Why a row could not be located: a code, its column, the value at fault, the words for the message."""

    code: str
    column: str
    value: str
    params: dict[str, Any]


@dataclass(frozen=True)
class Location:
    """Where an event is, as exactly as its source says. Geometry and label point are (longitude, latitude).

    ``label_point`` is for a number on the map: for an area it lies inside it and is nobody's coordinate.
    """

    geo_precision: str = "unlocated"
    geometry: BaseGeometry | None = None
    radius_m: float | None = None
    label_point: LonLat | None = None
    label_point_is: str | None = None
    places: tuple[Place, ...] = ()
    geometry_note: str = ""
    admin: tuple[Place, ...] = ()

    def unit(self, kind: str) -> Place | None:
        """The ``country``, ``adm1`` or ``adm2`` that surely holds it; ``None`` where the place is coarser."""
        return next((place for place in self.admin if place.kind == kind), None)


class Locator:
    """Locates rows in one gazetteer; rows that say the same are located once."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self.gazetteer = gazetteer
        self._levels: dict[str, tuple[list[Unit], shapely.STRtree]] = {}
        self._units: dict[str, tuple[Place, ...]] = {}

    def locate_all(self, rows: Coded[Where]) -> tuple[Coded[Location], Coded[PlaceFault | None]]:
        """The location of each row, and the fault because of which it has none."""
        self.gazetteer.resolve_all(dict.fromkeys(name for where in rows.values for name in split(where.place)))
        found = [self.locate(where) for where in rows.values]
        return (
            Coded(rows.codes, [location for location, _ in found]),
            Coded(rows.codes, [fault for _, fault in found]),
        )

    def locate(self, where: Where) -> tuple[Location, PlaceFault | None]:
        """The location of a row, and the fault because of which it has none."""
        try:
            return self._locate(where), None
        except _Unlocated as stop:
            return Location(), stop.fault

    def _locate(self, where: Where) -> Location:
        if (where.latitude is None) != (where.longitude is None):
            column = "longitude" if where.longitude is None else "latitude"
            raise _Unlocated("coordinate-pair", column, "")
        named = (self._place(name) for name in split(where.place))
        places = tuple({place.place_id: place for place in named}.values())
        if where.geo_precision == "unlocated" or (where.latitude, where.longitude) == (0, 0):
            return Location(places=places)
        if where.latitude is not None and where.longitude is not None:
            return self._at_coordinates(where, places, (where.longitude, where.latitude))
        if not places:
            return Location()
        if len(places) == 1:
            return self._at_place(where, places[0])
        return self._at_places(where, places)

    def _place(self, name: str) -> Place:
        found: Resolution = self.gazetteer.resolve(name)
        if found.place is not None:
            return found.place
        if found.faulty_row is not None:
            raise _Unlocated("place-unusable", "place", name, place_row=found.faulty_row)
        choices = list(dict.fromkeys(_describe(one.place) for one in found.candidates))
        if found.ambiguous:
            raise _Unlocated("place-ambiguous", "place", name, candidates=choices)
        close = f"The nearest are: {'; '.join(choices)}. " if choices else ""
        if not found.searched:
            close = "Very many names are unknown, so it wasn't held against the known ones: `mapper find` does that. "
        remedy = f"{close}Name one of them, or add the place to places.csv."
        raise _Unlocated("place-unknown", "place", name, candidates=remedy)

    def _at_coordinates(self, where: Where, places: tuple[Place, ...], point: LonLat) -> Location:
        precision = where.geo_precision or (PRECISION_OF[places[0].kind] if len(places) == 1 else "")
        if not precision:
            raise _Unlocated("coordinate-precision-missing", "geo_precision", "")
        if precision not in _POINTS:
            raise _Unlocated("coordinate-not-point", "geo_precision", precision)
        return self._point(where, precision, point, where.radius_m, places)

    def _at_place(self, where: Where, place: Place) -> Location:
        precision = where.geo_precision or PRECISION_OF[place.kind]
        self._allow(precision, place)
        if place.kind in POINT_KINDS:
            if place.longitude is None or place.latitude is None:
                raise _no_geometry(place)
            radius = place.radius_m if where.radius_m is None else where.radius_m
            return self._point(where, precision, (place.longitude, place.latitude), radius, (place,))
        geometry = self.gazetteer.geometry(place)
        if geometry is not None:
            return self._area_or_line(precision, geometry, (place,))
        if place.kind != "road" and place.latitude is not None and place.longitude is not None and place.radius_m:
            return self._circle(place, (place.longitude, place.latitude), place.radius_m)
        raise _no_geometry(place)

    def _circle(self, place: Place, point: LonLat, radius_m: float) -> Location:
        """A unit or region without a polygon, of which it is stated how far it reaches around its point."""
        area = disc(point, radius_m)
        note = place.geometry_note or "a circle of the stated radius, not the boundary"
        return Location("region", area, radius_m, point, "inside the area", (place,), note, self._shared((place,)))

    def _allow(self, precision: str, place: Place) -> None:
        allowed: tuple[str, ...] = (PRECISION_OF[place.kind],)
        if place.kind in POINT_KINDS:
            allowed = ("exact", "settlement", "near") if place.kind == "site" else ("settlement", "near")
        if precision not in allowed:
            raise _Unlocated(
                "place-precision",
                "geo_precision",
                precision,
                place=place.name,
                kind=place.kind,
                allowed=[*allowed, "unlocated"],
            )

    def _at_places(self, where: Where, places: tuple[Place, ...]) -> Location:
        geometries = []
        for place in places:
            geometry = self.gazetteer.geometry(place)
            if geometry is None:
                raise _no_geometry(place)
            geometries.append(geometry)
        kinds = {geometry.geom_type.removeprefix("Multi") for geometry in geometries}
        if len(kinds) > 1:
            raise _Unlocated("place-mixture", "place", where.place)
        precision = {"Point": "settlement", "LineString": "line", "Polygon": "region"}[kinds.pop()]
        if where.geo_precision not in ("", precision):
            names = "; ".join(place.name for place in places)
            raise _Unlocated(
                "place-precision",
                "geo_precision",
                where.geo_precision,
                place=names,
                kind="list of places",
                allowed=[precision, "unlocated"],
            )
        if precision == "settlement":
            first = geometries[0].coords[0]
            points = shapely.MultiPoint([geometry.coords[0] for geometry in geometries])
            return Location(
                precision, points, None, (first[0], first[1]), "the place", places, admin=self._shared(places)
            )
        return self._area_or_line(precision, shapely.union_all(geometries), places)

    def _point(
        self, where: Where, precision: str, point: LonLat, radius: float | None, places: tuple[Place, ...]
    ) -> Location:
        if precision == "near" and (radius is None or radius < _LEAST_RADIUS_M):
            name = places[0].name if places else f"{point[1]:g}, {point[0]:g}"
            raise _Unlocated("place-near-no-radius", "radius_m", "", place=name)
        geometry = self._ground(where, precision, point, radius, places)
        note = places[0].geometry_note if len(places) == 1 and where.latitude is None else ""
        admin = self._shared(places)
        if precision == "near":
            admin = tuple(unit for unit in admin if not self.reaches_beyond(geometry, unit))
        return Location(precision, geometry, radius or None, point, "the place", places, note, admin)

    def _ground(
        self, where: Where, precision: str, point: LonLat, radius: float | None, places: tuple[Place, ...]
    ) -> BaseGeometry:
        if precision == "near" and radius:
            return disc(point, radius)
        known = self.gazetteer.geometry(places[0]) if where.latitude is None else None
        return shapely.Point(point) if known is None else known

    def _area_or_line(self, precision: str, geometry: BaseGeometry, places: tuple[Place, ...]) -> Location:
        is_line = precision == "line"
        label = line_middle(geometry) if is_line else inside(geometry)
        notes = dict.fromkeys(place.geometry_note for place in places if place.geometry_note)
        return Location(
            precision,
            geometry,
            None,
            label,
            "on the line" if is_line else "inside the area",
            places,
            "; ".join(notes),
            self._shared(places),
        )

    def reaches_beyond(self, area: BaseGeometry, unit: Place) -> bool:
        """Whether an area lies partly in another unit of the same level, so that it can't be told which."""
        if unit.kind not in self._levels:
            units = [one for one in self.gazetteer.boundaries.units.values() if one.level == unit.kind]
            self._levels[unit.kind] = units, shapely.STRtree([one.geometry for one in units])
        units, tree = self._levels[unit.kind]
        return any(units[found].code != unit.pcode for found in tree.query(area, predicate="intersects"))

    def _shared(self, places: Sequence[Place]) -> tuple[Place, ...]:
        """The units that hold all of the places whole, from the inside out."""
        if len(places) == 1:
            return self._units_of(places[0])
        if not places:
            return ()
        first, *others = (self._units_of(place) for place in places)
        shared = set.intersection(*({unit.place_id for unit in units} for units in others))
        return tuple(unit for unit in first if unit.place_id in shared)

    def _units_of(self, place: Place) -> tuple[Place, ...]:
        """The units in a place's chain; those of all towns of one unit are the same."""
        key = place.place_id if place.kind in UNIT_KINDS else place.within
        if key not in self._units:
            self._units[key] = tuple(one for one in self.gazetteer.chain(place) if one.kind in UNIT_KINDS)
        return self._units[key]


class _Unlocated(Exception):
    def __init__(self, code: str, column: str, value: str, **params: Any) -> None:
        super().__init__(code)
        self.fault = PlaceFault(code, column, value, params)


def _no_geometry(place: Place) -> _Unlocated:
    needed, how = {
        "road": ("line", "Draw it in the column geometry of places.csv, as WKT."),
        "region": (
            "area",
            "Give it members with polygons, draw it in the column geometry, as WKT, or state latitude, longitude and "
            "radius_m: then it is a circle.",
        ),
    }.get(
        place.kind,
        (
            "polygon",
            "Put its polygon into data/boundaries/, with the pcode of its row, or state latitude, longitude and "
            "radius_m: then it is a circle.",
        ),
    )
    if place.kind in POINT_KINDS:
        needed, how = "coordinates", "Fill in its latitude and longitude in places.csv."
    return _Unlocated("place-no-geometry", "place", place.name, place=place.name, needed=needed, how=how)


def _describe(place: Place) -> str:
    return f"{place.place_id} ({place.name}, {place.kind})"


def inside(area: BaseGeometry) -> LonLat:
    """A point well inside an area: the middle of the largest circle in its largest part."""
    part = max(_parts(area), key=lambda one: one.area)
    west, south, east, north = part.bounds
    tolerance = max(east - west, north - south) / 100
    with np.errstate(divide="ignore", invalid="ignore"):  # vertices next to each other are divided by nothing
        centre = shapely.maximum_inscribed_circle(part, tolerance).coords[0]  # type: ignore[call-overload]
    return float(centre[0]), float(centre[1])


def line_middle(line: BaseGeometry) -> LonLat:
    """The point half way along a line's longest part."""
    part = max(_parts(line), key=lambda one: one.length)
    middle = part.interpolate(0.5, normalized=True)
    return float(middle.x), float(middle.y)


def disc(point: LonLat, radius_m: float) -> BaseGeometry:
    """A geodesic disc (WGS 84) around (longitude, latitude), as a polygon of 64 vertices; one that crosses
    the antimeridian is split there, as RFC 7946 asks, and one that holds a pole reaches up to it."""
    from pyproj import Geod

    earth = Geod(ellps="WGS84")
    steps = [360 * step / _VERTICES_OF_DISC for step in range(_VERTICES_OF_DISC)]
    count = len(steps)
    lons, lats, _ = earth.fwd([point[0]] * count, [point[1]] * count, [-step for step in steps], [radius_m] * count)
    pole = math.copysign(90.0, point[1])
    if earth.inv(*point, point[0], pole)[2] <= radius_m:
        return _cap(sorted(zip(lons, lats, strict=True)), pole)
    unrolled = [lon - 360 * round((lon - point[0]) / 360) for lon in lons]
    ring = shapely.Polygon(zip(unrolled, lats, strict=True))
    if ring.bounds[0] >= -180 and ring.bounds[2] <= 180:
        return ring
    halves: list[Any] = []
    for turn in (-360, 0, 360):
        half = shapely.intersection(ring, shapely.box(turn - 180, -90, turn + 180, 90))
        if half.area > 0:
            halves.append(affinity.translate(half, xoff=-turn))
    return shapely.MultiPolygon(halves)


def _cap(edge: list[LonLat], pole: float) -> BaseGeometry:
    """What lies between an edge around the world, from west to east, and the pole (degrees north)."""
    (first_lon, first_lat), (last_lon, last_lat) = edge[0], edge[-1]
    share = (180 - last_lon) / (first_lon + 360 - last_lon) if first_lon + 360 > last_lon else 0.0
    seam = last_lat + share * (first_lat - last_lat)
    return shapely.Polygon([(-180, pole), (-180, seam), *edge, (180, seam), (180, pole)])


def _parts(geometry: BaseGeometry) -> Iterator[BaseGeometry]:
    return iter(getattr(geometry, "geoms", (geometry,)))
