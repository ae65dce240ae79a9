"""What a new project about some countries begins with: their units as places and polygons, towns, the land around."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from mapper import geonames, world
from mapper.boundaries import encode_boundaries
from mapper.toponyms import Holder, Holders, Row, aliases, id_of, rows_of
from mapper.world import Country, FirstLevelUnit

COUNTRIES = "adm0"
FIRST_LEVEL = "adm1"
LAND = "land"
_MANY_CORNERS = 120_000  # a map of the whole world is drawn coarser, so that its page stays light
_COARSER = 0.05  # degrees
_AROUND = 1.0  # degrees: so far from the countries the land around them is as fine as they are
_GRID = 0.001
_DECIMALS = 3
_ACCURACY = 0.05  # degrees: what nearly all towns lie on land within
_UNIT_SOURCE = f"{world.SOURCE} 10m admin-1"


@dataclass(frozen=True, eq=False)
class Beginning:
    """The rows of places.csv and the files of data/boundaries/ (name without suffix to bytes) of a new project, and
    how many towns are among the rows; ``None`` where no package with towns is installed."""

    places: tuple[Row, ...]
    boundaries: Mapping[str, bytes]
    towns: int | None


@dataclass(frozen=True, eq=False)
class _Unit:
    """A first-level unit of a project, with its place_id."""

    place_id: str
    country: Country
    unit: FirstLevelUnit


def beginning(chosen: Sequence[Country]) -> Beginning:
    """What a project about these countries begins with."""
    ids = _country_ids(chosen)
    units = list(_units(chosen))
    rows = [
        *(_country_row(country, ids[country.iso3]) for country in chosen),
        *(_unit_row(one, ids[one.country.iso3]) for one in units),
    ]
    towns = list(_towns(chosen, units, ids, rows)) if geonames.is_installed() else None
    return Beginning((*rows, *(towns or ())), _boundaries(chosen, units), None if towns is None else len(towns))


# --- places ---


def _country_ids(chosen: Sequence[Country]) -> dict[str, str]:
    return {country.iso3: id_of(country.name) for country in chosen}


def _country_row(country: Country, place_id: str) -> Row:
    return {
        "place_id": place_id,
        "name": country.name,
        "aliases": ";".join(aliases(country.name, country.aliases)),
        "kind": "country",
        "pcode": country.iso2,
        "iso_3166_2": country.iso3,
        "source": "ISO 3166-1",
    }


def _units(chosen: Sequence[Country]) -> Iterator[_Unit]:
    for country in chosen:
        taken: set[str] = set()
        for unit in world.units_of(country.iso3):
            plain = id_of(country.iso2.lower(), FIRST_LEVEL, unit.name)
            place_id = plain if plain not in taken else id_of(plain, unit.code)
            taken.add(place_id)
            yield _Unit(place_id, country, unit)


def _unit_row(one: _Unit, within: str) -> Row:
    return {
        "place_id": one.place_id,
        "name": one.unit.name,
        "aliases": ";".join(aliases(one.unit.name, one.unit.aliases)),
        "kind": FIRST_LEVEL,
        "within": within,
        "pcode": one.unit.code,
        "iso_3166_2": one.unit.iso_3166_2,
        "source": _UNIT_SOURCE,
    }


def _towns(
    chosen: Sequence[Country], units: Sequence[_Unit], ids: Mapping[str, str], rows: Sequence[Row]
) -> Iterator[Row]:
    least = geonames.LEAST_OF_THE_WORLD if world.is_world(chosen) else 0
    found = geonames.towns({country.iso2 for country in chosen}, least)
    holders = Holders(
        Holder(one.place_id, FIRST_LEVEL, one.unit.name, one.unit.geometry, one.country.iso2, one.unit.admin1)
        for one in units
    )
    return rows_of(found, holders, {row["place_id"] for row in rows}, geonames.source())


# --- boundaries ---


def _boundaries(chosen: Sequence[Country], units: Sequence[_Unit]) -> dict[str, bytes]:
    shapes = _drawn(np.array([one.unit.geometry for one in units], dtype=object))
    by_country: dict[str, list[BaseGeometry]] = {}
    for one, shape in zip(units, shapes, strict=True):
        by_country.setdefault(one.country.iso3, []).append(shape)
    whole = {iso3: shapely.coverage_union_all(parts) for iso3, parts in by_country.items()}
    countries = [({"pcode": one.iso2, "name": one.name, "level": "country"}, whole[one.iso3]) for one in chosen]
    first = [
        ({"pcode": one.unit.code, "name": one.unit.name, "level": FIRST_LEVEL}, shape)
        for one, shape in zip(units, shapes, strict=True)
    ]
    land = [({"name": name}, shape) for name, shape in _land_around(chosen, whole)]
    files = {COUNTRIES: countries, FIRST_LEVEL: first, LAND: land}
    return {
        name: encode_boundaries(features, _DECIMALS, source=world.SOURCE, licence=world.LICENCE, accuracy=_ACCURACY)
        for name, features in files.items()
    }


def _drawn(shapes: np.ndarray) -> np.ndarray:
    """The units as they are drawn: as they ship, or coarser where there are very many corners."""
    if shapely.get_num_coordinates(shapes).sum() <= _MANY_CORNERS:
        return shapes
    coarse = shapely.coverage_simplify(shapes, _COARSER)
    return np.where(shapely.is_valid(coarse) & ~shapely.is_empty(coarse), coarse, shapes)


def _land_around(chosen: Sequence[Country], whole: Mapping[str, BaseGeometry]) -> Iterator[tuple[str, BaseGeometry]]:
    """The other countries: near the chosen ones as fine as these, so that borders meet, farther off coarse."""
    home = shapely.union_all(list(whole.values()), grid_size=_GRID)
    near = home.simplify(_GRID * 50).buffer(_AROUND, quad_segs=2)
    shapely.prepare(near)
    codes = {country.iso3 for country in chosen}
    for country in world.countries().values():
        if country.iso3 not in codes:
            yield country.name, _neighbour(country, near)
    yield "", world.no_mans_land()


def _neighbour(country: Country, near: BaseGeometry) -> BaseGeometry:
    if not near.intersects(country.outline):
        return country.outline
    fine = shapely.coverage_union_all([unit.geometry for unit in world.units_of(country.iso3)])
    parts = [shapely.intersection(fine, near), shapely.difference(country.outline, near)]
    joined = shapely.union_all(parts, grid_size=_GRID)
    return shapely.MultiPolygon([one for one in shapely.get_parts(joined) if one.geom_type == "Polygon"])
