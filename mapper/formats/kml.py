"""KML 2.2 (OGC): a Placemark an event, a folder a type, for Google Earth and all that reads it.

What a viewer shows in a balloon is a description of our own making, in which every text is escaped: nothing of a
table's is taken for HTML, and no viewer's own template is filled with it. Nothing is asked of a host: pins are the
viewer's own, in the colour of the type. Holds everything: what XML can't hold of a text is shown as U+FFFD, and stands
in ``as_written``, in JSON.
"""

from __future__ import annotations

import html
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from mapper.formats import Collection, Loss, geojson
from mapper.formats.flat import about, columns, geometries, told
from mapper.formats.kml_reading import AS_WRITTEN, collection_in
from mapper.formats.looks import ILLEGAL, is_hollow, types_of
from mapper.incoming import Ground, Incoming, degrees
from mapper.schema import EventType, precision_classes

NAMESPACE = "http://www.opengis.net/kml/2.2"
NOWHERE = "Not on the map"
# How opaque an area's colour is, of 255; what is hollow has no filling, its pin half its colour.
_AREA, _PALE, _FULL = 0x55, 0x80, 0xFF
Event = Mapping[str, Any]


def write(collection: Collection) -> bytes:
    """The events as KML in UTF-8; coordinates are longitude, latitude, with six decimals."""
    root = ET.Element("kml", xmlns=NAMESPACE)
    document = ET.SubElement(root, "Document")
    _text(document, "name", collection.name)
    _text(document, "open", "1")
    if collection.licence or collection.note:
        _text(document, "description", _paragraphs([collection.licence, collection.note]))
    types = types_of(collection)
    for number, one in enumerate(types):
        for hollow in (False, True):
            _style(document, _style_name(number, hollow), one.colour, hollow)
    _data(document, about(collection))
    _folders(document, types, _events(collection))
    ET.indent(root, " ")
    text = ET.tostring(root, encoding="unicode").replace("\r", "&#13;")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'.encode()


def losses(_collection: Collection) -> list[Loss]:
    """KML holds everything."""
    return []


def read(path: Path, ground: Ground) -> Incoming:
    """The rows of a KML file: ours as they were published, of any other a row a Placemark. Raises ``TableError``."""
    return geojson.taken(collection_in(path.read_bytes(), str(path)), ground)


def _events(collection: Collection) -> Iterator[tuple[Event, Any]]:
    """Each event's properties, nested as in GeoJSON, and its geometry."""
    every = columns(collection)
    rows = zip(*(one.values for one in every), strict=True)
    for cells, shape in zip(rows, geometries(collection), strict=True):
        yield dict(zip((one.name for one in every), cells, strict=True)), shape


def _folders(document: ET.Element, types: Sequence[EventType], events: Iterable[tuple[Event, Any]]) -> None:
    """A folder for each type, and one at the end for what isn't drawn."""
    numbers = {one.name: number for number, one in enumerate(types)}
    folders: dict[str, list[ET.Element]] = {name: [] for name in (*numbers, "")}
    for event, shape in events:
        kind = event["event_type"]
        folders[kind if shape is not None else ""].append(_placemark(event, shape, numbers[kind]))
    for name, placemarks in folders.items():
        if placemarks:
            folder = ET.SubElement(document, "Folder")
            _text(folder, "name", name or NOWHERE)
            folder.extend(placemarks)


def _placemark(event: Event, shape: Any, number: int) -> ET.Element:
    """The parts in the order of KML's schema."""
    placemark = ET.Element("Placemark")
    _text(placemark, "name", event["title"] or "")
    ET.SubElement(placemark, "Snippet", maxLines="0")
    _text(placemark, "description", _balloon(event))
    _time(placemark, event.get("date_start"), event.get("date_end"))
    _text(placemark, "styleUrl", f"#{_style_name(number, is_hollow(event['occurrence']))}")
    _data(placemark, {name: value for name, value in event.items() if value is not None})
    if shape is not None:
        _geometry(placemark, shape)
    return placemark


def _balloon(event: Event) -> str:
    """What the event is and who says so, as HTML in which all texts are escaped."""
    kind = " – ".join(one for one in (event["event_type"], event["sub_event_type"]) if one)
    occurrence = (
        "" if not is_hollow(event["occurrence"]) else f"Only {event['occurrence']}: not reported to have happened."
    )
    retracted = f"Retracted: {event['reason'] or 'no reason is stated'}" if event["status"] == "retracted" else ""
    exactness = precision_classes().get(event["geo_precision"])
    where = f"{event['place'] or ''} ({exactness.claim if exactness else event['geo_precision']})".strip()
    quotes = [
        f"“{one['quote']}” ({one.get('source_title') or one.get('source_id')})"
        for one in event["reports"]
        if one.get("quote")
    ]
    return _paragraphs([kind, occurrence, retracted, event["date"], where, *quotes, event["notes"]])


def _paragraphs(texts: Iterable[str | None]) -> str:
    # A dollar sign begins what Google Earth fills in.
    return "".join(f"<p>{html.escape(text).replace('$', '&#36;')}</p>" for text in texts if text)


def _time(placemark: ET.Element, start: str | None, end: str | None) -> None:
    if start and start == end:
        _text(ET.SubElement(placemark, "TimeStamp"), "when", start)
    elif start or end:
        span = ET.SubElement(placemark, "TimeSpan")
        for tag, day in (("begin", start), ("end", end)):
            if day:
                _text(span, tag, day)


def _data(parent: ET.Element, values: Mapping[str, Any]) -> None:
    """Each value by its name; lists and records as JSON."""
    extended = ET.SubElement(parent, "ExtendedData")
    unheld: dict[str, str] = {}
    for name, value in values.items():
        if isinstance(value, (dict, list)):
            text = ILLEGAL.sub(lambda one: f"\\u{ord(one[0]):04x}", str(told(value)))
        else:
            text = str(value)
            unheld |= {name: text} if ILLEGAL.search(text) else {}
        _datum(extended, name, text)
    if unheld:
        _datum(extended, AS_WRITTEN, json.dumps(unheld))


def _datum(extended: ET.Element, name: str, text: str) -> None:
    _text(ET.SubElement(extended, "Data", name=name), "value", text)


def _geometry(parent: ET.Element, shape: Any) -> None:
    kind = shape.geom_type
    if kind.startswith("Multi"):
        several = ET.SubElement(parent, "MultiGeometry")
        for part in shape.geoms:
            _geometry(several, part)
    elif kind == "Polygon":
        polygon = ET.SubElement(parent, "Polygon")
        rings = [("outerBoundaryIs", shape.exterior), *(("innerBoundaryIs", ring) for ring in shape.interiors)]
        for tag, ring in rings:
            _geometry(ET.SubElement(polygon, tag), ring)
    else:
        pairs = " ".join(f"{degrees(lon)},{degrees(lat)}" for lon, lat in shape.coords)
        _text(ET.SubElement(parent, kind), "coordinates", pairs)


def _style(document: ET.Element, name: str, colour: str, hollow: bool) -> None:
    style = ET.SubElement(document, "Style", id=name)
    _text(ET.SubElement(style, "IconStyle"), "color", _abgr(colour, _PALE if hollow else _FULL))
    line = ET.SubElement(style, "LineStyle")
    _text(line, "color", _abgr(colour, _FULL))
    _text(line, "width", "2")
    area = ET.SubElement(style, "PolyStyle")
    _text(area, "color", _abgr(colour, _AREA))
    _text(area, "fill", "0" if hollow else "1")
    # Without it, a viewer makes a table of its own of all values, as HTML.
    _text(ET.SubElement(style, "BalloonStyle"), "text", "$[description]")


def _style_name(number: int, hollow: bool) -> str:
    return f"type{number}{'-hollow' if hollow else ''}"


def _abgr(colour: str, opacity: int) -> str:
    """KML's order: opacity, blue, green, red."""
    return f"{opacity:02x}{colour[5:7]}{colour[3:5]}{colour[1:3]}".lower()


def _text(parent: ET.Element, tag: str, text: str) -> None:
    ET.SubElement(parent, tag).text = ILLEGAL.sub("\ufffd", text)
