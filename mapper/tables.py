"""Tables as curators write them: CSV, XLSX or ODS in, text out, every cell with its file, row and column.

Nothing is interpreted and nothing dropped here. What can't be read as it was meant is a ``Problem`` where it
stands; a row that can't be read whole is still a row, so that it can be counted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, islice
from operator import itemgetter
from pathlib import Path

import numpy as np
import numpy.typing as npt

from mapper.coded import Coded, Coder
from mapper.delimited import (
    CELL_LIMIT,
    DELIMITERS,
    BrokenRecord,
    BrokenTable,
    Dialect,
    Source,
    blocks,
    escape_formula,
    likely_source,
    newline_of,
    read_source,
    records,
    unescape_formula,
    write_csv,
)
from mapper.errors import TableError
from mapper.files import sha256_hex
from mapper.mojibake import likely_meant
from mapper.normal_form import nfc
from mapper.problems import Problem, Unreadable
from mapper.schema import TableSchema

__all__ = [
    "Table",
    "TableMissing",
    "clean",
    "empty_table",
    "escape_formula",
    "find_table",
    "read_table",
    "unescape_formula",
    "write_csv",
]

FILE_LIMIT = 2 << 30
_WORKBOOKS = (".xlsx", ".ods")
_SUFFIXES = (".csv", *_WORKBOOKS)
_BLANK = "\ufeff\u200b\u2060" + "".join(chr(code) for code in range(0x3001) if chr(code).isspace())
_BLOCK = 256  # records are turned into columns while they are still in the processor's cache
_SMALL = 1 << 20  # bytes; larger tables aren't kept for another build
_ALIKE = 0.79  # one slip in five letters
_SUSPECT = re.compile("[\0\ud800-\udfff]|[Â-ô][\u0080-\u00bf\u0152-\u0192\u02c6\u02dc\u2013-\u2122]")
_SUSPECT_IN_UTF8 = re.compile(b"\xc3[\x82-\xb4](?:[\xc2\xc5\xc6\xcb]|\xe2[\x80\x82\x84])")


class TableMissing(TableError, FileNotFoundError):
    """There is no table of that name in the folder, in any of its forms."""


@dataclass(frozen=True, eq=False)
class Table:
    """A table's cells as written: a ``Coded`` for each column, with one entry a row, in the order of ``rows``.

    ``rows`` numbers the records as a spreadsheet shows them: the header is row 1, blank records are counted and
    left out, a record over several lines is one row. ``broken`` are those that couldn't be read whole; they stand
    in ``rows`` with the cells that they had. ``header`` is ``columns`` in order: names without the white space
    around them, each once. ``dialect`` is ``None`` for a workbook.
    """

    name: str
    file: str
    header: tuple[str, ...]
    rows: Sequence[int]
    columns: Mapping[str, Coded[str]]
    problems: tuple[Problem, ...] = ()
    broken: frozenset[int] = frozenset()
    dialect: Dialect | None = None
    sha256: str = ""

    def __len__(self) -> int:
        return len(self.rows)

    def column(self, name: str) -> Coded[str]:
        """The texts of a column as written; blanks where the table lacks it."""
        return self.columns[name] if name in self.columns else Coded.constant("", len(self))

    def positions(self, rows: Iterable[int]) -> npt.NDArray[np.int64]:
        """Where the records of these numbers stand in the columns."""
        wanted = np.fromiter(rows, np.int64)
        is_whole = isinstance(self.rows, range)
        return wanted - self.rows[0] if is_whole and len(wanted) else np.searchsorted(np.asarray(self.rows), wanted)


def clean(cell: str) -> str:
    """What a cell means: without white space around it (no-break spaces and byte order marks too), in NFC."""
    return cell.strip() if cell.isascii() else nfc(cell.strip(_BLANK))


def empty_table(name: str, file: str, schema: TableSchema) -> Table:
    """A table of the schema's columns without a row, to stand in for one that isn't there."""
    return Table(name, file, schema.names, range(0), {column: Coded.of(()) for column in schema.names})


def find_table(folder: Path, name: str) -> Path:
    """The one file that holds a table. Raises ``TableMissing``, or ``TableError`` where it has several forms."""
    forms = [path for suffix in _SUFFIXES if (path := folder / f"{name}{suffix}").is_file()]
    if not forms:
        raise TableMissing(f"There is no table {folder.name}/{name}.csv: make it, a header row is enough.")
    if len(forms) > 1:
        raise Unreadable("table-forms", f"{folder.name}/{forms[0].name}", others=[path.name for path in forms[1:]])
    return forms[0]


def read_table(path: Path, name: str, schema: TableSchema, root: Path) -> Table:
    """The table in a file; ``root`` is the project's folder, from which messages name the file.

    Raises ``TableError`` where the file can't be read at all: locked, encrypted, too large, of unknown encoding.
    """
    file = path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name
    return parse_table(read_bytes(path, file), path.suffix, name, file, schema)


def parse_table(data: bytes, suffix: str, name: str, file: str, schema: TableSchema) -> Table:
    """The table in the bytes of a file, which messages call ``file``; its suffix tells its form. Raises
    ``TableError``.
    """
    parse = _parse_once if len(data) < _SMALL else _parse
    return parse(data, suffix, name, file, schema)


def _parse(data: bytes, suffix: str, name: str, file: str, schema: TableSchema) -> Table:
    reading = _Reading(name, file, schema, sha256_hex(data))
    return _read_workbook(data, reading) if suffix.lower() in _WORKBOOKS else _read_csv(data, reading)


# For the builds of one process: the same bytes are the same table.
_parse_once = lru_cache(maxsize=8)(_parse)


def read_bytes(path: Path, file: str) -> bytes:
    """A table's file, which messages call ``file``; ``TableError`` where it is locked, or too large."""
    try:
        if path.stat().st_size > FILE_LIMIT:
            raise Unreadable("table-too-large", file, limit=f"{FILE_LIMIT >> 30} GiB")
        return path.read_bytes()
    except OSError as error:
        raise Unreadable("table-unreadable", file, why=error.strerror) from error


def _read_csv(data: bytes, reading: _Reading) -> Table:
    try:
        return _read_text(likely_source(data, reading.file), data, reading)
    except UnicodeDecodeError:
        reading.start([])
        return _read_text(read_source(data, reading.file), data, reading)


def _read_text(source: Source, data: bytes, reading: _Reading) -> Table:
    if source.encoding != "utf-8":
        reading.problem("table-encoding", encoding="Windows-1252" if source.encoding == "cp1252" else "UTF-16")
    delimiter = max(DELIMITERS, key=lambda one: reading.likeness(records(source.lines(), one)))
    if delimiter != ",":
        reading.problem("table-delimiter", delimiter=DELIMITERS[delimiter])
    told = list(reading.problems)
    try:
        reading.read(blocks(source.lines(), delimiter, _BLOCK))
    except BrokenTable:
        reading.start(told)
        reading.read(_batched(records(source.lines(), delimiter)))
    if source.codec != "utf-8" or b"\0" in data or _SUSPECT_IN_UTF8.search(data):
        reading.check_cells()
    ends = source.data.endswith(("\n".encode(source.codec), "\r".encode(source.codec)))
    newline = newline_of(source.lines())
    return reading.table(Dialect(source.encoding, source.bom, delimiter, newline, ends, tuple(reading.positions)))


def _read_workbook(data: bytes, reading: _Reading) -> Table:
    from mapper.spreadsheets import read_sheet  # calamine is needed only where there is a workbook

    rows, marks = read_sheet(data, reading.name, reading.file)
    reading.read(_batched(rows))
    reading.check_cells()
    for mark in marks:
        column = reading.column_at(mark.position)
        known = reading.schema.field(column or "")
        if mark.code != "cell-date" or (known and (known.edtf or known.type == "date")):
            reading.problem(mark.code, mark.row, column, mark.text, day=mark.text[:10], month=mark.text[:7])
    return reading.table(None)


class _Reading:
    """A table while it is being read, record by record."""

    def __init__(self, name: str, file: str, schema: TableSchema, sha256: str) -> None:
        self.name, self.file, self.schema, self.sha256 = name, file, schema, sha256
        self.start([])

    def start(self, problems: list[Problem]) -> None:
        """Nothing has been read so far but these problems."""
        self.problems = problems
        self.names: list[str] = []
        self.positions: list[str] = []
        self.runs: list[Sequence[int]] = []
        self.columns: list[Coder[str]] = []
        self.broken: set[int] = set()
        self._named = self._header_row = 0

    def problem(
        self,
        code: str,
        row: int | None = None,
        column: str | None = None,
        value: str | None = None,
        /,
        **params: object,
    ) -> None:
        self.problems.append(Problem(code, self.file, row, column, value, params))

    def column_at(self, position: int) -> str | None:
        return (self.positions[position] or None) if position < len(self.positions) else None

    def likeness(self, found: Iterable[list[str]]) -> tuple[int, int]:
        """How many columns of the schema the header names, and how many columns it has."""
        header = next((_stripped(cells) for cells in found if _reach(cells)), [])
        names = [name for name in header if re.search(r"\w", name)]
        return sum(self.schema.field(name) is not None for name in names), len(names)

    def read(self, found: Iterable[list[list[str]]]) -> None:
        """Every record, block by block; the first that isn't blank is the header."""
        row = 1
        for block in found:
            rest = block if self._header_row else self._after_header(row, block)
            self._take(row + len(block) - len(rest), rest)
            row += len(block)
        if not self._header_row:
            self.problem("table-empty")
        self._check_unnamed(self._header_row)

    def _after_header(self, row: int, block: list[list[str]]) -> list[list[str]]:
        at = next((at for at, cells in enumerate(block) if _reach(cells)), len(block))
        if at < len(block):
            self._read_header(row + at, block[at])
        return block[at + 1 :]

    def _take(self, row: int, block: list[list[str]]) -> None:
        """Records from that row on, most often all whole, which is told of all at once."""
        alike = {*map(len, block)} == {len(self.names)} and BrokenRecord not in set(map(type, block))
        if alike and all(map(str.strip, map(itemgetter(0), block))):
            self._keep(range(row, row + len(block)), block)
            return
        kept = [(number, self._whole(number, cells)) for number, cells in enumerate(block, row) if _is_record(cells)]
        self._keep([number for number, _ in kept], [cells for _, cells in kept])

    def _whole(self, row: int, cells: list[str]) -> list[str]:
        is_whole = len(cells) == len(self.names) and not isinstance(cells, BrokenRecord)
        return cells if is_whole else self._mended(row, cells)

    def check_cells(self) -> None:
        """Look for what no cell should hold."""
        rows = _joined(self.runs)
        for name, coder in zip(self.positions, self.columns, strict=True):
            column = coder.column()
            suspect = np.zeros(len(column.values), bool)
            suspect[list(_suspects(column.values))] = True
            for at in np.flatnonzero(suspect[column.codes]).tolist():
                self._check_cell(rows[at], name or None, column[at])

    def table(self, dialect: Dialect | None) -> Table:
        columns = {name: one.column() for name, one in zip(self.positions, self.columns, strict=True) if name}
        rows, found, broken = _joined(self.runs), tuple(self.problems), frozenset(self.broken)
        return Table(self.name, self.file, tuple(columns), rows, columns, found, broken, dialect, self.sha256)

    def _read_header(self, row: int, record: list[str]) -> None:
        self._header_row = row
        self.names = _stripped(record)
        self._named = _reach(self.names)
        known: set[str] = set()
        for name in self.names:
            self.positions.append("" if name in known else name)
            if name and name in known:
                self.problem("header-duplicate", row, name, name)
            known.add(name)
        self.columns = [Coder() for _ in self.names]
        if isinstance(record, BrokenRecord):
            self.problem(record.fault, row, length=record.length)
        absent = [one for one in self.schema.names if one not in known]
        for name in filter(None, self.positions):
            if self.schema.field(name) is None and (near := _near(name, absent)):
                guards = near in ("sensitivity", "status")
                self.problem("header-near-guard" if guards else "header-near-miss", row, name, name, known=near)
        for name in absent:
            one = self.schema.field(name)
            if one and one.required:
                self.problem("header-missing", row, name, column=name)

    def _mended(self, row: int, cells: list[str]) -> list[str]:
        """One cell for each column, of a record that may have more or fewer."""
        width, reach = len(self.names), _reach(cells)
        if isinstance(cells, BrokenRecord):
            self._break(row, cells.fault, self.column_at(len(cells) - 1), length=cells.length)
        elif reach > width:
            self._break(row, "row-too-long", None, cells[width], cells=reach, expected=self._named)
        elif len(cells) < self._named:
            self._break(row, "row-too-short", None, cells=len(cells), expected=self._named)
        return (cells + [""] * width)[:width]

    def _break(self, row: int, code: str, column: str | None, value: str | None = None, **params: object) -> None:
        self.broken.add(row)
        self.problem(code, row, column, value, **params)

    def _keep(self, rows: Sequence[int], block: list[list[str]]) -> None:
        self.runs.append(rows)
        for column, cells in zip(self.columns, zip(*block, strict=True), strict=False):
            column.extend(cells)

    def _check_unnamed(self, row: int) -> None:
        for position, (name, column) in enumerate(zip(self.names, self.columns, strict=True), 1):
            if not name and any(map(str.strip, column.column().values)):
                self.problem("header-blank", row, None, None, position=position)

    def _check_cell(self, row: int, column: str | None, cell: str) -> None:
        if len(cell) > CELL_LIMIT:
            self.problem("cell-too-long", row, column, cell[:CELL_LIMIT], length=len(cell))
        if "\0" in cell:
            self.problem("cell-nul", row, column, cell)
        if any("\ud800" <= char <= "\udfff" for char in cell):
            self.problem("cell-surrogate", row, column, cell)
        elif meant := likely_meant(cell):
            self.problem("cell-mojibake", row, column, meant[0], likely=meant[1])


def _suspects(values: Sequence[str]) -> Iterator[int]:
    """Which of the values may hold what no cell should, told in blocks."""
    for start in range(0, len(values), _BLOCK):
        block = values[start : start + _BLOCK]
        together = "\n".join(block)
        if len(together) > CELL_LIMIT or _SUSPECT.search(together):
            yield from range(start, start + len(block))


def _stripped(cells: Sequence[str]) -> list[str]:
    return [cell.strip(_BLANK) for cell in cells]


def _reach(cells: Sequence[str]) -> int:
    """How many cells there are up to the last that isn't blank."""
    return next((at for at in range(len(cells), 0, -1) if cells[at - 1].strip()), 0)


def _near(name: str, known: Sequence[str]) -> str | None:
    from rapidfuzz import process  # needed only where a column is unknown
    from rapidfuzz.distance import OSA

    folded = re.sub(r"[\W_]+", "_", name.casefold()).strip("_")
    best = process.extractOne(folded, known, scorer=OSA.normalized_similarity, score_cutoff=_ALIKE)
    return best[0] if best else None


def _is_record(cells: Sequence[str]) -> bool:
    return isinstance(cells, BrokenRecord) or _reach(cells) > 0


def _batched(found: Iterable[list[str]]) -> Iterator[list[list[str]]]:
    left = iter(found)
    while block := list(islice(left, _BLOCK)):
        yield block


def _joined(runs: Sequence[Sequence[int]]) -> Sequence[int]:
    """The numbers of all runs, as a range where none is left out."""
    filled = [run for run in runs if run]
    if not filled:
        return []
    first, last = filled[0][0], filled[-1][-1]
    whole = last - first + 1 == sum(map(len, filled))
    return range(first, last + 1) if whole else list(chain.from_iterable(filled))
