"""Layers of the files that GDAL reads: GeoPackage and FlatGeobuf.

A file is handed over as bytes, and only after its own mark was seen: GDAL takes some texts for addresses of others.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pyogrio.raw
import shapely
from pyogrio.errors import CRSError, DataLayerError, DataSourceError, FeatureError, FieldError, GeometryError
from shapely.errors import ShapelyError

from mapper.errors import TableError
from mapper.formats.flat import Geometries, feature, parsed, plain

_UNREADABLE = (CRSError, DataLayerError, DataSourceError, FeatureError, FieldError, GeometryError, ShapelyError)
_WGS84 = ("EPSG:4326", "OGC:CRS84")


@dataclass(frozen=True)
class Layer:
    """A layer: its columns, geometries (longitude, latitude; ``None`` for a table), and what it says of itself."""

    file: str
    columns: Mapping[str, Sequence[Any]]
    geometries: Geometries | None
    about: Mapping[str, str]

    def __len__(self) -> int:
        return len(next(iter(self.columns.values()), ()))

    def rows(self) -> Iterator[dict[str, Any]]:
        """The cells of each row by column."""
        for cells in zip(*self.columns.values(), strict=True):
            yield {name: plain(cell) for name, cell in zip(self.columns, cells, strict=True)}

    def features(self) -> list[dict[str, Any]]:
        """Its rows as GeoJSON Features."""
        shapes = [None] * len(self) if self.geometries is None else self.geometries
        return [self.feature(cells, shape) for cells, shape in zip(self.rows(), shapes, strict=True)]

    def feature(self, cells: Mapping[str, Any], shape: Any) -> dict[str, Any]:
        """A row with a geometry as a GeoJSON Feature. Raises ``TableError``."""
        return feature(cells, shape, self.file)

    def parsed(self, value: Any, name: str, kind: type) -> Any:
        """What a cell holds as JSON. Raises ``TableError``."""
        return parsed(value, f"{self.file}: {name}", kind)


def layer_names(data: bytes, file: str) -> dict[str, bool]:
    """The names of a file's layers, and whether each has a geometry. Raises ``TableError``."""
    try:
        with _quiet():
            return {str(name): kind is not None for name, kind in pyogrio.list_layers(data)}
    except _UNREADABLE as error:
        raise _unread(file, error) from error


def read_layer(data: bytes, file: str, name: str | None = None) -> Layer:
    """One layer of a file. Raises ``TableError``, also where it isn't in WGS 84."""
    try:
        with _quiet():
            about = pyogrio.read_info(data, layer=name)
            meta, _, shapes, cells = pyogrio.raw.read(data, layer=name, datetime_as_string=True, force_2d=True)
        geometries = None if shapes is None else shapely.from_wkb(shapes)
    except _UNREADABLE as error:
        raise _unread(file, error) from error
    if geometries is not None and meta["crs"] not in _WGS84:
        raise TableError(
            f"{file}: its coordinates are in {meta['crs'] or 'no stated reference system'}. Convert them to WGS 84 "
            "(EPSG:4326) first; nothing was imported."
        )
    columns = dict(zip(map(str, meta["fields"]), cells, strict=True))
    return Layer(file, columns, _none_for_empty(geometries), about["layer_metadata"] or {})


@contextmanager
def _quiet() -> Iterator[None]:
    """GDAL minds that bytes have no suffix."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*non conformant file extension", category=RuntimeWarning)
        yield


def _none_for_empty(geometries: Geometries | None) -> Geometries | None:
    if geometries is not None:
        geometries[shapely.is_empty(geometries)] = None
    return geometries


def _unread(file: str, error: Exception) -> TableError:
    return TableError(f"{file}: can't be read ({str(error).strip() or type(error).__name__}). Nothing was imported.")
