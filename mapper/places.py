"""The gazetteer: names to places. It offers candidates and never guesses.

A name is matched with accents, case and punctuation folded, against the ids, names and aliases that a curator
wrote down. Whatever else resembles it is a suggestion for a person, never an acceptance.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from anyascii import anyascii
from shapely.geometry.base import BaseGeometry

from mapper.boundaries import Boundaries
from mapper.cells import Cells
from mapper.geometry import AREAS, LINES, GeometryError, read_wkt
from mapper.normal_form import nfc
from mapper.problems import Problem
from mapper.schema import table_schema

UNIT_KINDS = ("country", "adm1", "adm2", "adm3")
_TEXTS = ("place_id", "name", "kind", "within", "pcode", "iso_3166_2", "geometry_note")
POINT_KINDS = ("settlement", "neighbourhood", "site")
KINDS = table_schema("places").field("kind").enum  # type: ignore[union-attr]
_KIND = re.compile(r"[a-z0-9]+")
_NOT_WORD = re.compile(r"[^0-9a-z]+")
# Latin letters, marks and punctuation beyond ASCII.
_LATIN = re.compile("[\u0080-\u036f\u1e00-\u1eff\u2000-\u206f\u2c60-\u2c7f\ua720-\ua7ff\ufb00-\ufb06\uff01-\uff5e]")
_SUGGESTIONS = 5
_LEAST_LIKENESS = 60.0
_COMPARISONS = 1_000_000  # of an unknown name with a known one, a third of a second's worth
_ALIKE = 0.6
_LONGEST_ID = 200
_HINTED = 20  # of a cell's many unknown members, those that a suggestion is looked for


class _InAscii(dict[int, str]):
    """For ``str.translate``: Latin letters as anyascii writes them, each asked for once; others stay."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        self[code] = anyascii(char) if _LATIN.match(char) else char
        return self[code]


_IN_ASCII = _InAscii()
_WORDS_ALONE = {code: " " for code in range(128) if not re.match("[0-9a-z]", chr(code))}


def fold(name: str) -> str:
    """A name in ASCII: without accents, case and punctuation, other scripts transliterated."""
    return _NOT_WORD.sub(" ", anyascii(nfc(name)).lower()).strip()


def match_key(name: str) -> str:
    """What two spellings of one name share: accents, case and punctuation aside (``Léogâne``, ``LEOGANE``).

    Other scripts than Latin stay as they are, for transliterated, different names agree (山西 and 陕西).
    """
    latin = name if name.isascii() else nfc(name).translate(_IN_ASCII)
    latin = latin.casefold()
    if latin.isascii():
        return " ".join(latin.translate(_WORDS_ALONE).split())
    return " ".join("".join(char if unicodedata.category(char)[0] in "LMN" else " " for char in latin).split())


@dataclass(frozen=True, slots=True)
class Place:
    """One row of places.csv. Coordinates are degrees, WGS 84; ``radius_m`` is metres; ``row`` as shown."""

    place_id: str
    name: str
    kind: str
    aliases: tuple[str, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    within: str = ""
    pcode: str = ""
    iso_3166_2: str = ""
    latitude: float | None = None
    longitude: float | None = None
    radius_m: float | None = None
    population: int | None = None
    members: tuple[str, ...] = ()
    shape: BaseGeometry | None = None
    geometry_note: str = ""
    row: int = 0

    @property
    def spellings(self) -> tuple[str, ...]:
        return (self.name, *self.names.values(), *self.aliases)


@dataclass(frozen=True)
class Candidate:
    """A place that a name could mean, the spelling that matched, and how: by id, exactly, or alike."""

    place: Place
    spelling: str
    how: str
    likeness: float


@dataclass(frozen=True)
class Resolution:
    """What a name came to: its place, or else the candidates to choose from (``ambiguous``, or alike).

    ``faulty_row`` is the row of places.csv to be mended first, where the name means one that has an error. Not
    ``searched`` for names that are alike is one of very many unknown ones.
    """

    place: Place | None
    candidates: tuple[Candidate, ...] = ()
    ambiguous: bool = False
    faulty_row: int | None = None
    searched: bool = True


class Gazetteer:
    """The places of a project, by id and by name.

    ``faulty`` gives the rows of places.csv, by place_id, of which it can't be told what they mean: nothing is
    placed there.
    """

    def __init__(
        self,
        places: Iterable[Place],
        boundaries: Boundaries | None = None,
        faulty: Mapping[str, int] | None = None,
    ) -> None:
        self.faulty = faulty or {}
        self.boundaries = boundaries or Boundaries()
        self.by_id: dict[str, Place] = {place.place_id: place for place in places}
        self._resolved: dict[str, Resolution] = {}
        self._keys: dict[str, str] = {}
        self._geometries: dict[str, BaseGeometry | None] = {}
        self._chains: dict[str, tuple[Place, ...]] = {}

    def __iter__(self) -> Iterator[Place]:
        return iter(self.by_id.values())

    def __len__(self) -> int:
        return len(self.by_id)

    @cached_property
    def _by_name(self) -> dict[str, list[tuple[Place, str]]]:
        index: dict[str, list[tuple[Place, str]]] = {}
        for place in self:
            keys = {one: match_key(one) for one in reversed(place.spellings)}
            self._keys |= keys
            for key, spelling in {key: one for one, key in keys.items()}.items():
                if key:
                    index.setdefault(key, []).append((place, spelling))
        return index

    @cached_property
    def _by_sound(self) -> dict[str, list[tuple[Place, str]]]:
        """As ``_by_name``, with other scripts transliterated; where there are none, the keys are the same."""
        index: dict[str, list[tuple[Place, str]]] = {}
        for key, hits in self._by_name.items():
            for hit in hits:
                index.setdefault(key if key.isascii() else fold(hit[1]), []).append(hit)
        return index

    def find(self, name: str, country: str | None = None) -> list[Candidate]:
        """Every place of that id or name, and those whose names are alike, best first.

        ``country`` (ISO 3166-1, three letters) keeps the places within it alone.
        """
        found = self._exact(name) or self._alike([name])[name]
        return [one for one in found if country is None or self.country_of(one.place) == country]

    def resolve(self, text: str) -> Resolution:
        """The one place that ``text`` means: a place_id, or a name, narrowed by kind: ``Léogâne (adm2)``."""
        if text not in self._resolved:
            self.resolve_all([text])
        return self._resolved[text]

    def resolve_all(self, texts: Iterable[str]) -> None:
        """Resolve many names at once, for ``resolve`` to know.

        Those that mean nothing are held against all known names together, the first of them only where there are
        very many.
        """
        found = {text: self._exactly(text) for text in texts if text not in self._resolved}
        unknown = [text for text, resolution in found.items() if resolution is None]
        searched = unknown[: max(1, _COMPARISONS // max(1, len(self)))]
        self._resolved |= {text: one for text, one in found.items() if one is not None}
        self._resolved |= {text: Resolution(None, tuple(near)) for text, near in self._alike(searched).items()}
        self._resolved |= dict.fromkeys(unknown[len(searched) :], Resolution(None, searched=False))

    def chain(self, place: Place) -> list[Place]:
        """The place and all that hold it, from the inside out; a circle is cut."""
        chain = [place]
        for holder in self._holders(place.within):
            if holder.place_id == place.place_id:
                break
            chain.append(holder)
        return chain

    def _holders(self, within: str) -> tuple[Place, ...]:
        """The place of that id and all that hold it, found once."""
        if within not in self._chains:
            chain: dict[str, Place] = {}
            holder = self.by_id.get(within)
            while holder and holder.place_id not in chain:
                chain[holder.place_id] = holder
                holder = self.by_id.get(holder.within)
            self._chains[within] = tuple(chain.values())
        return self._chains[within]

    def country_of(self, place: Place) -> str | None:
        """ISO 3166-1 code of the country that holds the place, if the table says so."""
        return next((one.iso_3166_2 for one in self.chain(place) if one.kind == "country"), None)

    def geometry(self, place: Place) -> BaseGeometry | None:
        """What the place is on the ground (longitude, latitude; WGS 84): a point for a settlement, a line for
        a road, polygons for a unit or region; ``None`` where the tables don't hold it."""
        if place.place_id in self.faulty:
            return None
        if not self._geometries:
            self._geometries |= self._points()
        if place.place_id not in self._geometries:
            self._geometries[place.place_id] = None  # a region that is its own member ends here
            self._geometries[place.place_id] = self._geometry(place)
        return self._geometries[place.place_id]

    def _points(self) -> dict[str, BaseGeometry | None]:
        """The places that are points, all made at once."""
        lonlat = {
            place.place_id: (place.longitude, place.latitude)
            for place in self
            if place.kind in POINT_KINDS and place.longitude is not None and place.latitude is not None
        }
        made: Any = shapely.points(np.array(list(lonlat.values()), float).reshape(-1, 2))
        return dict(zip(lonlat, made, strict=True))

    def _geometry(self, place: Place) -> BaseGeometry | None:
        if place.kind in POINT_KINDS:
            return None
        if place.shape is not None:
            return place.shape
        if place.kind in UNIT_KINDS:
            unit = self.boundaries.units.get(place.pcode) if place.pcode else None
            return unit.geometry if unit else None
        parts = [self.geometry(self.by_id[one]) for one in place.members if one in self.by_id]
        known = [part for part in parts if part is not None and part.geom_type.endswith("Polygon")]
        whole = bool(parts) and len(known) == len(place.members)
        return shapely.union_all(known) if whole else None

    def _exactly(self, text: str) -> Resolution | None:
        """What a text means by id or name; ``None`` where it is neither."""
        if text in self.faulty:
            return Resolution(None, faulty_row=self.faulty[text])
        hits = self._hits(text)
        if len(hits) == 1:
            place = hits[0][0]
            faulty_row = self.faulty.get(place.place_id)
            return Resolution(place if faulty_row is None else None, faulty_row=faulty_row)
        return Resolution(None, tuple(self._exact(text)), ambiguous=True) if hits else None

    def _hits(self, text: str) -> list[tuple[Place, str]]:
        """The places of that id or name, each with the spelling that matched."""
        if text in self.by_id:
            return [(self.by_id[text], text)]
        by_name = self._by_name
        hits = by_name.get(self._keys.get(text) or match_key(text), [])
        name, kind = ("", "") if hits else _narrowed(text)
        if kind in KINDS:
            hits = [one for one in by_name.get(match_key(name), []) if one[0].kind == kind]
        return hits

    def _exact(self, text: str) -> list[Candidate]:
        if text in self.by_id:
            return [Candidate(self.by_id[text], text, "id", 100.0)]
        candidates = (
            Candidate(place, spelling, "name" if spelling == place.name else "alias", 100.0)
            for place, spelling in self._hits(text)
        )
        return sorted(candidates, key=lambda one: (KINDS.index(one.place.kind), one.place.place_id))

    def _alike(self, texts: Sequence[str]) -> dict[str, list[Candidate]]:
        """For each text the places whose names are most like it, best first."""
        from rapidfuzz import fuzz, process

        if not texts or not self._by_sound:
            return {text: [] for text in texts}
        known, wanted = list(self._by_sound), [fold(_narrowed(text)[0]) for text in texts]
        scores = process.cdist(wanted, known, scorer=fuzz.WRatio, score_cutoff=_LEAST_LIKENESS, dtype=np.float64)
        return {text: self._best(known, row) for text, row in zip(texts, scores, strict=True)}

    def _best(self, known: Sequence[str], scores: npt.NDArray[np.float64]) -> list[Candidate]:
        close = np.flatnonzero(scores >= _LEAST_LIKENESS)
        close = close[np.argsort(-scores[close], kind="stable")][:_SUGGESTIONS]
        return [
            Candidate(place, spelling, "alike", round(float(scores[at]), 1))
            for at in close.tolist()
            for place, spelling in self._by_sound[known[at]]
        ][:_SUGGESTIONS]


@dataclass(frozen=True)
class Places:
    """The rows of places.csv as places; ``faulty`` are the rows, by place_id, that can't be told what they mean:
    their ids are repeated, their kind is none, or they can't be read whole. ``problems`` are those of references,
    coordinates and geometries; the cells' own are not among them."""

    places: tuple[Place, ...]
    faulty: Mapping[str, int]
    problems: tuple[Problem, ...]


def read_places(cells: Cells) -> Places:
    """The places of a table. A geometry that can't be used, and the coordinates (0, 0), are dropped, so that what
    names the place is listed as unlocated."""
    problems: list[Problem] = []
    places: dict[str, Place] = {}
    faulty: dict[str, int] = {}
    header_is_wrong = cells.header_is_wrong
    kinds, broken = cells.column("kind").tolist(), cells.broken.tolist()
    rows = _PlaceRows(cells, problems)
    for index, place_id in enumerate(cells.column("place_id")):
        if not place_id:
            continue
        whole = not broken[index] and kinds[index] in KINDS
        if header_is_wrong or not whole or place_id in places:
            faulty.setdefault(place_id, cells.table.rows[index])
        if whole and place_id not in places:
            places[place_id] = rows.place(index)
    problems += _reference_problems(cells, places)
    return Places(tuple(places.values()), faulty, tuple(problems))


class _PlaceRows:
    """Rows of places.csv as places; what is wrong with their coordinates and geometries goes to ``problems``."""

    def __init__(self, cells: Cells, problems: list[Problem]) -> None:
        self.cells, self.problems = cells, problems
        lists = {name: cells.column(name).map(split).tolist() for name in ("aliases", "members")}
        self._cells = lists | {name: cells.column(name).tolist() for name in _TEXTS}
        self._numbers = {
            name: cells.typed(name).tolist() for name in ("latitude", "longitude", "radius_m", "population")
        }
        self._names = {name: cells.column(name).tolist() for name in cells.translations("name")}

    def place(self, index: int) -> Place:
        latitude, longitude = self._coordinates(index)
        cells: dict[str, Any] = {name: column[index] for name, column in self._cells.items()}
        return Place(
            **cells,
            names={name: texts[index] for name, texts in self._names.items() if texts[index]},
            latitude=latitude,
            longitude=longitude,
            radius_m=self._numbers["radius_m"][index],
            population=self._numbers["population"][index],
            shape=_drawn(self.cells, index, cells["kind"], self.cells.column("geometry")[index], self.problems),
            row=self.cells.table.rows[index],
        )

    def _coordinates(self, index: int) -> tuple[float | None, float | None]:
        latitude, longitude = self._numbers["latitude"][index], self._numbers["longitude"][index]
        if latitude is None or longitude is None:
            absent = [column for column in ("latitude", "longitude") if not self.cells.column(column)[index]]
            if len(absent) == 1:
                self.problems.append(self.cells.problem("coordinate-pair", index, absent[0]))
        elif latitude == 0 and longitude == 0:
            self.problems.append(self.cells.problem("coordinate-null-island", index, "latitude", "0, 0"))
            return None, None
        return latitude, longitude


def _narrowed(text: str) -> tuple[str, str]:
    """``Léogâne (adm2)`` as its name and kind; the kind is blank where none is named."""
    name, _, kind = text.strip().removesuffix(")").rpartition("(")
    whole = text.strip().endswith(")") and name.strip() and _KIND.fullmatch(kind)
    return (name.strip(), kind) if whole else (text, "")


def split(text: str) -> tuple[str, ...]:
    """The entries of a cell that holds several, parted by semicolons."""
    parts = text.split(";") if ";" in text else (text,)
    return tuple(part for one in parts if (part := one.strip()))


def _drawn(cells: Cells, index: int, kind: str, wkt: str, problems: list[Problem]) -> BaseGeometry | None:
    if not wkt:
        return None
    try:
        return read_wkt(wkt, LINES if kind == "road" else AREAS)
    except GeometryError as fault:
        value = fault.why if fault.kind == "type" else wkt
        problems.append(cells.problem(f"geometry-{fault.kind}", index, "geometry", value, why=fault.why))
        return None


def _reference_problems(cells: Cells, places: Mapping[str, Place]) -> Iterator[Problem]:
    sound: set[str] = set()
    for index, place_id in enumerate(cells.column("place_id")):
        place = places.get(place_id)
        if place is None or place.row != cells.table.rows[index]:
            continue
        if place.within and place.within not in places:
            likely = alike(place.within, places)
            yield cells.problem("within-unknown", index, "within", place.within, likely=likely)
        elif _circles(place, places, sound):
            yield cells.problem("within-circle", index, "within", place.within)
        unknown = [member for member in dict.fromkeys(place.members) if member not in places]
        for number, member in enumerate(unknown):
            likely = alike(member, places) if number < _HINTED else ""
            yield cells.problem("member-unknown", index, "members", member, likely=likely)


def _circles(place: Place, places: Mapping[str, Place], sound: set[str]) -> bool:
    """Whether a place is within itself; ``sound`` gathers what is within nothing that circles."""
    seen: set[str] = set()
    at: Place | None = place
    while at is not None and at.within and at.within not in sound:
        if at.within == place.place_id:
            return True
        if at.within in seen:
            return False
        seen.add(at.within)
        at = places.get(at.within)
    sound |= seen
    return False


def alike(wanted: str, known: Collection[str]) -> str:
    """A closing sentence that offers the known ids that resemble ``wanted``; empty where none does."""
    from rapidfuzz import process  # needed only where something is unknown
    from rapidfuzz.distance import Indel

    if len(wanted) > _LONGEST_ID:
        return ""
    scores = process.extract(wanted, list(known), scorer=Indel.normalized_similarity, limit=None, score_cutoff=_ALIKE)
    close = sorted((-score, one) for one, score, _ in scores)[:3]
    return f" Did you mean {' or '.join(one for _, one in close)}?" if close else ""
