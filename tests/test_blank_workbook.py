"""The empty workbook: what a curator sees in it, and that, filled in and put into data/, it builds."""

from __future__ import annotations

import io
import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pyogrio
import pytest
import small_project
from openpyxl.worksheet.worksheet import Worksheet
from python_calamine import CalamineWorkbook

from mapper import Project
from mapper.blank_workbook import blank_workbook
from mapper.schema import TABLES, table_schema, taxonomy

Run = Callable[..., subprocess.CompletedProcess[str]]


def sheet_of(name: str) -> Worksheet:
    found = openpyxl.load_workbook(io.BytesIO(blank_workbook(name, taxonomy())))[name]
    assert isinstance(found, Worksheet)
    return found


def choices(sheet: Worksheet) -> dict[str, list[str]]:
    """What drops down in which column, for the rows 2 to the last one."""
    lists = sheet.parent["lists"]  # type: ignore[index]
    found = {}
    for rule in sheet.data_validations.dataValidation:
        column = str(rule.sqref).split(":")[0].rstrip("0123456789")
        assert str(rule.sqref) == f"{column}2:{column}1048576"
        assert not rule.showDropDown  # in this format a mark that hides the arrow
        assert rule.formula1.startswith("lists!")
        cells = lists[rule.formula1.removeprefix("lists!")]
        found[str(sheet[f"{column}1"].value)] = [str(cell.value) for (cell,) in cells]
    return found


@pytest.mark.parametrize("name", TABLES)
def test_it_has_the_columns_of_the_table_and_no_row(name: str) -> None:
    sheet = sheet_of(name)
    assert [cell.value for cell in sheet[1]] == list(table_schema(name).names)
    assert (sheet.max_row, sheet.freeze_panes) == (1, "B2")


@pytest.mark.parametrize("name", TABLES)
def test_each_header_tells_in_a_note_what_its_column_holds(name: str) -> None:
    for cell, field in zip(sheet_of(name)[1], table_schema(name).fields, strict=True):
        assert cell.comment is not None
        assert field.title in cell.comment.text
        assert field.description.replace("`", "") in cell.comment.text
        assert ("Required." in cell.comment.text) == field.required


@pytest.mark.parametrize("name", TABLES)
def test_every_closed_list_drops_down(name: str) -> None:
    closed = {field.name: list(field.enum) for field in table_schema(name).fields if field.enum}
    if name == "events":
        closed["event_type"] = [one.name for one in taxonomy().types]
        closed["sub_event_type"] = [sub for one in taxonomy().types for sub in one.sub_event_types]
    assert choices(sheet_of(name)) == closed


def test_cells_are_text_but_for_figures() -> None:
    sheet = sheet_of("events")
    runs = [one for one in sheet.column_dimensions.values() if one.min and one.max]
    form_of = {at: run.number_format for run in runs for at in range(run.min, run.max + 1)}
    formats = {str(cell.value): form_of[cell.column] for cell in sheet[1]}
    figures = {field.name for field in table_schema("events").fields if not field.is_text}
    assert {name for name, form in formats.items() if form == "General"} == figures
    assert set(formats.values()) == {"@", "General"}


def test_the_same_workbook_each_time() -> None:
    assert blank_workbook("events", taxonomy()) == blank_workbook("events", taxonomy())


def test_other_readers_open_it(tmp_path: Path) -> None:
    (tmp_path / "events.xlsx").write_bytes(blank_workbook("events", taxonomy()))
    book = CalamineWorkbook.from_path(tmp_path / "events.xlsx")
    assert book.sheet_names == ["events", "lists"]
    assert book.get_sheet_by_name("events").to_python() == [list(table_schema("events").names)]
    assert {str(one[0]) for one in pyogrio.list_layers(tmp_path / "events.xlsx")} == {"events", "lists"}


def test_filled_in_and_put_into_data_it_builds_what_its_csv_twin_builds(mapper_command: Run, tmp_path: Path) -> None:
    rows = [
        small_project.event("one", date="2024-08", fatalities_best="2", event_type="Battles", notes="=1+1"),
        small_project.event("two", "west", geo_precision="adm1", sensitivity="public"),
    ]
    twin = small_project.make(tmp_path / "twin", rows)
    project = small_project.make(tmp_path / "project", rows)
    for name, filled in {"events": rows, "sources": [small_project.source()], "places": small_project.PLACES}.items():
        (project / f"data/{name}.csv").unlink()
        file = project / f"data/{name}.xlsx"
        assert mapper_command(project, "schema", str(file), "--format", "xlsx").returncode == 0
        book = openpyxl.load_workbook(file)
        sheet = book[name]
        assert isinstance(sheet, Worksheet)
        header = list(dict.fromkeys([str(cell.value) for cell in sheet[1]] + [key for row in filled for key in row]))
        for at, column in enumerate(header, 1):
            sheet.cell(1, at, column)
            for number, row in enumerate(filled, 2):
                if row.get(column):
                    sheet.cell(number, at, row[column]).data_type = "s"
        book.save(file)
    opened = Project.open(project)
    assert [problem for problem in opened.check() if problem.is_error] == []
    assert opened.build().rows["mapped"] == 2
    assert opened.export(None, "geojson") == Project.open(twin).export(None, "geojson")


def test_the_drop_down_has_the_types_of_the_project(mapper_command: Run, tmp_path: Path) -> None:
    types = [{"name": name, "colour": "#112233", "sub_event_types": []} for name in ("Roadblock", "Toll")]
    own = {"name": "own", "title": "Own", "types": types}
    project = small_project.make(tmp_path / "project", [], settings='title = "E"\ntaxonomy = ["own.json"]\n')
    (project / "data/own.json").write_text(json.dumps(own), encoding="utf-8")
    assert mapper_command(project, "schema", str(tmp_path / "mine.xlsx"), "--format", "xlsx").returncode == 0
    sheet = openpyxl.load_workbook(tmp_path / "mine.xlsx")["events"]
    assert isinstance(sheet, Worksheet)
    assert choices(sheet)["event_type"] == ["Roadblock", "Toll"]


def test_it_is_written_without_a_project_and_over_no_file(mapper_command: Run, tmp_path: Path) -> None:
    there = tmp_path / "events.xlsx"
    there.write_text("a table of mine", encoding="utf-8")
    done = mapper_command(tmp_path, "schema", str(there), "--format", "xlsx")
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "is there already; nothing was written" in done.stderr
    assert there.read_text(encoding="utf-8") == "a table of mine"
    done = mapper_command(tmp_path, "schema", str(tmp_path / "s.xlsx"), "--format", "xlsx", "--table", "sources")
    assert done.returncode == 0
    assert CalamineWorkbook.from_path(tmp_path / "s.xlsx").sheet_names == ["sources", "lists"]
