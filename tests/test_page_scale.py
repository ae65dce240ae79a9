"""Every function of the page with 20,000 events: nothing is listed whole, and nothing is lost."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import pytest
import shapely

from mapper import EventMap

COUNT = 20_000
SOURCES = 300
NOWHERE = 250
UNDATED = 40
LONG = "so " * 20
TYPES = ("Battles", "Protests", "Riots")
# More rows than this in the page at once would be the whole list.
WINDOW = 200
ROW_IN_SIGHT = """() => {
  const box = document.querySelector('.table-scroll').getBoundingClientRect();
  const middle = document.elementFromPoint(box.left + 40, box.top + box.height / 2);
  return middle?.closest('[data-at]') !== null;
}"""


@pytest.fixture(scope="module")
def scale(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Made-up events of three types; the last have no place, those before them no date; two sources have most."""
    chosen = np.random.default_rng(4)
    points = list(shapely.points(chosen.uniform(20, 22, COUNT), chosen.uniform(10, 11, COUNT)))
    points[-NOWHERE:] = [None] * NOWHERE
    days = (np.datetime64("2020-01-01") + np.arange(COUNT) % 1000).astype(str).tolist()
    days[-NOWHERE - UNDATED : -NOWHERE] = [None] * UNDATED
    source = ["s0" if at < 9000 else "s1" if at < 18_000 else f"s{at % SOURCES}" for at in range(COUNT)]
    columns = {
        "event_id": [f"e{at:05}" for at in range(COUNT)],
        "title": [f"Event {at}" for at in range(COUNT)],
        "event_type": [TYPES[at % 3] for at in range(COUNT)],
        "date": days,
        "date_start": days,
        "date_end": days,
        "date_kind": [day and "date" for day in days],
        "date_precision": [day and "day" for day in days],
        "place": [None if at >= COUNT - NOWHERE else f"Town {at % 700}" for at in range(COUNT)],
        "geo_precision": ["unlocated" if at >= COUNT - NOWHERE else "settlement" for at in range(COUNT)],
        "label_point": [None if one is None else (one.x, one.y) for one in points],
        "actor1": [f"Group {at % 50}" for at in range(COUNT)],
        "fatalities_best": [at if at < 9 else None for at in range(COUNT)],
        "reports": [
            [
                {
                    "event_id": f"e{at:05}",
                    "source_id": source[at],
                    "quote": f"Words of passage {at}, {'so ' * 20}it is told.",
                }
            ]
            for at in range(COUNT)
        ],
    }
    target = tmp_path_factory.mktemp("scale") / "map.html"
    sources = [{"source_id": f"s{at}", "title": f"Paper {at}"} for at in range(SOURCES)]
    frame = geopandas.GeoDataFrame(columns, geometry=points, crs="EPSG:4326")
    EventMap(frame, sources=sources, heading="A scale", languages=["en"]).save(target)
    return target


Open = Callable[..., Any]


def counts(page: Any, text: str) -> None:
    """Waits until the header says so."""
    page.locator(".counts", has_text=text).wait_for()


def searched(page: Any, words: str) -> int:
    """Searches, and returns how many events are shown then."""
    page.locator(".find input").fill(words)
    page.wait_for_function("() => !document.querySelector('.counts').innerText.startsWith('20,000 of')")
    page.locator('.search[aria-busy="false"]').wait_for()
    return int(page.locator(".counts").inner_text().split(" of ")[0].replace(",", ""))


def test_the_list_holds_what_is_in_sight_and_leads_to_its_end(scale: Path, open_page: Open) -> None:
    page = open_page(scale, "#tab=events")
    items = page.locator(".events-panel .item")
    items.first.wait_for()
    assert items.count() < WINDOW
    assert items.first.locator("xpath=..").get_attribute("aria-setsize") == f"{COUNT}"
    items.first.focus()
    page.keyboard.press("End")
    page.locator(f'[aria-posinset="{COUNT}"]').wait_for()
    assert page.evaluate("document.activeElement.closest('[data-at]').dataset.at") == f"{COUNT - 1}"
    assert items.count() < WINDOW
    page.keyboard.press("Home")
    page.locator('[aria-posinset="1"]').wait_for()


def test_a_card_has_the_quote_and_reading_on_goes_from_event_to_event(scale: Path, open_page: Open) -> None:
    page = open_page(scale, "#event=e12345")
    page.locator(".card", has_text="Words of passage 12345,").wait_for()
    page.keyboard.press("ArrowRight")
    page.locator(".card", has_text="Words of passage 12346,").wait_for()
    page.wait_for_function("() => location.hash.includes('event=e12346')")


def test_a_source_of_thousands_of_passages_shows_those_in_sight_and_the_chosen(scale: Path, open_page: Open) -> None:
    page = open_page(scale)
    page.locator(".source .passage").first.wait_for()
    assert page.locator(".source .passage").count() < WINDOW
    assert page.locator(".sources button").count() < WINDOW
    page.evaluate("location.hash = '#event=e17000'")
    passage = page.locator(".source .passage", has_text="Words of passage 17000,")
    passage.wait_for()
    assert passage.get_attribute("aria-pressed") == "true"
    assert page.locator('.sources [aria-pressed="true"]').inner_text().startswith("Paper 1")
    assert page.locator(".source .passage").count() < WINDOW


def test_a_source_far_down_the_list_of_sources_comes_into_sight(scale: Path, open_page: Open) -> None:
    page = open_page(scale, "#event=e18299")
    chosen = page.locator('.sources [aria-pressed="true"]')
    chosen.wait_for()
    assert chosen.inner_text().startswith("Paper 299")
    page.wait_for_function(
        """() => { const nav = document.querySelector('.sources').getBoundingClientRect();
        const box = document.querySelector('.sources [aria-pressed="true"]').getBoundingClientRect();
        return box.top >= nav.top - 1 && box.bottom <= nav.bottom + 1; }"""
    )


def test_search_finds_words_of_quotes_and_marks_them(scale: Path, open_page: Open) -> None:
    page = open_page(scale, "#tab=events")
    assert searched(page, "passage 17321 told") == 1
    item = page.locator(".events-panel .item")
    assert item.locator("strong").first.inner_text() == "Event 17321"
    item.locator(".hit mark").first.wait_for()
    page.locator(".find input").fill("Town")
    counts(page, f"{COUNT - NOWHERE:,} of {COUNT:,}")
    assert page.locator(".events-panel .item").count() < WINDOW


def test_the_table_sorts_and_holds_what_is_in_sight(scale: Path, open_page: Open) -> None:
    page = open_page(scale, "#tab=table")
    rows = page.locator(".table tr[data-row]")
    rows.first.wait_for()
    assert rows.count() < WINDOW
    assert page.locator(".table").get_attribute("aria-rowcount") == f"{COUNT + 1}"
    deaths = page.get_by_role("columnheader", name="Deaths").get_by_role("button")
    deaths.click()
    page.locator("tr[data-at='0']", has_text="Event 0").wait_for()
    deaths.click()
    page.locator("tr[data-at='0']", has_text="Event 8").wait_for()
    page.get_by_role("columnheader", name="What").get_by_role("button").click()
    page.locator("tr[data-at='3']", has_text="Event 3").wait_for()
    assert rows.count() < WINDOW


def test_the_table_has_rows_in_sight_wherever_it_is_scrolled_and_however_many_are_left(
    scale: Path, open_page: Open
) -> None:
    page = open_page(scale, "#tab=table")
    page.locator(".row-title").first.focus()
    page.keyboard.press("End")
    page.locator(f'.table [data-at="{COUNT - 1}"]').wait_for()
    for share in (0.5, 0.1, 0.9, 0.3):
        page.evaluate(
            "(share) => { const s = document.querySelector('.table-scroll'); s.scrollTop = s.scrollHeight * share; }",
            share,
        )
        page.wait_for_function(ROW_IN_SIGHT)
    page.locator(".type-chip").first.click()
    page.wait_for_function(ROW_IN_SIGHT)


def test_facets_count_and_filter(scale: Path, open_page: Open) -> None:
    page = open_page(scale)
    page.locator(".find-more-button").click()
    page.locator("#facet-actor").click()
    page.locator("#values-actor .show-all").click()
    assert page.locator("#values-actor li").count() == 50
    group = page.locator("#values-actor label").filter(has=page.get_by_text("Group 7", exact=True))
    assert group.locator(".figure").inner_text() == "400"
    group.click()
    counts(page, f"400 of {COUNT:,}")
    assert page.locator(".type-chip", has_text="Riots").locator(".figure").inner_text() == "133"


def test_a_range_is_typed_stepped_and_played(scale: Path, open_page: Open) -> None:
    page = open_page(scale)
    page.locator(".timeline input").first.fill("2020-02-01")
    page.locator(".timeline input").first.press("Enter")
    page.locator(".timeline input").nth(1).fill("2020-02-29")
    page.locator(".timeline input").nth(1).press("Enter")
    page.locator(".counts", has_text=re.compile(r"^(?!20,000 of)")).wait_for()
    february = page.locator(".counts").inner_text()
    page.select_option(".timeline .time-step", "month")
    page.locator(".timeline .time-go").nth(1).click()
    page.wait_for_function("(before) => document.querySelector('.counts').innerText !== before", arg=february)
    march = page.locator(".counts").inner_text()
    page.locator(".timeline .time-play").click()
    page.wait_for_function("(before) => document.querySelector('.counts').innerText !== before", arg=march)
    page.keyboard.press("Escape")
    page.locator(".timeline .all-dates").click()
    counts(page, f"{COUNT:,} of {COUNT:,}")


def test_the_address_brings_a_choice_back(scale: Path, open_page: Open) -> None:
    page = open_page(scale)
    shown = searched(page, "Group 7")
    page.locator(".legend .entry", has_text="Protests").click()
    page.wait_for_function("() => location.hash.includes('Protests') && location.hash.includes('Group')")
    before, hash_ = page.locator(".counts").inner_text(), page.evaluate("location.hash")
    assert 0 < shown < COUNT
    again = open_page(scale, hash_)
    again.wait_for_function("(before) => document.querySelector('.counts').innerText === before", arg=before)


@pytest.mark.parametrize("kind", ["GeoJSON", "CSV"])
def test_the_shown_events_are_saved(scale: Path, open_page: Open, kind: str) -> None:
    page = open_page(scale)
    shown = searched(page, "Town 69")
    assert 0 < shown < COUNT
    page.get_by_role("button", name="Download").click()
    with page.expect_download() as caught:
        page.locator(".menu-items button, .menu button", has_text=kind).first.click()
    text = Path(caught.value.path()).read_text(encoding="utf-8")
    if kind == "CSV":
        rows = list(csv.DictReader(text.lstrip("\ufeff").splitlines()))
        assert len(rows) == shown
        assert all(row["quote"].startswith("Words of passage") for row in rows)
    else:
        features = json.loads(text)["features"]
        assert len(features) == shown
        assert all(one["properties"]["reports"][0]["quote"].startswith("Words of") for one in features)


def test_events_that_are_nowhere_are_counted_and_listed(scale: Path, open_page: Open) -> None:
    page = open_page(scale)
    box = page.locator(".unlocated")
    assert f"{NOWHERE}" in box.inner_text()
    box.locator(".unlocated-head").click()
    assert box.locator("li").count() == 201
    box.locator("li button").last.click()
    counts(page, f"{NOWHERE} of {COUNT:,}")
    page.locator(".events-panel .item").first.wait_for()


def test_paper_says_how_many_are_printed_and_has_the_quotes_at_the_second_try(scale: Path, open_page: Open) -> None:
    page = open_page(scale)
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    printed = page.locator(".printed-events").first
    assert printed.locator("tbody").count() == 2000
    assert "The first 2,000 of 20,000 events are printed." in printed.text_content()
    page.locator(".printed-quote q").first.wait_for(state="attached")
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator(".printed-quote q").count() == 2000
    assert "Print again" not in printed.text_content()
    page.evaluate("dispatchEvent(new Event('afterprint'))")


def test_the_page_without_scripts_has_as_many_events_as_it_says(scale: Path, open_page: Open) -> None:
    page = open_page(scale, java_script_enabled=False)
    assert "2,000" in page.locator("body").inner_text()
