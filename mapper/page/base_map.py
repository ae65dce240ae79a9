"""The map under a project's events: land, the project's units, and the names of its towns."""

from __future__ import annotations

from collections.abc import Sequence

from mapper.locate import Location, inside
from mapper.page.payload import BaseMap, BasePlace, BaseUnit, world_land
from mapper.places import POINT_KINDS, Gazetteer, Place

_LARGE_TOWN_M = 3000


def base_of(gazetteer: Gazetteer, locations: Sequence[Location]) -> BaseMap:
    """The base map of a project; without boundaries of its own, the land outlines that ship with the package."""
    boundaries = gazetteer.boundaries
    named = {place.place_id for location in locations for place in location.places}
    places = [_labelled(place, named) for place in gazetteer if place.kind in POINT_KINDS]
    known = [place for place in places if place is not None]
    if not boundaries.units and not boundaries.land:
        world = world_land()
        return BaseMap(land=world.land, places=known, attribution=world.attribution)
    units = [
        BaseUnit(unit.code, unit.level, unit.name, unit.geometry, inside(unit.geometry))
        for unit in boundaries.units.values()
    ]
    origins = [{"text": text, "url": None, "licence": licence or None} for text, licence in boundaries.attribution]
    return BaseMap(land=boundaries.land, units=units, places=known, attribution=origins)


def _labelled(place: Place, named: set[str]) -> BasePlace | None:
    """A town's name on the map: those that an event names come first, then the large ones."""
    if place.longitude is None or place.latitude is None:
        return None
    large = place.kind == "settlement" and (place.radius_m or 0) >= _LARGE_TOWN_M
    rank = 0 if place.place_id in named else 1 if large else 2
    return BasePlace(place.name, place.longitude, place.latitude, rank)
