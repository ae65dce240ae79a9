"""The map under a project's events: land, the project's units, and the names of its towns."""

from __future__ import annotations

from collections.abc import Sequence

from mapper.locate import Location, inside
from mapper.page.payload import BaseMap, BasePlace, BaseUnit, world_land
from mapper.places import POINT_KINDS, Gazetteer, Place, fold


def base_of(gazetteer: Gazetteer, locations: Sequence[Location], credits_due: Sequence[str] = ()) -> BaseMap:
    """The base map of a project, with the credits that its settings name.

    Without boundaries of its own it is the land outlines that ship with the package.
    """
    boundaries = gazetteer.boundaries
    named = {place.place_id for location in locations for place in location.places}
    chief = _chief_towns(gazetteer)
    # Every town is named, for one that is missing would itself tell; a site only where a published event names it.
    points = (place for place in gazetteer if place.kind in POINT_KINDS)
    shown = (place for place in points if place.kind == "settlement" or place.place_id in named)
    places = [_labelled(place, named, chief) for place in shown]
    known = [place for place in places if place is not None]
    due = [{"text": text, "url": None, "licence": None} for text in credits_due]
    if not boundaries.units and not boundaries.land:
        world = world_land()
        return BaseMap(land=world.land, places=known, attribution=[*world.attribution, *due])
    units = [
        BaseUnit(unit.code, unit.level, unit.name, unit.geometry, inside(unit.geometry))
        for unit in boundaries.units.values()
    ]
    origins = [{"text": text, "url": None, "licence": licence or None} for text, licence in boundaries.attribution]
    return BaseMap(land=boundaries.land, units=units, places=known, attribution=[*origins, *due])


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


def _labelled(place: Place, named: set[str], chief: set[str]) -> BasePlace | None:
    """A town's name on the map: those that an event names come first, then chief towns."""
    if place.longitude is None or place.latitude is None:
        return None
    rank = 0 if place.place_id in named else 1 if place.place_id in chief else 2
    return BasePlace(place.name, place.longitude, place.latitude, rank)
