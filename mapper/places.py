"""The gazetteer: names to places. It offers candidates and never guesses.

A name is matched with accents, case and punctuation folded, against the ids, names and aliases that a curator
wrote down. Whatever else resembles it is a suggestion for a person, never an acceptance.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

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
POINT_KINDS = ("settlement", "neighbourhood", "site")
KINDS = table_schema("places").field("kind").enum  # type: ignore[union-attr]
_KIND = re.compile(r"[a-z0-9]+")
_NOT_WORD = re.compile(r"[^0-9a-z]+")
# Latin letters, marks and punctuation beyond ASCII.
_LATIN = re.compile("[\u0080-\u036f\u1e00-\u1eff\u2000-\u206f\u2c60-\u2c7f\ua720-\ua7ff\ufb00-\ufb06\uff01-\uff5e]+")
_SUGGESTIONS = 5
_LEAST_LIKENESS = 60.0
_ALIKE = 0.6
_LONGEST_ID = 200
_HINTED = 20  # of a cell's many unknown members, those that a suggestion is looked for


def fold(name: str) -> str:
    """A name in ASCII: without accents, case and punctuation, other scripts transliterated."""
    return _NOT_WORD.sub(" ", anyascii(nfc(name)).lower()).strip()


def match_key(name: str) -> str:
    """What two spellings of one name share: accents, case and punctuation aside (``Léogâne``, ``LEOGANE``).

    Other scripts than Latin stay as they are, for transliterated, different names agree (山西 and 陕西).
    """
    if name.isascii():
        return fold(name)
    latin = _LATIN.sub(lambda run: anyascii(run[0]), nfc(name)).casefold()
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

    ``faulty_row`` is the row of places.csv to be mended first, where the name means one that has an error.
    """

    place: Place | None
    candidates: tuple[Candidate, ...] = ()
    ambiguous: bool = False
    faulty_row: int | None = None


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
        self._geometries: dict[str, BaseGeometry | None] = {}

    def __iter__(self) -> Iterator[Place]:
        return iter(self.by_id.values())

    def __len__(self) -> int:
        return len(self.by_id)

    @cached_property
    def _by_name(self) -> dict[str, list[tuple[Place, str]]]:
        return self._index(match_key)

    @cached_property
    def _by_sound(self) -> dict[str, list[tuple[Place, str]]]:
        return self._index(fold)

    def _index(self, key_of: Callable[[str], str]) -> dict[str, list[tuple[Place, str]]]:
        index: dict[str, list[tuple[Place, str]]] = {}
        for place in self:
            for key, spelling in {key_of(one): one for one in reversed(place.spellings)}.items():
                if key:
                    index.setdefault(key, []).append((place, spelling))
        return index

    def find(self, name: str, country: str | None = None) -> list[Candidate]:
        """Every place of that id or name, and those whose names are alike, best first.

        ``country`` (ISO 3166-1, three letters) keeps the places within it alone.
        """
        found = self._exact(name) or self._alike(name)
        return [one for one in found if country is None or self.country_of(one.place) == country]

    def resolve(self, text: str) -> Resolution:
        """The one place that ``text`` means: a place_id, or a name, narrowed by kind: ``Léogâne (adm2)``."""
        if text not in self._resolved:
            self._resolved[text] = self._resolve(text)
        return self._resolved[text]

    def chain(self, place: Place) -> list[Place]:
        """The place and all that hold it, from the inside out; a circle is cut."""
        chain = [place]
        while (holder := self.by_id.get(chain[-1].within)) and holder not in chain:
            chain.append(holder)
        return chain

    def country_of(self, place: Place) -> str | None:
        """ISO 3166-1 code of the country that holds the place, if the table says so."""
        return next((one.iso_3166_2 for one in self.chain(place) if one.kind == "country"), None)

    def geometry(self, place: Place) -> BaseGeometry | None:
        """What the place is on the ground (longitude, latitude; WGS 84): a point for a settlement, a line for
        a road, polygons for a unit or region; ``None`` where the tables don't hold it."""
        if place.place_id in self.faulty:
            return None
        if place.place_id not in self._geometries:
            self._geometries[place.place_id] = None  # a region that is its own member ends here
            self._geometries[place.place_id] = self._geometry(place)
        return self._geometries[place.place_id]

    def _geometry(self, place: Place) -> BaseGeometry | None:
        if place.kind in POINT_KINDS:
            if place.latitude is None or place.longitude is None:
                return None
            return shapely.Point(place.longitude, place.latitude)
        if place.shape is not None:
            return place.shape
        if place.kind in UNIT_KINDS:
            unit = self.boundaries.units.get(place.pcode) if place.pcode else None
            return unit.geometry if unit else None
        parts = [self.geometry(self.by_id[one]) for one in place.members if one in self.by_id]
        known = [part for part in parts if part is not None and part.geom_type.endswith("Polygon")]
        whole = bool(parts) and len(known) == len(place.members)
        return shapely.union_all(known) if whole else None

    def _resolve(self, text: str) -> Resolution:
        if text in self.faulty:
            return Resolution(None, faulty_row=self.faulty[text])
        exact = self._exact(text)
        if len(exact) == 1:
            place = exact[0].place
            faulty_row = self.faulty.get(place.place_id)
            return Resolution(place if faulty_row is None else None, faulty_row=faulty_row)
        return Resolution(None, tuple(exact or self._alike(text)), ambiguous=len(exact) > 1)

    def _exact(self, text: str) -> list[Candidate]:
        if text in self.by_id:
            return [Candidate(self.by_id[text], text, "id", 100.0)]
        hits = self._by_name.get(match_key(text), [])
        name, kind = _narrowed(text)
        if not hits and kind in KINDS:
            hits = [one for one in self._by_name.get(match_key(name), []) if one[0].kind == kind]
        candidates = (
            Candidate(place, spelling, "name" if spelling == place.name else "alias", 100.0) for place, spelling in hits
        )
        return sorted(candidates, key=lambda one: (KINDS.index(one.place.kind), one.place.place_id))

    def _alike(self, text: str) -> list[Candidate]:
        from rapidfuzz import fuzz, process

        wanted = fold(_narrowed(text)[0])
        close = process.extract(
            wanted, self._by_sound.keys(), scorer=fuzz.WRatio, limit=_SUGGESTIONS, score_cutoff=_LEAST_LIKENESS
        )
        return [
            Candidate(place, spelling, "alike", round(score, 1))
            for key, score, _ in close
            for place, spelling in self._by_sound[key]
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
    for index, place_id in enumerate(cells.column("place_id")):
        row = cells.table.rows[index]
        whole = row not in cells.table.broken and cells.column("kind")[index] in KINDS
        if place_id and (cells.header_is_wrong or not whole or place_id in places):
            faulty.setdefault(place_id, row)
        if place_id and whole and place_id not in places:
            places[place_id] = _place(cells, index, problems)
    problems += _reference_problems(cells, places)
    return Places(tuple(places.values()), faulty, tuple(problems))


def _place(cells: Cells, index: int, problems: list[Problem]) -> Place:
    def text(column: str) -> str:
        return cells.column(column)[index]

    def number(column: str) -> float | None:
        value: float | None = cells.typed(column)[index]
        return value

    kind = text("kind")
    latitude, longitude = _coordinates(cells, index, problems)
    return Place(
        place_id=text("place_id"),
        name=text("name"),
        kind=kind,
        aliases=split(text("aliases")),
        names={column: text(column) for column in cells.translations("name") if text(column)},
        within=text("within"),
        pcode=text("pcode"),
        iso_3166_2=text("iso_3166_2"),
        latitude=latitude,
        longitude=longitude,
        radius_m=number("radius_m"),
        population=cells.typed("population")[index],
        members=split(text("members")),
        shape=_drawn(cells, index, kind, text("geometry"), problems),
        geometry_note=text("geometry_note"),
        row=cells.table.rows[index],
    )


def _coordinates(cells: Cells, index: int, problems: list[Problem]) -> tuple[float | None, float | None]:
    absent = [column for column in ("latitude", "longitude") if not cells.column(column)[index]]
    if len(absent) == 1:
        problems.append(cells.problem("coordinate-pair", index, absent[0]))
    latitude, longitude = cells.typed("latitude")[index], cells.typed("longitude")[index]
    if (latitude, longitude) == (0, 0):
        problems.append(cells.problem("coordinate-null-island", index, "latitude", "0, 0"))
        return None, None
    return latitude, longitude


def _narrowed(text: str) -> tuple[str, str]:
    """``Léogâne (adm2)`` as its name and kind; the kind is blank where none is named."""
    name, _, kind = text.strip().removesuffix(")").rpartition("(")
    whole = text.strip().endswith(")") and name.strip() and _KIND.fullmatch(kind)
    return (name.strip(), kind) if whole else (text, "")


def split(text: str) -> tuple[str, ...]:
    """The entries of a cell that holds several, parted by semicolons."""
    return tuple(part for one in text.split(";") if (part := one.strip()))


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
    for index, place_id in enumerate(cells.column("place_id")):
        place = places.get(place_id)
        if place is None or place.row != cells.table.rows[index]:
            continue
        if place.within and place.within not in places:
            likely = alike(place.within, places)
            yield cells.problem("within-unknown", index, "within", place.within, likely=likely)
        elif _circles(place, places):
            yield cells.problem("within-circle", index, "within", place.within)
        unknown = [member for member in dict.fromkeys(place.members) if member not in places]
        for number, member in enumerate(unknown):
            likely = alike(member, places) if number < _HINTED else ""
            yield cells.problem("member-unknown", index, "members", member, likely=likely)


def _circles(place: Place, places: Mapping[str, Place]) -> bool:
    seen: set[str] = set()
    at: Place | None = place
    while at is not None and at.within:
        if at.within == place.place_id:
            return True
        if at.within in seen:
            return False
        seen.add(at.within)
        at = places.get(at.within)
    return False


def alike(wanted: str, known: Collection[str]) -> str:
    """A closing sentence that offers the known ids that resemble ``wanted``; empty where none does."""
    from rapidfuzz import process  # needed only where something is unknown
    from rapidfuzz.distance import Indel

    if len(wanted) > _LONGEST_ID:
        return ""
    close = process.extract(wanted, list(known), scorer=Indel.normalized_similarity, score_cutoff=_ALIKE, limit=3)
    return f" Did you mean {' or '.join(one[0] for one in close)}?" if close else ""
