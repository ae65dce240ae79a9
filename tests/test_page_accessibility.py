"""Everyone can use the page: axe finds nothing, keys reach everything, large letters and chosen colours lose nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT

from mapper import Project

AXE = ROOT / "mapper" / "page" / "web" / "node_modules" / "axe-core" / "axe.min.js"
SIZES = [(1400, 860), (390, 844), (844, 390)]
AN_EVENT = "northtown-shots"
# Everything, best practices included.
RUN = "async () => (await axe.run(document, {resultTypes: ['violations']})).violations.map(v => [v.id, v.nodes.map(n => n.html + ' ' + n.failureSummary)])"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A map with several sources, undated, unlocated, retracted and disputed events."""
    target = tmp_path_factory.mktemp("healthy") / "map.html"
    Project.open(ROOT / "tests" / "projects" / "healthy").build(target)
    return target


def violations(page: Any) -> list[Any]:
    if not AXE.exists():
        pytest.skip("axe-core is not installed: npm ci in mapper/page/web")
    if page.evaluate("typeof axe") == "undefined":
        page.add_script_tag(path=AXE)
    page.wait_for_timeout(250)
    return page.evaluate(RUN)  # type: ignore[no-any-return]


def show(page: Any, tab: str) -> None:
    page.locator(f"#tab-{tab}").click()


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("event", ["", f"#event={AN_EVENT}"], ids=["first view", "an event chosen"])
def test_axe_finds_nothing_on_any_tab(
    built: Path, open_page: Callable[..., Any], keep: Callable[[Any, str], None], size: tuple[int, int], event: str
) -> None:
    page = open_page(built, fragment=event, width=size[0], height=size[1], bypass_csp=True)
    tabs = page.locator("[role=tab]").evaluate_all("tabs => tabs.map(tab => tab.id.slice(4))")
    assert len(tabs) >= 2
    for tab in tabs:
        show(page, tab)
        assert violations(page) == [], tab
        keep(page, f"{tab}-{size[0]}{'-event' if event else ''}")


@pytest.mark.parametrize("media", [{"forced_colors": "active"}, {"color_scheme": "dark"}, {"reduced_motion": "reduce"}], ids=str)
@pytest.mark.parametrize("size", SIZES[:2], ids=str)
def test_axe_finds_nothing_under_the_readers_own_colours(
    built: Path,
    open_page: Callable[..., Any],
    keep: Callable[[Any, str], None],
    size: tuple[int, int],
    media: dict[str, str],
) -> None:
    page = open_page(built, fragment=f"#event={AN_EVENT}", width=size[0], height=size[1], bypass_csp=True, **media)
    assert violations(page) == []
    keep(page, f"{next(iter(media))}-{size[0]}")


def test_axe_finds_nothing_in_what_opens(built: Path, open_page: Callable[..., Any]) -> None:
    page = open_page(built, width=390, height=844, bypass_csp=True)
    page.locator(".unlocated-head").click()
    assert violations(page) == []
    page.locator(".unlocated-head").click()
    page.locator(".attribution-chip").click()
    page.locator(".about").click()
    assert violations(page) == []
    page.locator(".legend-chip").click()
    assert violations(page) == []


def test_axe_finds_nothing_in_print(built: Path, open_page: Callable[..., Any]) -> None:
    page = open_page(built, bypass_csp=True)
    page.emulate_media(media="print")
    assert violations(page) == []
