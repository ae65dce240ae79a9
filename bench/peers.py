"""What others make of the same table: one function each, from the CSV file to a written page, as their own docs do it.

    bench/.venv/bin/python bench/peers.py NAME TABLE.csv PAGE.html

Runs in the bench's own environment and imports one peer only, so that each pays for itself alone. Every peer gets the
rows that have coordinates, as points; all 20 columns go into its page where it has a place for them (popup, tooltip
or data), and no page asks for tiles, so that none waits for a server.
"""

from __future__ import annotations

import html
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd

CENTRE = (10.0, 10.0)
COLOURS = {
    "Battles": "#c0392b",
    "Explosions/Remote violence": "#e67e22",
    "Violence against civilians": "#8e44ad",
    "Protests": "#2980b9",
    "Riots": "#16a085",
    "Strategic developments": "#7f8c8d",
}


def read(table: Path) -> pd.DataFrame:
    """The rows with coordinates, dates as their first day, everything else as text."""
    rows = pd.read_csv(table, dtype=str, keep_default_na=False)
    rows = rows[rows["latitude"] != ""]
    return rows.assign(latitude=rows["latitude"].astype(float), longitude=rows["longitude"].astype(float))


def with_points(rows: pd.DataFrame) -> Any:
    import geopandas

    points = geopandas.points_from_xy(rows["longitude"], rows["latitude"])
    return geopandas.GeoDataFrame(rows, geometry=points, crs="EPSG:4326")


def popups(rows: pd.DataFrame) -> list[str]:
    """All columns of each row as a small HTML table."""
    names = [html.escape(name) for name in rows.columns]
    return [
        "<table>"
        + "".join(f"<tr><th>{name}<td>{html.escape(str(value))}" for name, value in zip(names, row, strict=True))
        + "</table>"
        for row in rows.itertuples(index=False)
    ]


def features(rows: pd.DataFrame, **more: list[Any]) -> dict[str, Any]:
    """A FeatureCollection of points with all columns, and more properties a row."""
    records = rows.assign(**more).to_dict("records")
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "geometry": {"type": "Point", "coordinates": [one["longitude"], one["latitude"]]},
                "properties": one,
            }
            for one in records
        ],
    }


def first_days(rows: pd.DataFrame) -> pd.Series:
    """A day for each row, ``2018-01-01`` without one: layers of time take nothing vaguer."""
    days = pd.to_datetime(rows["date"], format="ISO8601", errors="coerce")
    return days.fillna(pd.Timestamp("2018-01-01"))


def folium_map(**options: Any) -> Any:
    import folium

    return folium.Map(location=CENTRE, zoom_start=5, tiles=None, maxZoom=18, **options)


def folium_markers(rows: pd.DataFrame, page: Path) -> None:
    import folium
    from folium.plugins import MarkerCluster

    world = folium_map()
    cluster = MarkerCluster().add_to(world)
    for lat, lon, kind, text in zip(rows["latitude"], rows["longitude"], rows["event_type"], popups(rows), strict=True):
        folium.CircleMarker((lat, lon), radius=4, color=COLOURS[kind], popup=folium.Popup(text)).add_to(cluster)
    world.save(page)


def folium_geojson(rows: pd.DataFrame, page: Path) -> None:
    import folium

    names = list(rows.columns)
    world = folium_map(prefer_canvas=True)
    popup = folium.GeoJsonPopup(fields=names)
    folium.GeoJson(with_points(rows), marker=folium.CircleMarker(radius=4), popup=popup).add_to(world)
    world.save(page)


def folium_fast_cluster(rows: pd.DataFrame, page: Path) -> None:
    from folium.plugins import FastMarkerCluster

    make = """function (row) {
        return L.circleMarker(new L.LatLng(row[0], row[1]), { radius: 4 }).bindPopup(row[2]);
    }"""
    world = folium_map()
    data = [list(row) for row in zip(rows["latitude"], rows["longitude"], popups(rows), strict=True)]
    FastMarkerCluster(data, callback=make).add_to(world)
    world.save(page)


def folium_timestamped(rows: pd.DataFrame, page: Path) -> None:
    from folium.plugins import TimestampedGeoJson

    world = folium_map()
    style = [{"color": COLOURS[kind], "radius": 4} for kind in rows["event_type"]]
    more = {
        "times": [[day] for day in first_days(rows).dt.strftime("%Y-%m-%d")],
        "popup": popups(rows),
        "icon": ["circle"] * len(rows),
    }
    collection = features(rows, **more, iconstyle=style)
    TimestampedGeoJson(collection, period="P1M", duration="P1M", auto_play=False).add_to(world)
    world.save(page)


def folium_timeline(rows: pd.DataFrame, page: Path) -> None:
    from folium.plugins import Timeline, TimelineSlider
    from folium.utilities import JsCode

    world = folium_map(prefer_canvas=True)
    days = first_days(rows)
    ends = (days + pd.Timedelta(days=30)).dt.strftime("%Y-%m-%d")
    draw = """function (feature, at) {
        return L.circleMarker(at, { radius: 4 }).bindPopup(Object.values(feature.properties).join("<br>"));
    }"""
    collection = features(rows, start=days.dt.strftime("%Y-%m-%d").tolist(), end=ends.tolist())
    line = Timeline(collection, point_to_layer=JsCode(draw)).add_to(world)
    TimelineSlider(auto_play=False, show_ticks=True, enable_keyboard_controls=True).add_timelines(line).add_to(world)
    world.save(page)


def glify(rows: pd.DataFrame, page: Path) -> None:
    from folium_glify_layer import GlifyLayer, Popup

    world = folium_map()
    GlifyLayer({"points": features(rows)}, glify_options={"size": 6}, popup=Popup()).add_to(world)
    world.save(page)


def explore(rows: pd.DataFrame, page: Path) -> None:
    with_points(rows).explore(column="event_type", popup=True, tooltip=False, tiles=None, prefer_canvas=True).save(page)


def plotly(rows: pd.DataFrame, page: Path) -> None:
    import plotly.express

    names = list(rows.columns)
    figure = plotly.express.scatter_map(
        rows, lat="latitude", lon="longitude", color="event_type", hover_name="title", hover_data=names,
        color_discrete_map=COLOURS, map_style="white-bg", zoom=4,
    )  # fmt: skip
    figure.write_html(page, include_plotlyjs=True)


def pydeck(rows: pd.DataFrame, page: Path) -> None:
    import pydeck as deck

    layer = deck.Layer(
        "ScatterplotLayer", rows, get_position="[longitude, latitude]", get_radius=3000, radius_min_pixels=2,
        get_fill_color=[192, 57, 43], pickable=True,
    )  # fmt: skip
    view = deck.ViewState(latitude=CENTRE[0], longitude=CENTRE[1], zoom=4)
    tooltip = {"html": "<b>{title}</b><br>{date}<br>{quote}"}
    deck.Deck([layer], initial_view_state=view, map_provider=None, tooltip=tooltip).to_html(
        str(page), offline=True, open_browser=False
    )


def lonboard(rows: pd.DataFrame, page: Path) -> None:
    from lonboard import Map, ScatterplotLayer

    layer = ScatterplotLayer.from_geopandas(with_points(rows), radius_min_pixels=2, get_fill_color=[192, 57, 43])
    Map(layer, basemap=None).to_html(page)


def kepler(rows: pd.DataFrame, page: Path) -> None:
    from keplergl import KeplerGl

    KeplerGl(data={"events": rows}).save_to_html(file_name=str(page))


def bokeh(rows: pd.DataFrame, page: Path) -> None:
    from bokeh.embed import file_html
    from bokeh.models import ColumnDataSource
    from bokeh.plotting import figure
    from bokeh.resources import INLINE

    hover = [(name, f"@{name}") for name in rows.columns]
    plot = figure(
        tools="pan,wheel_zoom,box_zoom,tap,hover", tooltips=hover, output_backend="webgl", width=1400, height=800
    )
    plot.scatter("longitude", "latitude", size=4, source=ColumnDataSource(rows))
    page.write_text(file_html(plot, INLINE, "Events"), encoding="utf-8")


PEERS: dict[str, Callable[[pd.DataFrame, Path], None]] = {
    make.__name__: make
    for make in (
        folium_markers, folium_geojson, explore, folium_timestamped, folium_timeline, folium_fast_cluster, glify,
        pydeck, plotly, lonboard, kepler, bokeh,
    )
}  # fmt: skip

if __name__ == "__main__":
    PEERS[sys.argv[1]](read(Path(sys.argv[2])), Path(sys.argv[3]))
