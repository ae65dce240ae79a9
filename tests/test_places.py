"""The gazetteer: a name means one place by its id, name or alias, or it means none; alike is never enough."""

from __future__ import annotations

from typing import Any

import pytest
import shapely
from hypothesis import assume, given
from hypothesis import strategies as st
from small_project import PLACES, Row

from mapper.boundaries import Boundaries, Unit
from mapper.cells import read_cells
from mapper.coded import Coded
from mapper.places import Gazetteer, Place, Places, alike, fold, match_key, read_places, split
from mapper.schema import table_schema
from mapper.tables import Table


def read(*rows: Row) -> Places:
    header = tuple(dict.fromkeys(column for row in rows for column in row))
    columns = {column: Coded.of([row.get(column, "") for row in rows]) for column in header}
    table = Table("places", "data/places.csv", header, range(2, 2 + len(rows)), columns)
    return read_places(read_cells(table, table_schema("places")))


def gazetteer_of(*rows: Row, boundaries: Boundaries | None = None) -> Gazetteer:
    found = read(*rows)
    return Gazetteer(found.places, boundaries, found.faulty)


EXAMPLIA = gazetteer_of(*PLACES)


def meant(text: str, gazetteer: Gazetteer = EXAMPLIA) -> str | None:
    place = gazetteer.resolve(text).place
    return place.place_id if place else None


def codes(found: Places) -> list[tuple[str, int | None, str | None]]:
    return [(problem.code, problem.row, problem.column) for problem in found.problems]


@pytest.mark.parametrize(
    ("text", "place_id"),
    [
        ("northtown", "northtown"),
        ("north", "north"),
        ("Southtown", "southtown"),
        ("SOUTHTOWN", "southtown"),
        ("Nòrtoun", "northtown"),
        ("nortoun", "northtown"),
        ("No\u0300rtoun", "northtown"),
        ("Villenord", "northtown"),
        ("N'town", "northtown"),
        ("N’Town", "northtown"),
        ("Northtown (adm2)", "north"),
        ("Northtown (settlement)", "northtown"),
        ("Nòrtoun (settlement)", "northtown"),
        ("northtown(adm2)", "north"),
        ("the-market", "market"),
    ],
)
def test_a_place_is_meant_by_id_name_alias_or_translation_and_by_kind(text: str, place_id: str) -> None:
    assert meant(text) == place_id


def test_a_name_that_several_places_bear_is_ambiguous_with_all_of_them_offered() -> None:
    found = EXAMPLIA.resolve("Nórthtown")
    assert found.place is None
    assert found.ambiguous
    assert [one.place.place_id for one in found.candidates] == ["north", "northtown"]


@pytest.mark.parametrize(
    "text", ["Northton", "North town", "Southtow", "Market", "Northtown (road)", "Northtown (x)", "?"]
)
def test_a_name_that_is_only_alike_is_never_accepted(text: str) -> None:
    found = EXAMPLIA.resolve(text)
    assert found.place is None
    assert not found.ambiguous


def test_what_is_alike_is_offered_best_first() -> None:
    found = EXAMPLIA.resolve("Southtwn")
    assert found.candidates[0].place.place_id == "southtown"
    assert all(one.how == "alike" for one in found.candidates)
    assert [one.likeness for one in found.candidates] == sorted(
        (one.likeness for one in found.candidates), reverse=True
    )


def test_an_id_goes_before_a_name() -> None:
    gazetteer = gazetteer_of(
        {"place_id": "a", "name": "b", "kind": "site"},
        {"place_id": "b", "name": "a", "kind": "site"},
    )
    assert (meant("a", gazetteer), meant("b", gazetteer)) == ("a", "b")


def test_names_that_only_a_transliteration_makes_equal_are_two_names() -> None:
    gazetteer = gazetteer_of(
        {"place_id": "shanxi-west", "name": "陕西", "kind": "adm1"},
        {"place_id": "kyiv", "name": "Київ", "kind": "settlement"},
    )
    assert fold("山西") == fold("陕西")
    assert [meant(text, gazetteer) for text in ("陕西", "山西", "КИЇВ", "Kyiv")] == ["shanxi-west", None, "kyiv", None]
    assert [one.place.place_id for one in gazetteer.find("Kyiv")] == ["kyiv"]


def test_vowel_signs_are_part_of_a_name() -> None:
    gazetteer = gazetteer_of({"place_id": "a", "name": "कि", "kind": "site"})
    assert (meant("कि", gazetteer), meant("कु", gazetteer), meant("क", gazetteer)) == ("a", None, None)


def test_find_says_how_each_place_matched() -> None:
    found = [(one.place.place_id, one.how) for one in EXAMPLIA.find("Nortoun")]
    assert found == [("northtown", "alias")]
    assert [one.how for one in EXAMPLIA.find("northtown")] == ["id"]
    assert {one.how for one in EXAMPLIA.find("Nordtown")} == {"alike"}


def test_find_keeps_to_a_country() -> None:
    assert [one.place.place_id for one in EXAMPLIA.find("Southtown", country="EXA")] == ["southtown"]
    assert EXAMPLIA.find("Southtown", country="HTI") == []


NAMES = st.text(st.sampled_from("aáàbcdeéènotrwÑñ -'’.şßøĐ"), min_size=1, max_size=9)


@given(st.lists(NAMES, min_size=1, max_size=6), NAMES)
def test_only_an_equal_name_is_ever_accepted(names: list[str], text: str) -> None:
    gazetteer = Gazetteer(Place(f"p-{at}", name, "site") for at, name in enumerate(names))
    equal = [place for place in gazetteer if match_key(place.name) == match_key(text) != ""]
    found = gazetteer.resolve(text)
    assert found.place == (equal[0] if len(equal) == 1 else None)
    assert found.ambiguous == (len(equal) > 1)


@given(st.text(max_size=12))
def test_any_spelling_of_a_place_finds_it(name: str) -> None:
    assume(match_key(name))
    gazetteer = Gazetteer([Place("p", name, "site"), Place("longer-than-any-name", "another one", "site")])
    assert meant(name, gazetteer) == "p"


@given(st.text(max_size=12))
def test_folding_is_done_once(name: str) -> None:
    assert fold(fold(name)) == fold(name)
    assert match_key(match_key(name)) == match_key(name)


def test_a_chain_goes_from_the_inside_out_and_a_circle_is_cut() -> None:
    assert [one.place_id for one in EXAMPLIA.chain(EXAMPLIA.by_id["market"])] == [
        *("market", "southtown", "south", "west", "examplia")
    ]
    circle = gazetteer_of(
        {"place_id": "a", "name": "A", "kind": "site", "within": "b"},
        {"place_id": "b", "name": "B", "kind": "site", "within": "a"},
    )
    assert [one.place_id for one in circle.chain(circle.by_id["a"])] == ["a", "b"]


def unit(code: str, west: float, east: float) -> tuple[str, Unit]:
    return code, Unit(code, code, "adm2", shapely.box(west, 0, east, 1))


BOUNDARIES = Boundaries(dict([unit("A", 0, 1), unit("B", 1, 2), unit("C", 5, 6)]))
SHAPES = gazetteer_of(
    {"place_id": "a", "name": "A", "kind": "adm2", "pcode": "A"},
    {"place_id": "b", "name": "B", "kind": "adm2", "pcode": "B"},
    {"place_id": "c", "name": "C", "kind": "adm2", "pcode": "C"},
    {"place_id": "unmapped", "name": "U", "kind": "adm2", "pcode": "Z"},
    {"place_id": "town", "name": "T", "kind": "settlement", "latitude": "0.5", "longitude": "0.25"},
    {"place_id": "both", "name": "Both", "kind": "region", "members": "a; b"},
    {"place_id": "all", "name": "All", "kind": "region", "members": "both;c"},
    {"place_id": "part", "name": "Part", "kind": "region", "members": "a;unmapped"},
    {"place_id": "mixed", "name": "Mixed", "kind": "region", "members": "a;town"},
    {"place_id": "round", "name": "Round", "kind": "region", "members": "a;round"},
    {"place_id": "empty", "name": "Empty", "kind": "region"},
    boundaries=BOUNDARIES,
)


@pytest.mark.parametrize(
    ("place_id", "wkt"),
    [
        ("a", "POLYGON ((0 0, 1 0, 1 1, 0 1, 0 0))"),
        ("town", "POINT (0.25 0.5)"),
        ("both", "POLYGON ((0 0, 2 0, 2 1, 0 1, 0 0))"),
        ("all", "MULTIPOLYGON (((0 0, 2 0, 2 1, 0 1, 0 0)), ((5 0, 6 0, 6 1, 5 1, 5 0)))"),
        ("unmapped", None),
        ("part", None),
        ("mixed", None),
        ("round", None),
        ("empty", None),
    ],
)
def test_a_place_is_its_point_polygon_or_the_union_of_all_its_members(place_id: str, wkt: str | None) -> None:
    shape = SHAPES.geometry(SHAPES.by_id[place_id])
    assert (shape is None) == (wkt is None)
    assert shape is None or shape.equals(shapely.from_wkt(wkt))


def drawn(wkt: str, kind: str = "region", **cells: str) -> Places:
    return read({"place_id": "odd", "name": "Odd", "kind": kind, "geometry": wkt, **cells})


@pytest.mark.parametrize(
    ("kind", "wkt", "code"),
    [
        ("region", "POLYGON ((0 0, 1 0, 1 1, 0 0))", None),
        ("region", "MULTIPOLYGON (((0 0, 1 0, 1 1, 0 0)))", None),
        ("adm2", "POLYGON Z ((0 0 5, 1 0 5, 1 1 5, 0 0 5))", None),
        ("road", "LINESTRING (0 0, 1 1)", None),
        ("road", "MULTILINESTRING ((0 0, 1 1), (2 2, 3 3))", None),
        ("road", "POLYGON ((0 0, 1 0, 1 1, 0 0))", "geometry-type"),
        ("region", "LINESTRING (0 0, 1 1)", "geometry-type"),
        ("region", "POINT (0 0)", "geometry-type"),
        ("region", "GEOMETRYCOLLECTION EMPTY", "geometry-type"),
        ("region", "POLYGON EMPTY", "geometry-invalid"),
        ("region", "POLYGON ((0 0, 1 1, 1 0, 0 1, 0 0))", "geometry-invalid"),
        ("region", "POLYGON ((0 0, 1 0, 1 1))", "geometry-unreadable"),
        ("region", "CURVEPOLYGON (CIRCULARSTRING (0 0, 1 1, 1 0, 0 0))", "geometry-unreadable"),
        ("region", "somewhere", "geometry-unreadable"),
        ("road", "LINESTRING (1 1, 1 1)", "geometry-invalid"),
        ("road", "LINESTRING (0 0, 1 95)", "geometry-range"),
        ("road", "LINESTRING (0 0, 1e999 1)", "geometry-range"),
        ("region", "POLYGON ((200 0, 201 0, 201 1, 200 0))", "geometry-range"),
        ("region", "POLYGON ((179 0, -179 0, -179 1, 179 1, 179 0))", "geometry-antimeridian"),
        ("road", "LINESTRING (170 0, -170 0)", "geometry-antimeridian"),
        ("region", "POLYGON ((-180 -90, 180 -90, 180 -60, 0 -70, -180 -60, -180 -90))", None),
        ("region", "POLYGON ((0 0, 1 0, nan 1, 0 0))", "geometry-invalid"),
        ("region", "POLYGON ZM ((0 0 5 1, 1 0 5 1, 1 1 5 1, 0 0 5 1))", None),
        ("region", "GEOMETRYCOLLECTION (" * 40 + "POINT (1 1)" + ")" * 40, "geometry-type"),
        ("region", "GEOMETRYCOLLECTION (" * 40_000 + "POINT (1 1)" + ")" * 40_000, "geometry-unreadable"),
    ],
)
def test_a_drawn_geometry_is_a_valid_line_or_area_of_this_world(kind: str, wkt: str, code: str | None) -> None:
    found = drawn(wkt, kind)
    assert codes(found) == ([(code, 2, "geometry")] if code else [])
    shape = found.places[0].shape
    assert (shape is None) == bool(code)
    assert shape is None or not shape.has_z


@given(st.text(max_size=30) | st.from_regex(r"(POLYGON|LINESTRING|POINT) ?\(+[-0-9., e()]{0,30}"))
def test_whatever_is_written_as_geometry_only_problems_come_of_it(wkt: str) -> None:
    found = drawn(wkt)
    shape: Any = found.places[0].shape
    assert shape is None or (shape.is_valid and not shape.is_empty)


def test_references_must_name_a_place() -> None:
    found = read(
        {"place_id": "a", "name": "A", "kind": "adm1", "within": "b"},
        {"place_id": "c", "name": "C", "kind": "region", "within": "a", "members": "a; d; c"},
    )
    assert codes(found) == [("within-unknown", 2, "within"), ("member-unknown", 3, "members")]


def test_a_circle_of_places_is_named_in_each_of_its_rows_alone() -> None:
    found = read(
        {"place_id": "a", "name": "A", "kind": "site", "within": "b"},
        {"place_id": "b", "name": "B", "kind": "site", "within": "a"},
        {"place_id": "c", "name": "C", "kind": "site", "within": "a"},
        {"place_id": "d", "name": "D", "kind": "site", "within": "d"},
    )
    assert codes(found) == [("within-circle", row, "within") for row in (2, 3, 5)]


def test_null_island_and_half_a_pair_are_no_coordinates() -> None:
    found = read(
        {"place_id": "a", "name": "A", "kind": "site", "latitude": "0", "longitude": "0.0"},
        {"place_id": "b", "name": "B", "kind": "site", "latitude": "1"},
        {"place_id": "c", "name": "C", "kind": "site", "latitude": "91", "longitude": "1"},
    )
    assert codes(found) == [("coordinate-null-island", 2, "latitude"), ("coordinate-pair", 3, "longitude")]
    gazetteer = Gazetteer(found.places)
    assert [gazetteer.geometry(place) for place in gazetteer] == [None, None, None]


def test_a_place_of_which_it_is_uncertain_what_it_means_is_never_chosen() -> None:
    gazetteer = gazetteer_of(
        {"place_id": "twice", "name": "One", "kind": "site", "latitude": "1", "longitude": "1"},
        {"place_id": "twice", "name": "Two", "kind": "site", "latitude": "2", "longitude": "2"},
        {"place_id": "kindless", "name": "Three", "kind": "town", "latitude": "2", "longitude": "2"},
    )
    assert [gazetteer.resolve(text).place for text in ("twice", "One", "kindless")] == [None, None, None]
    assert [gazetteer.resolve(text).faulty_row for text in ("twice", "One", "kindless")] == [3, 3, 4]
    assert gazetteer.geometry(gazetteer.by_id["twice"]) is None


def test_lists_are_parted_by_semicolons() -> None:
    assert split(" a ;b;; c;") == ("a", "b", "c")
    assert split("") == ()


def test_ids_that_resemble_are_offered() -> None:
    assert alike("southtwn", ["southtown", "harbour"]) == " Did you mean southtown?"
    assert alike("zzz", ["southtown", "harbour"]) == ""
