"""Who takes part: their names for people, what they import, and how their pages are opened and used in a browser."""

from __future__ import annotations

from pathlib import Path

PEER_HOME = Path(__file__).resolve().parent / ".venv"
WEB = PEER_HOME / "web"

OURS = {
    "build": "`mapper build`, all outputs",
    "page": "read, check, locate, page",
    "eventmap": "`EventMap(gdf).save()`",
}
LABELS = {
    "folium_markers": "folium, CircleMarker and Popup a row, clustered",
    "folium_geojson": "folium GeoJson with popups",
    "explore": "geopandas explore",
    "folium_timestamped": "folium TimestampedGeoJson",
    "folium_timeline": "folium Timeline",
    "folium_fast_cluster": "folium FastMarkerCluster",
    "glify": "Leaflet.glify (folium-glify-layer)",
    "pydeck": "pydeck",
    "plotly": "plotly",
    "lonboard": "lonboard",
    "kepler": "kepler.gl",
    "bokeh": "bokeh",
}
EXPORTS = {"polars": "polars structs", "duckdb": "DuckDB JSON", "orjson": "orjson, a dict a row", "pyogrio": "pyogrio"}

# True in a page once its events are there.
OUR_PAGE = 'performance.getEntriesByName("mapper-whole").length > 0'
LEAFLET = 'document.querySelector(".leaflet-marker-pane > *, .leaflet-overlay-pane canvas, .leaflet-overlay-pane path")'
DRAWN = {
    **dict.fromkeys(OURS, OUR_PAGE),
    **dict.fromkeys(LABELS, LEAFLET),
    "pydeck": 'document.querySelector("#deck-container canvas")',
    "plotly": 'document.querySelector(".plotly-graph-div")._fullData && document.querySelector(".maplibregl-canvas")',
    "bokeh": "Bokeh.documents[0].is_idle",
}
WEBGL = {"glify", "pydeck", "plotly", "bokeh"}
# Pages that ask a server for what no package holds.
NEED_SERVER = {"lonboard": "fetches parquet-wasm 0.9.0", "kepler": "fetches React as modules and its own bundle"}
# A step of time or a filter by type, where a page has one.
SLIDE = """(at) => {
  const slider = document.querySelector(".time-slider");
  slider.value = Number(slider.min) + (at + 1) / 40 * (slider.max - slider.min);
  slider.dispatchEvent(new Event("input", { bubbles: true }));
  slider.dispatchEvent(new Event("change", { bubbles: true }));
}"""
OUR_STEPS = {
    "time": '() => document.querySelectorAll(".timeline .time-go")[1].click()',
    "type": '() => document.querySelector(".legend .entry").click()',
}
STEPS = {
    **dict.fromkeys(OURS, OUR_STEPS),
    "folium_timestamped": {"time": '() => document.querySelector(".timecontrol-forward").click()'},
    "folium_timeline": {"time": SLIDE},
    "plotly": {
        "type": """() => {
          const graph = document.querySelector(".plotly-graph-div");
          Plotly.restyle(graph, { visible: graph.data[0].visible === "legendonly" ? true : "legendonly" }, [0]);
        }"""
    },
}  # fmt: skip

MODULES = {
    **dict.fromkeys([name for name in LABELS if name.startswith("folium")], "folium"),
    "explore": "folium, geopandas, mapclassify, matplotlib",
    "glify": "folium_glify_layer",
    "kepler": "keplergl",
    **{name: name for name in ("pydeck", "plotly", "lonboard", "bokeh", "polars", "duckdb", "orjson", "pyogrio")},
}


def assets() -> dict[str, Path]:
    """By the name of a script or style sheet that the peers' pages ask for: the same file on this machine."""
    found = {
        "leaflet.js": "leaflet/dist",
        "leaflet.css": "leaflet/dist",
        "bootstrap.bundle.min.js": "bootstrap/dist/js",
        "bootstrap.min.css": "bootstrap/dist/css",
        "jquery-3.7.1.min.js": "jquery/dist/jquery.min.js",
        "jquery.min.js": "jquery/dist",
        "jquery-ui.js": "jquery-ui-dist",
        "jquery-ui.min.js": "jquery-ui-dist",
        "moment.min.js": "moment/min",
        "iso8601.min.js": "iso8601-js-period/iso8601.js",
        "leaflet.timedimension.min.js": "leaflet-timedimension/dist",
        "leaflet.timedimension.control.css": "leaflet-timedimension/dist",
        "leaflet.timeline.min.js": "leaflet.timeline/dist/leaflet.timeline.js",
        "leaflet.markercluster.js": "leaflet.markercluster/dist",
        "MarkerCluster.css": "leaflet.markercluster/dist",
        "MarkerCluster.Default.css": "leaflet.markercluster/dist",
        "leaflet.awesome-markers.js": "leaflet.awesome-markers/dist",
        "leaflet.awesome-markers.css": "leaflet.awesome-markers/dist",
        "glify-browser.js": "leaflet.glify/dist",
        "leaflet-glify-layer.js": "leaflet-glify-layer/dist",
        "chroma.min.js": "chroma-js",
        "mapbox-gl.js": "mapbox-gl/dist",
    }
    places = {name: WEB / "node_modules" / where for name, where in found.items()}
    return {name: place if place.is_file() else place / name for name, place in places.items()}
