"""The payload: what Python gives to the page, from the event table, its sources and its base map."""

from __future__ import annotations

import json
from typing import Any

import geopandas
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from mapper.page.payload import BaseMap, BasePlace, BaseUnit, make_payload
from mapper.page.shapes import SCALE, lines_of, polygons_of

LEOGANE = shapely.box(-72.7, 18.4, -72.5, 18.6)
GANTHIER = shapely.Polygon([(-72.1, 18.4), (-71.9, 18.4), (-72.0, 18.7)])
BASE = BaseMap(
    land=[shapely.box(-75, 17, -68, 21), shapely.box(100, 0, 110, 10)],
    units=[BaseUnit("HT0121", "adm2", "Léogâne", LEOGANE, (-72.6, 18.5))],
    places=[BasePlace("Léogâne", -72.634, 18.511, 0)],
    attribution=[{"text": "Somebody", "licence": "CC BY 4.0"}],
)
SOURCES = [
    {"source_id": "first", "title": "First", "show": "whole", "text": "All of it.", "author": "", "url": "https://a/"},
    {"source_id": "second", "title": "Second", "show": "quotes", "text": "Not to be shown."},
    {"source_id": "third", "title": "Third", "show": "none", "text": None},
]


def report(event_id: str, source_id: str, start: int, **more: Any) -> dict[str, Any]:
    return {
        "event_id": event_id,
        "source_id": source_id,
        "quote": f"“{event_id}”",
        "spans": [[start, start + 5]],
        **more,
    }


def event(event_id: str, geometry: Any = None, *reports: dict[str, Any], **more: Any) -> dict[str, Any]:
    label = None if geometry is None else tuple(shapely.point_on_surface(geometry).coords[0])
    own = {"event_id": event_id, "title": f"Title of {event_id}", "event_type": "Battles", "geo_precision": "adm2"}
    rest = {"label_point": label, "reports": list(reports) or [report(event_id, "first", 0)], "geometry": geometry}
    return {**own, **rest, **more}


def payload_of(*events: dict[str, Any], base: BaseMap | None = BASE, **more: Any) -> dict[str, Any]:
    frame = geopandas.GeoDataFrame(list(events), geometry="geometry", crs="EPSG:4326")
    return make_payload(frame, sources=SOURCES, title="Title", base=base, **more)


def columns_of(*events: dict[str, Any]) -> dict[str, list[Any]]:
    columns: dict[str, list[Any]] = payload_of(*events)["events"]["columns"]
    return columns


BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"


def numbers(coded: str) -> list[int]:
    """What a text in Base64 VLQ holds."""
    found, rest, shift = [], 0, 0
    for char in coded:
        digit = BASE64.index(char)
        rest, shift = rest | (digit & 31) << shift, shift + 5
        if digit < 32:
            found.append(-(rest >> 1) if rest & 1 else rest >> 1)
            rest = shift = 0
    return found


def decoded(coded: str) -> list[tuple[int, int]]:
    flat = numbers(coded)
    x = y = 0
    points = []
    for dx, dy in zip(flat[::2], flat[1::2], strict=True):
        x, y = x + dx, y + dy
        points.append((x, y))
    return points


def test_events_are_numbered_by_source_then_passage_then_id() -> None:
    columns = columns_of(
        event("a", None, report("a", "second", 1)),
        event("d", None, report("d", "first", 30)),
        event("c", None, report("c", "first", 7)),
        event("b", None, report("b", "first", 7)),
    )
    assert columns["id"] == ["b", "c", "d", "a"]
    assert columns["number"] == [1, 2, 3, 4]


def test_an_event_is_numbered_by_its_head_report() -> None:
    columns = columns_of(
        event("a", None, report("a", "second", 1), report("a2", "first", 0)),
        event("b", None, report("b", "first", 9)),
    )
    assert columns["id"] == ["b", "a"]
    assert [one["event_id"] for one in columns["reports"][1]] == ["a", "a2"]


def test_every_column_has_one_value_an_event() -> None:
    columns = columns_of(event("a", LEOGANE), event("b"))
    assert {name: len(values) for name, values in columns.items()} == dict.fromkeys(columns, 2)


def test_spellings_for_search_come_as_lists() -> None:
    columns = columns_of(event("a", place_names=["Leyogàn", "Ville de Léogâne"]), event("b", place_names=None))
    assert columns["place_names"] == [["Leyogàn", "Ville de Léogâne"], None]


def test_what_is_missing_is_null_and_never_zero() -> None:
    columns = columns_of(
        event("a", fatalities_best=0, fatalities_low=float("nan"), actor1="", place=pd.NA, notes=float("nan")),
        event("b", fatalities_best=None, radius_m=float("nan")),
    )
    assert columns["fatalities_best"] == [0, None]
    assert columns["fatalities_low"] == [None, None]
    assert columns["actor1"] == columns["place"] == columns["notes"] == columns["radius_m"] == [None, None]
    assert columns["occurrence"] == ["reported", "reported"]


def test_the_payload_is_plain_json_without_nan() -> None:
    payload = payload_of(event("a", LEOGANE, radius_m=float("nan")), event("b", geo_precision="unlocated"))
    assert json.loads(json.dumps(payload, allow_nan=False)) == payload


def test_a_unit_of_the_base_map_is_not_sent_twice() -> None:
    payload = payload_of(event("a", LEOGANE), event("b", shapely.Polygon(LEOGANE.exterior)))
    assert payload["shapes"] == [{"type": "unit", "unit": 0}]
    assert payload["events"]["columns"]["shape"] == [0, 0]


def test_equal_geometries_share_one_shape() -> None:
    payload = payload_of(event("a", GANTHIER), event("b", GANTHIER), event("c", LEOGANE))
    assert payload["events"]["columns"]["shape"] == [0, 0, 1]


def test_near_is_a_disc_around_the_place() -> None:
    disc = shapely.Point(-72, 18.5).buffer(0.02)
    payload = payload_of(event("a", disc, geo_precision="near", radius_m=2000.0, label_point=(-72.0, 18.5)))
    assert payload["shapes"] == [{"type": "disc", "lon": -72.0, "lat": 18.5, "radius_m": 2000}]


def test_a_point_needs_no_shape() -> None:
    columns = columns_of(event("a", shapely.Point(-72.1234567, 18.5), geo_precision="exact"))
    assert (columns["shape"], columns["label_lon"], columns["label_lat"]) == ([-1], [-72.123457], [18.5])


def test_several_points_and_lines_are_shapes() -> None:
    points, line = shapely.MultiPoint([(1, 2), (3, 4)]), shapely.LineString([(0, 0), (1, 1)])
    shapes = payload_of(event("a", points), event("b", line))["shapes"]
    assert shapes[0] == {"type": "points", "points": [[1.0, 2.0], [3.0, 4.0]]}
    assert (shapes[1]["type"], [decoded(one) for one in shapes[1]["lines"]]) == ("line", [[(0, 0), (SCALE, SCALE)]])


def test_a_hole_stays_a_hole() -> None:
    holed = LEOGANE.difference(shapely.box(-72.65, 18.45, -72.55, 18.55))
    (outer, hole) = payload_of(event("a", holed))["shapes"][0]["polygons"][0]
    assert shapely.Polygon(decoded(outer)).area > shapely.Polygon(decoded(hole)).area > 0


def test_a_polygon_smaller_than_the_grid_is_still_there() -> None:
    speck = shapely.box(-72.000001, 18.5, -72.0, 18.500001)
    (shape,) = payload_of(event("a", speck))["shapes"]
    assert len(shape["polygons"]) == 1


@given(st.lists(st.tuples(st.floats(-180, 180), st.floats(-90, 90)), min_size=2, max_size=20))
def test_coordinates_come_back_within_half_a_step(points: list[tuple[float, float]]) -> None:
    (line,) = lines_of(shapely.LineString(points))
    for (x, y), (lon, lat) in zip(decoded(line), points, strict=True):
        assert abs(x / SCALE - lon) <= 0.5000001 / SCALE
        assert abs(y / SCALE - lat) <= 0.5000001 / SCALE


@given(st.integers(0, 2**30))
def test_rings_are_open_and_have_no_point_twice_in_a_row(seed: int) -> None:
    polygon = shapely.Point(seed % 300 - 150, seed % 140 - 70).buffer(1e-4 * (1 + seed % 500), quad_segs=16)
    for rings in polygons_of(polygon):
        for ring in map(decoded, rings):
            assert all(one != two for one, two in zip(ring, ring[1:] + ring[:1], strict=True))


def test_without_a_base_map_the_worlds_land_is_drawn_and_credited() -> None:
    base = payload_of(event("a", LEOGANE), base=None)["base"]
    assert len(base["land"]) > 100
    assert "Natural Earth" in base["attribution"][0]["text"]


def test_land_units_places_and_credits_are_handed_on() -> None:
    base = payload_of(event("a", LEOGANE))["base"]
    assert (len(base["land"]), base["scale"]) == (2, SCALE)
    assert [(one["code"], one["level"], one["name"], one["label"]) for one in base["units"]] == [
        ("HT0121", "adm2", "Léogâne", [-72.6, 18.5])
    ]
    assert base["places"] == [{"name": "Léogâne", "lon": -72.634, "lat": 18.511, "rank": 0}]
    assert base["attribution"] == [{"text": "Somebody", "url": None, "licence": "CC BY 4.0"}]


def test_the_first_view_holds_all_drawn_events_and_is_never_too_close() -> None:
    west, south, east, north = payload_of(event("a", shapely.Point(-72, 18)))["bounds"]
    assert (west, south, east, north) == (-72.25, 17.75, -71.75, 18.25)
    west, south, east, north = payload_of(event("a", shapely.Point(-72, 18)), event("b", shapely.Point(-62, 8)))[
        "bounds"
    ]
    assert shapely.box(west, south, east, north).contains_properly(shapely.box(-72, 8, -62, 18))
    assert payload_of(event("a", shapely.box(-180, -90, 180, 90)))["bounds"] == [-180, -85, 180, 85]


def test_a_country_is_seen_whole_where_that_makes_its_events_half_as_large_at_most() -> None:
    base = BaseMap(units=[BaseUnit("EX", "country", "Examplia", shapely.box(20, 10, 24, 12), (22, 11))])

    def view(width: float) -> Any:
        return payload_of(event("a", shapely.box(20.5, 10.5, 20.5 + width, 11.7)), base=base)["bounds"]

    assert view(2.5) == [20, 10, 24, 12]
    assert view(0.8)[2] < 22


def test_without_located_events_the_first_view_is_the_base_map() -> None:
    west, _, east, _ = payload_of(event("a"))["bounds"]
    assert west < -72.7 < -72.5 < east
    assert payload_of(event("a"), base=None)["bounds"] is None


def test_events_are_counted_once_each() -> None:
    payload = payload_of(
        event("a", LEOGANE), event("b"), event("c", GANTHIER, status="retracted"), event("d", status="retracted")
    )
    assert payload["counts"] == {"rows": 4, "mapped": 1, "unlocated": 1, "retracted": 2}


def test_a_retracted_event_does_not_stretch_the_first_view() -> None:
    far = event("b", shapely.Point(120, -30), status="retracted")
    assert payload_of(event("a", LEOGANE), far)["bounds"] == payload_of(event("a", LEOGANE))["bounds"]


@pytest.mark.parametrize(
    ("source", "text", "quote", "spans"),
    [
        ("first", "All of it.", "“a”", [[3, 8]]),
        ("second", None, "“a”", [[3, 8]]),
        ("third", None, None, []),
    ],
    ids=["whole", "quotes", "none"],
)
def test_a_source_is_shown_as_far_as_it_allows(
    source: str, text: str | None, quote: str | None, spans: list[list[int]]
) -> None:
    payload = payload_of(event("a", None, report("a", source, 3, place_spans=[[4, 5]])))
    sent = payload["events"]["columns"]["reports"][0][0]
    assert payload["sources"][sent["source"]]["text"] == text
    assert (sent["quote"], sent["spans"]) == (quote, spans)
    assert sent["place_spans"] == ([[4, 5]] if spans else [])


def test_a_text_that_may_not_be_shown_is_nowhere_in_the_payload() -> None:
    assert "Not to be shown" not in json.dumps(payload_of(event("a", None, report("a", "second", 3))))


def test_a_source_that_only_a_report_names_is_made_of_what_it_says() -> None:
    other = report("a", "other", 0, source_title="The other", url="https://other/", date_published="2024-08-12")
    payload = payload_of(event("a", None, other))
    source = payload["sources"][payload["events"]["columns"]["reports"][0][0]["source"]]
    assert (source["id"], source["title"], source["url"]) == ("other", "The other", "https://other/")
    assert (source["date_published"], source["show"], source["text"]) == ("2024-08-12", "quotes", None)


def test_a_reports_date_can_be_said_in_a_sentence() -> None:
    reports = [report("a", "first", 0, date="[..2024-08-10]"), report("b", "second", 0, date=None)]
    first, second = columns_of(event("a", None, *reports))["reports"][0]
    assert (first["date_kind"], first["date_start"], first["date_end"]) == ("one_of", None, "2024-08-10")
    assert second["date"] is None


def test_types_in_use_come_in_the_taxonomys_order_and_unknown_ones_last() -> None:
    kinds = ["Other thing", "Riots", "Battles"]
    taxonomy = payload_of(*(event(str(i), event_type=kind) for i, kind in enumerate(kinds)))["taxonomy"]
    assert [one["name"] for one in taxonomy["types"]] == ["Battles", "Riots", "Other thing"]
    assert all(one["colour"].startswith("#") for one in taxonomy["types"])


def test_an_empty_table_makes_an_empty_page() -> None:
    empty = geopandas.GeoDataFrame({"event_id": [], "reports": []}, geometry=[], crs="EPSG:4326")
    payload = make_payload(empty, title="Nothing yet")
    assert payload["events"]["length"] == 0
    assert payload["bounds"] is None


def test_what_only_a_saved_file_needs_is_there() -> None:
    payload = payload_of(
        event(
            "a",
            LEOGANE,
            place_id="leogane",
            admin1_pcode="HT01",
            admin2_pcode="HT0121",
            title_fr="Titre",
            date="2024-07",
        ),
        event("b", None, date="last summer"),
        licence="CC BY 4.0",
    )
    columns = payload["events"]["columns"]
    assert [columns[name][0] for name in ("place_id", "admin1_pcode", "admin2_pcode", "title_fr")] == [
        "leogane", "HT01", "HT0121", "Titre"
    ]  # fmt: skip
    assert payload["licence"] == "CC BY 4.0"
    assert payload["timespans"] == {"2024-07": [{"start": {"in": "2024-07"}}]}
    assert payload["generator"].startswith("conflict-event-mapper ")


def test_a_disc_at_the_edge_of_the_world_is_drawn_as_its_parts() -> None:
    halves = shapely.MultiPolygon([shapely.box(179.9, -0.1, 180, 0.1), shapely.box(-180, -0.1, -179.9, 0.1)])
    payload = payload_of(event("a", halves, geo_precision="near", radius_m=11000.0, label_point=(180.0, 0.0)))
    assert [one["type"] for one in payload["shapes"]] == ["polygon"]


def test_a_ring_begins_where_it_began() -> None:
    ((ring,),) = polygons_of(shapely.Polygon([(1, 2), (3, 2), (3, 4)]))
    assert decoded(ring) == [(10000, 20000), (30000, 20000), (30000, 40000)]


FIJI = (shapely.box(177, -19, 180, -16), shapely.box(-180, -19, -178, -16))


def test_a_country_on_both_sides_of_the_antimeridian_is_cut_open_on_its_far_side() -> None:
    base = BaseMap(units=[BaseUnit("A", "adm1", "A", shapely.MultiPolygon(list(FIJI)), (178.0, -17.0))])
    payload = payload_of(event("a", shapely.Point(-179, -17)), base=base)
    west, _, east, _ = payload["bounds"]
    assert 180 < west < 181 < east < 182
    assert payload_of(event("a"), base=base)["bounds"] == pytest.approx([176.6, -19.24, 182.4, -15.76])
    assert payload["base"]["seam"] == pytest.approx(-0.5)
    assert payload["events"]["columns"]["label_lon"][0] == -179


def test_events_alone_on_both_sides_of_the_antimeridian_are_near_each_other() -> None:
    payload = payload_of(event("a", shapely.Point(179, -17)), event("b", shapely.Point(-179, -17)), base=None)
    west, _, east, _ = payload["bounds"]
    assert 170 < west < 179
    assert 181 < east < 190


@pytest.mark.parametrize(
    "shapes", [[shapely.box(-100, 0, -60, 10)], [shapely.box(-180, -80, 180, 80)], [shapely.box(-90, 0, 95, 1)]]
)
def test_any_other_map_is_cut_at_the_antimeridian(shapes: list[shapely.Polygon]) -> None:
    payload = payload_of(*(event(str(at), shape) for at, shape in enumerate(shapes)), base=None)
    assert "seam" not in payload["base"]
    assert -180 <= payload["bounds"][0] <= payload["bounds"][2] <= 180
