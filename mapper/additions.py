"""One more row for events.csv: checked whole before a byte is written."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from mapper.checks import examine
from mapper.places import fold
from mapper.problems import Problem
from mapper.schema import table_schema
from mapper.settings import ProjectFolder
from mapper.tables import Table, append_row, clean, find_table, read_table

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
    ``TableError`` where the table is a workbook, lacks one of the columns, or has changed meanwhile.
    """
    path = find_table(folder.data, "events")
    table = read_table(path, "events", table_schema("events"), folder.root)
    row = {column: text for column, text in cells.items() if text}
    row.setdefault("event_id", _new_id(row, table))
    if "coded_on" in table.header:
        row.setdefault("coded_on", date.today().isoformat())
    longer = _with_row(path, table, row)
    number = longer.rows[-1]
    problems = tuple(one for one in examine(folder, longer).problems if one.row == number and one.file == table.file)
    if not any(problem.is_error for problem in problems):
        append_row(path, table, row)
    return Added(row["event_id"], table.file, number, problems)


def _with_row(path: Path, table: Table, row: Mapping[str, str]) -> Table:
    """The table as it would be read with one more row: appended to a copy, and read back."""
    with tempfile.TemporaryDirectory() as scratch:
        copy = Path(scratch) / "data" / path.name
        copy.parent.mkdir()
        copy.write_bytes(path.read_bytes())
        append_row(copy, table, row)
        return read_table(copy, "events", table_schema("events"), Path(scratch))


def _new_id(row: Mapping[str, str], table: Table) -> str:
    """An id made of the title, which no row has yet."""
    words = re.sub(r" +", "-", fold(row.get("title", "")))[:_LONGEST_ID].strip("-") or "event"
    taken = set(map(clean, table.column("event_id").values))
    candidates = (words if number == 1 else f"{words}-{number}" for number in range(1, len(taken) + 2))
    return next(one for one in candidates if one not in taken)
