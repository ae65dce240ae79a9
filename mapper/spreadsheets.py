"""Workbooks (XLSX, ODS) to rows of text.

Reading the cells is calamine's work. What stands here is what a curator's file needs beside it: limits that hold
before memory is spent (a workbook is a zip, and one far cell makes a table of 17 billion), and the cells of which
calamine keeps nothing: errors and formulas whose result was never stored.
"""

from __future__ import annotations

import datetime
import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from xml.etree import ElementTree
from xml.parsers import expat

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum

from mapper.problems import Unreadable

UNPACKED_LIMIT = 100 << 20
FOLD_LIMIT = 100
GRID_LIMIT = 10_000_000
TEXT_LIMIT = 512 << 20
_CONTENTS = ("xl/workbook.xml", "xl/_rels/workbook.xml.rels")
_CONTENTS_LIMIT = 8 << 20  # the names of the sheets, and where they stand
_WEIGHT = 50  # bytes that a cell takes beside its text
_MARK_WEIGHT = 1000  # with a mark that becomes a problem

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_TO_WALK = re.compile(rb'<(?:\w+:)?f[\s/>]|\bt\s*=\s*["\']e["\']|<(?:\w+:)?c(?:>|\s(?![^<>]*\br\s*=)[^<>]*>)')
_FAR_ROW = re.compile(rb'\br\s*=\s*["\'][A-Z]{0,3}(\d{5,})')
_FAR_COLUMN = re.compile(rb'\br\s*=\s*["\']([A-Z]{2,})\d')
# calamine takes more for a reference than ECMA-376 allows, and makes room for where it leads.
_ODD_REFERENCE = re.compile(
    rb"""<(?:[^\s<>/:]+:)?(?:c|row)\s(?:[^<>]*?\s)?r\s*=\s*(?!["'](?:[A-Z]{0,3}[1-9][0-9]{0,6})["'])"""
)
_STRING_END = re.compile(rb"</(?:\w+:)?si\s*>|<(?:\w+:)?si\s*/>")


@dataclass(frozen=True)
class Mark:
    """A cell that isn't plain text: ``cell-error``, ``cell-uncalculated`` or ``cell-date``, and what it shows.

    ``row`` counts from 1, ``position`` (the column) from 0.
    """

    code: str
    row: int
    position: int
    text: str


def read_sheet(data: bytes, name: str, file: str) -> tuple[list[list[str]], list[Mark]]:
    """The rows of the sheet called ``name``, else of the first one, from row 1 and column A on; and the marks.

    Text stays text (spaces alone are blank); 3.0 is ``3``; a date is ISO 8601; an error, and a formula without a
    result, stand as they are shown. Raises ``Unreadable`` where it is no workbook, is encrypted, or passes a limit.
    """
    parts = _unpacked(data, file)
    sheets = _ods_sheets(parts, file) if "content.xml" in parts else None
    try:
        with CalamineWorkbook.from_filelike(_packed(parts)) as book:
            title = _choose(book, name)
            seen = sheets[title] if sheets else _xlsx_sheet(parts, title, file)
            grid = book.get_sheet_by_name(title).to_python(skip_empty_area=False)
    except (CalamineError, ElementTree.ParseError, expat.ExpatError, LookupError, ValueError) as error:
        raise _unreadable(file) from error
    rows = [[_text(value) for value in row] for row in grid]
    marks = [*seen.marks, *_dates(grid)]
    for mark in seen.marks:
        _put(rows, mark)
    width = max(map(len, rows), default=0)
    rows = [row + [""] * (width - len(row)) for row in rows]
    return rows, marks


def _unpacked(data: bytes, file: str) -> dict[str, bytes]:
    """The parts that hold the cells, unpacked within the limits, whatever the archive says about itself."""
    if data.startswith(_OLE):
        raise Unreadable("workbook-locked", file)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            total = sum(one.file_size for one in members)
            if total > UNPACKED_LIMIT or total > FOLD_LIMIT * len(data):
                size, fold = f"{total >> 20:,}", f"{total // len(data):,}"
                raise Unreadable("workbook-bomb", file, size=size, fold=fold)
            ours = {"mimetype", "content.xml", "META-INF/manifest.xml"}
            if "xl/workbook.xml" in archive.namelist():
                ours = {one.filename for one in members if one.filename.endswith((".xml", ".rels"))} - ours
            if any(one.flag_bits & 1 or one.compress_type not in (0, 8) for one in members if one.filename in ours):
                raise _unreadable(file)
            if any(one.file_size > _CONTENTS_LIMIT for one in members if one.filename in _CONTENTS):
                raise _unreadable(file)
            return {name: archive.read(name) for name in sorted(ours & set(archive.namelist()), key=_mimetype_first)}
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError) as error:
        raise _unreadable(file) from error


def _packed(parts: dict[str, bytes]) -> io.BytesIO:
    """The parts as an archive again, not compressed: what calamine unpacks is what was measured."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for name, part in parts.items():
            archive.writestr(zipfile.ZipInfo(name), part)
    target.seek(0)
    return target


def _mimetype_first(name: str) -> tuple[bool, str]:
    return name != "mimetype", name


def _unreadable(file: str) -> Unreadable:
    return Unreadable("workbook-unreadable", file)


def _choose(book: CalamineWorkbook, name: str) -> str:
    titles = [one.name for one in book.sheets_metadata if one.typ == SheetTypeEnum.WorkSheet]
    return next((title for title in titles if title.casefold() == name.casefold()), titles[0])


class _Sheet:
    """How far a sheet reaches, how much text its cells would make, and its marks."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.marks: list[Mark] = []
        self._rows = self._columns = self._text = 0

    def reach(self, rows: int, columns: int, text: int = 0) -> None:
        self._rows, self._columns = max(self._rows, rows), max(self._columns, columns)
        self._text += text
        if self._rows * self._columns > GRID_LIMIT:
            far = {"rows": f"{self._rows:,}", "columns": f"{self._columns:,}"}
            raise Unreadable("workbook-far-cells", self.file, **far)
        if self._text > TEXT_LIMIT:
            raise Unreadable("workbook-too-large", self.file)


def _xlsx_sheet(parts: dict[str, bytes], title: str, file: str) -> _Sheet:
    part = parts[_xlsx_part(parts, title)]
    if _ODD_REFERENCE.search(part):
        raise _unreadable(file)
    sheet = _Sheet(file)
    strings = parts.get("xl/sharedStrings.xml", b"")
    sizes = [len(one) for one in _STRING_END.split(strings)]
    worst = max(sizes, default=0) * part.count(b"<")
    rows = max(map(int, _FAR_ROW.findall(part)), default=9_999)
    columns = max(map(_column_number, set(_FAR_COLUMN.findall(part))), default=26)
    if rows * columns > GRID_LIMIT or worst > TEXT_LIMIT or _TO_WALK.search(part):
        _XlsxWalk(sheet, sizes).walk(part)
    return sheet


def _xlsx_part(parts: dict[str, bytes], title: str) -> str:
    """Where a sheet stands in the archive (ECMA-376: by the relationship that the workbook names)."""
    workbook, links = (ElementTree.fromstring(parts[part]) for part in _CONTENTS)
    entries = (one for one in workbook.iter() if one.get("name") == title)
    wanted = {value for entry in entries for key, value in entry.items() if key.endswith("}id")}
    target = next((link.get("Target", "") for link in links if link.get("Id") in wanted), "")
    return posixpath.normpath(posixpath.join("/xl", target)).lstrip("/")


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


class _XlsxWalk:
    """Walks over a sheet's XML (ECMA-376, part 1, 18.3.1.4), cell by cell."""

    def __init__(self, sheet: _Sheet, sizes: list[int]) -> None:
        self.sheet = sheet
        self.sizes = sizes
        self.row = self.column = 0
        self.kind = ""
        self.formula: str | None = None
        self.value = ""
        self.inside = ""

    def walk(self, part: bytes) -> None:
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
        parser.CharacterDataHandler = self._characters
        parser.Parse(part, True)

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self.inside = tag.rpartition(":")[2]
        if self.inside == "row":
            self.row, self.column = int(attributes.get("r", self.row + 1)), 0
        elif self.inside == "c":
            found = re.fullmatch(r"([A-Z]+)(\d+)", attributes.get("r", ""))
            self.column = _column_number(found[1].encode()) if found else self.column + 1
            self.row = int(found[2]) if found else self.row
            self.kind, self.formula, self.value = attributes.get("t", "n"), None, ""
        elif self.inside == "f":
            self.formula = ""

    def _characters(self, text: str) -> None:
        if self.inside == "f":
            self.formula = (self.formula or "") + text
        elif self.inside in ("v", "t"):
            self.value += text

    def _end(self, tag: str) -> None:
        self.inside = ""
        if tag.rpartition(":")[2] != "c":
            return
        if self.value or self.formula is not None:
            size = self.sizes[int(self.value)] if self.kind == "s" and self.value else len(self.value)
            self.sheet.reach(self.row, self.column, size)
        if self.kind == "e":
            self.sheet.marks.append(Mark("cell-error", self.row, self.column - 1, self.value))
        elif self.formula is not None and not self.value and self.kind != "str":
            self.sheet.marks.append(Mark("cell-uncalculated", self.row, self.column - 1, f"={self.formula}"))


def _ods_sheets(parts: dict[str, bytes], file: str) -> dict[str, _Sheet]:
    """All sheets: calamine reads them all at once. Tabs and line breaks, which it drops, become characters."""
    parts["content.xml"] = re.sub(rb"<text:tab\s*/>", b"&#9;", parts["content.xml"])
    parts["content.xml"] = re.sub(rb"<text:line-break\s*/>", b"&#10;", parts["content.xml"])
    walk = _OdsWalk(file)
    try:
        walk.walk(parts["content.xml"])
    except (expat.ExpatError, LookupError, ValueError) as error:
        raise _unreadable(file) from error
    return walk.sheets


class _OdsWalk:
    """Walks over the sheets' XML (OpenDocument 1.3, part 3, 9.1), whose rows and cells may say that they repeat."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.sheets: dict[str, _Sheet] = {}
        self.title = ""
        self.row = self.rows = self.column = self.columns = 0
        self.cell: dict[str, str] | None = None
        self.text = ""

    def walk(self, part: bytes) -> None:
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
        parser.CharacterDataHandler = self._characters
        parser.Parse(part, True)

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "table:table":
            self.title, self.row = attributes["table:name"], 0
            self.sheets[self.title] = _Sheet(self.file)
        elif tag == "table:table-row":
            self.rows, self.column = int(attributes.get("table:number-rows-repeated", 1)), 0
        elif tag in ("table:table-cell", "table:covered-table-cell"):
            self.columns = int(attributes.get("table:number-columns-repeated", 1))
            self.cell, self.text = attributes, ""

    def _characters(self, text: str) -> None:
        if self.cell is not None:
            self.text += text

    def _end(self, tag: str) -> None:
        if tag == "table:table-row":
            self.row += self.rows
        elif tag in ("table:table-cell", "table:covered-table-cell") and self.cell is not None:
            self._leave(self.cell)
            self.cell = None
            self.column += self.columns

    def _leave(self, cell: dict[str, str]) -> None:
        sheet = self.sheets[self.title]
        formula = cell.get("table:formula")
        if not (self.text or formula or "office:value-type" in cell):
            return
        failed = cell.get("calcext:value-type") == "error"
        marked = failed or (formula is not None and "office:value-type" not in cell)
        size = (_MARK_WEIGHT if marked else _WEIGHT) + len(self.text) + len(cell.get("office:string-value", ""))
        sheet.reach(self.row + self.rows, self.column + self.columns, size * self.rows * self.columns)
        if marked:
            code = "cell-error" if failed else "cell-uncalculated"
            shown = self.text if failed else "=" + str(formula).partition("=")[2]
            sheet.marks.extend(Mark(code, row, at, shown) for row, at in self._spots())

    def _spots(self) -> Iterator[tuple[int, int]]:
        for row in range(self.row + 1, self.row + self.rows + 1):
            for position in range(self.column, self.column + self.columns):
                yield row, position


def _put(rows: list[list[str]], mark: Mark) -> None:
    """Let a marked cell show what it holds; it may lie beyond the cells that calamine found."""
    rows.extend([] for _ in range(mark.row - len(rows)))
    row = rows[mark.row - 1]
    row.extend("" for _ in range(mark.position + 1 - len(row)))
    row[mark.position] = mark.text


def _dates(grid: Sequence[Sequence[object]]) -> Iterator[Mark]:
    for number, row in enumerate(grid, 1):
        for position, value in enumerate(row):
            if isinstance(value, datetime.date):
                yield Mark("cell-date", number, position, _text(value))


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e16 else repr(value)
    if isinstance(value, datetime.timedelta):
        seconds = round(value.total_seconds())
        return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    return value.isoformat() if isinstance(value, (datetime.date, datetime.time)) else str(value)
