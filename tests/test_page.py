"""The Haiti page as a reader has it: opened from disk, with no network."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT

from mapper import Project

SIZES = [(1400, 860), (390, 844), (320, 640)]


@pytest.fixture(scope="module")
def titles() -> set[str]:
    return set(Project.open(ROOT).events()["title"])


def _cards(page: Any, selector: str) -> set[str]:
    """The titles of the cards that open when each thing of a kind is chosen."""
    found = set()
    for at in range(page.locator(selector).count()):
        page.locator(selector).nth(at).dispatch_event("click")
        found.add(page.locator(".card-head h2").inner_text())
        page.keyboard.press("Escape")
        page.locator(".card").wait_for(state="detached")
    return found


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("way", [".badge", ".item", ".passage .chip"], ids=["map", "list", "text"])
def test_every_event_is_reached_on_map_list_and_text(
    haiti_map: Path, titles: set[str], open_page: Callable[..., Any], size: tuple[int, int], way: str
) -> None:
    page = open_page(haiti_map, width=size[0], height=size[1])
    page.locator(".badge").first.wait_for()
    assert _cards(page, way) == titles


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_nothing_stands_outside_the_width_of_the_screen(
    haiti_map: Path, open_page: Callable[..., Any], size: tuple[int, int]
) -> None:
    page = open_page(haiti_map, width=size[0], height=size[1])
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]


def test_what_is_only_threatened_is_counted_apart(haiti_map: Path, open_page: Callable[..., Any]) -> None:
    page = open_page(haiti_map)
    assert "1 threatened or denied" in page.locator(".counts").inner_text()
    page = open_page(haiti_map, fragment="#types=Violence%20against%20civilians")
    assert "threatened" not in page.locator(".counts").inner_text()


def test_a_link_with_an_event_opens_its_card(haiti_map: Path, open_page: Callable[..., Any]) -> None:
    page = open_page(haiti_map, fragment="#event=leogane-target-2024")
    assert page.locator(".card-head h2").inner_text() == "Léogâne named as the target of the gangs"
    assert "threatened" in page.locator(".card").inner_text().lower()


def test_the_text_is_shown_as_it_is(haiti_map: Path, open_page: Callable[..., Any]) -> None:
    page = open_page(haiti_map)
    shown = page.locator(".source .text").evaluate(
        "node => { const copy = node.cloneNode(true);"
        " copy.querySelectorAll('.chip, .unseen').forEach(chip => chip.remove()); return copy.textContent; }"
    )
    text = (ROOT / "seeds" / "the-spark-2024-09-02.txt").read_text(encoding="utf-8")
    assert "".join(shown.split()) == "".join(text.split())


def test_a_legend_entry_shows_its_events_alone_and_the_counts_stay_true(
    haiti_map: Path, open_page: Callable[..., Any]
) -> None:
    page = open_page(haiti_map)
    page.locator(".legend").get_by_role("button", name="Violence against civilians").click()
    page.locator(".counts").get_by_text("3 of 8").wait_for()
    assert page.locator(".item").count() == 3
    page.locator(".legend").get_by_role("button", name="Violence against civilians").click()
    page.locator(".counts").get_by_text("8 of 8").wait_for()


@pytest.mark.parametrize("with_boundaries", [True, False])
def test_a_project_without_places_builds_on_land_alone(
    haiti_copy: Path, open_page: Callable[..., Any], with_boundaries: bool
) -> None:
    if not with_boundaries:
        shutil.rmtree(haiti_copy / "data" / "boundaries")
    (haiti_copy / "data" / "places.csv").unlink()
    result = Project.open(haiti_copy).build()
    assert result.rows["unlocated"] == 8
    page = open_page(result.paths[0])
    assert page.locator(".item").count() == 8
    assert "8" in page.locator(".unlocated-head").inner_text()
