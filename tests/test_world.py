"""The countries and first-level units that ship with the package."""

from __future__ import annotations

from importlib.resources import files
from itertools import chain

import numpy as np
import pytest
import shapely

from mapper import world
from mapper.errors import UnknownCountry
from mapper.geometry import AREAS, require
from mapper.places import match_key

UNITS = {code: world.units_of(code) for code in world.countries()}


def test_the_files_are_at_most_6_mb() -> None:
    folder = files("mapper").joinpath("data", "world")
    assert sum(len(path.read_bytes()) for path in folder.iterdir()) <= 6_000_000


def test_every_unit_of_natural_earth_is_in_one_country_or_in_no_mans_land() -> None:
    siachen_spratlys_clipperton = 3
    assert len(UNITS) == 250
    assert sum(map(len, UNITS.values())) + siachen_spratlys_clipperton == 4596
    assert all(UNITS.values())


def test_every_unit_has_a_name_and_a_code_of_its_own() -> None:
    everyone = list(chain(*UNITS.values()))
    assert all(unit.name for unit in everyone)
    assert len({unit.code for unit in everyone}) == len(everyone)
    coded = [unit.iso_3166_2 for unit in everyone if unit.iso_3166_2]
    assert len(set(coded)) == len(coded) > 4000


def test_no_spelling_means_two_units_of_a_country_unless_both_are_named_so() -> None:
    for code, units in UNITS.items():
        named = {match_key(unit.name) for unit in units}
        spelt = [key for unit in units for key in {match_key(one) for one in unit.aliases} - {match_key(unit.name)}]
        assert not {key for key in spelt if spelt.count(key) > 1} - named, code


def test_every_polygon_can_be_used_and_borders_meet_within_and_between_countries() -> None:
    shapes = np.array([unit.geometry for unit in chain(*UNITS.values())], dtype=object)
    for shape in (*shapes, *(country.outline for country in world.countries().values() if country.iso3 != "VAT")):
        require(shape, AREAS)
    assert shapely.coverage_is_valid(shapes)
    khartoum, nile = (unit.geometry for unit in UNITS["SDN"] if unit.code in ("SD-KH", "SD-NR"))
    assert khartoum.intersection(nile).length > 0.5
    egypt, sudan = (shapely.coverage_union_all([unit.geometry for unit in UNITS[one]]) for one in ("EGY", "SDN"))
    assert egypt.intersection(sudan).length > 5
    assert egypt.intersection(sudan).area == 0


@pytest.mark.parametrize(
    ("country", "unit"),
    [("UKR", "UA-43"), ("GUF", "FR-973"), ("BES", "NL-BQ1"), ("PRI", "US-PR"), ("SSD", "SS-EC"), ("PSE", "PSE-WEB")],
)
def test_a_unit_is_filed_by_its_code(country: str, unit: str) -> None:
    assert unit in [one.code for one in UNITS[country]] or country in ("SSD", "PSE")
    assert unit not in [one.code for code, units in UNITS.items() if code != country for one in units]


@pytest.mark.parametrize(
    ("given", "meant"), [("SD", "SDN (Sudan)"), ("Sudan", "SDN (Sudan)"), ("SUD", "SDN"), ("Burma", "MMR (Myanmar)")]
)
def test_an_unknown_code_is_told_what_it_may_mean(given: str, meant: str) -> None:
    with pytest.raises(UnknownCountry, match="ISO 3166-1") as refused:
        world.named_countries([given])
    assert meant in str(refused.value)


def test_a_country_is_named_once_in_capitals_or_not_and_world_is_all_but_antarctica() -> None:
    assert [one.iso3 for one in world.named_countries(["sdn", "SSD", "SDN"])] == ["SDN", "SSD"]
    everywhere = world.named_countries(["world"])
    assert set(world.countries()) - {one.iso3 for one in everywhere} == {"ATA"}
    assert world.is_world(everywhere)
