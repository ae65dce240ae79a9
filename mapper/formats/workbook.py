"""XLSX (ECMA-376): the geocoded table as a workbook, for people who work in spreadsheets.

The sheet *events* has the columns of the CSV, *reports* a row for each source's report, *sources* a row a source.
Text and dates are text cells, which no program runs or reformats, so that nothing is escaped; figures are numbers.
A cell holds 32,767 characters: what is longer is said to be lost. The same events give the same bytes: XlsxWriter
dates the parts of its archive 1980, and no clock is written.
"""

from __future__ import annotations

import io
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from mapper.errors import FormatLimit
from mapper.formats import Collection, Loss, table
from mapper.formats.published import rows_of
from mapper.formats.sheets import REPORT_OF, Row, Sheet, sheets
from mapper.incoming import Columns, Ground, Incoming
from mapper.tables import Table, unescape_formula

MOST_ROWS = 1_048_575
MOST_CHARACTERS = 32_767
_FIGURES = ("fatalities_low", "fatalities_best", "fatalities_high")
_WIDTH = 18
_NONCHARACTERS = "\ufffe\uffff"
# What of the events stands in which column, where the names differ.
_HOLDS = {"WKT": "geometry", "quote": "reports.quote", "url": "reports.url"}


def write(collection: Collection) -> bytes:
    """The events as a workbook, in the frame's order (by ``event_id``). Raises ``FormatLimit``."""
    import xlsxwriter

    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    book.set_properties({"created": datetime(1980, 1, 1)})
    for sheet in _sheets(collection):
        _Sheet(book, sheet.name, sheet.columns).fill(sheet.rows)
    book.close()
    return target.getvalue()


def losses(collection: Collection) -> list[Loss]:
    """What is too long for a cell, and two characters that XML lacks."""
    long: Counter[str] = Counter()
    odd: Counter[str] = Counter()
    for sheet in _sheets(collection):
        for row in sheet.rows:
            for name in sheet.columns:
                text = _text(row.get(name))
                long[_member(sheet.name, name)] += len(text) > MOST_CHARACTERS
                odd[_member(sheet.name, name)] += any(char in text for char in _NONCHARACTERS)
    found = []
    if long := +long:
        message = f"A cell of XLSX holds {MOST_CHARACTERS:,} characters: longer texts are cut, longer shapes left out."
        found.append(Loss("cell-too-long", long.total(), message, tuple(sorted(long))))
    if odd := +odd:
        message = "U+FFFE and U+FFFF can't stand in XML: programs read _xFFFE_ and _xFFFF_ instead."
        found.append(Loss("noncharacter", odd.total(), message, tuple(sorted(odd))))
    return found


def recognises(columns: Sequence[str]) -> bool:
    """Whether a sheet is the one of the events of a workbook that was written here."""
    return {"event_id", "WKT", "label_point_is", "extra"} <= set(columns) and "reports" not in columns


def read(path: Path, ground: Ground) -> Incoming:
    """The rows as they were before they were published."""
    from mapper.formats.reading import table_in

    events = table_in(path)
    reports: dict[str, list[dict[str, Any]]] = {}
    for row in _rows(table_in(path, "reports"), REPORT_OF):
        reports.setdefault(row[REPORT_OF], []).append(_report(row))
    sources = list(_rows(table_in(path, "sources"), "retrieved_on"))
    # A CSV of these columns is the table of a Data Package, which is escaped.
    meant = unescape_formula if events.dialect else str
    columns: Columns = {name: [meant(cell) for cell in events.column(name)] for name in events.header}
    return rows_of(columns, events.rows, ground, sources, reports=reports)


def _sheets(collection: Collection) -> list[Sheet]:
    about = {"title": collection.name, "licence": collection.licence, "note": collection.note}
    return [*sheets(collection), Sheet("about", tuple(about), [about])]


class _Sheet:
    """A sheet with its header frozen, whose columns are text, so that what is typed there stays as it is typed."""

    def __init__(self, book: Any, title: str, names: Sequence[str]) -> None:
        self.title, self.names = title, names
        self.sheet = book.add_worksheet(title)
        self.sheet.freeze_panes(1, 1)
        self.sheet.set_column(0, max(len(names), 1) - 1, _WIDTH, book.add_format({"num_format": "@"}))
        self.number = book.add_format({"num_format": "General"})
        for column, name in enumerate(names):
            self.sheet.write_string(0, column, name, book.add_format({"bold": True}))

    def fill(self, rows: Iterable[Row]) -> None:
        for number, row in enumerate(rows, 1):
            if number > MOST_ROWS:
                raise FormatLimit(f"A sheet of XLSX has {MOST_ROWS:,} rows, which the {self.title} pass: export CSV.")
            for column, name in enumerate(self.names):
                self._put(number, column, name, row.get(name))

    def _put(self, row: int, column: int, name: str, value: Any) -> None:
        if isinstance(value, (int, float)):
            self.sheet.write_number(row, column, value, self.number)
            return
        text = _text(value)
        if len(text) > MOST_CHARACTERS:
            text = "" if name in ("WKT", "when", "extra", "spans") else text[: MOST_CHARACTERS - 1] + "…"
        if text:
            self.sheet.write_string(row, column, text)


def _text(value: Any) -> str:
    return "" if isinstance(value, (int, float)) else table.as_text(value)


def _member(title: str, name: str) -> str:
    """The member of a published event that a cell holds."""
    if title == "events":
        return _HOLDS.get(name, name)
    return {"reports": f"reports.{name}", "about": name}.get(title, title)


def _rows(sheet: Table, needs: str) -> Iterator[dict[str, str]]:
    """The rows of a sheet; none where another sheet came in its place."""
    if needs in sheet.header:
        for at in range(len(sheet)):
            yield {name: sheet.column(name)[at] for name in sheet.header}


def _report(row: Mapping[str, str]) -> dict[str, Any]:
    """A report as JSON has it: blank is *not stated*."""
    said: dict[str, Any] = {name: text or None for name, text in row.items() if name != REPORT_OF}
    said |= {name: int(said[name]) for name in _FIGURES if (said.get(name) or "").isdigit()}
    return {**said, "spans": json.loads(said.get("spans") or "[]")}
