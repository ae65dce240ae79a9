"""A table as an empty workbook to fill in, for curators who work in a spreadsheet.

It has the header that the table needs; what a column holds stands in its header's note, and what may be chosen drops
down. Its cells are text, so that a typed ``2024-07`` or ``007`` stays what was typed: the program reads it as it is.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from mapper.schema import Field, Taxonomy, table_schema

_LISTS = "lists"
_LAST_ROW = 1_048_575
_WIDE = frozenset({"title", "quote", "notes", "place_text", "description"})
_NOTE = {"x_scale": 2.5, "y_scale": 1.6, "author": ""}


def blank_workbook(name: str, taxonomy: Taxonomy) -> bytes:
    """The table of that name (``events``, ``sources``, ``places``) as XLSX; the same bytes each time.

    What is chosen from a list of the schema must be one of it; of the taxonomy another word is warned of.
    """
    import xlsxwriter

    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        book.set_properties({"created": datetime(1980, 1, 1)})
        fields = table_schema(name).fields
        _fill(book, book.add_worksheet(name), fields, dict(_choices(fields, taxonomy)))
    return target.getvalue()


def _choices(fields: Sequence[Field], taxonomy: Taxonomy) -> Iterator[tuple[str, Sequence[str]]]:
    """The columns that have a closed list, each with it."""
    subs = dict.fromkeys(sub for one in taxonomy.types for sub in one.sub_event_types)
    of_taxonomy = {"type": [one.name for one in taxonomy.types], "subtype": list(subs)}
    for field in fields:
        if values := field.enum or of_taxonomy.get(field.taxonomy or ""):
            yield field.name, values


def _fill(book: Any, sheet: Any, fields: Sequence[Field], choices: dict[str, Sequence[str]]) -> None:
    text, number = book.add_format({"num_format": "@"}), book.add_format({"num_format": "General"})
    bold = book.add_format({"num_format": "@", "bold": True})
    required = book.add_format({"num_format": "@", "bold": True, "bg_color": "#fff2cc"})
    lists = book.add_worksheet(_LISTS)
    sheet.freeze_panes(1, 1)
    for column, field in enumerate(fields):
        sheet.set_column(column, column, 40 if field.name in _WIDE else 18, text if field.is_text else number)
        sheet.write_string(0, column, field.name, required if field.required else bold)
        sheet.write_comment(0, column, _note(field), _NOTE)
    for at, (name, values) in enumerate(choices.items()):
        for row, value in enumerate((name, *values)):
            lists.write_string(row, at, value, text)
        column = next(column for column, field in enumerate(fields) if field.name == name)
        sheet.data_validation(1, column, _LAST_ROW, column, _choice(at, fields[column], len(values)))


def _choice(at: int, field: Field, count: int) -> dict[str, Any]:
    from xlsxwriter.utility import xl_range_abs

    return {
        "validate": "list",
        "source": f"={_LISTS}!{xl_range_abs(1, at, count, at)}",
        "error_type": "stop" if field.enum else "warning",
        "error_title": field.name,
        "error_message": f"Choose one of the list: the sheet {_LISTS} shows it.",
    }


def _note(field: Field) -> str:
    """What the column holds, in plain text."""
    rules = ["Required."] if field.required else []
    rules += [f"At most {field.max_length} characters."] if field.max_length else []
    rules += ["Another language stands in a column such as " + f"{field.name}_fr."] if field.translatable else []
    return "\n".join([field.title, field.description.replace("`", ""), *rules])
