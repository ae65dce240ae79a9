"""Finding on the page: search, facets and what they count, and the address that holds all of what was chosen."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import pause

from mapper import Project


@pytest.fixture(scope="module")
def layered(healthy_map: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The map with an online layer to turn on."""
    text = healthy_map.read_text(encoding="utf-8")
    streets = {"name": "Streets", "url": "https://tiles.invalid/{z}/{x}/{y}.png", "attribution": "S", "max_zoom": 18}
    start = text.index('"version":1')
    file = tmp_path_factory.mktemp("layered") / "map.html"
    file.write_text(f'{text[:start]}"layers":{json.dumps([streets])},{text[start:]}', encoding="utf-8")
    return file


def counts(page: Any) -> tuple[int, int, int]:
    """How many events are shown, of how many, and how many of them undated, as the header says."""
    line = page.locator(".counts").inner_text()
    shown, every = re.match(r"(\d+) of (\d+) events", line).groups()  # type: ignore[union-attr]
    undated = re.search(r"(\d+) undated", line)
    return int(shown), int(every), int(undated[1]) if undated else 0


def items(page: Any) -> list[str]:
    """The titles in the list, retracted events aside."""
    return [str(one) for one in page.locator(".items li:not(:has(.struck)) strong").all_text_contents()]


def search(page: Any, words: str) -> None:
    """Types the words, and waits until the page goes by them."""
    page.get_by_role("searchbox").fill(words)
    found(page, words)


def found(page: Any, words: str) -> None:
    """Waits until the page goes by the words in its search box: they are looked for beside it."""
    chip = page.locator(".chosen-chip", has_text="Words: ")
    if words.strip():
        chip.get_by_text(words.strip()).wait_for()
    else:
        chip.wait_for(state="detached")
    page.locator(".search[aria-busy=false]").first.wait_for(state="attached")


def fragment(page: Any) -> str:
    pause(page, 600)
    return str(page.evaluate("location.hash"))


def open_facet(page: Any, name: str) -> Any:
    """The values of a facet, unfolded."""
    if page.get_by_role("button", name="More filters").count():
        page.get_by_role("button", name="More filters").click()
    head = page.locator(".facet h2 button", has_text=name)
    if head.get_attribute("aria-expanded") == "false":
        head.click()
    return page.locator(".facet", has=page.locator("h2 button", has_text=name)).locator("li label")


def figures(labels: Any) -> dict[str, int]:
    return {
        label.locator(".value-name").inner_text(): int(label.locator(".figure").inner_text()) for label in labels.all()
    }


# Search


@pytest.mark.parametrize(
    ("words", "title", "field", "mark"),
    [
        ("dozens dead", "Dozens dead in the West", "in the title", "Dozens dead"),
        ("VILLENORD", "Shots in Northtown", "Also called: ", "Villenord"),
        ("nòrtoun", "Shots in Northtown", "Also called: ", "Nòrtoun"),
        ("guard northern", "Shots in Northtown", "Actor: ", "Northern"),
        ("saturday", "Shots in Northtown", "Quote: ", "Saturday"),
        ("paper’s date", "Shots in Northtown", "Notes: ", "paper's date"),
    ],
)
def test_search_says_where_it_found_what(
    healthy_map: Path, open_page: Callable[..., Any], words: str, title: str, field: str, mark: str
) -> None:
    page = open_page(healthy_map, "#tab=events")
    search(page, words)
    item = page.locator(".item", has_text=title)
    assert field in item.locator(".hit").first.inner_text()
    assert mark in item.locator("mark").all_inner_texts()
    assert counts(page)[0] == len(items(page)) == page.locator(".item:has(mark)").count()


def test_all_words_must_stand_in_an_event_wherever_each_does(healthy_map: Path, open_page: Callable[..., Any]) -> None:
    page = open_page(healthy_map, "#tab=events")
    search(page, "police villenord saturday")
    assert items(page) == ["Shots in Northtown"]
    assert page.locator(".hit-field").all_inner_texts() == ["Also called", "Actor", "Quote"]
    search(page, "police villenord tuesday")
    assert items(page) == []
    assert counts(page)[:2] == (0, 19)


def test_a_kreyol_spelling_is_found_without_its_accents(haiti_map: Path, open_page: Callable[..., Any]) -> None:
    page = open_page(haiti_map, "#tab=events")
    search(page, "leyogan")
    assert items(page) == ["Léogâne named as the target of the gangs"]
    assert "Leyogàn" in page.locator("mark").all_inner_texts()


def test_a_title_in_another_language_is_shown_where_the_words_stand_in_it(
    haiti_map: Path, open_page: Callable[..., Any]
) -> None:
    page = open_page(haiti_map, "#tab=events&lang=fr&q=komisarya")
    page.locator(".hit").get_by_text("dans le titre : Yo mete dife nan komisarya polis Gantye a").wait_for()
    page = open_page(haiti_map, "#tab=events&lang=fr&q=commissariat")
    page.locator(".hit").get_by_text("dans le titre", exact=True).wait_for()
    assert page.locator(".hit").all_inner_texts() == ["dans le titre"]


def test_a_coarsened_event_is_not_found_by_what_its_place_is_called(
    healthy_map: Path, open_page: Callable[..., Any]
) -> None:
    page = open_page(healthy_map, "#tab=events")
    search(page, "mill")
    assert page.locator(".items mark").all_inner_texts() == ["Mill"]  # its actor, which is published


def test_enter_in_the_search_box_opens_the_list_and_esc_and_a_button_clear_it(
    healthy_map: Path, open_page: Callable[..., Any]
) -> None:
    page = open_page(healthy_map)
    box = page.get_by_role("searchbox")
    box.press_sequentially("harbour")
    box.press("Enter")
    assert page.locator("#panel-events").is_visible()
    found(page, "harbour")
    assert items(page) == ["Entry of the harbour denied"]
    box.press("Escape")
    found(page, "")
    assert counts(page)[0] == 19
    search(page, "harbour")
    page.get_by_role("button", name="Clear the search").click()
    found(page, "")
    assert (box.input_value(), counts(page)[0]) == ("", 19)
    assert page.evaluate("document.activeElement.type") == "search"


# Facets


FACETS = (
    "Sub-type",
    "Actor",
    "Department or province",
    "Precision of place",
    "Happened, threatened or denied",
    "Source",
    "Credibility",
)


@pytest.mark.parametrize("name", FACETS)
def test_a_facet_counts_what_each_choice_would_show(
    healthy_map: Path, open_page: Callable[..., Any], name: str
) -> None:
    page = open_page(healthy_map, "#tab=events&q=the")
    labels = open_facet(page, name)
    figures_before = figures(labels)
    assert figures_before
    for value, n in figures_before.items():
        label = labels.filter(has=page.locator(".value-name").get_by_text(value, exact=True))
        label.click()
        assert (value, counts(page)[0]) == (value, n)
        # Its own choices change nothing in a facet's counts.
        assert figures(labels) == figures_before
        label.click()


def test_counts_follow_the_other_choices_and_add_up_to_all(healthy_map: Path, open_page: Callable[..., Any]) -> None:
    page = open_page(healthy_map, "#tab=events")
    page.locator(".type-chip", has_text="Battles").click()
    departments = open_facet(page, "Department")
    assert figures(departments) == {"West": 4, "East": 1, "not stated, or wider than one": 0}
    assert "none" in departments.last.locator("..").get_attribute("class")
    departments.first.click()
    assert counts(page) == (4, 19, 0)
    assert page.locator(".sum").inner_text() == "4 on the map + 0 not on the map + 15 filtered out = 19"
    assert page.locator(".type-chip .figure").all_inner_texts() == ["4", "1", "1", "3", "3"]
    legend = page.locator(".legend").get_by_role("button", name="Battles")
    assert (legend.get_attribute("aria-pressed"), legend.locator(".figure").inner_text()) == ("true", "4")


def test_undated_events_are_counted_apart(healthy_map: Path, open_page: Callable[..., Any]) -> None:
    page = open_page(healthy_map)
    assert counts(page) == (19, 19, 1)
    arrests = open_facet(page, "Sub-type").filter(has_text="Arrests")
    assert arrests.locator(".value-undated").inner_text() == "1 undated"
    assert page.locator(".sum").inner_text().replace("\n", " ").endswith("= 19 · 1 undated")


def test_what_is_chosen_is_taken_back_one_by_one_or_all_at_once(
    healthy_map: Path, open_page: Callable[..., Any]
) -> None:
    page = open_page(healthy_map, "#types=Battles&departments=West&from=2024-08-01&to=2024-08-31&undated=0&q=shots")
    chips = page.locator(".chosen-chip")
    assert chips.all_inner_texts() == [
        *("Words: shots", "Type: Battles", "Department or province: West", "When: 1 August 2024 – 31 August 2024"),
        "Without undated events",
    ]
    page.get_by_role("button", name="Remove the filter Words: shots").click()
    page.get_by_role("button", name="Remove the filter Type: Battles").click()
    assert chips.count() == 3
    page.get_by_role("button", name="Clear all").click()
    assert chips.count() == 0
    assert counts(page) == (19, 19, 1)
    assert fragment(page) == ""


def test_the_filters_fold_away_and_still_say_that_they_filter(healthy_map: Path, open_page: Callable[..., Any]) -> None:
    page = open_page(healthy_map, "#types=Battles&precision=adm1,exact")
    page.get_by_role("button", name="Hide the filters").click()
    assert page.locator(".type-chip").count() == 0
    assert page.locator(".find-fold .badge-figure").inner_text() == "3"
    assert page.locator(".chosen-chip").count() == 3


def test_long_lists_show_their_first_values_until_all_are_asked_for(
    tmp_path: Path, open_page: Callable[..., Any]
) -> None:
    from small_project import event, make

    rows = [event(f"e{at}", actor1=f"Group {at:02}", assoc_actor_1="Everyone") for at in range(15)]
    Project.open(make(tmp_path / "p", rows)).build(tmp_path / "map.html")
    page = open_page(tmp_path / "map.html", "#actors=Group%2012")
    labels = open_facet(page, "Actor")
    assert list(figures(labels)) == ["Everyone", *(f"Group {at:02}" for at in range(7)), "Group 12"]
    page.get_by_role("button", name="Show all, 7 more").click()
    assert labels.count() == 16


def test_the_facets_are_worked_by_keys_alone(healthy_map: Path, open_page: Callable[..., Any]) -> None:
    page = open_page(healthy_map, "#tab=events")
    page.get_by_role("button", name="More filters").press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    assert page.locator(".chosen-chip").all_inner_texts() == ["Sub-type: Armed clash"]
    page.keyboard.press("Escape")
    assert page.locator(".facet").count() == 0


# The address


def _shown(n: int) -> Callable[[Any], bool]:
    return lambda page: counts(page)[0] == n


RESTORED: dict[str, Callable[[Any], bool]] = {
    "event=crowds": lambda page: page.locator(".card h2").inner_text() == "Crowds in two towns",
    "tab=events": lambda page: page.locator("#panel-events").is_visible(),
    "text=wire": lambda page: page.locator(".source h2").inner_text() == "Wire of Examplia",
    "types=Battles,Protests": _shown(7),
    "subtypes=Armed%20clash": _shown(1),
    "subtypes=": _shown(13),
    "precision=exact,unlocated": _shown(4),
    "occurrence=threatened,denied": _shown(2),
    "actors=Northern%20Guard": _shown(1),
    "departments=East,": _shown(7),
    "sources=wire": _shown(2),
    "credibility=2": _shown(1),
    "from=2024-08-10": _shown(11),
    "to=2024-07-01": _shown(10),
    "from=2024-08-04&to=2024-08-04&undated=0": _shown(11),
    "q=nor%20toum": _shown(0),
    "q=n%C3%B2rtoun": _shown(5),
    "tab=events&order=time": lambda page: page.locator(".order [aria-pressed=true]").text_content() == "Time",
    "view=10.7,21.25,8.5": lambda page: page.locator(".leaflet-control-scale-line").inner_text() == "30 km",
}


@pytest.mark.parametrize("said", RESTORED)
def test_the_address_restores_each_key_and_stays_as_it_is(
    healthy_map: Path, open_page: Callable[..., Any], said: str
) -> None:
    page = open_page(healthy_map, f"#{said}")
    assert RESTORED[said](page)
    assert page.evaluate("location.hash") == f"#{said}"


def test_the_address_restores_the_language(healthy_map: Path, tmp_path: Path, open_page: Callable[..., Any]) -> None:
    # One more catalogue, as another language's file would be.
    text = healthy_map.read_text(encoding="utf-8")
    start = text.index('"locales":{') + len('"locales":{')
    file = tmp_path / "map.html"
    file.write_text(f'{text[:start]}"xx":{{"tab.events":"Zzz"}},{text[start:]}', encoding="utf-8")
    page = open_page(file, "#lang=xx")
    assert page.get_by_role("tab", name="Zzz").count() == 1
    assert fragment(page) == "#lang=xx"


def test_an_online_layer_in_a_strangers_link_stays_off(layered: Path, open_page: Callable[..., Any]) -> None:
    page = open_page(layered, "#layer=Streets")
    assert "“Streets”. It stays off" in page.locator(".astray").inner_text()
    assert fragment(page) == ""
    page.locator(".layers-button").click()
    assert page.get_by_label("Streets").is_checked() is False


def test_an_online_layer_that_the_reader_turned_on_comes_back_with_the_page(layered: Path, chromium: Any) -> None:
    asked: list[str] = []
    with chromium.new_context(bypass_csp=True) as context:
        context.route(re.compile("^https:"), lambda route: (asked.append(route.request.url), route.abort()))
        page = context.new_page()
        page.goto(layered.as_uri())
        page.locator(".layers-button").click()
        page.get_by_label("Streets").check()
        assert fragment(page) == "#layer=Streets"
        asked.clear()
        page.reload()
        page.locator(".tiles-note").get_by_text("can’t be reached").wait_for()
        assert (fragment(page), asked != [], page.locator(".astray").count()) == ("#layer=Streets", True, 0)
        asked.clear()
        stranger = context.new_page()
        stranger.goto(layered.as_uri() + "#layer=Streets")
        stranger.locator(".astray").wait_for()
        assert asked == []


def test_everything_at_once_comes_back_from_the_address(healthy_map: Path, open_page: Callable[..., Any]) -> None:
    said = (
        "#event=market-deaths&tab=events&text=wire&types=Violence%20against%20civilians&sources=wire"
        "&from=2024-08-01&to=2024-08-31&q=market&order=time&view=10.5,21.02,9.25"
    )
    page = open_page(healthy_map, said)
    assert fragment(page) == said
    assert page.locator(".card h2").inner_text() == "Two killed at the market"
    assert (items(page), page.get_by_role("searchbox").input_value()) == (["Two killed at the market"], "market")


def test_what_the_page_does_not_know_is_no_error(healthy_map: Path, open_page: Callable[..., Any]) -> None:
    page = open_page(
        healthy_map, "#types=Nothing&lang=qq&text=none&view=a,b&from=yesterday&tab=x&order=up&later=1&q=%E0%A4%A&%&="
    )
    assert page.locator(".chosen-chip").all_inner_texts() == ["Words: %E0%A4%A"]
    search(page, "")
    assert counts(page)[0] == 19
    assert "later=1" in fragment(page)


def test_a_link_to_an_event_that_is_no_longer_there_says_so(healthy_map: Path, open_page: Callable[..., Any]) -> None:
    page = open_page(healthy_map, "#event=gone")
    note = page.locator(".astray")
    assert "This event is not in this map: gone" in note.inner_text()
    note.get_by_role("button").click()
    assert note.count() == 0


def test_back_and_forward_go_by_event_tab_and_nothing_else(healthy_map: Path, open_page: Callable[..., Any]) -> None:
    page = open_page(healthy_map)
    page.get_by_role("tab", name="Events").click()
    page.locator(".item", has_text="Mourning").click()
    page.locator(".type-chip", has_text="Protests").click()
    search(page, "mourn")
    page.locator(".item", has_text="Mourning").click()
    pause(page, 900)
    page.get_by_role("button", name="Close").click()
    assert page.locator(".card").count() == 0
    page.go_back()
    assert page.locator(".card h2").inner_text() == "Mourning"
    assert (page.get_by_role("searchbox").input_value(), counts(page)[0]) == ("mourn", 1)
    page.go_back()
    page.locator(".card").wait_for(state="detached")
    assert page.locator("#panel-events").is_visible()
    assert counts(page)[0] == 19
    page.go_back()
    page.locator("#panel-source").wait_for()
    page.go_forward()
    page.go_forward()
    assert page.locator(".card h2").inner_text() == "Mourning"
    assert "types=Protests" in fragment(page)


def test_a_fragment_typed_into_the_address_is_followed(healthy_map: Path, open_page: Callable[..., Any]) -> None:
    page = open_page(healthy_map)
    page.evaluate("location.hash = '#types=Protests&event=crowds'")
    page.locator(".card").wait_for()
    assert counts(page)[0] == 2


def test_the_view_of_the_map_is_kept_once_the_reader_moved_it(healthy_map: Path, open_page: Callable[..., Any]) -> None:
    page = open_page(healthy_map)
    assert "view=" not in fragment(page)
    page.get_by_role("button", name="Zoom in").click()
    there = fragment(page)
    assert re.search(r"view=[\d.-]+,[\d.-]+,[\d.]+$", there)
    again = open_page(healthy_map, there)
    assert fragment(again) == there
    page.locator(".fit").click()
    pause(page, 400)
    assert "view=" not in fragment(page)


def test_an_event_alone_leads_to_it_on_any_screen_until_the_reader_moves_the_map(
    haiti_map: Path, open_page: Callable[..., Any]
) -> None:
    page = open_page(haiti_map, "#event=leogane-target-2024")
    pause(page, 1200)
    assert fragment(page) == "#event=leogane-target-2024"
    page.get_by_role("button", name="Zoom out").click()
    pause(page, 400)
    moved = fragment(page)
    assert moved.startswith("#event=leogane-target-2024&view=")
    assert fragment(open_page(haiti_map, moved, width=390, height=844)) == moved


def test_closing_an_event_leaves_the_map_where_it_is(haiti_map: Path, open_page: Callable[..., Any]) -> None:
    page = open_page(haiti_map, "#event=leogane-target-2024")
    pause(page, 1200)
    page.keyboard.press("Escape")
    assert fragment(page).startswith("#view=18.4")
    page.go_back()
    assert fragment(page) == "#event=leogane-target-2024"


def test_the_phone_has_all_of_it_in_its_filters_tab(
    healthy_map: Path, open_page: Callable[..., Any], keep: Any
) -> None:
    page = open_page(healthy_map, width=390, height=844, has_touch=True)
    page.get_by_role("tab", name="Filters").click()
    assert page.locator("#panel-filters .facet").count() == 7
    search(page, "northtown")
    keep(page, "phone")
    small = page.locator("#panel-filters :is(button, label, input[type=search])").evaluate_all(
        "all => all.filter(one => one.getBoundingClientRect().height < 44).map(one => one.outerHTML)"
    )
    assert small == []
    page.get_by_role("searchbox").press("Enter")
    assert page.locator("#panel-events mark").count() > 0
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
