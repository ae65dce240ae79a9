"""Foreign gazetteers into places.csv: every row accounted for, nothing that stands there changed."""

from __future__ import annotations

import csv
import json
import sqlite3
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner, Result

from mapper import Project
from mapper.cli import cli
from mapper.errors import MapperError
from mapper.place_imports import PlacesImported

SQUARE = [[[20, 10], [22, 10], [22, 12], [20, 12], [20, 10]]]
WEST = [[[20, 10], [21, 10], [21, 12], [20, 12], [20, 10]]]
PLACES = """place_id,name,aliases,kind,within,pcode,iso_3166_2,geonames_id,latitude,longitude,notes,colour
examplia,Examplia,,country,,XA,EXA,,,,,
west,West,,adm1,examplia,XA01,,,,,,
northtown,Northtown,Nordville,settlement,west,,,7001,11.4,20.6,Checked by a curator,blue
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A project about a fictional country with one unit and one town, and a column of the curator's own."""
    data = tmp_path / "project" / "data"
    (data / "boundaries").mkdir(parents=True)
    (tmp_path / "project" / "seeds").mkdir()
    (data / "map.toml").write_text('title = "Examplia"\n', encoding="utf-8")
    (data / "places.csv").write_text(PLACES, encoding="utf-8")
    for name in ("events", "sources"):
        (data / f"{name}.csv").write_text("", encoding="utf-8")
    shapes = {"XA": ("country", SQUARE), "XA01": ("adm1", WEST)}
    features = [
        {"type": "Feature", "properties": {"pcode": code, "level": level}, "geometry": _polygon(rings)}
        for code, (level, rings) in shapes.items()
    ]
    text = json.dumps({"type": "FeatureCollection", "features": features})
    (data / "boundaries" / "units.geojson").write_text(text, encoding="utf-8")
    return tmp_path / "project"


def _polygon(rings: Any) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": rings}


def _dump(*rows: Mapping[str, object]) -> str:
    """A GeoNames dump: 19 columns, tab-delimited."""
    names = (
        *("id", "name", "ascii", "alternates", "lat", "lon", "class", "code", "country", "cc2", "adm1", "adm2"),
        *("adm3", "adm4", "population", "elevation", "dem", "timezone", "modified"),
    )
    usual = {"class": "P", "code": "PPL", "country": "XA", "modified": "2031-01-01"}
    return "".join("\t".join(str({**usual, **row}.get(name, "")) for name in names) + "\n" for row in rows)


TOWN = {"id": 7002, "name": "Millford", "alternates": "Мілфорд,MLF,Mill Ford", "lat": 11.0, "lon": 20.5}
DUMP = _dump(
    {**TOWN, "population": 900},
    {"id": 7001, "name": "Northtown renamed", "lat": 1, "lon": 1},
    {"id": 7003, "name": "Old Quarter", "code": "PPLX", "lat": 11.41, "lon": 20.61},
    {"id": 7004, "name": "Saint Nobody", "class": "S", "code": "HSP", "lat": 11.0, "lon": 21.5},
    {"id": 7005, "name": "Long River", "class": "H", "lat": 11.0, "lon": 21.5},
    {"id": 7006, "name": "West", "class": "A", "code": "ADM1", "lat": 11.0, "lon": 20.5},
    {"id": 7007, "name": "Farther", "lat": 40.0, "lon": 20.5},
    {"id": 7008, "name": "Nowhere", "lat": 0, "lon": 0},
)


def _rows(folder: Path) -> dict[str, dict[str, str]]:
    with (folder / "data" / "places.csv").open(encoding="utf-8", newline="") as file:
        return {row["place_id"]: row for row in csv.DictReader(file)}


def _import(folder: Path, file: Path, **options: Any) -> PlacesImported:
    imported = Project.open(folder).import_places(file, **options)
    assert imported.rows == len(imported.added) + imported.known + sum(one.count for one in imported.left_out)
    assert [problem for problem in Project.open(folder).check() if problem.is_error and "places" in problem.file] == []
    return imported


def _written(tmp_path: Path, name: str, text: str) -> Path:
    (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path / name


def test_a_geonames_dump_brings_towns_quarters_and_sites(folder: Path, tmp_path: Path) -> None:
    imported = _import(folder, _written(tmp_path, "XA.txt", DUMP))
    rows = _rows(folder)
    assert imported.format == "GeoNames"
    assert imported.added == ("xa-town-millford", "xa-quarter-old-quarter", "xa-site-saint-nobody", "xa-town-farther")
    town = rows["xa-town-millford"]
    assert (town["name"], town["aliases"], town["within"]) == ("Millford", "Мілфорд;Mill Ford", "west")
    assert (town["geonames_id"], town["population"], town["source"]) == ("7002", "900", "GeoNames, XA.txt")
    assert (rows["xa-site-saint-nobody"]["kind"], rows["xa-site-saint-nobody"]["within"]) == ("site", "examplia")
    assert (imported.unheld, rows["xa-town-farther"]["within"]) == (1, "")
    assert {one.why.split(",")[0]: one.rows for one in imported.left_out} == {
        "waters": (5,),
        "units": (6,),
        "they lie at 0": (8,),
    }


def test_what_stands_is_never_changed_and_the_same_file_again_adds_nothing(folder: Path, tmp_path: Path) -> None:
    file = _written(tmp_path, "XA.txt", DUMP)
    _import(folder, file)
    once = (folder / "data" / "places.csv").read_bytes()
    again = _import(folder, file)
    assert (again.added, again.known) == ((), 5)
    assert (folder / "data" / "places.csv").read_bytes() == once
    assert once.decode().startswith(PLACES.splitlines()[0])
    assert (
        _rows(folder)["northtown"].items()
        >= {"name": "Northtown", "notes": "Checked by a curator", "colour": "blue"}.items()
    )


def test_a_zipped_dump_is_the_same_as_the_dump(folder: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "XA.zip", "w") as archive:
        archive.writestr("readme.txt", "About this file")
        archive.writestr("XA.txt", DUMP)
    assert _import(folder, tmp_path / "XA.zip").added[0] == "xa-town-millford"


@pytest.mark.parametrize("members", [(), ("XA.txt", "XB.txt"), ("picture.png",)])
def test_an_archive_with_none_or_several_is_refused(folder: Path, tmp_path: Path, members: Sequence[str]) -> None:
    with zipfile.ZipFile(tmp_path / "XA.zip", "w") as archive:
        for name in members:
            archive.writestr(name, DUMP)
    before = (folder / "data" / "places.csv").read_bytes()
    with pytest.raises(MapperError, match=r"XA\.zip.*one file of places"):
        _import(folder, tmp_path / "XA.zip")
    assert (folder / "data" / "places.csv").read_bytes() == before


def test_only_places_of_the_countries_asked_for_are_taken(folder: Path, tmp_path: Path) -> None:
    rows = [{**TOWN, "country": "SD"}, {"id": 7009, "name": "Elsewhere", "lat": 11, "lon": 21, "country": "HT"}]
    file = _written(tmp_path, "all.txt", _dump(*rows))
    imported = _import(folder, file, countries=["SDN"])
    assert imported.added == ("sd-town-millford",)
    assert [(one.why, one.count) for one in imported.left_out] == [("they lie in other countries", 1)]
    with pytest.raises(MapperError, match="ISO 3166-1"):
        _import(folder, file, countries=["Sudan"])


def test_a_place_of_the_same_name_and_kind_close_by_stands_already(folder: Path, tmp_path: Path) -> None:
    near = {"id": 8001, "name": "Nordville", "lat": 11.42, "lon": 20.61}
    far = {"id": 8002, "name": "Northtown", "lat": 11.9, "lon": 20.9}
    imported = _import(folder, _written(tmp_path, "XA.txt", _dump(near, far)))
    assert (imported.known, imported.added) == (1, ("xa-town-northtown",))


WOF = {
    "wof:id": 85, "wof:name": "Millford", "wof:placetype": "locality", "iso:country": "XA",
    "lbl:latitude": 11.0, "lbl:longitude": 20.5, "geom:latitude": 11.1, "geom:longitude": 20.6,
    "name:ukr_x_preferred": ["Мілфорд"], "wof:concordances": {"gn:id": 7002}, "edtf:deprecated": "",
    "edtf:cessation": "uuuu", "wof:superseded_by": [],
}  # fmt: skip


def _wof(**more: object) -> dict[str, Any]:
    return {"type": "Feature", "properties": {**WOF, **more}, "geometry": {"type": "Point", "coordinates": [0, 0]}}


def test_whos_on_first_geojson_brings_points_and_leaves_units_and_what_is_gone_out(
    folder: Path, tmp_path: Path
) -> None:
    features = [
        _wof(),
        _wof(**{"wof:id": 86, "wof:placetype": "region"}),
        _wof(**{"wof:id": 87, "edtf:deprecated": "2020-01-01"}),
    ]
    file = _written(tmp_path, "wof.geojson", json.dumps({"type": "FeatureCollection", "features": features}))
    imported = _import(folder, file)
    [place] = imported.added
    row = _rows(folder)[place]
    assert (row["name"], row["aliases"], row["latitude"], row["geonames_id"]) == (
        "Millford",
        "Мілфорд",
        "11.00000",
        "7002",
    )
    assert row["source"] == "Who's On First, wof.geojson"
    assert sum(one.count for one in imported.left_out) == 2
    assert _import(folder, file).added == ()


def test_a_whos_on_first_meta_file_is_read(folder: Path, tmp_path: Path) -> None:
    text = (
        "id,name,placetype,geom_latitude,geom_longitude,lbl_latitude,lbl_longitude,iso_country,deprecated,cessation\n"
        "85,Millford,locality,11.1,20.6,11.0,20.5,XA,,uuuu\n"
        "88,Mill Row,neighbourhood,11.1,20.6,,,XA,,\n"
        "89,Gone,locality,11.2,20.6,,,XA,2019-01-01,\n"
    )
    imported = _import(folder, _written(tmp_path, "wof-locality-latest.csv", text))
    rows = _rows(folder)
    assert [rows[one]["latitude"] for one in imported.added] == ["11.00000", "11.10000"]
    assert [rows[one]["kind"] for one in imported.added] == ["settlement", "neighbourhood"]
    assert _import(folder, tmp_path / "wof-locality-latest.csv").added == ()


def test_a_whos_on_first_distribution_in_sqlite_is_read(folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "wof.db"
    database = sqlite3.connect(file)
    database.execute(
        "CREATE TABLE spr (id INTEGER, name TEXT, placetype TEXT, country TEXT, latitude REAL, longitude REAL, "
        "is_deprecated INTEGER, is_ceased INTEGER, is_superseded INTEGER)"
    )
    database.execute("CREATE TABLE names (id INTEGER, name TEXT)")
    database.execute("CREATE TABLE concordances (id INTEGER, other_id TEXT, other_source TEXT)")
    database.execute("INSERT INTO spr VALUES (85, 'Millford', 'locality', 'XA', 11.0, 20.5, 0, -1, 0)")
    database.execute("INSERT INTO spr VALUES (86, 'Gone', 'locality', 'XA', 11.2, 20.5, 1, 0, 0)")
    database.execute("INSERT INTO names VALUES (85, 'Мілфорд')")
    database.execute("INSERT INTO concordances VALUES (85, '7002', 'gn:id')")
    database.commit()
    database.close()
    [place] = _import(folder, file).added
    assert _rows(folder)[place].items() >= {"name": "Millford", "aliases": "Мілфорд", "geonames_id": "7002"}.items()
    assert _import(folder, file).added == ()


def test_any_table_is_taken_by_usual_names_by_mapping_and_by_constants(folder: Path, tmp_path: Path) -> None:
    text = "Ort;Lat;Long;Typ;Bemerkung\nMillford;11.0;20.5;town;by the river\nCamp 3;11.1;20.6;camp;\nX;;20;town;\n"
    file = _written(tmp_path, "orte.csv", text)
    with pytest.raises(MapperError, match="--map name=COLUMN"):
        _import(folder, file)
    imported = _import(folder, file, columns={"name": "Ort", "kind": "Typ", "notes": "Bemerkung"})
    rows = [_rows(folder)[one] for one in imported.added]
    assert [(row["name"], row["kind"], row["notes"]) for row in rows] == [
        ("Millford", "settlement", "by the river"),
        ("Camp 3", "site", ""),
    ]
    assert imported.columns["latitude"] == "Lat"
    assert [(one.why, one.rows) for one in imported.left_out] == [
        ("they have no latitude and longitude in degrees", (4,))
    ]
    assert _import(folder, file, columns={"name": "Ort", "kind": "Typ"}).added == ()
    sites = _written(tmp_path, "sites.csv", "name,lat,lon\nDepot,11.2,20.7\n")
    [depot] = _import(folder, sites, constants={"kind": "site"}).added
    assert _rows(folder)[depot]["kind"] == "site"


def test_a_workbook_and_a_geojson_of_points_are_tables_too(folder: Path, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["name", "latitude", "longitude"])
    book.active.append(["Millford", 11.0, 20.5])
    book.save(tmp_path / "orte.xlsx")
    assert len(_import(folder, tmp_path / "orte.xlsx").added) == 1
    point = {"type": "Point", "coordinates": [20.7, 11.1]}
    feature = {"type": "Feature", "properties": {"town": "Depot"}, "geometry": point}
    file = _written(tmp_path, "points.geojson", json.dumps({"type": "FeatureCollection", "features": [feature]}))
    [place] = _import(folder, file).added
    assert _rows(folder)[place].items() >= {"name": "Depot", "longitude": "20.70000"}.items()


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("places.shp", "x", "Known are"),
        ("missing.csv", None, "no such file"),
        ("broken.geojson", "{", "can't be read"),
        ("list.geojson", "[]", "no GeoJSON"),
        ("empty.db", "", "no table spr"),
        ("broken.zip", "x", "can't be read"),
        ("odd.csv", "name,lat\nA,1\n", "--map longitude=COLUMN"),
    ],
)
def test_a_file_that_cant_be_read_is_refused_by_name(
    folder: Path, tmp_path: Path, name: str, text: str | None, said: str
) -> None:
    if text is not None:
        _written(tmp_path, name, text)
    before = (folder / "data" / "places.csv").read_bytes()
    with pytest.raises(MapperError, match=said):
        _import(folder, tmp_path / name)
    assert (folder / "data" / "places.csv").read_bytes() == before


def _command(folder: Path, *arguments: str) -> Result:
    return CliRunner().invoke(cli, ["-C", str(folder), "places", "import", *arguments], catch_exceptions=False)


def test_the_command_says_what_was_taken_and_what_not(folder: Path, tmp_path: Path) -> None:
    file = _written(tmp_path, "XA.txt", DUMP)
    before = (folder / "data" / "places.csv").read_bytes()
    dry = _command(folder, str(file), "--dry-run")
    assert "Would be: 8 rows as GeoNames: 4 added, 1 there already" in dry.stderr
    assert (folder / "data" / "places.csv").read_bytes() == before
    done = _command(folder, str(file), "--report", str(tmp_path / "report.json"))
    assert done.exit_code == 0
    assert "left out (1): waters (row 5)" in done.stderr
    assert "within no unit (1)" in done.stderr
    report = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert (report["rows"], report["added"], report["known"], report["unheld"]) == (8, 4, 1, 1)


def test_a_mapping_that_names_nothing_is_said(folder: Path, tmp_path: Path) -> None:
    file = _written(tmp_path, "a.csv", "name,lat,lon\nA,1,2\n")
    assert "no such column" in _command(folder, str(file), "--map", "name=Ort").stderr
    assert "no column that a place can have" in _command(folder, str(file), "--map", "colour=name").stderr
    assert _command(folder, str(file), "--map", "name").exit_code == 2
