"""SLD 1.1 with Symbology Encoding: how other programs than QGIS draw a layer of events, a rule a look."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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

_SLD, _SE, _OGC = (f"http://www.opengis.net/{name}" for name in ("sld", "se", "ogc"))


def sld(name: str, kind: Kind, types: Sequence[EventType]) -> str:
    """The style of the layer of that name. A type whose name XML can't hold has no rule."""
    for prefix, address in (("", _SLD), ("se", _SE), ("ogc", _OGC)):
        ET.register_namespace(prefix, address)
    root = ET.Element(f"{{{_SLD}}}StyledLayerDescriptor", version="1.1.0")
    layer = ET.SubElement(root, f"{{{_SLD}}}NamedLayer")
    _se(layer, "Name").text = name
    style = ET.SubElement(layer, f"{{{_SLD}}}UserStyle")
    _se(style, "Name").text = name
    rules = _se(style, "FeatureTypeStyle")
    for look in looks(kind, types):
        if not ILLEGAL.search(look.type.name):
            _rule(rules, kind, look)
    return ET.tostring(root, encoding="unicode").replace("\r", "&#13;")


def _rule(rules: ET.Element, kind: Kind, look: Look) -> None:
    rule = _se(rules, "Rule")
    _se(rule, "Name").text = look.label
    both = ET.SubElement(ET.SubElement(rule, f"{{{_OGC}}}Filter"), f"{{{_OGC}}}And")
    for operator, column, literal in _conditions(kind, look):
        condition = ET.SubElement(both, f"{{{_OGC}}}{operator}")
        ET.SubElement(condition, f"{{{_OGC}}}PropertyName").text = column
        ET.SubElement(condition, f"{{{_OGC}}}Literal").text = literal
    {"points": _point, "lines": _lines, "areas": _area}[kind](rule, look)


def _conditions(kind: Kind, look: Look) -> Iterator[tuple[str, str, str]]:
    """Which events have this look: operator, column, literal."""
    equal, other = "PropertyIsEqualTo", "PropertyIsNotEqualTo"
    yield equal, "event_type", look.type.name
    yield other if look.hollow else equal, "occurrence", "reported"
    if kind == "areas" and not look.hollow:
        yield equal if look.ring else other, "geo_precision", "near"


def _point(rule: ET.Element, look: Look) -> None:
    graphic = _se(_se(rule, "PointSymbolizer"), "Graphic")
    mark = _se(graphic, "Mark")
    _se(mark, "WellKnownName").text = "circle"
    fill, rim = (WHITE, look.type.colour) if look.hollow else (look.type.colour, WHITE)
    _fill(mark, fill, 1)
    _stroke(mark, rim, HOLLOW_RIM if look.hollow else RIM)
    _se(graphic, "Size").text = str(DOT)


def _lines(rule: ET.Element, look: Look) -> None:
    _stroke(_se(rule, "LineSymbolizer"), WHITE, CASING, CASED)
    _stroke(_se(rule, "LineSymbolizer"), look.type.colour, LINE, 1, HOLLOW_DASHES if look.hollow else LINE_DASHES)


def _area(rule: ET.Element, look: Look) -> None:
    colour = look.type.colour
    opacity = PALE if look.hollow else RING if look.ring else TINT
    _fill(_se(rule, "PolygonSymbolizer"), WHITE if look.hollow else colour, opacity)
    if not look.hollow and not look.ring:
        _hatch(_se(rule, "PolygonSymbolizer"), look)
    _stroke(_se(rule, "LineSymbolizer"), colour, OUTLINE, 1, DASHES)


def _hatch(symbolizer: ET.Element, look: Look) -> None:
    graphic = _se(_se(_se(symbolizer, "Fill"), "GraphicFill"), "Graphic")
    mark = _se(graphic, "Mark")
    _se(mark, "WellKnownName").text = "horline"
    _stroke(mark, look.type.colour, HATCH, HATCHED)
    _se(graphic, "Size").text = str(GAP)
    # Symbology Encoding turns clockwise.
    ET.SubElement(_se(graphic, "Rotation"), f"{{{_OGC}}}Literal").text = str((180 - look.slant) % 180)


def _fill(parent: ET.Element, colour: str, opacity: float) -> None:
    _parameters(_se(parent, "Fill"), {"fill": colour, "fill-opacity": f"{opacity:g}"})


def _stroke(
    parent: ET.Element, colour: str, width: float, opacity: float = 1, dashes: tuple[int, int] | None = None
) -> None:
    parameters = {"stroke": colour, "stroke-width": f"{width:g}", "stroke-opacity": f"{opacity:g}"}
    if dashes:
        parameters |= {"stroke-linecap": "butt", "stroke-dasharray": " ".join(map(str, dashes))}
    _parameters(_se(parent, "Stroke"), parameters)


def _parameters(parent: ET.Element, parameters: dict[str, str]) -> None:
    for name, value in parameters.items():
        _se(parent, "SvgParameter", name=name).text = value


def _se(parent: ET.Element, tag: str, **attributes: str) -> ET.Element:
    return ET.SubElement(parent, f"{{{_SE}}}{tag}", attributes)
