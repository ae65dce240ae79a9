"""A page of thousands of events: bubbles and dots on one canvas, areas drawn once, long texts read when asked for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import pytest
import shapely
from conftest import pause

from mapper import EventMap

TOWN = (22.3, 10.5)
CITY = (21.5, 10.8)
SQUARE = shapely.box(21.2, 10.1, 21.6, 10.4)
ROAD = shapely.LineString([(20.1, 10.9), (20.5, 10.85), (20.9, 10.95)])
COUNT = 3000
AT_ONE_SPOT = 60


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Made-up events: points all over, many in a city, sixty at one spot, ten in an area, three along a road."""
    chosen = np.random.default_rng(1)
    points = list(shapely.points(chosen.uniform(20, 22, COUNT), chosen.uniform(10.45, 11, COUNT)))
    points[1000:1400] = shapely.points(chosen.normal(CITY[0], 0.01, 400), chosen.normal(CITY[1], 0.01, 400))
    points[:AT_ONE_SPOT] = [shapely.Point(TOWN)] * AT_ONE_SPOT
    points[AT_ONE_SPOT : AT_ONE_SPOT + 10] = [SQUARE] * 10
    points[AT_ONE_SPOT + 10 : AT_ONE_SPOT + 13] = [ROAD] * 3
    days = np.datetime64("2020-01-01") + chosen.integers(0, 1000, COUNT)
    told = [
        f"What somebody told of event {at}, at length: " + "word " * 40 + str(chosen.random()) for at in range(COUNT)
    ]
    columns = {
        "name": [f"Event {at}" for at in range(COUNT)],
        "kind": chosen.choice(["Attack", "Protest", "Riot"], COUNT),
        "day": days.astype(str),
        "told": told,
    }
    target = tmp_path_factory.mktemp("many") / "map.html"
    frame = geopandas.GeoDataFrame(columns, geometry=points, crs="EPSG:4326")
    EventMap(frame, when="day", kind="kind", title="name", heading="Many").save(target)
    return target


Open = Callable[..., Any]


def at(page: Any, lon: float, lat: float) -> tuple[float, float]:
    """Where a place is on the screen."""
    x, y = page.evaluate(f"(() => {{ const p = map_1.latLngToContainerPoint([{lat}, {lon}]); return [p.x, p.y]; }})()")
    box = page.locator(".mapper-map").bounding_box()
    return box["x"] + x, box["y"] + y


def picture(page: Any) -> str:
    """What is painted on the canvas."""
    found: str = page.evaluate("document.querySelector('canvas.crowd').toDataURL()")
    return found


@pytest.mark.parametrize(("width", "height"), [(1400, 860), (390, 844)])
def test_many_events_are_on_one_canvas_and_no_mark_is_an_element(
    many: Path, open_page: Open, keep: Callable[[Any, str], None], width: int, height: int
) -> None:
    page = open_page(many, width=width, height=height)
    page.locator("canvas.crowd").wait_for()
    keep(page, str(width))
    assert "3,000" in page.locator(".counts").inner_text()
    assert page.locator(".badge").count() == 0
    assert len(picture(page)) > 20_000


def test_a_bubble_goes_nearer_until_its_events_part(many: Path, open_page: Open) -> None:
    page = open_page(many)
    page.locator("canvas.crowd").wait_for()
    before = page.evaluate("map_1.getZoom()")
    page.mouse.click(*at(page, *CITY))
    page.wait_for_function(f"() => map_1.getZoom() > {before}")


def test_every_event_at_one_spot_can_be_chosen_from_a_list(many: Path, open_page: Open) -> None:
    page = open_page(many, "#view=10.6,21.9,10")
    page.locator(".mapper-map").wait_for()
    spot = at(page, *TOWN)
    page.mouse.move(*spot)
    page.locator(".mapper-tip", has_text=f"{AT_ONE_SPOT} events here").wait_for()
    assert f"and {AT_ONE_SPOT - 6} more" in page.locator(".mapper-tip").inner_text()
    page.mouse.click(*spot)
    items = page.locator(".choice-item")
    assert items.count() == 40
    assert page.evaluate("document.activeElement.className") == "choice-item"
    page.get_by_role("button", name="Show 20 more").click()
    assert items.count() == AT_ONE_SPOT
    assert page.get_by_role("button", name="Show").count() == 0
    items.nth(AT_ONE_SPOT - 1).click()
    page.locator(".card").wait_for()
    assert page.locator(".card h2").inner_text() == "Event 59"
    page.locator(".mapper-choice").wait_for(state="detached")
    assert page.locator(".badge.chosen").inner_text() == "60"


def test_a_list_closes_by_escape_and_leaves_the_card(many: Path, open_page: Open) -> None:
    page = open_page(many, "#view=10.6,21.9,10&event=7")
    page.locator(".card").wait_for()
    page.mouse.click(*at(page, *TOWN))
    # The chosen event stands there, lifted out: its number takes the click.
    page.mouse.click(at(page, *TOWN)[0] + 22, at(page, *TOWN)[1])
    if page.locator(".mapper-choice").count():
        page.keyboard.press("Escape")
        page.locator(".mapper-choice").wait_for(state="detached")
    assert page.locator(".card").is_visible()


def test_an_area_is_never_a_point_and_tells_its_count(many: Path, open_page: Open) -> None:
    page = open_page(many, "#view=10.25,21.4,10")
    page.locator("canvas.crowd").wait_for()
    page.mouse.click(*at(page, 21.25, 10.15))
    heading = page.locator(".choice-head")
    heading.wait_for()
    assert heading.inner_text() == "10 events here"


def test_near_by_events_bear_their_numbers_as_in_a_small_map(many: Path, open_page: Open) -> None:
    page = open_page(many, "#view=10.72,20.9,13")
    page.locator(".badge").first.wait_for()
    shown = page.locator(".badge").count()
    assert 0 < shown <= 150
    assert page.locator("canvas.crowd").count() == 0
    page.evaluate("map_1.setZoom(8, { animate: false })")
    page.locator("canvas.crowd").wait_for()
    assert page.locator(".badge").count() == 0


def test_a_filter_and_a_range_change_what_is_drawn(many: Path, open_page: Open) -> None:
    page = open_page(many)
    page.locator("canvas.crowd").wait_for()
    before = picture(page)
    page.locator(".legend .entry", has_text="Attack").first.click()
    page.wait_for_function("() => document.querySelector('.counts').textContent.includes('of 3,000')")
    pause(page, 100)
    assert picture(page) != before


def test_long_texts_of_an_event_come_when_its_card_asks(many: Path, open_page: Open) -> None:
    page = open_page(many, "#event=2999")
    page.locator(".card", has_text="What somebody told of event 2999").wait_for()


def test_paper_has_the_canvas_too(many: Path, open_page: Open) -> None:
    page = open_page(many)
    page.locator("canvas.crowd").wait_for()
    width = page.evaluate(
        "document.querySelector('canvas.crowd').width / parseFloat(document.querySelector('canvas.crowd').style.width)"
    )
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    on_paper = page.evaluate(
        "document.querySelector('canvas.crowd').width / parseFloat(document.querySelector('canvas.crowd').style.width)"
    )
    assert on_paper > width
    page.evaluate("dispatchEvent(new Event('afterprint'))")
