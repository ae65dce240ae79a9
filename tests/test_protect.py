"""What is withheld stands in no byte of any output; what is coarsened tells its unit and nothing finer."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import shapely
from leaks import leaks
from small_project import PLACES, TEXT, event, make, source

from mapper.project import Project

WITHHELD_QUOTE = "A witness, who lives behind the blue door, saw the convoy leave."
WITHHELD = event(
    "convoy-seen",
    "blue-door",
    title="Convoy seen from a house",
    title_fr="Un convoi",
    quote=WITHHELD_QUOTE,
    place_text="behind the blue door",
    notes="She is called Annexampla",
    actor1="Third Column",
    desk="Drawer-77",
    fatalities_text="perhaps a scoresworth",
    sensitivity="withhold",
)
WITHHELD_WORDS = [
    *("convoy-seen", "Convoy seen from", "Un convoi", "witness", "blue door", "saw the convoy", "Annexampla"),
    *("Third Column", "Drawer-77", "scoresworth", "10.5123", "21.0131"),
]
COARSENED = event(
    "clinic-wounded",
    "mill-clinic",
    title="Wounded at the clinic",
    title_fr="Des blessés",
    quote="A clinic beside the old mill treated eleven wounded.",
    place_text="A clinic beside the old mill",
    notes="The nurse Bexampla called",
    notes_fr="Appel de Bexampla",
    actor1="Staff of the old mill clinic",
    actor2="Eastern Guard",
    fatalities_text="scarcely any",
    desk="Drawer-88",
    reason="",
    sensitivity="coarsen",
)
COARSENED_WORDS = [
    *("clinic-wounded", "Wounded at", "Des bless", "old mill", "mill-clinic", "eleven wounded", "Bexampla", "Staff of"),
    *("scarcely any", "Drawer-88", "10.5234", "21.0345", "by the nurse"),
]
PUBLIC = event("market-deaths")


def build(tmp_path: Path, *rows: dict[str, str], **parts: Any) -> dict[str, bytes]:
    """Every output of a build, by name."""
    folder = make(tmp_path / "project", rows, **{"sources": [source(show="whole")], **parts})
    result = Project.open(folder).build(tmp_path / "made" / "map.html")
    return {path.name: path.read_bytes() for path in result.paths}


def tells(outputs: dict[str, bytes], words: list[str]) -> list[tuple[str, str]]:
    """Which words stand in which outputs."""
    return [(output, word) for output, word, _ in leaks(outputs, {word: word for word in words})]


def features(outputs: dict[str, bytes]) -> dict[str, dict[str, Any]]:
    return {feature["id"]: feature for feature in json.loads(outputs["events.geojson"])["features"]}


def rows_of(outputs: dict[str, bytes]) -> dict[str, int]:
    rows: dict[str, int] = json.loads(outputs["build.json"])["rows"]
    return {fate: count for fate, count in rows.items() if count}


def test_no_spelling_of_a_coarsened_place_goes_into_the_page(tmp_path: Path) -> None:
    places = [{**one, "aliases": "Ole mill"} if one["place_id"] == "mill-clinic" else one for one in PLACES]
    assert tells(build(tmp_path, PUBLIC, {**COARSENED, "sensitivity": "public"}, places=places), ["Ole mill"]) != []
    assert tells(build(tmp_path, PUBLIC, COARSENED, places=places), ["Ole mill"]) == []


def test_a_coarsened_event_is_its_unit_and_says_so(tmp_path: Path) -> None:
    feature = features(build(tmp_path, COARSENED))["coarsened-1"]
    properties = feature["properties"]
    shape = shapely.from_geojson(json.dumps(feature["geometry"]))
    assert shape.equals(shapely.box(20, 10, 22, 11))
    assert shape.contains(shapely.Point(properties["label_point"]))
    assert (properties["coarsened_to"], properties["place"], properties["place_id"]) == (
        *("Southtown commune", "Southtown commune", "south"),
    )
    assert (properties["geo_precision"], properties["radius_m"], properties["title"]) == (
        *("adm2", None, "Violence against civilians"),
    )
    assert (properties["admin1"], properties["admin2_pcode"]) == ("West", "EX12")
    assert (properties["actor1"], properties["actor2"], properties["date"]) == (None, "Eastern Guard", "2024-08-05")
    silent = ["title_fr", "place_text", "notes", "notes_fr", "reason", "fatalities_text", "geometry_note"]
    assert [properties[name] for name in silent] == [None] * len(silent)
    assert "extra" not in properties
    (report,) = properties["reports"]
    assert (report["event_id"], report["protected"], report["spans"]) == ("coarsened-1", "source", [])
    words = ("quote", "place", "place_text", "geo_precision", "actor1")
    assert [report[name] for name in (*words, "source_id", "source_title", "url", "file")] == [None] * 9


@pytest.mark.parametrize(
    ("cells", "unit", "precision"),
    [
        ({"place": "mill-clinic"}, "south", "adm2"),
        ({"place": "northtown", "geo_precision": "near", "radius_m": "900"}, "north", "adm2"),
        ({"place": "northtown", "geo_precision": "near", "radius_m": "90000"}, "west", "adm1"),
        ({"place": "hill"}, "north", "adm2"),
        ({"place": "hill-road"}, "north", "adm2"),
        ({"place": "coast-road"}, "examplia", "country"),
        ({"place": "plain"}, "west", "adm1"),
        ({"place": "northtown; southtown"}, "west", "adm1"),
        ({"place": "north"}, "north", "adm2"),
        ({"place": "west"}, "west", "adm1"),
        ({"place": "examplia"}, "examplia", "country"),
        ({"place": "", "geo_precision": "exact", "latitude": "10.5234", "longitude": "21.0345"}, None, "unlocated"),
        ({"place": "mill-clinic", "geo_precision": "unlocated"}, None, "unlocated"),
        ({"place": "Mill Clinik"}, None, "unlocated"),
        ({"place": "mill-clinic", "status": "retracted", "reason": "no"}, None, "unlocated"),
    ],
)
def test_it_goes_to_the_finest_unit_that_surely_holds_it(
    tmp_path: Path, cells: dict[str, str], unit: str | None, precision: str
) -> None:
    properties = features(build(tmp_path, COARSENED | cells))["coarsened-1"]["properties"]
    assert (properties["place_id"], properties["geo_precision"], properties["radius_m"]) == (unit, precision, None)
    if unit is None:
        assert (properties["place"], properties["coarsened_to"], properties["admin2"]) == (None, "not shown", None)


def test_without_a_polygon_of_its_unit_it_is_not_drawn(tmp_path: Path) -> None:
    outputs = build(tmp_path, COARSENED, PUBLIC, boundaries={})
    assert features(outputs)["coarsened-1"]["geometry"] is None
    assert rows_of(outputs) == {"all": 2, "unlocated": 1, "mapped": 1}
    assert tells({"events.geojson": outputs["events.geojson"]}, COARSENED_WORDS) == []


def test_its_place_in_the_order_does_not_tell_its_id(tmp_path: Path) -> None:
    ids = ["zebra-was-here", "aardvark", "coarsened-1", "mole"]
    rows = [event(one, "southtown") for one in ids[1:]] + [COARSENED | {"event_id": ids[0]}]
    found = list(features(build(tmp_path, *rows)))
    assert found == ["aardvark", "coarsened-1", "coarsened-2", "mole"]


def test_the_order_of_rows_does_not_number_them(tmp_path: Path) -> None:
    rows = [COARSENED, COARSENED | {"event_id": "another", "place": "northtown"}]
    one, other = (build(tmp_path / name, *order) for name, order in (("a", rows), ("b", rows[::-1])))
    assert one["events.geojson"] == other["events.geojson"]


def test_reports_of_a_withheld_event_are_withheld_and_a_withheld_report_leaves_the_rest(tmp_path: Path) -> None:
    outputs = build(tmp_path, WITHHELD, event("second-report", "southtown", same_event_as="convoy-seen"), PUBLIC)
    assert rows_of(outputs) == {"all": 3, "withheld": 2, "mapped": 1}
    assert tells({"events.geojson": outputs["events.geojson"]}, ["second-report", "convoy"]) == []
    outputs = build(tmp_path, PUBLIC, WITHHELD | {"same_event_as": "market-deaths"})
    assert rows_of(outputs) == {"all": 2, "withheld": 1, "mapped": 1}
    assert [one["event_id"] for one in features(outputs)["market-deaths"]["properties"]["reports"]] == ["market-deaths"]


def test_a_coarsened_report_of_a_public_event_says_nothing_of_its_own(tmp_path: Path) -> None:
    outputs = build(tmp_path, PUBLIC, COARSENED | {"same_event_as": "market-deaths"})
    assert tells({name: outputs[name] for name in outputs if name != "map.html"}, COARSENED_WORDS) == []
    reports = features(outputs)["market-deaths"]["properties"]["reports"]
    assert [one["event_id"] for one in reports] == ["market-deaths", "market-deaths"]


@pytest.mark.parametrize(
    ("cells", "fate"),
    [
        ({}, "withheld"),
        ({"status": "draft"}, "draft"),
        ({"date": "soon"}, "rejected"),
        ({"status": "retracted", "reason": "no"}, "withheld"),
        ({"place": "Atlantis"}, "withheld"),
        ({"same_event_as": "market-deaths"}, "withheld"),
    ],
)
def test_a_withheld_row_is_counted_in_the_first_fate_that_applies_and_never_told(
    tmp_path: Path, cells: dict[str, str], fate: str
) -> None:
    outputs = build(tmp_path, PUBLIC, WITHHELD | cells)
    assert rows_of(outputs) == {"all": 2, fate: 1, "mapped": 1}
    assert tells({name: outputs[name] for name in outputs if name != "map.html"}, WITHHELD_WORDS) == []


@pytest.mark.parametrize("guarded", [WITHHELD, COARSENED], ids=["withheld", "coarsened"])
def test_a_text_that_holds_a_guarded_passage_is_never_published_whole(tmp_path: Path, guarded: dict[str, str]) -> None:
    reprint = "A reprint.\n" + TEXT
    sources = [source(show="whole"), source("reprint", reprint, file="reprint.txt", show="whole")]
    rows = [PUBLIC, event("b", source_id="reprint"), guarded]
    folder = make(tmp_path, rows, sources=sources, seeds={"reprint.txt": reprint})
    published = {one["source_id"]: one for one in Project.open(folder).sources()}
    assert {name: (one["show"], one["text"]) for name, one in published.items()} == {
        "gazette": ("quotes", None),
        "reprint": ("quotes", None),
    }
    make(tmp_path, rows[:2], sources=sources)
    assert {one["text"] for one in Project.open(tmp_path).sources()} == {TEXT, reprint}


def test_a_source_that_only_withheld_rows_cite_is_not_named(tmp_path: Path) -> None:
    outputs = build(tmp_path, PUBLIC, WITHHELD | {"source_id": "quiet"}, sources=[source(), source("quiet")])
    assert tells({name: outputs[name] for name in ("events.geojson", "events.csv")}, ["quiet"]) == []


def test_what_python_gets_is_protected_too(tmp_path: Path) -> None:
    project = Project.open(make(tmp_path, [PUBLIC, WITHHELD, COARSENED], sources=[source(show="whole")]))
    told = repr(project.events().to_dict("records")) + repr(project.sources())
    assert [word for word in (*WITHHELD_WORDS, *COARSENED_WORDS) if word.lower() in told.lower()] == []


def test_a_public_project_is_left_as_it_is(tmp_path: Path) -> None:
    outputs = build(tmp_path, PUBLIC, event("b", "northtown"))
    assert [feature["properties"]["coarsened_to"] for feature in features(outputs).values()] == [None, None]
    assert len(PLACES) > 2
