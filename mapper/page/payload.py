"""What the page knows: the event table, its sources and its base map, as plain columns for ``start(payload)``.

Nothing is drawn or worded here. Every text goes into the page as it is, and only through this.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

import geopandas
import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from mapper import __version__
from mapper.page.columns import EventRows, columns_of, reading_order, sources_of, timespans_of
from mapper.page.shapes import SCALE, Bounds, Rings, ShapeTable, lonlat, polygons_of
from mapper.schema import EventType, Taxonomy, declaration
from mapper.schema import taxonomy as shipped_taxonomy

VERSION = 1
UNKNOWN_COLOUR = "#5f6368"
_WORLD: Bounds = (-180.0, -85.0, 180.0, 85.0)
_LEAST_SPAN = 0.5
_MARGIN = 0.08


class BaseUnit(NamedTuple):
    """A unit of the base map: ``geometry`` and ``label`` in degrees, longitude first."""

    code: str
    level: str
    name: str
    geometry: BaseGeometry
    label: tuple[float, float]


class BasePlace(NamedTuple):
    """A place to be labelled; rank 0 is a capital or named by an event, 1 a unit's chief town, 2 any other."""

    name: str
    lon: float
    lat: float
    rank: int


@dataclass(frozen=True)
class BaseMap:
    """What is drawn under the events. ``attribution``: ``text``, ``url`` and ``licence`` of each origin."""

    land: Sequence[BaseGeometry] = ()
    units: Sequence[BaseUnit] = ()
    places: Sequence[BasePlace] = ()
    attribution: Sequence[Mapping[str, str | None]] = ()


@cache
def world_land() -> BaseMap:
    """The land outlines that ship with the package."""
    text = files("mapper").joinpath("data", "land.geojson").read_text(encoding="utf-8")
    collection = json.loads(text)
    land = [shapely.from_geojson(json.dumps(one["geometry"])) for one in collection["features"]]
    credit = {"text": collection.get("source"), "url": collection.get("url"), "licence": collection.get("licence")}
    return BaseMap(land=land, attribution=[credit] if credit["text"] else [])


def make_payload(
    events: geopandas.GeoDataFrame,
    *,
    sources: Iterable[Mapping[str, Any]] = (),
    title: str,
    language: str = "en",
    base: BaseMap | None = None,
    taxonomy: Taxonomy | None = None,
    as_of: str | None = None,
    licence: str | None = None,
) -> dict[str, Any]:
    """The page's payload from an event table in EPSG:4326.

    ``events`` has the columns of the published event; a missing one is blank everywhere. ``sources`` have
    the columns of ``sources.csv`` and ``text`` where a source may be shown whole; sources that only the
    reports name are made of what these say. Geometries are degrees, longitude first; an event of the class
    ``near`` becomes a disc of ``radius_m`` metres around its label point. The result is plain JSON data.
    """
    every_source = sources_of(sources, events)
    source_index = {one["id"]: index for index, one in enumerate(every_source)}
    table = EventRows(events)
    table.sort(reading_order(table, source_index))
    base = base or BaseMap()
    units = [polygons_of(unit.geometry) for unit in base.units]
    shapes = ShapeTable(units)
    columns = columns_of(table, shapes, every_source, source_index)
    return {
        "version": VERSION,
        "generator": f"conflict-event-mapper {__version__}",
        "title": title,
        "language": language,
        "locales": _locales(),
        "as_of": as_of,
        "licence": licence or None,
        "bounds": _bounds(_drawn(table)) or _bounds([unit.geometry for unit in base.units]),
        "counts": _counts(table),
        "taxonomy": _taxonomy(taxonomy or shipped_taxonomy(), columns["event_type"]),
        "precisions": [
            {name: one[name] for name in ("name", "claim", "mark")} for one in declaration("geo_precision")["classes"]
        ],
        "events": {"length": len(table), "columns": columns},
        "timespans": timespans_of(columns["date"]),
        "shapes": shapes.shapes,
        "base": _base(base, units),
        "sources": every_source,
    }


def _taxonomy(taxonomy: Taxonomy, used: Iterable[str | None]) -> dict[str, Any]:
    """The types in use, in the taxonomy's order; types that it doesn't know follow by name."""
    names = {name for name in used if name}
    known = [one for one in taxonomy.types if one.name in names]
    unknown = sorted(names - {one.name for one in known})
    types = [*known, *(EventType(name, UNKNOWN_COLOUR, ()) for name in unknown)]
    return {
        "name": taxonomy.name,
        "title": taxonomy.title,
        "types": [
            {"name": one.name, "colour": one.colour, "sub_event_types": list(one.sub_event_types)} for one in types
        ],
    }


def _counts(table: EventRows) -> dict[str, int]:
    retracted = [status == "retracted" for status in table.texts("status")]
    located = [geometry is not None for geometry in table.geometries]
    mapped = sum(there and not gone for there, gone in zip(located, retracted, strict=True))
    return {
        "rows": len(table),
        "mapped": mapped,
        "unlocated": len(table) - mapped - sum(retracted),
        "retracted": sum(retracted),
    }


def _drawn(table: EventRows) -> list[BaseGeometry]:
    kept = zip(table.geometries, table.texts("status"), strict=True)
    return [geometry for geometry, status in kept if geometry is not None and status != "retracted"]


def _bounds(geometries: Sequence[BaseGeometry]) -> list[float] | None:
    """West, south, east, north around all of them, with a margin, at least half a degree each way."""
    if not geometries:
        return None
    west, south, east, north = shapely.total_bounds(np.asarray(geometries, dtype=object))
    across = max(_LEAST_SPAN - (east - west), 2 * _MARGIN * (east - west)) / 2
    along = max(_LEAST_SPAN - (north - south), 2 * _MARGIN * (north - south)) / 2
    around = (west - across, south - along, east + across, north + along)
    return [round(min(max(one, _WORLD[i % 2]), _WORLD[2 + i % 2]), 4) for i, one in enumerate(map(float, around))]


def _base(base: BaseMap, units: Sequence[list[Rings]]) -> dict[str, Any]:
    ground = base if base.land else world_land()
    credits_ = list(base.attribution) if ground is base else [*base.attribution, *ground.attribution]
    return {
        "land": [rings for land in ground.land for rings in polygons_of(land)],
        "units": [
            {
                "code": unit.code,
                "level": unit.level,
                "name": unit.name,
                "polygons": polygons,
                "label": lonlat(unit.label),
            }
            for unit, polygons in zip(base.units, units, strict=True)
        ],
        "places": [
            {"name": name, "rank": rank, **dict(zip(("lon", "lat"), lonlat((lon, lat)), strict=True))}
            for name, lon, lat, rank in base.places
        ],
        "attribution": [{name: one.get(name) for name in ("text", "url", "licence")} for one in credits_],
        "scale": SCALE,
    }


@cache
def _locales() -> dict[str, Any]:
    """The catalogues of the interface by language."""
    folder = files("mapper.page").joinpath("locale")
    found = sorted((one for one in folder.iterdir() if one.name.endswith(".json")), key=lambda one: one.name)
    return {one.name.removesuffix(".json"): json.loads(one.read_text(encoding="utf-8")) for one in found}
