"""One module a format: what it writes, and what it can't hold. Loaded only when a file of it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

import geopandas as gpd

from mapper.errors import UnknownFormat

SUFFIXES = {".geojson": "geojson", ".json": "geojson", ".csv": "csv"}
_MODULES = {"geojson": "mapper.formats.geojson", "csv": "mapper.formats.table"}
FORMATS = tuple(_MODULES)


@dataclass(frozen=True)
class Collection:
    """Published events and what a file of them says of itself. ``sources`` are rows of sources.csv."""

    frame: gpd.GeoDataFrame
    name: str = ""
    licence: str = ""
    sources: Sequence[dict[str, Any]] = field(default_factory=tuple)


def format_of(filename: str, named: str | None = None) -> str:
    """The format that a file's suffix, or the caller, names; ``UnknownFormat`` where there is none."""
    if named is not None:
        if named in _MODULES:
            return named
        raise UnknownFormat(f"{named}: no such format. Known are: {', '.join(FORMATS)}.")
    for suffix, found in SUFFIXES.items():
        if filename.lower().endswith(suffix):
            return found
    raise UnknownFormat(
        f"{filename}: its suffix names no known format. Known are: {', '.join(SUFFIXES)}; or name one with --format."
    )


def writer(name: str) -> Callable[[Collection], bytes]:
    """The function that turns a collection into a file's bytes."""
    write: Callable[[Collection], bytes] = import_module(_MODULES[name]).write
    return write
