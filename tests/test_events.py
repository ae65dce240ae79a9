"""The event table: one row an event, its reports merged, every row of events.csv with its fate."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import shapely
from small_project import BOUNDARIES, QUOTE, TEXT, box, collection, event, make, source

from mapper.checks import examine
from mapper.events import FATES, EventTable, event_table
from mapper.project import Project
from mapper.settings import ProjectFolder


def _names(text: str) -> list[str]:
    return text.split()


COLUMNS = _names("""
event_id event_type sub_event_type occurrence title title_fr status reason date date_kind date_precision date_start
date_end date_uncertain date_approximate when place place_id place_text place_names geo_precision radius_m
geometry_note coarsened_to label_point label_point_is country admin1 admin1_pcode admin2 admin2_pcode actor1
assoc_actor_1 actor2 assoc_actor_2 fatalities_low fatalities_best fatalities_high fatalities_text credibility notes
notes_fr coded_on sensitivity reports extra geometry
""")
PROPERTIES = _names("""
event_type sub_event_type occurrence title title_fr status reason date date_start date_end when place place_id
place_text geo_precision radius_m geometry_note coarsened_to label_point label_point_is country admin1 admin1_pcode
admin2 admin2_pcode actor1 assoc_actor_1 actor2 assoc_actor_2 fatalities_low fatalities_best fatalities_high
fatalities_text credibility notes notes_fr reports extra
""")
REPORT = _names("""
event_id source_id source_title date_published url archived_url file reliability credibility quote spans date
event_type sub_event_type occurrence place place_text geo_precision actor1 assoc_actor_1 actor2 assoc_actor_2
fatalities_low fatalities_best fatalities_high fatalities_text
""")


@pytest.fixture
def tabulated(tmp_path: Path) -> Callable[..., EventTable]:
    """``tabulated(*rows, **parts)``: the event table of a project of these rows."""

    def tabulate(*rows: dict[str, str], **parts: Any) -> EventTable:
        return event_table(examine(ProjectFolder(make(tmp_path, rows, **parts))))

    return tabulate


@pytest.fixture
def exported(tmp_path: Path) -> Callable[..., dict[str, Any]]:
    """``exported(*rows, **parts)``: what a project of these rows publishes as GeoJSON."""

    def export(*rows: dict[str, str], **parts: Any) -> dict[str, Any]:
        project = Project.open(make(tmp_path, rows, **parts))
        collection: dict[str, Any] = json.loads(project.export(None, "geojson"))
        return collection

    return export


def row_of(table: EventTable, event_id: str) -> dict[str, Any]:
    (at,) = [index for index, one in enumerate(table.frame["event_id"]) if one == event_id]
    return {str(name): table.frame[name].iloc[at] for name in table.frame.columns}


FULL = event(
    "full",
    sub_event_type="Attack",
    title_fr="Deux morts",
    place_text="the market",
    actor1="A",
    assoc_actor_1="B; C",
    actor2="D",
    fatalities_low="1",
    fatalities_best="2",
    fatalities_high="3",
    fatalities_text="two",
    credibility="2",
    notes="n",
    notes_fr="m",
    coded_on="2024-08-20",
    desk="7",
)


def test_the_columns_are_those_of_the_published_event(tabulated: Callable[..., EventTable]) -> None:
    table = tabulated(FULL)
    assert list(table.frame.columns) == COLUMNS
    assert table.frame.crs == "EPSG:4326"
    assert set(REPORT) <= set(row_of(table, "full")["reports"][0])


def test_the_geojson_has_every_property_in_order(exported: Callable[..., dict[str, Any]]) -> None:
    found = exported(FULL)
    (feature,) = found["features"]
    assert feature["id"] == "full"
    assert list(feature["properties"]) == PROPERTIES
    assert list(feature["properties"]["reports"][0]) == REPORT
    assert feature["properties"]["extra"] == {"desk": "7"}
    assert found["name"] == "Examplia"
    assert [one["source_id"] for one in found["sources"]] == ["gazette"]


def test_an_event_says_what_its_row_says(tabulated: Callable[..., EventTable]) -> None:
    row = row_of(tabulated(FULL), "full")
    assert (row["title"], row["title_fr"], row["date"], row["date_start"], row["date_end"]) == (
        *("Title of full", "Deux morts", "2024-08-05", "2024-08-05", "2024-08-05"),
    )
    assert [row[f"fatalities_{which}"] for which in ("low", "best", "high")] == [1, 2, 3]
    assert (row["place"], row["place_id"], row["place_text"]) == ("The market", "market", "the market")
    assert [row[name] for name in ("country", "admin1", "admin1_pcode", "admin2", "admin2_pcode")] == (
        ["Examplia", "West", "EX1", "Southtown commune", "EX12"]
    )
    (report,) = row["reports"]
    assert report["quote"] == QUOTE
    assert [TEXT[start:end] for start, end in report["spans"]] == [QUOTE]


def test_other_spellings_of_a_place_and_of_the_units_around_it_are_for_search_alone(
    tabulated: Callable[..., EventTable], exported: Callable[..., dict[str, Any]]
) -> None:
    frame = tabulated(event("a", place="N'town"), event("b", place="east")).frame
    assert list(frame["place_names"]) == [["Villenord", "Nòrtoun", "N'town"], None]
    (feature,) = exported(event("a", place="N'town"))["features"]
    assert "Villenord" not in json.dumps(feature, ensure_ascii=False)


def test_what_is_blank_is_null_and_what_has_a_default_has_it(tabulated: Callable[..., EventTable]) -> None:
    table = tabulated(event("a", date="", place=""), event("b"))
    row = row_of(table, "a")
    assert (row["occurrence"], row["status"], row["sensitivity"]) == ("reported", "accepted", "public")
    blank = [
        "sub_event_type",
        "reason",
        "date",
        "date_kind",
        "when",
        "place",
        "place_id",
        "label_point",
        "admin1",
        "notes",
    ]
    assert [row[name] for name in blank] == [None] * len(blank)
    assert bool(table.frame["fatalities_best"].isna().all())


@pytest.mark.parametrize(
    ("date", "kind", "start", "end"),
    [
        ("2024-07-21", "date", "2024-07-21", "2024-07-21"),
        ("2024-07", "date", "2024-07-01", "2024-07-31"),
        ("2024-07-01/2024-07-31", "span", "2024-07-01", "2024-07-31"),
        ("[2024-06-21..2024-06-30]", "one_of", "2024-06-21", "2024-06-30"),
        ("[..2024-08-10]", "one_of", None, "2024-08-10"),
        ("../2024-08-10", "span", None, "2024-08-10"),
        ("2024-07/..", "span", "2024-07-01", None),
        ("", None, None, None),
    ],
)
def test_a_date_has_its_earliest_and_latest_day_and_null_where_open(
    exported: Callable[..., dict[str, Any]], date: str, kind: str | None, start: str | None, end: str | None
) -> None:
    (feature,) = exported(event("a", date=date))["features"]
    properties = feature["properties"]
    assert (properties["date"], properties["date_start"], properties["date_end"]) == (date or None, start, end)
    assert (properties["when"] is None) == (kind is None)


def test_reports_of_one_event_are_one_row_that_keeps_them_all(tabulated: Callable[..., EventTable]) -> None:
    wire = source("wire")
    table = tabulated(
        event("z-wire", "southtown", same_event_as="head", source_id="wire", date="2024-08", fatalities_best="3"),
        event("head", fatalities_best="2", title="Head"),
        event("a-third", "", same_event_as="head", occurrence="denied", event_type="Riots"),
        sources=[source(), wire],
    )
    assert tuple(table.fates) == ("merged", "mapped", "merged")
    assert list(table.frame["event_id"]) == ["head"]
    row = row_of(table, "head")
    assert (row["title"], row["date"], row["fatalities_best"], row["place_id"]) == ("Head", "2024-08-05", 2, "market")
    reports = row["reports"]
    assert [one["event_id"] for one in reports] == ["head", "a-third", "z-wire"]
    assert [one["source_id"] for one in reports] == ["gazette", "gazette", "wire"]
    assert [one["date"] for one in reports] == ["2024-08-05", "2024-08-05", "2024-08"]
    assert [one["fatalities_best"] for one in reports] == [2, None, 3]
    assert [one["geo_precision"] for one in reports] == ["exact", "unlocated", "settlement"]
    assert [one["occurrence"] for one in reports] == ["reported", "denied", "reported"]
    assert [one["event_type"] for one in reports][1] == "Riots"


def test_reports_that_spell_one_place_in_several_ways_agree_about_it(
    exported: Callable[..., dict[str, Any]],
) -> None:
    (feature,) = exported(
        event("a", "northtown"),
        event("b", "Nòrtoun", same_event_as="a"),
        event("c", "Northtown (settlement)", same_event_as="a"),
        event("d", "southtown; N'town", same_event_as="a"),
        event("e", "Atlantis", same_event_as="a"),
        event("f", "lost", same_event_as="a"),
    )["features"]
    assert feature["properties"]["place"] == "Northtown"
    told = [report["place"] for report in feature["properties"]["reports"]]
    assert told == ["Northtown", "Northtown", "Northtown", "Southtown; Northtown", "Atlantis", "Lost"]


DRAFT = {"status": "draft"}
WRONG = {"date": "soon"}
RETRACTED = {"status": "retracted", "reason": "r"}
LOST = {"place": "Atlantis"}


@pytest.mark.parametrize(
    ("head", "report", "fates"),
    [
        ({}, {}, ("mapped", "merged")),
        (LOST, {}, ("unlocated", "merged")),
        ({}, LOST, ("mapped", "merged")),
        (RETRACTED, {}, ("retracted", "merged")),
        ({}, RETRACTED, ("mapped", "retracted")),
        (DRAFT, {}, ("draft", "draft")),
        (WRONG, {}, ("rejected", "rejected")),
        (DRAFT, WRONG, ("draft", "rejected")),
        (WRONG, DRAFT, ("rejected", "draft")),
        (DRAFT | WRONG, {}, ("draft", "draft")),
        ({}, DRAFT | WRONG, ("mapped", "draft")),
        (WRONG, RETRACTED, ("rejected", "rejected")),
        (RETRACTED | LOST, {}, ("retracted", "merged")),
        (RETRACTED | WRONG, {}, ("rejected", "rejected")),
    ],
)
def test_each_row_has_the_first_fate_that_applies_and_reports_share_their_heads(
    tabulated: Callable[..., EventTable], head: dict[str, str], report: dict[str, str], fates: tuple[str, str]
) -> None:
    table = tabulated(event("head") | head, event("report", same_event_as="head") | report)
    assert tuple(table.fates) == fates
    assert list(table.counts) == list(FATES)
    assert sum(table.counts.values()) == 2
    assert len(table.frame) == sum(fate in ("retracted", "unlocated", "mapped") for fate in fates)


def test_a_retraction_is_listed_with_its_place_and_reason_and_not_drawn(
    exported: Callable[..., dict[str, Any]],
) -> None:
    (feature,) = exported(event("a", status="retracted", reason="It was not so."))["features"]
    properties = feature["properties"]
    assert feature["geometry"] is None
    assert [properties[name] for name in ("status", "reason", "place", "label_point", "geo_precision", "admin1")] == [
        *("retracted", "It was not so.", "The market", None, "unlocated", None)
    ]


def test_a_place_that_can_not_be_resolved_is_named_as_written(exported: Callable[..., dict[str, Any]]) -> None:
    (feature,) = exported(event("a", "Atlantis"))["features"]
    assert feature["geometry"] is None
    assert (feature["properties"]["place"], feature["properties"]["place_id"]) == ("Atlantis", None)


def test_the_table_is_sorted_by_id(tabulated: Callable[..., EventTable]) -> None:
    table = tabulated(event("b", "west"), event("c", same_event_as="b"), event("a"))
    assert list(table.frame["event_id"]) == ["a", "b"]
    assert table.positions.tolist() == [2, 0]
    assert [location.geo_precision for location in table.locations] == ["exact", "adm1"]


def test_events_are_sorted_by_id_whatever_their_order(exported: Callable[..., dict[str, Any]]) -> None:
    rows = [event("b"), event("a-1", "west"), event("a", "Atlantis"), event("c", same_event_as="b")]
    found = exported(*rows)
    assert [feature["id"] for feature in found["features"]] == ["a", "a-1", "b"]
    assert exported(*reversed(rows)) == found


def test_coordinates_have_six_decimals_and_rings_are_right_handed(exported: Callable[..., dict[str, Any]]) -> None:
    clockwise = box(20.123456789, 10, 22, 12, pcode="EX1")
    clockwise["geometry"]["coordinates"][0].reverse()
    found = exported(
        event("a", "west"),
        event("b", "southtown", geo_precision="near", radius_m="1234"),
        event("c", latitude="10.5123456789", longitude="21.0123456789"),
        event("d", "examplia"),
        event("e", "northtown; southtown"),
        boundaries={**BOUNDARIES, "adm1.geojson": collection(clockwise)},
    )
    for feature in found["features"]:
        shape = shapely.from_geojson(json.dumps(feature["geometry"]))
        numbers = [*shapely.get_coordinates(shape).ravel(), *feature["properties"]["label_point"]]
        assert all(math.isfinite(one) and round(one, 6) == one for one in numbers)
        assert shape.geom_type != "Polygon" or shape.exterior.is_ccw
    assert found["features"][2]["geometry"]["coordinates"] == [21.012346, 10.512346]


def test_a_foreign_cell_is_kept_as_it_is_meant(exported: Callable[..., dict[str, Any]]) -> None:
    (feature,) = exported(event("a", desk="e\u0301 \u00a0", other=""))["features"]
    assert feature["properties"]["extra"] == {"desk": "é"}


def test_a_project_without_rows_has_an_empty_table_with_all_columns(tmp_path: Path) -> None:
    make(tmp_path, [event("a")])
    path = tmp_path / "data/events.csv"
    path.write_bytes(path.read_bytes().splitlines(keepends=True)[0])
    table = event_table(examine(ProjectFolder(tmp_path)))
    assert len(table.frame) == 0
    assert tuple(table.fates) == ()
    assert set(COLUMNS) - set(table.frame.columns) == {"title_fr", "notes_fr"}
