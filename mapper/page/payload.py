"""What the page knows: the event table, its sources and its base map, as plain columns for ``start(payload)``.

Nothing is drawn or worded here. Every text goes into the page as it is, and only through this.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from importlib.resources import files
from typing import Any, NamedTuple

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from mapper import __version__
from mapper.catalogues import ENGLISH, catalogue
from mapper.page.columns import PageTable, reading_order, sources_of
from mapper.page.packed import pack
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


@dataclass(frozen=True, eq=False)
class PackedEvents:
    """The events of a page: their table in reading order, its bytes by the ids of their elements, and the index."""

    table: PageTable
    index: Mapping[str, Any]
    parts: Mapping[str, bytes]


def make_payload(
    table: PageTable,
    *,
    sources: Iterable[Mapping[str, Any]] = (),
    title: str,
    languages: Sequence[str] = (ENGLISH,),
    base: BaseMap | None = None,
    taxonomy: Taxonomy | None = None,
    as_of: str | None = None,
    licence: str | None = None,
    layers: Sequence[TileLayer] = (),
    full: bool = False,
) -> dict[str, Any]:
    """The page's payload from its events. Plain JSON data, but for ``events``, which are ``PackedEvents``.

    ``sources`` have the columns of ``sources.csv`` and ``text`` where a source may be shown whole; sources that only
    the reports name are made of what these say. ``languages`` must have catalogues.
    """
    every_source = sources_of(sources, table.reports)
    ordered = _with_sources(table.in_order(reading_order(table, every_source)), every_source)
    base = base or BaseMap()
    shapes = ShapeTable([unit.polygons for unit in base.units])
    return {
        "version": VERSION,
        "generator": f"conflict-event-mapper {__version__}",
        "title": title,
        "language": languages[0],
        "locales": {language: catalogue(language) for language in languages},
        "as_of": as_of,
        "licence": licence or None,
        "bounds": _first_view(_extents(ordered), [unit.geometry.bounds for unit in base.units]),
        "counts": _counts(ordered),
        "taxonomy": _taxonomy(taxonomy or shipped_taxonomy(), ordered.texts["event_type"].values),
        "precisions": [
            {name: one[name] for name in ("name", "claim", "mark")} for one in declaration("geo_precision")["classes"]
        ],
        "events": _packed(ordered, shapes),
        "shapes": shapes.shapes,
        "base": _base(base),
        "sources": every_source,
        **({"layers": [_layer(layer) for layer in layers]} if layers else {}),
        **({"full": True} if full else {}),
    }


def _with_sources(table: PageTable, sources: Sequence[Mapping[str, Any]]) -> PageTable:
    """Reports name their sources by number, -1 being none, and quote those that may be quoted."""
    number = {None: -1, **{one["id"]: index for index, one in enumerate(sources)}}
    reports = replace(table.reports, source=table.reports.source.map(number.__getitem__))
    return replace(table, reports=reports.quoted(lambda source: source < 0 or sources[source]["show"] != "none"))


def _packed(table: PageTable, shapes: ShapeTable) -> PackedEvents:
    drawn = table.shapes.map(shapes.index_of)
    index, parts = pack(table, np.asarray(drawn.values, np.int64)[drawn.codes])
    return PackedEvents(table, index, parts)


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


def _counts(table: PageTable) -> dict[str, int]:
    retracted = int(table.retracted.sum())
    mapped = int((table.located & ~table.retracted).sum())
    unlocated = len(table) - mapped - retracted
    return {"rows": len(table), "mapped": mapped, "unlocated": unlocated, "retracted": retracted}


def _extents(table: PageTable) -> list[Bounds]:
    """Bounds of what is drawn: of all points together, and of each shape."""
    drawn = table.located & ~table.retracted
    if not drawn.any():
        return []
    lon, lat = table.longitude[drawn], table.latitude[drawn]
    used = np.unique(table.shapes.codes[drawn]).tolist()
    shapes = [shape.bounds for code in used if (shape := table.shapes.values[code]) is not None]
    return [(lon.min(), lat.min(), lon.max(), lat.max()), *shapes]


def _first_view(events: Sequence[Bounds], units: Sequence[Bounds]) -> list[float] | None:
    """Around the events; around the units among which they lie too, where that is at most twice as wide and high."""
    own = _bounds(events)
    if own is None or not units:
        return own or _bounds(units)
    ground = [float(pick(side)) for pick, side in zip((min, min, max, max), zip(*units, strict=True), strict=True)]
    both = [pick(pair) for pick, *pair in zip((min, min, max, max), own, ground, strict=True)]
    for low, high in ((0, 2), (1, 3)):
        is_apart = own[high] < ground[low] or ground[high] < own[low]
        if is_apart or both[high] - both[low] > _WIDER * (own[high] - own[low]):
            return own
    return [round(one, 4) for one in both]


def _bounds(extents: Sequence[Bounds]) -> list[float] | None:
    """West, south, east, north around all of them, with a margin, at least half a degree each way."""
    if not extents:
        return None
    each = np.asarray(extents, float)
    (west, south), (east, north) = each[:, :2].min(axis=0), each[:, 2:].max(axis=0)
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
