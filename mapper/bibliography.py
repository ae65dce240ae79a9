"""sources.csv: each row with its text, which is held against the SHA-256 that the curator recorded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from mapper.cells import Cells
from mapper.problems import Problem
from mapper.sources import SourceFileError, TextIndex, read_source_text


@dataclass(frozen=True)
class Source:
    """One row of sources.csv: its cleaned cells by column, and its text where it has one.

    ``not_after`` is the latest day that the text can report: the end of its original's date, else of its own.
    """

    source_id: str
    cells: Mapping[str, str]
    row: int
    text: TextIndex | None = None
    sha256: str = ""
    not_after: date | None = None
    usable: bool = True

    @property
    def show(self) -> str:
        """How much of the text a published page carries: ``whole``, ``quotes`` or ``none``."""
        return self.cells.get("show") or "quotes"


def read_sources(cells: Cells, seeds: Path) -> tuple[dict[str, Source], list[Problem]]:
    """The rows of sources.csv by id, and what is wrong with their texts.

    A source whose row or text has an error is not ``usable``: nothing can be checked against it.
    """
    problems: list[Problem] = []
    sources: dict[str, Source] = {}
    wrong = {problem.row for problem in cells.problems if problem.is_error}
    wrong |= set(cells.table.rows) if cells.header_is_wrong else set()
    for index, source_id in enumerate(cells.column("source_id")):
        if source_id and source_id not in sources:
            source, found = _source(cells, index, seeds)
            problems += found
            unusable = source.row in wrong or any(problem.is_error for problem in found)
            sources[source_id] = replace(source, usable=not unusable)
    return sources, problems


def _source(cells: Cells, index: int, seeds: Path) -> tuple[Source, list[Problem]]:
    record = {column: texts[index] for column, texts in cells.text.items()}
    bound = cells.typed("original_date")[index] or cells.typed("date_published")[index]
    source = Source(
        record.get("source_id", ""), record, cells.table.rows[index], not_after=bound.latest if bound else None
    )
    name = record.get("file", "")
    if not name:
        return source, []
    try:
        read = read_source_text(seeds, name)
    except SourceFileError as error:
        return source, [cells.problem(error.code, index, "file", name)]
    problems = []
    recorded = record.get("sha256", "")
    if not recorded:
        problems.append(cells.problem("source-file-unhashed", index, "sha256", name, actual=read.sha256))
    elif recorded != read.sha256:
        problems.append(cells.problem("source-file-changed", index, "sha256", name, actual=read.sha256))
    return replace(source, text=TextIndex(read.text), sha256=read.sha256), problems
