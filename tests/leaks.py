"""Looks for values in files, in whatever form a program could have written them, packed at any depth.

Made for what must stand in no output: give it the outputs and the hidden values, and it says where each was found
and in what form. It opens base64, deflate, gzip, ZIP, SQLite and Parquet wherever they begin, and undoes the escapes
of JSON, HTML and addresses.
"""

from __future__ import annotations

import base64
import gzip
import html
import io
import re
import sqlite3
import struct
import tempfile
import urllib.parse
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from mapper.places import fold
from mapper.project import Project

_DEEPEST = 8
_BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{24,}={0,2}")
_ESCAPED = re.compile(rb"\\u([0-9a-fA-F]{4})")
_LEAST_FOR_BASE64 = 6


def every_output(
    project: Project, folder: Path, profile: str = "default", formats: tuple[str, ...] | None = None
) -> dict[str, bytes]:
    """All that a build writes, and an export in each format that there is, by name."""
    from mapper.formats import writes

    result = project.build(folder / "map.html", profile=profile)
    outputs = {path.name: path.read_bytes() for path in result.paths}
    for name in writes() if formats is None else formats:
        outputs[f"export.{name}"] = project.export(None, name, profile=profile)
    return outputs


def leaks(
    outputs: Mapping[str, bytes], hidden: Mapping[str, str | float], decimals: int = 3
) -> list[tuple[str, str, str]]:
    """Each hidden value that stands in an output: the output's name, the value's, and the form that was found.

    Of numbers ``decimals`` are enough to tell them; where many others stand nearby, more are needed.
    """
    forms = {name: list(forms_of(value, decimals)) for name, value in hidden.items()}
    found: dict[tuple[str, str], str] = {}
    for output, data in outputs.items():
        for layer in layers(data):
            lowered = layer.lower()
            for name, wanted in forms.items():
                for form, needle, any_case in wanted:
                    if (output, name) not in found and needle in (lowered if any_case else layer):
                        found[output, name] = form
        for name in _folded_in(data, {name: value for name, value in hidden.items() if (output, name) not in found}):
            found[output, name] = "folded"
    return [(output, name, form) for (output, name), form in found.items()]


def forms_of(value: str | float, decimals: int = 3) -> Iterator[tuple[str, bytes, bool]]:
    """The forms of a value: what it is, its bytes, and whether capitals don't matter. Numbers are degrees."""
    if isinstance(value, float):
        yield from _forms_of_number(value, decimals)
        return
    for name, encoding in (("UTF-8", "utf-8"), ("UTF-16", "utf-16-le"), ("UTF-16 BE", "utf-16-be")):
        yield name, value.encode(encoding).lower(), True
    yield "small letters", value.lower().encode().lower(), True
    if not value.isascii():
        yield "Latin-1", value.encode("latin-1", "replace"), False
        yield "percent", urllib.parse.quote(value).lower().encode(), True
    # What begins and ends within a group of three bytes is written in letters that its neighbours change.
    raw = value.encode()
    for offset in range(3):
        coded = base64.b64encode(b"\0" * offset + raw)
        sure = coded[-(-offset * 8 // 6) : len(coded) - 4 if (offset + len(raw)) % 3 else None]
        if len(raw) >= _LEAST_FOR_BASE64:
            yield f"base64 at {offset}", sure, False
            yield f"base64url at {offset}", sure.translate(bytes.maketrans(b"+/", b"-_")), False
    yield "hexadecimal", raw.hex().encode(), True


def _forms_of_number(value: float, least: int) -> Iterator[tuple[str, bytes, bool]]:
    for decimals in range(least, 8):
        cut = f"{value:.9f}"[: decimals - 9]
        for text in (f"{value:.{decimals}f}", cut):
            yield f"{decimals} decimals", text.encode(), True
            yield f"{decimals} decimals, UTF-16", text.encode("utf-16-le"), True
            yield f"{decimals} decimals, with a comma", text.replace(".", ",").encode(), True
    for scale in (10**place for place in range(least + 1, 8)):
        yield f"times {scale}", str(round(value * scale)).encode(), True
        yield f"int32 of {scale}", struct.pack("<i", round(value * scale)), False
    for name, form in (("float64", "<d"), ("float64 BE", ">d"), ("float32", "<f"), ("float32 BE", ">f")):
        yield name, struct.pack(form, value), False
        yield f"{name} in hexadecimal", struct.pack(form, value).hex().encode(), True
        yield f"{name} of six decimals", struct.pack(form, round(value, 6)), False


def layers(data: bytes) -> Iterator[bytes]:
    """A file's bytes, and whatever is packed or escaped in them, each once."""
    seen: set[int] = set()
    waiting = [(data, 0)]
    while waiting:
        layer, depth = waiting.pop()
        key = hash(layer)
        if key in seen or not layer:
            continue
        seen.add(key)
        yield layer
        if depth < _DEEPEST:
            waiting += [(inner, depth + 1) for inner in _within(layer)]


def _within(data: bytes) -> Iterator[bytes]:
    yield from _unescaped(data)
    yield from _inflated(data)
    yield from _members(data)
    yield from _rows(data)
    yield from _parquet(data)
    for run in _BASE64.findall(data):
        plain = run.rstrip(b"=").translate(bytes.maketrans(b"-_", b"+/"))
        yield base64.b64decode(plain[: len(plain) - (len(plain) % 4 == 1)] + b"=" * (-len(plain) % 4))


def _unescaped(data: bytes) -> Iterator[bytes]:
    if b"\\u" in data:
        text = _ESCAPED.sub(lambda code: chr(int(code[1], 16)).encode("utf-16-le", "surrogatepass"), data)
        yield text
        yield _ESCAPED.sub(lambda code: chr(int(code[1], 16)).encode("utf-8", "surrogatepass"), data)
    if b"&" in data and b";" in data:
        yield html.unescape(data.decode("utf-8", "replace")).encode("utf-8", "surrogatepass")
    if re.search(rb"%[0-9a-fA-F]{2}", data):
        yield urllib.parse.unquote_to_bytes(data)
    for mark in (b"\xff\xfe", b"\xfe\xff"):
        if data.startswith(mark):
            yield data.decode("utf-16", "replace").encode()


def _inflated(data: bytes) -> Iterator[bytes]:
    starts = {0, *(match.start() for match in re.finditer(rb"\x1f\x8b\x08|\x78[\x01\x5e\x9c\xda]", data))}
    for start in starts:
        for window in (-15, 15, 31):
            if start and window < 0:
                continue
            try:
                yield zlib.decompressobj(window).decompress(data[start:])
            except zlib.error:
                continue


def _members(data: bytes) -> Iterator[bytes]:
    if b"PK\x03\x04" not in data[:4]:
        return
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            yield archive.comment
            for member in archive.infolist():
                yield from (member.filename.encode(), member.comment, member.extra, archive.read(member))
    except (zipfile.BadZipFile, zlib.error, ValueError, NotImplementedError, EOFError, OSError):
        return  # an archive whose bytes were unescaped is none any more; as it was it has been opened


def _rows(data: bytes) -> Iterator[bytes]:
    """The cells of a database: long ones are in pieces in its file."""
    if not data.startswith(b"SQLite format 3\0"):
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "data.sqlite"
        path.write_bytes(data)
        database = sqlite3.connect(path)
        try:
            names = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        except sqlite3.DatabaseError:
            names = []  # a database of which escapes were undone
        for name in names:
            try:
                rows = list(database.execute(f'SELECT * FROM "{name}"'))
            except sqlite3.DatabaseError:
                continue  # a virtual table whose module isn't here; its shadow tables are read
            for cell in (cell for row in rows for cell in row):
                yield cell if isinstance(cell, bytes) else str(cell).encode()
        database.close()


def _parquet(data: bytes) -> Iterator[bytes]:
    if not data.startswith(b"PAR1"):
        return
    import pyarrow
    import pyarrow.parquet

    try:
        table: Any = pyarrow.parquet.read_table(io.BytesIO(data))
    except (pyarrow.ArrowException, OSError):
        return  # a file of which escapes were undone
    yield repr(table.schema).encode()
    for column in table.columns:
        yield from _leaves(column.to_pylist())


def _leaves(cell: Any) -> Iterator[bytes]:
    if isinstance(cell, dict):
        cell = [one for pair in cell.items() for one in pair]
    if isinstance(cell, (list, tuple)):
        for one in cell:
            yield from _leaves(one)
    else:
        yield cell if isinstance(cell, bytes) else str(cell).encode()


def _folded_in(data: bytes, hidden: Mapping[str, str | float]) -> list[str]:
    """The values whose words stand in a text layer, whatever accents and punctuation were taken away."""
    wanted = {name: folded for name, value in hidden.items() if isinstance(value, str) and (folded := fold(value))}
    if not wanted:
        return []
    found = []
    for layer in layers(data):
        text = f" {fold(layer.decode('utf-8', 'ignore'))} "
        found += [name for name, folded in wanted.items() if f" {folded} " in text]
    return found


def _as_parquet(value: bytes) -> bytes:
    import pyarrow
    import pyarrow.parquet

    file = io.BytesIO()
    table = pyarrow.table({"cell": [[{"inner": value}]], "other": [b"z" * 9000]})
    pyarrow.parquet.write_table(table, file, compression="zstd", write_statistics=False)
    return file.getvalue()


def packed(value: bytes) -> dict[str, bytes]:
    """A value as programs pack it, to show that it would be found: one file a way."""
    around = b'{"a": "' + b"x" * 40 + value + b"y" * 40 + b'"}'
    zipped = io.BytesIO()
    with zipfile.ZipFile(zipped, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("inner.json", around)
    deflate = zlib.compressobj(wbits=-15)
    database = sqlite3.connect(":memory:")
    database.execute("CREATE TABLE cells (cell)")
    # Of 30,000 bytes 1,356 stand with the row, the others in pages of 4,092 each: the value is cut in two.
    before = b"x" * (1356 + 4092 - len(value) // 2) + value
    database.execute("INSERT INTO cells VALUES (?)", (before.ljust(30_000, b"y"),))
    return {
        "plain": around,
        "gzip": gzip.compress(around),
        "deflate in base64 in HTML": b"<p>" + base64.b64encode(deflate.compress(around) + deflate.flush()) + b"</p>",
        "zlib after other bytes": b"header" + zlib.compress(around),
        "ZIP": zipped.getvalue(),
        "ZIP in base64": base64.b64encode(zipped.getvalue()),
        "JSON escapes": around.decode().encode("ascii", "backslashreplace").replace(b"\\x", b"\\u00"),
        "entities": "".join(f"&#{ord(char)};" for char in around.decode()).encode(),
        "percent": urllib.parse.quote(around.decode()).encode(),
        "UTF-16": around.decode().encode("utf-16"),
        "SQLite": database.serialize(),
        "Parquet": _as_parquet(around),
    }
