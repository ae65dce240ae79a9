"""A project: its check, its events, and a build, which is every output together with the ledger of all rows."""

from __future__ import annotations

import contextlib
import json
import os
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mapper import __version__
from mapper.additions import Added, add_row
from mapper.checks import Examined, examine, read_gazetteer
from mapper.dates import DateError, parse_date
from mapper.descriptions import as_datapackage
from mapper.errors import BuildRefused, WriteError
from mapper.files import clear_leftovers, finish_staged, publish, sha256_hex, write_whole
from mapper.places import Gazetteer, fold
from mapper.problems import Problem
from mapper.settings import SETTINGS, ProjectFolder, find_project

if TYPE_CHECKING:
    import geopandas as gpd

    from mapper.events import EventTable
    from mapper.formats import Collection, Loss
    from mapper.protect import Published

LEDGER = "build.json"


@dataclass(frozen=True)
class BuildResult:
    """What a build wrote, by path, and what became of each row."""

    paths: tuple[Path, ...]
    rows: Mapping[str, int]
    problems: tuple[Problem, ...]

    @property
    def has_errors(self) -> bool:
        return any(problem.is_error for problem in self.problems)


class Project:
    """A project folder, read once when first asked; ``Project.open`` finds it from any folder inside."""

    def __init__(self, folder: ProjectFolder) -> None:
        self.folder = folder

    @classmethod
    def open(cls, path: str | Path = ".") -> Project:
        """The project in ``path`` or the nearest folder above. Raises ``ProjectNotFound``.

        Completes a build that was cut off while its outputs were put in place, and clears what a killed command
        left behind; where that can't be done now, the next build says so.
        """
        folder = find_project(Path(path))
        with contextlib.suppress(WriteError):
            finish_staged(folder.output)
        for part in (folder.root, folder.data, folder.boundaries, folder.output):
            clear_leftovers(part)
        return cls(folder)

    @cached_property
    def examined(self) -> Examined:
        """Everything read and checked."""
        return examine(self.folder)

    def check(self) -> list[Problem]:
        """Every problem, errors and warnings, by file, row and column."""
        return list(self.examined.problems)

    def add(self, cells: Mapping[str, str]) -> Added:
        """Append a row to events.csv once the whole row passes the check: see ``mapper.additions.add_row``."""
        return add_row(self.folder, cells)

    def datapackage(self) -> str:
        """The ``datapackage.json`` of the project's tables, with the columns that they have."""
        headers = {Path(table.file).name: table.header for table in self.examined.tables}
        name = "-".join(fold(self.examined.settings.title).split()) or "events"
        return as_datapackage(name, self.examined.settings.title, headers)

    def gazetteer(self) -> Gazetteer:
        """The project's places, without reading its events."""
        return read_gazetteer(self.folder)[0]

    def events(self) -> gpd.GeoDataFrame:
        """The published events, one row each, in EPSG:4326: nothing withheld is in it, and what is to be
        coarsened is."""
        return self._published.frame.drop(columns=["sensitivity", "coded_on"])

    def sources(self) -> list[dict[str, Any]]:
        """The sources that the published events cite: the columns of sources.csv, and ``text`` where the page
        may show it whole."""
        return list(self._published.sources)

    def build(self, output: str | Path | None = None, *, strict: bool = False) -> BuildResult:
        """Write the map, the geocoded table as GeoJSON and CSV, and the ledger: all of them or none.

        ``output`` names the map's file; the others stand beside it. Rows with errors are left out and counted;
        with ``strict`` they make it write nothing and raise ``BuildRefused``.
        """
        errors = sum(problem.is_error for problem in self.examined.problems)
        if strict and errors:
            raise BuildRefused(f"Nothing was written: {errors} error(s), and --strict allows none.")
        self._refuse_nothing()
        target = self._writable(output if output is not None else self.folder.output / "map.html")
        files = self._outputs(target.name)
        _refuse_clash(target, files)
        publish(target.parent, files, last=LEDGER)
        paths = tuple(target.parent / name for name in files)
        return BuildResult(paths, self._published.table.counts, self.examined.problems)

    def export(
        self, file: str | Path | None, format_name: str | None = None, report: str | Path | None = None
    ) -> bytes:
        """The published events in the format that the suffix or ``format_name`` names, as bytes; written to
        ``file`` whole or not at all, unless it is ``None``. ``report`` names a file for what the format can't hold,
        as JSON. Raises ``UnknownFormat``."""
        from mapper.formats import format_of, writer

        self._refuse_nothing()
        name = format_of(str(file or ""), format_name)
        data = writer(name)(self._collection)
        if file is not None:
            write_whole(self._writable(file), data)
        if report is not None:
            told = {"format": name, "losses": [loss.as_dict() for loss in self.losses(name)]}
            write_whole(self._writable(report), (json.dumps(told, ensure_ascii=False, indent=2) + "\n").encode())
        return data

    def losses(self, format_name: str) -> list[Loss]:
        """What a file of that format doesn't hold of the published events."""
        from mapper.formats import losses

        return losses(format_name, self._collection)

    def _refuse_nothing(self) -> None:
        """Without a table of events there is nothing to build, and what was built before stays."""
        for problem in self.examined.problems:
            if problem.code in ("table-missing", "table-empty") and problem.file == self.examined.events.table.file:
                raise BuildRefused(f"{problem.file}: {problem.message} Nothing was written. {problem.remedy}")

    def _writable(self, file: str | Path) -> Path:
        """A file that isn't part of the curated data, wherever links lead; else ``WriteError``."""
        target = Path(file)
        if not _is_file_name(target.name):
            raise WriteError(f"{str(file)!a} names no file that can be written; nothing was written.")
        above = Path(os.path.realpath(target)).parents
        for kept in (self.folder.data, self.folder.seeds):
            if any(_is_same(folder, kept) for folder in above):
                raise WriteError(f"{file}: lies in {kept.name}/, which is never written to. Name a file elsewhere.")
        return target

    @cached_property
    def _published(self) -> Published:
        from mapper.events import event_table
        from mapper.protect import publish as protect

        return protect(self.examined, event_table(self.examined))

    @property
    def _collection(self) -> Collection:
        from mapper.formats import Collection

        settings = self.examined.settings
        return Collection(self._published.table, settings.title, settings.licence, self._published.sources)

    def _outputs(self, map_name: str) -> dict[str, bytes]:
        from mapper.formats import writer

        files = {
            map_name: self._map(),
            "events.geojson": writer("geojson")(self._collection),
            "events.csv": writer("csv")(self._collection),
        }
        files[LEDGER] = self._ledger(files)
        return files

    def _map(self) -> bytes:
        from mapper.page.base_map import base_of, place_names
        from mapper.page.event_map import EventMap

        settings, locations = self.examined.settings, self._published.table.locations.tolist()
        page = EventMap(
            self._published.frame.drop(columns=["sensitivity", "coded_on"]),
            sources=self._published.sources,
            heading=settings.title,
            languages=settings.languages,
            base=base_of(self.examined.gazetteer, locations, settings.credits, settings.languages),
            taxonomy=self.examined.taxonomy,
            as_of=as_of(self._published.table, self._published.sources),
            licence=settings.licence,
            translations=place_names(locations, settings.languages),
            layers=settings.layers,
        )
        return page.to_html().encode()

    def _ledger(self, files: Mapping[str, bytes]) -> bytes:
        counts = self._published.table.counts
        ledger = {
            "generator": f"conflict-event-mapper {__version__}",
            "as_of": as_of(self._published.table, self._published.sources),
            "events": len(self._published.table),
            "rows": {"all": sum(counts.values()), **counts},
            "problems": [
                {"code": one.code, "severity": one.severity, "file": one.file, "row": one.row, "column": one.column}
                for one in self.examined.problems
            ],
            "inputs": self._inputs(),
            "outputs": {name: sha256_hex(data) for name, data in sorted(files.items())},
        }
        return (json.dumps(ledger, ensure_ascii=False, indent=2) + "\n").encode()

    def _inputs(self) -> dict[str, str]:
        """SHA-256 of what was read, by its path in the project; a text that only hidden rows cite isn't named."""
        hashes = {SETTINGS: self.examined.settings.sha256}
        hashes |= self.examined.gazetteer.boundaries.hashes
        hashes |= {table.file: table.sha256 for table in self.examined.tables if table.sha256}
        hashes |= {
            f"seeds/{source['file']}": source["sha256"] for source in self._published.sources if source["sha256"]
        }
        return dict(sorted(hashes.items()))


def as_of(events: EventTable, sources: Sequence[Mapping[str, Any]]) -> str | None:
    """The day to which the data reach: the latest ``coded_on``, else ``retrieved_on``, else ``date_published``."""
    for values in (
        events.texts["coded_on"].values,
        [source.get("retrieved_on") for source in sources],
        [_latest_day(source.get("date_published")) for source in sources],
    ):
        known = [value for value in values if value]
        if known:
            return str(max(known))
    return None


def _latest_day(text: str | None) -> str | None:
    """The latest day of a date in EDTF, or its earliest where the end is open."""
    try:
        date = parse_date(text) if text else None
    except DateError:
        return None
    day = date and (date.latest or date.earliest)
    return day.isoformat() if day else None


def _is_file_name(name: str) -> bool:
    """Whether it can be written on every system and in the ledger, and isn't one that a build uses itself."""
    is_text = not any("\ud800" <= char <= "\udfff" for char in name)
    return name not in ("", "..") and is_text and not set(name) & set("\\\0") and not name.startswith(".mapper-")


def _is_same(folder: Path, other: Path) -> bool:
    """One folder, whatever it is called: by a link, in other letters, mounted twice."""
    try:
        return folder.samefile(other)
    except OSError:
        return False


def _refuse_clash(target: Path, files: Mapping[str, bytes]) -> None:
    """Two outputs of one name; names that differ in their letters' case are one on many systems."""
    if len(files) < 4 or len({unicodedata.normalize("NFC", name).casefold() for name in files}) < 4:
        raise WriteError(f"{target}: the map can't have the name of another output. Give it a name such as map.html.")


def check(path: str | Path = ".") -> list[Problem]:
    """Every problem of the project in ``path``: errors and warnings, by file, row and column."""
    return Project.open(path).check()


def read_events(path: str | Path = ".") -> gpd.GeoDataFrame:
    """The published events of the project in ``path``, one row each, in EPSG:4326."""
    return Project.open(path).events()


def export(file: str | Path, path: str | Path = ".", format_name: str | None = None) -> None:
    """Write the published events of the project in ``path`` to a file, in the format of its suffix."""
    Project.open(path).export(file, format_name)
