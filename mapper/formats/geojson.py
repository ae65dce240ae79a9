"""GeoJSON (RFC 7946): one Feature an event, its geometry no finer than its source.

Holds everything: see docs/tables.md for the properties. Six decimals, right-handed rings, no NaN; one feature a
line, so that two versions of a file can be compared by eye.
"""

from __future__ import annotations

import json
from typing import Any

import shapely

from mapper.formats import Collection, Loss
from mapper.formats.properties import DECIMALS, records

_OF_SOURCE = (
    "source_id",
    "title",
    "author",
    "publisher",
    "date_published",
    "original",
    "original_date",
    "language",
    "url",
    "archived_url",
    "retrieved_on",
    "sha256",
    "reliability",
    "licence",
)


def write(collection: Collection) -> bytes:
    """The events as a FeatureCollection in UTF-8, in the frame's order (by ``event_id``)."""
    head = {
        "type": "FeatureCollection",
        "name": collection.name,
        "licence": collection.licence or None,
        "sources": [{name: source.get(name) for name in _OF_SOURCE} for source in collection.sources],
        **({"note": collection.note} if collection.note else {}),
    }
    geometries = geometry_json(collection.frame.geometry.to_numpy())
    features = ",\n".join(
        f'{{"type": "Feature", "id": {_json(event_id)}, "geometry": {geometry}, "properties": {_json(properties)}}}'
        for (event_id, properties), geometry in zip(records(collection.frame), geometries, strict=True)
    )
    return f'{_json(head)[:-1]}, "features": [\n{features}\n]}}\n'.encode()


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
