"""The properties of a published event, in their order: what GeoJSON carries, and CSV in its columns.

Each is a column in which equal values stand once, so that what a file says of a value is made up once; a record of the
file is then no more than its columns' texts, in UTF-8, put one after the other.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from operator import add
from typing import Any

import numpy as np
import numpy.typing as npt

from mapper.coded import Coded
from mapper.events import FIGURES, REPORT, EventTable, Figures, Reports
from mapper.locate import Location

DECIMALS = 6
# What the file of a collection says of each source.
OF_SOURCE = (
    "source_id",
    "title",
    "author",
    "publisher",
    "date_published",
    "original",
    "original_date",
    "language",
    "url",
    "archived_url",
    "retrieved_on",
    "sha256",
    "reliability",
    "licence",
)
PROPERTIES = (
    "event_type",
    "sub_event_type",
    "occurrence",
    "title",
    "status",
    "reason",
    "date",
    "date_start",
    "date_end",
    "when",
    "place",
    "place_id",
    "place_text",
    "geo_precision",
    "radius_m",
    "geometry_note",
    "coarsened_to",
    "label_point",
    "label_point_is",
    "country",
    "admin1",
    "admin1_pcode",
    "admin2",
    "admin2_pcode",
    "actor1",
    "assoc_actor_1",
    "actor2",
    "assoc_actor_2",
    "fatalities_low",
    "fatalities_best",
    "fatalities_high",
    "fatalities_text",
    "credibility",
    "notes",
)
_UNPUBLISHED = ("place_spans", "sensitivity", "status")
# What a report can say; ``protected`` only where something was left out of it.
OF_REPORT = tuple(name for name in REPORT if name not in _UNPUBLISHED)
_BLOCK = 2048  # records that are put together at once
_APART = "\x7f"


def properties(table: EventTable) -> dict[str, Coded[Any]]:
    """The published properties of the events as plain JSON values, but for ``reports`` and ``extra``, in TABLES' order.

    Translations stand right after what they translate.
    """
    known: dict[str, Coded[Any]] = {
        **table.texts,
        "when": table.dates.map(lambda date: {"timespans": date.timespans()} if date else None),
        "radius_m": table.locations.map(_radius).merged(),
        "label_point": table.locations.map(_label_point),
        **{name: _figures(table.figures[name]) for name in FIGURES},
    }
    names: list[str] = []
    for name in PROPERTIES:
        names.append(name)
        if name in ("title", "notes"):
            names += [column for column in table.texts if column.startswith(f"{name}_")]
    return {name: known[name] for name in names}


def report_properties(reports: Reports) -> dict[str, Coded[Any]]:
    """The published properties of the reports as plain JSON values, in their order; ``protected`` isn't among them,
    since it stands only where something was left out."""
    known: dict[str, Coded[Any]] = {
        **reports.texts,
        "spans": reports.spans,
        **{name: _figures(reports.figures[name]) for name in FIGURES},
    }
    return {name: known[name] for name in OF_REPORT if name != "protected"}


def extra(table: EventTable) -> Coded[dict[str, str]]:
    """What the events' rows say in the columns that the schema doesn't know."""
    cells: Coded[tuple[tuple[str, str], ...]] = Coded.constant((), len(table))
    for name, column in table.foreign.items():
        both = cells.paired(column)
        cells = both.map(lambda one: one[0] if one[1] is None else (*one[0], (name, one[1])))  # noqa: B023
    return cells.map(dict)


def property_names(table: EventTable) -> list[str]:
    """The published properties of a table in their order, translations right after what they translate."""
    return [*properties(table), "reports", "extra"]


def records(table: EventTable) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each event's id and properties as plain JSON values, in the table's order: for formats that go row by row."""
    columns = {name: column.tolist() for name, column in properties(table).items()}
    reports = list(_reports(table.reports))
    starts = pairwise(table.reports.starts.tolist())
    for event_id, (start, end), cells, *values in zip(
        table.texts["event_id"], starts, extra(table), *columns.values(), strict=True
    ):
        event = {**dict(zip(columns, values, strict=True)), "reports": reports[start:end]}
        yield event_id or "", {**event, "extra": cells} if cells else event


def _reports(reports: Reports) -> Iterator[dict[str, Any]]:
    columns = {name: column.tolist() for name, column in report_properties(reports).items()}
    columns["spans"] = [list(map(list, spans)) for spans in columns["spans"]]
    protected = reports.texts.get("protected") or Coded.constant(None, len(reports))
    for kept, *values in zip(protected, *columns.values(), strict=True):
        report = dict(zip(columns, values, strict=True))
        yield report if kept is None else {**report, "protected": kept}


def put_together(
    reports: Reports,
    events: Sequence[Coded[bytes]],
    opening: bytes,
    members: Sequence[Coded[bytes]],
    ends: Coded[bytes],
) -> Iterator[bytes]:
    """The texts of all events, one after the other, in blocks: of each its columns, ``opening``, its reports' columns
    with a comma between two reports, and its end."""
    first, last = (np.diff(reports.event, **edge) != 0 for edge in ({"prepend": -1}, {"append": -1}))
    parts = [
        *(_only(first, part.take(reports.event)) for part in _fewer(events)),
        Coded(np.where(first, np.int32(0), np.int32(1)), [opening, b", "]),
        *_fewer(members),
        _only(last, ends.take(reports.event)),
    ]
    texts = [_objects(part.values) for part in parts]
    for start in range(0, len(reports), _BLOCK):
        codes = [part.codes[start : start + _BLOCK] for part in parts]
        block = np.empty((len(codes[0]), len(parts)), object)
        for at, (told, rows) in enumerate(zip(texts, codes, strict=True)):
            block[:, at] = told[rows]
        yield b"".join(block.ravel().tolist())


def _only(rows: npt.NDArray[np.bool_], column: Coded[bytes]) -> Coded[bytes]:
    """The column in the rows of a mask, and nothing elsewhere."""
    return Coded(np.where(rows, column.codes, np.int32(len(column.values))), [*column.values, b""])


def _fewer(columns: Sequence[Coded[bytes]]) -> list[Coded[bytes]]:
    """The columns, neighbours as one where that makes few texts."""
    parts: list[Coded[bytes]] = []
    for column in columns:
        both = _as_one(parts[-1], column) if parts else None
        parts = [*parts, column] if both is None else [*parts[:-1], both]
    return parts


def encoded(before: str, texts: Sequence[str], after: str) -> list[bytes]:
    """Each text between two others, in UTF-8."""
    found: list[bytes] = []
    for start in range(0, len(texts), _BLOCK):
        some = texts[start : start + _BLOCK]
        # All at once, unless one of them holds the character that parts them.
        parts = (before + f"{after}{_APART}{before}".join(some) + after).encode().split(_APART.encode())
        found += parts if len(parts) == len(some) else [f"{before}{text}{after}".encode() for text in some]
    return found


def _objects(values: Sequence[bytes]) -> npt.NDArray[np.object_]:
    array = np.empty(len(values), object)
    array[:] = values
    return array


def _as_one(left: Coded[bytes], right: Coded[bytes]) -> Coded[bytes] | None:
    """Two columns put together, where that makes few texts: few pairs, or one column says what the other must."""
    if len(left.values) * len(right.values) <= len(left) // 4:
        return left.paired(right).map(b"".join)
    if len(right.values) <= len(left.values) <= len(left) // 2:
        then = _told_by(left, right)
        return None if then is None else Coded(left.codes, list(map(add, left.values, then)))
    if len(left.values) <= len(right.values) <= len(left) // 2:
        first = _told_by(right, left)
        return None if first is None else Coded(right.codes, list(map(add, first, right.values)))
    return None


def _told_by(column: Coded[bytes], other: Coded[bytes]) -> list[bytes] | None:
    """For each value of a column the other's, where it is the same in all rows of that value."""
    code = np.zeros(len(column.values), np.int32)
    code[column.codes] = other.codes
    return [other.values[at] for at in code.tolist()] if (code[column.codes] == other.codes).all() else None


def _figures(figures: Figures) -> Coded[int | None]:
    whole = np.where(np.isnan(figures), -1, figures).astype(np.int64)
    return Coded.of(whole.tolist()).map(lambda figure: None if figure < 0 else figure)


def _radius(location: Location) -> float | None:
    metres = location.radius_m
    return int(metres) if metres is not None and float(metres).is_integer() else metres


def _label_point(location: Location) -> list[float] | None:
    point = location.label_point
    return None if point is None else [round(float(degrees), DECIMALS) for degrees in point]
