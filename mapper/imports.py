"""A file of others into the project's tables, as often as a newer one comes.

Rows keep the ids of the file they come from, so that the same file changes nothing and a newer one changes what it
changed. ``data/imports/NAME.csv`` remembers what each row said when it was last taken: a row that a curator has
edited since is left as it is, and said. Nothing is ever deleted: what a newer file no longer has is reported.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from mapper import stages
from mapper.checks import read_gazetteer
from mapper.delimited import Dialect, encode, format_record
from mapper.errors import TableError
from mapper.files import alone_in, write_whole
from mapper.formats.reading import detect, read_incoming
from mapper.incoming import Columns, Ground, Incoming, Loss, Refused, slug
from mapper.schema import PALETTE, REST, Taxonomy, table_schema
from mapper.settings import SETTINGS, ProjectFolder, Settings, read_settings, read_taxonomy
from mapper.tables import Table, TableMissing, clean, empty_table, find_table, read_table, write_csv

MEMORY = "imports"
_PLAIN = Dialect("utf-8", False, ",", "\n", True, ())
OWN_TYPES = "taxonomy.json"


@dataclass(frozen=True)
class Imported:
    """What became of each row of a file, by event_id; ``rows`` of the file are all accounted for:
    ``added`` + ``updated`` + ``unchanged`` + ``kept`` + ``removed`` + ``refused``.

    ``kept`` were edited by a curator, and the file has changed too; ``removed`` were deleted by one. ``withdrawn``
    stand in the table and no longer in the file.
    """

    format: str
    rows: int
    added: tuple[str, ...] = ()
    updated: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    withdrawn: tuple[str, ...] = ()
    refused: tuple[Refused, ...] = ()
    places: int = 0
    types: tuple[str, ...] = ()
    losses: tuple[Loss, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """The report as JSON data: counts, then every id of a row that needs a look."""
        counted = ("added", "updated", "unchanged", "kept", "removed", "withdrawn", "refused")
        return {
            "format": self.format,
            "rows": self.rows,
            **{name: len(getattr(self, name)) for name in counted},
            "places": self.places,
            "types": list(self.types),
            "losses": [loss.as_dict() for loss in self.losses],
            "ids": {name: list(getattr(self, name)) for name in ("updated", "kept", "removed", "withdrawn")},
            "refused_rows": [{"row": one.row, "why": one.why} for one in self.refused],
        }


@dataclass(frozen=True)
class _Merge:
    """The cells of events.csv after an import, and what became of each row."""

    header: tuple[str, ...]
    cells: Columns
    fates: Mapping[str, list[str]]
    changed: bool


def import_file(
    folder: ProjectFolder,
    file: str | Path,
    format_name: str | None = None,
    *,
    columns: Mapping[str, str] | None = None,
    constants: Mapping[str, str] | None = None,
    date_format: str = "",
    dry_run: bool = False,
) -> Imported:
    """Take a file's events into the project's tables.

    ``columns`` maps our columns to the file's (remembered in map.toml, by the file's name), ``constants`` gives
    every row the same cell. Raises MapperError where the file can't be read, or where a table can't be written to:
    then nothing has been written. Each table is written whole, events.csv, which names the others' rows, last: where
    an import is stopped, the same import completes it.
    """
    with alone_in(folder.data):
        return _import(folder, Path(file), format_name, columns or {}, constants or {}, date_format, dry_run)


def _import(  # noqa: PLR0917
    folder: ProjectFolder,
    path: Path,
    format_name: str | None,
    columns: Mapping[str, str],
    constants: Mapping[str, str],
    date_format: str,
    dry_run: bool,
) -> Imported:
    settings = read_settings(folder)
    remembered = settings.imports.get(path.stem, {})
    told = _told(columns, constants, date_format)
    wanted = {key: {**remembered.get(key, {}), **told.get(key, {})} for key in ("columns", "set")}
    form = date_format or str(remembered.get("date_format", ""))
    ground = Ground(
        read_gazetteer(folder)[0],
        slug(path.stem) or "import",
        wanted["columns"],
        wanted["set"],
        form,
        frozenset(one.relative_to(folder.seeds).as_posix() for one in folder.seeds.rglob("*") if one.is_file()),
    )
    stages.begin(f"Reading {path.name}")
    name = format_name or detect(path)
    incoming = read_incoming(path, name, ground)
    tables = {one: open_table(folder, one) for one in ("events", "sources", "places")}
    memory = folder.data / MEMORY / f"{ground.name}.csv"
    last = _remembered(memory)
    stages.begin("Merging its rows into the tables")
    merge = _merge(tables["events"], incoming, last)
    new_places = _new_rows(tables["places"], "place_id", incoming.places)
    new_sources = _new_rows(tables["sources"], "source_id", incoming.sources)
    new_types = _new_types(read_taxonomy(folder, settings.taxonomy), incoming.types)
    if not dry_run:
        writes = _Writes(folder)
        writes.boundaries(ground.name, incoming.boundaries)
        append_rows(folder, tables["places"], new_places)
        writes.types(settings, new_types)
        writes.settings(settings, path.stem, told if name == "mapped" else {}, new_types)
        append_rows(folder, tables["sources"], new_sources)
        if merge.changed or not tables["events"].sha256:  # a table without a row is one, too
            _write_table(folder, tables["events"], merge.header, merge.cells)
        writes.memory(memory, last, incoming)
    fates = {fate: tuple(ids) for fate, ids in merge.fates.items()}
    return Imported(
        name,
        incoming.rows,
        **fates,
        refused=tuple(incoming.refused),
        places=len(new_places),
        types=tuple(new_types),
        losses=tuple(incoming.losses),
    )


def _told(columns: Mapping[str, str], constants: Mapping[str, str], date_format: str) -> dict[str, Any]:
    told: dict[str, Any] = {"columns": dict(columns), "set": dict(constants), "date_format": date_format}
    return {key: value for key, value in told.items() if value}


def open_table(folder: ProjectFolder, name: str) -> Table:
    """A table that rows can be put into, blank where there is none yet; else TableError, with what to do first."""
    schema = table_schema(name)
    try:
        table = read_table(find_table(folder.data, name), name, schema, folder.root)
    except TableMissing:
        table = replace(empty_table(name, f"data/{name}.csv", schema), dialect=_PLAIN)
    if [problem.code for problem in table.problems] == ["table-empty"]:
        return replace(empty_table(name, table.file, schema), dialect=_PLAIN, sha256=table.sha256)
    if table.dialect is None:
        raise TableError(f"{table.file} is a workbook, which isn't written to: save it as CSV first.")
    unread = [problem for problem in table.problems if problem.is_error]
    if unread:
        where = unread[0].where
        raise TableError(f"{where}: {unread[0].message} Nothing was imported: mend {table.file} first (mapper check).")
    return table


def _row_hash(names: Sequence[str], cells: Iterable[str]) -> str:
    """What a row says, in 16 hexadecimal digits; a blank cell says nothing, so that a new column changes nothing."""
    said = sorted(f"{name}\0{cell}" for name, cell in zip(names, cells, strict=True) if cell)
    return sha256("\0\0".join(said).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _remembered(path: Path) -> dict[str, str]:
    """What each row said when it was last taken, as a hash, by event_id."""
    if not path.is_file():
        return {}
    with path.open(encoding="utf-8", newline="") as file:
        return {row["event_id"]: row["said"] for row in csv.DictReader(file)}


def _merge(table: Table, incoming: Incoming, last: Mapping[str, str]) -> _Merge:
    names = [name for name in incoming.events if name != "event_id"]
    header = table.header + tuple(name for name in ("event_id", *names) if name not in table.header)
    cells: Columns = {name: list(table.column(name)) for name in header}
    where = {clean(event_id): at for at, event_id in enumerate(cells["event_id"])}
    fates: dict[str, list[str]] = {
        fate: [] for fate in ("added", "updated", "unchanged", "kept", "removed", "withdrawn")
    }
    ours = [cells[name] for name in names]
    theirs = [incoming.events[name] for name in names]
    blank = [cells[name] for name in header if name not in incoming.events]
    for row, event_id in enumerate(incoming.events["event_id"]):
        said = [column[row] for column in theirs]
        at = where.get(event_id)
        standing = [column[at] for column in ours] if at is not None else None
        fate = _fate(names, standing, said, last.get(event_id))
        fates[fate].append(event_id)
        if fate == "added":
            where[event_id] = len(cells["event_id"])
            cells["event_id"].append(event_id)
            for column, text in zip(ours, said, strict=True):
                column.append(text)
            for column in blank:
                column.append("")
        elif fate == "updated" and at is not None:
            for column, text in zip(ours, said, strict=True):
                column[at] = text
    there = set(incoming.events["event_id"])
    fates["withdrawn"] = [event_id for event_id in last if event_id not in there and event_id in where]
    return _Merge(header, cells, fates, bool(fates["added"] or fates["updated"]))


def _fate(names: Sequence[str], standing: list[str] | None, said: list[str], last: str | None) -> str:
    """What becomes of a row of the file, by what stands in the table and what was taken last (as hashes)."""
    if standing is None:
        return "added" if last is None else "removed"
    if standing == said or last == _row_hash(names, said):
        return "unchanged"  # a curator's edit since stands
    return "updated" if last == _row_hash(names, standing) else "kept"


def _new_rows(table: Table, key: str, rows: Sequence[Mapping[str, str]]) -> list[Mapping[str, str]]:
    known = {clean(one) for one in table.column(key)}
    return [row for row in rows if row[key] not in known]


def _new_types(known: Taxonomy, types: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """The types, with their sub-types, that the project's taxonomy lacks."""
    new = {}
    for name, subs in types.items():
        there = known.get(name)
        lacking = [sub for sub in subs if there is None or sub not in there.sub_event_types]
        if there is None or lacking:
            new[name] = lacking
    return new


def append_rows(folder: ProjectFolder, table: Table, rows: Sequence[Mapping[str, str]]) -> None:
    """Write a table anew with more rows at its end; a column that it lacks is added."""
    if rows:
        header = table.header + tuple(dict.fromkeys(name for row in rows for name in row if name not in table.header))
        cells = {name: [*table.column(name), *(row.get(name, "") for row in rows)] for name in header}
        _write_table(folder, table, header, cells)


def rewrite_cells(folder: ProjectFolder, table: Table, column: str, cells: Mapping[str, str]) -> Table:
    """Write a table anew with other cells in a column, by the rows' ids; returns it as it is then."""
    header = table.header if column in table.header else (*table.header, column)
    columns: Columns = {name: list(table.column(name)) for name in header}
    for at, row_id in enumerate(map(clean, table.column(table_schema(table.name).names[0]))):
        columns[column][at] = cells.get(row_id, columns[column][at])
    _write_table(folder, table, header, columns)
    return open_table(folder, table.name)


def _write_table(folder: ProjectFolder, table: Table, header: Sequence[str], cells: Columns) -> None:
    """Write a table anew, in the encoding and with the delimiter and line ends that it has."""
    write_whole(folder.root / table.file, _as_written(table, header, cells), over=table.sha256 or None)


class _Writes:
    """The project's tables, written whole, each before what names its rows; events.csv, which names all, last."""

    def __init__(self, folder: ProjectFolder) -> None:
        self.folder = folder

    def boundaries(self, name: str, features: Sequence[Mapping[str, Any]]) -> None:
        if features:
            collection = {"type": "FeatureCollection", "features": list(features)}
            self.folder.boundaries.mkdir(exist_ok=True)
            text = json.dumps(collection, ensure_ascii=False, separators=(",", ":"))
            write_whole(self.folder.boundaries / f"imported-{name}.geojson", text.encode())

    def types(self, settings: Settings, types: Mapping[str, Sequence[str]]) -> None:
        """Put the types that the taxonomy lacks into a taxonomy of the project's own."""
        if not types:
            return
        path = self.folder.data / OWN_TYPES
        own = json.loads(path.read_text(encoding="utf-8-sig")) if path.is_file() else _OWN_TAXONOMY
        listed = {one["name"]: one for one in own["types"]}
        inherited = read_taxonomy(self.folder, settings.taxonomy)
        for name, subs in types.items():
            base = inherited.get(name)
            known = base.colour if base else listed.get(name, {}).get("colour")
            colour = known or (PALETTE[len(listed)] if len(listed) < len(PALETTE) else REST)
            before = [*(base.sub_event_types if base else ()), *(one["name"] for one in _subs(listed, name))]
            everything = [{"name": sub} for sub in dict.fromkeys([*before, *subs])]
            listed[name] = {"name": name, "colour": colour, "sub_event_types": everything}
        text = json.dumps({**own, "types": list(listed.values())}, ensure_ascii=False, indent=2)
        write_whole(path, (text + "\n").encode())

    def settings(self, settings: Settings, stem: str, told: Mapping[str, Any], types: Mapping[str, Any]) -> None:
        """Remember the mapping, and the taxonomy of the project's own, in map.toml, whose comments stay."""
        needs_taxonomy = bool(types) and OWN_TYPES not in settings.taxonomy
        if not told and not needs_taxonomy:
            return
        import tomlkit

        path = self.folder.root / SETTINGS
        document = tomlkit.parse(path.read_text(encoding="utf-8-sig"))
        if needs_taxonomy:
            document["taxonomy"] = [*settings.taxonomy, OWN_TYPES]
        if told:
            imports = document.setdefault("imports", tomlkit.table(is_super_table=True))
            entry = imports.setdefault(stem, tomlkit.table())
            for key, value in told.items():
                entry[key] = {**entry.get(key, {}), **value} if isinstance(value, Mapping) else value
        write_whole(path, tomlkit.dumps(document).encode())

    def memory(self, path: Path, last: Mapping[str, str], incoming: Incoming) -> None:
        """What each row of the file said, and said last of those that it no longer has."""
        names = [name for name in incoming.events if name != "event_id"]
        columns = [incoming.events[name] for name in names]
        ids = incoming.events["event_id"]
        said = {one: _row_hash(names, [column[at] for column in columns]) for at, one in enumerate(ids)}
        text = write_csv(("event_id", "said"), sorted({**last, **said}.items()))
        if not path.is_file() or path.read_bytes() != text:
            path.parent.mkdir(exist_ok=True)
            write_whole(path, text)


_OWN_TAXONOMY: dict[str, Any] = {"name": "own", "title": "Types of the imported tables", "types": []}


def _subs(listed: Mapping[str, Any], name: str) -> list[dict[str, str]]:
    subs: list[dict[str, str]] = listed[name]["sub_event_types"] if name in listed else []
    return subs


def _as_written(table: Table, header: Sequence[str], cells: Columns) -> bytes:
    dialect = table.dialect
    if not isinstance(dialect, Dialect):
        raise TableError(f"{table.file} is a workbook, which isn't written to: save it as CSV first.")
    out = io.StringIO(newline="")
    out.write(format_record(header, dialect.delimiter, dialect.newline))
    for record in zip(*(cells[name] for name in header), strict=True):
        out.write(format_record(record, dialect.delimiter, dialect.newline))
    mark = "\ufeff" if dialect.bom else ""
    return encode(mark + out.getvalue(), dialect.encoding, table.file)
