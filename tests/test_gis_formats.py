"""The formats of GIS programs as others read them: all events in their places, as on the page, always the same."""

from __future__ import annotations

import contextlib
import io
import json
import random
import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import geopandas
import numpy as np
import pyarrow.parquet
import pyogrio
import pytest
import shapely
import small_project
from hostile import holdable
from round_trip import collection, emptied
from small_project import event

from mapper import Project
from mapper.errors import FormatUnavailable, MapperError
from mapper.formats import FORMATS, geopackage
from mapper.formats import module as format_module
from mapper.formats.looks import KINDS, looks
from mapper.formats.qgis import qml
from mapper.schema import EventType, taxonomy

HEALTHY = Path(__file__).parent / "projects" / "healthy"
GIS = ("geopackage", "flatgeobuf", "kml", "geoparquet")
LAYERS = {kind: f"event_{kind}" for kind in KINDS}


@pytest.fixture(scope="module")
def healthy() -> Project:
    return Project.open(HEALTHY)


@pytest.fixture(scope="module")
def published(healthy: Project) -> dict[str, Any]:
    """The events as GeoJSON has them, which holds everything."""
    read: dict[str, Any] = json.loads(healthy.export(None, "geojson"))
    return read


@pytest.fixture
def database(healthy: Project) -> Iterator[sqlite3.Connection]:
    """The GeoPackage, as SQLite opens it."""
    opened = sqlite3.connect(":memory:")
    opened.deserialize(healthy.export(None, "geopackage"))
    yield opened
    opened.close()


def suffix(name: str) -> str:
    return FORMATS[name].suffixes[0]


# --- all of them


@pytest.mark.parametrize("name", GIS)
def test_events_reports_and_sources_stand_in_the_file_but_for_what_the_report_says(
    healthy: Project, published: dict[str, Any], name: str
) -> None:
    read = format_module(name).collection_in(healthy.export(None, name), "file")
    features = {one["id"]: one for one in read["features"]}
    lost = {loss.code: loss.count for loss in healthy.losses(name)}
    missing = [one for one in published["features"] if one["id"] not in features]
    assert [one["id"] for one in missing if one["geometry"]] == []
    assert lost == ({"unlocated": len(missing)} if missing else {})
    for one in published["features"]:
        if one["id"] in features:
            assert features[one["id"]]["geometry"] == one["geometry"]
            assert given(features[one["id"]]["properties"]) == given(one["properties"])
    assert [given(one) for one in read["sources"]] == [given(one) for one in published["sources"]]


def given(properties: dict[str, Any]) -> dict[str, Any]:
    """What is stated, once."""
    reports = properties.get("reports", ())
    told = {**properties, "reports": [{key: one for key, one in r.items() if one is not None} for r in reports]}
    return {key: value for key, value in told.items() if value not in (None, []) and key != "event_id"}


@pytest.mark.parametrize("name", GIS)
def test_ours_comes_back_but_for_what_the_reports_say(healthy: Project, tmp_path: Path, name: str) -> None:
    file = tmp_path / f"events{suffix(name)}"
    healthy.export(file)
    twin = emptied(HEALTHY, tmp_path / "twin", "places.csv", "boundaries", "seeds")
    told = Project.open(twin).import_file(file)
    before, after = (json.loads(one.export(None, "geojson")) for one in (healthy, Project.open(twin)))
    coarse = [one["id"] for one in before["features"] if one["properties"]["coarsened_to"]]
    assert [(loss.code, loss.count) for loss in told.losses] == [("coarsened", len(coarse))]
    unlocated = [one["id"] for one in before["features"] if one["geometry"] is None]
    lost = {*coarse, *(unlocated if any(one.code == "unlocated" for one in healthy.losses(name)) else ())}
    kept = [one for one in before["features"] if one["id"] not in lost]
    assert [one for one in after["features"] if one["id"] not in coarse] == kept


@pytest.mark.parametrize("name", GIS)
def test_the_same_file_again_changes_nothing(haiti: Path, tmp_path: Path, name: str) -> None:
    file = tmp_path / f"events{suffix(name)}"
    Project.open(haiti).export(file)
    twin = emptied(haiti, tmp_path / "twin", "places.csv", "boundaries", "seeds")
    first = Project.open(twin).import_file(file)
    tables = {path: path.read_bytes() for path in (twin / "data").rglob("*.csv")}
    again = Project.open(twin).import_file(file)
    assert (len(first.added), len(again.unchanged)) == (first.rows, again.rows)
    assert {path: path.read_bytes() for path in (twin / "data").rglob("*.csv")} == tables


@pytest.mark.parametrize("name", GIS)
def test_the_same_events_give_the_same_bytes_on_any_day_in_any_process(tmp_path: Path, name: str) -> None:
    files = [tmp_path / f"{number}{suffix(name)}" for number in range(2)]
    for number, file in enumerate(files):
        command = [sys.executable, "-m", "mapper", "-C", str(HEALTHY), "export", str(file)]
        subprocess.run(command, check=True, env={"PYTHONHASHSEED": str(number), "TZ": f"Etc/GMT+{number * 9}"})
    assert files[0].read_bytes() == files[1].read_bytes()


@pytest.mark.parametrize("name", GIS)
def test_a_project_without_events_gives_a_file_without_events(tmp_path: Path, name: str) -> None:
    project = Project.open(small_project.make(tmp_path / "project", [event("draft", status="draft")]))
    file = tmp_path / f"none{suffix(name)}"
    project.export(file)
    assert format_module(name).collection_in(file.read_bytes(), "file")["features"] == []


@pytest.mark.parametrize("name", GIS)
def test_layers_of_others_give_points_lines_and_areas(tmp_path: Path, name: str) -> None:
    shapes = [shapely.Point(20.6, 11.4), shapely.LineString([(20.1, 10.1), (20.9, 10.9)]), shapely.box(20, 10, 21, 11)]
    file = tmp_path / f"any{suffix(name)}"
    write(file, shapes, name=["one", "two", "three"], day=["2024-08-05"] * 3, size=["3", "4", "5"])
    project = small_project.make(tmp_path / "project", [])
    Project.open(project).import_file(file, columns={"date": "day"}, constants={"geo_precision": "exact"})
    found = {one["properties"]["title"]: one for one in collection(project)["features"]}
    assert {title: shapely.from_geojson(json.dumps(one["geometry"])).geom_type for title, one in found.items()} == {
        "one": "Point",
        "two": "LineString",
        "three": "Polygon",
    }
    assert {title: one["properties"]["extra"]["size"] for title, one in found.items()} == {
        "one": "3",
        "two": "4",
        "three": "5",
    }


def write(file: Path, shapes: list[Any], crs: str = "EPSG:4326", **columns: list[Any]) -> None:
    """A file as other programs make it."""
    cells = [np.array(one, dtype=object if isinstance(one[0], str) else None) for one in columns.values()]
    if file.suffix == ".parquet":
        geopandas.GeoDataFrame(columns, geometry=shapes, crs=crs).to_parquet(file)
        return
    driver = "LIBKML" if file.suffix == ".kml" else None
    options = {"geometry_type": "Unknown", "crs": crs, "layer": "any", "driver": driver}
    pyogrio.raw.write(file, shapely.to_wkb(shapes), cells, list(columns), **options)


@pytest.mark.parametrize("name", [name for name in GIS if name != "kml"])  # KML knows WGS 84 alone
def test_coordinates_in_another_reference_system_are_refused(tmp_path: Path, name: str) -> None:
    file = tmp_path / f"any{suffix(name)}"
    write(file, [shapely.Point(500000, 2000000)], "EPSG:32618", name=["one"])
    project = small_project.make(tmp_path / "project", [])
    with pytest.raises(MapperError, match=r"EPSG:32618.*Convert them to WGS 84"):
        Project.open(project).import_file(file, constants={"geo_precision": "exact"})


@pytest.mark.parametrize("name", GIS)
@pytest.mark.parametrize("data", [b"", b"{}", b"<VRTDataset/>", b"\0" * 5000], ids=["empty", "JSON", "VRT", "zeros"])
def test_what_only_has_the_suffix_is_refused(tmp_path: Path, name: str, data: bytes) -> None:
    file = tmp_path / f"any{suffix(name)}"
    file.write_bytes(data)
    project = Project.open(small_project.make(tmp_path / "project", []))
    with pytest.raises(MapperError, match=re.escape(str(file))):
        project.import_file(file)


@pytest.mark.parametrize("name", GIS)
def test_a_damaged_file_is_an_error_of_ours_or_none(healthy: Project, name: str) -> None:
    data, chance = healthy.export(None, name), random.Random(3)
    for _ in range(40):
        broken = bytearray(data[: chance.randrange(len(data))] if chance.random() < 0.3 else data)
        for _ in range(chance.randrange(1, 30)):
            if broken:
                broken[chance.randrange(len(broken))] = chance.randrange(256)
        with contextlib.suppress(MapperError):
            format_module(name).collection_in(bytes(broken), "file")


# --- GeoPackage


def test_each_kind_of_geometry_is_a_layer_and_the_unlocated_are_a_table(
    healthy: Project, published: dict[str, Any], tmp_path: Path
) -> None:
    file = tmp_path / "events.gpkg"
    healthy.export(file)
    kinds = dict(pyogrio.list_layers(file).tolist())
    assert {name: kind for name, kind in kinds.items() if kind} == {
        "event_points": "MultiPoint",
        "event_lines": "MultiLineString",
        "event_areas": "MultiPolygon",
    }
    rows = {name: pyogrio.read_dataframe(file, layer=name) for name in (*LAYERS.values(), "event_unlocated")}
    found = {event_id: name for name, frame in rows.items() for event_id in frame["event_id"]}
    of_type = {"Point": "event_points", "LineString": "event_lines", "Polygon": "event_areas", None: "event_unlocated"}
    assert found == {
        one["id"]: of_type[
            (one["geometry"] or {"type": None})["type"] and one["geometry"]["type"].removeprefix("Multi")
        ]
        for one in published["features"]
    }
    assert "geometry" not in rows["event_unlocated"]
    reports = pyogrio.read_dataframe(file, layer="reports")
    assert set(reports["event_id"]) == set(found)
    assert set(reports["source_id"].dropna()) <= set(pyogrio.read_dataframe(file, layer="sources")["source_id"])


def test_sqlite_finds_the_geopackage_sound_and_nothing_in_it_that_was_deleted(database: sqlite3.Connection) -> None:
    told = {name: database.execute(f"PRAGMA {name}").fetchall() for name in ("integrity_check", "foreign_key_check")}
    assert told == {"integrity_check": [("ok",)], "foreign_key_check": []}
    assert database.execute("PRAGMA freelist_count").fetchone() == (0,)


def test_its_own_tables_are_those_that_gdal_makes(database: sqlite3.Connection, tmp_path: Path) -> None:
    write(tmp_path / "gdal.gpkg", [shapely.MultiPoint([(1, 2)])], name=["one"])
    gdal = sqlite3.connect(tmp_path / "gdal.gpkg")
    for table in ("gpkg_contents", "gpkg_geometry_columns", "gpkg_extensions"):
        ours, theirs = (one.execute(f"PRAGMA table_info({table})").fetchall() for one in (database, gdal))
        assert [(row[1], row[2], row[5]) for row in ours] == [(row[1], row[2], row[5]) for row in theirs]
    for row in gdal.execute("SELECT * FROM gpkg_spatial_ref_sys").fetchall():
        (ours,) = database.execute("SELECT * FROM gpkg_spatial_ref_sys WHERE srs_id = ?", row[1:2]).fetchall()
        assert ours[:5] == row[:5]
    for pragma in ("application_id", "user_version"):
        assert database.execute(f"PRAGMA {pragma}").fetchone() == gdal.execute(f"PRAGMA {pragma}").fetchone()
    triggers = {name.rpartition("_")[2] for name in names(gdal, "trigger") if name.startswith("rtree_any_")}
    assert {name.rpartition("_")[2] for name in names(database, "trigger") if "points" in name} == triggers
    gdal.close()


def names(database: sqlite3.Connection, kind: str) -> list[str]:
    return [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = ?", (kind,))]


def test_the_spatial_index_stays_true_when_another_program_edits_a_layer(healthy: Project, tmp_path: Path) -> None:
    file = tmp_path / "events.gpkg"
    healthy.export(file)
    options = {"layer": "event_points", "append": True, "geometry_type": "MultiPoint", "crs": "EPSG:4326"}
    name = np.array(["added"], dtype=object)
    pyogrio.raw.write(file, shapely.to_wkb([shapely.MultiPoint([(23, 11)])]), [name], ["event_id"], **options)
    found = pyogrio.read_dataframe(file, layer="event_points", bbox=(22.9, 10.9, 23.1, 11.1))
    assert list(found["event_id"]) == ["added"]


def test_a_geometry_is_found_by_the_index_where_it_is(healthy: Project, tmp_path: Path) -> None:
    file = tmp_path / "events.gpkg"
    healthy.export(file)
    for layer in LAYERS.values():
        every = pyogrio.read_dataframe(file, layer=layer)
        for row, box in zip(every.itertuples(), every.bounds.itertuples(index=False), strict=True):
            assert row.event_id in set(pyogrio.read_dataframe(file, layer=layer, bbox=tuple(box))["event_id"])


# --- styles


def test_qgis_finds_a_default_style_for_each_layer(database: sqlite3.Connection) -> None:
    # The query of QGIS's own provider.
    for layer in LAYERS.values():
        (style,) = database.execute(
            "SELECT styleQML, styleSLD FROM layer_styles WHERE f_table_schema='' AND f_table_name=? AND "
            "f_geometry_column='geom' ORDER BY CASE WHEN useAsDefault THEN 1 ELSE 2 END, update_time DESC LIMIT 1",
            (layer,),
        ).fetchall()
        assert [ET.fromstring(one).tag.rpartition("}")[2] for one in style] == ["qgis", "StyledLayerDescriptor"]
    listed = database.execute("SELECT data_type FROM gpkg_contents WHERE table_name = 'layer_styles'").fetchone()
    assert listed == ("attributes",)


def test_each_event_has_the_look_of_its_type_occurrence_and_precision(database: sqlite3.Connection) -> None:
    for layer in LAYERS.values():
        (text,) = database.execute("SELECT styleQML FROM layer_styles WHERE f_table_name = ?", (layer,)).fetchone()
        style = ET.fromstring(text)
        colours = {one.get("name"): colours_of(one) for one in style.iterfind("renderer-v2/symbols/symbol")}
        found: dict[str, list[str]] = {}
        for rule in style.iter("rule"):
            # QGIS's expressions that are used here mean the same in SQL.
            for event_id, kind, occurrence in database.execute(
                f"SELECT event_id, event_type, occurrence FROM {layer} WHERE {rule.get('filter')}"
            ):
                found.setdefault(event_id, []).append(rule.get("label", ""))
                known = taxonomy().get(kind)
                assert known
                assert rgb(known.colour) in colours[rule.get("symbol")]
                assert (
                    rgb("#ffffff") in colours[rule.get("symbol")] or layer != "event_areas"
                ) or occurrence == "reported"
        every = {event_id for (event_id,) in database.execute(f"SELECT event_id FROM {layer}")}
        assert {event_id: len(labels) for event_id, labels in found.items()} == dict.fromkeys(every, 1)


def rgb(colour: str) -> str:
    return ",".join(str(int(colour[at : at + 2], 16)) for at in (1, 3, 5))


def colours_of(symbol: ET.Element) -> set[str]:
    options = [one for one in symbol.iter("Option") if (one.get("name") or "").endswith("color")]
    return {(one.get("value") or "").rpartition(",")[0] for one in options}


@pytest.mark.parametrize("kind", KINDS)
def test_a_style_is_built_as_qgis_builds_its_own(kind: Any) -> None:
    style = ET.fromstring(qml(kind, taxonomy().types))
    assert style.tag == "qgis"
    renderer = style.find("renderer-v2")
    assert renderer is not None
    assert renderer.get("type") == "RuleRenderer"
    symbols = {one.get("name"): one for one in renderer.iterfind("symbols/symbol")}
    rules = list(renderer.iterfind("rules/rule"))
    assert [rule.get("symbol") for rule in rules] == list(symbols)
    assert len({rule.get("key") for rule in rules}) == len(rules) == len(list(looks(kind, taxonomy().types)))
    assert {one.get("type") for one in symbols.values()} == {{"points": "marker", "lines": "line"}.get(kind, "fill")}
    classes = {one.get("class") for one in style.iter("layer")}
    areas = {"SimpleFill", "LinePatternFill", "SimpleLine"}
    assert classes == {"points": {"SimpleMarker"}, "lines": {"SimpleLine"}}.get(kind, areas)
    for layer in style.iter("layer"):
        (options,) = layer.findall("Option")
        assert options.get("type") == "Map"
        assert all(one.get("type") == "QString" and one.get("value") for one in options)
        assert (layer.get("class") == "LinePatternFill") == (layer.find("symbol") is not None)


def test_only_areas_that_are_no_disc_and_are_reported_are_hatched() -> None:
    style = ET.fromstring(qml("areas", taxonomy().types[:1]))
    labels = {rule.get("symbol"): rule.get("label") for rule in style.iter("rule")}
    hatched = {
        labels[symbol.get("name")]: any(one.get("class") == "LinePatternFill" for one in symbol.iter("layer"))
        for symbol in style.iterfind("renderer-v2/symbols/symbol")
    }
    name = taxonomy().types[0].name
    assert hatched == {name: True, f"{name}, near": False, f"{name}, threatened or denied": False}


def test_smaller_areas_are_drawn_over_larger_ones() -> None:
    renderers = {kind: ET.fromstring(qml(kind, taxonomy().types)).find("renderer-v2") for kind in KINDS}
    ordered = {kind: one.get("enableorderby") for kind, one in renderers.items() if one is not None}
    assert ordered == {"points": "0", "lines": "0", "areas": "1"}
    areas = renderers["areas"]
    assert areas is not None
    clause = areas.find("orderby/orderByClause")
    assert clause is not None
    assert (clause.text, clause.get("asc")) == ("area($geometry)", "0")


def test_a_rule_names_any_type_whatever_its_characters() -> None:
    database = sqlite3.connect(":memory:")
    for text in holdable():
        rule = next(ET.fromstring(qml("points", [EventType(text, "#123456", ())])).iter("rule"))
        expression = (rule.get("filter") or "").partition(" AND ")[0].removeprefix('"event_type" = ')
        if " AND " not in text:
            assert database.execute(f"SELECT {expression}").fetchone() == (text,)
    database.close()


def test_the_order_of_a_legend_is_that_of_the_page(healthy: Project, database: sqlite3.Connection) -> None:
    (text,) = database.execute("SELECT styleQML FROM layer_styles WHERE f_table_name = 'event_points'").fetchone()
    labels = [rule.get("label") for rule in ET.fromstring(text).iter("rule")][::2]
    assert labels == [one.name for one in taxonomy().types if one.name in set(healthy.events()["event_type"])]


# --- GeoParquet


def test_geopandas_reads_the_same_events_with_nested_columns(healthy: Project, published: dict[str, Any]) -> None:
    read = geopandas.read_parquet(io.BytesIO(healthy.export(None, "geoparquet"))).set_index("event_id")
    assert read.crs == "OGC:CRS84"
    for one in published["features"]:
        row, geometry = read.loc[one["id"]], one["geometry"]
        assert (
            row.geometry is None
            if geometry is None
            else row.geometry.equals(shapely.from_geojson(json.dumps(geometry)))
        )
        assert [report["quote"] for report in row["reports"]] == [r["quote"] for r in one["properties"]["reports"]]
        assert dict(row["extra"] if row["extra"] is not None else {}) == one["properties"].get("extra", {})


def test_its_metadata_are_those_of_geoparquet(healthy: Project, published: dict[str, Any]) -> None:
    schema = pyarrow.parquet.read_schema(io.BytesIO(healthy.export(None, "geoparquet")))
    geo = json.loads(schema.metadata[b"geo"])
    assert (geo["version"], geo["primary_column"], list(geo["columns"])) == ("1.1.0", "geometry", ["geometry"])
    told = geo["columns"]["geometry"]
    assert (told["encoding"], told["orientation"], told["edges"]) == ("WKB", "counterclockwise", "planar")
    shapes = [shapely.from_geojson(json.dumps(one["geometry"])) for one in published["features"] if one["geometry"]]
    assert told["geometry_types"] == sorted({shape.geom_type for shape in shapes})
    assert told["bbox"] == pytest.approx(shapely.total_bounds(shapes).tolist())
    assert all(shape.exterior.is_ccw for shape in shapes if shape.geom_type == "Polygon")


def test_without_pyarrow_the_error_says_what_to_install(
    healthy: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    for act in (lambda: healthy.export(tmp_path / "events.parquet"), lambda: format_module("geoparquet")._pyarrow()):
        with pytest.raises(FormatUnavailable, match=r"pip install 'conflict-event-mapper\[parquet\]'"):
            act()
    assert list(tmp_path.iterdir()) == []


# --- FlatGeobuf


def test_flatgeobuf_is_one_layer_of_any_geometry_with_an_index(healthy: Project) -> None:
    data = healthy.export(None, "flatgeobuf")
    told = pyogrio.read_info(io.BytesIO(data))
    assert (told["geometry_type"], told["crs"]) == ("Unknown", "EPSG:4326")
    assert told["capabilities"]["fast_spatial_filter"]
    assert set(told["layer_metadata"]) == {"name", "licence", "sources"} & set(told["layer_metadata"])
    kinds = {one.geom_type for one in pyogrio.read_dataframe(io.BytesIO(data)).geometry}
    assert {"Point", "LineString", "Polygon"} <= kinds


def test_a_label_point_is_no_geometry_in_any_of_them(healthy: Project) -> None:
    for name in GIS:
        read = format_module(name).collection_in(healthy.export(None, name), "file")
        for one in read["features"]:
            if one["geometry"] and one["properties"]["label_point_is"] == "inside the area":
                assert one["geometry"]["type"] in ("Polygon", "MultiPolygon")


def test_geometry_of_one_part_is_counted_where_it_was_written_as_of_several(tmp_path: Path) -> None:
    many = {"geometry": "MULTIPOLYGON (((20.1 10.1, 20.9 10.1, 20.9 10.9, 20.1 10.1)))"}
    places = [*small_project.PLACES, {"place_id": "many", "name": "Many", "kind": "region", **many}]
    project = Project.open(small_project.make(tmp_path / "project", [event("one", "many")], places=places))
    assert [(loss.code, loss.count) for loss in project.losses("geopackage")] == [("single-parts", 1)]
    (feature,) = geopackage.collection_in(project.export(None, "geopackage"), "file")["features"]
    assert feature["geometry"]["type"] == "Polygon"
