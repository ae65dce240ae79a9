"""The timeline: what the range does to map, list and counts, by pointer, keys, typed dates and play."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import geopandas
import pytest
from conftest import ROOT, copy_project, with_events
from shapely.geometry import Point

from mapper import EventMap

PHONE = {"width": 390, "height": 844}
Open = Callable[..., Any]


@pytest.fixture(scope="module")
def undated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Haiti map with two planted events that bear no date."""
    root = copy_project(ROOT, tmp_path_factory.mktemp("undated") / "haiti")
    planted = {"date": "", "notes": ""}
    return with_events(
        root,
        lambda first: [{**first, **planted, "event_id": f"planted-{at}", "title": f"Planted {at}"} for at in (1, 2)],
    )


@pytest.fixture(scope="module")
def thousand(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two events a day for five hundred days."""
    days = [date(2030, 1, 1) + timedelta(days=at // 2) for at in range(1000)]
    frame = geopandas.GeoDataFrame(
        {
            "day": [day.isoformat() for day in days],
            "kind": ["Battles" if at % 2 else "Riots" for at in range(1000)],
            "name": [f"Event {at}" for at in range(1000)],
            "geometry": [Point(at % 40 / 40, at // 40 / 40) for at in range(1000)],
        },
        crs="EPSG:4326",
    )
    target = tmp_path_factory.mktemp("thousand") / "map.html"
    EventMap(frame, when="day", kind="kind", title="name", heading="A thousand").save(target)
    return target


def shown(page: Any) -> int:
    """How many events the header says are shown; map, list and tab must agree."""
    said = re.match(r"([\d,]+) of", page.locator(".counts").inner_text())
    assert said is not None
    count = int(said[1].replace(",", ""))
    # Of a long list only a part stands in the page, but each of its rows knows how long it is.
    standing = page.locator("#panel-events .item").count()
    assert standing == count if count <= 60 else 12 < standing < count
    assert count == 0 or page.locator("#panel-events li").first.get_attribute("aria-setsize") == str(count)
    # More than that in sight are dots and bubbles.
    assert page.locator(".badge").count() == (count if count <= 150 else 0)
    return count


def dates(page: Any) -> tuple[str, str]:
    return page.get_by_label("From").input_value(), page.get_by_label("To", exact=True).input_value()


def type_dates(page: Any, first: str, last: str) -> None:
    page.get_by_label("From").fill(first)
    page.get_by_label("To", exact=True).fill(last)
    page.get_by_label("To", exact=True).press("Enter")


def drag(page: Any, start: tuple[float, float], by: float) -> None:
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(start[0] + by / 2, start[1], steps=3)
    page.mouse.move(start[0] + by, start[1], steps=3)
    page.mouse.up()


def chart(page: Any) -> dict[str, float]:
    box: dict[str, float] = page.locator(".chart").bounding_box()
    return box


def spot_beside_bars(page: Any) -> tuple[float, float]:
    """On the axis, at a third of the chart."""
    box = chart(page)
    return box["x"] + box["width"] / 3, box["y"] + box["height"] - 6


# What it shows


def test_each_event_has_a_bar_with_the_number_of_the_map(haiti_map: Path, open_page: Open, keep: Any) -> None:
    page = open_page(haiti_map)
    bars = page.locator(".timeline .bar")
    assert sorted(bars.locator("text").all_text_contents()) == [str(n) for n in range(1, 9)]
    assert bars.evaluate_all("all => all.filter(one => one.matches('.within')).length") == 3
    assert bars.evaluate_all("all => all.filter(one => one.matches('.throughout')).length") == 5
    assert page.locator(".bar.hollow text").text_content() == "3"
    assert page.locator(".bar .arrow-out").count() == 5
    assert page.locator(".timeline").bounding_box()["height"] < 170
    keep(page, "haiti")


def test_the_timeline_lies_below_the_map_and_folds_away(haiti_map: Path, open_page: Open) -> None:
    page = open_page(haiti_map)
    above, below = page.locator(".mapper-map").bounding_box(), page.locator(".timeline").bounding_box()
    assert above["y"] + above["height"] <= below["y"] + 1
    page.get_by_role("button", name="Dates", exact=True).click()
    page.locator(".chart").wait_for(state="detached")
    page.wait_for_function("() => document.querySelector('.mapper-map').offsetHeight > 700")


def test_a_bar_says_what_it_is_and_chooses_its_event(haiti_map: Path, open_page: Open, keep: Any) -> None:
    page = open_page(haiti_map)
    bar = page.locator(".bar[data-row='3'] .grip").bounding_box()
    page.mouse.move(bar["x"] + bar["width"] - 30, bar["y"] + bar["height"] / 2)
    tip = page.locator(".time-tip").inner_text()
    assert tip.startswith("4 · Gangs consolidate their presence in Mariani")
    assert "throughout July 2024" in tip
    keep(page, "tip")
    page.mouse.down()
    page.mouse.up()
    assert "Mariani" in page.locator(".card-head h2").inner_text()
    assert page.locator(".bar.chosen").count() == 1
    page.get_by_role("button", name="Next").click()
    assert page.locator(".bar.chosen text").text_content() == "5"


def test_a_filter_takes_bars_away_and_a_range_makes_them_faint(haiti_map: Path, open_page: Open) -> None:
    page = open_page(haiti_map)
    type_dates(page, "2024-07-01", "2024-07-31")
    assert page.locator(".bar").count() == 8
    assert page.locator(".bar.faint text").all_text_contents() == ["1"]
    page.locator(".legend").get_by_role("button", name="Violence against civilians").click()
    assert page.locator(".bar").count() == 3


# The brush


def test_dragging_chooses_a_range_and_all_counts_agree(haiti_map: Path, open_page: Open, keep: Any) -> None:
    page = open_page(haiti_map, fragment="#tab=events")
    assert shown(page) == 8
    box = chart(page)
    drag(page, (box["x"] + 2, box["y"] + box["height"] - 6), 60)
    assert dates(page)[0] == ""
    assert dates(page)[1] < "2024-06-21"
    assert shown(page) == 5
    assert "5 of 8 events" in page.locator(".chosen-filters p").inner_text()
    keep(page, "brushed")
    page.get_by_role("button", name="All dates").click()
    assert shown(page) == 8
    assert dates(page) == ("", "")


def test_the_brush_moves_as_a_whole_and_by_its_handles(haiti_map: Path, open_page: Open) -> None:
    page = open_page(haiti_map)
    type_dates(page, "2024-07-01", "2024-07-07")
    brushed = page.locator(".brushed").bounding_box()
    a_day = brushed["width"] / 7
    drag(page, (brushed["x"] + a_day * 3.5, brushed["y"] + 2), a_day * 10)
    assert dates(page) == ("2024-07-11", "2024-07-17")
    handle = page.get_by_role("slider", name="Last day shown").bounding_box()
    drag(page, (handle["x"] + 6, handle["y"] + 30), a_day * 3)
    assert dates(page) == ("2024-07-11", "2024-07-20")
    drag(page, spot_beside_bars(page), a_day * 2)
    assert dates(page)[1] < "2024-07-11"


def test_a_finger_draws_a_range(haiti_map: Path, open_page: Open) -> None:
    page = open_page(haiti_map, has_touch=True)
    box = chart(page)
    y = box["y"] + box["height"] - 8
    session = page.context.new_cdp_session(page)
    for kind, x in [("touchStart", 100), ("touchMove", 160), ("touchMove", 260), ("touchEnd", None)]:
        points = [] if x is None else [{"x": box["x"] + x, "y": y}]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    first, last = dates(page)
    assert "2024-06-15" < first < last < "2024-07-15"


def test_keys_move_the_ends_by_days_and_months(haiti_map: Path, open_page: Open) -> None:
    page = open_page(haiti_map, fragment="#tab=events")
    first = page.get_by_role("slider", name="First day shown")
    last = page.get_by_role("slider", name="Last day shown")
    assert first.get_attribute("aria-valuetext") == "open: from the beginning"
    type_dates(page, "2024-07-01", "2024-07-31")
    first.focus()
    page.keyboard.press("ArrowLeft")
    assert first.get_attribute("aria-valuetext") == "30 June 2024"
    assert shown(page) == 8
    page.keyboard.press("ArrowRight")
    assert shown(page) == 7
    last.focus()
    page.keyboard.press("PageDown")
    assert dates(page) == ("2024-07-01", "2024-07-01")
    page.keyboard.press("End")
    assert last.get_attribute("aria-valuetext") == "open: to the end"
    first.focus()
    page.keyboard.press("Home")
    assert shown(page) == 8
    assert page.get_by_role("button", name="All dates").is_disabled()


# Typed dates


def test_typed_years_months_and_days(haiti_map: Path, open_page: Open) -> None:
    page = open_page(haiti_map, fragment="#tab=events")
    type_dates(page, "2024-07", "2024-07")
    assert dates(page) == ("2024-07-01", "2024-07-31")
    type_dates(page, "2023", "2024-06-20")
    assert dates(page) == ("2023-01-01", "2024-06-20")
    assert shown(page) == 5
    type_dates(page, "", "")
    assert shown(page) == 8


def test_what_is_no_date_is_said_and_changes_nothing(haiti_map: Path, open_page: Open, keep: Any) -> None:
    page = open_page(haiti_map, fragment="#tab=events")
    type_dates(page, "2024-07-01", "2024-07-31")
    page.get_by_label("From").fill("July 1")
    page.get_by_label("From").press("Enter")
    assert "“July 1” is no date" in page.get_by_role("alert").inner_text()
    assert page.get_by_label("From").get_attribute("aria-invalid") == "true"
    assert page.get_by_label("From").input_value() == "July 1"
    assert shown(page) == 7
    keep(page, "fault")
    page.get_by_label("From").fill("2024-09")
    page.get_by_label("From").press("Enter")
    assert "before the first" in page.get_by_role("alert").inner_text()
    page.get_by_label("From").fill("2024-07-05")
    page.get_by_label("From").press("Enter")
    assert page.get_by_role("alert").inner_text() == ""
    assert dates(page) == ("2024-07-05", "2024-07-31")


# Steps and play


def test_steps_go_through_time_in_windows(haiti_map: Path, open_page: Open) -> None:
    page = open_page(haiti_map, fragment="#tab=events")
    page.get_by_label("Length of a step").select_option("month")
    on, back = page.get_by_role("button", name="Step on in time"), page.get_by_role("button", name="Step back in time")
    on.click()
    assert dates(page) == ("2024-06-01", "2024-06-30")
    assert back.is_disabled()
    on.click()
    assert shown(page) == 7
    on.click()
    assert dates(page) == ("2024-08-01", "2024-08-31")
    assert on.is_disabled()
    back.click()
    assert dates(page) == ("2024-07-01", "2024-07-31")


@pytest.mark.parametrize("motion", ["no-preference", "reduce"])
def test_play_goes_on_by_itself_until_the_end(haiti_map: Path, open_page: Open, motion: str) -> None:
    page = open_page(haiti_map, reduced_motion=motion)
    page.clock.install()
    page.get_by_label("Length of a step").select_option("month")
    page.get_by_role("button", name="Play").click()
    seen = [dates(page)]
    while page.get_by_role("button", name="Pause").count() and len(seen) < 9:
        page.clock.run_for(1200)
        seen.append(dates(page))
    months = [("2024-06-01", "2024-06-30"), ("2024-07-01", "2024-07-31"), ("2024-08-01", "2024-08-31")]
    assert sorted(set(seen)) == months
    assert seen == sorted(seen)
    moving = page.locator(".brushed").evaluate("one => getComputedStyle(one).transitionDuration")
    assert motion == "no-preference" or moving == "0s"


@pytest.mark.parametrize("stop", ["pause", "escape", "typing", "dragging"])
def test_play_stops_when_told_or_when_a_range_is_chosen(haiti_map: Path, open_page: Open, stop: str) -> None:
    # With the map at rest: a clock that is put in place in mid-flight would lead it nowhere.
    page = open_page(haiti_map, fragment="#event=leogane-target-2024", reduced_motion="reduce")
    page.clock.install()
    page.get_by_role("button", name="Play").click()
    page.clock.run_for(1200)
    if stop == "pause":
        page.get_by_role("button", name="Pause").click()
    elif stop == "escape":
        page.keyboard.press("Escape")
    elif stop == "typing":
        type_dates(page, "2024-07-02", "2024-07-03")
    else:
        drag(page, spot_beside_bars(page), 80)
    before = dates(page)
    page.get_by_role("button", name="Play").wait_for()
    page.clock.run_for(5000)
    assert dates(page) == before
    assert page.locator(".card").count() == 1


# Undated


def test_undated_events_are_counted_and_shown_as_the_reader_chooses(undated: Path, open_page: Open, keep: Any) -> None:
    page = open_page(undated, fragment="#tab=events")
    box = page.locator(".time-undated")
    assert box.inner_text() == "2 undated"
    assert page.get_by_role("checkbox", name="2 undated").count() == 0
    type_dates(page, "2024-07-01", "2024-07-31")
    assert shown(page) == 9
    assert "2 undated" in page.locator(".counts").inner_text()
    keep(page, "undated")
    page.get_by_role("checkbox", name="2 undated").uncheck()
    assert shown(page) == 7
    assert "undated" not in page.locator(".counts").inner_text()
    page.get_by_role("button", name="All dates").click()
    assert shown(page) == 10


# Many


def test_many_events_become_stacked_counts_that_can_be_brushed(thousand: Path, open_page: Open, keep: Any) -> None:
    page = open_page(thousand, fragment="#tab=events")
    assert page.locator(".bar").count() == 0
    assert page.locator(".columns path:not(.top)").count() == 2
    assert "1,000 dated events" in str(page.locator(".chart-marks").get_attribute("aria-label"))
    assert "counted by week" in str(page.locator(".chart-marks").get_attribute("aria-label"))
    box = chart(page)
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 60)
    assert "14 events" in page.locator(".time-tip").inner_text()
    keep(page, "thousand")
    page.mouse.down()
    page.mouse.up()
    assert shown(page) == 14
    first, last = map(date.fromisoformat, dates(page))
    assert (first.weekday(), last - first) == (0, timedelta(days=6))
    drag(page, (box["x"] + 20, box["y"] + 60), 300)
    brushed = [date.fromisoformat(one) for one in dates(page)]
    assert shown(page) == 2 * ((brushed[1] - max(brushed[0], date(2030, 1, 1))).days + 1)


# On a phone


def test_a_phone_has_one_line_of_dates_with_a_step_to_either_side(haiti_map: Path, open_page: Open, keep: Any) -> None:
    page = open_page(haiti_map, **PHONE)
    line = page.locator(".range-line")
    assert line.locator(".range-now").inner_text() == "All dates · 21 June – 10 August 2024"
    for button in line.get_by_role("button").all():
        assert button.bounding_box()["height"] >= 44
    line.get_by_role("button", name="Step on in time").click()
    assert line.locator(".range-now").inner_text() == "17–23 June 2024"
    assert page.locator(".counts").inner_text().startswith("6 of 8")
    line.locator(".range-now").click()
    keep(page, "phone-dates")
    page.get_by_label("From").fill("2024-07")
    page.get_by_label("From").press("Enter")
    assert "before the first" in page.get_by_role("alert").inner_text()
    page.get_by_label("To", exact=True).fill("2024-07")
    page.get_by_label("To", exact=True).press("Enter")
    assert page.get_by_label("To", exact=True).input_value() == "2024-07-31"
    page.keyboard.press("Escape")
    page.locator(".range-dates").wait_for(state="detached")
    assert page.evaluate("document.activeElement.className") == "range-now"


@pytest.mark.parametrize("size", [(320, 568), (390, 844), (844, 390), (768, 1024), (900, 600), (2000, 1000)], ids=str)
def test_the_dates_fit_at_every_width(undated: Path, open_page: Open, keep: Any, size: tuple[int, int]) -> None:
    page = open_page(undated, width=size[0], height=size[1])
    if page.locator(".range-now").count():
        page.locator(".range-now").click()
    keep(page, f"size-{size[0]}")
    outside = page.locator(".timeline *, .range-line *").evaluate_all(
        """all => all.filter(one => {
            const box = one.getBoundingClientRect();
            return box.width > 0 && !one.closest('svg, .brush') && (box.left < -1 || box.right > innerWidth + 1);
        }).map(one => one.outerHTML.slice(0, 80))"""
    )
    assert outside == []
    names = page.locator(".axis text").evaluate_all(
        "all => all.filter(one => one.textContent)"
        ".map(one => one.getBoundingClientRect()).map(box => [box.left, box.right])"
    )
    assert all(a[1] <= b[0] for a, b in pairwise(names))
