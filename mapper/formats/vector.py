"""Layers of the files that GDAL reads: GeoPackage and FlatGeobuf.

A file is handed over as bytes, and only after its own mark was seen: GDAL takes some texts for addresses of others.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import repeat
from typing import Any

import pyogrio.raw
import shapely
from shapely.errors import ShapelyError

from mapper.errors import TableError
from mapper.formats import geojson
from mapper.formats.flat import Geometries, elsewhere, feature, parsed, plain
from mapper.incoming import Ground, Incoming, Loss

# What pyogrio raises of its own, for a text that is no UTF-8, and where a damaged header says what isn't so.
_UNREADABLE = (LookupError, RuntimeError, ValueError, ShapelyError)
_WGS84 = ("EPSG:4326", "OGC:CRS84")


@dataclass(frozen=True)
class Layer:
    """A layer: its columns, geometries (longitude, latitude; ``None`` for a table), and what it says of itself."""

    file: str
    columns: Mapping[str, Sequence[Any]]
    geometries: Geometries | None
    about: Mapping[str, str]
    warnings: Sequence[str] = ()

    def __len__(self) -> int:
        return len(next(iter(self.columns.values()), ()))

    def rows(self) -> Iterator[dict[str, Any]]:
        """The cells of each row by column."""
        for cells in zip(*self.columns.values(), strict=True):
            yield {name: plain(cell) for name, cell in zip(self.columns, cells, strict=True)}

    def pairs(self) -> Iterator[tuple[dict[str, Any], Any]]:
        """The cells of each row, and its geometry."""
        shapes = repeat(None, len(self)) if self.geometries is None else iter(self.geometries)
        return zip(self.rows(), shapes, strict=True)

    def features(self) -> list[dict[str, Any]]:
        """Its rows as GeoJSON Features. Raises ``TableError``."""
        return [self.feature(cells, shape) for cells, shape in self.pairs()]

    def feature(self, cells: Mapping[str, Any], shape: Any) -> dict[str, Any]:
        """A row with a geometry as a GeoJSON Feature. Raises ``TableError``."""
        return feature(cells, shape, self.file)

    def require(self, *names: str) -> None:
        """Raise ``TableError`` where one of these columns isn't there."""
        for name in names:
            if name not in self.columns:
                raise TableError(
                    f"{self.file}: a layer has no column {name}, which an export writes. Nothing was imported."
                )

    def parsed(self, value: Any, name: str, kind: type) -> Any:
        """What a cell holds as JSON. Raises ``TableError``."""
        return parsed(value, f"{self.file}: {name}", kind)


def layer_names(data: bytes, file: str) -> dict[str, bool]:
    """The names of a file's layers, and whether each has a geometry. Raises ``TableError``."""
    with _reading(file):
        return {str(name): kind is not None for name, kind in pyogrio.list_layers(data)}


def read_layer(data: bytes, file: str, name: str | None = None) -> Layer:
    """One layer of a file. Raises ``TableError``, also where it isn't in WGS 84."""
    with _reading(file) as warned:
        about = pyogrio.read_info(data, layer=name)["layer_metadata"] or {}
        meta, _, shapes, cells = pyogrio.raw.read(data, layer=name, datetime_as_string=True, force_2d=True)
        geometries = None if shapes is None else shapely.from_wkb(shapes)
    if geometries is not None and meta["crs"] not in _WGS84:
        raise elsewhere(file, meta["crs"])
    columns = dict(zip(map(str, meta["fields"]), cells, strict=True))
    return Layer(file, columns, _none_for_empty(geometries), about, warned)


def taken(collection: Mapping[str, Any], ground: Ground) -> Incoming:
    """The rows of a FeatureCollection that was read from layers, and what GDAL minded in them."""
    incoming, warned = geojson.taken(collection, ground), collection.get("warnings", ())
    if not warned:
        return incoming
    message = f"Not all could be read: {'; '.join(dict.fromkeys(warned))}."
    return replace(incoming, losses=[*incoming.losses, Loss("unread", len(warned), message)])


@contextmanager
def _reading(file: str) -> Iterator[list[str]]:
    """What GDAL minds, but that bytes have no suffix; where it gives up, a ``TableError``."""
    said: list[str] = []
    try:
        with warnings.catch_warnings(record=True) as warned:
            warnings.simplefilter("always")
            yield said
    except _UNREADABLE as error:
        why = str(error).strip() or type(error).__name__
        raise TableError(f"{file}: can't be read ({why}). Nothing was imported.") from error
    said += [text for one in warned if not (text := str(one.message)).endswith("non conformant file extension")]


def _none_for_empty(geometries: Geometries | None) -> Geometries | None:
    if geometries is not None:
        geometries[shapely.is_empty(geometries)] = None
    return geometries
