"""ACLED's and UCDP's columns of ours: what happened, its codes, and how the point of a row was chosen."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest
import small_project
from round_trip import collection, emptied

from mapper import Project
from mapper.formats import acled, format_of, ucdp
from mapper.schema import precision_classes

Row = dict[str, str]
PLACE_OF = {
    **{"exact": "market", "settlement": "southtown", "adm3": "hill", "adm2": "north", "adm1": "west"},
    **{"line": "coast-road", "region": "plain", "country": "examplia"},
}


def project(folder: Path, *rows: Row) -> Project:
    return Project.open(small_project.make(folder / "project", rows))


def rows_of(opened: Project, name: str) -> dict[str, Row]:
    text = opened.export(None, name).decode()
    key = {"acled": "event_id_cnty", "ucdp": "id"}[name]
    return {row[key]: row for row in csv.DictReader(io.StringIO(text, newline=""))}


def row_of(folder: Path, name: str, **cells: str) -> Row:
    return rows_of(project(folder, small_project.event("one", **cells)), name)["one"]


def losses(opened: Project, name: str) -> dict[str, int]:
    return {loss.code: loss.count for loss in opened.losses(name)}


def test_a_file_has_the_columns_of_the_codebook_and_one_that_says_what_the_point_is(tmp_path: Path) -> None:
    assert list(row_of(tmp_path / "a", "acled")) == [*acled.COLUMNS[:31], "label_point_is"]
    assert list(row_of(tmp_path / "u", "ucdp")) == [*ucdp.COLUMNS[:49], "label_point_is"]
    assert (acled.COLUMNS[0], acled.COLUMNS[30], ucdp.COLUMNS[48]) == ("event_id_cnty", "timestamp", "gwnob")


@pytest.mark.parametrize(("file", "name"), [("a.acled.csv", "acled"), ("a.ucdp.csv", "ucdp"), ("a.csv", "csv")])
def test_the_longer_suffix_names_the_format(file: str, name: str) -> None:
    assert format_of(file) == name


@pytest.mark.parametrize(("precision", "place"), PLACE_OF.items())
def test_the_codes_of_precision_are_those_of_the_table(tmp_path: Path, precision: str, place: str) -> None:
    opened = project(tmp_path, small_project.event("one", place))
    one = precision_classes()[precision]
    for name, column, code in (
        ("acled", "geo_precision", one.acled),
        ("ucdp", "where_prec", one.ucdp_where_prec),
    ):
        found = rows_of(opened, name)
        assert [row[column] for row in found.values()] == ([str(code)] if code else []), name
        assert losses(opened, name).get("place-too-coarse", 0) == (not code)


@pytest.mark.parametrize("name", ["acled", "ucdp"])
@pytest.mark.parametrize(
    ("place", "point", "said"),
    [
        ("market", ("10.51", "21.02"), "the place"),
        ("west", ("11.0", "21.0"), "inside the area"),
        ("coast-road", None, "on the line"),
        ("northtown;southtown", ("11.4", "20.6"), "the first of several places"),
    ],
)
def test_the_row_says_how_its_point_was_chosen(
    tmp_path: Path, name: str, place: str, point: tuple[str, str] | None, said: str
) -> None:
    row = row_of(tmp_path, name, place=place)
    assert row["label_point_is"] == said
    assert point is None or (row["latitude"], row["longitude"]) == point


@pytest.mark.parametrize("name", ["acled", "ucdp"])
def test_only_what_happened_somewhere_at_some_time_is_in_the_file(tmp_path: Path, name: str) -> None:
    kinds: dict[str, Row] = {
        "happened": {},
        "threatened": {"occurrence": "threatened"},
        "denied": {"occurrence": "denied"},
        "retracted": {"status": "retracted", "reason": "a hoax"},
        "nowhere": {"place": ""},
        "never": {"date": ""},
        "open": {"date": "[..2024-08-05]"},
        "decade": {"date": "202X"},
    }
    opened = project(tmp_path, *(small_project.event(event_id, **cells) for event_id, cells in kinds.items()))
    assert list(rows_of(opened, name)) == ["happened"]
    left_out = ("retracted", "not-happened", "unlocated", "undated", "date-too-coarse")
    assert [losses(opened, name)[code] for code in left_out] == [1, 2, 1, 2, 1]


@pytest.mark.parametrize(
    ("date", "coded", "read"),
    [
        ("2024-08-05", ("2024-08-05", "1"), "2024-08-05"),
        ("[2024-08-02..2024-08-08]", ("2024-08-05", "2"), "[2024-08-02..2024-08-08]"),
        ("2024-08-03/2024-08-04", ("2024-08-03", "2"), "[2024-07-31..2024-08-06]"),
        ("2024-08", ("2024-08-16", "3"), "2024-08"),
        ("[2024-06-21..2024-06-30]", ("2024-06-25", "3"), "2024-06"),
    ],
)
def test_acleds_dates_are_the_middle_of_the_day_the_week_or_the_month(
    tmp_path: Path, date: str, coded: tuple[str, str], read: str
) -> None:
    opened = project(tmp_path, small_project.event("one", date=date))
    row = rows_of(opened, "acled")["one"]
    assert (row["event_date"], row["time_precision"]) == coded
    assert ("date-coarser" in losses(opened, "acled")) == (read != date)
    assert after(opened, tmp_path, "acled")["date"] == read


@pytest.mark.parametrize(
    ("date", "coded", "read"),
    [
        ("2024-08-05", ("2024-08-05", "2024-08-05", "1", "1"), "2024-08-05"),
        ("[2024-08-02..2024-08-08]", ("2024-08-02", "2024-08-08", "3", "1"), "[2024-08-02..2024-08-08]"),
        ("2024-08-03/2024-08-04", ("2024-08-03", "2024-08-04", "2", "2"), "2024-08-03/2024-08-04"),
        ("2024-08", ("2024-08-01", "2024-08-31", "4", "1"), "[2024-08-01..2024-08-31]"),
        ("2024", ("2024-01-01", "2024-12-31", "5", "1"), "[2024-01-01..2024-12-31]"),
    ],
)
def test_ucdps_dates_are_first_and_last_day(tmp_path: Path, date: str, coded: tuple[str, ...], read: str) -> None:
    opened = project(tmp_path, small_project.event("one", date=date))
    row = rows_of(opened, "ucdp")["one"]
    assert tuple(row[name] for name in ("date_start", "date_end", "date_prec", "event_clarity")) == coded
    assert ("date-as-range" in losses(opened, "ucdp")) == (read != date)
    assert after(opened, tmp_path, "ucdp")["date"] == read


def after(opened: Project, folder: Path, name: str) -> dict[str, Any]:
    """The one event of a project, as it comes back."""
    file = folder / f"events.{name}.csv"
    opened.export(file, name)
    twin = emptied(opened.folder.root, folder / "twin", "places.csv", "boundaries", "seeds")
    told = Project.open(twin).import_file(file)
    assert told.format == name
    (found,) = collection(twin)["features"]
    return {**found["properties"], "id": found["id"], "geometry": found["geometry"]}


def test_deaths_that_nobody_states_are_blank_and_a_stated_0_is_0(tmp_path: Path) -> None:
    rows = [small_project.event("blank"), small_project.event("zero", fatalities_best="0")]
    opened = project(tmp_path, *rows, small_project.event("few", fatalities_low="1", fatalities_best="2"))
    assert [row["fatalities"] for row in rows_of(opened, "acled").values()] == ["", "2", "0"]
    assert [row["best"] for row in rows_of(opened, "ucdp").values()] == ["", "2", "0"]
    assert [row["low"] for row in rows_of(opened, "ucdp").values()] == ["", "1", ""]
    assert losses(opened, "acled")["fatalities-not-stated"] == 1
    assert losses(opened, "acled")["fatalities-range"] == 1


def test_a_stated_0_comes_back_as_a_0(tmp_path: Path) -> None:
    event = after(project(tmp_path, small_project.event("one", fatalities_best="0")), tmp_path, "acled")
    assert (event["fatalities_best"], event["fatalities_text"]) == (0, None)


def test_what_would_be_a_judgement_of_theirs_is_blank(tmp_path: Path) -> None:
    row = row_of(tmp_path / "a", "acled", actor1="Police of Examplia", actor2="Civilians")
    blank = ("inter1", "inter2", "interaction", "civilian_targeting", "iso", "region", "source_scale", "timestamp")
    assert {row[name] for name in blank} == {""}
    row = row_of(tmp_path / "u", "ucdp", actor1="Police of Examplia", actor2="Civilians")
    assert {row[name] for name in ("conflict_new_id", "dyad_new_id", "country_id", "deaths_civilians", "gwnoa")} == {""}
    assert row["type_of_violence"] == ""


def test_the_disorder_type_follows_from_acleds_own_types_alone(tmp_path: Path) -> None:
    cells = {"event_type": "Riots", "sub_event_type": "Violent demonstration"}
    assert row_of(tmp_path / "riot", "acled", **cells)["disorder_type"] == "Demonstrations"
    assert row_of(tmp_path / "bare", "acled", event_type="Riots")["disorder_type"] == ""


def test_a_cell_of_the_half_degree_grid_is_that_of_a_point_and_never_of_an_areas_middle(tmp_path: Path) -> None:
    # 35.763369 N, 36.558974 E lies in cell 181154 in UCDP's own table.
    cells = {"place": "", "latitude": "10.51", "longitude": "21.02", "geo_precision": "exact"}
    assert row_of(tmp_path / "point", "ucdp", **cells)["priogrid_gid"] == str(201 * 720 + 402 + 1)
    assert row_of(tmp_path / "area", "ucdp", place="west")["priogrid_gid"] == ""


@pytest.mark.parametrize("name", ["acled", "ucdp"])
def test_ids_come_back_as_they_were(tmp_path: Path, name: str) -> None:
    opened = project(tmp_path, small_project.event("one"))
    assert after(opened, tmp_path, name)["id"] == "one"
    assert Project.open(tmp_path / "twin").import_file(tmp_path / f"events.{name}.csv").unchanged == ("one",)


@pytest.mark.parametrize(("place", "precision"), [("west", "adm1"), ("north", "adm2"), ("examplia", "country")])
def test_ucdps_units_come_back_as_their_polygons(tmp_path: Path, place: str, precision: str) -> None:
    opened = project(tmp_path, small_project.event("one", place))
    (before,) = collection(opened.folder.root)["features"]
    event = after(opened, tmp_path, "ucdp")
    assert (event["geo_precision"], event["geometry"]) == (precision, before["geometry"])
