"""Named places of a foreign gazetteer as rows for places.csv: an id for each, what holds it, its other spellings.

The ids are readable (``sd-town-khartoum``); of several towns of one name the largest has the plain one, the others
name their unit too, and if need be their number in the gazetteer that they come from.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import cos, hypot, radians

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from mapper.mojibake import likely_meant
from mapper.places import UNIT_KINDS, fold, match_key

Row = dict[str, str]

_LONGEST_ID = 60
_LONGEST_CODE = 4  # letters: a spelling of capitals this short is a code (PAR), not a name
_TYPES = {"settlement": "town", "neighbourhood": "quarter", "site": "site"}
_FAR_DEGREES = 0.5  # from the nearest unit: a town beyond lies in none, for coasts are simplified
_SAME_KM = 5.0
_KM_PER_DEGREE = 111.2


@dataclass(frozen=True)
class Toponym:
    """A named point of a foreign gazetteer (degrees): ``number`` is its id there, ``iso2`` and ``admin1`` are where
    that gazetteer files it, ``population`` is 0 where it isn't known."""

    number: str
    name: str
    kind: str
    latitude: float
    longitude: float
    spellings: tuple[str, ...] = ()
    iso2: str = ""
    admin1: str = ""
    population: int = 0
    geonames_id: str = ""
    place_id: str = ""


@dataclass(frozen=True, eq=False)
class Holder:
    """A unit that holds places: its place_id, kind, name, polygon, and the codes under which GeoNames files it."""

    place_id: str
    kind: str
    name: str
    geometry: BaseGeometry
    iso2: str = ""
    admin1: str = ""


class Holders:
    """Which unit a point lies in: the smallest that a polygon says, or the one under which its source files it."""

    def __init__(self, holders: Iterable[Holder]) -> None:
        self.holders = sorted(holders, key=lambda one: -UNIT_KINDS.index(one.kind))
        self._tree = shapely.STRtree([one.geometry for one in self.holders])
        self._filed: dict[tuple[str, str], list[Holder]] = defaultdict(list)
        for one in self.holders:
            if one.admin1:
                self._filed[one.iso2, one.admin1].append(one)

    def of(self, toponyms: Sequence[Toponym]) -> list[Holder | None]:
        """For each toponym the unit that holds it, or ``None``."""
        found: list[Holder | None] = [None] * len(toponyms)
        if not self.holders or not toponyms:
            return found
        points = shapely.points([(one.longitude, one.latitude) for one in toponyms])
        self._nearest(points, found)
        for at, holder in sorted(zip(*self._tree.query(points, predicate="intersects").tolist(), strict=True))[::-1]:
            found[at] = self.holders[holder]
        return [self._as_filed(one, holder, point) for one, holder, point in zip(toponyms, found, points, strict=True)]

    def _nearest(self, points: np.ndarray, found: list[Holder | None]) -> None:
        finest = [one.kind == self.holders[0].kind for one in self.holders]
        tree = shapely.STRtree([one.geometry for one, is_finest in zip(self.holders, finest, strict=True) if is_finest])
        for at, holder in zip(*tree.query_nearest(points, max_distance=_FAR_DEGREES, all_matches=False), strict=True):
            found[at] = self.holders[holder]

    def _as_filed(self, toponym: Toponym, holder: Holder | None, point: BaseGeometry) -> Holder | None:
        """The unit under which the source files a town near a simplified border, which may run past it."""
        filed = self._filed.get((toponym.iso2, toponym.admin1), [])
        if len(filed) != 1 or (holder and holder.kind != filed[0].kind):
            return holder
        return filed[0] if shapely.dwithin(filed[0].geometry, point, _FAR_DEGREES) else holder


def rows_of(toponyms: Iterable[Toponym], holders: Holders, taken: Collection[str], source: str) -> Iterator[Row]:
    """A row for each toponym, the largest first; none gets an id that is ``taken``."""
    ordered = sorted(toponyms, key=lambda one: (-one.population, len(one.number), one.number))
    ids = set(taken)
    for toponym, holder in zip(ordered, holders.of(ordered), strict=True):
        place_id = toponym.place_id or _new_id(toponym, holder, ids)
        ids.add(place_id)
        yield {
            "place_id": place_id,
            "name": toponym.name,
            "aliases": ";".join(aliases(toponym.name, toponym.spellings)),
            "kind": toponym.kind,
            "within": holder.place_id if holder else "",
            "geonames_id": toponym.geonames_id,
            "latitude": f"{toponym.latitude:.5f}",
            "longitude": f"{toponym.longitude:.5f}",
            "population": str(toponym.population or ""),
            "source": source,
        }


def _new_id(toponym: Toponym, holder: Holder | None, taken: Collection[str]) -> str:
    country = toponym.iso2.lower()
    plain = id_of(country, _TYPES.get(toponym.kind, toponym.kind), toponym.name)
    candidates = [plain, *([id_of(plain, holder.name)] if holder else [])]
    for one in candidates:
        if one not in taken:
            return one
    return id_of(plain, toponym.number)


def id_of(*words: str) -> str:
    """An id of small letters, digits and hyphens, its last word whole."""
    *before, last = ("-".join(fold(word).split()) for word in words)
    start = "-".join(filter(None, before))[: _LONGEST_ID - 1 - len(last[:_LONGEST_ID])].strip("-")
    return "-".join(filter(None, (start, last[:_LONGEST_ID].strip("-")))) or "place"


def aliases(name: str, spellings: Iterable[str]) -> list[str]:
    """The spellings that say something new: no codes, none that differs by accents, case or punctuation alone."""
    known = {match_key(name): name}
    for spelling in spellings:
        if _is_name(spelling):
            known.setdefault(match_key(spelling), spelling)
    return [spelling for key, spelling in known.items() if key][1:]


def _is_name(spelling: str) -> bool:
    is_code = len(spelling) <= _LONGEST_CODE and spelling.isascii() and not spelling[1:].islower()
    printable = all(unicodedata.category(char)[0] != "C" for char in spelling)
    whole = bool(spelling) and ";" not in spelling and spelling == spelling.strip()
    return whole and printable and not is_code and likely_meant(spelling) is None


class Standing:
    """The points that a gazetteer has already, by name: whether a toponym is one of them."""

    def __init__(self) -> None:
        self._points: dict[tuple[str, str], list[tuple[float, float]]] = defaultdict(list)

    def add(self, kind: str, spellings: Iterable[str], longitude: float, latitude: float) -> None:
        for key in {match_key(one) for one in spellings}:
            self._points[kind, key].append((longitude, latitude))

    def has(self, toponym: Toponym) -> bool:
        """Whether a place of that kind and name stands within five kilometres."""
        points = self._points.get((toponym.kind, match_key(toponym.name)), ())
        return any(_km(one, (toponym.longitude, toponym.latitude)) <= _SAME_KM for one in points)


def _km(one: tuple[float, float], other: tuple[float, float]) -> float:
    east = (one[0] - other[0]) * cos(radians((one[1] + other[1]) / 2))
    return hypot(east, one[1] - other[1]) * _KM_PER_DEGREE
