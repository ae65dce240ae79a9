"""From a cell's text to its value, by the schema's field, with a problem where it is none.

A blank cell is *not stated* and has no value; it is never 0. Each distinct text of a column is judged once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from operator import is_
from typing import Any

import numpy as np
import numpy.typing as npt

from mapper import stages
from mapper.coded import Coded
from mapper.dates import DateError, EventDate, parse_date
from mapper.problems import Finding, Problem, Problems, Said
from mapper.schema import Field, TableSchema
from mapper.tables import Table, clean

_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?")
_DECIMAL_COMMA = re.compile(r"[+-]?\d+,\d+")
_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2},\d{3}")
_WHOLE = re.compile(r"\d{1,15}")
_NAMED = 20  # rows that a problem names, of those that hold the same value


@dataclass(frozen=True)
class Fault:
    """Why a text is not a value of its field: a code of the catalogue and the words that it needs."""

    code: str
    params: dict[str, Any]


@dataclass(frozen=True, eq=False)
class Cells:
    """A table's cells by column: ``text`` as meant, ``values`` typed (float, int, EventDate; None if blank).

    Every column has one entry a row, in the order of ``table.rows``.
    """

    table: Table
    schema: TableSchema
    text: dict[str, Coded[str]]
    values: dict[str, Coded[Any]]
    problems: Problems = field(default_factory=Problems)

    def __len__(self) -> int:
        return len(self.table.rows)

    @cached_property
    def _blank(self) -> Coded[str]:
        return Coded.constant("", len(self))

    @cached_property
    def _absent(self) -> Coded[None]:
        return Coded.constant(None, len(self))

    def column(self, name: str) -> Coded[str]:
        """The cleaned texts of a column; blanks where the table lacks it."""
        return self.text.get(name, self._blank)

    def typed(self, name: str) -> Coded[Any]:
        """The values of a number, integer or EDTF column; ``None`` where blank or wrong."""
        return self.values.get(name, self._absent)

    @cached_property
    def broken(self) -> npt.NDArray[np.bool_]:
        """The rows that couldn't be read whole, as a mask."""
        mask = np.zeros(len(self), bool)
        mask[self.table.positions(self.table.broken)] = True
        return mask

    @cached_property
    def numbers(self) -> npt.NDArray[np.int64]:
        """The number of each row, as a spreadsheet shows it."""
        return np.asarray(self.table.rows, np.int64)

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

    def finding(self, code: str, rows: npt.NDArray[np.int64], column: str, said: Coded[Any]) -> Finding:
        """A fault in these rows of this table, by their positions, and what each says (``Said``)."""
        return Finding(code, self.table.file, column, self.numbers[rows], said)


def read_cells(table: Table, schema: TableSchema) -> Cells:
    """Every cell of a table's known columns, judged by the schema; the table's own problems come first."""
    stages.begin(f"Checking {table.name}")
    known = {column: field for column in table.header if (field := schema.field(column))}
    cells = Cells(table, schema, {column: _cleaned(table.columns[column]) for column in known}, {})
    findings = [Finding.of(problem) for problem in table.problems]
    for column, field in known.items():
        if field.edtf or not field.is_text:
            cells.values[column], found = _typed(cells, column, field)
        else:
            found = _faults(cells, column, field)
        findings += found
        if field.unique:
            findings += _repeated(cells, column)
    return replace(cells, problems=Problems(findings))


def _cleaned(column: Coded[str]) -> Coded[str]:
    values = [cell.strip() if cell.isascii() else clean(cell) for cell in column.values]
    same = all(map(is_, values, column.values))
    return column if same else Coded(column.codes, values).merged()


def _typed(cells: Cells, column: str, field: Field) -> tuple[Coded[Any], list[Finding]]:
    texts = cells.text[column]
    judged = [_judge(field, text, _required(field, column)) for text in texts.values]
    faults = [fault for _, fault in judged]
    return Coded(texts.codes, [value for value, _ in judged]), _findings(cells, column, field, faults)


def _faults(cells: Cells, column: str, field: Field) -> list[Finding]:
    """The faults of a column of words, most often none, which is told of all values at once."""
    values, required = cells.text[column].values, _required(field, column)
    if not required or all(values):
        longest = max(map(len, values), default=0)
        is_short = field.max_length is None or longest <= field.max_length
        free = field.type != "date" and not field.enum and is_short
        if free and (not field.pattern or (all(values) and all(map(_compiled(field.pattern), values)))):
            return []
    faults = [_judge(field, text, required)[1] for text in values]
    return _findings(cells, column, field, faults)


def _required(field: Field, column: str) -> bool:
    """Whether no cell may be blank; a translation may."""
    return field.required and column == field.name


def _findings(cells: Cells, column: str, field: Field, faults: Sequence[Fault | None]) -> list[Finding]:
    """One finding for each kind of fault among the column's values."""
    texts, found = cells.text[column], []

    def said(at: int) -> Said:
        fault = faults[at]
        return texts.values[at], {"column": column, "meaning": field.description, **(fault.params if fault else {})}

    for code in dict.fromkeys(fault.code for fault in faults if fault):
        wrong = np.array([fault is not None and fault.code == code for fault in faults], bool)
        rows = np.flatnonzero(wrong[texts.codes] & ~cells.broken)
        where = Coded(texts.codes[rows], range(len(faults))).compact()
        found.append(cells.finding(code, rows, column, where.map(said)))
    return found


def _repeated(cells: Cells, column: str) -> Iterator[Finding]:
    texts = cells.text[column]
    if len(texts.values) == len(texts) == len(set(texts.values)):
        return
    texts = texts.merged()
    twice = np.bincount(texts.codes, minlength=len(texts.values)) > 1
    alike = np.flatnonzero(twice[texts.codes] & texts.where(bool))
    where: dict[str, list[int]] = {}
    for row, text in zip(cells.numbers[alike].tolist(), texts.take(alike), strict=True):
        where.setdefault(text, []).append(row)
    told: dict[str, Said] = {text: (text, {"column": column, "rows": _listed(rows)}) for text, rows in where.items()}
    rows = alike[~cells.broken[alike]]
    yield cells.finding("value-duplicate", rows, column, texts.take(rows).compact().map(told.__getitem__))


def _listed(rows: Sequence[int]) -> str:
    """Rows in words; of very many the first."""
    more = f" and {len(rows) - _NAMED:,} more" if len(rows) > _NAMED else ""
    return ", ".join(map(str, rows[:_NAMED])) + more


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
    comma = "," in text and _DECIMAL_COMMA.fullmatch(text)
    plain = text.replace(",", ".") if comma else text
    if not _NUMBER.fullmatch(plain):
        return None, Fault("number-not", {})
    if comma and _THOUSANDS.fullmatch(text) and _inside(field, float(thousands := text.replace(",", ""))):
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
