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
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from mapper import __version__
from mapper.catalogues import ENGLISH, catalogue
from mapper.page.columns import PageTable, reading_order, sources_of
from mapper.page.packed import pack
from mapper.page.shapes import SCALE, Bounds, Disc, Rings, ShapeTable, lonlat, polygons_of
from mapper.schema import Taxonomy, declaration
from mapper.schema import taxonomy as shipped_taxonomy
from mapper.tile_layers import TileLayer

VERSION = 1
Boxes = npt.NDArray[np.float64]  # west, south, east, north a row, in degrees

_WORLD: Bounds = (-180.0, -85.0, 180.0, 85.0)
_HALF = 180.0
_LEAST_GAP = 20.0  # degrees: a map of nearly the whole world is cut at the antimeridian
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
    titles: Mapping[str, str] | None = None,
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
    the reports name are made of what these say. ``languages`` must have catalogues; ``titles`` are in those beside the
    first.
    """
    every_source = sources_of(sources, table.reports)
    ordered = _with_sources(table.in_order(reading_order(table, every_source)), every_source)
    base = base or BaseMap()
    drawn, ground = _drawn(ordered), _boxes(unit.geometry for unit in base.units)
    seam = _seam(ground if len(ground) else drawn)
    shapes = ShapeTable([unit.polygons for unit in base.units])
    return {
        "version": VERSION,
        "generator": f"conflict-event-mapper {__version__}",
        "title": title,
        **({"titles": dict(titles)} if titles else {}),
        "language": languages[0],
        "locales": {language: catalogue(language) for language in languages},
        "as_of": as_of,
        "licence": licence or None,
        "bounds": _first_view(drawn, ground, seam),
        "counts": _counts(ordered),
        "taxonomy": _taxonomy(taxonomy or shipped_taxonomy(), ordered.texts["event_type"].values),
        "precisions": [
            {name: one[name] for name in ("name", "claim", "mark")} for one in declaration("geo_precision")["classes"]
        ],
        "events": _packed(ordered, shapes),
        "shapes": shapes.shapes,
        "base": {**_base(base), **({} if seam is None else {"seam": seam})},
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


def _drawn(table: PageTable) -> Boxes:
    """West, south, east, north of what is drawn: of each point, and of each part of a shape."""
    drawn = table.located & ~table.retracted
    points = np.column_stack([table.longitude[drawn], table.latitude[drawn]])
    used = np.unique(table.shapes.codes[drawn]).tolist()
    shapes = [shape for code in used if (shape := table.shapes.values[code]) is not None]
    discs = [shape.bounds for shape in shapes if isinstance(shape, Disc)]
    parts = _boxes(shape for shape in shapes if not isinstance(shape, Disc))
    return np.vstack([np.hstack([points, points]), np.reshape(discs, (-1, 4)), parts])


def _seam(boxes: Boxes) -> float | None:
    """Where the map is cut open, in degrees east, if what it shows lies on both sides of the antimeridian: in the
    middle of the widest gap. ``None`` where it is cut at the antimeridian as well as anywhere."""
    if not len(boxes):
        return None
    boxes = boxes[np.argsort(boxes[:, 0])]
    west, reached = boxes[:, 0], np.maximum.accumulate(boxes[:, 2])
    around = west[0] + 2 * _HALF - reached[-1]
    if len(boxes) < 2 or around >= _HALF:
        return None
    gaps = west[1:] - reached[:-1]
    at = int(np.argmax(gaps))
    return round(float(west[at + 1] + reached[at]) / 2, 4) if gaps[at] > max(around, _LEAST_GAP) else None


def _boxes(geometries: Iterable[Any]) -> Boxes:
    """West, south, east, north of every part of the geometries, a row each."""
    boxes = shapely.bounds(shapely.get_parts(np.array([None, *geometries], object)[1:]))
    return boxes[np.isfinite(boxes).all(axis=1)]


def _total(boxes: Boxes, seam: float | None) -> list[float]:
    """What holds them all, those to the west of the seam turned once around the world."""
    if seam is not None:
        turn = np.where(boxes[:, 2] < seam, 2 * _HALF, 0.0)
        boxes = boxes + np.outer(turn, (1, 0, 1, 0))
    return [float(one) for one in (*boxes[:, :2].min(axis=0), *boxes[:, 2:].max(axis=0))]


def _first_view(events: Boxes, units: Boxes, seam: float | None) -> list[float] | None:
    """Around the events; around the units among which they lie too, where that is at most twice as wide and high."""
    own = _bounds(events, seam)
    if own is None or not len(units):
        return own or _bounds(units, seam)
    ground = _total(units, seam)
    both = [pick(pair) for pick, *pair in zip((min, min, max, max), own, ground, strict=True)]
    for low, high in ((0, 2), (1, 3)):
        is_apart = own[high] < ground[low] or ground[high] < own[low]
        if is_apart or both[high] - both[low] > _WIDER * (own[high] - own[low]):
            return own
    return [round(one, 4) for one in both]


def _bounds(boxes: Boxes, seam: float | None) -> list[float] | None:
    """West, south, east, north around all of them, with a margin, at least half a degree each way.

    East is beyond 180 where what lies west of the seam is shown in the east.
    """
    if not len(boxes):
        return None
    west, south, east, north = _total(boxes, seam)
    across = max(_LEAST_SPAN - (east - west), 2 * _MARGIN * (east - west)) / 2
    along = max(_LEAST_SPAN - (north - south), 2 * _MARGIN * (north - south)) / 2
    around = (west - across, south - along, east + across, north + along)
    world = _WORLD if seam is None else (seam, _WORLD[1], seam + 2 * _HALF, _WORLD[3])
    return [round(min(max(one, world[i % 2]), world[2 + i % 2]), 4) for i, one in enumerate(around)]


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
