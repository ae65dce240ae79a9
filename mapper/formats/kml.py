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
    types, said = types_of(collection), [collection.licence, collection.note]
    parts = [
        _text("name", collection.name),
        _text("open", "1"),
        *([_text("description", _paragraphs(said))] if any(said) else []),
        *(_style(number, one.colour, hollow) for number, one in enumerate(types) for hollow in (False, True)),
        _data(about(collection)),
        *_folders(types, _events(collection)),
    ]
    head = f'<?xml version="1.0" encoding="UTF-8"?>\n<kml xmlns="{NAMESPACE}"><Document>'
    return "\n".join([head, *parts, "</Document></kml>\n"]).encode()


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


def _folders(types: Sequence[EventType], events: Iterable[tuple[Event, Any]]) -> Iterator[str]:
    """A folder for each type, and one at the end for what isn't drawn."""
    numbers = {one.name: number for number, one in enumerate(types)}
    folders: dict[str, list[str]] = {name: [] for name in (*numbers, "")}
    for event, shape in events:
        kind = event["event_type"]
        folders[kind if shape is not None else ""].append(_placemark(event, shape, numbers[kind]))
    for name, placemarks in folders.items():
        if placemarks:
            yield _element("Folder", _text("name", name or NOWHERE), "\n", "\n".join(placemarks))


def _placemark(event: Event, shape: Any, number: int) -> str:
    """The parts in the order of KML's schema."""
    return _element(
        "Placemark",
        _text("name", event["title"] or ""),
        '<Snippet maxLines="0"/>',
        _text("description", _balloon(event)),
        _time(event.get("date_start"), event.get("date_end")),
        _text("styleUrl", f"#{_style_name(number, is_hollow(event['occurrence']))}"),
        _data({name: value for name, value in event.items() if value is not None}),
        _geometry(shape) if shape is not None else "",
    )


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


def _time(start: str | None, end: str | None) -> str:
    if start and start == end:
        return _element("TimeStamp", _text("when", start))
    days = [_text(tag, day) for tag, day in (("begin", start), ("end", end)) if day]
    return _element("TimeSpan", *days) if days else ""


def _data(values: Mapping[str, Any]) -> str:
    """Each value by its name; lists and records as JSON."""
    texts = {name: _json(value) if isinstance(value, (dict, list)) else str(value) for name, value in values.items()}
    unheld = {name: text for name, text in texts.items() if ILLEGAL.search(text)}
    texts |= {AS_WRITTEN: json.dumps(unheld)} if unheld else {}
    data = (f'\n<Data name="{name}">{_text("value", text)}</Data>' for name, text in texts.items())
    return _element("ExtendedData", *data)


def _json(value: Any) -> str:
    return ILLEGAL.sub(lambda one: f"\\u{ord(one[0]):04x}", str(told(value)))


def _geometry(shape: Any) -> str:
    kind = shape.geom_type
    if kind.startswith("Multi"):
        return _element("MultiGeometry", *map(_geometry, shape.geoms))
    if kind == "Polygon":
        holes = (_element("innerBoundaryIs", _geometry(ring)) for ring in shape.interiors)
        return _element("Polygon", _element("outerBoundaryIs", _geometry(shape.exterior)), *holes)
    pairs = " ".join(f"{degrees(lon)},{degrees(lat)}" for lon, lat in shape.coords)
    return _element(kind, _text("coordinates", pairs))


def _style(number: int, colour: str, hollow: bool) -> str:
    parts = [
        _element("IconStyle", _text("color", _abgr(colour, _PALE if hollow else _FULL))),
        _element("LineStyle", _text("color", _abgr(colour, _FULL)), _text("width", "2")),
        _element("PolyStyle", _text("color", _abgr(colour, _AREA)), _text("fill", "0" if hollow else "1")),
        # Without it, a viewer makes a table of its own of all values, as HTML.
        _element("BalloonStyle", _text("text", "$[description]")),
    ]
    return f'<Style id="{_style_name(number, hollow)}">{"".join(parts)}</Style>'


def _style_name(number: int, hollow: bool) -> str:
    return f"type{number}{'-hollow' if hollow else ''}"


def _abgr(colour: str, opacity: int) -> str:
    """KML's order: opacity, blue, green, red."""
    return f"{opacity:02x}{colour[5:7]}{colour[3:5]}{colour[1:3]}".lower()


def _element(tag: str, *parts: str) -> str:
    return f"<{tag}>{''.join(parts)}</{tag}>"


def _text(tag: str, text: str) -> str:
    """An element that holds a text; a carriage return alone would be read as a line feed."""
    shown = html.escape(ILLEGAL.sub("\ufffd", text), quote=False).replace("\r", "&#13;")
    return f"<{tag}>{shown}</{tag}>"
