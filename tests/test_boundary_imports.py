"""Units' polygons of others into a project: what is taken, what isn't, and what stands is left alone."""

from __future__ import annotations

import csv
import json
import zipfile
from pathlib import Path
from typing import Any

import geopandas
import pytest
import shapely
from click.testing import CliRunner, Result
from shapely import box
from shapely.geometry.base import BaseGeometry

from mapper import Project
from mapper.boundary_imports import BoundariesAdded
from mapper.cli import cli
from mapper.errors import MapperError

PLACES = """place_id,name,aliases,kind,within,pcode,notes,colour
examplia,Examplia,,country,,XA,,
xa-adm1-west,West,Ouest,adm1,examplia,XA01,Checked by a curator,blue
xa-adm1-east,East,,adm1,examplia,,,
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A project about a fictional country: the country and its west have polygons, its east has none."""
    data = tmp_path / "project" / "data"
    (data / "boundaries").mkdir(parents=True)
    (tmp_path / "project" / "seeds").mkdir()
    (data / "map.toml").write_text('title = "Examplia"\n', encoding="utf-8")
    (data / "places.csv").write_text(PLACES, encoding="utf-8")
    for name in ("events", "sources"):
        (data / f"{name}.csv").write_text("", encoding="utf-8")
    for level, code, shape in (("country", "XA", box(20, 10, 22, 12)), ("adm1", "XA01", box(20, 10, 21, 12))):
        feature = {"type": "Feature", "properties": {"pcode": code, "level": level}}
        document = {"type": "FeatureCollection", "features": [{**feature, "geometry": shapely.geometry.mapping(shape)}]}
        (data / "boundaries" / f"{level}.geojson").write_text(json.dumps(document), encoding="utf-8")
    return tmp_path / "project"


def _jagged(west: float, east: float) -> BaseGeometry:
    """A district from 10° to 11° north, whose sides have far more corners than a page can show."""
    steps = 400
    side = [(0.0001 * (-1) ** at, 10 + at / steps) for at in range(1, steps)]
    left = [(west + dx, y) for dx, y in side]
    right = [(east + dx, y) for dx, y in side]
    return shapely.Polygon([(west, 10), (east, 10), *right, (east, 11), (west, 11), *left[::-1]])


def _frame(*rows: tuple[str | None, str | None, BaseGeometry | None], crs: str | None = "EPSG:4326") -> Any:
    codes, names, shapes = zip(*rows, strict=True)
    return geopandas.GeoDataFrame({"CODE": codes, "LABEL": names}, geometry=list(shapes), crs=crs)


DISTRICTS = _frame(("XA0101", "Northtown", _jagged(20, 20.5)), ("XA0102", "Southtown", _jagged(20.5, 21)))


def _add(folder: Path, file: Path, level: str = "adm2", **options: Any) -> BoundariesAdded:
    columns = {"name": "LABEL", "code": "CODE"}
    added = Project.open(folder).add_boundaries(file, level, **{**columns, **options})
    assert added.features == added.units + added.merged + sum(one.count for one in added.left_out)
    found = Project.open(folder).check()
    assert [one for one in found if one.is_error and not one.file.endswith(("events.csv", "sources.csv"))] == []
    return added


def _rows(folder: Path) -> dict[str, dict[str, str]]:
    with (folder / "data" / "places.csv").open(encoding="utf-8", newline="") as file:
        return {row["place_id"]: row for row in csv.DictReader(file)}


def _shapes(folder: Path) -> dict[str, BaseGeometry]:
    return {code: unit.geometry for code, unit in Project.open(folder).gazetteer().boundaries.units.items()}


def _saved(tmp_path: Path, frame: Any, name: str = "districts.geojson", **how: Any) -> Path:
    frame.to_file(tmp_path / name, **how)
    return tmp_path / name


def test_units_get_polygons_that_meet_and_rows_within_what_holds_them(folder: Path, tmp_path: Path) -> None:
    added = _add(folder, _saved(tmp_path, DISTRICTS))
    assert (added.file, added.units) == ("data/boundaries/districts-adm2.geojson", 2)
    assert added.rows == ("xa-adm2-northtown", "xa-adm2-southtown")
    row = _rows(folder)["xa-adm2-northtown"]
    assert (row["kind"], row["within"], row["pcode"], row["source"]) == (
        "adm2",
        "xa-adm1-west",
        "XA0101",
        "districts.geojson",
    )
    shapes = _shapes(folder)
    north, south = shapes["XA0101"], shapes["XA0102"]
    assert north.intersection(south).length > 0.99
    assert north.intersection(south).area == 0
    # Simplified, and still where it was.
    assert shapely.get_num_coordinates(north) < 100
    assert north.symmetric_difference(_jagged(20, 20.5)).area < 0.002


def test_the_same_file_again_changes_nothing(folder: Path, tmp_path: Path) -> None:
    file = _saved(tmp_path, DISTRICTS)
    _add(folder, file)
    before = {path: path.read_bytes() for path in (folder / "data").rglob("*") if path.is_file()}
    assert _add(folder, file).rows == ()
    assert {path: path.read_bytes() for path in (folder / "data").rglob("*") if path.is_file()} == before


def test_a_zipped_shapefile_in_metres_comes_out_in_degrees(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "shp").mkdir()
    _saved(tmp_path / "shp", DISTRICTS.to_crs("EPSG:32634"), "xa_adm2.shp")
    with zipfile.ZipFile(tmp_path / "xa_adm2.zip", "w") as archive:
        for path in sorted((tmp_path / "shp").iterdir()):
            archive.write(path, path.name)
    added = _add(folder, tmp_path / "xa_adm2.zip")
    assert added.file == "data/boundaries/xa-adm2.geojson"
    assert _shapes(folder)["XA0102"].bounds == pytest.approx((20.5, 10, 21, 11), abs=0.005)


def test_a_geopackage_of_several_layers_asks_for_one(folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "xa.gpkg"
    DISTRICTS.to_file(file, layer="adm2")
    DISTRICTS.to_file(file, layer="other")
    with pytest.raises(MapperError, match=r"several layers.*--layer: adm2, other"):
        _add(folder, file)
    with pytest.raises(MapperError, match="no layer 'adm3'"):
        _add(folder, file, layer="adm3")
    assert _add(folder, file, layer="adm2").units == 2


def test_what_cant_be_taken_is_said_by_reason_and_feature(folder: Path, tmp_path: Path) -> None:
    bow_tie = shapely.Polygon([(20, 10), (20.5, 10.5), (20.5, 10), (20, 10.5)])
    frame = _frame(
        ("XA0101", "Bow", bow_tie),
        (None, "No code", box(20.5, 10, 20.6, 10.1)),
        ("XA0102", "No geometry", None),
        ("XA0103", "One", box(20.6, 10, 20.7, 10.1)),
        ("XA0103", "Other", box(20.7, 10, 20.8, 10.1)),
        ("XA0104", "Parts", box(20.8, 10, 20.85, 10.1)),
        ("XA0104", "Parts", box(20.9, 10, 20.95, 10.1)),
        ("XA0105", "Line", shapely.LineString([(20, 10), (21, 11)])),
    )
    added = _add(folder, _saved(tmp_path, frame, "odd.gpkg"))
    assert (added.units, added.merged, added.repaired) == (2, 1, 1)
    assert {one.why: one.rows for one in added.left_out} == {
        "they have no code": (2,),
        "they have no geometry": (3,),
        "several units have the code XA0103": (4, 5),
        "their geometry is no area but a LineString": (8,),
    }
    assert _shapes(folder)["XA0104"].geom_type == "MultiPolygon"


def test_a_row_without_a_code_is_joined_and_one_with_another_code_is_not_touched(folder: Path, tmp_path: Path) -> None:
    frame = _frame(("EX-E", "East", box(21, 10, 22, 12)), ("EX-W", "Ouest", box(20, 10, 21, 12)))
    file = _saved(tmp_path, frame)
    before = (folder / "data" / "places.csv").read_bytes()
    with pytest.raises(MapperError, match=r"Ouest \(XA01, here EX-W\).*--replace"):
        _add(folder, file, "adm1")
    assert (folder / "data" / "places.csv").read_bytes() == before
    added = _add(folder, _saved(tmp_path, frame.head(1), "east.geojson"), "adm1")
    assert (added.joined, added.rows) == (("xa-adm1-east",), ())
    assert _rows(folder)["xa-adm1-east"]["pcode"] == "EX-E"


def test_replacing_a_level_keeps_the_rows_and_takes_codes_and_polygons(folder: Path, tmp_path: Path) -> None:
    frame = _frame(("EX-W", "Occident", box(20, 10, 21.01, 12)), ("EX-E", "East", box(21.01, 10, 22, 12)))
    added = _add(folder, _saved(tmp_path, frame, "new.geojson"), "adm1", replace_level=True)
    assert (added.recoded, added.joined, added.rows) == (("xa-adm1-west",), ("xa-adm1-east",), ())
    west = _rows(folder)["xa-adm1-west"]
    assert west.items() >= {"name": "West", "pcode": "EX-W", "notes": "Checked by a curator", "colour": "blue"}.items()
    assert set(_shapes(folder)) == {"XA", "EX-W", "EX-E"}
    assert not (folder / "data" / "boundaries" / "adm1.geojson").exists()


def test_a_unit_that_has_a_polygon_in_another_file_is_refused(folder: Path, tmp_path: Path) -> None:
    frame = _frame(("XA01", "West", box(20, 10, 21, 12)))
    with pytest.raises(MapperError, match=r"data/boundaries/adm1\.geojson has polygons of 1"):
        _add(folder, _saved(tmp_path, frame), "adm1")


@pytest.mark.parametrize(
    ("code", "name", "source"),
    [
        ("ADM2_PCODE", "ADM2_EN", "units.geojson"),
        ("shapeID", "shapeName", "geoBoundaries"),
        ("GID_2", "NAME_2", "GADM"),
    ],
)
def test_the_columns_of_the_usual_sources_are_found_and_said(
    folder: Path, tmp_path: Path, code: str, name: str, source: str
) -> None:
    frame = DISTRICTS.rename(columns={"CODE": code, "LABEL": name})
    added = _add(folder, _saved(tmp_path, frame, "units.geojson"), code="", name="")
    assert added.notes[0] == f"code: from the column {code}; name: from the column {name}"
    assert _rows(folder)["xa-adm2-northtown"]["source"] == source


def test_other_names_of_a_unit_become_its_aliases(folder: Path, tmp_path: Path) -> None:
    frame = DISTRICTS.rename(columns={"CODE": "ADM2_PCODE", "LABEL": "ADM2_EN"})
    frame["ADM2_FR"], frame["ADM2_REF"] = ["Villenord", None], ["x", "y"]
    _add(folder, _saved(tmp_path, frame), code="", name="")
    assert _rows(folder)["xa-adm2-northtown"]["aliases"] == "Villenord"


def test_columns_that_arent_there_are_listed(folder: Path, tmp_path: Path) -> None:
    file = _saved(tmp_path, DISTRICTS)
    with pytest.raises(MapperError, match=r"--code COLUMN.*CODE \(XA0101\), LABEL \(Northtown\)"):
        _add(folder, file, code="")
    with pytest.raises(MapperError, match=r"--name NAME: there is no such column"):
        _add(folder, file, name="NAME")


def test_what_reaches_beyond_180_degrees_is_cut_there(folder: Path, tmp_path: Path) -> None:
    frame = _frame(("XA09", "Islands", box(179, -17, 181, -16)))
    _add(folder, _saved(tmp_path, frame, "islands.gpkg"), "adm1")
    shape = _shapes(folder)["XA09"]
    assert sorted(part.bounds for part in shape.geoms) == [(-180, -17, -179, -16), (179, -17, 180, -16)]


def test_numbers_without_a_reference_system_are_degrees_or_refused(folder: Path, tmp_path: Path) -> None:
    for name, shape in (("degrees", box(20, 10, 20.5, 11)), ("metres", box(500_000, 1_000_000, 510_000, 1_010_000))):
        frame = _frame(("XA0101", "Northtown", shape), crs=None)
        with pytest.warns(UserWarning, match="crs"):
            _saved(tmp_path, frame, f"{name}.shp")
    assert "taken for degrees" in "; ".join(_add(folder, tmp_path / "degrees.shp").notes)
    with pytest.raises(MapperError, match="coordinate reference system"):
        _add(folder, tmp_path / "metres.shp")


@pytest.mark.parametrize(("name", "text"), [("missing.shp", None), ("broken.geojson", "{"), ("note.txt", "hello")])
def test_a_file_that_gdal_cant_read_is_refused_by_name(
    folder: Path, tmp_path: Path, name: str, text: str | None
) -> None:
    if text is not None:
        (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(MapperError, match=name):
        _add(folder, tmp_path / name)


def _command(folder: Path, *arguments: str) -> Result:
    return CliRunner().invoke(cli, ["-C", str(folder), "boundaries", "add", *arguments], catch_exceptions=False)


def test_the_command_says_what_it_took_and_dry_run_writes_nothing(folder: Path, tmp_path: Path) -> None:
    file = str(_saved(tmp_path, DISTRICTS))
    columns = ("--level", "adm2", "--name", "LABEL", "--code", "CODE")
    before = {path: path.read_bytes() for path in (folder / "data").rglob("*") if path.is_file()}
    dry = _command(folder, file, *columns, "--dry-run")
    assert "Would be: data/boundaries/districts-adm2.geojson: 2 units of adm2" in dry.stderr
    assert {path: path.read_bytes() for path in (folder / "data").rglob("*") if path.is_file()} == before
    done = _command(folder, file, *columns, "--source", "The Survey of Examplia", "--licence", "CC BY 4.0")
    assert done.exit_code == 0
    assert "2 new places" in done.stderr
    origins = Project.open(folder).gazetteer().boundaries.attribution
    assert ("The Survey of Examplia", "CC BY 4.0") in origins
    assert _command(folder, file, "--level", "adm9").exit_code == 2
