"""CSV: bytes to records and back, nothing lost.

The csv module parses; here stand the encodings, the records that can't be read whole (which must end where they
end, so that the next one keeps its number), and what a spreadsheet program would run as a formula.
"""

from __future__ import annotations

import codecs
import contextlib
import csv
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, islice
from typing import NamedTuple

from mapper.errors import TableError
from mapper.problems import Unreadable

CELL_LIMIT = 1 << 20
DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs"}

_END = "\0 end of the file \0"
_CHUNK = 1 << 20
_HEAD = 64  # bytes
_FORMULA = re.compile("'*[=+\\-@\t\r\n＝＋－＠]")
_ESCAPED = re.compile("'+[=+\\-@\t\r\n＝＋－＠]")


@dataclass(frozen=True)
class Dialect:
    """How a CSV file is written: all that a further record must follow.

    ``positions`` names each column in its place: blank where it has no name, or one that stands before it.
    """

    encoding: str
    bom: bool
    delimiter: str
    newline: str
    ends_with_newline: bool
    positions: tuple[str, ...]


class BrokenRecord(list[str]):
    """A record whose last cell isn't whole: ``quote-unclosed``, or ``cell-too-long`` with its length."""

    def __init__(self, cells: list[str], fault: str, length: int = 0) -> None:
        super().__init__(cells)
        self.fault = fault
        self.length = length


class BrokenTable(Exception):
    """A record can't be read whole: ``records`` must read the table, which says where it ends."""


class Source(NamedTuple):
    """A file's bytes from the end of their byte order mark on, and how they are read."""

    data: bytes
    codec: str
    encoding: str
    bom: bool
    is_sure: bool = True

    def lines(self) -> Iterator[str]:
        """Its lines, which end as they are written; ``UnicodeDecodeError`` where the encoding was only likely."""
        errors = "strict" if self.codec == "cp1252" or not self.is_sure else "surrogatepass"
        return io.TextIOWrapper(io.BytesIO(self.data), self.codec, errors, newline="")


def likely_source(data: bytes, file: str) -> Source:
    """The file as UTF-8, which it most often is, without a look at all of it first; else as ``read_source`` says."""
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0", codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or _nul_pattern(
        data
    ):
        return read_source(data, file)
    bom = data.startswith(codecs.BOM_UTF8)
    return Source(data[3:] if bom else data, "utf-8", "utf-8", bom, is_sure=False)


def read_source(data: bytes, file: str) -> Source:
    """Tells the encoding: UTF-8, UTF-16 (by its mark, or the NULs among its first characters), else Windows-1252.

    Halves of characters (unpaired surrogates) pass, to be found in their cells. Raises ``TableError`` where no
    encoding fits, or where the bytes are a workbook's.
    """
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise Unreadable("table-is-workbook", file)
    for codec, mark in (("utf-16-le", codecs.BOM_UTF16_LE), ("utf-16-be", codecs.BOM_UTF16_BE)):
        bom = data.startswith(mark)
        if bom or _nul_pattern(data) == codec:
            _text(data, codec, "surrogatepass", file)
            return Source(data[2:] if bom else data, codec, codec, bom)
    bom = data.startswith(codecs.BOM_UTF8)
    body = data[3:] if bom else data
    if _is_utf8(body):
        return Source(body, "utf-8", "utf-8", bom)
    with contextlib.suppress(TableError):  # the codec reads half characters only where all its text comes at once
        return Source(
            _text(body, "utf-8", "surrogatepass", file).encode("utf-16-le", "surrogatepass"), "utf-16-le", "utf-8", bom
        )
    _text(data, "cp1252", "strict", file)
    return Source(body, "cp1252", "cp1252", bom)


def records(source: Iterable[str], delimiter: str) -> Iterator[list[str]]:
    """Every record, blank ones too (RFC 4180, read leniently); one whose quote isn't closed is the last."""
    taken: list[str] = []
    before = csv.field_size_limit(CELL_LIMIT)
    try:
        lines = _with_end(source, taken)
        reader = csv.reader(lines, delimiter=delimiter)
        while True:
            taken.clear()
            try:
                cells = next(reader)
            except csv.Error:
                yield _overlong(taken, lines, delimiter)
                continue
            except StopIteration:
                return
            if taken[-1] is not _END:
                yield cells
            elif len(taken) > 1:
                cells[-1] = cells[-1].removesuffix(_END)
                yield BrokenRecord(cells, "quote-unclosed")
    finally:
        csv.field_size_limit(before)


def blocks(source: Iterable[str], delimiter: str, size: int) -> Iterator[list[list[str]]]:
    """The same records, ``size`` at a time, fast; ``BrokenTable`` at some time where one can't be read whole."""
    before = csv.field_size_limit(CELL_LIMIT)
    try:
        reader = csv.reader(chain(source, [f"{_END}\n"]), delimiter=delimiter)
        block = list(islice(reader, size))
        while following := list(islice(reader, size)):
            yield block
            block = following
        if block.pop() != [_END]:  # an unclosed quote has swallowed it
            raise BrokenTable
        yield block
    except csv.Error as error:
        raise BrokenTable from error
    finally:
        csv.field_size_limit(before)


def newline_of(lines: Iterable[str]) -> str:
    """How the first line ends; LF where it doesn't."""
    first = next(iter(lines), "")
    return first[len(first.rstrip("\r\n")) :] or "\n"


def format_record(cells: Iterable[str], delimiter: str, newline: str) -> str:
    """One record of CSV with its line end, quoted where needed (RFC 4180)."""
    return "".join(_formatted([cells], delimiter, newline))


def quoted(cell: str) -> str:
    """A cell as ``format_record`` writes it among others, parted by commas."""
    if '"' in cell:
        return '"' + cell.replace('"', '""') + '"'
    return f'"{cell}"' if "," in cell or "\n" in cell or "\r" in cell else cell


def write_csv(header: Iterable[str], rows: Iterable[Iterable[str]]) -> bytes:
    """A table as CSV: commas, UTF-8 without a byte order mark, LF; every text comes back from ``read_table``.

    Raises ``TableError`` where a cell can't be written as UTF-8 (an unpaired surrogate).
    """
    names = [name if name.isidentifier() else '"' + name.replace('"', '""') + '"' for name in header]
    text = ",".join(names) + "\n" + "".join(_formatted(rows, ",", "\n"))
    return encode(text, "utf-8", "the table")


def encode(text: str, encoding: str, file: str) -> bytes:
    """``text`` in the encoding of a file; ``TableError`` names the character that the encoding can't hold."""
    try:
        return text.encode(encoding)
    except UnicodeEncodeError as error:
        char = text[error.start]
        raise TableError(
            f"{file} is {encoding}, which can't hold {char!a}; nothing was written. Save it as CSV UTF-8, or retype it."
        ) from error


def escape_formula(text: str) -> str:
    """A text cell for an export, so that no spreadsheet program runs it; undone by ``unescape_formula``.

    An apostrophe goes before what begins, after any apostrophes, with ``= + - @``, tab or a line end.
    """
    return f"'{text}" if _FORMULA.match(text) else text


def unescape_formula(text: str) -> str:
    """What ``escape_formula`` was given."""
    return text[1:] if _ESCAPED.match(text) else text


def _nul_pattern(data: bytes) -> str:
    """UTF-16 without a mark: of the first characters, which are a header's, most have a byte that is NUL."""
    even, odd = data[:_HEAD:2], data[1:_HEAD:2]
    zeros = even.count(0) / max(len(even), 1), odd.count(0) / max(len(odd), 1)
    if max(zeros) > 0.5 and min(zeros) < 0.25:
        return "utf-16-be" if zeros[0] > zeros[1] else "utf-16-le"
    return ""


def _is_utf8(data: bytes) -> bool:
    """Told in chunks, for the text itself isn't needed yet and may be large."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for start in range(0, len(data), _CHUNK):
            decoder.decode(data[start : start + _CHUNK])
        decoder.decode(b"", True)
    except UnicodeDecodeError:
        return False
    return True


def _text(data: bytes, codec: str, errors: str, file: str) -> str:
    try:
        return data.decode(codec, errors)
    except UnicodeDecodeError as error:
        raise Unreadable("table-encoding-unknown", file) from error


def _with_end(source: Iterable[str], taken: list[str]) -> Iterator[str]:
    """The lines, noted in ``taken``; then one of ours, which an unclosed quote would swallow."""
    for line in source:
        taken.append(line)
        yield line
    taken.append(_END)
    yield _END


def _overlong(taken: list[str], lines: Iterator[str], delimiter: str) -> BrokenRecord:
    """The record in which a cell passed the limit: the cells before it; its lines are read to its end."""
    text = "".join(taken)
    cells, length = _cells_before(text, delimiter)
    quotes = text.count('"')
    while quotes % 2 and taken[-1] is not _END:
        taken.clear()
        line = next(lines)
        quotes += line.count('"')
        length += len(line)
    return BrokenRecord([*cells, ""], "quote-unclosed" if quotes % 2 else "cell-too-long", length)


def _cells_before(text: str, delimiter: str) -> tuple[list[str], int]:
    whole = re.compile(f'(?:"([^"]*(?:""[^"]*)*)"|([^"{delimiter}][^{delimiter}]*|)){delimiter}')
    cells: list[str] = []
    start = 0
    while (found := whole.match(text, start)) and found.end() - start <= CELL_LIMIT:
        cells.append((found[1] or "").replace('""', '"') or found[2] or "")
        start = found.end()
    return cells, len(text) - start


class _Lines(list[str]):
    """Takes records from a ``csv.writer`` that ends them with CR LF, and ends them with ``newline``.

    In Python 3.11 the writer quotes a cell with CR or LF only where that is part of its own line end.
    """

    def __init__(self, newline: str) -> None:
        self.newline = newline

    def write(self, record: str) -> None:
        self.append(record[:-2] + self.newline)


def _formatted(rows: Iterable[Iterable[str]], delimiter: str, newline: str) -> list[str]:
    lines = _Lines(newline)
    csv.writer(lines, delimiter=delimiter, lineterminator="\r\n").writerows(rows)
    return lines
