"""Natural Earth's land and countries, out of the TopoJSON of npm's ``world-atlas`` 2.0.2 (public domain).

TopoJSON holds each border once, as an arc of whole numbers, each the step from the one before; a polygon names
its arcs, and an arc named by its complement (``~i``) is walked backwards. world-atlas joins what Natural Earth
had cut at the antimeridian, so rings there are unrolled and cut again, as RFC 7946, 3.1.9, asks.
"""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import shapely
from shapely.affinity import translate
from shapely.geometry.base import BaseGeometry

PACKAGE = "world-atlas@2.0.2"
SOURCE = "Natural Earth"
PROVENANCE = "world-atlas 2.0.2"
LICENCE = "public domain"
Point = tuple[float, float]


def read(package: Path, file: str, layer: str) -> list[tuple[str, BaseGeometry]]:
    """Name and geometry (longitude, latitude; degrees) of each member of a layer, cut at the antimeridian."""
    topology = json.loads((package / file).read_text(encoding="utf-8"))
    arcs = _arcs(topology)
    members = topology["objects"][layer]["geometries"]
    return [(one.get("properties", {}).get("name", ""), _geometry(one, arcs)) for one in members]


def _arcs(topology: dict[str, Any]) -> list[list[Point]]:
    (scale_x, scale_y), (move_x, move_y) = (topology["transform"][key] for key in ("scale", "translate"))
    arcs = []
    for steps in topology["arcs"]:
        x = y = 0
        arc = []
        for step_x, step_y in steps:
            x, y = x + step_x, y + step_y
            arc.append((x * scale_x + move_x, y * scale_y + move_y))
        arcs.append(arc)
    return arcs


def _geometry(member: dict[str, Any], arcs: list[list[Point]]) -> BaseGeometry:
    polygons = member["arcs"] if member["type"] == "MultiPolygon" else [member["arcs"]]
    whole = shapely.union_all([_polygon([_ring(one, arcs) for one in rings]) for rings in polygons])
    return shapely.MultiPolygon([part for part in shapely.get_parts(whole) if part.area])


def _ring(indices: list[int], arcs: list[list[Point]]) -> list[Point]:
    ring: list[Point] = []
    for index in indices:
        arc = arcs[index] if index >= 0 else arcs[~index][::-1]
        ring.extend(arc if not ring else arc[1:])
    return ring


def _polygon(rings: list[list[Point]]) -> BaseGeometry:
    outer, *holes = (_cut(ring) for ring in rings)
    return shapely.difference(outer, shapely.union_all(holes))


def _cut(ring: list[Point]) -> BaseGeometry:
    """The area in a ring, between 180 degrees west and east; a ring that rounding has closed up has none."""
    if len(set(ring)) < 3:
        return shapely.Polygon()
    rolled = shapely.make_valid(shapely.Polygon(_unrolled(ring)))
    return shapely.union_all([_window(rolled, turn) for turn in (-360, 0, 360)])


def _unrolled(ring: list[Point]) -> list[Point]:
    """The ring without its jumps of 360 degrees; one that goes round a pole is closed by way of that pole."""
    turn = 0.0
    unrolled = [ring[0]]
    for (before, _), (x, y) in pairwise(ring):
        turn += 360 * ((x - before < -180) - (x - before > 180))
        unrolled.append((x + turn, y))
    if turn:
        pole = -90.0 if ring[0][1] < 0 else 90.0
        unrolled += [(unrolled[-1][0], pole), (unrolled[0][0], pole)]
    return unrolled


def _window(shape: BaseGeometry, turn: float) -> BaseGeometry:
    return translate(shape, turn).intersection(shapely.box(-180, -90, 180, 90))
