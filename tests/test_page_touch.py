"""The page under fingers: real touch events, as a phone sends them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import pause

PHONE = {"width": 390, "height": 844, "has_touch": True, "is_mobile": True}
Open = Callable[..., Any]
Point = tuple[float, float]


@pytest.fixture
def touch() -> Callable[..., None]:
    """``touch(page, path, …)``: a finger for each path, from its first point to its last, and lifted."""

    def move(page: Any, *paths: list[Point]) -> None:
        session = page.context.new_cdp_session(page)

        def send(kind: str, at: int) -> None:
            points = [{"x": path[at][0], "y": path[at][1], "id": id_} for id_, path in enumerate(paths)]
            session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

        send("touchStart", 0)
        for at in range(1, len(paths[0])):
            send("touchMove", at)
            page.wait_for_timeout(20)
        session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})

    return move


def line(start: Point, end: Point, steps: int = 6) -> list[Point]:
    return [
        (start[0] + (end[0] - start[0]) * at / steps, start[1] + (end[1] - start[1]) * at / steps)
        for at in range(steps + 1)
    ]


def middle(page: Any, selector: str) -> Point:
    box = page.locator(selector).first.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def card(page: Any) -> str:
    return str(page.locator(".card-head h2").inner_text())


def test_a_tap_chooses_on_the_map_in_the_list_and_in_the_text(haiti_map: Path, open_page: Open) -> None:
    page = open_page(haiti_map, **PHONE)
    page.locator('.badge[data-event="artibonite-massacres-2024"]').tap()
    assert card(page) == "Massacres by the gang “Koko rat san ras” in the Artibonite"
    page.locator("#tab-events").tap()
    page.locator(".item").first.tap()
    assert card(page) == "First Kenyan soldiers of the multinational mission arrive in Port-au-Prince"
    page.locator("#tab-source").tap()
    page.locator(".passage", has_text="Gressier").first.tap()
    assert card(page) == "Gangs march over the population of Gressier throughout July"
    page.locator(".walk button").last.tap()
    page.locator("#tab-event").tap()
    assert card(page) == "Léogâne named as the target of the gangs"


def test_the_sheet_is_drawn_up_and_down_by_its_head(haiti_map: Path, open_page: Open, touch: Any) -> None:
    page = open_page(haiti_map, **PHONE)
    heights = [page.locator(".reader").bounding_box()["height"]]
    for to in (100, 830):
        start = middle(page, "#tab-event")
        touch(page, line(start, (start[0], to), steps=12))
        pause(page, 350)
        heights.append(page.locator(".reader").bounding_box()["height"])
    half, full, peek = heights
    assert peek < 130 < half < full
    assert full > 600


def test_a_list_scrolls_under_a_finger_and_chooses_nothing(haiti_map: Path, open_page: Open, touch: Any) -> None:
    page = open_page(haiti_map, "#tab=events", **PHONE)
    x, y = middle(page, "#panel-events")
    touch(page, line((x, y + 80), (x, y - 60)))
    page.wait_for_function("() => document.querySelector('#panel-events').scrollTop > 60")
    assert page.locator(".card-head").count() == 0


def test_one_finger_moves_the_map_and_two_bring_it_nearer(haiti_map: Path, open_page: Open, touch: Any) -> None:
    page = open_page(haiti_map, "#view=18.9,-72.6,8", **PHONE)
    page.locator(".badge").first.wait_for()
    scale = page.locator(".leaflet-control-scale-line")
    before, length = page.locator(".badge").first.bounding_box(), scale.inner_text()
    x, y = middle(page, ".map-slot")
    touch(page, line((x + 60, y + 60), (x + 60, y + 20)))
    pause(page, 500)
    assert page.locator(".badge").first.bounding_box()["y"] < before["y"] - 20
    assert scale.inner_text() == length
    touch(page, line((x - 20, y), (x - 110, y)), line((x + 20, y), (x + 110, y)))
    pause(page, 600)
    assert int(scale.inner_text().split()[0]) < int(length.split()[0])


def test_a_finger_moves_the_ends_of_a_range(haiti_map: Path, open_page: Open, touch: Any) -> None:
    page = open_page(haiti_map, "#from=2024-07-01&to=2024-07-10", has_touch=True)
    start = middle(page, "[role=slider][aria-label='Last day shown']")
    touch(page, line(start, (start[0] + 120, start[1])))
    assert page.get_by_label("From").input_value() == "2024-07-01"
    assert page.get_by_label("To", exact=True).input_value() > "2024-07-14"


def test_dates_are_stepped_and_unfolded_by_taps(haiti_map: Path, open_page: Open) -> None:
    page = open_page(haiti_map, **PHONE)
    page.locator(".range-line").get_by_role("button", name="Step on in time").tap()
    assert page.locator(".range-now").inner_text() == "17–23 June 2024"
    page.locator(".range-now").tap()
    page.get_by_role("button", name="All dates").tap()
    assert page.locator(".range-now").inner_text().startswith("All dates")


def test_menus_filters_and_legend_answer_to_taps(haiti_map: Path, open_page: Open) -> None:
    page = open_page(haiti_map, **PHONE)
    page.get_by_role("button", name="Menu").tap()
    page.get_by_role("menuitemradio", name="Kreyòl").tap()
    page.locator("html[lang=ht]").wait_for(state="attached")
    page.locator("#tab-filters").tap()
    page.locator("#panel-filters .type-chip").first.tap()
    page.locator(".counts").get_by_text("3 sou 8").wait_for()
    page.locator(".legend-chip").tap()
    page.locator(".legend .entry").first.tap()
    page.locator(".counts").get_by_text("8 sou 8").wait_for()
