"""The world's countries and their first-level units, as they ship with the package: names, codes and polygons.

They are Natural Earth's (public domain), made by ``data/scripts/make_world_units.py``: one file a country, read when
it is asked for. Borders meet, within and between countries.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from mapper.errors import UnknownCountry

WORLD = "world"
SOURCE = "Natural Earth"
LICENCE = "public domain"
_UNINHABITED = "ATA"  # a third of a map of the world, and no place of any event
_SCALE = 1000
_COARSE_SCALE = 100
_ALIKE = 0.6
_NEAREST = 3


@dataclass(frozen=True, eq=False)
class Country:
    """A country by its codes of ISO 3166-1, and its coarse ``outline`` (degrees, longitude first)."""

    iso3: str
    iso2: str
    name: str
    aliases: tuple[str, ...]
    outline: BaseGeometry


@dataclass(frozen=True, eq=False)
class FirstLevelUnit:
    """A first-level unit: its ``code`` (ISO 3166-2 where it has one of its own, else Natural Earth's), names, polygon
    (degrees, longitude first), and ``admin1``, GeoNames's code of it."""

    code: str
    iso_3166_2: str
    name: str
    aliases: tuple[str, ...]
    admin1: str
    geometry: BaseGeometry


@cache
def countries() -> Mapping[str, Country]:
    """Every country by its code of three letters."""
    return {one.iso3: one for one in _outlines() if one.iso3}


def is_world(chosen: Sequence[Country]) -> bool:
    """Whether these are the countries that ``world`` means."""
    return len(chosen) >= len(countries()) - 1


def no_mans_land() -> BaseGeometry:
    """The areas that are no country's: those that several claim."""
    return next(one.outline for one in _outlines() if not one.iso3)


@cache
def _outlines() -> tuple[Country, ...]:
    return tuple(
        Country(
            entry["iso3"],
            entry["iso2"],
            entry["name"],
            tuple(entry["aliases"]),
            _decoded(entry["polygons"], _COARSE_SCALE),
        )
        for entry in _read("countries")
    )


@cache
def units_of(iso3: str) -> tuple[FirstLevelUnit, ...]:
    """The first-level units of a country that ``countries`` has, by code."""
    return tuple(
        FirstLevelUnit(
            entry["code"],
            entry.get("iso_3166_2", ""),
            entry["name"],
            tuple(entry.get("aliases", ())),
            entry.get("admin1", ""),
            _decoded(entry["polygons"], _SCALE),
        )
        for entry in _read(iso3)
    )


def named_countries(codes: Iterable[str]) -> tuple[Country, ...]:
    """The countries of these codes, each once; of ``world`` all but Antarctica. Raises ``UnknownCountry``."""
    wanted = dict.fromkeys(code.strip().upper() for code in codes)
    if any(code == WORLD.upper() for code in wanted):
        return tuple(one for code, one in countries().items() if code != _UNINHABITED)
    return tuple(_named(code) for code in wanted)


def _named(code: str) -> Country:
    found = countries().get(code)
    if found is None:
        raise UnknownCountry(
            f"--country {code[:80]}: no code of ISO 3166-1 with three letters, such as SDN, nor {WORLD}.{_meant(code)}"
        )
    return found


def _meant(text: str) -> str:
    """A closing sentence that offers the countries that the text may mean, by code or name."""
    from rapidfuzz import fuzz, process, utils

    wanted = text.strip()
    exact = [one for one in countries().values() if wanted.upper() == one.iso2]
    names = {one.iso3: (one.name, *one.aliases) for one in countries().values()}
    alike = process.extract(
        wanted,
        {(iso3, name): name for iso3, spellings in names.items() for name in (iso3, *spellings)},
        scorer=fuzz.ratio,
        processor=utils.default_process,
        score_cutoff=_ALIKE * 100,
        limit=_NEAREST * 3,
    )
    found = dict.fromkeys([*(one.iso3 for one in exact), *(key[0] for _, _, key in alike)])
    told = [f"{iso3} ({countries()[iso3].name})" for iso3 in list(found)[:_NEAREST]]
    return f" Did you mean {' or '.join(told)}?" if told else ""


def _read(name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(files("mapper").joinpath("data", "world", f"{name}.json").read_bytes())
    return found


def _decoded(polygons: Sequence[Sequence[Sequence[int]]], scale: int) -> BaseGeometry:
    parts = [shapely.Polygon(shell, holes) for shell, *holes in ([_ring(one, scale) for one in p] for p in polygons)]
    return shapely.MultiPolygon(parts) if len(parts) != 1 else parts[0]


def _ring(steps: Sequence[int], scale: int) -> Any:
    return np.cumsum(np.reshape(steps, (-1, 2)), axis=0) / scale
