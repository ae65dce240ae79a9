"""What the tables are, written out from their one declaration: for people, for programs, as a Data Package."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from mapper.schema import TABLES, Field, TableSchema, declaration, precision_classes, table_schema, taxonomy

_PROBLEMS = (
    "Made from `mapper/schema/` by `mapper schema --format problems`; don't edit by hand.",
    "",
    "`mapper check` prints a line for each problem: file, row, column, severity, what is wrong, what to do, code.",
    "Where more than ten rows have one fault in one column, the first three that differ have a line, and one more says",
    "how many others there are. With `--format json` all are listed, each an object of `code`, `severity`, `file`,",
    "`row`, `column`, `value`, `message`, `remedy`, `params`. Rows count as a spreadsheet shows them: the header is",
    "row 1. A code keeps its meaning. An error rejects its row, unless it is about the place alone: then the event is",
    "listed as unlocated. Errors of a whole table keep it from being read. A warning changes nothing, and so does any",
    "problem of a draft, which is not published.",
)
_PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"


def as_markdown() -> str:
    """The tables, the taxonomy and the precision classes as Markdown."""
    parts = ["# The tables", "", "Made from `mapper/schema/` by `mapper schema`; don't edit by hand."]
    for name in TABLES:
        parts += ["", *_table_markdown(table_schema(name))]
    parts += ["", *_precision_markdown(), "", *_taxonomy_markdown()]
    return "\n".join(parts) + "\n"


def as_problems_markdown() -> str:
    """Every code of a problem: its severity, what it says, what to do, and a line that the command line printed."""
    parts = ["# The problems", "", *_PROBLEMS]
    examples = declaration("examples")
    for code, one in declaration("problems").items():
        outcome = "; the event is listed as unlocated" if one.get("about_place") else ""
        said = re.sub(r"\{(\w+)\}", r"*\1*", f"{one['message']} {one['remedy']}")
        parts += ["", f"## {code}", "", f"{one['severity'].capitalize()}{outcome}. {said}"]
        parts += ["", "```", examples[code], "```"]
    return "\n".join(parts) + "\n"


def as_json() -> str:
    """Every declaration as one JSON document."""
    names = (*TABLES, "taxonomy", "geo_precision")
    return json.dumps({name: declaration(name) for name in names}, ensure_ascii=False, indent=2) + "\n"


def as_datapackage(name: str, title: str, headers: Mapping[str, Sequence[str]]) -> str:
    """The ``datapackage.json`` (Data Package v2) of a project's tables, with the columns that each really has.

    ``headers`` gives each table's file name, below ``data/``, its columns.
    """
    resources = [_resource(file, header) for file, header in headers.items()]
    package = {"$schema": _PROFILE, "name": name, "title": title, "resources": resources}
    return json.dumps(package, ensure_ascii=False, indent=2) + "\n"


def _resource(file: str, header: Sequence[str]) -> dict[str, Any]:
    name = file.rpartition(".")[0]
    raw = declaration(name)
    declared = {field["name"]: field for field in raw["fields"]}
    schema = table_schema(name)
    fields = [_declared(schema, declared, column) for column in header]
    kept = {key: value for key, value in raw.items() if key in ("primaryKey", "foreignKeys", "missingValues")}
    return {
        "name": name,
        "title": raw["title"],
        "description": raw["description"],
        "type": "table",
        "path": file,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": {"$schema": raw["$schema"], "fields": fields, **kept},
    }


def _declared(schema: TableSchema, declared: Mapping[str, dict[str, Any]], column: str) -> dict[str, Any]:
    """A column as a field: an unknown one is text, a translation may be blank and need not be unique."""
    known = schema.field(column)
    if known is None:
        return {"name": column, "type": "string"}
    field = {**declared[known.name], "name": column}
    if known.name != column:
        rules = field.pop("constraints", {})
        kept = {rule: value for rule, value in rules.items() if rule not in ("required", "unique")}
        field |= {"constraints": kept} if kept else {}
    return field


def _table_markdown(schema: TableSchema) -> list[str]:
    rows = [f"| `{field.name}` | {_cell(field.description)} | {_cell(_rule(field))} |" for field in schema.fields]
    head = [f"## {schema.name}.csv", "", schema.description, "", "| column | what it holds | rule |", "|---|---|---|"]
    return [*head, *rows]


def _rule(field: Field) -> str:
    rules = [
        "required" if field.required else "",
        "unique" if field.unique else "",
        "EDTF" if field.edtf else "" if field.type == "string" else field.type,
        "one of " + ", ".join(f"`{one}`" for one in field.enum) if field.enum else "",
        f"at most {field.max_length} characters" if field.max_length else "",
        f"several, parted by `{field.separator}`" if field.separator else "",
        "may be translated (`_fr`, `_ht`, …)" if field.translatable else "",
    ]
    return "; ".join(rule for rule in rules if rule)


def _precision_markdown() -> list[str]:
    rows = [
        f"| `{one.name}` | {one.claim} | {one.mark} | {one.acled or '–'} | {one.ucdp_where_prec or '–'} |"
        for one in precision_classes().values()
    ]
    columns = "| `geo_precision` | the source says | drawn as | ACLED | UCDP |"
    return ["## Precision of place", "", columns, "|---|---|---|---|---|", *rows]


def _taxonomy_markdown() -> list[str]:
    types = [f"| {one.name} | {', '.join(one.sub_event_types)} |" for one in taxonomy().types]
    return [f"## {taxonomy().title}", "", "| event type | sub-types |", "|---|---|", *types]


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
