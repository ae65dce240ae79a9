"""The map under a project's events: land, the project's units, and the names of its towns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from mapper.boundaries import Unit
from mapper.locate import Location, inside
from mapper.page.payload import BaseMap, BasePlace, BaseUnit, world_land
from mapper.places import POINT_KINDS, UNIT_KINDS, Gazetteer, Place, fold

_COLUMNS = {"admin1": "adm1", "admin2": "adm2", "country": "country"}
# Of the towns whose population is known so many are named from far, from nearer, and at all.
_LARGEST = 12
_LARGE = 100
_MOST_TOWNS = 3000

Names = tuple[tuple[str, str], ...]


def base_of(
    gazetteer: Gazetteer,
    locations: Sequence[Location],
    credits_due: Sequence[str] = (),
    languages: Sequence[str] = (),
) -> BaseMap:
    """The base map of a project, with the credits that its settings name, its names in these languages too.

    Without boundaries of its own it is the land outlines that ship with the package.
    """
    boundaries = gazetteer.boundaries
    named = {place.place_id for location in locations for place in location.places}
    chief = _chief_towns(gazetteer)
    # Every town is named, or the largest of very many, for one that is missing would itself tell; a site only where a
    # published event names it.
    certain = sorted((place for place in gazetteer if place.place_id not in gazetteer.faulty), key=_id)
    points = (place for place in certain if place.kind in POINT_KINDS)
    shown = [place for place in points if place.kind == "settlement" or place.place_id in named]
    large = _largest(shown)
    shown = [place for place in shown if large.get(place.place_id, 0) < _MOST_TOWNS or place.place_id in named]
    places = [_labelled(place, named, chief, large, _names(place, languages)) for place in _by_size(shown, large)]
    known = [place for place in places if place is not None]
    due = [{"text": text, "url": None, "licence": None} for text in credits_due]
    if not boundaries.units and not boundaries.land:
        world = world_land()
        return BaseMap(land=world.land, places=known, attribution=[*world.attribution, *due])
    coded = {place.pcode: _names(place, languages) for place in certain if place.kind in UNIT_KINDS}
    units = [_unit(unit, coded.get(code, ())) for code, unit in boundaries.units.items()]
    origins = [{"text": text, "url": None, "licence": licence or None} for text, licence in boundaries.attribution]
    return BaseMap(land=boundaries.land, units=units, places=known, attribution=[*origins, *due])


def _largest(places: Sequence[Place]) -> dict[str, int]:
    """The rank of each town by its population, the largest first, where it is known."""
    known = [place for place in places if place.population]
    known.sort(key=lambda place: -(place.population or 0))
    return {place.place_id: rank for rank, place in enumerate(known)}


def _by_size(places: Sequence[Place], large: Mapping[str, int]) -> list[Place]:
    return sorted(places, key=lambda place: large.get(place.place_id, len(large)))


def _id(place: Place) -> str:
    return place.place_id


def place_names(locations: Iterable[Location], languages: Iterable[str]) -> dict[str, dict[str, list[str | None]]]:
    """By language, what each location's ``place``, ``admin1``, ``admin2`` and ``country`` are called in it.

    None where the gazetteer has no such name.
    """
    placed = list(locations)
    columns: dict[str, list[Sequence[Place]]] = {"place": [one.places for one in placed]}
    for column, kind in _COLUMNS.items():
        columns[column] = [(unit,) if (unit := one.unit(kind)) else () for one in placed]
    return {
        language: {
            column: [_in_language(places, f"name_{language}") for places in named] for column, named in columns.items()
        }
        for language in languages
    }


def _in_language(places: Sequence[Place], column: str) -> str | None:
    """The places' names, if any of them has one in this column."""
    for place in places:
        if column in place.names:
            return "; ".join(one.names.get(column, one.name) for one in places)
    return None


def _names(place: Place, languages: Iterable[str]) -> Names:
    """A place's names by language, where they aren't the one that it has anyhow."""
    if not place.names:
        return ()
    named = ((language, place.names.get(f"name_{language}", place.name)) for language in languages)
    return tuple((language, name) for language, name in named if name != place.name)


@lru_cache(maxsize=1 << 13)
def _unit(unit: Unit, names: Names) -> BaseUnit:
    """A unit as it is drawn, made once for each build of a process: its label point and rings take their time."""
    return BaseUnit(unit.code, unit.level, unit.name, unit.geometry, inside(unit.geometry), dict(names))


@lru_cache(maxsize=1)
def _chief_towns(gazetteer: Gazetteer) -> set[str]:
    """Towns after which a region that holds their unit is named, as an arrondissement is after its chief town."""
    names: dict[str, set[str]] = {}
    for region in gazetteer:
        for member in region.members if region.kind == "region" else ():
            names.setdefault(member, set()).update(fold(one) for one in region.spellings)
    return {
        place.place_id
        for place in gazetteer
        if place.kind == "settlement" and fold(place.name) in names.get(place.within, ())
    }


def _labelled(
    place: Place, named: set[str], chief: set[str], large: Mapping[str, int], names: Names
) -> BasePlace | None:
    """A town's name on the map: those that an event names and the largest come first, then chief and large towns."""
    if place.longitude is None or place.latitude is None:
        return None
    size = large.get(place.place_id, _LARGE)
    rank = 0 if place.place_id in named or size < _LARGEST else 1 if place.place_id in chief or size < _LARGE else 2
    return BasePlace(place.name, place.longitude, place.latitude, rank, dict(names))
