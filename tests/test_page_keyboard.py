"""Every function of the page by keys alone: what Tab comes to, Enter, Space and arrows work."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT, copy_project

from mapper import Project

Open = Callable[..., Any]
NORTHTOWN = "#event=northtown-shots"


@pytest.fixture(scope="module")
def rich(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The map of the healthy project in two languages, with an online layer."""
    root = copy_project(ROOT / "tests" / "projects" / "healthy", tmp_path_factory.mktemp("keys") / "healthy")
    with (root / "data" / "map.toml").open("a", encoding="utf-8") as settings:
        settings.write('languages = ["en", "fr"]\n[[layers]]\nname = "Relief"\nprovider = "OpenTopoMap"\n')
    return Project.open(root).build().paths[0]


def tab_to(page: Any, selector: str, most: int = 90) -> None:
    """Presses Tab until focus is on what the selector names; fails where it never is."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    pytest.fail(f"Tab never comes to {selector}")


def press(page: Any, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


# name: where it starts, what Tab comes to, which keys then, and what is so afterwards.
FUNCTIONS: dict[str, tuple[str, str, tuple[str, ...], str]] = {
    "language": ("", ".tools .menu button", ("Enter", "ArrowDown", "Enter"), "document.documentElement.lang === 'fr'"),
    "share": ("", ".menu:nth-of-type(2) button", ("Enter", "Enter"), "!!document.querySelector('.notice')"),
    "method": ("", "button.tool[aria-haspopup=dialog]", ("Enter",), "document.querySelector('dialog').open"),
    "tab": ("", "[role=tab]", ("ArrowRight",), "!document.querySelector('#panel-events').hidden"),
    "search": ("", "[type=search]", ("h", "i", "l", "l", "Enter"), "location.hash.includes('q=hill')"),
    "type": ("", ".type-chip", ("Enter",), "location.hash.includes('types=Battles')"),
    "clear": ("#types=Battles", ".chosen-filters > button, .clear-all, .chosen-chip", ("Enter",), "!location.hash"),
    "another text": ("", ".sources button:nth-child(2)", ("Enter",), "location.hash.includes('text=wire')"),
    "about": ("", ".about", ("Enter",), "!document.querySelector('#about-source').hidden"),
    "passage": ("", ".passage", (" ",), "!!document.querySelector('.card') && !!location.hash"),
    "number on the map": ("", ".badge", ("Enter",), "!!document.querySelector('.card')"),
    "map moved": ("", ".mapper-map", ("ArrowRight",), "location.hash.includes('view=')"),
    "nearer": ("", ".leaflet-control-zoom-in", ("Enter",), "location.hash.includes('view=')"),
    "whole": ("#view=10.5,21,9", ".fit", ("Enter",), "!location.hash.includes('view=')"),
    "online map": ("", ".layers-button", ("Enter",), "!document.querySelector('#layer-menu').hidden"),
    "not on the map": ("", ".unlocated-head", ("Enter", "Tab", "Enter"), "location.hash.includes('event=arrest')"),
    "legend": ("", ".legend .entry", ("Enter",), "location.hash.includes('types=Battles')"),
    "typed date": ("", ".time-date input", (*"2024-08", "Enter"), "location.hash.includes('from=2024-08-01')"),
    "step": ("", ".time-player button:last-of-type", ("Enter",), "location.hash.includes('from=')"),
    "play": ("", ".time-play", ("Enter",), "location.hash.includes('from=')"),
    "length of a step": ("", ".timeline select", ("ArrowUp",), "!!document.querySelector('[value=month]:checked')"),
    "handle": ("#from=2024-07-01", "[role=slider]", ("ArrowRight",), "location.hash === '#from=2024-07-02'"),
    "all dates": ("#from=2024-07-01", ".all-dates", ("Enter",), "!location.hash"),
    "undated": ("#from=2024-07-01", ".time-undated input", (" ",), "location.hash.includes('undated=0')"),
    "close": (NORTHTOWN, ".card .close", ("Enter",), "!document.querySelector('.card')"),
    "next": (NORTHTOWN, ".walk button:last-child", ("Enter",), "!location.hash.includes('event=northtown-shots')"),
    "read on": (NORTHTOWN + "&tab=table", ".card .actions button", ("Enter",), "!location.hash.includes('tab=')"),
    "cite": (NORTHTOWN, ".cite", ("Enter",), "!!document.querySelector('.cite-done:not(:empty), .by-hand')"),
    "order": ("#tab=events", ".order button:last-of-type", ("Enter",), "location.hash.includes('order=time')"),
    "list": ("#tab=events", ".item", ("ArrowDown", "Enter"), "!!document.querySelector('.card')"),
    "sort": ("#tab=table", ".table thead button", ("Enter",), "!!document.querySelector('th[aria-sort]')"),
    "row": ("#tab=table", ".row-title", ("ArrowDown", "Enter"), "!!document.querySelector('.card')"),
}  # fmt: skip


@pytest.mark.parametrize("name", FUNCTIONS)
def test_each_function_works_by_keys_alone(rich: Path, open_page: Open, name: str) -> None:
    start, selector, keys, holds = FUNCTIONS[name]
    page = open_page(rich, start, reduced_motion="reduce")
    page.locator(".badge").first.wait_for()
    tab_to(page, selector)
    press(page, *keys)
    page.wait_for_function(f"() => {holds}", timeout=5000)


def test_files_are_saved_by_keys_alone(rich: Path, open_page: Open) -> None:
    page = open_page(rich)
    tab_to(page, ".menu:nth-of-type(3) button")
    press(page, "Enter", "ArrowDown")
    with page.expect_download() as found:
        press(page, "Enter")
    assert found.value.suggested_filename == "examplia-shown.csv"


PHONE_FUNCTIONS: dict[str, tuple[str, tuple[str, ...], str]] = {
    "menu": (".tools button", ("Enter",), "!!document.querySelector('[role=menu]')"),
    "legend": (".legend-chip", ("Enter",), "!!document.querySelector('.legend.open')"),
    "credits": (".attribution-chip", ("Enter",), "!!document.querySelector('.attribution.open')"),
    "step": (".range-line button:last-of-type", ("Enter",), "location.hash.includes('from=')"),
    "dates": (".range-now", ("Enter",), "!!document.querySelector('.range-dates')"),
    "tabs": ("[role=tab]", ("ArrowRight",), "!document.querySelector('#panel-filters').hidden"),
    "sheet": (".raise", ("ArrowUp",), "!!document.querySelector('.sheet-full')"),
    "next": (".walk button:last-child", ("Enter",), "location.hash.includes('event=')"),
}


@pytest.mark.parametrize("name", PHONE_FUNCTIONS)
def test_so_does_each_function_of_a_phone(rich: Path, open_page: Open, name: str) -> None:
    selector, keys, holds = PHONE_FUNCTIONS[name]
    page = open_page(rich, width=390, height=844, reduced_motion="reduce")
    page.locator(".badge").first.wait_for()
    tab_to(page, selector)
    press(page, *keys)
    page.wait_for_function(f"() => {holds}", timeout=5000)
