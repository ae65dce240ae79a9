"""Ours, to a file, to ours: what comes back is what went out, but for what the format says that it can't hold."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
import small_project
from hostile import holdable
from hostile_project import plant
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from round_trip import collection, differences, there_and_back, unsaid

from mapper import Project
from mapper.formats import writes
from mapper.formats.reading import READERS
from mapper.tables import clean

HEALTHY = Path(__file__).parent / "projects" / "healthy"
HOME = ("places.csv", "boundaries", "seeds")
BOTH_WAYS = [name for name in writes() if name in READERS]
WHOLE = ("geojson", "csv", "xlsx", "datapackage")


@pytest.mark.parametrize("name", WHOLE)
def test_what_is_at_home_comes_back_as_it_was(haiti: Path, tmp_path: Path, name: str) -> None:
    told, _, twin = there_and_back(haiti, tmp_path, name, *HOME)
    assert (told.format, told.losses, told.refused) == (name, (), ())
    assert collection(twin)["features"] == collection(haiti)["features"]


@pytest.mark.parametrize("name", WHOLE)
def test_reports_retractions_and_all_kinds_of_places_come_back_and_coarsened_events_without_their_words(
    tmp_path: Path, name: str
) -> None:
    told, _, twin = there_and_back(HEALTHY, tmp_path, name, *HOME)
    before, after = collection(HEALTHY)["features"], collection(twin)["features"]
    coarse = [one["id"] for one in before if one["properties"]["coarsened_to"]]
    assert [(loss.code, loss.count) for loss in told.losses] == [("coarsened", len(coarse))]
    assert [one["id"] for one in after] == [one["id"] for one in before]
    assert [one for one in after if one["id"] not in coarse] == [one for one in before if one["id"] not in coarse]
    assert [one["geometry"] for one in after] == [one["geometry"] for one in before]


def test_a_report_comes_back_to_the_place_of_the_kind_that_its_precision_has(tmp_path: Path) -> None:
    rows = [
        small_project.event("a", "northtown"),
        small_project.event("b", "north", same_event_as="a"),
        small_project.event("c", "coast; hill", same_event_as="a"),
    ]
    project = small_project.make(tmp_path / "project", rows)
    told, _, twin = there_and_back(project, tmp_path, "geojson", "places.csv", "boundaries", "seeds")
    assert told.losses == ()
    assert collection(twin) == collection(project)


@pytest.mark.parametrize("name", BOTH_WAYS)
@pytest.mark.parametrize("root", [HEALTHY, Path(__file__).parents[1]], ids=["healthy", "haiti"])
def test_nothing_is_lost_of_which_the_reports_say_nothing(tmp_path: Path, root: Path, name: str) -> None:
    told, losses, twin = there_and_back(root, tmp_path, name, *HOME)
    found = differences(collection(root), collection(twin))
    assert unsaid(found, [*losses, *told.losses]) == set()
    missing = sum(name == "event_id" for _, name in found)
    assert missing == sum(loss.count for loss in losses if "event_id" in loss.columns)
    assert [problem.code for problem in Project.open(twin).check() if problem.is_error] == []


@pytest.mark.parametrize("name", BOTH_WAYS)
def test_whatever_a_report_says_is_lost_is_lost(tmp_path: Path, name: str) -> None:
    _, losses, twin = there_and_back(HEALTHY, tmp_path, name)
    differing = {member for _, member in differences(collection(HEALTHY), collection(twin))}
    differing |= {member.partition(".")[0] for member in differing}
    of_the_collection = {"name", "licence", "note", "sources"}
    for loss in losses:
        if loss.columns and not of_the_collection.issuperset(loss.columns):
            assert differing & set(loss.columns), loss.code


@pytest.mark.parametrize("name", BOTH_WAYS)
def test_hostile_texts_come_back_as_they_were(tmp_path: Path, name: str) -> None:
    root = plant(tmp_path / "hostile").root
    told, losses, twin = there_and_back(root, tmp_path, name, "places.csv", "boundaries", "seeds", "types.json")
    found = differences(collection(root), collection(twin))
    assert told.refused == ()
    assert unsaid(found, [*losses, *told.losses]) == set()


TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=30) | st.sampled_from(holdable()[::7])
DATES = (
    *("", "2024-08-05", "2024-08", "2024", "2024-08-01/2024-08-07", "[2024-08-01..2024-08-07]", "[..2024-08-10]"),
    *("../2024-08-10", "2024-07-30/2024-08-02", "{2024-08-01,2024-08-05}", "2024-08?", "2024~", "2023-12/2024-01"),
)
SPOTS = (
    *("market", "southtown", "north", "hill", "west", "examplia", "coast-road", "coast", "plain", "lost", "harbour"),
    *("northtown;southtown", "west;east", "coast-road;hill-road", ""),
)
CHOICES = {
    "date": DATES,
    "occurrence": ("", "", "threatened", "denied"),
    "sensitivity": ("", "", "", "coarsen"),
    "credibility": ("", "1", "6"),
    "source_id": ("wire", "letter"),
}
FIGURES = st.lists(st.integers(0, 2000), min_size=3, max_size=3).map(sorted)


@st.composite
def rows(draw: st.DrawFn) -> list[dict[str, str]]:
    """Rows of events.csv without a fault: some are further reports of the first one."""
    made = []
    for number in range(draw(st.integers(1, 4))):
        place = draw(st.sampled_from(SPOTS))
        cells = {name: draw(TEXT) for name in ("title", "title_fr", "notes", "place_text", "actor1", "assoc_actor_2")}
        cells |= {name: draw(TEXT) for name in ("fatalities_text", "quote", "desk")}
        cells |= {name: draw(st.sampled_from(values)) for name, values in CHOICES.items()}
        cells |= {"status": "retracted", "reason": draw(TEXT)} if draw(st.integers(0, 5)) == 0 else {}
        if draw(st.booleans()):
            low, best, high = draw(FIGURES)
            cells |= {"fatalities_low": f"{low}", "fatalities_best": f"{best}", "fatalities_high": f"{high}"}
        if place == "southtown" and draw(st.booleans()):
            cells |= {"geo_precision": "near", "radius_m": "4000"}
        if not place and draw(st.booleans()):
            cells |= {"latitude": "10.512345", "longitude": "21.1", "geo_precision": "exact"}
        if number and draw(st.integers(0, 3)) == 0:
            cells |= {"same_event_as": "e0", "status": ""}
        cells["title"] = clean(cells["title"])[:80] or "A title"
        cells["title_fr"] = clean(cells["title_fr"])[:80]
        made.append({**small_project.event(f"e{number}", place), **cells, "quote": clean(cells["quote"]) or "Words."})
    names = dict.fromkeys(name for row in made for name in row)
    return [{name: row.get(name, "") for name in names} for row in made]


SOURCES = [
    small_project.source("wire", title="The wire", file="", sha256="", url="https://example.org/wire", reliability="B"),
    small_project.source("letter", title="'=A letter", file="", sha256="", author="A. Author", language="en"),
]
PROJECTS = sorted(path.parents[1] for path in (Path(__file__).parent / "projects").glob("*/data/events.csv"))
FEW = max(10, int(os.environ.get("MAPPER_EXAMPLES", "100")) // 10)


@pytest.mark.parametrize("name", BOTH_WAYS)
@settings(max_examples=FEW, deadline=None, suppress_health_check=list(HealthCheck))
@given(made=rows())
def test_nothing_is_lost_of_any_project_of_which_the_reports_say_nothing(
    tmp_path_factory: pytest.TempPathFactory, name: str, made: list[dict[str, str]]
) -> None:
    scratch = tmp_path_factory.mktemp("trip")
    root = small_project.make(scratch / "project", made, sources=SOURCES)
    told, losses, twin = there_and_back(root, scratch, name, *HOME)
    before, after = collection(root), collection(twin)
    found = differences(before, after)
    assert told.refused == ()
    assert unsaid(found, [*losses, *told.losses]) == set()
    missing = sum(member == "event_id" for _, member in found)
    assert missing == sum(loss.count for loss in losses if "event_id" in loss.columns)
    said = {column for loss in losses for column in loss.columns}
    if not said & {"sources", "reports", "event_id"} and not told.losses:
        assert after["sources"] == before["sources"]


@pytest.mark.parametrize("project", PROJECTS, ids=lambda path: path.name)
def test_what_is_lost_on_the_way_into_an_empty_project_is_said(tmp_path: Path, project: Path) -> None:
    root = Path(shutil.copytree(project, tmp_path / "project"))
    told, losses, twin = there_and_back(root, tmp_path, "geojson")
    assert unsaid(differences(collection(root), collection(twin)), [*losses, *told.losses]) == set()


@pytest.mark.parametrize("name", WHOLE)
def test_what_comes_into_an_empty_project_lacks_its_texts(haiti: Path, tmp_path: Path, name: str) -> None:
    told, _, twin = there_and_back(haiti, tmp_path, name)
    assert [loss.code for loss in told.losses] == ["text-missing"]
    assert [problem.code for problem in Project.open(twin).check() if problem.is_error] == []
    before, after = collection(haiti)["features"], collection(twin)["features"]
    for old, new in zip(before, after, strict=True):
        for report in (*old["properties"]["reports"], *new["properties"]["reports"]):
            del report["file"], report["spans"], report["place"]
        # A label point is computed anew, from a shape with six decimals.
        assert new["properties"].pop("label_point") == pytest.approx(old["properties"].pop("label_point"), abs=0.02)
        assert new == old


@pytest.mark.parametrize("name", BOTH_WAYS)
def test_the_same_events_make_the_same_file(haiti: Path, name: str) -> None:
    assert Project.open(haiti).export(None, name) == Project.open(haiti).export(None, name)


@pytest.mark.parametrize("name", BOTH_WAYS)
def test_a_label_point_never_becomes_a_location(haiti: Path, tmp_path: Path, name: str) -> None:
    _, _, twin = there_and_back(haiti, tmp_path, name)
    areas = {one["id"] for one in collection(haiti)["features"] if one["properties"]["label_point_is"] != "the place"}
    assert len(areas) > 1
    after = {one["id"]: one["geometry"] for one in collection(twin)["features"]}
    assert [one for one in areas & after.keys() if after[one] and after[one]["type"] == "Point"] == []


def test_any_geojson_gives_points_lines_and_areas(tmp_path: Path) -> None:
    project = small_project.make(tmp_path / "project", [])
    shapes = {
        "one": {"type": "Point", "coordinates": [20.6, 11.4]},
        "two": {"type": "LineString", "coordinates": [[20.1, 10.1], [20.9, 10.9]]},
        "three": {"type": "Polygon", "coordinates": [[[20, 10], [21, 10], [21, 11], [20, 10]]]},
        "four": None,
    }
    given = [
        {"type": "Feature", "properties": {"name": name, "date": "2024-08-05", "size": 3}, "geometry": shape}
        for name, shape in shapes.items()
    ]
    (tmp_path / "any.geojson").write_text(small_project.collection(*given), encoding="utf-8")
    Project.open(project).import_file(tmp_path / "any.geojson", constants={"geo_precision": "exact"})
    found = {one["properties"]["title"]: one for one in collection(project)["features"]}
    assert {title: one["geometry"] for title, one in found.items()} == shapes
    precisions = {title: one["properties"]["geo_precision"] for title, one in found.items()}
    assert precisions == {"one": "exact", "two": "line", "three": "region", "four": "unlocated"}
    assert {one["properties"]["extra"]["size"] for one in found.values()} == {"3"}


@pytest.mark.parametrize("name", BOTH_WAYS)
@pytest.mark.parametrize("root", [HEALTHY, Path(__file__).parents[1]], ids=["healthy", "haiti"])
def test_the_same_file_again_changes_nothing(tmp_path: Path, root: Path, name: str) -> None:
    _, _, twin = there_and_back(root, tmp_path, name)
    (file,) = tmp_path.glob("events*")
    before = tables(twin)
    again = Project.open(twin).import_file(file)
    assert (again.added, again.updated) == ((), ())
    assert tables(twin) == before


def tables(root: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (root / "data").glob("*.csv")}
