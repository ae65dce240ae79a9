"""EventMap: any GeoDataFrame as a page, with folium's own layers on it where they need Leaflet alone."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import folium
import folium.plugins
import geopandas
import pandas as pd
import pytest
import shapely
from branca.colormap import linear
from branca.element import CssLink, Figure, IFrame, JavascriptLink
from page_reader import read_payload

from mapper.errors import MapperError, UnsupportedLayer
from mapper.page.event_map import EventMap

HERE = [18.5, -72.3]
A_POINT = {"type": "Point", "coordinates": [-72.3, 18.5]}
SQUARE = shapely.box(-72.5, 18.4, -72.1, 18.7)


def plain(crs: str | None = "EPSG:4326", **columns: Any) -> geopandas.GeoDataFrame:
    rows = len(next(iter(columns.values()))) if columns else 1
    columns.setdefault("geometry", [shapely.Point(-72.3, 18.5)] * rows)
    return geopandas.GeoDataFrame(columns, geometry="geometry", crs=crs)


def payload_of(frame: geopandas.GeoDataFrame, **names: str) -> dict[str, Any]:
    return read_payload(EventMap(frame, **names).get_root().payload)  # type: ignore[arg-type]


def columns_of(frame: geopandas.GeoDataFrame, **names: str) -> dict[str, list[Any]]:
    columns: dict[str, list[Any]] = payload_of(frame, **names)["events"]["columns"]
    return columns


# A plain frame


def test_columns_are_named_by_the_caller_and_the_rest_is_kept() -> None:
    frame = plain(date=["2024-07-21"], type=["Attack"], name=["At the bridge"], dead=[3], note=[None])
    columns = columns_of(frame, when="date", kind="type", title="name")
    assert (columns["date"], columns["event_type"], columns["title"]) == (["2024-07-21"], ["Attack"], ["At the bridge"])
    assert columns["extra"] == [{"dead": "3"}]


def test_a_frame_alone_is_a_map() -> None:
    columns = columns_of(plain())
    assert (columns["id"], columns["title"], columns["event_type"]) == (["0"], ["0"], ["Event"])
    assert columns["date"] == [None]


def test_a_column_that_is_not_there_is_named_with_those_that_are() -> None:
    with pytest.raises(MapperError, match=r"no column day\. It has: date, geometry"):
        EventMap(plain(date=["2024"]), when="day")


def test_the_index_gives_the_ids() -> None:
    columns = columns_of(plain(name=["a", "b", "c"]).set_index(pd.Index(["x", "y", "x"])))
    assert columns["id"] == ["x", "y", "x-2"]


def test_events_keep_the_order_of_the_frame() -> None:
    assert columns_of(plain(name=list("abcdefghijklm")))["id"] == [str(i) for i in range(13)]


@pytest.mark.parametrize(
    ("value", "edtf", "kind", "start", "end"),
    [
        (pd.Timestamp("2024-07-21"), "2024-07-21", "date", "2024-07-21", "2024-07-21"),
        (
            pd.Timestamp("2024-07-21T23:30", tz="America/Port-au-Prince"),
            "2024-07-21",
            "date",
            "2024-07-21",
            "2024-07-21",
        ),
        (dt.date(2024, 7, 21), "2024-07-21", "date", "2024-07-21", "2024-07-21"),
        (" 2024-07 ", "2024-07", "date", "2024-07-01", "2024-07-31"),
        ("[..2024-08-10]", "[..2024-08-10]", "one_of", None, "2024-08-10"),
        (2024, "2024", "date", "2024-01-01", "2024-12-31"),
        (2024.0, "2024", "date", "2024-01-01", "2024-12-31"),
        (pd.Period("2024-07", "M"), "2024-07", "date", "2024-07-01", "2024-07-31"),
        (None, None, None, None, None),
        (pd.NaT, None, None, None, None),
        ("", None, None, None, None),
    ],
)
def test_dates_are_datetimes_days_or_edtf(value: Any, edtf: Any, kind: Any, start: Any, end: Any) -> None:
    columns = columns_of(plain(date=pd.Series([value], dtype=object)), when="date")
    assert [columns[name][0] for name in ("date", "date_kind", "date_start", "date_end")] == [edtf, kind, start, end]


def test_a_column_of_datetimes_is_read() -> None:
    frame = plain(date=pd.to_datetime(["2024-07-21", None]))
    assert columns_of(frame, when="date")["date"] == ["2024-07-21", None]


def test_what_a_date_leaves_unsaid_is_kept() -> None:
    frame = plain(date=pd.to_datetime(["2024-07-21 14:30", "2024-07-22 00:00"]))
    assert columns_of(frame, when="date")["extra"] == [{"date": "2024-07-21 14:30:00"}, None]


def test_a_date_that_cannot_be_read_leaves_its_event_undated_and_is_warned_of() -> None:
    frame = plain(date=["03/04/2024", "2024-07-21", "soon"])
    with pytest.warns(UserWarning, match=r"2 of 3 dates in column date can't be read, such as 03/04/2024") as caught:
        columns = columns_of(frame, when="date")
    assert columns["date"] == [None, "2024-07-21", None]
    assert columns["extra"] == [{"date": "03/04/2024"}, None, {"date": "soon"}]
    assert len(caught) == 1


def test_kinds_get_colours_of_their_own_the_most_frequent_first() -> None:
    kinds = [*("abcdefghij"), "j", None]
    types = payload_of(plain(kind=kinds), kind="kind")["taxonomy"]["types"]
    assert [one["name"] for one in types] == ["j", *"abcdefghi", "Not stated"]
    assert len({one["colour"] for one in types}) == 9
    assert types[-1]["colour"] == types[-2]["colour"]


def test_a_kind_that_is_missing_says_so() -> None:
    assert columns_of(plain(kind=["a", None, ""]), kind="kind")["event_type"] == ["a", "Not stated", "Not stated"]


@pytest.mark.parametrize(
    ("geometry", "precision", "label_is"),
    [
        (shapely.Point(-72, 18), "exact", "the place"),
        (shapely.Point(-72, 18, 400), "exact", "the place"),
        (shapely.MultiPoint([(-72, 18), (-72.1, 18)]), "exact", "the place"),
        (shapely.LineString([(-72, 18), (-71, 18)]), "line", "on the line"),
        (shapely.MultiLineString([[(-72, 18), (-71, 18)], [(0, 0), (1, 1)]]), "line", "on the line"),
        (SQUARE, "region", "inside the area"),
        (shapely.MultiPolygon([SQUARE, shapely.box(0, 0, 1, 1)]), "region", "inside the area"),
        (shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)]), "region", "inside the area"),
        (shapely.GeometryCollection([SQUARE]), "region", "inside the area"),
        (shapely.GeometryCollection([shapely.Point(0, 0), SQUARE]), "region", "inside the area"),
        (shapely.GeometryCollection([shapely.Point(0, 0), shapely.Point(1, 1)]), "exact", "the place"),
        (shapely.Polygon(), "unlocated", None),
        (shapely.GeometryCollection(), "unlocated", None),
        (None, "unlocated", None),
    ],
    ids=lambda value: value.geom_type if hasattr(value, "geom_type") else None,
)
def test_any_geometry_is_drawn_as_what_it_is(geometry: Any, precision: str, label_is: str | None) -> None:
    columns = columns_of(plain(geometry=geopandas.array.from_shapely([geometry])))
    assert (columns["geo_precision"], columns["label_point_is"]) == ([precision], [label_is])
    label = shapely.Point(columns["label_lon"][0], columns["label_lat"][0]) if label_is else None
    assert label is None or shapely.convex_hull(shapely.force_2d(geometry)).distance(label) < 1e-6


def test_another_crs_becomes_degrees() -> None:
    frame = plain(geometry=[shapely.Point(-72.3, 18.5)]).to_crs("EPSG:32618")
    columns = columns_of(frame)
    assert columns["label_lon"][0] == pytest.approx(-72.3, abs=1e-6)
    assert columns["label_lat"][0] == pytest.approx(18.5, abs=1e-6)


def test_without_a_crs_degrees_are_assumed_only_if_they_can_be() -> None:
    assert columns_of(plain(crs=None))["label_lon"] == [-72.3]
    with pytest.raises(MapperError, match=r"no CRS.*set_crs"):
        EventMap(plain(geometry=[shapely.Point(780000, 2047000)], crs=None))


def test_a_place_outside_the_world_is_unlocated_and_warned_of() -> None:
    with pytest.warns(UserWarning, match="1 of 2 geometries lie outside the world"):
        columns = columns_of(plain(geometry=[shapely.Point(500, 18), shapely.Point(0, 0)]))
    assert columns["geo_precision"] == ["unlocated", "exact"]


def test_the_callers_frame_is_untouched() -> None:
    frame = plain(date=["2024-07-21"], kind=["a"])
    before = frame.copy(deep=True)
    EventMap(frame, when="date", kind="kind").to_html()
    pd.testing.assert_frame_equal(pd.DataFrame(frame), pd.DataFrame(before))


# Layers


def layers() -> dict[str, Callable[[], Any]]:
    """Each must work: the folium name and one of it."""
    feature = {"type": "Feature", "properties": {"name": "A"}, "geometry": shapely.geometry.mapping(SQUARE)}
    return {
        "Circle": lambda: folium.Circle(HERE, radius=900, tooltip="a circle"),
        "CircleMarker": lambda: folium.CircleMarker(HERE, radius=9),
        "Polygon": lambda: folium.Polygon([[18, -72], [18.2, -72], [18.2, -71.8]]),
        "PolyLine": lambda: folium.PolyLine([[18, -72], [19, -73]]),
        "Rectangle": lambda: folium.Rectangle([[18, -73], [18.2, -72.8]]),
        "Marker": lambda: folium.Marker(HERE, tooltip="a marker"),
        "DivIcon": lambda: folium.Marker(HERE, icon=folium.DivIcon(html='<b style="color:#c00">x</b>')),
        "Tooltip": lambda: folium.Marker(HERE, tooltip=folium.Tooltip("styled", style="color: blue", permanent=True)),
        "GeoJson": lambda: folium.GeoJson(
            feature,
            tooltip=folium.GeoJsonTooltip(["name"], style="color: blue"),
            style_function=lambda _: {"color": "black"},
            highlight_function=lambda _: {"weight": 5},
            zoom_on_click=True,
        ),
        "GeoJson of points": lambda: folium.GeoJson(A_POINT, marker=folium.Marker(icon=folium.DivIcon(html="y"))),
        "FeatureGroup": lambda: folium.FeatureGroup(name="group").add_child(folium.Marker(HERE)),
        "FitBounds": lambda: folium.FitBounds([[18, -73], [19, -72]]),
        "ImageOverlay": lambda: folium.raster_layers.ImageOverlay(
            "data:image/gif;base64,R0lGODlhAQABAAAAACw=", [[18, -73], [19, -72]]
        ),
        "LayerControl": lambda: folium.LayerControl(collapsed=False),
    }


@pytest.mark.parametrize("name", layers())
def test_a_layer_that_needs_leaflet_alone_is_in_the_page(name: str) -> None:
    page = EventMap(plain())
    without = page.to_html()
    page.add_child(layers()[name]())
    assert page.to_html() != without


@pytest.mark.parametrize(
    ("layer", "advice"),
    [
        (lambda: folium.Popup("text"), "tooltip"),
        (lambda: folium.Marker(HERE, popup="text"), "tooltip"),
        (lambda: folium.FeatureGroup().add_child(folium.Circle(HERE, popup="text")), "tooltip"),
        (lambda: folium.Marker(HERE, icon=folium.Icon(color="red")), "DivIcon"),
        (lambda: folium.GeoJson(A_POINT, marker=folium.Marker(icon=folium.Icon())), "DivIcon"),
        (lambda: folium.Marker(HERE, icon=folium.CustomIcon("https://example.org/a.png")), "file or an array"),
        (lambda: folium.TileLayer("OpenStreetMap"), "base map of its own"),
        (lambda: folium.TileLayer("//tiles.example.org/{z}/{x}/{y}.png", attr="x"), "base map of its own"),
        (lambda: folium.WmsTileLayer("https://example.org/wms", "layer"), "base map of its own"),
        (lambda: folium.raster_layers.ImageOverlay("https://example.org/a.png", [[0, 0], [1, 1]]), "file or an array"),
        (lambda: folium.raster_layers.VideoOverlay("https://example.org/a.webm", [[0, 0], [1, 1]]), "leave it out"),
        (folium.plugins.MarkerCluster, "Leaflet alone"),
        (lambda: folium.plugins.HeatMap([HERE]), "Leaflet alone"),
        (lambda: folium.RegularPolygonMarker(HERE), "Leaflet alone"),
        (lambda: linear.viridis, "legend"),
        (lambda: IFrame("text"), "leave it out"),
        (lambda: JavascriptLink("https://example.org/a.js"), "leave it out"),
        (lambda: CssLink("https://example.org/a.css"), "leave it out"),
    ],
)  # fmt: skip
def test_a_layer_that_needs_more_is_refused_with_what_to_use(layer: Callable[[], Any], advice: str) -> None:
    page = EventMap(plain())
    before = page.to_html()
    with pytest.raises(UnsupportedLayer, match=advice):
        page.add_child(layer())
    assert page.to_html() == before


def test_a_layer_added_behind_the_maps_back_is_refused_when_the_page_is_made() -> None:
    group = folium.FeatureGroup()
    page = EventMap(plain()).add_child(group)
    group.add_child(folium.Marker(HERE, popup="text"))
    with pytest.raises(UnsupportedLayer, match="popup"):
        page.to_html()


@pytest.mark.parametrize(
    "html",
    [
        '<img src="https://example.org/a.png">',
        '<script src="a.js"></script>',
        '<link rel="stylesheet" href="a.css">',
        '<b onclick="alert(1)">x</b>',
        "<iframe srcdoc='x'></iframe>",
    ],
)
def test_html_that_the_policy_would_block_is_refused(html: str) -> None:
    page = EventMap(plain())
    page.get_root().html.add_child(folium.Element(html))  # type: ignore[attr-defined]
    with pytest.raises(UnsupportedLayer, match="no request"):
        page.to_html()
    with pytest.raises(UnsupportedLayer, match="no request"):
        EventMap(plain()).add_child(folium.Marker(HERE, icon=folium.DivIcon(html=html))).to_html()  # type: ignore[attr-defined]


def test_a_map_is_a_page_of_its_own() -> None:
    page = EventMap(plain())
    Figure().add_child(page)
    with pytest.raises(UnsupportedLayer, match="page of its own"):
        page.to_html()


def test_text_that_folium_would_compile_stays_as_it_is_or_is_refused() -> None:
    page = EventMap(plain()).add_child(folium.Marker(HERE, tooltip="{{ 7 * 7 }}"))
    assert "{{ 7 * 7 }}" in page.to_html()  # type: ignore[attr-defined]
    with pytest.raises(UnsupportedLayer, match="brace"):
        EventMap(plain()).add_child(folium.Marker(HERE, tooltip="50 {% of")).to_html()  # type: ignore[attr-defined]


def test_an_added_fit_bounds_sets_the_first_view() -> None:
    page = EventMap(plain())
    page.fit_bounds([[10, -80], [20, -60]])
    assert '"bounds":[-80.0,10.0,-60.0,20.0]' in page.to_html()


# Files


def test_save_writes_the_page_and_nothing_beside_it(tmp_path: Path) -> None:
    page = EventMap(plain())
    page.save(tmp_path / "map.html")
    page.save(str(tmp_path / "again.html"))
    page.get_root().save(tmp_path / "root.html")
    assert {one.name: one.read_text("utf-8") for one in tmp_path.iterdir()} == dict.fromkeys(
        ["map.html", "again.html", "root.html"], page.to_html()
    )


def test_save_takes_an_open_file() -> None:
    file = io.BytesIO()
    EventMap(plain()).save(file, close_file=False)
    assert file.getvalue().startswith(b"<!DOCTYPE html>")


def test_a_page_that_cannot_be_made_leaves_the_previous_one(tmp_path: Path) -> None:
    target = tmp_path / "map.html"
    target.write_text("the previous map")
    group = folium.FeatureGroup()
    page = EventMap(plain()).add_child(group)
    group.add_child(folium.Popup("text"))
    with pytest.raises(UnsupportedLayer):
        page.save(target)
    assert [one.name for one in tmp_path.iterdir()] == ["map.html"]
    assert target.read_text() == "the previous map"


# In a browser


def test_a_plain_frame_with_stock_layers_opens_from_disk_without_a_sound(
    open_page: Callable[..., Any], tmp_path: Path
) -> None:
    frame = plain(
        date=["2024-07-21", "2024-07"], kind=["Attack", "Arson"], geometry=[shapely.Point(-72.3, 18.5), SQUARE]
    )
    page = EventMap(frame, when="date", kind="kind", title="kind", heading="A plain frame")
    for layer in layers().values():
        page.add_child(layer())
    page.keep_in_front(next(one for one in page._children.values() if isinstance(one, folium.GeoJson)))
    page.save(tmp_path / "map.html")
    tab = open_page(tmp_path / "map.html")
    tab.wait_for_selector(".leaflet-container")
    assert tab.title() == "A plain frame"
    assert tab.locator(".leaflet-control-layers-overlays label").count() == 4
    assert tab.locator(".leaflet-marker-icon").count() >= 5
    assert tab.locator(".leaflet-overlay-pane path.leaflet-interactive").count() >= 6
    assert (
        tab.locator(".leaflet-marker-icon b").first.evaluate("one => getComputedStyle(one).color") == "rgb(204, 0, 0)"
    )
    icon = tab.locator("img.leaflet-marker-icon").first
    assert icon.evaluate("one => one.naturalWidth") > 0


def test_a_notebook_shows_the_map_in_a_frame(open_page: Callable[..., Any], tmp_path: Path) -> None:
    cell = tmp_path / "notebook.html"
    shown = EventMap(plain(), heading="In a notebook").add_child(folium.Circle(HERE, radius=9000))
    cell.write_text(f"<!DOCTYPE html><title>Notebook</title>{shown._repr_html_()}", "utf-8")  # type: ignore[attr-defined]
    frame = open_page(cell).frame_locator("iframe")
    frame.locator(".leaflet-container").wait_for()
    assert frame.locator("path.leaflet-interactive").count() >= 1
