"""A foreign gazetteer into places.csv: what it lacks is added, what stands there is never changed.

The same file again adds nothing: a place is known by its number at GeoNames, by its id, or by its name within five
kilometres.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from mapper import world
from mapper.checks import read_gazetteer
from mapper.files import alone_in
from mapper.imports import append_rows, open_table
from mapper.incoming import slug
from mapper.place_files import GEONAMES, WOF, Read, read_places_file
from mapper.places import POINT_KINDS, UNIT_KINDS, Gazetteer
from mapper.settings import ProjectFolder, read_settings
from mapper.tables import Table, clean
from mapper.toponyms import Holder, Holders, Row, Standing, Toponym, rows_of

_SHOWN = 5
_ELSEWHERE = "they lie in other countries"


@dataclass(frozen=True)
class LeftOut:
    """Rows of a file that became no places, all for one reason: how many, and the first ones' numbers."""

    why: str
    count: int
    rows: tuple[int, ...]


@dataclass(frozen=True)
class PlacesImported:
    """What became of each row of a file: ``rows`` are ``added`` + ``known`` + all that are ``left_out``.

    ``unheld`` counts those added that lie in none of the project's units; ``columns`` says which of a table's were
    taken, ours to theirs.
    """

    format: str
    rows: int
    added: tuple[str, ...]
    known: int
    unheld: int
    left_out: tuple[LeftOut, ...]
    columns: Mapping[str, str]

    def as_dict(self) -> dict[str, Any]:
        """The report as JSON data."""
        left_out = [{"why": one.why, "count": one.count, "rows": list(one.rows)} for one in self.left_out]
        counted = {"rows": self.rows, "added": len(self.added), "known": self.known, "unheld": self.unheld}
        return {"format": self.format, **counted, "left_out": left_out, "columns": dict(self.columns)}


def import_places(
    folder: ProjectFolder,
    file: str | Path,
    *,
    countries: Sequence[str] = (),
    columns: Mapping[str, str] | None = None,
    constants: Mapping[str, str] | None = None,
    dry_run: bool = False,
) -> PlacesImported:
    """Add a file's places to places.csv, which is written whole or not at all.

    ``countries`` (ISO 3166-1, three letters; ``world``: all) keeps the places that the file files there, by default
    those of the project's settings; ``columns`` maps our columns to the file's, ``constants`` gives every row the same
    cell. Raises MapperError where the file can't be read or the table can't be written to.
    """
    path = Path(file)
    wanted = world.named_countries(countries or read_settings(folder).countries)
    read = read_places_file(path, columns or {}, constants or {})
    with alone_in(folder.data):
        table = open_table(folder, "places")
        sorting = _Sorting(read_gazetteer(folder)[0], table, wanted)
        for one in read.rows:
            sorting.take(one)
        rows = list(sorting.new_rows(_source(read.format, path)))
        if not dry_run:
            append_rows(folder, table, rows)
    return PlacesImported(
        read.format,
        sorting.rows,
        tuple(row["place_id"] for row in rows),
        sorting.known,
        sum(not row["within"] for row in rows),
        tuple(sorting.left_out()),
        read.columns,
    )


def _source(form: str, path: Path) -> str:
    return f"{form}, {path.name}" if form in (GEONAMES, WOF) else path.name


class _Sorting:
    """The rows of a file, sorted into those that are new, those that stand already and those that are no places."""

    def __init__(self, gazetteer: Gazetteer, table: Table, wanted: Sequence[world.Country]) -> None:
        self.gazetteer = gazetteer
        self.rows = self.known = 0
        self._new: dict[str, Toponym] = {}
        self._notes: dict[str, str] = {}
        self._why: Counter[str] = Counter()
        self._examples: dict[str, list[int]] = {}
        self._countries = {code for one in wanted for code in (one.iso2, one.iso3, one.name.upper())}
        self._ids = {clean(one) for one in table.column("place_id")}
        self._numbers = (
            {clean(one) for one in table.column("geonames_id")} - {""} if "geonames_id" in table.header else set()
        )
        self._standing = Standing()
        for place in gazetteer:
            if place.kind in POINT_KINDS and place.longitude is not None and place.latitude is not None:
                self._standing.add(place.kind, place.spellings, place.longitude, place.latitude)

    def take(self, read: Read) -> None:
        self.rows += 1
        toponym = read.toponym
        if toponym is None:
            self._leave_out(read.row, read.why)
        elif self._countries and toponym.iso2 and toponym.iso2.upper() not in self._countries:
            self._leave_out(read.row, _ELSEWHERE)
        else:
            self._sort(read, toponym)

    def _sort(self, read: Read, toponym: Toponym) -> None:
        named = toponym if toponym.geonames_id else replace(toponym, place_id=toponym.place_id or _lasting_id(toponym))
        key = toponym.geonames_id or named.place_id
        stands = key in (self._numbers if toponym.geonames_id else self._ids) or named.place_id in self._ids
        if named.place_id and slug(named.place_id) != named.place_id:
            self._leave_out(read.row, "their place_id isn't of lower-case letters, digits and hyphens")
        elif stands or key in self._new or self._standing.has(toponym):
            self.known += 1
        else:
            self._new[key] = named
            self._notes[key] = read.notes

    def _leave_out(self, row: int, why: str) -> None:
        self._why[why] += 1
        if self._why[why] <= _SHOWN:
            self._examples.setdefault(why, []).append(row)

    def left_out(self) -> Iterator[LeftOut]:
        for why, count in self._why.most_common():
            yield LeftOut(why, count, tuple(self._examples[why]))

    def new_rows(self, source: str) -> Iterator[Row]:
        for row in rows_of(self._new.values(), Holders(_holders(self.gazetteer)), self._ids, source):
            notes = self._notes.get(row["geonames_id"] or row["place_id"], "")
            yield {**row, "notes": notes} if notes else row


def _lasting_id(toponym: Toponym) -> str:
    """An id that is the same each time the file is read, and differs from another place's of that name."""
    said = (toponym.number, toponym.name, toponym.kind, f"{toponym.latitude:.6f}", f"{toponym.longitude:.6f}")
    told = sha256("\0".join(said if not toponym.number else said[:3]).encode("utf-8", "replace")).hexdigest()[:8]
    return f"{slug(toponym.name)[:40].strip('-') or toponym.kind}-{told}"


def _holders(gazetteer: Gazetteer) -> Iterable[Holder]:
    filed: dict[str, tuple[str, str]] = {}
    for iso3 in {gazetteer.country_of(place) for place in gazetteer if place.kind == "country"}:
        country = world.countries().get(iso3 or "")
        if country:
            filed |= {unit.code: (country.iso2, unit.admin1) for unit in world.units_of(country.iso3)}
    for place in gazetteer:
        shape = gazetteer.geometry(place) if place.kind in UNIT_KINDS else None
        if shape is not None:
            yield Holder(place.place_id, place.kind, place.name, shape, *filed.get(place.pcode, ("", "")))
