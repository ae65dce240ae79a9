"""What a reader sees of an event: in the header's counts, in the source's text, on the map, in the card."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import shapely
from conftest import ROOT, pause
from small_project import TEXT, event, make, source
from test_document import Page

from mapper import Project
from mapper.schema import taxonomy

Open = Callable[..., Any]
SIZES = [(1400, 860), (390, 844), (320, 640)]
SPARK = ROOT / "seeds" / "the-spark-2024-09-02.txt"
COLOURS = {one.name: one.colour for one in taxonomy().types}


@pytest.fixture(scope="module")
def events() -> list[dict[str, Any]]:
    """The Haiti events."""
    rows: list[dict[str, Any]] = Project.open(ROOT).events().to_dict("records")
    return rows


def rgb(colour: str) -> str:
    return f"rgb({', '.join(str(int(colour[at : at + 2], 16)) for at in (1, 3, 5))})"


def numbers(page: Any) -> dict[str, str]:
    """The number that each event has on the map."""
    found: dict[str, str] = page.locator(".badge").evaluate_all(
        "all => Object.fromEntries(all.map(one => [one.dataset.event, one.textContent]))"
    )
    return found


# Header


def test_the_header_counts_what_is_shown_and_says_how_new_it_is(healthy_map: Path, open_page: Open) -> None:
    line = open_page(healthy_map).locator(".counts").inner_text().replace("\xa0", " ")
    assert line == (
        "19 of 19 events shown (2 of them not on the map) · 2 threatened or denied · 1 undated · 1 retracted · "
        "2 sources · as of 20 August 2024"
    )


@pytest.mark.parametrize(
    "chosen", ["", "types=Battles", "precision=unlocated", "q=arrest", "from=2024-08-05&undated=0"]
)
def test_on_the_map_not_on_it_and_filtered_out_are_all_there_are(
    healthy_map: Path, open_page: Open, chosen: str
) -> None:
    page = open_page(healthy_map, f"#tab=events&{chosen}")
    page.get_by_role("button", name="More filters").click()
    line = page.locator(".counts").inner_text()
    shown, every = map(int, re.findall(r"(\d+) of (\d+)", line)[0])
    unlocated = int((re.findall(r"\((\d+) of them not on the map\)", line) or ["0"])[0])
    located, beside, out, total = map(int, re.findall(r"\d+", page.locator(".sum").inner_text())[:4])
    assert (located + beside, beside, total, every) == (shown, unlocated, every, 19)
    assert located + beside + out == total
    assert page.locator(".badge").count() == located


# Source


def test_each_passage_has_its_types_colour_its_number_and_its_place_underlined(
    haiti_map: Path, open_page: Open, events: list[dict[str, Any]]
) -> None:
    page = open_page(haiti_map)
    on_map = numbers(page)
    by_number = {on_map[one["event_id"]]: one for one in events}
    passages = page.locator(".text .passage")
    seen = set()
    for passage in passages.all():
        own = [by_number[number] for number in passage.locator(".chip").all_text_contents()]
        seen |= {one["event_id"] for one in own}
        painted = passage.evaluate("one => one.style.getPropertyValue('--lines')")
        assert all(rgb(COLOURS[one["event_type"]]) in painted or COLOURS[one["event_type"]] in painted for one in own)
    assert seen == {one["event_id"] for one in events}
    places = page.locator(".text .place")
    underlined = "".join("".join(places.all_text_contents()).split())
    named = [report["place_text"] for one in events for report in one["reports"] if report["place_text"]]
    assert len(named) == len(events)
    assert [one for one in named if "".join(one.split()) not in underlined] == []
    assert all("underline" in one.evaluate("one => getComputedStyle(one).textDecorationLine") for one in places.all())


def test_passages_that_yielded_nothing_stay_plain(haiti_map: Path, open_page: Open) -> None:
    page = open_page(haiti_map)
    marked = "".join("".join(page.locator(".text .passage").all_text_contents()).split())
    plain = "their barracks since their arrival"
    assert plain in " ".join(page.locator(".text").inner_text().split())
    assert "".join(plain.split()) not in marked


def test_a_passage_leads_the_map_to_its_event(haiti_map: Path, open_page: Open) -> None:
    page = open_page(haiti_map, reduced_motion="reduce")
    page.locator(".passage", has_text="Croix-des-Bouquets").first.click()
    assert page.locator(".card-head h2").inner_text() == "Customs office torched in Croix-des-Bouquets"
    pause(page, 200)
    badge, pane = page.locator(".badge.chosen").bounding_box(), page.locator(".map-slot").bounding_box()
    card = page.locator(".card").bounding_box()
    assert pane["x"] < badge["x"] < card["x"]
    assert pane["y"] < badge["y"] < pane["y"] + pane["height"]
    # Nearer than the whole country: the chosen area has become large.
    assert page.locator("path.area.chosen").bounding_box()["width"] > 200


WAYS = {
    "map": lambda page: page.locator('.badge[data-event="nord-ouest-atrocities-2024"]').dispatch_event("click"),
    "keys": lambda page: page.keyboard.press("ArrowLeft"),
}


@pytest.mark.parametrize("way", WAYS)
def test_an_event_chosen_anywhere_brings_the_text_to_its_passage(haiti_map: Path, open_page: Open, way: str) -> None:
    page = open_page(haiti_map, reduced_motion="reduce")
    page.locator(".badge").first.wait_for()
    WAYS[way](page)
    passage = page.locator(".passage.chosen").first
    passage.wait_for()
    pause(page, 150)
    assert "Northwest" in passage.inner_text()
    panel, box = page.locator("#panel-source").bounding_box(), passage.bounding_box()
    assert panel["y"] <= box["y"] < box["y"] + box["height"] <= panel["y"] + panel["height"]


@pytest.mark.parametrize(
    ("show", "there", "missing"),
    [
        ("whole", "Later it rained.", "Only the quoted passages"),
        ("quotes", "Two people were killed at the market.", "Later it rained."),
        ("none", "Title of a", "Two people were killed"),
    ],
)
def test_how_much_of_a_text_is_there_follows_what_its_source_allows(
    tmp_path: Path, open_page: Open, show: str, there: str, missing: str
) -> None:
    Project.open(make(tmp_path / "p", [event("a")], sources=[source(show=show)])).build(tmp_path / "map.html")
    page = open_page(tmp_path / "map.html")
    text = page.locator("#panel-source").inner_text()
    assert there in text
    assert missing not in text
    assert (missing not in (tmp_path / "map.html").read_text(encoding="utf-8")) or show == "whole"
    assert "Later it rained." in TEXT


# Map


def test_colour_is_what_happened_and_hollow_is_what_did_not(healthy_map: Path, open_page: Open) -> None:
    page = open_page(healthy_map)
    rows = Project.open(ROOT / "tests" / "projects" / "healthy").events().set_index("event_id")
    for badge in page.locator(".badge").all():
        one = rows.loc[badge.get_attribute("data-event")]
        assert badge.evaluate("one => one.style.getPropertyValue('--colour')") == COLOURS[one["event_type"]]
        hollow = "hollow" in str(badge.get_attribute("class"))
        assert hollow == (one["occurrence"] in ("threatened", "denied")), one["title"]
        painted = badge.evaluate("one => getComputedStyle(one).backgroundColor")
        assert painted == ("rgb(255, 255, 255)" if hollow else rgb(COLOURS[one["event_type"]]))


DRAWN = {
    "market-deaths": ("dot", None),
    "southtown-burning": ("tag", "mark ring"),
    "hill-patrols": ("tag", "mark area"),
    "coast-road-blocked": ("tag", "mark line"),
}


@pytest.mark.parametrize("event_id", DRAWN)
def test_shape_is_how_sure_the_place_is(healthy_map: Path, open_page: Open, event_id: str) -> None:
    page = open_page(healthy_map, f"#event={event_id}", reduced_motion="reduce")
    badge = page.locator(".badge.chosen")
    badge.wait_for()
    kind, path = DRAWN[event_id]
    assert kind in str(badge.get_attribute("class")).split()
    drawn = page.locator("path.mark.chosen:not(.radius, .casing, .grip, .leader, .pin)")
    if path is None:
        assert drawn.count() == 0
        return
    assert path in str(drawn.last.get_attribute("class"))
    assert drawn.last.get_attribute("stroke-dasharray") not in (None, "")
    hatched = str(drawn.last.get_attribute("fill")).startswith("url(#mapper-hatch")
    assert hatched == (path == "mark area")


def test_a_number_goes_by_source_passage_and_id_and_nothing_changes_it(healthy_map: Path, open_page: Open) -> None:
    page = open_page(healthy_map)
    every = numbers(page)
    assert len(every) == 17
    listed = page.locator("#panel-events .item .chip").all_text_contents()
    shown = [int(one) for one in listed if one.isdigit()]
    assert shown[:19] == sorted(shown[:19])
    for chosen in ("#types=Battles", "#order=time&from=2024-08-01", "#q=market&sources=wire", "#tab=table"):
        page.evaluate("hash => location.hash = hash", chosen)
        pause(page, 150)
        now = numbers(page)
        assert now == {name: every[name] for name in now}
        assert now


def test_areas_are_never_gathered_into_a_point_and_their_number_stands_inside_them(
    healthy_map: Path, open_page: Open
) -> None:
    page = open_page(healthy_map)
    while page.locator(".leaflet-control-zoom-out:not(.leaflet-disabled)").count():
        page.get_by_role("button", name="Zoom out").click()
        pause(page, 300)
    assert len(numbers(page)) == 17
    features = json.loads(healthy_map.with_name("events.geojson").read_text(encoding="utf-8"))["features"]
    areas = {one["id"]: shapely.geometry.shape(one["geometry"]) for one in features if one["geometry"]}
    columns = Page(healthy_map.read_text(encoding="utf-8")).payload["events"]["columns"]
    inside = [
        areas[name].buffer(1e-4).contains(shapely.Point(lon, lat))
        for name, lon, lat in zip(columns["id"], columns["label_lon"], columns["label_lat"], strict=True)
        if name in areas and "Polygon" in areas[name].geom_type
    ]
    assert len(inside) >= 7
    assert all(inside)


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_the_legend_says_both_and_each_of_its_entries_filters(
    healthy_map: Path, open_page: Open, size: tuple[int, int]
) -> None:
    page = open_page(healthy_map, width=size[0], height=size[1])
    chip = page.locator(".legend-chip")
    if size[0] < 1000:
        assert chip.is_visible()
        assert not page.locator(".legend-body").is_visible()
        chip.click()
    assert page.locator(".legend h2").all_inner_texts() == ["What happened", "How sure of the place"]
    entries = page.locator(".legend .entry")
    assert entries.count() == 10
    for entry in entries.all():
        figure = int(entry.locator(".figure").inner_text())
        entry.click()
        page.locator(".counts").get_by_text(re.compile(rf"^{figure} of 19 ")).wait_for()
        assert entry.get_attribute("aria-pressed") == "true"
        entry.click()
    page.locator(".counts").get_by_text("19 of 19").wait_for()


def test_what_is_not_on_the_map_stands_in_a_box_of_its_own_counted(healthy_map: Path, open_page: Open) -> None:
    page = open_page(healthy_map)
    head = page.locator(".unlocated-head")
    assert head.inner_text() == "Not on the map: 2"
    head.click()
    assert page.locator(".unlocated .titles button").all_inner_texts() == ["12\nArrest", "13\nArrest, place not told"]
    page.locator(".unlocated .titles button").first.click()
    assert page.locator(".card-head h2").inner_text() == "Arrest"
    page.locator(".type-chip", has_text="Battles").click()
    assert head.count() == 0


# Card


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_the_card_says_what_when_where_who_how_many_and_who_says_so(
    healthy_map: Path, open_page: Open, keep: Any, size: tuple[int, int]
) -> None:
    page = open_page(healthy_map, "#event=northtown-shots", width=size[0], height=size[1])
    card = page.locator(".card")
    keep(page, f"card-{size[0]}")
    assert card.locator("h2").inner_text() == "Shots in Northtown"
    assert card.locator(".card-type").inner_text() == "Battles · Armed clash"
    assert card.locator("blockquote").all_inner_texts() == [
        "“Shots were fired in Northtown on Sunday.”",
        "“One or two people were hurt when shots were fired in Northtown on Saturday or Sunday.”",
    ]
    told = card.locator(".card-body > .facts")
    facts = dict(zip(told.locator("dt").all_inner_texts(), told.locator("dd").all_inner_texts(), strict=True))
    assert facts["When"] == "4 August 2024"
    assert facts["Where"].startswith("Northtown, West, Examplia (in the town or neighbourhood")
    assert "The source’s words: “Northtown”" in facts["Where"]
    assert facts["Who"] == "Northern Guard\nThe other side: Police of Examplia"
    assert facts["Deaths"] == "not stated"
    assert "Armed clash (Examplia Press)\nnot stated (Wire of Examplia)" in card.locator(".disagree").inner_text()
    said = card.locator(".card-source").all_inner_texts()
    assert [("The Examplia Gazette" in one, "Wire of Examplia" in one) for one in said] == [
        (True, False),
        (False, True),
    ]
    assert "usually reliable" in said[0]
    assert "probably true" in said[0]
    assert "fairly reliable" in said[1]


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({}, "not stated"),
        ({"fatalities_low": "2", "fatalities_best": "3", "fatalities_high": "5"}, "2–5, best figure 3"),
        ({"fatalities_best": "2"}, "2"),
        ({"fatalities_text": "dozens"}, "“dozens”"),
    ],
    ids=str,
)
def test_deaths_are_given_as_they_are_known(tmp_path: Path, open_page: Open, cells: dict[str, str], said: str) -> None:
    Project.open(make(tmp_path / "p", [event("a", **cells)])).build(tmp_path / "map.html")
    page = open_page(tmp_path / "map.html", "#event=a")
    assert said in page.locator(".card .facts").first.inner_text().split("Deaths")[1]


def test_cite_copies_the_quote_its_source_its_address_and_the_events_id(healthy_map: Path, open_page: Open) -> None:
    page = open_page(healthy_map, "#event=market-deaths", permissions=["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Cite").first.click()
    page.locator(".cite-done").get_by_text("opied").first.wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    for words in (
        "“Two people were killed at the market on 5 August, residents said.”",
        "The Examplia Gazette",
        "https://gazette.example/2024-08-10",
        "market-deaths",
    ):
        assert words in copied


# Languages


def test_codes_and_dates_are_in_the_readers_language_and_quotes_never(haiti_map: Path, open_page: Open) -> None:
    said = {}
    for language in ("en", "fr", "ht"):
        page = open_page(haiti_map, f"#lang={language}&event=artibonite-massacres-2024")
        card = page.locator(".card")
        said[language] = (card.locator(".card-type").inner_text(), card.locator("dd").first.inner_text())
        assert (
            "In the Artibonite, the gang “Koko rat san ras” commits massacres"
            in card.locator("blockquote").inner_text()
        )
        assert card.locator("blockquote").get_attribute("lang") == "en"
        assert "In what almost felt like a moment of liberation" in page.locator(".text").inner_text()
    assert said == {
        "en": ("Violence against civilians · Attack", "until 10 August 2024, start unknown"),
        "fr": ("Violence contre des civils · Attaque", "jusqu’au 10 août 2024, début inconnu"),
        "ht": ("Vyolans kont sivil · Atak", "jiska 10 out 2024, yo pa konnen kilè li kòmanse"),
    }


def test_kreyol_months_are_those_of_kreyol(haiti_map: Path) -> None:
    words = Page(haiti_map.read_text(encoding="utf-8")).payload["locales"]["ht"]
    months = ["janvye", "fevriye", "mas", "avril", "me", "jen", "jiyè", "out", "septanm", "oktòb", "novanm", "desanm"]
    assert [words[f"month.{at}"] for at in range(1, 13)] == months


# On paper


def test_the_map_is_printed_as_it_stands(haiti_map: Path, open_page: Open) -> None:
    page = open_page(haiti_map, "#view=18.5,-72.6,11", reduced_motion="reduce")
    page.locator(".badge").first.wait_for()
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    pause(page, 100)
    slot = page.locator(".map-slot").bounding_box()

    def is_in_sight(name: str) -> bool:
        box = page.locator(f'.badge[data-event="{name}"]').bounding_box()
        return bool(
            slot["x"] <= box["x"] <= slot["x"] + slot["width"] and slot["y"] <= box["y"] <= slot["y"] + slot["height"]
        )

    assert is_in_sight("leogane-target-2024")
    assert not is_in_sight("artibonite-massacres-2024")


@pytest.mark.parametrize("language", ["fr", "ht"])
def test_what_is_printed_is_in_the_readers_language_but_for_the_quotes(
    haiti_map: Path, open_page: Open, events: list[dict[str, Any]], language: str
) -> None:
    page = open_page(haiti_map, f"#lang={language}")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    printed = page.locator(".printed")
    told = printed.text_content()
    assert [one[f"title_{language}"] for one in events if one[f"title_{language}"] not in told] == []
    assert [
        one["reports"][0]["quote"] for one in events if f"«\u00a0{one['reports'][0]['quote']}\u00a0»" not in told
    ] == []
