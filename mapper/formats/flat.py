"""Published events as columns of plain values: what the formats of GIS programs share.

Words and numbers stand in columns of their own; what is a list or a record in GeoJSON (``when``, ``reports``,
``extra``) is JSON text there. A label point is two columns that say what it is, never a geometry.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from mapper.errors import TableError
from mapper.formats import Collection
from mapper.formats.properties import DECIMALS, OF_SOURCE, property_names, records

Kind = Literal["text", "whole", "real", "day", "json"]
Geometries = npt.NDArray[Any]
_KINDS: dict[str, Kind] = {
    **dict.fromkeys(("date_start", "date_end"), "day"),
    **dict.fromkeys(("when", "reports", "extra"), "json"),
    **dict.fromkeys(("radius_m", "label_longitude", "label_latitude"), "real"),
    **dict.fromkeys(("fatalities_low", "fatalities_best", "fatalities_high"), "whole"),
}
_LABEL = ("label_longitude", "label_latitude")


@dataclass(frozen=True)
class Column:
    """A property of all events, in their order; ``None`` is *not stated*."""

    name: str
    kind: Kind
    values: Sequence[Any]


def columns(collection: Collection) -> list[Column]:
    """The published properties, ``event_id`` first. Nested values are as in GeoJSON: ``told`` makes them texts."""
    names = ["event_id"]
    for name in property_names(collection.table):
        names += _LABEL if name == "label_point" else (name,)
    rows = [_spread(event_id, properties) for event_id, properties in records(collection.table)]
    return [Column(name, _KINDS.get(name, "text"), [row.get(name) for row in rows]) for name in names]


def _spread(event_id: str, properties: dict[str, Any]) -> dict[str, Any]:
    lon, lat = properties.get("label_point") or (None, None)
    return {**properties, "event_id": event_id, "label_longitude": lon, "label_latitude": lat}


def told(value: Any) -> Any:
    """A list or a record as JSON text; anything else as it is."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False) if isinstance(value, (dict, list)) else value


def geometries(collection: Collection) -> Geometries:
    """Geometries (longitude, latitude) as in GeoJSON: right-handed, six decimals; ``None`` for an event without."""
    oriented = shapely.orient_polygons(collection.frame.geometry.to_numpy())
    rounded: Geometries = shapely.transform(oriented, lambda coordinates: coordinates.round(DECIMALS))
    return rounded


def about(collection: Collection) -> dict[str, str]:
    """What a file says of itself, as texts: its name, licence and note where it has them, and its sources as JSON."""
    sources = [{name: source.get(name) for name in OF_SOURCE} for source in collection.sources]
    said = {"name": collection.name, "licence": collection.licence, "note": collection.note}
    return {name: text for name, text in said.items() if text} | {"sources": told(sources)}


def feature(cells: Mapping[str, Any], geometry: BaseGeometry | None, file: str) -> dict[str, Any]:
    """The GeoJSON Feature that a row of a file tells of: one of ours as it was published, any other as it is.

    Raises ``TableError`` where a column of ours doesn't hold what we write there.
    """
    properties = dict(cells)
    if {"event_id", "geo_precision", "reports"} <= properties.keys():
        properties = _ours(properties, file)
    shape = (
        None if geometry is None or geometry.is_empty else json.loads(shapely.to_geojson(shapely.force_2d(geometry)))
    )
    return {"type": "Feature", "id": properties.get("event_id"), "geometry": shape, "properties": properties}


def typed(name: str, text: str) -> Any:
    """A property's value from its text: a number where it is one. Raises ``ValueError``."""
    return plain(float(text)) if _KINDS.get(name) in ("real", "whole") else text


def elsewhere(file: str, crs: str | None) -> TableError:
    """That coordinates aren't in WGS 84."""
    return TableError(
        f"{file}: its coordinates are in {crs or 'no stated reference system'}. Convert them to WGS 84 (EPSG:4326) "
        "first; nothing was imported."
    )


def sources(text: str | None, file: str) -> list[dict[str, Any]]:
    """The rows of sources.csv from their JSON; raises ``TableError``."""
    return _records(text, f"{file}: its sources") or []


def _ours(properties: dict[str, Any], file: str) -> dict[str, Any]:
    where = f"{file}: event {properties['event_id']!a}: its"
    lon, lat = (properties.pop(name, None) for name in _LABEL)
    properties["label_point"] = None if lon is None or lat is None else [lon, lat]
    properties["reports"] = _records(properties["reports"], f"{where} reports") or []
    for name in ("when", "extra"):
        properties[name] = parsed(properties.get(name), f"{where} {name}", dict)
    return properties


def _records(text: Any, what: str) -> list[dict[str, Any]] | None:
    read: list[dict[str, Any]] | None = parsed(text, what, list)
    if not all(isinstance(one, dict) for one in read or ()):
        raise TableError(f"{what} are no list of records. Nothing was imported.")
    return read


def parsed(value: Any, what: str, kind: type) -> Any:
    """A value that ``told`` may have made a text; ``None`` for a blank. Raises ``TableError``, which says ``what``."""
    try:
        read = json.loads(value) if isinstance(value, str) and value else value or None
    except (ValueError, RecursionError) as error:
        raise TableError(f"{what} can't be read as JSON ({error}). Nothing was imported.") from error
    if not isinstance(read, kind | None):
        raise TableError(f"{what} are not what an export writes there. Nothing was imported.")
    return read


def plain(value: Any) -> Any:
    """A value as JSON has it: whole numbers whole, nothing for what isn't a number."""
    value = value.item() if isinstance(value, np.generic) else value
    if isinstance(value, float):
        return None if value != value else int(value) if value.is_integer() else value  # noqa: PLR0124
    return value
