"""Whatever stands in the settings, a drawn geometry, a boundaries file or a quote: only errors of the package's own
surface, and what is read is what was written. (Tables and dates: test_fuzzing.py.)"""

from __future__ import annotations

import json
import math
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any

import shapely
from hostile import holdable
from hostile_project import toml
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from small_project import box, csv_bytes

from mapper.boundaries import Boundaries, read_boundaries
from mapper.cells import read_cells
from mapper.errors import SettingsError
from mapper.places import Places, read_places
from mapper.schema import table_schema
from mapper.settings import ProjectFolder, Settings, read_settings, read_taxonomy
from mapper.sources import QuoteAmbiguous, QuoteNotFound, TextIndex
from mapper.tables import read_table

many = settings(
    max_examples=int(os.environ.get("MAPPER_EXAMPLES", "100")),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
)
TEXT = st.text(st.characters(codec="utf-8"), max_size=30) | st.sampled_from(holdable()[::5])
ANY_TEXT = st.text(st.characters(), max_size=30) | TEXT


@contextmanager
def folder() -> Iterator[ProjectFolder]:
    with tempfile.TemporaryDirectory() as root:
        Path(root, "data/boundaries").mkdir(parents=True)
        yield ProjectFolder(Path(root))


# --- settings

KEYS = ("title", "licence", "credits", "languages", "countries", "taxonomy", "layers", "profiles", "titel")
LAYER_KEYS = ("name", "provider", "url", "attribution", "subdomains", "max_zoom", "other")
SCALAR = st.one_of(
    TEXT.map(toml),
    st.sampled_from(
        ['"en"', '"HTI"', '"acled"', '"OpenTopoMap"', '"https://a.example.org/{z}/{x}/{y}.png"', '"own.json"']
    ),
    st.integers().map(str),
    st.floats().map(lambda one: "nan" if math.isnan(one) else repr(one).replace("e+", "e")),
    st.sampled_from(
        ["true", "false", "1979-05-27T07:32:00Z", "1979-05-27", "07:32:00", "0x1F", "-0", "[]", "{}", "[[1]]"]
    ),
)
VALUE = SCALAR | st.lists(SCALAR, max_size=4).map(lambda all_: f"[{', '.join(all_)}]")
LINE = st.builds("{} = {}".format, st.sampled_from(KEYS) | TEXT.map(toml), VALUE)
LAYER = st.dictionaries(st.sampled_from(LAYER_KEYS), VALUE, max_size=5).map(
    lambda keys: "\n".join(["[[layers]]", *(f"{key} = {value}" for key, value in keys.items())])
)
DOCUMENT = st.builds(
    lambda lines, layers: "\n".join([*lines, *layers]), st.lists(LINE, max_size=5), st.lists(LAYER, max_size=3)
)


@many
@given(DOCUMENT | TEXT)
@example("a = [" * 3000)
@example("title = " + "{a=" * 500)
def test_any_settings_are_read_or_refused_by_name(text: str) -> None:
    with folder() as project:
        (project.root / "data/map.toml").write_bytes(text.encode())
        try:
            read = read_settings(project)
        except SettingsError as refused:
            assert_names("data/map.toml", refused)
            return
        assert_of_its_types(read)


@many
@given(st.binary(max_size=200))
def test_settings_of_any_bytes_are_read_or_refused(data: bytes) -> None:
    with folder() as project:
        (project.root / "data/map.toml").write_bytes(data)
        try:
            assert_of_its_types(read_settings(project))
        except SettingsError as refused:
            assert_names("data/map.toml", refused)


def assert_names(file: str, refused: SettingsError) -> None:
    assert file in str(refused)


def assert_of_its_types(read: Settings) -> None:
    assert all(
        isinstance(one, str) for one in (read.title, read.licence, *read.taxonomy, *read.credits, *read.languages)
    )
    assert all(len(one) == 3 for one in read.countries)
    assert all(host.startswith("https://") for layer in read.layers for host in layer.hosts)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | ANY_TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(ANY_TEXT, inner, max_size=3),
    max_leaves=8,
)
KIND = st.fixed_dictionaries(
    {},
    optional={"name": JSON, "colour": JSON | st.just("#112233"), "sub_event_types": JSON | st.just([{"name": "a"}])},
)
TAXONOMY = st.fixed_dictionaries({}, optional={"name": JSON, "title": JSON, "types": JSON | st.lists(KIND, max_size=3)})


@many
@given(TAXONOMY | JSON)
@example({"name": "a", "title": "b", "types": [{"name": "c", "colour": "#112233", "sub_event_types": []}]})
def test_any_taxonomy_is_read_or_refused(value: Any) -> None:
    with folder() as project:
        (project.data / "own.json").write_text(json.dumps(value), encoding="utf-8")
        try:
            read = read_taxonomy(project, ["own.json"])
        except SettingsError as refused:
            assert_names("own.json", refused)
            return
        assert all(isinstance(one.name, str) and len(one.colour) == 7 for one in read.types)


# --- geometries

NUMBER = st.one_of(
    st.floats(-200, 200),
    st.floats(),
    st.sampled_from(["1e999", "-1e999", "nan", "inf", "1e-400", "0x1", "1,5", "", "-0"]),
)
PAIR = st.builds("{} {}".format, NUMBER, NUMBER)
RING = st.lists(PAIR, max_size=6).map(lambda pairs: f"({', '.join(pairs)})") | st.builds(
    lambda pairs: f"({', '.join([*pairs, pairs[0]])})", st.lists(PAIR, min_size=3, max_size=6)
)
RINGS = st.lists(RING, max_size=3)
LINES = ["LINESTRING", "LINESTRING Z", "linestring", "POINT", "CIRCULARSTRING"]
AREAS = ["POLYGON", "MULTILINESTRING", "POLYGON M"]
ODD = ["POLYGON EMPTY", "LINESTRING EMPTY", "GEOMETRYCOLLECTION EMPTY", "SRID=4326;POINT(1 2)", "POLYGON"]
WKT = st.one_of(
    st.builds("{} {}".format, st.sampled_from(LINES), RING),
    st.builds(lambda kind, rings: f"{kind} ({', '.join(rings)})", st.sampled_from(AREAS), RINGS),
    RINGS.map(lambda rings: f"MULTIPOLYGON (({'), ('.join(rings)}))"),
    st.sampled_from(ODD),
    TEXT,
)


def places_of(*rows: dict[str, str]) -> Places:
    with tempfile.TemporaryDirectory() as root:
        path = Path(root, "places.csv")
        path.write_bytes(csv_bytes(rows))
        schema = table_schema("places")
        return read_places(read_cells(read_table(path, "places", schema, Path(root)), schema))


@many
@given(WKT, st.sampled_from(["road", "region", "adm2"]))
@example("POLYGON (" + "(" * 2000, "region")
@example("GEOMETRYCOLLECTION (" * 200 + "POINT (1 2)" + ")" * 200, "region")
@example("LINESTRING (0 0, 1 1e308, -1e308 1)", "road")
@example("LINESTRING (0 0, 0 nan)", "road")
def test_any_drawn_geometry_is_drawn_or_a_problem_at_its_cell(wkt: str, kind: str) -> None:
    read = places_of({"place_id": "a", "name": "A", "kind": kind, "geometry": wkt})
    (place,) = read.places
    if place.shape is None:
        codes = {problem.code for problem in read.problems}
        assert not wkt.strip() or codes <= {
            "geometry-invalid",
            "geometry-type",
            "geometry-range",
            "geometry-unreadable",
            "geometry-antimeridian",
        }
        assert all((problem.row, problem.column) == (2, "geometry") for problem in read.problems)
        return
    west, south, east, north = place.shape.bounds
    assert -180 <= west <= east <= 180
    assert -90 <= south <= north <= 90
    assert place.shape.is_valid
    assert not place.shape.has_z


POSITION = st.lists(st.floats(-200, 200) | st.floats(allow_nan=True) | JSON, max_size=4)
COORDINATES = st.recursive(POSITION, lambda inner: st.lists(inner, max_size=5), max_leaves=20)
GEOMETRY = st.fixed_dictionaries(
    {"type": st.sampled_from(["Polygon", "MultiPolygon", "Point", "GeometryCollection", "Circle", None, 7])},
    optional={"coordinates": COORDINATES | JSON, "geometries": JSON},
)
PROPERTIES = st.fixed_dictionaries({}, optional={"pcode": JSON | st.just("EX9"), "name": JSON, "level": JSON})
FEATURE = st.fixed_dictionaries(
    {"type": st.just("Feature")}, optional={"geometry": GEOMETRY | JSON, "properties": PROPERTIES | JSON}
)
COLLECTION = st.fixed_dictionaries(
    {"type": st.just("FeatureCollection")},
    optional={"features": st.lists(FEATURE | JSON, max_size=4) | JSON, "source": JSON, "licence": JSON},
)


def boundaries_of(data: bytes) -> Boundaries:
    with folder() as project:
        (project.boundaries / "good.geojson").write_text(json.dumps(collected(GOOD)))
        (project.boundaries / "adm2.geojson").write_bytes(data)
        return read_boundaries(project)


GOOD = box(20, 10, 21, 11, pcode="GOOD", name="Good")


def collected(*features: dict[str, Any]) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": list(features)}


@many
@given(COLLECTION | JSON)
@example(
    {
        "type": "FeatureCollection",
        "features": [{**GOOD, "geometry": {"type": "Polygon", "coordinates": [[[1e999, 0]]]}}],
    }
)
def test_any_boundaries_are_read_or_a_problem_of_their_file(value: Any) -> None:
    assert_sound(boundaries_of(json.dumps(value).encode()))


@many
@given(st.binary(max_size=200) | st.integers(0, 400).map(lambda cut: json.dumps(collected(GOOD)).encode()[:cut]))
@example(b"[" * 100_000)
@example(b'{"features":' * 5000)
def test_boundaries_of_any_bytes_are_read_or_a_problem_of_their_file(data: bytes) -> None:
    assert_sound(boundaries_of(data))


def assert_sound(read: Boundaries) -> None:
    """That what is beside a wrong file is read all the same, and what was read can be drawn."""
    assert "GOOD" in read.units or any(problem.code == "boundary-duplicate" for problem in read.problems)
    assert {problem.file for problem in read.problems} <= {
        "data/boundaries/adm2.geojson",
        "data/boundaries/good.geojson",
    }
    assert all(str(problem) for problem in read.problems)
    for unit in read.units.values():
        assert isinstance(unit.code, str)
        assert isinstance(unit.name, str)
        assert unit.geometry.is_valid
        assert shapely.get_type_id(unit.geometry) in (3, 6)


# --- quotes

PASSAGE = st.text(st.sampled_from("ab é\u0301\u0300\u1161가\u00a0\n\t\r.🕊\u200d"), max_size=12) | TEXT


@many
@given(st.lists(PASSAGE, max_size=6), st.integers(0, 40), st.integers(0, 40), PASSAGE)
@example(["a" * 3000], 0, 1, "")
@example(["e" + "\u0301" * 2000 + "a"], 0, 9, "")
def test_any_quote_is_located_where_it_stands_or_refused(parts: list[str], start: int, length: int, other: str) -> None:
    text = " ".join(parts)
    for quote in (text[start : start + length], other, f"{text[:start]} […] {text[start + length :]}"):
        try:
            spans = TextIndex(text).locate(quote)
        except (QuoteNotFound, QuoteAmbiguous):
            continue
        assert all(0 <= first < last <= len(text) for first, last in spans)
        assert all(before[1] <= after[0] for before, after in pairwise(spans))


@many
@given(st.lists(PASSAGE, min_size=1, max_size=5), st.data())
def test_a_passage_that_stands_there_once_is_located_exactly_there(parts: list[str], data: st.DataObject) -> None:
    text = "".join(parts)
    before, after = (data.draw(st.text(st.sampled_from("xyz ."), max_size=9)) for _ in range(2))
    passage = "<< the passage >>"
    whole = f"{before}. {text}. {passage}. {after}"
    if whole.count(passage) == 1:
        ((start, end),) = TextIndex(whole).locate(passage)
        assert whole[start:end] == passage
