"""The page with little room: a sheet of three heights below the map, or beside it; and reading the events through."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT, copy_project, pause, with_events

PHONE = {"width": 390, "height": 844}
TARGET = 44


@pytest.fixture(scope="module")
def crowded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Haiti map with forty more events in the capital."""
    root = copy_project(ROOT, tmp_path_factory.mktemp("crowded") / "haiti")

    def forty(first: dict[str, str]) -> list[dict[str, str]]:
        like = {**first, "date": "2024-07-01", "notes": ""}
        return [{**like, "event_id": f"crowd-{at}", "title": f"Planted event {at}"} for at in range(40)]

    return with_events(root, forty)


def title(page: Any) -> str:
    return str(page.locator(".card-head h2").inner_text())


def sheet_height(page: Any) -> float:
    pause(page, 300)
    return float(page.locator(".reader").bounding_box()["height"])


# The sheet


def test_the_map_is_above_and_the_sheet_below(haiti_map: Path, open_page: Callable[..., Any], keep: Any) -> None:
    page = open_page(haiti_map, **PHONE)
    names = page.locator("[role=tab]").evaluate_all("tabs => tabs.map(tab => tab.firstChild.textContent)")
    assert names == ["List", "Event", "Source", "Filters"]
    above, below = page.locator(".map-pane").bounding_box(), page.locator(".reader").bounding_box()
    assert above["height"] > 250
    assert above["y"] + above["height"] <= below["y"] + 1
    keep(page, "first-view")


def test_a_button_raises_and_lowers_the_sheet(haiti_map: Path, open_page: Callable[..., Any], keep: Any) -> None:
    page = open_page(haiti_map, **PHONE)
    half = sheet_height(page)
    page.get_by_role("button", name="Raise the panel to the whole page").click()
    full = sheet_height(page)
    keep(page, "full")
    page.get_by_role("button", name="Lower the panel to its tabs").click()
    peek = sheet_height(page)
    keep(page, "peek")
    assert peek < 130 < half < 0.6 * PHONE["height"] < full
    page.get_by_role("button", name="Raise the panel to half the page").press("ArrowUp")
    assert sheet_height(page) == half


def test_the_sheet_is_drawn_by_its_tabs(haiti_map: Path, open_page: Callable[..., Any]) -> None:
    page = open_page(haiti_map, **PHONE)
    half = sheet_height(page)
    _draw(page, to=120)
    full = sheet_height(page)
    assert full > half
    assert page.get_by_role("tab", name="Source").get_attribute("aria-selected") == "true"
    _draw(page, to=820)
    assert sheet_height(page) < 130
    page.get_by_role("tab", name="Source").click()
    assert sheet_height(page) == half


def _draw(page: Any, to: int) -> None:
    box = page.get_by_role("tab", name="List").bounding_box()
    page.mouse.move(box["x"] + 30, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + 30, (box["y"] + to) / 2)
    page.mouse.move(box["x"] + 30, to)
    page.mouse.up()


def test_the_card_is_a_tab_and_closing_it_leads_back(haiti_map: Path, open_page: Callable[..., Any], keep: Any) -> None:
    page = open_page(haiti_map, **PHONE)
    page.get_by_role("tab", name="Event").click()
    assert "No event chosen" in page.locator("#panel-event").inner_text()
    page.get_by_role("tab", name="List").click()
    page.locator(".item", has_text="Léogâne named").click()
    assert page.get_by_role("tab", name="Event").get_attribute("aria-selected") == "true"
    assert title(page) == "Léogâne named as the target of the gangs"
    keep(page, "event")
    page.get_by_role("button", name="Close").click()
    assert page.get_by_role("tab", name="List").get_attribute("aria-selected") == "true"


def test_reading_on_stays_in_the_text(haiti_map: Path, open_page: Callable[..., Any]) -> None:
    page = open_page(haiti_map, fragment="#event=leogane-target-2024", **PHONE)
    page.get_by_role("button", name="Read in the text").click()
    page.locator(".passage.chosen").first.wait_for()
    page.get_by_role("button", name="Next").click()
    page.locator(".walk").get_by_text("4 of 8").wait_for()
    assert page.get_by_role("tab", name="Source").get_attribute("aria-selected") == "true"
    pause(page, 500)
    panel, passage = page.locator("#panel-source").bounding_box(), page.locator(".passage.chosen").first.bounding_box()
    assert panel["y"] <= passage["y"] <= panel["y"] + panel["height"]


@pytest.mark.parametrize("size", [(390, 844), (320, 640), (844, 390), (568, 320)], ids=str)
def test_everything_fits_and_every_target_is_large_enough(
    healthy_map: Path, open_page: Callable[..., Any], keep: Any, size: tuple[int, int]
) -> None:
    page = open_page(healthy_map, fragment="#event=northtown-shots", width=size[0], height=size[1], has_touch=True)
    for tab in ("event", "events", "source", "filters"):
        page.locator(f"#tab-{tab}").click()
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
        assert page.locator(f"#panel-{tab}").evaluate("panel => panel.scrollWidth - panel.clientWidth") <= 0
        assert page.locator(f"#panel-{tab}").bounding_box()["height"] > 90
        assert _small_targets(page) == []
        keep(page, f"{tab}-{size[0]}")


def _small_targets(page: Any) -> list[str]:
    """Buttons and links under a fingertip's size; those inside a line of text are not meant (WCAG 2.5.8)."""
    found: list[str] = page.locator("button:visible, a[href]:visible, input:visible").evaluate_all(
        """(all, least) => all.filter(one => !one.closest('.badge, .text, .attribution p')).filter(one => {
            const box = one.getBoundingClientRect();
            const more = parseFloat(getComputedStyle(one, '::before').top) || 0;
            return box.width < least || box.height - more < least;
        }).map(one => (one.getAttribute('aria-label') || one.textContent) + ' ' + one.className)""",
        TARGET,
    )
    return found


def test_filters_filter(haiti_map: Path, open_page: Callable[..., Any], keep: Any) -> None:
    page = open_page(haiti_map, **PHONE)
    page.get_by_role("tab", name="Filters").click()
    page.locator("#panel-filters").get_by_role("button", name="Violence against civilians").click()
    page.locator(".counts").get_by_text("3 of 8").wait_for()
    keep(page, "filters")
    page.keyboard.press("Escape")
    assert page.get_by_role("tab", name="Source").get_attribute("aria-selected") == "true"


# Reading through


def test_arrows_read_through_the_events_wherever_focus_is(haiti_map: Path, open_page: Callable[..., Any]) -> None:
    page = open_page(haiti_map)
    page.keyboard.press("ArrowRight")
    page.locator(".walk").get_by_text("1 of 8").wait_for()
    page.get_by_role("button", name="Next").focus()
    page.keyboard.press("ArrowRight")
    page.locator(".walk").get_by_text("2 of 8").wait_for()
    page.keyboard.press("ArrowLeft")
    page.locator(".walk").get_by_text("1 of 8").wait_for()
    assert "1 of 8: " in page.locator(".app > [role=status]").inner_text()


def test_arrows_keep_their_own_meaning_in_tabs_and_on_the_map(haiti_map: Path, open_page: Callable[..., Any]) -> None:
    page = open_page(haiti_map)
    page.get_by_role("tab", name="Source").focus()
    page.keyboard.press("ArrowRight")
    assert page.get_by_role("tab", name="Events").get_attribute("aria-selected") == "true"
    page.keyboard.press("Tab")
    page.locator(".mapper-map").focus()
    page.keyboard.press("ArrowRight")
    assert page.locator(".card").count() == 0


def test_after_a_click_on_the_map_arrows_read_on(haiti_map: Path, open_page: Callable[..., Any]) -> None:
    page = open_page(haiti_map)
    page.mouse.click(960, 320)
    page.locator(".card").wait_for()
    before = title(page)
    page.keyboard.press("ArrowRight")
    page.wait_for_function("before => document.querySelector('.card-head h2').textContent !== before", arg=before)


def test_the_order_is_that_of_the_text_or_of_time(healthy_map: Path, open_page: Callable[..., Any]) -> None:
    page = open_page(healthy_map, fragment="#tab=events")
    listed = page.locator("#panel-events section").first.locator(".item strong")
    assert listed.first.inner_text() == "Shots in Northtown"
    page.get_by_role("button", name="Time", exact=True).click()
    page.get_by_role("button", name="Time", exact=True, pressed=True).wait_for()
    titles = listed.all_inner_texts()
    assert titles[-1] == "Arrest"
    assert titles.index("Patrols in Hill Section") < titles.index("Shots in Northtown")
    page.keyboard.press("ArrowRight")
    assert title(page) == titles[0]


def test_escape_closes_one_thing_at_a_time(healthy_map: Path, open_page: Callable[..., Any]) -> None:
    page = open_page(healthy_map, fragment="#event=northtown-shots")
    page.locator(".unlocated-head").click()
    page.keyboard.press("Escape")
    page.locator(".unlocated-head[aria-expanded=false]").wait_for()
    assert page.locator(".card").count() == 1
    page.keyboard.press("Escape")
    page.locator(".card").wait_for(state="detached")


def test_the_list_shows_who_reports_and_where_they_differ(healthy_map: Path, open_page: Callable[..., Any]) -> None:
    page = open_page(healthy_map, fragment="#tab=events")
    item = page.locator(".item").first
    assert "2 reports: Examplia Press, Wire of Examplia" in item.inner_text()
    assert "sources differ" in item.inner_text()
    assert "sources differ" not in page.locator(".item").nth(3).inner_text()


# The source


def test_the_first_marked_words_are_in_sight_at_once(haiti_map: Path, open_page: Callable[..., Any]) -> None:
    page = open_page(haiti_map)
    mark = page.locator(".passage").first.bounding_box()
    assert mark["y"] + mark["height"] < 860
    assert "The Spark" in page.locator(".text").inner_text()


def test_what_is_known_of_the_source_unfolds(haiti_map: Path, open_page: Callable[..., Any]) -> None:
    page = open_page(haiti_map)
    assert page.get_by_text("Licence: Not stated by the publisher").is_hidden()
    page.get_by_role("button", name="About this source").click()
    assert page.get_by_text("Licence: Not stated by the publisher").is_visible()
    digest = "f558d720a1d5d974c1bade0764495795ffd77bc639a517cb3210c5e66a55a7b0"
    assert page.get_by_text(digest).is_visible()


def test_another_text_keeps_the_event_that_it_reports_too(healthy_map: Path, open_page: Callable[..., Any]) -> None:
    page = open_page(healthy_map, fragment="#event=northtown-shots")
    listed = page.locator(".sources button")
    assert "Examplia Press · 10 August 2024 · 19 events" in listed.first.inner_text()
    listed.nth(1).click()
    assert "One or two people" in page.locator(".passage.chosen").first.inner_text()
    assert title(page) == "Shots in Northtown"


# Many in one place


@pytest.mark.parametrize("size", [(1400, 860), (390, 844)], ids=str)
def test_forty_events_in_one_town_stand_apart_and_can_all_be_chosen(
    crowded: Path, open_page: Callable[..., Any], keep: Any, size: tuple[int, int]
) -> None:
    page = open_page(crowded, width=size[0], height=size[1])
    page.locator(".badge").first.wait_for()
    keep(page, f"crowd-{size[0]}")
    boxes = page.locator(".badge").evaluate_all("all => all.map(one => one.getBoundingClientRect().toJSON())")
    pane = page.locator(".map-pane").bounding_box()
    assert len(boxes) == 48
    assert all(pane["x"] <= box["left"] and box["right"] <= pane["x"] + pane["width"] for box in boxes)
    assert all(pane["y"] <= box["top"] and box["bottom"] <= pane["y"] + pane["height"] for box in boxes)
    hit = page.locator(".badge").evaluate_all(
        """all => all.filter(one => {
            const box = one.getBoundingClientRect();
            const top = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
            return top?.closest('.badge') !== one && !top?.closest('.map-foot, .leaflet-bar');
        }).map(one => one.textContent)"""
    )
    assert hit == []


@pytest.mark.parametrize("steps", [-2, 0, 3, 6])
def test_numbers_never_hide_one_another_at_any_zoom(
    haiti_map: Path, open_page: Callable[..., Any], keep: Any, steps: int
) -> None:
    page = open_page(haiti_map)
    page.locator(".badge").first.wait_for()
    for _ in range(abs(steps)):
        page.get_by_role("button", name="Zoom out" if steps < 0 else "Zoom in").click()
        pause(page, 350)
    keep(page, f"zoom{steps:+}")
    centres = page.locator(".badge").evaluate_all(
        "all => all.map(one => one.getBoundingClientRect())"
        ".map(box => [box.left + box.width / 2, box.top + box.height / 2])"
    )
    apart = [abs(a[0] - b[0]) ** 2 + abs(a[1] - b[1]) ** 2 for i, a in enumerate(centres) for b in centres[:i]]
    assert min(apart) >= 26**2


def test_areas_and_lines_under_points_can_be_chosen(healthy_map: Path, open_page: Callable[..., Any]) -> None:
    page = open_page(healthy_map)
    for kind in ("area", "grip"):
        spot = page.locator(f"path.{kind}").evaluate_all(
            """all => {
                for (const node of all) {
                    const box = node.getBoundingClientRect();
                    for (let i = 1; i < 40; i++) for (let j = 1; j < 40; j++) {
                        const [x, y] = [box.left + box.width * i / 40, box.top + box.height * j / 40];
                        if (document.elementFromPoint(x, y) === node) return [x, y];
                    }
                }
                return null;
            }"""
        )
        assert spot is not None, kind
        page.mouse.click(*spot)
        page.locator(".card").wait_for()
        page.keyboard.press("Escape")
        page.locator(".card").wait_for(state="detached")


# Online layers


@pytest.fixture
def layered(haiti_map: Path, tmp_path: Path, chromium: Any) -> Iterator[Callable[[bool], Any]]:
    """``layered(answers)``: the page of a project with an online layer, whose server answers or doesn't."""
    streets = {"name": "Streets", "url": "https://tiles.example/{z}/{x}/{y}.png", "attribution": "Example tiles"}
    layers = f'"layers":{json.dumps([{**streets, "max_zoom": 18}])},'
    file = tmp_path / "map.html"
    page_text = haiti_map.read_text(encoding="utf-8")
    start = page_text.index(">", page_text.index('id="mapper-payload"')) + 2
    file.write_text(page_text[:start] + layers + page_text[start:], encoding="utf-8")
    context = chromium.new_context(viewport={"width": 1400, "height": 860}, bypass_csp=True)
    picture = ROOT / "mapper" / "page" / "web" / "node_modules" / "leaflet" / "dist" / "images" / "layers.png"

    def open_layered(answers: bool) -> Any:
        page = context.new_page()
        page.asked = []
        page.on("request", lambda request: page.asked.append(request.url))
        page.route(
            "https://tiles.example/**",
            lambda route: route.fulfill(path=picture) if answers else route.abort(),
        )
        page.goto(file.as_uri())
        return page

    yield open_layered
    context.close()


def test_online_layers_are_off_at_first_and_named_when_on(layered: Callable[[bool], Any], keep: Any) -> None:
    page = layered(True)
    assert [url for url in page.asked if url.startswith("https:")] == []
    page.get_by_role("button", name="Online map").click()
    keep(page, "layer-menu")
    page.get_by_role("radio", name="Streets").check()
    page.locator(".attribution p").get_by_text("Example tiles").wait_for()
    page.locator(".leaflet-tile-loaded").first.wait_for()
    assert page.locator(".tiles-note").inner_text() == ""
    page.get_by_role("radio", name="None").check()
    page.locator(".attribution p").get_by_text("no online tiles").wait_for()
    page.locator(".leaflet-tile").first.wait_for(state="detached")


def test_tiles_that_fail_leave_the_drawn_map_and_say_so(layered: Callable[[bool], Any], keep: Any) -> None:
    page = layered(False)
    page.get_by_role("button", name="Online map").click()
    page.get_by_role("radio", name="Streets").check()
    page.locator(".tiles-note").get_by_text("can’t be reached").wait_for()
    assert page.locator(".leaflet-mapper-base-pane canvas").is_visible()
    assert page.locator(".map-name").first.is_visible()
    keep(page, "layer-failed")


def test_without_layers_there_is_no_menu(haiti_map: Path, open_page: Callable[..., Any]) -> None:
    assert open_page(haiti_map).locator(".layers-button").count() == 0
