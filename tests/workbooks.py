"""Workbooks in memory: XLSX as openpyxl writes it, ODS as LibreOffice does."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Sequence
from typing import Any
from xml.sax.saxutils import escape

import openpyxl


def xlsx(rows: Sequence[Sequence[Any]], title: str = "Sheet", all_text: bool = False) -> bytes:
    """A table as XLSX: a text is text, but ``==1+1`` is a formula without result and ``=#N/A`` an error, unless they
    are ``all_text``."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    for number, row in enumerate(rows, 1):
        for position, value in enumerate(row, 1):
            if value is not None:
                cell = sheet.cell(number, position)
                marked = not all_text and isinstance(value, str) and value.startswith(("==", "=#"))
                cell.value = value[1:] if marked else value
                if isinstance(value, str):
                    cell.data_type = {"==": "f", "=#": "e"}[value[:2]] if marked else "s"
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def with_part(workbook: bytes, name: str, change: Callable[[str], str]) -> bytes:
    """The workbook with one part of it changed by a function from text to text."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.namelist():
            part = old.read(entry).decode()
            new.writestr(entry, change(part) if entry == name else part)
    return target.getvalue()


def ods(rows: str, title: str = "Sheet1", more: str = "") -> bytes:
    names = {
        "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
        "table": "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
        "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
        "calcext": "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0",
    }
    spaces = " ".join(f'xmlns:{prefix}="{name}"' for prefix, name in names.items())
    mime = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", mime)
        archive.writestr(
            "META-INF/manifest.xml",
            f'<?xml version="1.0"?><manifest:manifest xmlns:manifest="{manifest}"><manifest:file-entry '
            f'manifest:full-path="/" manifest:media-type="{mime}"/></manifest:manifest>',
        )
        archive.writestr(
            "content.xml",
            f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {spaces}><office:body>'
            f'<office:spreadsheet><table:table table:name="{title}">{rows}</table:table>{more}</office:spreadsheet>'
            "</office:body></office:document-content>",
        )
    return target.getvalue()


def ods_row(*cells: str, repeated: int = 1) -> str:
    return f'<table:table-row table:number-rows-repeated="{repeated}">{"".join(cells)}</table:table-row>'


def ods_text(text: str) -> str:
    return f'<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>'


def ods_table(rows: Sequence[Sequence[str]]) -> bytes:
    """A table of texts as ODS; line breaks and tabs within a cell are elements of their own there."""
    marks = {"\n": "<text:line-break/>", "\t": "<text:tab/>"}
    return ods("".join(ods_row(*(ods_text(escape(cell, marks)) for cell in row)) for row in rows))
