"""What a file of others brings: rows for the project's tables, and what of the file has no place in them.

A reader translates; it places nothing by guess. Where a file names a unit, the unit is looked up in the project's
gazetteer; where it isn't there, what is known of it (a point, how unsure) becomes a place of a stated radius.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cached_property
from hashlib import sha256
from typing import Any

import shapely

from mapper.places import UNIT_KINDS, Gazetteer, Place, fold, match_key

Columns = dict[str, list[str]]

# How far around its point a unit reaches whose polygon isn't known, in metres: about a unit of that level.
STATED_RADIUS = {"near": 25_000, "adm3": 10_000, "adm2": 25_000, "adm1": 100_000, "region": 50_000, "country": 500_000}
CIRCLE = "a circle around the point that {source} gives, for want of its boundary"
_NEAR_DEGREES = 0.25
_LONGEST_ID = 48
# What stands behind, or before, a unit's name and says what it is.
_GENERIC = frozenset(
    re.findall(
        r"\w+",
        "province provincia governorate muhafazah state estado district region departement department departamento "
        "prefecture municipality municipio county division zone oblast kray krai republic territory lga commune "
        "township city capital island wilaya wilayah canton parish of the",
    )
)


@dataclass(frozen=True)
class Loss:
    """What a file doesn't hold, or what of it has no place in ours: a stable code, of how many, and a sentence.

    ``columns`` are the members of the published event that it touches, by GeoJSON's names: a property, ``geometry``,
    a report's member as ``reports.quote``; ``sources``, ``name`` … of the collection; ``event_id``: whole events are
    left out.
    """

    code: str
    count: int
    message: str
    columns: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        return {**asdict(self), "columns": list(self.columns)}


@dataclass(frozen=True)
class Refused:
    """A row of the file that can't become a row of ours, as a spreadsheet numbers it, and why."""

    row: int
    why: str


@dataclass(frozen=True)
class Incoming:
    """A file's rows in our terms: ``events`` by column, one list entry an event; ``types`` by name their sub-types.

    ``boundaries`` are GeoJSON Features with ``pcode``, ``name`` and ``level``. ``rows`` counts those of the file.
    """

    events: Columns
    rows: int
    sources: Sequence[Mapping[str, str]] = ()
    places: Sequence[Mapping[str, str]] = ()
    boundaries: Sequence[Mapping[str, Any]] = ()
    types: Mapping[str, Sequence[str]] = field(default_factory=dict)
    refused: Sequence[Refused] = ()
    losses: Sequence[Loss] = ()


@dataclass(frozen=True)
class Ground:
    """What a reader knows: the project's gazetteer, the file's short name, which of its columns hold what is ours
    (``columns``: our name to theirs), what every row gets (``constants``), how its dates are written, and which texts
    the project has in ``seeds``."""

    gazetteer: Gazetteer
    name: str = "import"
    columns: Mapping[str, str] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    date_format: str = ""
    seeds: frozenset[str] = frozenset()


def slug(*words: str) -> str:
    """An id of small letters, digits and hyphens, as event_id and place_id must be."""
    return "-".join(part for word in words for part in fold(word).split())


def short_id(name: str, *rest: str) -> str:
    """An id that says the name and differs wherever name or ``rest`` differ; the same each time."""
    told = sha256("\0".join((name, *rest)).encode("utf-8", "replace")).hexdigest()[:8]
    return f"{slug(name)[:_LONGEST_ID].strip('-') or 'place'}-{told}"


def short_title(text: str, most: int = 80) -> str:
    """A text in at most ``most`` characters, cut at a word."""
    text = " ".join(text.split())
    if len(text) <= most:
        return text
    cut = text[: most - 1]
    return (cut.rpartition(" ")[0] if " " in cut[most // 2 :] else cut).rstrip(" ,;:-–") + "…"


def bare(name: str) -> str:
    """A unit's name without the words that say what it is: ``Idlib governorate`` and ``Idlib`` agree."""
    words = match_key(name).split()
    kept = [word for word in words if word not in _GENERIC]
    return " ".join(kept or words)


class TableReading:
    """What the readers of others' tables share: cells by column and row, new places, and the rows left out."""

    source = ""

    def __init__(self, columns: Columns, rows: Sequence[int], ground: Ground) -> None:
        self.columns, self.rows = columns, rows
        self.units = Units(ground.gazetteer)
        self.places = NewPlaces(self.source)
        self.refused: list[Refused] = []

    def cell(self, name: str, at: int) -> str:
        """A cell as meant; blank where the table lacks the column."""
        cells = self.columns.get(name)
        return whole(cells[at].strip()) if cells else ""

    def events(self, taken: Sequence[str], renamed: Mapping[str, str]) -> Columns:
        """The rows in our columns, then the file's own but for those ``taken``; rows that come to nothing are left
        out."""
        records = {at: record for at in range(len(self.rows)) if (record := self.event(at)) is not None}
        names = dict.fromkeys(["event_id", *(name for record in records.values() for name in record)])
        events = {name: [record.get(name, "") for record in records.values()] for name in names}
        native = {renamed.get(name, name): cells for name, cells in self.columns.items() if name and name not in taken}
        return events | {name: [cells[at] for at in records] for name, cells in native.items()}

    def event(self, at: int) -> dict[str, str] | None:
        """One row in our columns, or ``None`` where it is refused."""
        raise NotImplementedError

    def left_out(self) -> Iterator[Loss]:
        """Of how many rows nothing was taken."""
        if self.refused:
            yield Loss("no-id", len(self.refused), "Rows without an id can't be told apart: they are left out.")


class Units:
    """The units of a gazetteer as others name them: found where name and point agree, else not at all."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self.gazetteer = gazetteer
        self._known: dict[tuple[str, ...], Place | None] = {}

    def country(self, name: str, lon: float | None, lat: float | None) -> Place | None:
        """The country of that name; of ``DR Congo (Zaire)`` either name will do."""
        key = ("country", name)
        if key not in self._known:
            found = {place.place_id: place for one in _either(name) for place in self._named("country", one)}
            self._known[key] = next(iter(found.values())) if len(found) == 1 else None
        return self._near(self._known[key], lon, lat)

    def unit(self, kind: str, name: str, holder: Place | None, lon: float | None, lat: float | None) -> Place | None:
        """The one unit of that kind and name within ``holder``, if the point (degrees) lies in it or close by."""
        if not name:
            return None
        key = (kind, name, holder.place_id if holder else "")
        if key not in self._known:
            found = {place.place_id: place for one in _either(name) for place in self._named(kind, one)}
            within = [one for one in found.values() if holder is None or holder in self.gazetteer.chain(one)]
            self._known[key] = within[0] if len(within) == 1 else None
        return self._near(self._known[key], lon, lat)

    def _named(self, kind: str, name: str) -> list[Place]:
        return self._by_name.get((kind, bare(name)), [])

    @cached_property
    def _by_name(self) -> dict[tuple[str, str], list[Place]]:
        index: dict[tuple[str, str], list[Place]] = {}
        for place in self.gazetteer:
            # A circle of an earlier import is no boundary: the same file gives the same places each time.
            is_circle = place.radius_m is not None and self.gazetteer.geometry(place) is None
            if place.kind in UNIT_KINDS and place.place_id not in self.gazetteer.faulty and not is_circle:
                for key in {(place.kind, bare(one)) for one in place.spellings}:
                    index.setdefault(key, []).append(place)
        return index

    def _near(self, place: Place | None, lon: float | None, lat: float | None) -> Place | None:
        if place is None or lon is None or lat is None:
            return place
        area = self.gazetteer.geometry(place)
        return place if area is None or shapely.dwithin(area, shapely.Point(lon, lat), _NEAR_DEGREES) else None


class NewPlaces:
    """Rows for places.csv of what a file names and the gazetteer lacks: each place once, under the same id each time.

    ``circles`` counts how often a unit was asked for whose boundary isn't known.
    """

    def __init__(self, source: str) -> None:
        self.source = source
        self.rows: dict[str, dict[str, str]] = {}
        self.circles = 0

    def settlement(self, name: str, lon: float, lat: float, within: Place | None) -> str:
        """The place_id of a named point (degrees)."""
        return self._add("settlement", name, lon, lat, within)

    def circle(self, kind: str, name: str, lon: float, lat: float, within: Place | None) -> str:
        """The place_id of a unit or region of which only a point (degrees) is known, and about how large it is."""
        self.circles += 1
        note = CIRCLE.format(source=self.source)
        return self._add(kind, name, lon, lat, within, radius_m=str(STATED_RADIUS[kind]), geometry_note=note)

    def _add(self, kind: str, name: str, lon: float, lat: float, within: Place | None, **size: str) -> str:
        holder = within.place_id if within else ""
        latitude, longitude = degrees(lat), degrees(lon)
        place_id = short_id(name, kind, latitude, longitude, holder)
        if place_id not in self.rows:
            self.rows[place_id] = {
                "place_id": place_id,
                "name": name or "not named",
                "kind": kind,
                "within": holder,
                "latitude": latitude,
                "longitude": longitude,
                **size,
                "source": self.source,
            }
        return place_id


def degrees(value: float) -> str:
    """Degrees as text, six decimals at most."""
    return f"{value:.6f}".rstrip("0").rstrip(".")


def _either(name: str) -> Iterator[str]:
    """``Myanmar (Burma)`` as written, without what stands in brackets, and that alone."""
    yield name
    outer, bracket, inner = name.partition("(")
    if bracket:
        yield outer
        yield inner.rstrip(") ")


def number(text: str) -> float | None:
    """A finite number, or ``None``."""
    try:
        value = float(text)
    except ValueError:
        return None
    return value if abs(value) < float("inf") else None


def whole(text: str) -> str:
    """``300380.0`` as ``300380``: how programs that know only decimals write whole numbers."""
    return re.sub(r"(\d+)\.0+", r"\1", text) if re.fullmatch(r"-?\d+\.0+", text) else text
