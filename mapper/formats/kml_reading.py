"""What a KML file says: ours as it was published, of any other each Placemark with its name, time and own values.

A file is read as XML alone: entities can't be defined in it, and nothing that it names is fetched.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from xml.etree import ElementTree as ET

import shapely
from shapely.errors import ShapelyError
from shapely.geometry.base import BaseGeometry

from mapper.errors import TableError
from mapper.formats.flat import feature, parsed, sources, typed

# Texts with characters that XML can't hold, as they are, by their property's name, in JSON.
AS_WRITTEN = "as_written"
_SINGLE = ("Point", "LineString", "LinearRing", "Polygon")
_SEVERAL: dict[str, Any] = {
    **{"Point": shapely.MultiPoint, "LineString": shapely.MultiLineString, "Polygon": shapely.MultiPolygon},
}


def collection_in(data: bytes, file: str) -> dict[str, Any]:
    """The FeatureCollection that a KML file holds; else ``TableError``."""
    root = _parsed(data, file)
    features = [_feature(one, file) for one in root.iter() if _tag(one) == "Placemark"]
    document = next((one for one in root if _tag(one) == "Document"), root)
    return {
        "type": "FeatureCollection",
        "features": sorted(features, key=lambda one: str(one["id"])) if _is_ours(features) else features,
        "sources": sources(_said(document).get("sources"), file),
    }


class _WithoutDoctype(ET.TreeBuilder):
    """KML has no document type; a file that declares one means to define entities."""

    def doctype(self, *_: str | None) -> None:
        raise TableError("it has a document type, which KML has not")


def _parsed(data: bytes, file: str) -> ET.Element:
    try:
        root = ET.fromstring(data, ET.XMLParser(target=_WithoutDoctype()))
    except (ET.ParseError, TableError, ValueError, LookupError) as error:
        raise TableError(f"{file}: can't be read as KML ({error}). Nothing was imported.") from error
    if _tag(root) != "kml":
        raise TableError(f"{file}: is no KML file, but {_tag(root)!a}. Nothing was imported.")
    return root


def _is_ours(features: Sequence[Mapping[str, Any]]) -> bool:
    return all("reports" in one["properties"] for one in features)


def _feature(placemark: ET.Element, file: str) -> dict[str, Any]:
    written = _said(placemark)
    written |= parsed(written.pop(AS_WRITTEN, None), f"{file}: {AS_WRITTEN}", dict) or {}
    try:
        if {"geo_precision", "reports"} <= written.keys():
            said = {name: typed(name, text) for name, text in written.items()}
        else:
            said = {**_shown(placemark), **written}
        return feature(said, _drawn(placemark), file)
    except (ValueError, TypeError, ShapelyError) as error:
        name = ascii(written.get("event_id") or _first(placemark, "name"))
        raise TableError(f"{file}: the Placemark {name} can't be read ({error}). Nothing was imported.") from error


def _said(element: ET.Element) -> dict[str, str]:
    """The values by name that an element carries itself, in either of KML's forms."""
    extended = next((one for one in element if _tag(one) == "ExtendedData"), ())
    cells = (one for child in extended for one in (child if _tag(child) == "SchemaData" else (child,)))
    return {
        one.get("name", ""): (one.text if _tag(one) == "SimpleData" else _first(one, "value")) or ""
        for one in cells
        if _tag(one) in ("Data", "SimpleData")
    }


def _shown(placemark: ET.Element) -> dict[str, str]:
    """What any Placemark says: its name, its description, its time in EDTF."""
    begin, end = _first(placemark, "begin")[:10], _first(placemark, "end")[:10]
    when = f"{begin or '..'}/{end or '..'}" if begin or end else _first(placemark, "when")[:10]
    shown = {"name": _first(placemark, "name"), "description": _first(placemark, "description"), "date": when}
    return {name: text for name, text in shown.items() if text}


def _first(element: ET.Element, tag: str) -> str:
    """The text of the first element of that name within."""
    return next((one.text or "" for one in element.iter() if _tag(one) == tag), "")


def _drawn(placemark: ET.Element) -> BaseGeometry | None:
    """A Placemark's geometry; heights are left out."""
    element = next((one for one in placemark if _tag(one) in (*_SINGLE, "MultiGeometry")), None)
    if element is None:
        return None
    if _tag(element) != "MultiGeometry":
        return _single(element)
    rings = {
        ring for one in element.iter() if _tag(one) == "Polygon" for ring in one.iter() if _tag(ring) == "LinearRing"
    }
    parts = [_single(one) for one in element.iter() if _tag(one) in _SINGLE and one not in rings]
    kinds = {part.geom_type for part in parts}
    gathered: BaseGeometry = _SEVERAL[kinds.pop()](parts) if len(kinds) == 1 else shapely.GeometryCollection(parts)
    return gathered


def _single(element: ET.Element) -> BaseGeometry:
    if _tag(element) == "Polygon":
        rings: dict[str, list[Any]] = {"outerBoundaryIs": [], "innerBoundaryIs": []}
        for boundary in element:
            rings.get(_tag(boundary), []).append(_coordinates(boundary))
        return shapely.Polygon(next(iter(rings["outerBoundaryIs"]), None), rings["innerBoundaryIs"])
    pairs = _coordinates(element)
    return shapely.Point(*pairs) if _tag(element) == "Point" else shapely.LineString(pairs)


def _coordinates(element: ET.Element) -> list[tuple[float, ...]]:
    return [tuple(map(float, one.split(",")[:2])) for one in _first(element, "coordinates").split()]


def _tag(element: ET.Element) -> str:
    return str(element.tag).rpartition("}")[2]
