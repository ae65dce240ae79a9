"""The core of the page in Firefox: what `firefox.mjs` does there, in one run a size of the window."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT, browser_command
from test_page_head import download, rows_of

from mapper import Project

WALK = ROOT / "mapper" / "page" / "web" / "test" / "firefox.mjs"
EVENT = "leogane-target-2024"
ADDRESS = f"#event={EVENT}&tab=events&lang=fr&types=Strategic%20developments&from=2024-07-01"
WALKS = {
    "1400x860": ("reach", "find", "time", f"address{ADDRESS}", "history", "language", "download", "table", "print"),
    "390x844": ("reach", "narrow"),
    "320x640": ("reach", "narrow"),
}


@pytest.fixture(scope="module")
def walked(haiti_map: Path) -> Callable[[str], Any]:
    """``walked(size)``: what was seen on all walks in a window of that size."""
    firefox = browser_command(("firefox-esr", "firefox"))
    beside = Path(sys.executable).with_name("node")
    node = str(beside) if beside.exists() else str(shutil.which("node"))

    @lru_cache
    def walk(size: str) -> Any:
        command = [node, str(WALK), str(haiti_map), firefox, size, *WALKS[size]]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=180)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return walk


@pytest.fixture(scope="module")
def titles() -> list[str]:
    return list(Project.open(ROOT).events()["title"])


@pytest.mark.parametrize("size", WALKS)
def test_nothing_is_asked_for_and_nothing_said(haiti_map: Path, walked: Callable[[str], Any], size: str) -> None:
    seen = walked(size)
    assert (seen["messages"], seen["errors"]) == ([], [])
    assert [url for url in seen["requests"] if not url.startswith(("data:", "blob:", haiti_map.as_uri()))] == []


@pytest.mark.parametrize("size", WALKS)
def test_every_event_is_reached_on_map_list_and_text(
    walked: Callable[[str], Any], titles: list[str], size: str
) -> None:
    seen = walked(size)["reach"]
    assert seen["title"] == "Haiti, July 2024"
    assert seen["counts"].startswith("8 of 8 events")
    assert sorted(seen["list"]) == sorted(titles)
    for way, found in seen["found"].items():
        assert set(found) == set(titles), way


@pytest.mark.parametrize("size", ["390x844", "320x640"])
def test_a_phones_tabs_stay_inside_the_screen(walked: Callable[[str], Any], size: str) -> None:
    width = int(size.partition("x")[0])
    tabs = ("tab-events", "tab-event", "tab-source", "tab-filters")
    assert walked(size)["narrow"] == {tab: [width, []] for tab in tabs}


def test_search_and_facets(walked: Callable[[str], Any]) -> None:
    seen = walked("1400x860")["find"]
    assert seen["list"] == ["Léogâne named as the target of the gangs"]
    assert seen["marks"] == ["Leyogàn"]
    assert seen["figures"] == ["3", "2", "3"]
    assert seen["counts"].startswith("3 of 8 events")
    assert seen["hash"] == "#tab=events&subtypes=Attack"


def test_typed_dates_and_the_keys_of_the_timeline(walked: Callable[[str], Any]) -> None:
    seen = walked("1400x860")["time"]
    assert seen["typed"] == "#tab=events&from=2024-07-01&to=2024-07-31"
    assert seen["moved"] == "#tab=events&from=2024-07-30&to=2024-07-31"
    assert seen["said"] == "30 July 2024"


def test_the_address_brings_everything_back(walked: Callable[[str], Any]) -> None:
    seen = walked("1400x860")["address"]
    assert seen["card"] == "Léogâne citée comme la cible des gangs"
    assert (seen["tab"], seen["language"], seen["hash"]) == ("tab-events", "fr", ADDRESS)
    assert len(seen["list"]) == 4


def test_back_and_forward_go_through_what_was_chosen(walked: Callable[[str], Any], titles: list[str]) -> None:
    steps = walked("1400x860")["history"]
    first = steps[2][1]
    assert first in titles
    there, again = ["tab-events", None], ["tab-events", first]
    assert steps == [["tab-source", None], there, again, there, ["tab-source", None], there, again]


def test_another_language_leaves_the_quote_as_it_is(walked: Callable[[str], Any]) -> None:
    seen = walked("1400x860")["language"]
    assert seen["before"].strip("“”") == seen["after"].strip("«» \xa0")
    assert seen["when"].startswith("jiska 10 out 2024")
    assert [tab.strip("0123456789") for tab in seen["tabs"]] == ["Sous", "Evènman yo", "Tablo"]


def test_the_files_that_are_saved_are_those_of_chromium(
    haiti_map: Path, walked: Callable[[str], Any], open_page: Callable[..., Any]
) -> None:
    page = open_page(haiti_map, "#types=Violence%20against%20civilians")
    choices = [(group, form) for group in ("The 3 events shown", "All") for form in ("GeoJSON", "CSV")]
    expected = dict(download(page, group, form) for group, form in choices)
    assert walked("1400x860")["download"] == expected
    assert len(expected) == 4
    assert len(rows_of(expected["haiti-july-2024-shown.csv"])) == 3


def test_the_table_sorts(walked: Callable[[str], Any], titles: list[str]) -> None:
    assert walked("1400x860")["table"] == sorted(titles)


def test_print_has_every_event_with_its_quote_and_leaves_the_screen_as_it_was(
    walked: Callable[[str], Any], titles: list[str]
) -> None:
    seen = walked("1400x860")["print"]
    assert (seen["head"], seen["left"]) == ("%PDF-", 0)
    quotes = [report["quote"] for reports in Project.open(ROOT).events()["reports"] for report in reports]
    assert [text for text in (*titles, *quotes, "How this map was made") if text not in seen["printed"]] == []
