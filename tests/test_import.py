"""Files of others into the project's tables: every row accounted for, nothing placed by guess."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import small_project

from mapper import Project
from mapper.errors import MapperError
from mapper.imports import Imported
from mapper.schema import table_schema
from mapper.tables import read_table

Rows = Sequence[Mapping[str, str]]

UCDP = {
    "relid": "EXA-2024-1-1-1",
    "type_of_violence": "1",
    "dyad_name": "Government of Examplia - Hill Front",
    "side_a": "Government of Examplia",
    "side_b": "Hill Front",
    "source_article": "Examplia Gazette 2024-08-10",
    "source_headline": "Clash at Northtown",
    "where_prec": "1",
    "where_coordinates": "Northtown town",
    "adm_1": "West province",
    "adm_2": "Northtown district",
    "latitude": "11.4",
    "longitude": "20.6",
    "country": "Examplia",
    "event_clarity": "1",
    "date_prec": "1",
    "date_start": "2024-08-05",
    "date_end": "2024-08-05",
    "best": "2",
    "low": "1",
    "high": "4",
}
ACLED = {
    "event_date": "05 August 2024",
    "time_precision": "1",
    "event_type": "Battles",
    "sub_event_type": "Armed clash",
    "actor1": "Military Forces of Examplia",
    "actor2": "Hill Front",
    "inter1": "1",
    "country": "Examplia",
    "admin1": "West",
    "location": "Northtown",
    "latitude": "11.4",
    "longitude": "20.6",
    "geo_precision": "1",
    "source": "Examplia Gazette",
    "notes": "On 5 August, soldiers and the Hill Front clashed in Northtown.",
    "fatalities": "3",
}


def ucdp(number: int, **cells: str) -> dict[str, str]:
    return {"id": str(number), **UCDP, **cells}


def acled(number: int, **cells: str) -> dict[str, str]:
    return {"event_id_cnty": f"EXA{number}", **ACLED, **cells}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return small_project.make(tmp_path / "project", [])


def taken(project: Path, rows: Rows, name: str = "others.csv", **options: Any) -> Imported:
    file = project.parent / name
    file.write_bytes(small_project.csv_bytes(rows))
    return Project.open(project).import_file(file, **options)


def table(project: Path, name: str = "events") -> list[dict[str, str]]:
    read = read_table(project / f"data/{name}.csv", name, table_schema(name), project)
    return [{column: read.column(column)[at] for column in read.header} for at in range(len(read))]


def features(project: Path) -> dict[str, dict[str, Any]]:
    text = Project.open(project).export(None, "geojson")
    return {one["id"]: {**one["properties"], "geometry": one["geometry"]} for one in json.loads(text)["features"]}


def everything(project: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in sorted(project.rglob("*")) if path.is_file()}


def test_the_same_file_again_changes_nothing(project: Path) -> None:
    rows = [ucdp(1), ucdp(2, where_prec="4", adm_1="Nowhere province"), ucdp(3, where_prec="2")]
    assert len(taken(project, rows).added) == 3
    before = everything(project)
    again = taken(project, rows)
    assert (again.added, again.updated, again.unchanged) == ((), (), ("ucdp-1", "ucdp-2", "ucdp-3"))
    assert everything(project) == before


def test_a_newer_file_updates_by_native_id_and_reports_what_it_no_longer_has(project: Path) -> None:
    taken(project, [ucdp(1), ucdp(2), ucdp(3)])
    newer = taken(project, [ucdp(1), ucdp(2, best="3"), ucdp(4)])
    assert newer.updated == ("ucdp-2",)
    assert newer.added == ("ucdp-4",)
    assert newer.withdrawn == ("ucdp-3",)
    assert {row["event_id"]: row["fatalities_best"] for row in table(project)} == {
        **{"ucdp-1": "2", "ucdp-2": "3"},
        **{"ucdp-3": "2", "ucdp-4": "2"},
    }


def test_what_a_curator_has_edited_or_removed_stays_so(project: Path) -> None:
    taken(project, [ucdp(1), ucdp(2), ucdp(3)])
    rows = table(project)
    rows[0]["title"] = "In the curator's words"
    (project / "data/events.csv").write_bytes(small_project.csv_bytes(rows[:2]))
    newer = taken(project, [ucdp(1, best="3"), ucdp(2), ucdp(3)])
    assert (newer.kept, newer.unchanged, newer.removed) == (("ucdp-1",), ("ucdp-2",), ("ucdp-3",))
    assert table(project)[0]["title"] == "In the curator's words"
    assert table(project)[0]["fatalities_best"] == "2"


def test_rows_of_the_curators_own_and_their_cells_are_left_as_they_are(tmp_path: Path) -> None:
    own = small_project.event("own-event", title_fr="Le titre", weather="it rained")
    project = small_project.make(tmp_path / "project", [own])
    taken(project, [ucdp(1)])
    assert {name: text for name, text in table(project)[0].items() if text} == own
    assert table(project)[1]["weather"] == ""


def test_a_dry_run_writes_nothing_and_says_the_same(project: Path) -> None:
    before = everything(project)
    dry = taken(project, [ucdp(1), ucdp(2, id="")], dry_run=True)
    assert everything(project) == before
    assert dry == taken(project, [ucdp(1), ucdp(2, id="")])


@pytest.mark.parametrize(
    ("cells", "precision", "kind", "place"),
    [
        ({"where_prec": "1"}, "settlement", "Point", "Northtown town"),
        ({"where_prec": "2"}, "near", "Polygon", "Northtown town"),
        ({"where_prec": "3"}, "adm2", "Polygon", "Northtown"),
        ({"where_prec": "4"}, "adm1", "Polygon", "West"),
        ({"where_prec": "4", "adm_1": "Elsewhere", "where_coordinates": "Elsewhere"}, "region", "Polygon", "Elsewhere"),
        ({"where_prec": "5", "where_coordinates": "The hills"}, "region", "Polygon", "The hills"),
        ({"where_prec": "6"}, "country", "Polygon", "Examplia"),
        ({"where_prec": "9"}, "unlocated", None, None),
    ],
)
def test_ucdps_precision_of_place_is_never_made_finer(
    project: Path, cells: dict[str, str], precision: str, kind: str | None, place: str | None
) -> None:
    taken(project, [ucdp(1, **cells)])
    event = features(project)["ucdp-1"]
    assert (event["geo_precision"], event["place"]) == (precision, place)
    assert (event["geometry"] or {}).get("type") == kind


def test_a_unit_without_a_boundary_becomes_a_circle_whose_radius_is_stated(project: Path) -> None:
    told = taken(project, [ucdp(1, where_prec="4", adm_1="Elsewhere")])
    event = features(project)["ucdp-1"]
    assert event["radius_m"] == 100_000
    assert "for want of its boundary" in event["geometry_note"]
    assert [(loss.code, loss.count) for loss in told.losses] == [("unit-unknown", 1)]


def test_a_unit_is_not_taken_where_its_point_lies_far_outside(project: Path) -> None:
    taken(project, [ucdp(1, where_prec="4", latitude="10.5", longitude="23.5")])
    assert features(project)["ucdp-1"]["geo_precision"] == "region"


def test_with_the_unit_named_in_places_the_next_import_draws_its_polygon(project: Path) -> None:
    rows = [ucdp(1, where_prec="4", adm_1="Occident province")]
    taken(project, rows)
    places = table(project, "places")
    west = next(row for row in places if row["place_id"] == "west")
    west["aliases"] = "Occident"
    (project / "data/places.csv").write_bytes(small_project.csv_bytes(places))
    assert taken(project, rows).updated == ("ucdp-1",)
    assert features(project)["ucdp-1"]["geo_precision"] == "adm1"


@pytest.mark.parametrize(
    ("cells", "date"),
    [
        ({}, "2024-08-05"),
        ({"date_end": "2024-08-07"}, "[2024-08-05..2024-08-07]"),
        ({"date_end": "2024-08-07", "event_clarity": "2"}, "2024-08-05/2024-08-07"),
        ({"date_start": "2024-08-05 00:00:00.000", "date_end": "2024-08-05 00:00:00.000"}, "2024-08-05"),
    ],
)
def test_ucdps_dates_are_a_day_a_window_or_a_span(project: Path, cells: dict[str, str], date: str) -> None:
    taken(project, [ucdp(1, **cells)])
    assert table(project)[0]["date"] == date


def test_every_native_column_is_kept_under_its_own_name(project: Path) -> None:
    taken(project, [ucdp(1, priogrid_gid="146000", code_status="Clear")])
    row, native = table(project)[0], ucdp(1, priogrid_gid="146000", code_status="Clear")
    kept = native.keys() - {"latitude", "longitude"}
    assert {name: row[name] for name in kept} == {name: native[name] for name in kept}


def test_figures_that_contradict_each_other_are_not_all_taken_and_it_is_said(project: Path) -> None:
    told = taken(project, [ucdp(1, best="1", low="3", high="3")])
    row = table(project)[0]
    assert [row[f"fatalities_{which}"] for which in ("low", "best", "high")] == ["", "1", ""]
    assert [row[which] for which in ("low", "best", "high")] == ["3", "1", "3"]
    assert [(loss.code, loss.count) for loss in told.losses] == [("fatalities-order", 1)]


def test_rows_without_an_id_are_named_and_left_out(project: Path) -> None:
    told = taken(project, [ucdp(1), ucdp(2, id="")])
    assert (told.rows, len(told.added)) == (2, 1)
    assert [(one.row, one.why) for one in told.refused] == [(3, "it has no id")]


@pytest.mark.parametrize(
    ("cells", "date"),
    [
        ({}, "2024-08-05"),
        ({"event_date": "2024-08-05"}, "2024-08-05"),
        ({"time_precision": "2"}, "[2024-08-02..2024-08-08]"),
        ({"time_precision": "3"}, "2024-08"),
    ],
)
def test_acleds_dates_are_a_day_a_window_of_the_week_or_the_month(
    project: Path, cells: dict[str, str], date: str
) -> None:
    taken(project, [acled(1, **cells)])
    assert table(project)[0]["date"] == date


def test_acleds_zero_deaths_are_marked_as_zero_or_not_stated(project: Path) -> None:
    told = taken(project, [acled(1, fatalities="0"), acled(2)])
    assert [row["fatalities_best"] for row in table(project)] == ["", "3"]
    assert [row["fatalities_text"] for row in table(project)] == ["0 or not stated", ""]
    assert [row["fatalities"] for row in table(project)] == ["0", "3"]
    assert [(loss.code, loss.count) for loss in told.losses] == [("fatalities-zero", 1)]


@pytest.mark.parametrize(
    ("precision", "kind", "geometry"),
    [("1", "settlement", "Point"), ("2", "near", "Polygon"), ("3", "adm1", "Polygon")],
)
def test_acleds_provincial_capital_is_never_a_point_for_its_province(
    project: Path, precision: str, kind: str, geometry: str
) -> None:
    taken(project, [acled(1, geo_precision=precision)])
    event = features(project)["acled-exa1"]
    assert (event["geo_precision"], event["geometry"]["type"], event["admin1"]) == (kind, geometry, "West")
    assert event["extra"]["acled_geo_precision"] == precision


def test_acleds_text_is_the_quote_and_both_forms_of_interaction_codes_are_kept(project: Path) -> None:
    taken(project, [acled(1), acled(2, inter1="State forces")])
    rows = table(project)
    assert [row["quote"] for row in rows] == [ACLED["notes"]] * 2
    assert [row["inter1"] for row in rows] == ["1", "State forces"]


def test_types_that_the_taxonomy_lacks_are_added_to_one_of_the_projects_own(project: Path) -> None:
    rows = [{"event_id": "one", "event_type": "Roadblock", "sub_event_type": "Toll", "title": "A toll"}]
    assert taken(project, rows).types == ("Roadblock",)
    assert [problem.code for problem in Project.open(project).check() if problem.is_error] == []
    assert features(project)["one"]["event_type"] == "Roadblock"


OWN = [
    {"No": "7", "When": "21/07/2024", "Kind": "Riots", "Lat": "11.4", "Lon": "20.6", "What": "A crowd gathered."},
    {"No": "8", "When": "22/07/2024", "Kind": "Riots", "Lat": "10.5", "Lon": "21", "What": "It gathered again."},
]
MAPPING = {"event_id": "No", "date": "When", "event_type": "Kind", "quote": "What"}


def test_any_table_is_taken_by_a_mapping_that_is_remembered(project: Path) -> None:
    before = (project / "data/map.toml").read_text(encoding="utf-8")
    exact = {"geo_precision": "exact"}
    taken(project, OWN, "own.csv", columns=MAPPING, constants=exact, date_format="%d/%m/%Y")
    assert (project / "data/map.toml").read_text(encoding="utf-8").startswith(before)
    rows = table(project)
    assert [row["event_id"] for row in rows] == ["own-7", "own-8"]
    assert [row["date"] for row in rows] == ["2024-07-21", "2024-07-22"]
    assert features(project)["own-7"]["geometry"] == {"type": "Point", "coordinates": [20.6, 11.4]}
    again = taken(project, OWN, "own.csv")
    assert again.unchanged == ("own-7", "own-8")


def test_coordinates_of_which_nobody_says_how_exact_they_are_are_refused(project: Path) -> None:
    before = everything(project)
    with pytest.raises(MapperError, match="--set geo_precision=exact"):
        taken(project, OWN, "own.csv", columns=MAPPING)
    assert {path: data for path, data in everything(project).items() if path in before} == before


def test_a_mapping_to_a_column_that_is_not_there_names_those_that_are(project: Path) -> None:
    with pytest.raises(MapperError, match=r"--map title=Headline: the file has no column 'Headline'. It has: No, When"):
        taken(project, OWN, "own.csv", columns={"title": "Headline"})
    with pytest.raises(MapperError, match=r"--map deaths=No: events.csv has no column deaths"):
        taken(project, OWN, "own.csv", columns={"deaths": "No"})


def test_a_row_without_a_quote_is_quoted_whole(project: Path) -> None:
    taken(project, [{"id": "1", "type": "Riots", "town": "Northtown (settlement)"}], "own.csv")
    row = table(project)[0]
    assert row["quote"] == "id: 1; type: Riots; town: Northtown (settlement)"
    assert (row["event_id"], row["place"]) == ("own-1", "Northtown (settlement)")


def test_a_workbook_is_taken_as_its_csv_twin(project: Path, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    rows = [acled(1), acled(2, fatalities="0")]
    book.active.append(list(rows[0]))
    for row in rows:
        book.active.append(list(row.values()))
    book.save(tmp_path / "others.xlsx")
    Project.open(project).import_file(tmp_path / "others.xlsx")
    twin = small_project.make(tmp_path / "twin", [])
    taken(twin, rows)
    assert table(project) == table(twin)


def test_a_table_keeps_its_encoding_delimiter_and_line_ends(project: Path) -> None:
    path = project / "data/events.csv"
    header = "event_id;event_type;title;date;place;source_id;quote;sensitivity\r\n"
    path.write_bytes(b"\xef\xbb\xbf" + header.encode())
    taken(project, [ucdp(1, dyad_name="Bataille à Villenord")])
    data = path.read_bytes()
    assert data.startswith(b"\xef\xbb\xbf" + header.strip().encode() + b";")
    assert data.count(b"\r\n") == data.count(b"\n") == 2


@pytest.mark.parametrize(
    ("name", "text", "why"),
    [
        ("others.csv", 'id,relid\n1,"open', "others.csv:2"),
        ("others.doc", "x", "names no format that can be imported"),
        ("gone.csv", None, "no such file"),
        ("others.geojson", "{", "can't be read as GeoJSON"),
    ],
)
def test_a_file_that_cannot_be_read_changes_nothing_and_says_why(
    project: Path, name: str, text: str | None, why: str
) -> None:
    if text is not None:
        (project.parent / name).write_text(text, encoding="utf-8")
    before = everything(project)
    with pytest.raises(MapperError, match=why):
        Project.open(project).import_file(project.parent / name)
    assert everything(project) == before


def test_a_table_that_cannot_be_read_whole_is_not_written_to(project: Path) -> None:
    path = project / "data/events.csv"
    path.write_text("event_id,event_type,title,source_id,quote\na,b,c,d,e,f\n", encoding="utf-8")
    before = everything(project)
    with pytest.raises(MapperError, match=r"events.csv:2.*mend data/events.csv first"):
        taken(project, [ucdp(1)])
    assert {path: data for path, data in everything(project).items() if path in before} == before


def test_the_command_accounts_for_every_row(
    project: Path, mapper_command: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    file = project.parent / "others.csv"
    file.write_bytes(small_project.csv_bytes([ucdp(1), ucdp(2, where_prec="4", adm_1="Elsewhere"), ucdp(3, id="")]))
    report = project.parent / "report.json"
    done = mapper_command(project, "import", str(file), "--report", str(report))
    assert done.returncode == 1
    assert "row 4: left out: it has no id" in done.stderr
    assert "3 rows as ucdp: 2 added, 1 left out; 2 new places" in done.stderr
    told = json.loads(report.read_text(encoding="utf-8"))
    fates = ("added", "updated", "unchanged", "kept", "removed", "refused")
    assert sum(told[fate] for fate in fates) == told["rows"] == 3
