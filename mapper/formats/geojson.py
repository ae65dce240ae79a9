"""GeoJSON (RFC 7946): one Feature an event, its geometry no finer than its source.

Holds everything: see docs/tables.md for the properties. Six decimals, right-handed rings, no NaN; one feature a
line, so that two versions of a file can be compared by eye.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from io import BytesIO
from json.encoder import encode_basestring
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from mapper.coded import Coded
from mapper.errors import TableError
from mapper.events import EventTable, Reports
from mapper.formats import Collection, Loss, mapped
from mapper.formats.properties import (
    DECIMALS,
    OF_SOURCE,
    encoded,
    extra,
    properties,
    put_together,
    report_properties,
)
from mapper.formats.published import Record, incoming_of
from mapper.geometry import of_one_part
from mapper.incoming import Ground, Incoming, degrees
from mapper.locate import Location

_BETWEEN = b",\n"


def write(collection: Collection) -> bytes:
    """The events as a FeatureCollection in UTF-8, in the table's order (by ``event_id``)."""
    head = {
        "type": "FeatureCollection",
        "name": collection.name,
        "licence": collection.licence or None,
        "sources": [{name: source.get(name) for name in OF_SOURCE} for source in collection.sources],
        **({"note": collection.note} if collection.note else {}),
    }
    file = BytesIO()
    file.write(f'{_json(head)[:-1]}, "features": [\n'.encode())
    for number, features in enumerate(_features(collection.table)):
        file.write(features if number else features.removeprefix(_BETWEEN))
    file.write(b"\n]}\n")
    return file.getvalue()


def _features(table: EventTable) -> Iterator[bytes]:
    """Every event as a Feature after a comma, in blocks."""
    geometries = _geometries(table.locations)
    heads = [
        _member(f'{_BETWEEN.decode()}{{"type": "Feature", "id": ', table.texts["event_id"]),
        Coded(geometries.codes, encoded(', "geometry": ', geometries.values, ', "properties": {')),
        *_members(properties(table)),
    ]
    ends = extra(table).map(lambda cells: f'], "extra": {_json(cells)}}}}}'.encode() if cells else b"]}}")
    return put_together(table.reports, heads, b', "reports": [', report_members(table.reports), ends)


def report_members(reports: Reports) -> list[Coded[bytes]]:
    """The reports as JSON objects, in columns to be put together."""
    first, *others = _members(report_properties(reports))
    opened, protected = first.map(lambda text: b"{" + text), reports.texts.get("protected")
    closed = Coded.constant(b"}", len(reports)) if protected is None else protected.map(_protected)
    return [opened, *others, closed]


def _protected(told: str | None) -> bytes:
    """The last member of a report, which is there only where something was left out of it."""
    return b"}" if told is None else f', "protected": {_json(told)}}}'.encode()


def _members(columns: Mapping[str, Coded[Any]]) -> list[Coded[bytes]]:
    """The columns as members of a JSON object."""
    first = next(iter(columns))
    return [_member(f'"{name}": ' if name == first else f', "{name}": ', column) for name, column in columns.items()]


def _member(name: str, column: Coded[Any]) -> Coded[bytes]:
    return Coded(column.codes, encoded(name, list(map(_value, column.values)), ""))


def _value(value: Any) -> str:
    """A value as JSON. Spans and points, of which there are many, look alike in Python and JSON."""
    if type(value) is str:
        return encode_basestring(value)
    if type(value) is tuple:
        value = list(map(list, value))
    return str(value) if type(value) is list else _json(value)


def _geometries(locations: Coded[Location]) -> Coded[str]:
    shapes = np.array([None, *(location.geometry for location in locations.values)], object)[1:]
    return Coded(locations.codes, geometry_json(shapes))


def read(path: Path, ground: Ground) -> Incoming:
    """The rows of a FeatureCollection: of ours as they were, of any other by its properties' names."""
    return taken(collection_in(path.read_bytes(), str(path)), ground)


def collection_in(data: bytes, file: str) -> dict[str, Any]:
    """The FeatureCollection in a file's bytes; else ``TableError``."""
    try:
        collection = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise TableError(f"{file}: can't be read as GeoJSON: {error}.") from error
    if not isinstance(collection, dict) or not isinstance(collection.get("features"), list):
        raise TableError(f"{file}: is no GeoJSON FeatureCollection.")
    return collection


def taken(collection: Mapping[str, Any], ground: Ground) -> Incoming:
    """The rows of a FeatureCollection that was read."""
    features = collection["features"]
    if all({"geo_precision", "reports"} <= set(one.get("properties") or {}) for one in features) and features:
        records = [Record(str(one.get("id")), one["properties"], _shape(one)) for one in features]
        return incoming_of(records, collection.get("sources") or (), ground)
    return _foreign(features, ground)


def _foreign(features: Sequence[Mapping[str, Any]], ground: Ground) -> Incoming:
    """Any features: a point gives coordinates, a line or an area a place of its own."""
    shapes = [of_one_part(_shape(one)) for one in features]
    names = dict.fromkeys(name for one in features for name in one.get("properties") or {})
    columns = {name: [_text((one.get("properties") or {}).get(name)) for one in features] for name in names}
    if any("id" in one for one in features) and "id" not in columns:
        columns["id"] = [_text(one.get("id")) for one in features]
    points = [shape.coords[0] if shape is not None and shape.geom_type == "Point" else None for shape in shapes]
    columns["latitude"] = [degrees(point[1]) if point else "" for point in points]
    columns["longitude"] = [degrees(point[0]) if point else "" for point in points]
    taken = mapped.translate(columns, range(1, len(features) + 1), ground)
    places = {
        event_id: place_row(event_id, title, shape, ground.name)
        for event_id, title, shape in zip(taken.events["event_id"], taken.events["title"], shapes, strict=True)
        if shape is not None and shape.geom_type != "Point"
    }
    there = taken.events.setdefault("place", [""] * len(features))
    precisions = taken.events.setdefault("geo_precision", [""] * len(features))
    for at, event_id in enumerate(taken.events["event_id"]):
        if event_id in places:
            there[at], precisions[at] = places[event_id]["place_id"], ""
        elif points[at] is None:
            precisions[at] = "unlocated"
    return replace(taken, places=[*taken.places, *places.values()])


def place_row(event_id: str, name: str, shape: BaseGeometry, source: str) -> dict[str, str]:
    """A row of places.csv for a line or an area of one event."""
    kind = "road" if shape.geom_type.endswith("LineString") else "region"
    wkt = shapely.to_wkt(shape, rounding_precision=DECIMALS)
    return {"place_id": f"{event_id}-place", "name": name, "kind": kind, "geometry": wkt, "source": source}


def _shape(feature: Mapping[str, Any]) -> BaseGeometry | None:
    geometry = feature.get("geometry")
    if geometry is None:
        return None
    try:
        shape: BaseGeometry = shapely.from_geojson(json.dumps(geometry))
    except shapely.errors.GEOSException as error:
        raise TableError(f"Feature {feature.get('id')!r}: its geometry can't be read: {error}.") from error
    return shapely.force_2d(shape)


def _text(value: Any) -> str:
    return "" if value is None else value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def losses(_collection: Collection) -> list[Loss]:
    """GeoJSON holds everything."""
    return []


def geometry_json(geometries: Any) -> list[str]:
    """Geometries (longitude, latitude) as GeoJSON texts: rings right-handed, six decimals; ``null`` for none."""
    oriented = shapely.orient_polygons(geometries)
    rounded = shapely.transform(oriented, lambda coordinates: coordinates.round(DECIMALS))
    return [text or "null" for text in shapely.to_geojson(rounded)]


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)
