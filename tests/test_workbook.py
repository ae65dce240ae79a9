"""Our workbooks as other programs see them, and what a cell can't hold."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import openpyxl
import pyogrio
import pytest
import small_project
import workbooks
from python_calamine import CalamineWorkbook
from round_trip import collection, differences, emptied, unsaid

from mapper import Project
from mapper.errors import FormatLimit
from mapper.formats import workbook

FORMULA = '=HYPERLINK("https://example.invalid","here")'


def project(folder: Path, **cells: str) -> Project:
    rows = [small_project.event("one", title="'=1+1", notes=FORMULA, fatalities_best="2", **cells)]
    return Project.open(small_project.make(folder / "project", rows))


def exported(folder: Path, **cells: str) -> bytes:
    return project(folder, **cells).export(None, "xlsx")


def sheets(data: bytes) -> dict[str, list[list[Any]]]:
    book = openpyxl.load_workbook(io.BytesIO(data))
    return {sheet.title: [[cell.value for cell in row] for row in sheet.rows] for sheet in book}


def test_there_is_a_sheet_of_events_of_reports_of_sources_and_of_what_the_file_is(tmp_path: Path) -> None:
    found = sheets(exported(tmp_path))
    assert {title: rows[0][0] for title, rows in found.items()} == {
        "events": "event_id",
        "reports": "report_of",
        "sources": "source_id",
        "about": "title",
    }
    assert found["about"][1][0] == "Examplia"


def test_the_header_is_frozen(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(io.BytesIO(exported(tmp_path)))
    assert [sheet.freeze_panes for sheet in book] == ["B2"] * 4


def test_texts_that_look_like_formulas_dates_and_numbers_are_texts_as_they_were(tmp_path: Path) -> None:
    data = exported(tmp_path, fatalities_text="007", actor1="2024-08-05")
    told = {"title": "'=1+1", "notes": FORMULA, "date": "2024-08-05", "fatalities_text": "007", "actor1": "2024-08-05"}
    read = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_name("events").to_python()
    assert told.items() <= dict(zip(read[0], read[1], strict=True)).items()
    book = openpyxl.load_workbook(io.BytesIO(data))["events"]
    cells = {str(name.value): cell for name, cell in zip(*book.rows, strict=True)}
    assert {name: cells[name].data_type for name in told} == dict.fromkeys(told, "s")
    assert {cells[name].number_format for name in told} == {"@"}
    assert (cells["fatalities_best"].data_type, cells["fatalities_best"].value) == ("n", 2)


def test_gdal_reads_it(tmp_path: Path) -> None:
    (tmp_path / "events.xlsx").write_bytes(exported(tmp_path))
    frame = pyogrio.read_dataframe(tmp_path / "events.xlsx", layer="events", read_geometry=False)
    assert frame["notes"].tolist() == [FORMULA]
    assert frame["latitude"].tolist() == [10.51]


def test_a_label_point_stands_in_columns_of_its_own(tmp_path: Path) -> None:
    rows = sheets(exported(tmp_path, place="west"))["events"]
    cells = dict(zip(*rows, strict=True))
    assert (cells["latitude"], cells["longitude"]) == (None, None)
    assert (cells["label_point_is"], cells["label_latitude"]) == ("inside the area", 11)


def test_what_is_too_long_for_a_cell_is_said(tmp_path: Path) -> None:
    opened = project(tmp_path, actor1="x" * 40_000, place="west")
    assert [(loss.code, loss.count, loss.columns) for loss in opened.losses("xlsx")] == [
        ("cell-too-long", 2, ("actor1", "reports.actor1"))
    ]
    cells = dict(zip(*sheets(opened.export(None, "xlsx"))["events"], strict=True))
    assert cells["actor1"] == "x" * 32_766 + "…"


def test_a_shape_too_long_for_a_cell_comes_back_where_the_project_has_it(tmp_path: Path) -> None:
    ring = [[20 + at / 10_000, 10 + at % 2 / 10_000] for at in range(4000)]
    unit = small_project.box(0, 0, 1, 1, pcode="EX1")
    unit["geometry"]["coordinates"] = [[*ring, [20.4, 12], ring[0]]]
    boundaries = {"adm1.geojson": small_project.collection(unit)}
    root = small_project.make(tmp_path / "project", [small_project.event("one", "west")], boundaries=boundaries)
    opened = Project.open(root)
    assert [(loss.code, loss.columns) for loss in opened.losses("xlsx")] == [("cell-too-long", ("geometry",))]
    opened.export(tmp_path / "events.xlsx")
    twin = emptied(root, tmp_path / "twin", "places.csv", "boundaries", "seeds")
    Project.open(twin).import_file(tmp_path / "events.xlsx")
    assert differences(collection(root), collection(twin)) == set()
    bare = emptied(root, tmp_path / "bare")
    told = Project.open(bare).import_file(tmp_path / "events.xlsx")
    assert collection(bare)["features"][0]["geometry"] is None
    found = {one for one in differences(collection(root), collection(bare)) if one[1] in ("geometry", "title", "date")}
    assert unsaid(found, [*opened.losses("xlsx"), *told.losses]) == set()


def test_more_events_than_a_sheet_has_rows_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "MOST_ROWS", 0)
    with pytest.raises(FormatLimit, match="export CSV"):
        exported(tmp_path)


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_an_export_that_was_saved_as_ods_is_ours_still(tmp_path: Path, form: str) -> None:
    opened = project(tmp_path)
    data = opened.export(None, form)
    if form == "xlsx":
        rows = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_name("events").to_python()
    else:
        rows = [line.split("\t") for line in as_lines(data)]
    (tmp_path / "saved.ods").write_bytes(
        workbooks.ods_table([[f"{cell:g}" if isinstance(cell, float) else str(cell) for cell in row] for row in rows])
    )
    twin = emptied(opened.folder.root, tmp_path / "twin", "places.csv", "boundaries", "seeds")
    told = Project.open(twin).import_file(tmp_path / "saved.ods")
    assert told.format == form
    event = collection(twin)["features"][0]
    assert event["geometry"] == {"type": "Point", "coordinates": [21.02, 10.51]}
    assert (event["properties"]["title"], event["properties"]["notes"]) == ("'=1+1", FORMULA)


def as_lines(data: bytes) -> list[str]:
    return ["\t".join(row) for row in csv.reader(io.StringIO(data.decode(), newline=""))]


@pytest.mark.parametrize(
    ("column", "text", "why"),
    [("reports", "[1", "its reports can't be read as JSON"), ("WKT", "POINT (", "its WKT can't be read")],
)
def test_a_row_that_somebody_broke_is_refused_and_the_others_are_taken(
    tmp_path: Path, column: str, text: str, why: str
) -> None:
    rows = [small_project.event("one"), small_project.event("two")]
    opened = Project.open(small_project.make(tmp_path / "project", rows))
    lines = [line.split("\t") for line in as_lines(opened.export(None, "csv"))]
    lines[1][lines[0].index(column)] = text
    (tmp_path / "broken.csv").write_bytes(small_project.write_csv(lines[0], lines[1:]))
    twin = emptied(opened.folder.root, tmp_path / "twin", "places.csv", "boundaries", "seeds")
    told = Project.open(twin).import_file(tmp_path / "broken.csv")
    assert [(one.row, one.why.startswith(why)) for one in told.refused] == [(2, True)]
    assert told.added == ("two",)
    assert told.rows == 2


def test_columns_that_were_added_to_an_export_are_kept(tmp_path: Path) -> None:
    opened = project(tmp_path)
    header, row = (line.split("\t") for line in as_lines(opened.export(None, "csv")))
    (tmp_path / "more.csv").write_bytes(small_project.write_csv([*header, "checked by"], [[*row, "Somebody"]]))
    twin = emptied(opened.folder.root, tmp_path / "twin", "places.csv", "boundaries", "seeds")
    Project.open(twin).import_file(tmp_path / "more.csv")
    assert collection(twin)["features"][0]["properties"]["extra"] == {"checked by": "Somebody"}
