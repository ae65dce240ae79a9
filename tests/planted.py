"""Faults as data: the variants of ``tests/faults/*.toml``, planted into copies of the project ``tests/faults/base``.

A TOML file holds classes of faults; a class has ``variants``, one a line, and ``healthy`` twins, which look alike and
are no fault. What a variant changes:

``set = [["events", 3, "date", "03/04/2024"]]``  cells: table, row as a spreadsheet shows it, column, text;
    in a workbook a number, a date or a truth makes a cell of that type, and ``"=="`` starts a formula
``copy = [["events", 3, {event_id = "b"}]]``  a further row, like that one but for these cells
``rename``, ``column``, ``drop``  ``[["events", "title", "titel"]]``: a column renamed, added, taken away
``only_header``  tables that keep no row
``form = {events = "utf-16 semicolon crlf"}``  how a table is written: encoding, delimiter, line end, xlsx or ods
``replace = [["data/map.toml", "EXA", "exa"]]``  text of a file, once its tables are written
``long = [["events", 2, "notes", 1048577, "é"]]``  a cell of that many characters
``part = [["data/events.xlsx", "xl/workbook.xml", "old", "new"]]``  text of a part of a workbook
``pad = [["data/events.xlsx", "xl/media/a.bin", 30, 0]]``  a further part of so many MiB, of which so many bytes in
    5,000 are noise: a workbook that unpacks to many times its size
``write``, ``remove``, ``link``, ``size``  files: path and text (bytes as ``latin1:…``), paths, path and target, path
    and size in bytes (they take no room on the disk); ``rename_file``
``feature = [["adm1", 1, {geometry = "…"}]]``  members of a boundary file's feature, counted from 1

What is expected: ``found``, all problems as ``[code, file, row, column, value]`` (0 and "" where there is none);
without it, the class's own code at each cell that was set. Where the
problems are many, ``count`` says how many there are of each code. ``says`` are words of the remedies. ``fates`` is what
becomes of the rows where it isn't what becomes of the base's; ``refused`` says that nothing can be built.
"""

from __future__ import annotations

import csv
import io
import json
import random
import shutil
import tomllib
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workbooks import ods_table, with_part, xlsx

FOLDER = Path(__file__).parent / "faults"
BASE = FOLDER / "base"
TABLES = ("events", "sources", "places")
_DELIMITERS = {"semicolon": ";", "tab": "\t"}
_NEWLINES = {"crlf": "\r\n", "cr": "\r"}
Expected = tuple[str, str, int | None, str | None, str | None]
Rows = list[list[Any]]


@dataclass(frozen=True)
class Variant:
    """One way in which a class of faults, or a healthy twin of it, is met."""

    code: str
    name: str
    edits: Mapping[str, Any]
    is_healthy: bool

    def __str__(self) -> str:
        return f"{self.code}: {'no fault: ' if self.is_healthy else ''}{self.name}"

    @property
    def expected(self) -> list[Expected]:
        """The complete list of problems, in no order; a value is ``None`` where none is stated."""
        if "found" in self.edits:
            return [_expected(*one) for one in self.edits["found"]]
        if self.is_healthy:
            return []
        return [
            (self.code, self.file(table), row, column, str(text) or None)
            for table, row, column, text in self.edits.get("set", ())
        ]

    def file(self, table: str) -> str:
        form = self.edits.get("form", {}).get(table, "").split()
        return f"data/{table}.{next((one for one in form if one in ('xlsx', 'ods')), 'csv')}"


def _expected(code: str, file: str, row: int = 0, column: str = "", value: str = "") -> Expected:
    return code, file, row or None, column or None, value or None


def classes() -> dict[str, dict[str, Any]]:
    """Every class of faults by its code, or the code and what sets it apart."""
    found: dict[str, dict[str, Any]] = {}
    for path in sorted(FOLDER.glob("*.toml")):
        found |= tomllib.loads(path.read_text(encoding="utf-8"))
    return found


def variants() -> Iterator[Variant]:
    for name, one in classes().items():
        shared = {key: one[key] for key in ("fates", "says", "refused") if key in one}
        for kind in ("variants", "healthy"):
            for edits in one[kind]:
                known = edits if kind == "healthy" else {**shared, **edits}
                yield Variant(one.get("code", name), edits["is"], known, kind == "healthy")


def plant(variant: Variant, folder: Path) -> Path:
    """The base project in a new folder, with the variant's changes."""
    shutil.copytree(BASE, folder)
    edits = variant.edits
    tables = {name: read_rows(folder / f"data/{name}.csv") for name in TABLES}
    for table, old, new in edits.get("rename", ()):
        tables[table][0][tables[table][0].index(old)] = new
    for table, column in edits.get("column", ()):
        for row in tables[table]:
            row.append(column if row is tables[table][0] else "")
    for table, column in edits.get("drop", ()):
        at = tables[table][0].index(column)
        tables[table] = [row[:at] + row[at + 1 :] for row in tables[table]]
    for table, row, cells in edits.get("copy", ()):
        tables[table].append(list(tables[table][row - 1]))
        for column, text in cells.items():
            tables[table][-1][tables[table][0].index(column)] = text
    for table, row, column, length, *char in edits.get("long", ()):
        text = "".join(char or ["a"]) * length
        tables[table][row - 1][tables[table][0].index(column)] = text[:length]
    for table, row, column, text in edits.get("set", ()):
        tables[table][row - 1][tables[table][0].index(column)] = text
    for table in edits.get("only_header", ()):
        del tables[table][1:]
    for table, rows in tables.items():
        path = folder / f"data/{table}.csv"
        path.unlink()
        (folder / variant.file(table)).write_bytes(written(rows, edits.get("form", {}).get(table, "")))
    for file, name in edits.get("rename_file", ()):
        (folder / file).rename(folder / name)
    _change_files(folder, edits)
    return folder


def _change_files(folder: Path, edits: Mapping[str, Any]) -> None:
    for name, number, members in edits.get("feature", ()):
        path = folder / f"data/boundaries/{name}.geojson"
        collection = json.loads(path.read_text(encoding="utf-8"))
        feature = collection["features"][number - 1]
        feature |= {key: json.loads(text) for key, text in members.items()}
        path.write_text(json.dumps(collection), encoding="utf-8")
    for file, name, old, new in edits.get("part", ()):
        data = (folder / file).read_bytes()
        (folder / file).write_bytes(with_part(data, name, lambda text, old=old, new=new: text.replace(old, new, 1)))
    for file, name, megabytes, noise in edits.get("pad", ()):
        chance, blank = random.Random(1), bytes(5000 - noise)
        with zipfile.ZipFile(folder / file, "a", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(
                name, b"".join(chance.randbytes(noise) + blank for _ in range(megabytes * (1 << 20) // 5000))
            )
    for file, size in edits.get("size", ()):
        with (folder / file).open("ab") as sparse:
            sparse.truncate(size)
    for file, old, new in edits.get("replace", ()):
        data = (folder / file).read_bytes()
        assert old.encode() in data, old
        (folder / file).write_bytes(data.replace(old.encode(), _bytes(new), 1))
    for file in edits.get("remove", ()):
        (folder / file).unlink()
    for file, text in edits.get("write", ()):
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        (folder / file).write_bytes(_bytes(text))
    for file, target in edits.get("link", ()):
        (folder / file).unlink(missing_ok=True)
        (folder / file).symlink_to(target)


def _bytes(text: str) -> bytes:
    return text.removeprefix("latin1:").encode("latin-1") if text.startswith("latin1:") else text.encode()


def read_rows(path: Path) -> Rows:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def written(rows: Rows, form: str) -> bytes:
    """A table as a file: ``form`` names its encoding, delimiter and line end, or the kind of workbook."""
    words = form.split()
    if "xlsx" in words:
        return xlsx(rows)
    if "ods" in words:
        return ods_table(rows)
    delimiter = next((_DELIMITERS[word] for word in words if word in _DELIMITERS), ",")
    newline = next((_NEWLINES[word] for word in words if word in _NEWLINES), "\n")
    encoding = next((word for word in words if word.startswith(("utf", "cp"))), "utf-8")
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, lineterminator=newline).writerows(rows)
    mark = "\ufeff" if encoding.endswith("-mark") else ""
    errors = "surrogatepass" if encoding.startswith("utf") else "strict"
    return (mark + text.getvalue()).encode(encoding.removesuffix("-mark"), errors)
