"""QML: how QGIS draws a layer of events, a rule a look (``mapper.formats.looks``); sizes in millimetres."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from uuid import UUID
from xml.etree import ElementTree as ET

from mapper.formats.looks import (
    CASED,
    CASING,
    DASHES,
    DOT,
    GAP,
    HATCH,
    HATCHED,
    HOLLOW_DASHES,
    HOLLOW_RIM,
    ILLEGAL,
    LINE,
    LINE_DASHES,
    OUTLINE,
    PALE,
    RIM,
    RING,
    TINT,
    WHITE,
    Kind,
    Look,
    looks,
)
from mapper.schema import EventType

_UNSAFE = re.compile(f"({ILLEGAL.pattern[:-1]}\t\n\r\\\\])")
_MM = 25.4 / 96  # a pixel
_SYMBOL = {"points": "marker", "lines": "line", "areas": "fill"}
_GEOMETRY = {"points": "0", "lines": "1", "areas": "2"}  # as QGIS numbers them
Properties = Mapping[str, str]
Layers = list[tuple[str, Properties]]


def qml(kind: Kind, types: Sequence[EventType]) -> str:
    """The style of a layer for QGIS: a rule a look, for all types that its events have."""
    root = ET.Element("qgis", version="3.28.0-Firenze", styleCategories="Symbology")
    renderer = ET.SubElement(root, "renderer-v2", type="RuleRenderer", symbollevels="0", enableorderby="0")
    rules = ET.SubElement(renderer, "rules", key=_key(0))
    symbols = ET.SubElement(renderer, "symbols")
    for number, look in enumerate(looks(kind, types)):
        known = {"symbol": str(number), "label": look.label, "filter": _expression(kind, look)}
        ET.SubElement(rules, "rule", {"key": _key(number + 1), **known})
        _symbol(symbols, str(number), _SYMBOL[kind], _layers(kind, look), look)
    if kind == "areas":  # the smaller over the larger
        renderer.set("enableorderby", "1")
        order = ET.SubElement(ET.SubElement(renderer, "orderby"), "orderByClause", asc="0", nullsFirst="0")
        order.text = "area($geometry)"
    ET.SubElement(root, "layerGeometryType").text = _GEOMETRY[kind]
    return "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n" + ET.tostring(root, encoding="unicode")


def _key(number: int) -> str:
    return f"{{{UUID(int=number)}}}"


def _expression(kind: Kind, look: Look) -> str:
    """Which events have this look, in QGIS's expressions."""
    happened = "=" if not look.hollow else "<>"
    parts = [f'"event_type" = {_quoted(look.type.name)}', f"\"occurrence\" {happened} 'reported'"]
    if kind == "areas" and not look.hollow:
        parts.append(f"\"geo_precision\" {'=' if look.ring else '<>'} 'near'")
    return " AND ".join(parts)


def _quoted(text: str) -> str:
    """A text as a literal; a character that XML can't hold, or that a reader would take for another, by its number."""
    pieces = [
        f"char({ord(one)})" if _UNSAFE.fullmatch(one) else f"'{one}'" for one in _UNSAFE.split(text.replace("'", "''"))
    ]
    return " || ".join(one for one in pieces if one != "''") or "''"


def _layers(kind: Kind, look: Look) -> Layers:
    """The layers of a symbol, the lowest first: each its class and properties, as QGIS writes them."""
    colour = look.type.colour
    if kind == "points":
        return [("SimpleMarker", _dot(look))]
    if kind == "lines":
        dashes = HOLLOW_DASHES if look.hollow else LINE_DASHES
        return [("SimpleLine", _stroke(WHITE, CASING, CASED)), ("SimpleLine", _stroke(colour, LINE, 1, dashes))]
    outline = ("SimpleLine", _stroke(colour, OUTLINE, 1, DASHES))
    if look.hollow:
        return [("SimpleFill", _fill(WHITE, PALE)), outline]
    if look.ring:
        return [("SimpleFill", _fill(colour, RING)), outline]
    hatch = {"angle": str(look.slant), "distance": _mm(GAP), "distance_unit": "MM", "line_width": _mm(HATCH)}
    return [("SimpleFill", _fill(colour, TINT)), ("LinePatternFill", {**hatch, "line_width_unit": "MM"}), outline]


def _dot(look: Look) -> Properties:
    fill, rim = (WHITE, look.type.colour) if look.hollow else (look.type.colour, WHITE)
    return {
        **{"name": "circle", "color": _rgba(fill), "outline_color": _rgba(rim), "outline_style": "solid"},
        **{"outline_width": _mm(HOLLOW_RIM if look.hollow else RIM), "outline_width_unit": "MM"},
        **{"size": _mm(DOT), "size_unit": "MM", "scale_method": "diameter"},
    }


def _stroke(colour: str, width: float, opacity: float, dashes: tuple[int, int] | None = None) -> Properties:
    line = {"line_color": _rgba(colour, opacity), "line_width": _mm(width), "line_width_unit": "MM"}
    line |= {"line_style": "solid", "capstyle": "flat", "joinstyle": "round", "use_custom_dash": str(int(bool(dashes)))}
    if dashes:
        line |= {"customdash": ";".join(map(_mm, dashes)), "customdash_unit": "MM"}
    return line


def _fill(colour: str, opacity: float) -> Properties:
    return {"color": _rgba(colour, opacity), "style": "solid", "outline_style": "no"}


def _symbol(parent: ET.Element, name: str, kind: str, layers: Layers, look: Look) -> None:
    symbol = ET.SubElement(parent, "symbol", name=name, type=kind, alpha="1", clip_to_extent="1", force_rhr="0")
    for number, (drawn, properties) in enumerate(layers):
        layer = ET.SubElement(symbol, "layer", {"class": drawn, "pass": "0", "locked": "0", "enabled": "1"})
        options = ET.SubElement(layer, "Option", type="Map")
        for key, value in properties.items():
            ET.SubElement(options, "Option", name=key, type="QString", value=value)
        if drawn == "LinePatternFill":
            strokes: Layers = [("SimpleLine", _stroke(look.type.colour, HATCH, HATCHED))]
            _symbol(layer, f"@{name}@{number}", "line", strokes, look)


def _mm(pixels: float) -> str:
    return f"{pixels * _MM:.2f}"


def _rgba(colour: str, opacity: float = 1) -> str:
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return f"{red},{green},{blue},{round(opacity * 255)}"
