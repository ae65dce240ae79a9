"""Polygons of units: read by P-code, faults named with their spot, the rest used."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_project import box, collection

from mapper.boundaries import Boundaries, read_boundaries
from mapper.settings import ProjectFolder


def read(tmp_path: Path, **files: str | bytes) -> Boundaries:
    folder = tmp_path / "data/boundaries"
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / f"{name}.geojson").write_bytes(text.encode() if isinstance(text, str) else text)
    return read_boundaries(ProjectFolder(tmp_path))


def codes(found: Boundaries) -> list[tuple[str, str | None]]:
    return [(problem.code, problem.value) for problem in found.problems]


def bow_tie(**properties: Any) -> dict[str, Any]:
    feature = box(20, 10, 24, 12, **properties)
    ring = feature["geometry"]["coordinates"][0]
    ring[1], ring[2] = ring[2], ring[1]
    return feature


def test_units_are_found_by_code_with_name_and_level(tmp_path: Path) -> None:
    found = read(tmp_path, adm1=collection(box(0, 0, 1, 1, pcode="A", name="Ay"), box(1, 0, 2, 1, pcode=7, level="x")))
    assert {code: (unit.name, unit.level) for code, unit in found.units.items()} == {
        "A": ("Ay", "adm1"),
        "7": ("7", "x"),
    }
    assert found.units["A"].geometry.bounds == (0, 0, 1, 1)
    assert found.problems == ()


def test_a_project_without_polygons_has_none(tmp_path: Path) -> None:
    found = read_boundaries(ProjectFolder(tmp_path))
    assert not any((found.units, found.land, found.attribution, found.problems, found.hashes))


def test_land_belongs_to_no_unit(tmp_path: Path) -> None:
    found = read(tmp_path, land=collection(box(0, 0, 1, 1), box(5, 5, 6, 6)))
    assert (len(found.land), found.units, found.problems) == (2, {}, ())


def test_who_made_the_polygons_is_kept(tmp_path: Path) -> None:
    one = collection(box(0, 0, 1, 1, pcode="A"), source="Examplia Survey", licence="CC0")
    found = read(
        tmp_path, adm1=one, adm2=collection(box(0, 0, 1, 1, pcode="B"), source="Examplia Survey", licence="CC0")
    )
    assert found.attribution == (("Examplia Survey", "CC0"),)


def test_an_invalid_polygon_is_named_with_the_spot_and_the_rest_is_used(tmp_path: Path) -> None:
    found = read(tmp_path, adm1=collection(bow_tie(pcode="A"), box(0, 0, 1, 1, pcode="B")))
    assert codes(found) == [("boundary-invalid", "A")]
    assert "22 11" in found.problems[0].message
    assert list(found.units) == ["B"]


@pytest.mark.parametrize(
    ("feature", "code", "why"),
    [
        (box(182, 10, 184, 12, pcode="A"), "range", "outside the world: it reaches from 182 10 to 184 12"),
        (box(20, 89, 24, 91, pcode="A"), "range", "outside the world"),
        (box(500000, 1100000, 500100, 1100100, pcode="A"), "range", "outside the world"),
        (box(-179, 10, 179, 12, pcode="A"), "antimeridian", "from -179 10 to 179 10"),
        (box(float("nan"), 10, 179, 12, pcode="A"), "invalid", "NaN"),
        (box(float("inf"), 10, 179, 12, pcode="A"), "invalid", "infinite"),
        ({"properties": {"pcode": "A"}, "geometry": {"type": "Point", "coordinates": [1, 1]}}, "type", "Point"),
        ({"properties": {"pcode": "A"}, "geometry": {"type": "Polygon", "coordinates": []}}, "invalid", "empty"),
        (
            {"properties": {"pcode": "A"}, "geometry": {"type": "Polygon", "coordinates": [[[0, 0], [1, 0]]]}},
            "invalid",
            "ring",
        ),
        ({"properties": {"pcode": "A"}, "geometry": None}, "invalid", ""),
        ({"properties": {"pcode": "A"}, "geometry": "POLYGON"}, "invalid", ""),
        ({"properties": {"pcode": "A"}}, "invalid", ""),
    ],
)
def test_what_is_no_polygon_of_this_world_is_refused(
    tmp_path: Path, feature: dict[str, Any], code: str, why: str
) -> None:
    found = read(tmp_path, adm1=collection(feature))
    assert codes(found) == [(f"boundary-{code}", "A")]
    assert why.lower() in found.problems[0].message.lower()
    assert not found.units


def test_two_polygons_of_one_code_are_neither_used(tmp_path: Path) -> None:
    found = read(
        tmp_path, adm1=collection(box(0, 0, 1, 1, pcode="A"), box(1, 0, 2, 1, pcode="B"), box(2, 0, 3, 1, pcode="A"))
    )
    assert codes(found) == [("boundary-duplicate", "A")]
    assert list(found.units) == ["B"]


def test_polygons_without_code_are_counted(tmp_path: Path) -> None:
    found = read(tmp_path, adm1=collection(box(0, 0, 1, 1), box(1, 0, 2, 1, name="B"), box(2, 0, 3, 1, pcode="C")))
    assert [problem.code for problem in found.problems] == ["boundary-no-code"]
    assert found.problems[0].message.startswith("2 of")
    assert list(found.units) == ["C"]


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"{",
        b"[]",
        b'"FeatureCollection"',
        b'{"type": "Feature"}',
        b'{"features": {}}',
        b'{"features": [3]}',
        b'{"features": [{"properties": [1], "geometry": null}]}',
        b"\xff\xfe{",
        b"[" * 100_000,
    ],
)
def test_a_file_that_is_no_geojson_is_an_error_and_no_crash(tmp_path: Path, text: bytes) -> None:
    found = read(tmp_path, adm1=text, adm2=collection(box(0, 0, 1, 1, pcode="B")))
    assert [(problem.code, problem.file) for problem in found.problems] == [
        ("boundary-unreadable", "data/boundaries/adm1.geojson")
    ]
    assert list(found.units) == ["B"]


@pytest.mark.parametrize(
    "crs",
    [
        {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::32618"}},
        {"type": "name", "properties": {"name": "EPSG:3857"}},
        {"type": "EPSG", "properties": {"code": 2154}},
        {"type": "link", "properties": {"href": "crs.prj", "type": "esriwkt"}},
        "EPSG:32618",
    ],
)
def test_coordinates_in_another_reference_system_are_refused(tmp_path: Path, crs: Any) -> None:
    found = read(tmp_path, adm1=collection(box(0, 0, 1, 1, pcode="A"), crs=crs))
    assert [problem.code for problem in found.problems] == ["boundary-crs"]
    assert "WGS 84" in found.problems[0].remedy
    assert not found.units


@pytest.mark.parametrize(
    "crs",
    [
        None,
        {"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}},
        {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4326"}},
        {"type": "name", "properties": {"name": "EPSG:4326"}},
        {"type": "name", "properties": {"name": "http://www.opengis.net/def/crs/OGC/1.3/CRS84"}},
        {"type": "EPSG", "properties": {"code": 4326}},
    ],
)
def test_wgs_84_may_be_named(tmp_path: Path, crs: Any) -> None:
    found = read(tmp_path, adm1=collection(box(0, 0, 1, 1, pcode="A"), crs=crs))
    assert (list(found.units), found.problems) == (["A"], ())


def test_heights_are_left_out(tmp_path: Path) -> None:
    solid = box(0, 0, 1, 1, pcode="A")
    solid["geometry"]["coordinates"][0][1].append(5)
    found = read(tmp_path, adm1=collection(solid))
    assert found.problems == ()
    assert not found.units["A"].geometry.has_z


def test_a_byte_order_mark_changes_nothing(tmp_path: Path) -> None:
    found = read(tmp_path, adm1="\ufeff" + collection(box(0, 0, 1, 1, pcode="A")))
    assert (list(found.units), found.problems) == (["A"], ())


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)
GEOMETRY = st.fixed_dictionaries(
    {"type": st.sampled_from(["Polygon", "MultiPolygon", "Point", "?"]), "coordinates": JSON}
)
FEATURE = st.fixed_dictionaries({"properties": JSON, "geometry": GEOMETRY | JSON}) | JSON


@given(st.lists(FEATURE, max_size=3) | JSON)
def test_whatever_the_file_holds_only_problems_come_of_it(features: Any) -> None:
    with tempfile.TemporaryDirectory() as folder:
        found = read(Path(folder), adm1=json.dumps({"features": features}))
    assert all(unit.geometry.is_valid and unit.geometry.geom_type.endswith("Polygon") for unit in found.units.values())
