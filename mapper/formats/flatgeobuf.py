"""FlatGeobuf: all located events in one layer with a spatial index, for programs that fetch a part of it at a time.

A feature must have a geometry to be indexed: what isn't located is left out, and said. Nested values are JSON text;
name, licence, note and sources stand in the header's metadata.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyogrio.raw
import shapely

from mapper.errors import TableError
from mapper.formats import Collection, Loss
from mapper.formats.flat import Column, about, columns, geometries, sources, told
from mapper.formats.vector import read_layer, taken
from mapper.incoming import Ground, Incoming

_LAYER, _MARK = "events", b"fgb\x03fgb"


def write(collection: Collection) -> bytes:
    """The located events, geometries of any kind (longitude, latitude; WGS 84), in the order of the index."""
    shapes = geometries(collection)
    located = np.flatnonzero([shape is not None for shape in shapes])
    kept = columns(collection)
    cells = [_cells(one, located) for one in kept]
    file = io.BytesIO()
    pyogrio.raw.write(
        file,
        shapely.to_wkb(shapes[located]),
        [values for values, _ in cells],
        [one.name for one in kept],
        field_mask=[mask for _, mask in cells],
        layer=_LAYER,
        driver="FlatGeobuf",
        geometry_type="Unknown",
        crs="EPSG:4326",
        layer_metadata=about(collection),
    )
    return file.getvalue()


def losses(collection: Collection) -> list[Loss]:
    """Events without a geometry."""
    nowhere = sum(shape is None for shape in collection.frame.geometry)
    message = "Events that aren't drawn, since their place isn't known or they are retracted, aren't in the file."
    return [Loss("unlocated", nowhere, message, ("event_id",))] if nowhere else []


def read(path: Path, ground: Ground) -> Incoming:
    """The rows of a FlatGeobuf file: ours as they were published, of any other by its columns. Raises
    ``TableError``."""
    return taken(collection_in(path.read_bytes(), str(path)), ground)


def collection_in(data: bytes, file: str) -> dict[str, Any]:
    """The FeatureCollection that a FlatGeobuf file holds, by id; else ``TableError``."""
    if not data.startswith(_MARK):
        raise TableError(f"{file}: is no FlatGeobuf file. Nothing was imported.")
    layer = read_layer(data, file)
    features = sorted(layer.features(), key=lambda one: str(one["id"]))
    return {
        "type": "FeatureCollection",
        "features": features,
        "sources": sources(layer.about.get("sources"), file),
        "warnings": layer.warnings,
    }


def _cells(column: Column, rows: npt.NDArray[Any]) -> tuple[npt.NDArray[Any], npt.NDArray[np.bool_] | None]:
    """A column's values of these rows, and which of them are not stated where the values can't say it."""
    values: Sequence[Any] = [told(column.values[row]) for row in rows.tolist()]
    if column.kind == "real":
        return np.array([np.nan if one is None else one for one in values], np.float64), None
    if column.kind == "whole":
        return np.array([one or 0 for one in values], np.int64), np.array([one is None for one in values])
    return np.array(values, dtype=object), None
