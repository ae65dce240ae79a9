"""What is checked beyond one cell: each problem at its row and column, and what becomes of the row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from small_project import BOUNDARIES, PLACES, TEXT, box, collection, event, make, source

from mapper.checks import Examined, examine
from mapper.problems import Problem
from mapper.settings import ProjectFolder


@pytest.fixture
def examined(tmp_path: Path) -> Callable[..., Examined]:
    """``examined(*rows, **parts)``: a project of these rows, checked."""

    def check(*rows: dict[str, str], **parts: Any) -> Examined:
        return examine(ProjectFolder(make(tmp_path, rows, **parts)))

    return check


def told(problems: Sequence[Problem]) -> list[tuple[str, str, str | None]]:
    """Severity, code and where, without the file where it is that of the events."""
    return [(one.severity, one.code, one.where.removeprefix("data/events.csv:")) for one in problems]


def test_a_project_without_fault_has_no_problem(examined: Callable[..., Examined]) -> None:
    found = examined(event("a"), event("b", "southtown"))
    assert list(found.problems) == []
    assert list(found.unpublished) == ["", ""]
    assert [location.geo_precision for location in found.locations] == ["exact", "settlement"]


def test_quotes_and_the_words_for_the_place_are_located(examined: Callable[..., Examined]) -> None:
    found = examined(event("a", place_text="the market", quote="Two people were killed […] Nobody was hurt. Later"))
    assert [TEXT[start:end] for start, end in found.spans[0]] == ["Two people were killed", "Nobody was hurt. Later"]
    assert told(found.problems) == [("warning", "place-text-not-in-quote", "2:place_text")]
    found = examined(event("a", place_text="the market"))
    assert [TEXT[start:end] for start, end in found.place_spans[0]] == ["the market"]


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"event_type": "Battle"}, ("error", "value-unknown", "3:event_type")),
        ({"sub_event_type": "Grenade"}, ("error", "sub-event-type-of-other", "3:sub_event_type")),
        ({"sub_event_type": "Attack"}, None),
        ({"fatalities_low": "2", "fatalities_high": "1"}, ("error", "fatalities-order", "3:fatalities_best")),
        ({"fatalities_best": "2", "fatalities_high": "1"}, ("error", "fatalities-order", "3:fatalities_best")),
        ({"fatalities_low": "0", "fatalities_high": "9"}, None),
        ({"status": "retracted"}, ("error", "reason-missing", "3:reason")),
        ({"source_id": "paper"}, ("error", "source-unknown", "3:source_id")),
        ({"quote": "Nobody was hurt."}, ("error", "quote-ambiguous", "3:quote")),
        ({"quote": "Nobody was harmed."}, ("error", "quote-not-found", "3:quote")),
        ({"date": "2024-08-11"}, ("warning", "date-after-source", "3:date")),
        ({"date": "2024-08-10"}, None),
        ({"date": "2024-08"}, None),
        ({"date": "2024-08-01/2024-12-31"}, None),
        ({"date": "2024-09", "occurrence": "threatened"}, None),
        ({"same_event_as": "nobody"}, ("error", "same-event-unknown", "3:same_event_as")),
        ({"same_event_as": "planted"}, ("error", "same-event-self", "3:same_event_as")),
        ({"place": "Atlantis"}, ("error", "place-unknown", "3:place")),
        ({"place": ""}, None),
    ],
)
def test_a_fault_is_found_where_it_stands(
    examined: Callable[..., Examined], cells: dict[str, str], expected: tuple[str, str, str] | None
) -> None:
    found = examined(event("first"), event("planted") | cells, event("last"))
    assert told(found.problems) == ([expected] if expected else [])


@pytest.mark.parametrize(
    ("cells", "fate"),
    [
        ({"place": "Atlantis"}, ""),
        ({"latitude": "95", "longitude": "21"}, ""),
        ({"geo_precision": "vague"}, ""),
        ({"place": "southtown", "geo_precision": "near", "radius_m": "1,500"}, ""),
        ({"date": "soon"}, "rejected"),
        ({"status": "hidden"}, "rejected"),
        ({"status": "draft", "date": "soon"}, "draft"),
    ],
)
def test_an_error_about_the_place_leaves_the_event_unlocated_and_any_other_rejects_it(
    examined: Callable[..., Examined], cells: dict[str, str], fate: str
) -> None:
    found = examined(event("a") | cells)
    assert len(found.problems) == 1
    assert found.unpublished[0] == fate
    if not fate:
        assert found.locations[0].geometry is None


def test_what_is_wrong_with_a_draft_only_warns(examined: Callable[..., Examined]) -> None:
    found = examined(event("a", "Atlantis", status="draft", date="soon", quote="never said"))
    assert {problem.severity for problem in found.problems} == {"warning"}
    assert len(found.problems) == 3


def test_a_row_that_could_not_be_read_whole_is_no_draft(tmp_path: Path) -> None:
    make(tmp_path, [{"event_id": "a", "status": "draft", **event("a")}])
    with (tmp_path / "data/events.csv").open("a", encoding="utf-8") as table:
        table.write('b,draft,"Battles\nc,,Riots\n')
    found = examine(ProjectFolder(tmp_path))
    assert told(found.problems) == [("error", "quote-unclosed", "3:event_type")]
    assert list(found.unpublished) == ["draft", "rejected"]


@pytest.mark.parametrize("missing", ["event_id", "event_type", "title", "source_id", "quote"])
def test_without_a_column_that_every_row_needs_no_row_is_published(
    examined: Callable[..., Examined], missing: str
) -> None:
    rows = [{column: cell for column, cell in event(name).items() if column != missing} for name in ("a", "b")]
    found = examined(*rows, {**rows[0], "event_id": "c", "status": "draft"} if missing != "event_id" else rows[0])
    assert ("error", "header-missing", f"1:{missing}") in told(found.problems)
    assert found.unpublished.tolist()[:2] == ["rejected", "rejected"]


def test_reports_name_a_row_that_heads_its_event(examined: Callable[..., Examined]) -> None:
    found = examined(event("a"), event("b", same_event_as="a"), event("c", same_event_as="b"))
    assert told(found.problems) == [("error", "same-event-chain", "4:same_event_as")]
    assert "Write a" in found.problems[0].remedy


def test_a_circle_of_reports_is_an_error_in_each_row(examined: Callable[..., Examined]) -> None:
    found = examined(event("a", same_event_as="b"), event("b", same_event_as="a"))
    assert told(found.problems) == [
        ("error", "same-event-chain", "2:same_event_as"),
        ("error", "same-event-chain", "3:same_event_as"),
    ]


@pytest.mark.parametrize(("cells", "fate"), [({"date": "soon"}, "rejected"), ({"status": "draft"}, "draft")])
def test_a_report_shares_the_fate_of_its_head_and_is_told_so(
    examined: Callable[..., Examined], cells: dict[str, str], fate: str
) -> None:
    found = examined(event("a", same_event_as="head"), event("head") | cells, event("b", same_event_as="head"))
    assert list(found.unpublished) == [fate, fate, fate]
    lost = [problem for problem in found.problems if problem.code == "same-event-head-missing"]
    assert [problem.row for problem in lost] == [2, 4]
    assert all("row 3" in problem.remedy for problem in lost)


def test_a_report_of_two_rows_with_one_id_is_rejected_with_them(examined: Callable[..., Examined]) -> None:
    rows = [event("a", same_event_as="head"), event("head"), event("head", status="draft")]
    assert list(examined(*rows).unpublished) == ["rejected", "rejected", "draft"]
    assert list(examined(*reversed(rows)).unpublished) == ["draft", "rejected", "rejected"]


def test_nothing_can_be_checked_against_a_source_with_an_error(examined: Callable[..., Examined]) -> None:
    found = examined(event("a"), sources=[source(sha256="0" * 64)])
    assert told(found.problems) == [
        ("error", "source-unusable", "2:source_id"),
        ("error", "source-file-changed", "data/sources.csv:2:sha256"),
    ]
    assert found.spans.tolist() == [()]


@pytest.mark.parametrize(
    ("cells", "bound_is_kept"),
    [
        ({"original_date": "2024-08-03"}, False),
        ({"original_date": "2024-08"}, True),
        ({"original_date": "2024-08-04?/2024-08-06"}, True),
        ({"date_published": "", "original_date": ""}, True),
    ],
)
def test_the_date_of_the_original_text_is_the_bound(
    examined: Callable[..., Examined], cells: dict[str, str], bound_is_kept: bool
) -> None:
    found = examined(event("a", date="2024-08-05"), sources=[source(**cells)])
    assert ([problem.code for problem in found.problems] == []) == bound_is_kept


@pytest.mark.parametrize(
    ("lat", "lon", "code"),
    [
        ("11", "21", None),
        ("10", "20", None),
        ("21", "11", "coordinate-swapped"),
        ("11", "19.5", "coordinate-at-sea"),
        ("11", "25", "coordinate-outside"),
        ("50", "-60", "coordinate-outside"),
        ("0", "0", "coordinate-null-island"),
    ],
)
def test_odd_coordinates_are_doubted_but_kept(
    examined: Callable[..., Examined], lat: str, lon: str, code: str | None
) -> None:
    found = examined(event("a", "", geo_precision="exact", latitude=lat, longitude=lon))
    assert told(found.problems) == ([("warning", code, "2:latitude")] if code else [])
    at_null_island = code == "coordinate-null-island"
    assert (found.locations[0].geometry is None) == at_null_island
    farm = {"place_id": "farm", "name": "Farm", "kind": "site", "latitude": lat, "longitude": lon}
    found = examined(event("a"), places=[*PLACES, farm])
    assert told(found.problems) == ([("warning", code, f"data/places.csv:{len(PLACES) + 2}:latitude")] if code else [])


@pytest.mark.parametrize(("lon", "codes"), [("19.995", []), ("19.95", ["coordinate-at-sea"]), ("24.005", [])])
def test_a_point_just_beyond_a_simplified_boundary_is_not_doubted(
    examined: Callable[..., Examined], lon: str, codes: list[str]
) -> None:
    found = examined(event("a", "", geo_precision="exact", latitude="11", longitude=lon))
    assert [problem.code for problem in found.problems] == codes


def test_coordinates_far_from_the_place_named_are_doubted(examined: Callable[..., Examined]) -> None:
    far = examined(event("a", latitude="11.5", longitude="21"))
    assert told(far.problems) == [("warning", "coordinate-far", "2:latitude")]
    assert "110 km" in far.problems[0].message
    assert list(examined(event("a", latitude="10.52", longitude="21.03")).problems) == []


def test_label_points_of_units_are_not_doubted(examined: Callable[..., Examined]) -> None:
    unit = {"place_id": "u", "name": "U", "kind": "adm2", "latitude": "50", "longitude": "50"}
    assert list(examined(event("a"), places=[*PLACES, unit]).problems) == []


def test_without_polygons_of_the_countries_only_what_is_certain_is_doubted(examined: Callable[..., Examined]) -> None:
    rows = [event("a", "", geo_precision="exact", latitude="50", longitude="-60")]
    assert list(examined(*rows, boundaries={}).problems) == []


def test_only_the_projects_countries_count_as_home(examined: Callable[..., Examined]) -> None:
    other = {"place_id": "other", "name": "Other", "kind": "country", "pcode": "OT", "iso_3166_2": "OTH"}
    ground = {**BOUNDARIES, "other.geojson": collection(box(24, 10, 26, 12, pcode="OT", level="country"))}
    row = event("a", "", geo_precision="exact", latitude="11", longitude="25")
    found = examined(row, places=[*PLACES, other], boundaries=ground)
    assert [problem.code for problem in found.problems] == ["coordinate-outside"]
    both = 'title = "Both"\ncountries = ["EXA", "OTH"]\n'
    assert list(examined(row, places=[*PLACES, other], boundaries=ground, settings=both).problems) == []


def test_problems_stand_in_the_order_of_file_row_and_column(examined: Callable[..., Examined]) -> None:
    found = examined(
        event("b", "Atlantis", date="soon", quote="never said"),
        event("a", "Atlantis"),
        sources=[source(), source("unused", sha256="0" * 64)],
    )
    assert [one.where for one in found.problems] == [
        "data/events.csv:2:date",
        "data/events.csv:2:place",
        "data/events.csv:2:quote",
        "data/events.csv:3:place",
        "data/sources.csv:3:sha256",
    ]
