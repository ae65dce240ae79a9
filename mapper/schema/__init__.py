"""What the tables are: fields, codes, labels and colours, declared once as JSON beside this file.

Reading, checking, the docs, ``datapackage.json``, the command line's flags, the legend and the labels all
follow from these declarations. Tables are Table Schemas (Data Package v2) with a few properties of our own:
``edtf``, ``separator`` (a list in one cell), ``translatable`` (may have siblings such as ``title_fr``),
``default`` (what a blank cell means) and ``references`` (the column that its values name).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from typing import Any

TABLES = ("events", "sources", "places")
# For types that bring no colour: told apart in the three common kinds of colour blindness, all at least 3:1 on white
# (after Paul Tol's sets); what is beyond them shares a grey.
PALETTE = ("#332288", "#aa4499", "#117733", "#cc4411", "#0077bb", "#882255", "#7a7a1f", "#c2566b")
REST = "#6b6b6b"
UNKNOWN_COLOUR = "#5f6368"
_LANGUAGE_SUFFIX = re.compile(r"_[a-z]{2,3}")
_COLOUR = re.compile("#[0-9a-fA-F]{6}")


@dataclass(frozen=True)
class Field:
    """One column: its name, what it holds, and what a cell may be."""

    name: str
    title: str
    description: str
    type: str
    required: bool = False
    unique: bool = False
    pattern: str | None = None
    minimum: float | None = None
    maximum: float | None = None
    max_length: int | None = None
    enum: tuple[str, ...] = ()
    default: str = ""
    separator: str | None = None
    translatable: bool = False
    edtf: bool = False
    references: str | None = None
    taxonomy: str | None = None

    @property
    def is_text(self) -> bool:
        """Whether its cells are words, not numbers."""
        return self.type not in ("number", "integer")


@dataclass(frozen=True)
class TableSchema:
    """One table: its fields in order, and the declaration that they came from."""

    name: str
    title: str
    description: str
    fields: tuple[Field, ...]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(field.name for field in self.fields)

    @cached_property
    def _by_name(self) -> dict[str, Field]:
        return {field.name: field for field in self.fields}

    def field(self, column: str) -> Field | None:
        """The field that a column holds; a translation (``title_fr``) has its base's field."""
        if column in self._by_name:
            return self._by_name[column]
        base, _, suffix = column.rpartition("_")
        found = self._by_name.get(base)
        if found and found.translatable and _LANGUAGE_SUFFIX.fullmatch("_" + suffix):
            return found
        return None


@dataclass(frozen=True)
class EventType:
    """A type of the taxonomy, its colour (``#rrggbb``) and the names of its sub-types."""

    name: str
    colour: str
    sub_event_types: tuple[str, ...]


@dataclass(frozen=True)
class Taxonomy:
    name: str
    title: str
    types: tuple[EventType, ...]

    def get(self, name: str) -> EventType | None:
        return next((one for one in self.types if one.name == name), None)

    def used(self, names: Iterable[str | None]) -> list[EventType]:
        """The types of these names as a legend lists them: in this order; those that it doesn't know follow, grey."""
        wanted = {name for name in names if name}
        known = [one for one in self.types if one.name in wanted]
        unknown = sorted(wanted - {one.name for one in known})
        return [*known, *(EventType(name, UNKNOWN_COLOUR, ()) for name in unknown)]


@dataclass(frozen=True)
class PrecisionClass:
    """A class of ``geo_precision``: what the source says, how it is drawn, and its codes elsewhere."""

    name: str
    claim: str
    mark: str
    acled: int | None
    ucdp_where_prec: int | None


@cache
def declaration(name: str) -> dict[str, Any]:
    """The JSON of that name beside this file, as it stands."""
    text = files(__name__).joinpath(f"{name}.json").read_text(encoding="utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded


@cache
def table_schema(name: str) -> TableSchema:
    """The schema of ``events``, ``sources`` or ``places``."""
    raw = declaration(name)
    return TableSchema(name, raw["title"], raw["description"], tuple(_field(one) for one in raw["fields"]))


@cache
def taxonomy(name: str = "acled") -> Taxonomy:
    """The event types of a taxonomy that ships with the package; ``KeyError`` where there is none."""
    raw = declaration("taxonomy")
    if raw["name"] != name:
        raise KeyError(name)
    return parse_taxonomy(raw)


def parse_taxonomy(raw: dict[str, Any]) -> Taxonomy:
    """A taxonomy from its JSON; ``ValueError`` or another of reading's own where it isn't one."""
    return Taxonomy(_name(raw["name"]), _name(raw["title"]), tuple(map(_event_type, raw["types"])))


def _event_type(raw: dict[str, Any]) -> EventType:
    sub_types = tuple(_name(sub["name"]) for sub in raw["sub_event_types"])
    return EventType(_name(raw["name"]), _colour(raw["colour"]), sub_types)


def _name(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError(f"{value!r} is no name: write it in double quotes")
    return value


def _colour(value: Any) -> str:
    # Whatever else a style would take it for (an address, say) must not reach the page.
    if not isinstance(value, str) or not _COLOUR.fullmatch(value):
        raise ValueError(f"{value!r} is no colour: write it as #rrggbb")
    return value


@cache
def precision_classes() -> dict[str, PrecisionClass]:
    """The classes of ``geo_precision`` by name, finest first."""
    return {one["name"]: PrecisionClass(**one) for one in declaration("geo_precision")["classes"]}


def _field(raw: dict[str, Any]) -> Field:
    rules = raw.get("constraints", {})
    return Field(
        name=raw["name"],
        title=raw["title"],
        description=raw["description"],
        type=raw["type"],
        required=rules.get("required", False),
        unique=rules.get("unique", False),
        pattern=rules.get("pattern"),
        minimum=rules.get("minimum"),
        maximum=rules.get("maximum"),
        max_length=rules.get("maxLength"),
        enum=tuple(rules.get("enum", ())),
        default=raw.get("default", ""),
        separator=raw.get("separator"),
        translatable=raw.get("translatable", False),
        edtf=raw.get("edtf", False),
        references=raw.get("references"),
        taxonomy=raw.get("taxonomy"),
    )
