"""A project: its check, its events, and a build, which is every output together with the ledger of all rows."""

from __future__ import annotations

import contextlib
import json
import os
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mapper import __version__, stages
from mapper.additions import Added, add_row
from mapper.checks import Examined, examine, read_gazetteer
from mapper.dates import DateError, parse_date
from mapper.descriptions import as_datapackage
from mapper.displacement import Displacement, read_secret, secret_path
from mapper.errors import BuildRefused, SettingsError, WriteError
from mapper.files import clear_leftovers, finish_staged, publish, sha256_hex, write_together
from mapper.memory import uncollected
from mapper.places import Gazetteer, fold
from mapper.problems import Finding, Problem, Problems
from mapper.profiles import DEFAULT, FULL
from mapper.settings import SETTINGS, ProjectFolder, find_project

if TYPE_CHECKING:
    import geopandas as gpd

    from mapper.boundary_imports import BoundariesAdded
    from mapper.disclosure import Disclosure
    from mapper.events import EventTable
    from mapper.formats import Collection, Loss
    from mapper.imports import Imported
    from mapper.place_imports import PlacesImported
    from mapper.protect import Published

LEDGER = "build.json"
FULL_NOTE = "Made with the profile full: it holds what is kept from readers of the published map. Not for publication."


@dataclass(frozen=True)
class BuildResult:
    """What a build wrote, by path, and what became of each row."""

    paths: tuple[Path, ...]
    rows: Mapping[str, int]
    problems: Problems

    @property
    def has_errors(self) -> bool:
        return self.problems.errors > 0


class Project:
    """A project folder, read once when first asked; ``Project.open`` finds it from any folder inside."""

    def __init__(self, folder: ProjectFolder) -> None:
        self.folder = folder
        self._disclosures: dict[str, Disclosure] = {}
        self._publications: dict[str, Published] = {}

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
    @uncollected()
    def examined(self) -> Examined:
        """Everything read and checked."""
        return examine(self.folder)

    def check(self, profile: str = DEFAULT) -> list[Problem]:
        """Every problem, errors and warnings, by file, row and column; those of what a publish profile must leave
        out among them. Raises ``UnknownProfile``."""
        return list(self.problems(profile))

    @uncollected()
    def problems(self, profile: str = DEFAULT) -> Problems:
        """The same as ``check``, each made only when it is asked for."""
        from mapper.disclosure import unknown_values

        more = map(Finding.of, (*unknown_values(self.examined), *self._disclosed(profile).problems))
        return Problems([*self.examined.problems.findings, *more], self.examined.events.table.header)

    def add(self, cells: Mapping[str, str]) -> Added:
        """Append a row to events.csv once the whole row passes the check: see ``mapper.additions.add_row``."""
        return add_row(self.folder, cells)

    def import_file(self, file: str | Path, format_name: str | None = None, **options: Any) -> Imported:
        """Take a file of others (ACLED, UCDP GED, GeoJSON, any table) into the project's tables: see
        ``mapper.imports.import_file``."""
        from mapper.imports import import_file

        return import_file(self.folder, file, format_name, **options)

    def import_places(self, file: str | Path, **options: Any) -> PlacesImported:
        """Add the places of a foreign gazetteer that places.csv lacks: see ``mapper.place_imports.import_places``."""
        from mapper.place_imports import import_places

        return import_places(self.folder, file, **options)

    def add_boundaries(self, file: str | Path, level: str, **options: Any) -> BoundariesAdded:
        """Add the polygons of a file's units, and the units themselves: see
        ``mapper.boundary_imports.add_boundaries``."""
        from mapper.boundary_imports import add_boundaries

        return add_boundaries(self.folder, file, level, **options)

    def datapackage(self) -> str:
        """The ``datapackage.json`` of the project's tables, with the columns that they have."""
        headers = {Path(table.file).name: table.header for table in self.examined.tables}
        name = "-".join(fold(self.examined.settings.title).split()) or "events"
        return as_datapackage(name, self.examined.settings.title, headers)

    def gazetteer(self) -> Gazetteer:
        """The project's places, without reading its events."""
        return read_gazetteer(self.folder)[0]

    def events(self, profile: str = DEFAULT) -> gpd.GeoDataFrame:
        """The published events, one row each, in EPSG:4326: nothing that the profile withholds is in it, and what it
        coarsens or displaces is. Raises ``UnknownProfile``."""
        return self._published(profile).frame.drop(columns=["sensitivity", "coded_on"])

    def sources(self, profile: str = DEFAULT) -> list[dict[str, Any]]:
        """The sources that the published events cite: the columns of sources.csv, and ``text`` where the page
        may show it whole."""
        return list(self._published(profile).sources)

    @uncollected()
    def build(self, output: str | Path | None = None, *, profile: str = DEFAULT, strict: bool = False) -> BuildResult:
        """Write the map, the geocoded table as GeoJSON and CSV, and the ledger: all of them or none.

        ``output`` names the map's file; the others stand beside it. ``profile`` is one of ``data/map.toml``, or
        ``full``, which alone shows what the table keeps from readers. Rows with errors are left out and counted;
        with ``strict`` they make it write nothing and raise ``BuildRefused``.
        """
        published, problems = self._published(profile), self.problems(profile)
        errors = problems.errors
        if strict and errors:
            raise BuildRefused(f"Nothing was written: {errors} error(s), and --strict allows none.")
        self._refuse_nothing()
        target = self._writable(output if output is not None else self.folder.output / "map.html")
        files = self._outputs(target.name, profile)
        _refuse_clash(target, files)
        stages.begin("Writing the files")
        publish(target.parent, files, last=LEDGER)
        paths = tuple(target.parent / name for name in files)
        return BuildResult(paths, published.table.counts, problems)

    @uncollected()
    def export(
        self,
        file: str | Path | None,
        format_name: str | None = None,
        report: str | Path | None = None,
        *,
        profile: str = DEFAULT,
    ) -> bytes:
        """The published events in the format that the suffix or ``format_name`` names, as bytes; written to
        ``file`` whole or not at all, unless it is ``None``. ``report`` names a file for what the format can't hold,
        as JSON: in one folder both are written or neither. Raises ``UnknownFormat`` and ``UnknownProfile``."""
        from mapper.formats import format_of, writer

        name = format_of(str(file or ""), format_name)
        published = self._published(profile)
        self._refuse_nothing()
        stages.begin(f"Making {name}")
        data = writer(name)(self._collection(published, profile))
        files: list[tuple[Path, bytes]] = []
        if report is not None:
            told = {"format": name, "losses": [loss.as_dict() for loss in self.losses(name, profile)]}
            text = json.dumps(told, ensure_ascii=False, indent=2) + "\n"
            files.append((self._writable(report), text.encode()))
        if file is not None:
            files.append((self._writable(file), data))
        write_together(files)
        return data

    def losses(self, format_name: str, profile: str = DEFAULT) -> list[Loss]:
        """What a file of that format doesn't hold of the published events."""
        from mapper.formats import losses

        return losses(format_name, self._collection(self._published(profile), profile))

    def _refuse_nothing(self) -> None:
        """Without a table of events there is nothing to build, and what was built before stays."""
        for finding in self.examined.problems.findings:
            if finding.code in ("table-missing", "table-empty") and finding.file == self.examined.events.table.file:
                problem = finding.problem(0)
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
        secret = self.examined.settings.displacement
        if secret and secret.secret_file and target.resolve() == secret_path(secret, self.folder).resolve():
            raise WriteError(f"{file}: is the file of the displacement's secret. Name a file elsewhere.")
        return target

    def _disclosed(self, profile: str) -> Disclosure:
        """What of each row the profile lets readers see, judged once."""
        from mapper.disclosure import disclose

        if profile not in self._disclosures:
            self._disclosures[profile] = disclose(self.examined, self.examined.settings.profile(profile))
        return self._disclosures[profile]

    @uncollected()
    def _published(self, profile: str) -> Published:
        """What may be published under a profile, made once. Raises ``SettingsError`` for one that can't be held to."""
        from mapper.events import event_table
        from mapper.protect import publish as protect

        if profile not in self._publications:
            examined = self.examined
            stages.begin("Merging reports and protecting people")
            disclosure = self._disclosed(profile)
            self._refuse_unknown(disclosure)
            displacement = self._displacement(disclosure)
            self._publications[profile] = protect(examined, event_table(examined), disclosure, displacement)
        return self._publications[profile]

    def _refuse_unknown(self, disclosure: Disclosure) -> None:
        """A rule about what the project doesn't have was meant to protect something else."""
        from mapper.disclosure import unknown_values

        for problem in unknown_values(self.examined):
            if (problem.column or "").startswith(f"profiles.{disclosure.profile.name}."):
                raise SettingsError(f"{problem.where}: {problem.message} {problem.remedy} Nothing was written.")

    def _displacement(self, disclosure: Disclosure) -> Displacement | None:
        """What moves points, where a rule of the profile asks for it. Raises ``SettingsError`` without a secret."""
        settings = self.examined.settings.displacement
        if settings is None or all(rule.action != "displace" for rule in disclosure.profile.rules):
            return None
        return Displacement(read_secret(settings, self.folder), settings.least, settings.most)

    def _collection(self, published: Published, profile: str) -> Collection:
        from mapper.formats import Collection

        settings = self.examined.settings
        note = FULL_NOTE if profile == FULL else ""
        return Collection(
            published.table, settings.title, settings.licence, published.sources, note, self.examined.taxonomy
        )

    def _outputs(self, map_name: str, profile: str) -> dict[str, bytes]:
        from mapper.formats import writer

        published = self._published(profile)
        collection = self._collection(published, profile)
        make: dict[str, Callable[[], bytes]] = {
            map_name: lambda: self._map(published, profile),
            "events.geojson": lambda: writer("geojson")(collection),
            "events.csv": lambda: writer("csv")(collection),
            LEDGER: lambda: self._ledger(files, profile),
        }
        files: dict[str, bytes] = {}
        for name, made in make.items():
            stages.begin(f"Making {name}")
            files[name] = made()
        return files

    @uncollected()
    def _map(self, published: Published, profile: str) -> bytes:
        from mapper.page.base_map import base_of
        from mapper.page.event_map import EventMap
        from mapper.page.published import published_table

        settings, locations = self.examined.settings, published.table.locations.values
        page = EventMap(
            published_table(published.table, settings.languages),
            sources=published.sources,
            heading=settings.title,
            headings=settings.titles,
            languages=settings.languages,
            base=base_of(self.examined.gazetteer, locations, settings.credits, settings.languages),
            taxonomy=self.examined.taxonomy,
            as_of=as_of(published.table, published.sources),
            licence=settings.licence,
            layers=settings.layers,
            full=profile == FULL,
        )
        return page.to_bytes()

    def _ledger(self, files: Mapping[str, bytes], profile: str) -> bytes:
        published = self._published(profile)
        counts = published.table.counts
        ledger: dict[str, Any] = {
            "generator": f"conflict-event-mapper {__version__}",
            "profile": profile,
            "as_of": as_of(published.table, published.sources),
            "events": len(published.table),
            "rows": {"all": sum(counts.values()), **counts},
            "problems": [],
            "inputs": self._inputs(published),
            "outputs": {name: sha256_hex(data) for name, data in sorted(files.items())},
        }
        text = json.dumps(ledger, ensure_ascii=False, indent=2) + "\n"
        return text.replace('"problems": []', f'"problems": [{_listed(self.problems(profile))}]', 1).encode()

    def _inputs(self, published: Published) -> dict[str, str]:
        """SHA-256 of what was read, by its path in the project; a text that only hidden rows cite isn't named."""
        hashes = {SETTINGS: self.examined.settings.sha256}
        hashes |= self.examined.gazetteer.boundaries.hashes
        hashes |= {table.file: table.sha256 for table in self.examined.tables if table.sha256}
        texts = (source for source in published.sources if source["sha256"] and source["file"])
        hashes |= {f"seeds/{source['file']}": source["sha256"] for source in texts}
        return dict(sorted(hashes.items()))


def _listed(problems: Problems) -> str:
    """A line a problem, of which there may be very many, without what a cell holds."""
    told: dict[int, tuple[str, str]] = {}
    lines: list[str] = []
    for finding, row in problems.spots():
        if id(finding) not in told:
            about = {"code": finding.code, "severity": finding.severity, "file": finding.file}
            start, column = (json.dumps(one, ensure_ascii=False) for one in (about, finding.column))
            told[id(finding)] = f'{start[:-1]}, "row": ', f', "column": {column}}}'
        start, end = told[id(finding)]
        lines.append(f"{start}{'null' if row is None else row}{end}")
    return "\n    " + ",\n    ".join(lines) + "\n  " if lines else ""


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


def read_events(path: str | Path = ".", profile: str = DEFAULT) -> gpd.GeoDataFrame:
    """The published events of the project in ``path``, one row each, in EPSG:4326."""
    return Project.open(path).events(profile)


def export(file: str | Path, path: str | Path = ".", format_name: str | None = None, *, profile: str = DEFAULT) -> None:
    """Write the published events of the project in ``path`` to a file, in the format of its suffix."""
    Project.open(path).export(file, format_name, profile=profile)
