"""From a cell's text to its value, by the schema's field, with a problem where it is none.

A blank cell is *not stated* and has no value; it is never 0. Each distinct text of a column is judged once.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from mapper.dates import DateError, EventDate, parse_date
from mapper.problems import Problem
from mapper.schema import Field, TableSchema
from mapper.tables import Table, clean

_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?")
_DECIMAL_COMMA = re.compile(r"[+-]?\d+,\d+")
_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2},\d{3}")
_WHOLE = re.compile(r"\d{1,15}")


@dataclass(frozen=True)
class Fault:
    """Why a text is not a value of its field: a code of the catalogue and the words that it needs."""

    code: str
    params: dict[str, Any]


@dataclass(frozen=True, eq=False)
class Cells:
    """A table's cells by column: ``text`` as meant, ``values`` typed (float, int, EventDate; None if blank).

    Every list has one entry a row, in the order of ``table.rows``.
    """

    table: Table
    schema: TableSchema
    text: dict[str, list[str]]
    values: dict[str, list[Any]]
    problems: tuple[Problem, ...]

    def __len__(self) -> int:
        return len(self.table.rows)

    @cached_property
    def _blank(self) -> list[str]:
        return [""] * len(self)

    @cached_property
    def _absent(self) -> list[None]:
        return [None] * len(self)

    def column(self, name: str) -> list[str]:
        """The cleaned texts of a column; blanks where the table lacks it."""
        return self.text.get(name, self._blank)

    def typed(self, name: str) -> Sequence[Any]:
        """The values of a number, integer or EDTF column; ``None`` where blank or wrong."""
        return self.values.get(name, self._absent)

    def translations(self, name: str) -> list[str]:
        """The columns that translate ``name``, such as ``title_fr``, in the table's order."""
        field = self.schema.field(name)
        return [column for column in self.text if column != name and self.schema.field(column) is field]

    def foreign(self) -> list[str]:
        """The columns that the schema doesn't know, in the table's order."""
        return [column for column in self.table.header if self.schema.field(column) is None]

    @property
    def header_is_wrong(self) -> bool:
        """Whether the header lacks or misspells a column that rows need, or names one twice: no row is certain."""
        return any(
            problem.code == "header-near-guard"
            or (problem.code in ("header-missing", "header-duplicate") and self.schema.field(problem.column or ""))
            for problem in self.problems
        )

    def problem(self, code: str, index: int, column: str, value: str = "", /, **params: Any) -> Problem:
        """A problem at a cell of this table."""
        return Problem(code, self.table.file, self.table.rows[index], column, value, params)


def read_cells(table: Table, schema: TableSchema) -> Cells:
    """Every cell of a table's known columns, judged by the schema; the table's own problems come first."""
    text: dict[str, list[str]] = {}
    values: dict[str, list[Any]] = {}
    problems = list(table.problems)
    for column in table.header:
        field = schema.field(column)
        if field is None:
            continue
        known: dict[str, str] = {}
        text[column] = [known.setdefault(raw, clean(raw)) for raw in table.columns[column]]
        typed, found = _judge_column(table, column, field, text[column])
        problems += found
        if field.edtf or not field.is_text:
            values[column] = typed
    return Cells(table, schema, text, values, tuple(problems))


def _judge_column(table: Table, column: str, field: Field, texts: list[str]) -> tuple[list[Any], list[Problem]]:
    required = field.required and column == field.name
    judged: dict[str, tuple[Any, Fault | None]] = {}
    values: list[Any] = []
    problems: list[Problem] = []
    twice = _repeated(texts, table.rows) if field.unique else {}
    for row, text in zip(table.rows, texts, strict=True):
        if text not in judged:
            judged[text] = _judge(field, text, required)
        value, fault = judged[text]
        values.append(value)
        if row in table.broken:
            continue
        if fault:
            params = {"column": column, "meaning": field.description, **fault.params}
            problems.append(Problem(fault.code, table.file, row, column, text, params))
        if text in twice:
            params = {"column": column, "rows": ", ".join(map(str, twice[text]))}
            problems.append(Problem("value-duplicate", table.file, row, column, text, params))
    return values, problems


def _repeated(texts: list[str], rows: Sequence[int]) -> dict[str, list[int]]:
    twice = {text for text, count in Counter(texts).items() if count > 1 and text}
    where: dict[str, list[int]] = {}
    for row, text in zip(rows, texts, strict=True):
        if text in twice:
            where.setdefault(text, []).append(row)
    return where


def _judge(field: Field, text: str, required: bool) -> tuple[Any, Fault | None]:
    if not text:
        return None, Fault("value-missing", {}) if required else None
    if field.edtf:
        return _date(text)
    if field.type == "number":
        return _number(field, text)
    if field.type == "integer":
        return _whole(field, text)
    if field.type == "date" and not _is_day(text):
        return None, Fault("value-pattern", {"meaning": f"{field.description} Write it as 2024-07-21."})
    return None, _text_fault(field, text)


def _text_fault(field: Field, text: str) -> Fault | None:
    if field.enum and text not in field.enum:
        return Fault("value-unknown", {"allowed": field.enum})
    if field.pattern and not _compiled(field.pattern)(text):
        return Fault("value-pattern", {})
    if field.max_length is not None and len(text) > field.max_length:
        return Fault("value-too-long", {"length": len(text), "limit": field.max_length})
    return None


def _date(text: str) -> tuple[EventDate | None, Fault | None]:
    try:
        return parse_date(text), None
    except DateError as error:
        return None, Fault(error.code, {"meaning": error.hint})


def _is_day(text: str) -> bool:
    try:
        date = parse_date(text)
    except DateError:
        return False
    return date.kind == "date" and date.precision == "day"


def _number(field: Field, text: str) -> tuple[float | None, Fault | None]:
    comma = _DECIMAL_COMMA.fullmatch(text)
    plain = text.replace(",", ".") if comma else text
    if not _NUMBER.fullmatch(plain):
        return None, Fault("number-not", {})
    thousands = text.replace(",", "")
    if _THOUSANDS.fullmatch(text) and _inside(field, float(thousands)):
        return None, Fault("number-comma-ambiguous", {"thousands": thousands, "decimal": plain})
    value = float(plain)
    if not _inside(field, value):
        return None, _range_fault(field)
    return value, Fault("number-decimal-comma", {"read": plain}) if comma else None


def _whole(field: Field, text: str) -> tuple[int | None, Fault | None]:
    if text.startswith("-") and _WHOLE.fullmatch(text[1:]):
        return None, _range_fault(field)
    if not _WHOLE.fullmatch(text):
        return None, Fault("number-not-whole", {})
    return int(text), None


def _inside(field: Field, value: float) -> bool:
    low = field.minimum is None or value >= field.minimum
    return low and (field.maximum is None or value <= field.maximum)


def _range_fault(field: Field) -> Fault:
    low = "−∞" if field.minimum is None else f"{field.minimum:g}"
    high = "any number" if field.maximum is None else f"{field.maximum:g}"
    return Fault("number-range", {"minimum": low, "maximum": high})


@cache
def _compiled(pattern: str) -> Callable[[str], object]:
    return re.compile(pattern).fullmatch
