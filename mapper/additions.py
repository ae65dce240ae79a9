"""One more row for events.csv: checked whole before a byte is written, with no other command writing meanwhile."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from mapper.checks import examine
from mapper.files import alone_in
from mapper.places import fold
from mapper.problems import Problem
from mapper.schema import table_schema
from mapper.settings import ProjectFolder
from mapper.tables import Table, append_row, clean, find_table, parse_table, read_table, with_row

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
