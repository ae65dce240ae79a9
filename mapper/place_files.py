"""Foreign gazetteers, row by row: GeoNames's dumps, Who's On First, any table or GeoJSON with named points.

A reader says of every row what it is, or why it is no place of ours; it changes nothing and looks nothing up.
"""

from __future__ import annotations

import io
import json
import sqlite3
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import Any

from mapper.delimited import unescape_formula
from mapper.errors import TableError, UnknownFormat
from mapper.incoming import number
from mapper.places import KINDS, POINT_KINDS, UNIT_KINDS, split
from mapper.schema import TableSchema
from mapper.tables import Table, parse_table
from mapper.toponyms import Toponym

GEONAMES, WOF, TABLE = "GeoNames", "Who's On First", "table"
SUFFIXES = (".txt", ".zip", ".csv", ".tsv", ".xlsx", ".ods", ".geojson", ".json", ".db", ".sqlite")
COLUMNS = (
    *("place_id", "name", "aliases", "kind", "geonames_id", "latitude", "longitude", "population"),
    *("country", "admin1", "notes"),
)
_LARGEST = 1 << 31  # bytes unpacked: what an archive that pretends to be a gazetteer may not exceed
_GEONAMES_COLUMNS = 19
_CLASSES = {
    "A": "units, which come with their boundaries (mapper boundaries add)",
    "H": "waters",
    "L": "areas and parks",
    "R": "roads and railways",
    "T": "mountains and islands",
    "U": "undersea features",
    "V": "forests and fields",
}
_KINDS = {
    **{kind: kind for kind in KINDS},
    **dict.fromkeys(("locality", "city", "town", "village", "hamlet", "populated place", "ppl"), "settlement"),
    **dict.fromkeys(("borough", "macrohood", "microhood", "suburb", "quarter", "ward"), "neighbourhood"),
    **dict.fromkeys(("venue", "campus", "address", "camp", "facility"), "site"),
    **dict.fromkeys(("empire", "dependency"), "country"),
    **dict.fromkeys(("macroregion", "province", "state"), "adm1"),
    **dict.fromkeys(("county", "macrocounty", "localadmin", "district"), "adm2"),
}
# Who's On First calls a first-level unit a region; among ours a region is any area.
_WOF_KINDS = {**_KINDS, "region": "adm1"}
_USUAL = {
    "name": ("name", "place", "town", "city", "settlement", "locality", "asciiname"),
    "latitude": ("latitude", "lat", "y"),
    "longitude": ("longitude", "lon", "long", "lng", "x"),
    "kind": ("kind", "placetype", "type"),
    "aliases": ("aliases", "alternatenames", "alternate_names", "alt_names"),
    "geonames_id": ("geonames_id", "geonameid"),
    "country": ("country", "country_code", "countrycode", "iso2", "iso3", "iso"),
    "population": ("population", "pop"),
}
_ANYTHING = TableSchema("places", "", "", ())


@dataclass(frozen=True)
class Read:
    """One row of a foreign gazetteer, as a spreadsheet numbers it: a toponym, or the reason why it is none.

    ``why`` is the same for all rows that are left out for one reason.
    """

    row: int
    toponym: Toponym | None = None
    why: str = ""
    notes: str = ""


@dataclass(frozen=True)
class PlaceFile:
    """A foreign gazetteer: its ``format``, its rows, and those of its columns that were taken, ours to theirs."""

    format: str
    rows: Iterable[Read]
    columns: Mapping[str, str] = field(default_factory=dict)


def read_places_file(path: Path, columns: Mapping[str, str], constants: Mapping[str, str]) -> PlaceFile:
    """The rows of a file. ``columns`` says which of its columns hold what is ours, ``constants`` what every row gets.

    Raises ``UnknownFormat`` for a suffix that names none, and ``TableError`` where the file can't be read.
    """
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise UnknownFormat(f"{path}: its suffix names no gazetteer. Known are: {', '.join(SUFFIXES)}.")
    if not path.is_file():
        raise TableError(f"{path}: there is no such file.")
    try:
        if suffix in (".db", ".sqlite"):
            return PlaceFile(WOF, list(_wof_rows(_from_sqlite(path))))
        name, data = _unzipped(path) if suffix == ".zip" else (path.name, path.read_bytes())
        return _from_bytes(name, data, columns, constants)
    except (OSError, ValueError, RecursionError, zipfile.BadZipFile, sqlite3.Error, NotImplementedError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise TableError(f"{path}: can't be read: {why}. Nothing was imported.") from error


def _unzipped(path: Path) -> tuple[str, bytes]:
    """The one table or GeoJSON in an archive, readmes aside."""
    with zipfile.ZipFile(path) as archive:
        members = [one for one in archive.infolist() if PurePosixPath(one.filename).suffix.lower() in SUFFIXES]
        found = [one for one in members if "readme" not in one.filename.lower()]
        if len(found) != 1:
            held = ", ".join(one.filename for one in found[:5]) or "none"
            raise ValueError(f"an archive must hold one file of places; this holds {held}")
        if found[0].file_size > _LARGEST:
            raise ValueError(f"{found[0].filename} is larger than {_LARGEST >> 30} GiB when unpacked")
        return PurePosixPath(found[0].filename).name, archive.read(found[0])


def _from_bytes(name: str, data: bytes, columns: Mapping[str, str], constants: Mapping[str, str]) -> PlaceFile:
    suffix = PurePosixPath(name).suffix.lower()
    if suffix in (".geojson", ".json"):
        return _from_geojson(json.loads(data.decode("utf-8-sig")), columns, constants)
    if suffix == ".txt" and _is_geonames(data):
        return PlaceFile(GEONAMES, _geonames_rows(data))
    table = parse_table(data, ".csv" if suffix in (".txt", ".tsv") else suffix, "places", name, _ANYTHING)
    wrong = [problem for problem in table.problems if problem.is_error]
    if wrong:
        raise TableError(f"{wrong[0].where}: {wrong[0].message} Nothing was imported. {wrong[0].remedy}")
    records = zip(table.rows, _records(table), strict=True)
    if {"id", "name", "placetype"} <= set(table.header) and not columns:
        return PlaceFile(WOF, list(_wof_rows((row, _wof_meta(record)) for row, record in records)))
    return _mapped(records, table.header, columns, constants)


def _records(table: Table) -> Iterator[dict[str, str]]:
    cells = [[unescape_formula(cell) for cell in table.column(name)] for name in table.header]
    for row in zip(*cells, strict=True):
        yield dict(zip(table.header, row, strict=True))


# --- GeoNames ---


def _is_geonames(data: bytes) -> bool:
    first = data[: 1 << 16].partition(b"\n")[0].decode("utf-8-sig", "replace").split("\t")
    return len(first) == _GEONAMES_COLUMNS and first[0].isdigit()


def _geonames_rows(data: bytes) -> Iterator[Read]:
    """A dump's rows (GeoNames's readme.txt: 19 columns, tab-delimited, UTF-8, no header)."""
    for row, line in enumerate(io.TextIOWrapper(io.BytesIO(data), "utf-8-sig", "replace", newline="\n"), 1):
        cells = line.rstrip("\r\n").split("\t")
        if len(cells) != _GEONAMES_COLUMNS:
            yield Read(row, why=f"it hasn't the {_GEONAMES_COLUMNS} columns of a GeoNames dump")
        else:
            yield _geonames_row(row, cells)


def _geonames_row(row: int, cells: list[str]) -> Read:
    number_, name, _, alternates, latitude, longitude, feature_class, feature = cells[:8]
    if feature_class not in ("P", "S"):
        return Read(row, why=_CLASSES.get(feature_class, "features of no class"))
    kind = "site" if feature_class == "S" else "neighbourhood" if feature == "PPLX" else "settlement"
    found = _toponym(number_, name, kind, latitude, longitude, population=cells[14])
    if isinstance(found, str):
        return Read(row, why=found)
    filed: dict[str, Any] = {"iso2": cells[8], "admin1": cells[10], "geonames_id": number_}
    return Read(row, replace(found, spellings=tuple(alternates.split(",")), **filed))


# --- Who's On First ---


def _wof_rows(records: Iterable[tuple[int, Mapping[str, str]]]) -> Iterator[Read]:
    for row, record in records:
        if record.get("gone"):
            yield Read(row, why="Who's On First says that it is deprecated, superseded or has ceased")
            continue
        kind = _WOF_KINDS.get(record["placetype"], "")
        fault = _not_a_point(kind, record["placetype"])
        found = fault or _toponym(record["id"], record["name"], kind, record["latitude"], record["longitude"])
        if isinstance(found, str):
            yield Read(row, why=found)
        else:
            more: dict[str, Any] = {
                "iso2": record.get("country", "").upper(),
                "geonames_id": record.get("geonames_id", ""),
            }
            yield Read(row, replace(found, spellings=split(record.get("aliases", "")), **more))


def _wof_meta(record: Mapping[str, str]) -> dict[str, str]:
    """A row of a meta file (``wof-locality-latest.csv``)."""
    said = {key: record.get(key, "") for key in ("id", "name", "placetype")}
    pair = ("lbl", "geom") if number(record.get("lbl_latitude", "")) else ("geom", "lbl")
    for axis in ("latitude", "longitude"):
        said[axis] = record.get(f"{pair[0]}_{axis}") or record.get(f"{pair[1]}_{axis}", "")
    gone = record.get("deprecated", ""), record.get("cessation", ""), record.get("superseded_by", "")
    return {**said, "country": record.get("iso_country") or record.get("iso", ""), "gone": _said(*gone)}


def _said(*dates: str) -> str:
    """Whether any of these says a date: ``uuuu`` and blank are *unknown*."""
    return next((one for one in dates if one.strip(" uU-")), "")


def _wof_properties(properties: Mapping[str, Any]) -> dict[str, str]:
    def text(*keys: str) -> str:
        return next((str(properties[key]) for key in keys if properties.get(key) not in (None, "", [], -1)), "")

    names = [
        one for key, value in properties.items() if key.startswith("name:") and isinstance(value, list) for one in value
    ]
    concordances = properties.get("wof:concordances")
    gone = _said(text("edtf:deprecated"), text("edtf:cessation"), text("wof:superseded_by"))
    return {
        "id": text("wof:id"),
        "name": text("wof:name"),
        "placetype": text("wof:placetype"),
        "latitude": text("lbl:latitude", "geom:latitude"),
        "longitude": text("lbl:longitude", "geom:longitude"),
        "country": text("iso:country", "wof:country"),
        "aliases": ";".join(str(one) for one in names if ";" not in str(one)),
        "geonames_id": _digits(concordances.get("gn:id")) if isinstance(concordances, dict) else "",
        "gone": "" if gone == "[]" else gone,
    }


def _digits(value: object) -> str:
    return str(value) if str(value).isdigit() else ""


def _from_sqlite(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows of a distribution in SQLite: its table ``spr``, with the names and concordances if they are there."""
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as database:
        database.row_factory = sqlite3.Row
        tables = {row[0] for row in database.execute("SELECT name FROM sqlite_master")}
        if "spr" not in tables:
            raise ValueError("it has no table spr, as the distributions of Who's On First have")
        names, numbers = _sqlite_names(database, tables), _sqlite_geonames(database, tables)
        for row, place in enumerate(database.execute("SELECT * FROM spr ORDER BY id"), 1):
            said = {key: "" if place[key] is None else str(place[key]) for key in place.keys()}  # noqa: SIM118
            gone = any(said.get(key) == "1" for key in ("is_deprecated", "is_ceased", "is_superseded"))
            aliases, geonames_id = names.get(said["id"], []), numbers.get(said["id"], "")
            yield row, {**said, "aliases": ";".join(aliases), "geonames_id": geonames_id, "gone": "yes" if gone else ""}


def _sqlite_names(database: sqlite3.Connection, tables: set[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    if "names" in tables:
        for place, name in database.execute("SELECT id, name FROM names ORDER BY id, name"):
            if name and ";" not in name:
                found.setdefault(str(place), []).append(name)
    return found


def _sqlite_geonames(database: sqlite3.Connection, tables: set[str]) -> dict[str, str]:
    if "concordances" not in tables:
        return {}
    query = "SELECT id, other_id FROM concordances WHERE other_source = 'gn:id'"
    return {str(place): _digits(other) for place, other in database.execute(query)}


# --- any table, any GeoJSON ---


def _from_geojson(document: Any, columns: Mapping[str, str], constants: Mapping[str, str]) -> PlaceFile:
    is_object = isinstance(document, dict)
    features = document.get("features", [document]) if is_object else None
    if not isinstance(features, list) or not all(isinstance(one, dict) for one in features):
        raise ValueError("it is no GeoJSON FeatureCollection or Feature")
    properties = [one.get("properties") if isinstance(one.get("properties"), dict) else {} for one in features]
    if properties and all("wof:id" in one for one in properties):
        return PlaceFile(WOF, list(_wof_rows(enumerate(map(_wof_properties, properties), 1))))
    records = [_flat(one, feature.get("geometry")) for one, feature in zip(properties, features, strict=True)]
    header = tuple(dict.fromkeys(name for record in records for name in record))
    return _mapped(enumerate(records, 1), header, columns, constants)


def _flat(properties: Mapping[str, Any], geometry: Any) -> dict[str, str]:
    said = {str(key): "" if value is None else str(value) for key, value in properties.items()}
    if isinstance(geometry, dict) and geometry.get("type") == "Point":
        pair = geometry.get("coordinates")
        if isinstance(pair, list) and len(pair) >= 2:
            said |= {"longitude": str(pair[0]), "latitude": str(pair[1])}
    return said


def _mapped(
    records: Iterable[tuple[int, Mapping[str, str]]],
    header: Iterable[str],
    columns: Mapping[str, str],
    constants: Mapping[str, str],
) -> PlaceFile:
    names = list(header)
    unknown = [one for one in (*columns, *constants) if one not in COLUMNS]
    if unknown:
        raise UnknownFormat(f"{unknown[0]}: no column that a place can have. Known are: {', '.join(COLUMNS)}.")
    missing = [f"{ours}={theirs}" for ours, theirs in columns.items() if theirs not in names]
    if missing:
        raise TableError(f"--map {missing[0]}: the file has no such column. It has: {', '.join(names)}.")
    taken = {**_usual(names), **columns}
    lacking = [one for one in ("name", "latitude", "longitude") if one not in taken and one not in constants]
    if lacking:
        raise TableError(
            f"no column is known to hold the {lacking[0]}. Say which: --map {lacking[0]}=COLUMN. The file has: "
            f"{', '.join(names)}."
        )

    def cell(record: Mapping[str, str], ours: str) -> str:
        return constants.get(ours) or record.get(taken.get(ours, ""), "").strip()

    rows = [_mapped_row(row, lambda ours, record=record: cell(record, ours)) for row, record in records]  # type: ignore[misc]
    return PlaceFile(TABLE, rows, taken)


def _usual(names: list[str]) -> dict[str, str]:
    """Which of a file's columns hold what is ours, by usual names."""
    lower = {name.strip().lower(): name for name in reversed(names)}
    found = {ours: ours for ours in COLUMNS if ours in names}
    for ours, usual in _USUAL.items():
        theirs = next((lower[one] for one in usual if one in lower), None)
        if theirs is not None:
            found.setdefault(ours, theirs)
    return found


def _mapped_row(row: int, cell: Callable[[str], str]) -> Read:
    said = cell("kind")
    kind = _KINDS.get(said.lower(), "") if said else "settlement"
    found = _not_a_point(kind, said) or _toponym(
        cell("place_id"), cell("name"), kind, cell("latitude"), cell("longitude"), population=cell("population")
    )
    if isinstance(found, str):
        return Read(row, why=found)
    more: dict[str, Any] = {
        "iso2": cell("country"),
        "admin1": cell("admin1"),
        "geonames_id": _digits(cell("geonames_id")),
    }
    place_id = cell("place_id")
    return Read(row, replace(found, spellings=split(cell("aliases")), place_id=place_id, **more), notes=cell("notes"))


# --- what they share ---


def _not_a_point(kind: str, said: str) -> str:
    """Why a place of that kind is none of ours, or nothing."""
    if kind in UNIT_KINDS:
        return _CLASSES["A"]
    return "" if kind in POINT_KINDS else f"their kind is none that a point can have: {said[:40]}"


def _toponym(
    number_: str, name: str, kind: str, latitude: str, longitude: str, *, population: str = ""
) -> Toponym | str:
    """A named point, or why it is none."""
    if not name.strip():
        return "they have no name"
    lat, lon = number(latitude), number(longitude)
    if lat is None or lon is None or not (-90 <= lat <= 90 and -180 <= lon <= 180):
        return "they have no latitude and longitude in degrees"
    if (lat, lon) == (0, 0):
        return "they lie at 0, 0, which stands for an unknown place"
    people = number(population)
    return Toponym(
        number_, " ".join(name.split()), kind, lat, lon, population=int(people) if people and people > 0 else 0
    )
