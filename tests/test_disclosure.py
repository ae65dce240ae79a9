"""What is shown in full must not tell of what isn't: words that would are left out, and the curator is told where."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from leaks import leaks
from small_project import PLACES, QUOTE, TEXT, event, make, source

from mapper.formats import writes
from mapper.problems import Problem
from mapper.project import Project

WITNESS = "A witness, who lives behind the blue door, saw the convoy leave."
CLINIC = "A clinic beside the old mill treated eleven wounded."
WITHHELD = event("convoy-seen", "blue-door", quote=WITNESS, place_text="behind the blue door", sensitivity="withhold")


def opened(folder: Path, *rows: Mapping[str, str], **parts: Any) -> Project:
    return Project.open(make(folder, rows, **parts))


def told(project: Project) -> list[tuple[str, int | None, str | None]]:
    found: list[Problem] = [one for one in project.check() if one.code == "guarded-words"]
    return [(one.file, one.row, one.column) for one in found]


def properties(project: Project, event_id: str) -> dict[str, Any]:
    features = json.loads(project.export(None, "geojson"))["features"]
    found: dict[str, Any] = next(one["properties"] for one in features if one["id"] == event_id)
    return found


@pytest.mark.parametrize(
    "quote",
    [
        WITNESS,
        f"A crowd gathered in Southtown.\n{WITNESS}",
        "A crowd gathered in Southtown.\nA witness, who lives",
        "saw the convoy leave. A clinic beside",
        "lives",
        f"{QUOTE} […] saw the convoy",
    ],
)
@pytest.mark.parametrize("sensitivity", ["withhold", "coarsen"])
def test_a_public_quote_that_shares_words_with_a_hidden_one_is_left_out_and_says_so(
    tmp_path: Path, quote: str, sensitivity: str
) -> None:
    project = opened(tmp_path, {**WITHHELD, "sensitivity": sensitivity}, event("open", quote=quote))
    assert told(project) == [("data/events.csv", 3, "quote")]
    (report,) = properties(project, "open")["reports"]
    assert (report["quote"], report["spans"], report["protected"], report["source_id"]) == (
        None,
        [],
        "quote",
        "gazette",
    )


@pytest.mark.parametrize("quote", [QUOTE, "A crowd gathered in Southtown.", CLINIC])
def test_a_public_quote_of_other_words_stays(tmp_path: Path, quote: str) -> None:
    project = opened(tmp_path, WITHHELD, event("open", quote=quote))
    assert told(project) == []
    assert properties(project, "open")["reports"][0]["quote"] == quote


def test_the_same_words_in_another_source_are_found(tmp_path: Path) -> None:
    reprint = f"Reprinted. {WITNESS} And so on."
    sources = [source(), source("reprint", reprint, file="reprint.txt")]
    row = event("open", quote="the convoy leave. And so", source_id="reprint")
    project = opened(tmp_path, WITHHELD, row, sources=sources, seeds={"reprint.txt": reprint})
    assert told(project) == [("data/events.csv", 3, "quote")]


def test_a_quote_that_cannot_be_located_is_read_for_the_same_words(tmp_path: Path) -> None:
    row = event("open", quote=f"It says: {WITNESS.upper()}", source_id="wire")
    project = opened(tmp_path, WITHHELD, row, sources=[source(), source("wire", file="", sha256="")])
    assert ("data/events.csv", 3, "quote") in told(project)


@pytest.mark.parametrize(
    ("column", "text"),
    [
        ("title", "Shots near the House with the BLUE DOOR"),
        ("title_fr", "Tirs : house with the blue door"),
        ("notes", "See convoy-seen"),
        ("notes", "He, too, lives behind the blue door"),
        ("notes", f"As the witness said: {WITNESS}"),
        ("actor1", "People of the house with the blue door"),
        ("fatalities_text", "two at the House, with the blue door"),
        ("desk", "blue-door"),
        ("desk", "house with the blue-door"),
    ],
)
def test_any_cell_that_names_a_hidden_place_id_or_passage_is_left_out(tmp_path: Path, column: str, text: str) -> None:
    project = opened(tmp_path, {**WITHHELD, column: ""}, event("open", **{column: text}))
    assert told(project) == [("data/events.csv", 3, column)]
    shown = properties(project, "open")
    assert "blue" not in json.dumps(shown).lower()
    if column == "title":
        assert shown["title"] == "Violence against civilians"


def test_a_place_that_public_events_name_too_is_no_secret(tmp_path: Path) -> None:
    rows = [event("hidden", "southtown", quote="", sensitivity="withhold"), event("open", notes="Near Southtown")]
    project = opened(tmp_path, *rows)
    assert told(project) == []
    assert properties(project, "open")["notes"] == "Near Southtown"


def test_what_is_shown_of_a_coarsened_event_is_no_secret(tmp_path: Path) -> None:
    hidden = event("hidden", "mill-clinic", quote=CLINIC, sensitivity="coarsen")
    project = opened(tmp_path, hidden, event("open", "northtown", notes="Not in Southtown commune, in West"))
    assert told(project) == []


def test_a_sources_row_that_names_a_hidden_place_is_left_out(tmp_path: Path) -> None:
    named = source(title="What happened at the house with the blue door", url="https://example.org/blue-door-house")
    project = opened(tmp_path, {**WITHHELD, "place_text": ""}, event("open"), sources=[named])
    assert sorted(told(project)) == [("data/sources.csv", 2, "title"), ("data/sources.csv", 2, "url")]
    (report,) = properties(project, "open")["reports"]
    (record,) = project.sources()
    assert (
        [report[name] for name in ("source_title", "url")] == [record[name] for name in ("title", "url")] == [None] * 2
    )


def test_a_text_that_names_a_hidden_place_is_not_shown_whole(tmp_path: Path) -> None:
    sources = [source(show="whole"), source("quiet", file="", sha256="")]
    mill = [{**one, "aliases": "the old mill"} if one["place_id"] == "mill-clinic" else one for one in PLACES]
    hidden = event("hidden", "mill-clinic", quote="", source_id="quiet", sensitivity="withhold")
    for rows, text in (([event("open")], TEXT), ([event("open"), hidden], None)):
        folder = tmp_path / str(len(rows))
        assert [one["text"] for one in opened(folder, *rows, sources=sources, places=mill).sources()] == [text]


def test_drafts_and_rejected_rows_guard_their_words_too(tmp_path: Path) -> None:
    for cells in ({"status": "draft"}, {"date": "soon"}, {"sensitivity": "secret"}):
        project = opened(tmp_path, WITHHELD | cells, event("open", quote=WITNESS))
        assert told(project) == [("data/events.csv", 3, "quote")]


def test_no_problem_and_no_output_shows_the_words_themselves(tmp_path: Path) -> None:
    project = opened(tmp_path, WITHHELD, event("open", quote=WITNESS, notes="House with the blue door"))
    for problem in project.check():
        assert "convoy" not in f"{problem} {problem.as_dict()}".lower()
    result = project.build(tmp_path / "made" / "map.html")
    assert not result.has_errors
    assert json.loads((tmp_path / "made/build.json").read_bytes())["problems"][0] == {
        **{"code": "guarded-words", "severity": "warning", "file": "data/events.csv", "row": 3, "column": "quote"},
    }


def test_quotes_of_a_source_of_which_nothing_is_shown_are_in_no_output(tmp_path: Path) -> None:
    project = opened(tmp_path, event("open"), sources=[source(show="none")])
    for profile in ("default", "full"):
        (report,) = project.events(profile)["reports"][0]
        assert (report["quote"], report["spans"], report["place_spans"], report["source_id"]) == (
            None,
            [],
            [],
            "gazette",
        )
        made = {name: project.export(None, name, profile=profile) for name in writes()}
        assert leaks(made, {"quote": QUOTE}) == []


def test_a_public_project_asks_nothing_of_this(tmp_path: Path) -> None:
    assert told(opened(tmp_path, event("a"), event("b"))) == []
