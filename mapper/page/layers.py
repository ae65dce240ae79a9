"""Which folium elements a page without requests can carry, and what to use instead of the others.

The page brings Leaflet and nothing else: no jQuery, no plugin, no font, no picture from elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from html.parser import HTMLParser
from typing import Any

import folium
from branca.colormap import ColorMap
from branca.element import Element, Figure, IFrame, Link
from folium.raster_layers import ImageOverlay, VideoOverlay

from mapper.errors import UnsupportedLayer

_INLINE = ("data:", "blob:")
_LOADS = ("src", "srcset", "poster", "data", "background")
_NEVER = ("link", "iframe", "frame", "object", "embed", "base", "form")


def tree(element: Element) -> Iterator[Element]:
    """An element and all that it carries, in order; a figure's header, body and script too."""
    yield element
    carried = list(element._children.values())
    if isinstance(element, Figure):
        carried += [element.header, element.html, element.script]
    if isinstance(element, folium.GeoJson) and element.marker is not None:
        carried.append(element.marker)
    for one in carried:
        yield from tree(one)


def refuse(elements: Iterable[Element]) -> None:
    """Raise UnsupportedLayer for the first element that needs what the page hasn't got."""
    for one in elements:
        reason = _reason(one)
        if reason:
            raise UnsupportedLayer(f"{type(one).__name__} can't be in a page that makes no request: {reason}")


class Markup(HTMLParser):
    """A piece of HTML, read as a browser does: its inline scripts, styles and style attributes.

    Raises UnsupportedLayer for what a page under its content security policy can't show.
    """

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.scripts: list[str] = []
        self.styles: list[str] = []
        self.style_attributes: list[str] = []
        self._open: list[str] | None = None
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self._refuse(tag, values)
        if values.get("style"):
            self.style_attributes.append(values["style"])
        if tag in ("script", "style"):
            self._open = self.scripts if tag == "script" else self.styles
            self._open.append("")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "style"):
            self._open = None

    def handle_data(self, data: str) -> None:
        if self._open is not None:
            self._open[-1] += data

    def _refuse(self, tag: str, attributes: dict[str, str]) -> None:
        loads = [attributes[name] for name in _LOADS if name in attributes]
        handler = any(name.startswith("on") for name in attributes)
        if tag in _NEVER or _is_outside(*loads) or handler:
            raise UnsupportedLayer(
                f"<{tag}> can't be in a page that makes no request and runs no other script: "
                "leave it out; a picture can stand in the page as a data: address."
            )


def style_attributes(elements: Iterable[Element]) -> list[str]:
    """The style attributes that Leaflet will set from HTML given to DivIcon and Tooltip elements."""
    found: list[str] = []
    for one in elements:
        if isinstance(one, folium.DivIcon):
            found += Markup(str(one.options.get("html", ""))).style_attributes
        elif isinstance(one, folium.Tooltip):
            found += [*filter(None, [getattr(one, "style", None)]), *Markup(one.text).style_attributes]
    return found


_POPUP = "a popup needs jQuery; use a tooltip, or columns of the event table: the card shows them."
_ICON = "it needs fonts and a plugin; use a DivIcon, a CircleMarker or the default icon."
_PICTURE = "its picture is elsewhere; give a file or an array."
_TILES = "its tiles are elsewhere; the page draws a base map of its own, and offers those in EventMap(…, layers=[…])."
_FILE = "it loads a file; leave it out, or put its content into the page."
_COLOURS = "it needs d3; the legend of the page explains the colours of the events."
_DATA = "its data are elsewhere; leave out embed=False."
_PLUGIN = "it loads a plugin; use layers that need Leaflet alone: Circle, Polygon, GeoJson, DivIcon …"

# The first class that an element is of decides: the reason, and whether it applies to this one.
_RULES: tuple[tuple[tuple[type, ...], str, Callable[[Any], bool]], ...] = (
    ((folium.Popup,), _POPUP, lambda _: True),
    ((folium.CustomIcon,), _PICTURE, lambda one: _is_outside(one.options["icon_url"], one.options.get("shadow_url"))),
    ((folium.Icon,), _ICON, lambda _: True),
    ((folium.TileLayer,), _TILES, lambda one: _is_outside(one.tiles)),
    ((folium.WmsTileLayer,), _TILES, lambda _: True),
    ((ImageOverlay,), _PICTURE, lambda one: _is_outside(one.url)),
    ((VideoOverlay, Link, IFrame), _FILE, lambda _: True),
    ((folium.GeoJson,), _DATA, lambda one: not one.embed),
    ((ColorMap,), _COLOURS, lambda _: True),
    ((Element,), _PLUGIN, lambda one: bool(getattr(one, "default_js", None) or getattr(one, "default_css", None))),
)


def _reason(element: Element) -> str | None:
    reason, applies = next((reason, applies) for classes, reason, applies in _RULES if isinstance(element, classes))
    return reason if applies(element) else None


def _is_outside(*addresses: str | None) -> bool:
    return any(one is not None and not one.strip().lower().startswith(_INLINE) for one in addresses)
