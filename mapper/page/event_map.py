"""An event table as a folium map that is one self-contained page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import folium
import geopandas
from branca.element import Element
from folium.template import Template

from mapper import catalogues
from mapper.errors import UnsupportedLayer
from mapper.memory import uncollected
from mapper.page.columns import PageTable
from mapper.page.document import Document
from mapper.page.frames import page_table
from mapper.page.layers import refuse, tree
from mapper.page.payload import BaseMap, make_payload
from mapper.page.plain import as_events
from mapper.schema import Taxonomy
from mapper.tile_layers import TileLayer, read_layers

_EVENT_TABLE = frozenset({"event_id", "geo_precision", "reports"})
# On a phone the whole world needs the least.
_MIN_ZOOM, _MAX_ZOOM = 0, 18


class EventMap(folium.Map):
    """A map of events: a ``folium.Map`` that renders as one file which makes no request.

    ``events`` is the event table of ``Project.events()``, or any GeoDataFrame; of the latter, ``when``,
    ``kind`` and ``title`` name the columns for the date (datetimes, days or EDTF, ISO 8601-2), the kind
    and the title of an event, its index gives the ids, and all other columns are shown in the card. Without
    CRS its coordinates are taken as EPSG:4326, longitude first, if they can be.

    ``sources`` are records with the columns of ``sources.csv``, and ``text`` where it may be shown whole.
    ``heading`` is the page's title, ``headings`` the same by language where it differs,
    ``base`` what is drawn under the events (the world's land, if None),
    ``taxonomy`` the types in their order and colours, ``as_of`` the day that the table was last edited,
    ``licence`` on what terms the events may be used.
    ``languages`` are the page's, the first one first (all that there are, English first, if none is named);
    ``translations`` are by language and column, one text or None an event. ``layers`` are online tile layers,
    off until the reader turns one on, each with ``name`` and either ``provider`` (a name of xyzservices) or
    ``url`` and ``attribution``: as in ``data/map.toml``, and refused for the same reasons by SettingsError.
    ``full`` makes the page say that it shows what is kept from the published map.

    Layers that need Leaflet alone can be added: Circle, CircleMarker, Polygon, PolyLine, GeoJson, Marker
    with DivIcon, Tooltip, FeatureGroup, LayerControl, FitBounds, which sets the first view. As everywhere in
    folium, what is given to them is code and HTML, not text. Raises UnsupportedLayer for any other.
    """

    default_js: list[tuple[str, str]] = []  # noqa: RUF012
    default_css: list[tuple[str, str]] = []  # noqa: RUF012

    # As folium's, without its styles, its viewport and jQuery.
    _template = Template(
        """
        {% macro header(this, kwargs) %}
            <script>
                L_NO_TOUCH = {{ this.global_switches.no_touch|tojson }};
                L_DISABLE_3D = {{ this.global_switches.disable_3d|tojson }};
            </script>
        {% endmacro %}

        {% macro html(this, kwargs) %}
            <div class="folium-map" id={{ this.get_name()|tojson }}></div>
        {% endmacro %}

        {% macro script(this, kwargs) %}
            var {{ this.get_name() }} = L.map(
                {{ this.get_name()|tojson }},
                { center: {{ this.location|tojson }}, crs: L.CRS.{{ this.crs }}, ...{{ this.options|tojavascript }} }
            );
            {%- if this.objects_to_stay_in_front %}
            function objects_in_front() {
                {%- for obj in this.objects_to_stay_in_front %}
                {{ obj.get_name() }}.bringToFront();
                {%- endfor %}
            }
            {{ this.get_name() }}.on("overlayadd", objects_in_front);
            document.addEventListener("DOMContentLoaded", objects_in_front);
            {%- endif %}
        {% endmacro %}
        """
    )

    @uncollected()
    def __init__(
        self,
        events: geopandas.GeoDataFrame | PageTable,
        *,
        sources: Iterable[Mapping[str, Any]] | Mapping[str, Mapping[str, Any]] | None = None,
        heading: str = "Events",
        headings: Mapping[str, str] | None = None,
        languages: Sequence[str] = (),
        when: str | None = None,
        kind: str | None = None,
        title: str | None = None,
        base: BaseMap | None = None,
        taxonomy: Taxonomy | None = None,
        as_of: str | None = None,
        licence: str | None = None,
        translations: Mapping[str, Mapping[str, Sequence[str | None]]] | None = None,
        layers: Sequence[TileLayer | Mapping[str, Any]] = (),
        full: bool = False,
    ) -> None:
        languages = languages or catalogues.languages()
        catalogues.require(languages, "EventMap")
        online = [one if isinstance(one, TileLayer) else read_layers([one], "EventMap")[0] for one in layers]
        if isinstance(events, PageTable):
            table = events
        elif (when or kind or title) or not _EVENT_TABLE.issubset(events.columns):
            table, own_taxonomy = as_events(events, when, kind, title)
            taxonomy = taxonomy or own_taxonomy
        else:
            table = page_table(events, translations)
        payload = make_payload(
            table,
            sources=sources.values() if isinstance(sources, Mapping) else sources or (),
            title=heading,
            titles=headings,
            languages=languages,
            base=base,
            taxonomy=taxonomy,
            as_of=as_of,
            licence=licence,
            layers=online,
            full=full,
        )
        # A map without tiles has no zoom limits of its own, and Leaflet needs the upper one.
        super().__init__(tiles=None, zoom_control=False, minZoom=_MIN_ZOOM, maxZoom=_MAX_ZOOM)
        Document(payload, (host for layer in online for host in layer.hosts)).add_child(self)

    def add_child(self, child: Element, name: str | None = None, index: int | None = None) -> EventMap:
        """Add a layer. Raises UnsupportedLayer for one that the page can't carry."""
        refuse(tree(child))
        super().add_child(child, name, index)
        return self

    def to_html(self) -> str:
        """The whole page, HTML5, the same text each time."""
        return self._document().render()

    def to_bytes(self) -> bytes:
        """The same in UTF-8, as it stands in a file."""
        return self._document().encoded()

    def save(self, outfile: Any, close_file: bool = True, **kwargs: Any) -> None:
        """Write the page to a path, whole or not at all, or to a binary file object."""
        self._document().save(outfile, close_file, **kwargs)

    def _document(self) -> Document:
        root = self.get_root()
        if not isinstance(root, Document):
            raise UnsupportedLayer("An EventMap is a page of its own; it can't be put into another figure.")
        return root
