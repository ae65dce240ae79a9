"""The published events as flat tables: a row an event, a row a report, a row a source."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from mapper.formats import Collection, table
from mapper.formats.properties import OF_SOURCE

REPORT_OF = "report_of"
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Sheet:
    """A table's name, its columns, and what makes its rows: plain values by column."""

    name: str
    columns: tuple[str, ...]
    rows: Iterable[Row]


def sheets(collection: Collection) -> list[Sheet]:
    """The tables ``events`` (the columns of the CSV but for the reports), ``reports`` and ``sources``."""
    events = collection.table
    of_event = tuple(name for name in table.header(events) if name != "reports")
    of_report = tuple(dict.fromkeys(name for row in _reports(collection) for name in row)) or (REPORT_OF,)
    return [
        Sheet("events", of_event, table.rows(events)),
        Sheet("reports", of_report, _reports(collection)),
        Sheet("sources", OF_SOURCE, collection.sources),
    ]


def _reports(collection: Collection) -> Iterator[Row]:
    for row in table.rows(collection.table):
        for report in row["reports"]:
            yield {REPORT_OF: row["event_id"], **report}
