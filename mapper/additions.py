"""One more row for events.csv: checked whole before a byte is written, with no other command writing meanwhile."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from mapper.checks import examine
from mapper.delimited import encode, format_record
from mapper.errors import TableError
from mapper.files import alone_in, sha256_hex, write_whole
from mapper.places import fold
from mapper.problems import Problem
from mapper.schema import table_schema
from mapper.settings import ProjectFolder
from mapper.tables import Table, clean, find_table, parse_table, read_bytes, read_table

_LONGEST_ID = 60


@dataclass(frozen=True)
class Added:
    """Where a row stands now, or would, and what is wrong with it; with an error it was not written."""

    event_id: str
    file: str
    row: int
    problems: tuple[Problem, ...]


def add_row(folder: ProjectFolder, cells: Mapping[str, str]) -> Added:
    """Append a row, unless it has an error: then nothing is written, and the result says what is wrong.

    Without ``event_id`` the id is made of the title; without ``coded_on`` the row is coded today. Raises
    ``TableError`` where the table is a workbook, lacks one of the columns, or has changed meanwhile, and
    ``WriteError`` where it can't be written, or another command writes into the folder for too long.
    """
    path = find_table(folder.data, "events")
    with alone_in(Path(os.path.realpath(path)).parent):
        return _add(folder, path, cells)


def _add(folder: ProjectFolder, path: Path, cells: Mapping[str, str]) -> Added:
    schema = table_schema("events")
    table = read_table(path, "events", schema, folder.root)
    row = {column: text for column, text in cells.items() if text}
    row.setdefault("event_id", _new_id(row, table))
    if "coded_on" in table.header:
        row.setdefault("coded_on", date.today().isoformat())
    longer = parse_table(with_row(path, table, row), path.suffix, "events", table.file, schema)
    number = longer.rows[-1]
    problems = tuple(one for one in examine(folder, longer).problems if one.row == number and one.file == table.file)
    if not any(problem.is_error for problem in problems):
        append_row(path, table, row)
    return Added(row["event_id"], table.file, number, problems)


def _new_id(row: Mapping[str, str], table: Table) -> str:
    """An id made of the title, which no row has yet."""
    words = re.sub(r" +", "-", fold(row.get("title", "")))[:_LONGEST_ID].strip("-") or "event"
    taken = set(map(clean, table.column("event_id").values))
    candidates = (words if number == 1 else f"{words}-{number}" for number in range(1, len(taken) + 2))
    return next(one for one in candidates if one not in taken)


def append_row(path: Path, table: Table, cells: Mapping[str, str]) -> bytes:
    """Write one more record to the end of a CSV file, as the file is written; returns all its bytes.

    No byte before it changes, but that a missing last line end is added. Raises ``TableError`` as ``with_row`` does,
    and ``WriteError``, also where somebody saved the file in the same moment.
    """
    whole = with_row(path, table, cells)
    write_whole(path, whole, over=table.sha256)
    return whole


def with_row(path: Path, table: Table, cells: Mapping[str, str]) -> bytes:
    """The bytes of a CSV file with one more record; nothing is written. Raises ``TableError`` where the file is
    a workbook, has changed since ``table`` was read, ends in an open quote, or lacks one of the columns.
    """
    dialect = table.dialect
    if dialect is None:
        raise TableError(f"{table.file} is a workbook, which isn't written to: add the row there, or save it as CSV.")
    data = read_bytes(path, table.file)
    if sha256_hex(data) != table.sha256:
        raise TableError(f"{table.file} has changed since it was read; nothing was written. Run the command again.")
    if any(problem.code == "quote-unclosed" for problem in table.problems):
        raise TableError(f"{table.file} ends within an open double quote; nothing was written. Close it first.")
    if absent := [column for column in cells if column not in table.columns]:
        raise TableError(f"{table.file} has no column {', '.join(absent)}; nothing was written. Add it to the header.")
    if any("\0" in cell for cell in cells.values()):
        raise TableError(f"A NUL character can't stand in {table.file}; nothing was written. Retype the cell.")
    texts = [cells.get(column, "") for column in dialect.positions]
    start = "" if dialect.ends_with_newline else dialect.newline
    record = start + format_record(texts, dialect.delimiter, dialect.newline)
    return data + encode(record, dialect.encoding, table.file)
