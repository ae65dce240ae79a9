"""From what a row says of its place to a geometry that claims no more than that."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import pytest
import shapely
from hypothesis import example, given
from hypothesis import strategies as st
from pyproj import Geod
from small_project import PLACES, box, collection, event, make
from test_places import gazetteer_of

from mapper.boundaries import read_boundaries
from mapper.locate import Location, Locator, PlaceFault, Where, disc, inside, line_middle
from mapper.places import UNIT_KINDS, Gazetteer
from mapper.schema import precision_classes
from mapper.settings import ProjectFolder

EARTH = Geod(ellps="WGS84")
ORDER = list(precision_classes())


@pytest.fixture(scope="module")
def gazetteer(tmp_path_factory: pytest.TempPathFactory) -> Gazetteer:
    folder = make(tmp_path_factory.mktemp("examplia"), [event("a")])
    return gazetteer_of(*PLACES, boundaries=read_boundaries(ProjectFolder(folder)))


@pytest.fixture(scope="module")
def locator(gazetteer: Gazetteer) -> Locator:
    return Locator(gazetteer)


def located(locator: Locator, place: str = "", precision: str = "", **numbers: float) -> Location:
    location, fault = locator.locate(Where(place, precision, **numbers))
    assert fault is None
    return location


def fault_of(locator: Locator, place: str = "", precision: str = "", **numbers: float) -> PlaceFault:
    location, fault = locator.locate(Where(place, precision, **numbers))
    assert location == Location()
    assert fault is not None
    return fault


def admin(location: Location) -> tuple[str | None, ...]:
    units = [location.unit(kind) for kind in ("country", "adm1", "adm2")]
    return tuple(unit.place_id if unit else None for unit in units)


@pytest.mark.parametrize(
    ("place", "precision", "shape", "label_is", "units"),
    [
        ("market", "exact", "Point", "the place", ("examplia", "west", "south")),
        ("southtown", "settlement", "Point", "the place", ("examplia", "west", "south")),
        ("harbour", "settlement", "Point", "the place", ("examplia", "west", "south")),
        ("hill", "adm3", "Polygon", "inside the area", ("examplia", "west", "north")),
        ("north", "adm2", "Polygon", "inside the area", ("examplia", "west", "north")),
        ("west", "adm1", "Polygon", "inside the area", ("examplia", "west", None)),
        ("hill-road", "line", "LineString", "on the line", ("examplia", "west", "north")),
        ("coast-road", "line", "LineString", "on the line", ("examplia", None, None)),
        ("coast", "region", "Polygon", "inside the area", ("examplia", None, None)),
        ("plain", "region", "Polygon", "inside the area", ("examplia", "west", None)),
        ("examplia", "country", "Polygon", "inside the area", ("examplia", None, None)),
    ],
)
def test_each_kind_of_place_has_its_precision_geometry_and_units(
    locator: Locator, *, place: str, precision: str, shape: str, label_is: str, units: tuple[str | None, ...]
) -> None:
    location = located(locator, place)
    assert location.geo_precision == precision
    assert location.geometry is not None
    assert location.geometry.geom_type == shape
    assert location.label_point_is == label_is
    assert admin(location) == units
    assert located(locator, place, precision) == location


def test_a_label_point_lies_in_its_area_or_on_its_line(locator: Locator) -> None:
    for place in ("hill", "north", "west", "coast", "plain", "examplia", "coast-road", "hill-road"):
        location = located(locator, place)
        assert location.geometry is not None
        assert location.geometry.distance(shapely.Point(location.label_point)) < 1e-9


def test_a_town_has_its_radius_or_the_rows_own(locator: Locator) -> None:
    assert located(locator, "northtown").radius_m == 1500
    assert located(locator, "northtown", radius_m=700.0).radius_m == 700
    assert located(locator, "southtown").radius_m is None


def test_near_is_a_disc_around_the_place(locator: Locator) -> None:
    location = located(locator, "northtown", "near", radius_m=2000.0)
    assert (location.geo_precision, location.radius_m) == ("near", 2000)
    assert location.label_point == (20.6, 11.4)
    assert location.geometry is not None
    assert location.geometry.geom_type == "Polygon"
    assert located(locator, "northtown", "near").radius_m == 1500


def test_a_disc_that_reaches_into_another_unit_is_in_neither(locator: Locator) -> None:
    assert admin(located(locator, "northtown", "near", radius_m=2000.0)) == ("examplia", "west", "north")
    assert admin(located(locator, "northtown", "near", radius_m=60_000.0)) == ("examplia", "west", None)
    assert admin(located(locator, "northtown", "near", radius_m=200_000.0)) == ("examplia", None, None)


def test_a_disc_that_reaches_out_to_sea_stays_in_its_unit(locator: Locator) -> None:
    assert admin(located(locator, "northtown", "near", latitude=11.5, longitude=20.01, radius_m=3000.0)) == (
        *("examplia", "west", "north"),
    )


def test_no_place_is_unlocated(locator: Locator) -> None:
    assert located(locator) == Location()
    assert located(locator, precision="unlocated") == Location()


def test_a_place_that_the_row_does_not_place_there_is_named_alone(locator: Locator) -> None:
    location = located(locator, "southtown", "unlocated")
    assert location.geometry is None
    assert location.label_point is None
    assert [place.place_id for place in location.places] == ["southtown"]
    assert admin(location) == (None, None, None)


def test_coordinates_of_the_row_go_before_those_of_the_gazetteer(locator: Locator) -> None:
    location = located(locator, "market", latitude=10.6, longitude=21.1)
    assert location.geometry == shapely.Point(21.1, 10.6)
    assert location.geo_precision == "exact"
    assert location.geometry_note == ""
    assert admin(location) == ("examplia", "west", "south")


def test_coordinates_without_a_place_are_in_no_unit(locator: Locator) -> None:
    location = located(locator, precision="exact", latitude=10.6, longitude=21.1)
    assert location.label_point == (21.1, 10.6)
    assert admin(location) == (None, None, None)


def test_nothing_is_ever_at_null_island(locator: Locator) -> None:
    for place in ("", "market", "southtown"):
        location = located(
            locator, place, "near" if place != "market" else "", latitude=0.0, longitude=-0.0, radius_m=5.0
        )
        assert (location.geo_precision, location.geometry, location.label_point) == ("unlocated", None, None)


def test_several_points_are_a_multipoint_and_share_what_holds_them_all(locator: Locator) -> None:
    location = located(locator, "northtown; southtown")
    assert location.geo_precision == "settlement"
    assert location.geometry == shapely.MultiPoint([(20.6, 11.4), (21, 10.5)])
    assert location.label_point == (20.6, 11.4)
    assert admin(location) == ("examplia", "west", None)
    assert admin(located(locator, "northtown; eastville")) == ("examplia", None, None)


def test_several_areas_are_their_union(locator: Locator) -> None:
    location = located(locator, "north; south")
    assert location.geo_precision == "region"
    assert location.geometry is not None
    assert location.geometry.equals(shapely.box(20, 10, 22, 12))
    assert admin(location) == ("examplia", "west", None)


def test_several_roads_are_one_line(locator: Locator) -> None:
    location = located(locator, "coast-road; hill-road")
    assert location.geo_precision == "line"
    assert location.geometry is not None
    assert location.geometry.geom_type == "MultiLineString"
    assert location.geometry_note == "schematic"


def test_the_same_place_twice_is_one_place(locator: Locator) -> None:
    assert located(locator, "southtown; Southtown") == located(locator, "southtown")


@pytest.mark.parametrize("place", ["southtown; west", "coast-road; southtown", "coast-road; north"])
def test_a_mixture_is_an_error(locator: Locator, place: str) -> None:
    fault = fault_of(locator, place)
    assert (fault.code, fault.column, fault.value) == ("place-mixture", "place", place)


@pytest.mark.parametrize(
    ("place", "precision", "numbers", "code", "column"),
    [
        ("Atlantis", "", {}, "place-unknown", "place"),
        ("southtown; Atlantis", "", {}, "place-unknown", "place"),
        ("Northtown", "", {}, "place-ambiguous", "place"),
        ("Northtown", "unlocated", {}, "place-ambiguous", "place"),
        ("lost", "", {}, "place-no-geometry", "place"),
        ("lost; southtown", "", {}, "place-no-geometry", "place"),
        ("southtown", "near", {}, "place-near-no-radius", "radius_m"),
        ("southtown", "near", {"radius_m": 0.0}, "place-near-no-radius", "radius_m"),
        ("southtown", "near", {"radius_m": 0.9}, "place-near-no-radius", "radius_m"),
        ("southtown", "exact", {}, "place-precision", "geo_precision"),
        ("west", "settlement", {}, "place-precision", "geo_precision"),
        ("west", "adm2", {}, "place-precision", "geo_precision"),
        ("north", "adm1", {}, "place-precision", "geo_precision"),
        ("coast-road", "near", {"radius_m": 5.0}, "place-precision", "geo_precision"),
        ("north; south", "adm2", {}, "place-precision", "geo_precision"),
        ("northtown; southtown", "near", {"radius_m": 5.0}, "place-precision", "geo_precision"),
        ("", "", {"latitude": 10.0}, "coordinate-pair", "longitude"),
        ("southtown", "", {"longitude": 21.0}, "coordinate-pair", "latitude"),
        ("", "", {"latitude": 10.0, "longitude": 21.0}, "coordinate-precision-missing", "geo_precision"),
        (
            "northtown; southtown",
            "",
            {"latitude": 10.0, "longitude": 21.0},
            "coordinate-precision-missing",
            "geo_precision",
        ),
        ("north", "", {"latitude": 10.0, "longitude": 21.0}, "coordinate-not-point", "geo_precision"),
        ("", "region", {"latitude": 10.0, "longitude": 21.0}, "coordinate-not-point", "geo_precision"),
        ("", "near", {"latitude": 10.0, "longitude": 21.0}, "place-near-no-radius", "radius_m"),
    ],
)
def test_what_can_not_be_located_has_a_fault_and_no_geometry(
    locator: Locator, *, place: str, precision: str, numbers: dict[str, float], code: str, column: str
) -> None:
    fault = fault_of(locator, place, precision, **numbers)
    assert (fault.code, fault.column) == (code, column)


def test_an_ambiguous_place_offers_the_ids_to_choose_from(locator: Locator) -> None:
    fault = fault_of(locator, "Northtown")
    assert fault.params["candidates"] == ["north (Northtown, adm2)", "northtown (Northtown, settlement)"]


PLACE_TEXTS = st.lists(st.sampled_from([*(row["place_id"] for row in PLACES), "Northtown", "Atlantis"]), max_size=3)
NUMBERS = st.none() | st.sampled_from([0.0, -0.0, 10.5, 21.0, 89.9])


@given(
    places=PLACE_TEXTS,
    precision=st.sampled_from(["", *ORDER]),
    point=st.tuples(NUMBERS, NUMBERS),
    radius=st.none() | st.floats(0, 2_000_000),
)
def test_nothing_finer_than_the_precision_is_ever_told(
    gazetteer: Gazetteer, places: list[str], precision: str, point: tuple[float | None, ...], radius: float | None
) -> None:
    location, fault = Locator(gazetteer).locate(Where("; ".join(places), precision, *point, radius))
    if location.geometry is None:
        assert location == replace(Location(), places=location.places)
        assert fault is None or not location.places
        return
    assert fault is None
    assert location.geometry.is_valid
    assert not location.geometry.is_empty
    assert location.label_point is not None
    mark = precision_classes()[location.geo_precision].mark
    kinds = {"dot": ("Point", "MultiPoint"), "line": ("LineString", "MultiLineString")}
    assert location.geometry.geom_type in kinds.get(mark, ("Polygon", "MultiPolygon"))
    finer = ORDER[: ORDER.index(location.geo_precision)]
    if location.geo_precision in UNIT_KINDS:
        assert not {unit.kind for unit in location.admin} & set(finer)
    for unit in location.admin:
        assert all(unit in gazetteer.chain(place) for place in location.places)


LONS, LATS, RADII = st.floats(-180, 180), st.floats(-90, 90), st.floats(1, 2_000_000)


@given(LONS, LATS, RADII)
def test_every_vertex_of_a_disc_lies_at_its_radius_or_on_a_seam(lon: float, lat: float, radius: float) -> None:
    shape = disc((lon, lat), radius)
    assert shape.is_valid
    west, south, east, north = shape.bounds
    assert -180 <= west <= east <= 180
    assert -90 <= south <= north <= 90
    for x, y in shapely.get_coordinates(shape):
        away = EARTH.inv(lon, lat, x, y)[2]
        on_seam = math.isclose(abs(x), 180) or math.isclose(abs(y), 90)
        assert on_seam or away == pytest.approx(radius, rel=0.001, abs=0.001)


@given(LONS, st.floats(-60, 60), st.floats(100, 300_000))
def test_a_disc_is_as_large_as_its_radius_says(lon: float, lat: float, radius: float) -> None:
    shape = disc((lon, lat), radius)
    area = sum(abs(EARTH.geometry_area_perimeter(part)[0]) for part in getattr(shape, "geoms", [shape]))
    of_64_gon = 32 * math.sin(2 * math.pi / 64) * radius**2
    assert area == pytest.approx(of_64_gon, rel=0.005)


@pytest.mark.parametrize("lon", [179.9, -179.9, 180.0, -180.0])
def test_a_disc_across_the_antimeridian_is_split_there(lon: float) -> None:
    shape = disc((lon, 10), 30_000)
    assert shape.geom_type == "MultiPolygon"
    sides = sorted(part.bounds[::2] for part in shape.geoms)  # type: ignore[attr-defined]
    assert [sides[0][0], sides[1][1]] == [-180, 180]
    assert all(east - west < 1 for west, east in sides)


@given(LONS, st.floats(85, 90), st.sampled_from([1, -1]))
def test_a_disc_that_holds_a_pole_reaches_it(lon: float, lat: float, hemisphere: int) -> None:
    shape = disc((lon, lat * hemisphere), 1_000_000)
    assert shape.covers(shapely.Point(12, 90 * hemisphere))
    assert shape.is_valid


def test_a_disc_has_64_vertices_in_right_handed_order() -> None:
    shape = disc((10, 10), 5000)
    assert isinstance(shape, shapely.Polygon)
    assert len(shape.exterior.coords) == 65
    assert shape.exterior.is_ccw


AREAS = st.lists(
    st.tuples(st.floats(-170, 170), st.floats(-80, 80), st.floats(0.01, 9), st.floats(0.01, 9)), min_size=1, max_size=4
)


@given(AREAS)
@example([(0.0, 0.0, 1.0, 1.0), (0.0, 1e-278, 1.0, 1.0)])
def test_a_label_point_is_inside_whatever_the_area(sides: list[tuple[float, float, float, float]]) -> None:
    area = shapely.union_all([shapely.box(w, s, w + width, s + height) for w, s, width, height in sides])
    assert area.contains(shapely.Point(inside(area)))


def test_a_label_point_avoids_holes_and_takes_the_largest_part() -> None:
    ring = shapely.box(0, 0, 10, 10).difference(shapely.box(2, 2, 8, 8))
    assert ring.contains(shapely.Point(inside(ring)))
    parts = shapely.union_all([shapely.box(0, 0, 1, 1), shapely.box(5, 0, 8, 3)])
    assert shapely.box(5, 0, 8, 3).contains(shapely.Point(inside(parts)))


def test_a_lines_label_is_half_way_along_its_longest_part() -> None:
    line = shapely.MultiLineString([[(0, 0), (1, 0)], [(5, 0), (5, 4)]])
    assert line_middle(line) == (5, 2)


def test_where_no_other_polygon_is_known_the_table_is_believed(tmp_path: Path) -> None:
    folder = make(tmp_path, [event("a")], boundaries={"adm1.geojson": collection(box(20, 10, 22, 12, pcode="EX1"))})
    lonely = Locator(gazetteer_of(*PLACES, boundaries=read_boundaries(ProjectFolder(folder))))
    assert admin(located(lonely, "northtown", "near", radius_m=200_000.0)) == ("examplia", "west", "north")
