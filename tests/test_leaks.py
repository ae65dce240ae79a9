"""What is hidden stands in no byte of any output, in whatever form, and changes none of them."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from leaks import every_output, forms_of, leaks, packed
from small_project import event, make, source

from mapper import disclosure, protect
from mapper.displacement import Displacement
from mapper.formats import writes
from mapper.project import Project

SECRET = "0123456789abcdef-fictional-secret-of-a-test"
PROFILES = """title = "Examplia"
countries = ["EXA"]

[displacement]
secret_env = "EXAMPLIA_SECRET"
metres = [500, 2000]

[[profiles.moved.displace]]
place = "mill-clinic"

[[profiles.strict.withhold]]
place = "mill-clinic"

[[profiles.coarse.coarsen]]
place = "mill-clinic"
to = "adm1"
"""
PUBLIC = event("market-deaths", notes="Said in public", desk="Drawer-11")
WITHHELD = event(
    "convoy-seen-by-her",
    "blue-door",
    title="Convoy seen from a house",
    title_fr="Un convoi aperçu d’une maison",
    quote="A witness, who lives behind the blue door, saw the convoy leave.",
    place_text="behind the blue door",
    notes="She is called Annexàmpla Ødegård",
    actor1="Third Column of Examplia",
    assoc_actor_1="Fourth Column of Examplia",
    desk="Drawer-77-blue",
    fatalities_text="perhaps a scoresworth",
    source_id="quiet",
    coder="Coderina Exampleson",
    sensitivity="withhold",
)
HIDDEN: dict[str, str | float] = {
    "id": "convoy-seen-by-her",
    "title": "Convoy seen from a house",
    "title in French": "convoi aperçu d’une",
    "quote": "saw the convoy leave",
    "place": "House with the blue door",
    "place's id": "blue-door",
    "words for the place": "behind the blue door",
    "notes": "Annexàmpla Ødegård",
    "actor": "Third Column of Examplia",
    "other actor": "Fourth Column of Examplia",
    "foreign column": "Drawer-77-blue",
    "deaths": "perhaps a scoresworth",
    "source": "The quiet letter",
    "source's address": "example.org/quiet-letter",
    "coder": "Coderina Exampleson",
    "latitude": 10.512321,
    "longitude": 21.013131,
}
SENSITIVE = event(
    "clinic-wounded-there",
    "mill-clinic",
    title="Wounded at the clinic",
    title_fr="Des blessés à la clinique",
    quote="A clinic beside the old mill treated eleven wounded.",
    place_text="A clinic beside the old mill",
    notes="The nurse Bexampla called",
    notes_fr="Appel de Bexàmpla",
    actor1="Staff of the old mill clinic",
    fatalities_text="scarcely any dead",
    desk="Drawer-88-mill",
    source_id="letter",
)
COARSENED_HIDDEN: dict[str, str | float] = {
    "id": "clinic-wounded-there",
    "title": "Wounded at the clinic",
    "title in French": "blessés à la clinique",
    "quote": "treated eleven wounded",
    "place": "Old mill clinic",
    "place's id": "mill-clinic",
    "note on the geometry": "point by the nurse",
    "notes": "The nurse Bexampla",
    "notes in French": "Appel de Bexàmpla",
    "deaths": "scarcely any dead",
    "foreign column": "Drawer-88-mill",
    "source": "Letter from the mill",
    "source's address": "example.org/mill-letter",
    "latitude": 10.523451,
    "longitude": 21.034561,
}
SOURCES = [
    source(show="whole"),
    source("quiet", title="The quiet letter", url="https://example.org/quiet-letter"),
    source("letter", title="Letter from the mill", url="https://example.org/mill-letter", publisher="Mill Press"),
]
EXAMPLES = max(5, int(os.environ.get("MAPPER_EXAMPLES", "100")) // 10)
SETTINGS = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.fixture(autouse=True)
def secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXAMPLIA_SECRET", SECRET)


def outputs(
    folder: Path,
    rows: Sequence[Mapping[str, str]],
    profile: str = "default",
    formats: tuple[str, ...] | None = None,
    **parts: Any,
) -> dict[str, bytes]:
    """Every output of a project of these rows, in every format."""
    project = Project.open(make(folder / "project", rows, **{"sources": SOURCES, "settings": PROFILES, **parts}))
    return every_output(project, folder / "made", profile, formats)


def published(made: Mapping[str, bytes]) -> dict[str, bytes]:
    """All but the ledger, which counts every row and knows what was read."""
    return {name: data for name, data in made.items() if name != "build.json"}


# The search itself, which is worth nothing unless it can fail.


@pytest.mark.parametrize("value", ["Annexàmpla Ødegård", "behind the blue door", "Drawer-77"])
@pytest.mark.parametrize("way", sorted(packed(b"")))
def test_the_search_finds_text_however_it_is_packed(way: str, value: str) -> None:
    assert leaks({"file": packed(value.encode())[way]}, {"it": value, "not": "nowhere at all"}) != []
    assert leaks({"file": packed(b"innocent")[way]}, {"it": value}) == []


@pytest.mark.parametrize("value", ["Annexàmpla Ødegård", 21.013131], ids=["text", "number"])
def test_the_search_finds_every_form_of_a_value(value: str | float) -> None:
    for form, needle, _ in forms_of(value):
        assert leaks({"file": b"\x00 " + needle + b" \xff"}, {"it": value}) != [], form


def test_the_search_finds_folded_spellings() -> None:
    assert leaks({"file": b"[annexampla odegard]"}, {"it": "Annexàmpla Ødegård"}) == [("file", "it", "folded")]


@pytest.mark.parametrize(
    ("rows", "hidden"),
    [([PUBLIC, WITHHELD], HIDDEN), ([PUBLIC, {**SENSITIVE, "sensitivity": "coarsen"}], COARSENED_HIDDEN)],
    ids=["withheld", "coarsened"],
)
def test_the_search_finds_in_each_output_what_the_full_profile_shows(
    tmp_path: Path, rows: list[dict[str, str]], hidden: dict[str, str | float]
) -> None:
    made = published(outputs(tmp_path, rows, "full"))
    found = {(output, name) for output, name, _ in leaks(made, hidden)}
    unpublished = {"coder"}
    for output in ("map.html", "events.geojson", "events.csv"):
        texts = {name for name, value in hidden.items() if isinstance(value, str)} - unpublished
        texts -= {"source's address", "source"} if output == "map.html" else set()
        assert texts - {name for other, name in found if other == output} == set(), output
    assert {("events.geojson", "latitude"), ("events.csv", "longitude")} <= found
    for name in writes():
        assert {("export." + name, "place"), ("export." + name, "latitude")} <= found, name


def leak_notes(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(protect, "_SILENCED", tuple(name for name in protect._SILENCED if name != "notes"))


def leak_quotes(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(protect, "_SILENCED_IN_REPORT", ("place",))


def leak_sources(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(protect, "_TELLS_SOURCE", ())


def leak_places(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(protect, "_coarsened", lambda gazetteer, location, levels: location)


def leak_levels(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(disclosure, "_with_heads", lambda examined, levels: levels * 0)


MUTATIONS: list[tuple[Callable[[pytest.MonkeyPatch], None], str]] = [
    (leak_notes, "notes"),
    (leak_quotes, "quote"),
    (leak_sources, "source"),
    (leak_places, "latitude"),
    (leak_places, "place"),
    (leak_levels, "id"),
]


@pytest.mark.parametrize(("leak", "name"), MUTATIONS, ids=[f"{leak.__name__}-{name}" for leak, name in MUTATIONS])
def test_a_build_that_leaks_is_caught(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, leak: Callable[[pytest.MonkeyPatch], None], name: str
) -> None:
    rows = [PUBLIC, {**SENSITIVE, "sensitivity": "coarsen"}]
    leak(monkeypatch)
    assert {found for _, found, _ in leaks(outputs(tmp_path, rows), COARSENED_HIDDEN)} >= {name}


def test_a_displacement_that_leaks_is_caught(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Displacement, "moved", lambda self, spot, base: base)
    found = {name for _, name, _ in leaks(outputs(tmp_path, [PUBLIC, SENSITIVE], "moved"), COARSENED_HIDDEN)}
    assert found >= {"latitude", "longitude"}


# What must stand in no output.


def test_nothing_of_a_withheld_row_stands_in_any_output(tmp_path: Path) -> None:
    assert leaks(outputs(tmp_path, [PUBLIC, WITHHELD]), HIDDEN) == []


@pytest.mark.parametrize("profile", ["default", "moved", "strict", "coarse"])
def test_nothing_of_what_a_profile_hides_stands_in_any_output(tmp_path: Path, profile: str) -> None:
    row = {**SENSITIVE, "sensitivity": "coarsen" if profile == "default" else ""}
    made = outputs(tmp_path, [PUBLIC, WITHHELD, row], profile)
    # A disc has many corners near the truth.
    assert leaks(made, {**HIDDEN, **COARSENED_HIDDEN}, decimals=5 if profile == "moved" else 3) == []
    assert leaks(made, {"secret": SECRET, "variable": "EXAMPLIA_SECRET"}) == []


def test_the_ledger_names_the_profile(tmp_path: Path) -> None:
    for profile in ("default", "moved", "full"):
        ledger = json.loads(outputs(tmp_path / profile, [PUBLIC], profile)["build.json"])
        assert ledger["profile"] == profile


# What is hidden must change nothing: then it is in no output, in whatever form.

CELLS = {
    "event_id": ["zebra-was-here", "a", "market-deaths-2", "coarsened-1"],
    "title": ["A title", "Another one"],
    "place": ["blue-door", "mill-clinic", "harbour", "southtown"],
    "notes": ["", "One", "Another"],
    "notes_fr": ["", "Un"],
    "place_text": ["", "the convoy"],
    "quote": [WITHHELD["quote"], "A crowd gathered in Southtown.", "Later it rained."],
    "desk": ["", "7", "8"],
    "fatalities_text": ["", "many"],
    "geometry_note": [""],
    "source_id": ["gazette", "quiet", "letter"],
    "coder": ["", "me"],
    "geo_precision": ["", "unlocated"],
}
HIDDEN_CELLS = st.fixed_dictionaries({name: st.sampled_from(values) for name, values in CELLS.items()})
OPEN = [
    event("market-deaths", desk="1", notes="n", notes_fr="m"),
    event("shots", "northtown", quote="Shots were fired"),
]
QUOTES_ALONE = [source(), *SOURCES[1:]]


def made_of(*rows: Mapping[str, str]) -> dict[str, bytes]:
    columns = {column for row in rows for column in row}
    whole = [{**dict.fromkeys(sorted(columns), ""), **row} for row in rows]
    with tempfile.TemporaryDirectory() as folder:
        return published(outputs(Path(folder), whole, sources=QUOTES_ALONE, formats=("geojson",)))


@given(st.lists(HIDDEN_CELLS, min_size=1, max_size=3, unique_by=lambda cells: cells["event_id"]))
@SETTINGS
def test_withheld_rows_change_nothing(hidden: list[dict[str, str]]) -> None:
    withheld = [{**event("x"), **cells, "sensitivity": "withhold", "date": "2024-08-06"} for cells in hidden]
    blank = dict.fromkeys(CELLS, "")
    with_columns = [{**blank, **row} for row in OPEN]
    assert made_of(*with_columns, *withheld) == made_of(*with_columns)


@given(HIDDEN_CELLS, HIDDEN_CELLS)
@SETTINGS
def test_what_is_coarsened_shows_nothing_of_what_was_there(one: dict[str, str], other: dict[str, str]) -> None:
    same = {"sensitivity": "coarsen", "date": "2024-08-06", "geo_precision": "", "event_type": "Battles"}
    first, second = ({**event("x"), **cells, **same} for cells in (one, other))
    assert made_of(*OPEN, first) == made_of(*OPEN, second)


def test_which_of_two_coarsened_events_has_which_id_tells_nothing(tmp_path: Path) -> None:
    def ids(first: str, second: str) -> dict[str, str]:
        rows = [
            event(first, "blue-door", sensitivity="coarsen", date="2024-08-01"),
            event(second, "mill-clinic", sensitivity="coarsen", date="2024-08-02"),
        ]
        made = outputs(tmp_path / first, rows)
        features = json.loads(made["events.geojson"])["features"]
        return {feature["properties"]["date"]: feature["id"] for feature in features}

    assert ids("a", "z") == ids("z", "a") == {"2024-08-01": "coarsened-1", "2024-08-02": "coarsened-2"}


def test_a_town_that_only_a_withheld_row_names_is_labelled_like_any_other(tmp_path: Path) -> None:
    hidden = event("b", "eastville", sensitivity="withhold", quote="", source_id="quiet")
    shown = published(outputs(tmp_path / "a", [PUBLIC, hidden]))
    assert shown == published(outputs(tmp_path / "b", [PUBLIC]))
    assert b"Eastville" in shown["map.html"] or leaks(shown, {"town": "Eastville"}) != []
