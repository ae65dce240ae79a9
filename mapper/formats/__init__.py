"""One module a format: what it reads and writes, and what it can't hold. Loaded when a file of it is asked for.

A module that writes has ``write(collection) -> bytes`` and ``losses(collection) -> list[Loss]``. One that reads has
``read(path, ground) -> Incoming`` (``mapper.incoming``), or, if its files are tables, ``recognises(header)`` and
``translate(columns, rows, ground) -> Incoming``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import PurePath
from types import ModuleType
from typing import TYPE_CHECKING, Any

from mapper.errors import UnknownFormat
from mapper.events import EventTable
from mapper.incoming import Loss
from mapper.schema import Taxonomy

if TYPE_CHECKING:
    import geopandas as gpd


@dataclass(frozen=True)
class Format:
    """A format's name, its suffixes (the first one is its own), its module, and what it can do."""

    name: str
    suffixes: tuple[str, ...]
    module: str
    writes: bool = True


__all__ = ["FORMATS", "Collection", "Format", "Loss", "format_of", "losses", "module", "writer", "writes"]

_ALL = (
    Format("geojson", (".geojson", ".json"), "geojson"),
    Format("csv", (".csv",), "table"),
    Format("xlsx", (".xlsx",), "workbook"),
    Format("acled", (".acled.csv",), "acled"),
    Format("ucdp", (".ucdp.csv",), "ucdp"),
    Format("datapackage", (".zip",), "datapackage"),
    Format("geopackage", (".gpkg",), "geopackage"),
    Format("flatgeobuf", (".fgb",), "flatgeobuf"),
    Format("kml", (".kml",), "kml"),
    Format("geoparquet", (".parquet", ".geoparquet"), "geoparquet"),
)
FORMATS = {one.name: one for one in _ALL}


@dataclass(frozen=True)
class Collection:
    """Published events and what a file of them says of itself. ``sources`` are rows of sources.csv; ``note`` is what
    whoever opens the file must know, ``taxonomy`` has the types' colours."""

    table: EventTable
    name: str = ""
    licence: str = ""
    sources: Sequence[dict[str, Any]] = field(default_factory=tuple)
    note: str = ""
    taxonomy: Taxonomy | None = None

    @property
    def frame(self) -> gpd.GeoDataFrame:
        """The events as a GeoDataFrame, for formats of tables that are never large."""
        return self.table.frame


def writes() -> list[str]:
    """The names of the formats that can be written."""
    return [one.name for one in _ALL if one.writes]


def format_of(filename: str, named: str | None = None) -> str:
    """The format to write that the caller, or a file's suffix, names; ``UnknownFormat`` where there is none."""
    if named is not None:
        if named in writes():
            return named
        raise UnknownFormat(f"{named}: no such format. Known are: {', '.join(writes())}.")
    # The longest suffix first: .acled.csv before .csv.
    known = sorted(((suffix, one.name) for one in _ALL if one.writes for suffix in one.suffixes), key=_longest)
    for suffix, name in known:
        if PurePath(filename).name.lower().endswith(suffix):
            return name
    suffixes = ", ".join(one.suffixes[0] for one in _ALL if one.writes)
    raise UnknownFormat(
        f"{filename}: its suffix names no known format. Known are: {suffixes}; or name one with --format."
    )


def _longest(one: tuple[str, str]) -> int:
    return -len(one[0])


def writer(name: str) -> Callable[[Collection], bytes]:
    """The function that turns a collection into a file's bytes."""
    write: Callable[[Collection], bytes] = module(name).write
    return write


def losses(name: str, collection: Collection) -> list[Loss]:
    """What a file of that format doesn't hold of the collection."""
    found: list[Loss] = module(name).losses(collection)
    return found


def module(name: str) -> ModuleType:
    """The module of a format."""
    return import_module(f"mapper.formats.{FORMATS[name].module}")
