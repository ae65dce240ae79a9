"""The page where JavaScript is off: its events as a table, to be read on any screen and printed."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas
import pytest
import shapely
from conftest import ROOT
from test_document import HOSTILE, Page, hostile_map

from mapper import EventMap, parse_date
from mapper.catalogues import catalogue
from mapper.page.sentences import (
    actor_lines,
    date_sentence,
    deaths_sentence,
    place_name,
    plain_date,
    precision_sentence,
)
from mapper.page.without_script import MOST
from mapper.page.words import Words

SAID = json.loads((ROOT / "mapper/page/web/test/sentences.json").read_text(encoding="utf-8"))
ENGLISH = Words(catalogue("en"), "en")
SIZES = [(1400, 860), (390, 844), (320, 640)]


@pytest.fixture(scope="module")
def payload(haiti_map: Path) -> Any:
    return Page(haiti_map.read_text(encoding="utf-8")).payload


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_every_event_can_be_read(
    haiti_map: Path,
    payload: Any,
    open_page: Callable[..., Any],
    keep: Callable[[Any, str], None],
    width: int,
    height: int,
) -> None:
    page = open_page(haiti_map, width=width, height=height, java_script_enabled=False)
    keep(page, str(width))
    columns = payload["events"]["columns"]
    text = page.inner_text("main.plain")
    assert page.inner_text("h1") == payload["title"]
    assert f"{len(columns['id'])} events" in text
    rows = page.locator("main.plain tbody tr")
    assert rows.count() == len(columns["id"])
    for row, (title, date, reports) in enumerate(
        zip(columns["title"], columns["date"], columns["reports"], strict=True)
    ):
        told = rows.nth(row).inner_text()
        assert all(one in told for one in (title, date, reports[0]["quote"], payload["sources"][0]["title"]))
    assert page.locator("#mapper").is_hidden()
    assert page.evaluate("document.documentElement.scrollWidth") == width


def test_sources_and_method_follow_the_table(haiti_map: Path, open_page: Callable[..., Any]) -> None:
    page = open_page(haiti_map, java_script_enabled=False)
    assert page.locator("main.plain h2").all_inner_texts() == ["Sources", "How this was made"]
    assert "La Voix des Travailleurs" in page.inner_text("main.plain ol")


def test_it_prints_with_its_head_on_every_page(haiti_map: Path, open_page: Callable[..., Any]) -> None:
    page = open_page(haiti_map, java_script_enabled=False)
    pdf = page.pdf(format="A4", landscape=True)
    assert pdf.count(b"/Type /Page\n") + pdf.count(b"/Type /Page ") >= 2
    page.emulate_media(media="print")
    display = "getComputedStyle(document.querySelector('main.plain thead')).display"
    assert page.evaluate(display) == "table-header-group"
    assert page.locator("main.plain tbody tr").first.is_visible()


def test_with_javascript_nothing_of_it_is_there(haiti_map: Path, open_page: Callable[..., Any]) -> None:
    page = open_page(haiti_map)
    page.wait_for_selector(".app")
    assert page.locator("main.plain").count() == 0


def test_two_thousand_events_at_most_and_it_says_so() -> None:
    count = MOST + 1
    frame = geopandas.GeoDataFrame(
        {"name": [f"Event {n}" for n in range(count)]}, geometry=[shapely.Point(0, 0)] * count, crs="EPSG:4326"
    )
    html = EventMap(frame, title="name").to_html()
    table = html.partition("<noscript>\n<main")[2].partition("</noscript>")[0]
    assert table.count("<tr><td") == MOST
    assert "The table stops at 2,000 of 2,001 events." in table


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_of_it_becomes_an_element_or_a_link(text: str) -> None:
    plain, hostile = Page(hostile_map("x").to_html()), Page(hostile_map(text).to_html())
    assert [tag for tag, _ in hostile.elements] == [tag for tag, _ in plain.elements]


@pytest.mark.parametrize(
    ("address", "is_link"),
    [
        ("https://example.org/a?b=c&d", True),
        ("http://example.org", True),
        ("javascript:alert(1)", False),
        (" javascript:alert(1)", False),
        ("data:text/html,x", False),
        ("file:///etc/passwd", False),
        ("https://[", False),
        ("//example.org", False),
    ],
)
def test_only_addresses_of_the_web_become_links(address: str, is_link: bool) -> None:
    page = hostile_map("x")
    page.get_root().payload["sources"][0]["url"] = address
    links = [attributes for attributes, _ in Page(page.to_html()).all("a")]
    assert links == ([{"href": address, "rel": "noopener noreferrer"}] if is_link else [])


def test_a_retracted_and_a_threatened_event_say_so() -> None:
    frame = geopandas.GeoDataFrame(
        {
            "event_id": ["a", "b"],
            "title": ["A", "B"],
            "status": ["retracted", "accepted"],
            "reason": ["an error", None],
            "occurrence": ["reported", "threatened"],
            "geo_precision": ["unlocated", "unlocated"],
            "reports": [[], []],
        },
        geometry=[None, None],
        crs="EPSG:4326",
    )
    html = EventMap(frame).to_html()
    assert "Retracted: an error" in html.partition("</noscript>\n<div")[0]
    assert "Threatened, not reported as having happened" in html.partition("</noscript>\n<div")[0]
    assert "1 event (1 of them not on the map) · 1 threatened or denied · 1 undated · 1 retracted" in html


@pytest.mark.parametrize("case", SAID["dates"], ids=lambda case: case["when"]["date"])
def test_a_date_is_said_as_in_the_page(case: Any) -> None:
    when = case["when"]
    date = parse_date(when["date"])
    assert when == {
        "date": date.text,
        "date_kind": date.kind,
        "date_precision": date.precision,
        "date_start": date.earliest and date.earliest.isoformat(),
        "date_end": date.latest and date.latest.isoformat(),
        "date_uncertain": date.uncertain,
        "date_approximate": date.approximate,
    }
    assert date_sentence(ENGLISH, when) == case["sentence"]


def test_everything_else_is_said_as_in_the_page() -> None:
    assert [plain_date(ENGLISH, one["edtf"]) for one in SAID["plain_dates"]] == [
        one["sentence"] for one in SAID["plain_dates"]
    ]
    assert [deaths_sentence(ENGLISH, one["deaths"]) for one in SAID["deaths"]] == [
        one["sentence"] for one in SAID["deaths"]
    ]
    assert [actor_lines(ENGLISH, one["who"]) for one in SAID["who"]] == [one["lines"] for one in SAID["who"]]
    assert [
        (place_name(ENGLISH, one["where"]), precision_sentence(ENGLISH, one["where"])) for one in SAID["where"]
    ] == [(one["name"], one["precision"]) for one in SAID["where"]]
    assert [ENGLISH.number(one["number"]) for one in SAID["numbers"]] == [one["text"] for one in SAID["numbers"]]


def test_an_event_without_a_date_says_so() -> None:
    assert date_sentence(ENGLISH, {"date": None}) == "date not stated"
