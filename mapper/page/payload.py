"""What the page knows: the event table, its sources and its base map, as plain columns for ``start(payload)``.

Nothing is drawn or worded here. Every text goes into the page as it is, and only through this.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib.resources import files
from typing import Any, NamedTuple

import geopandas
import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from mapper import __version__
from mapper.catalogues import ENGLISH, catalogue
from mapper.page.columns import EventRows, columns_of, reading_order, sources_of, timespans_of
from mapper.page.shapes import SCALE, Bounds, Rings, ShapeTable, lonlat, polygons_of
from mapper.schema import Taxonomy, declaration
from mapper.schema import taxonomy as shipped_taxonomy
from mapper.tile_layers import TileLayer

VERSION = 1
_WORLD: Bounds = (-180.0, -85.0, 180.0, 85.0)
_LEAST_SPAN = 0.5
_MARGIN = 0.08
# As much wider than the events may a country be, to be seen whole with them.
_WIDER = 2.0


@dataclass(frozen=True, eq=False)
class BaseUnit:
    """A unit of the base map: ``geometry`` and ``label`` in degrees, longitude first; ``names`` by language."""

    code: str
    level: str
    name: str
    geometry: BaseGeometry
    label: tuple[float, float]
    names: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def polygons(self) -> list[Rings]:
        return polygons_of(self.geometry)


class BasePlace(NamedTuple):
    """A place to be labelled; rank 0 is a capital or named by an event, 1 a unit's chief town, 2 any other."""

    name: str
    lon: float
    lat: float
    rank: int
    names: Mapping[str, str] = {}


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
    languages: Sequence[str] = (ENGLISH,),
    base: BaseMap | None = None,
    taxonomy: Taxonomy | None = None,
    as_of: str | None = None,
    licence: str | None = None,
    translations: Mapping[str, Mapping[str, Sequence[str | None]]] | None = None,
    layers: Sequence[TileLayer] = (),
    full: bool = False,
) -> dict[str, Any]:
    """The page's payload from an event table in EPSG:4326.

    ``events`` has the columns of the published event; a missing one is blank everywhere. ``sources`` have
    the columns of ``sources.csv`` and ``text`` where a source may be shown whole; sources that only the
    reports name are made of what these say. Geometries are degrees, longitude first; an event of the class
    ``near`` becomes a disc of ``radius_m`` metres around its label point. ``languages`` must have catalogues; for
    them ``translations`` are taken in: by language and column a text or None a row of ``events``. Columns such as
    ``title_fr`` need no mention. The result is plain JSON data.
    """
    every_source = sources_of(sources, events)
    source_index = {one["id"]: index for index, one in enumerate(every_source)}
    table = EventRows(events)
    table.sort(reading_order(table, source_index))
    base = base or BaseMap()
    shapes = ShapeTable([unit.polygons for unit in base.units])
    columns = columns_of(table, shapes, every_source, source_index)
    translated = _translated(table, languages, translations or {})
    return {
        "version": VERSION,
        "generator": f"conflict-event-mapper {__version__}",
        "title": title,
        "language": languages[0],
        "locales": {language: catalogue(language) for language in languages},
        "as_of": as_of,
        "licence": licence or None,
        "bounds": _first_view(_drawn(table), [unit.geometry for unit in base.units]),
        "counts": _counts(table),
        "taxonomy": _taxonomy(taxonomy or shipped_taxonomy(), columns["event_type"]),
        "precisions": [
            {name: one[name] for name in ("name", "claim", "mark")} for one in declaration("geo_precision")["classes"]
        ],
        "events": {"length": len(table), "columns": columns},
        "timespans": timespans_of(columns["date"]),
        "shapes": shapes.shapes,
        "base": _base(base),
        "sources": every_source,
        **({"translations": translated} if translated else {}),
        **({"layers": [_layer(layer) for layer in layers]} if layers else {}),
        **({"full": True} if full else {}),
    }


def _translated(
    table: EventRows, languages: Iterable[str], given: Mapping[str, Mapping[str, Sequence[str | None]]]
) -> dict[str, dict[str, list[str | None]]]:
    """The translations in the order of the page's events; only columns with any."""
    found = {
        language: {name: table.in_order(texts) for name, texts in given.get(language, {}).items() if any(texts)}
        for language in languages
    }
    return {language: columns for language, columns in found.items() if columns}


def _taxonomy(taxonomy: Taxonomy, used: Iterable[str | None]) -> dict[str, Any]:
    """The types in use, in the taxonomy's order; types that it doesn't know follow by name."""
    return {
        "name": taxonomy.name,
        "title": taxonomy.title,
        "types": [
            {"name": one.name, "colour": one.colour, "sub_event_types": list(one.sub_event_types)}
            for one in taxonomy.used(used)
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


def _first_view(events: Sequence[BaseGeometry], units: Sequence[BaseGeometry]) -> list[float] | None:
    """Around the events; around the units among which they lie too, where that is at most twice as wide and high."""
    own = _bounds(events)
    if own is None or not units:
        return own or _bounds(units)
    ground = [float(one) for one in shapely.total_bounds(np.asarray(units, dtype=object))]
    both = [pick(pair) for pick, *pair in zip((min, min, max, max), own, ground, strict=True)]
    for low, high in ((0, 2), (1, 3)):
        is_apart = own[high] < ground[low] or ground[high] < own[low]
        if is_apart or both[high] - both[low] > _WIDER * (own[high] - own[low]):
            return own
    return [round(one, 4) for one in both]


def _bounds(geometries: Sequence[BaseGeometry]) -> list[float] | None:
    """West, south, east, north around all of them, with a margin, at least half a degree each way."""
    if not geometries:
        return None
    west, south, east, north = shapely.total_bounds(np.asarray(geometries, dtype=object))
    across = max(_LEAST_SPAN - (east - west), 2 * _MARGIN * (east - west)) / 2
    along = max(_LEAST_SPAN - (north - south), 2 * _MARGIN * (north - south)) / 2
    around = (west - across, south - along, east + across, north + along)
    return [round(min(max(one, _WORLD[i % 2]), _WORLD[2 + i % 2]), 4) for i, one in enumerate(map(float, around))]


def _base(base: BaseMap) -> dict[str, Any]:
    ground = base if base.land else world_land()
    credits_ = list(base.attribution) if ground is base else [*base.attribution, *ground.attribution]
    return {
        "land": [rings for land in ground.land for rings in polygons_of(land)],
        "units": [
            {
                "code": unit.code,
                "level": unit.level,
                "name": unit.name,
                **({"names": dict(unit.names)} if unit.names else {}),
                "polygons": unit.polygons,
                "label": lonlat(unit.label),
            }
            for unit in base.units
        ],
        "places": [
            {
                "name": name,
                **({"names": dict(names)} if names else {}),
                "rank": rank,
                **dict(zip(("lon", "lat"), lonlat((lon, lat)), strict=True)),
            }
            for name, lon, lat, rank, names in base.places
        ],
        "attribution": [{name: one.get(name) for name in ("text", "url", "licence")} for one in credits_],
        "scale": SCALE,
    }


def _layer(layer: TileLayer) -> dict[str, Any]:
    return {
        "name": layer.name,
        "url": layer.url,
        **({"subdomains": list(layer.subdomains)} if layer.subdomains else {}),
        "attribution": layer.attribution,
        "max_zoom": layer.max_zoom,
    }
