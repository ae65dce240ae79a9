"""What is done with the whole page: take its events along, hand it on, see how it was made, read it as a table, print
and embed it."""

from __future__ import annotations

import csv
import io
import json
import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import geopandas
import pytest
import shapely
from conftest import ROOT, pause
from shapely.geometry import shape
from test_document import Page
from test_page_accessibility import violations

from mapper import EventMap, Project

STEP = 1e-4
PROJECTS = {"haiti": ROOT, "healthy": ROOT / "tests" / "projects" / "healthy"}
HEALTHY_SHOWN = 19
FOCUSED = "(document.activeElement?.textContent || document.activeElement?.className || '').trim()"
Saved = dict[str, Path]


@pytest.fixture(scope="module")
def maps(tmp_path_factory: pytest.TempPathFactory) -> Saved:
    """The maps of both projects, their exports beside them."""
    found = {}
    for name, root in PROJECTS.items():
        found[name] = tmp_path_factory.mktemp(name) / "map.html"
        Project.open(root).build(found[name])
    return found


@pytest.fixture(scope="module")
def haiti_events() -> geopandas.GeoDataFrame:
    return Project.open(ROOT).events()


@pytest.fixture(scope="module")
def in_two_languages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Haiti map with a second catalogue, of a few words."""
    project = Project.open(ROOT)
    page = EventMap(project.events(), sources=project.sources(), heading="Haiti, July 2024")
    payload = page.get_root().payload
    other = {"language.name": "Kreyòl", "head.share": "Partaj", "tab.table": "Tablo"}
    payload["locales"] = {"en": payload["locales"]["en"], "ht": other}
    target = tmp_path_factory.mktemp("languages") / "map.html"
    page.save(target)
    return target


@pytest.fixture(scope="module")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two thousand points of anyone's."""
    points = [shapely.Point(20 + at % 50 / 100, 10 + at // 50 / 100) for at in range(2000)]
    frame = geopandas.GeoDataFrame({"name": [f"Event {at}" for at in range(2000)]}, geometry=points, crs="EPSG:4326")
    target = tmp_path_factory.mktemp("crowd") / "map.html"
    EventMap(frame, title="name").save(target)
    return target


def download(page: Any, group: str, name: str) -> tuple[str, str]:
    """The name and the text of a file that the page makes."""
    page.get_by_role("button", name="Download").click()
    with page.expect_download() as found:
        page.get_by_role("group", name=group).get_by_role("menuitem", name=name).click()
    return found.value.suggested_filename, Path(found.value.path()).read_bytes().decode("utf-8")


def rows_of(text: str) -> list[dict[str, str]]:
    csv.field_size_limit(1 << 20)
    return list(csv.DictReader(io.StringIO(text, newline="")))


# Downloads


@pytest.mark.parametrize("project", PROJECTS)
def test_all_events_as_geojson_are_those_of_the_export(
    maps: Saved, open_page: Callable[..., Any], project: str
) -> None:
    exported = json.loads(maps[project].with_name("events.geojson").read_text(encoding="utf-8"))
    name, text = download(open_page(maps[project]), "All", "GeoJSON")
    saved = json.loads(text)
    assert name == ("haiti-july-2024.geojson" if project == "haiti" else "examplia.geojson")
    assert [one["id"] for one in saved["features"]] == [one["id"] for one in exported["features"]]
    for ours, theirs in zip(saved["features"], exported["features"], strict=True):
        assert ours["properties"] == theirs["properties"]
        assert list(ours["properties"]) == list(theirs["properties"])
        assert [list(one) for one in ours["properties"]["reports"]] == [
            list(one) for one in theirs["properties"]["reports"]
        ]
    assert {key: saved[key] for key in ("type", "name", "licence", "sources")} == {
        key: exported[key] for key in ("type", "name", "licence", "sources")
    }


@pytest.mark.parametrize("project", PROJECTS)
def test_points_are_saved_whole_and_areas_and_lines_as_finely_as_the_page_has_them(
    maps: Saved, open_page: Callable[..., Any], project: str
) -> None:
    exported = json.loads(maps[project].with_name("events.geojson").read_text(encoding="utf-8"))
    saved = json.loads(download(open_page(maps[project]), "All", "GeoJSON")[1])
    kinds = set()
    for ours, theirs in zip(saved["features"], exported["features"], strict=True):
        if theirs["geometry"] is None or "Point" in theirs["geometry"]["type"]:
            assert ours["geometry"] == theirs["geometry"]
            continue
        kinds.add(theirs["geometry"]["type"])
        here, there = shape(ours["geometry"]), shape(theirs["geometry"])
        assert here.geom_type == there.geom_type
        assert shapely.hausdorff_distance(here, there) <= STEP
        assert shapely.orient_polygons(here).equals_exact(here, 0)
    assert {"Polygon", "MultiPolygon"} <= kinds if project == "haiti" else {"Polygon", "LineString"} <= kinds
    assert "0.0001 degrees" in saved["note"]


@pytest.mark.parametrize("project", PROJECTS)
def test_all_events_as_csv_are_those_of_the_export_but_for_the_fineness_of_shapes(
    maps: Saved, open_page: Callable[..., Any], project: str
) -> None:
    exported = rows_of(maps[project].with_name("events.csv").read_bytes().decode("utf-8"))
    _, text = download(open_page(maps[project]), "All", "CSV")
    saved = rows_of(text)
    assert list(saved[0]) == list(exported[0])
    assert len(saved) == len(exported) > 0
    for ours, theirs in zip(saved, exported, strict=True):
        shapes = [one.pop("WKT") for one in (ours, theirs)]
        assert ours == theirs
        assert bool(shapes[0]) == bool(shapes[1])
        if shapes[0]:
            assert shapely.hausdorff_distance(*(shapely.from_wkt(one) for one in shapes)) <= STEP


def test_the_shown_events_are_saved_alone_and_say_that_they_are_a_choice(
    maps: Saved, haiti_events: geopandas.GeoDataFrame, open_page: Callable[..., Any]
) -> None:
    page = open_page(maps["haiti"])
    page.locator(".legend").get_by_role("button", name="Violence against civilians").click()
    name, text = download(page, "The 3 events shown", "GeoJSON")
    saved = json.loads(text)
    assert name == "haiti-july-2024-shown.geojson"
    assert {one["properties"]["event_type"] for one in saved["features"]} == {"Violence against civilians"}
    assert (len(saved["features"]), saved["selection"]) == (3, {"shown": 3, "all": len(haiti_events)})
    name, text = download(page, "The 3 events shown", "CSV")
    assert (name, len(rows_of(text))) == ("haiti-july-2024-shown.csv", 3)


def test_what_a_spreadsheet_would_run_is_saved_as_text(tmp_path: Path, open_page: Callable[..., Any]) -> None:
    hostile = ['=HYPERLINK("http://x")', "+1", "'=a", 'said "so", twice', "two\nlines", "constructor"]
    frame = geopandas.GeoDataFrame(
        {"name": hostile, "when": ["constructor"] * 6}, geometry=[shapely.Point(20, 10)] * 6, crs="EPSG:4326"
    )
    with pytest.warns(UserWarning, match="dates"):
        EventMap(frame, title="name", when="when").save(tmp_path / "map.html")
    page = open_page(tmp_path / "map.html")
    saved = rows_of(download(page, "All", "CSV")[1])
    assert [one["title"] for one in saved] == [
        "'=HYPERLINK(\"http://x\")", "'+1", "''=a", 'said "so", twice', "two\nlines", "constructor"
    ]  # fmt: skip
    assert {(one["latitude"], one["longitude"], one["when"]) for one in saved} == {("10.0", "20.0", "")}
    features = json.loads(download(page, "All", "GeoJSON")[1])["features"]
    assert [one["properties"]["title"] for one in features] == hostile


# Menus


def test_a_menu_is_walked_by_keyboard_and_gives_focus_back(maps: Saved, open_page: Callable[..., Any]) -> None:
    page = open_page(maps["haiti"])
    button = page.get_by_role("button", name="Download")
    button.focus()
    page.keyboard.press("ArrowDown")
    page.get_by_role("menu").wait_for()
    assert button.get_attribute("aria-expanded") == "true"
    assert page.evaluate(FOCUSED).startswith("GeoJSON")
    page.keyboard.press("ArrowDown")
    assert page.evaluate(FOCUSED).startswith("CSV")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    assert page.evaluate(FOCUSED).startswith("CSV")
    page.keyboard.press("Home")
    page.keyboard.press("c")
    assert page.evaluate(FOCUSED).startswith("CSV")
    page.keyboard.press("Escape")
    page.get_by_role("menu").wait_for(state="detached")
    assert page.evaluate(FOCUSED) == "Download"
    page.keyboard.press("ArrowUp")
    page.get_by_role("menu").wait_for()
    page.keyboard.press("Tab")
    page.get_by_role("menu").wait_for(state="detached")
    assert page.evaluate(FOCUSED) == "How this map was made"


def test_a_click_elsewhere_closes_a_menu_and_esc_in_it_leaves_the_card_open(
    maps: Saved, open_page: Callable[..., Any]
) -> None:
    page = open_page(maps["haiti"], fragment="#event=leogane-target-2024")
    page.get_by_role("button", name="Share").click()
    page.keyboard.press("Escape")
    page.get_by_role("menu").wait_for(state="detached")
    assert page.locator(".card").is_visible()
    page.get_by_role("button", name="Share").click()
    page.locator(".source h2").click()
    page.get_by_role("menu").wait_for(state="detached")


def test_a_language_is_chosen_by_its_own_name_and_the_document_says_so(
    in_two_languages: Path, open_page: Callable[..., Any]
) -> None:
    page = open_page(in_two_languages)
    page.get_by_role("button", name="Language: English").click()
    menu = page.get_by_role("menu")
    assert menu.get_by_role("menuitemradio").all_inner_texts() == ["English", "Kreyòl"]
    assert menu.get_by_role("menuitemradio", name="English").get_attribute("aria-checked") == "true"
    assert page.evaluate(FOCUSED) == "English"
    menu.get_by_role("menuitemradio", name="Kreyòl").click()
    page.get_by_role("tab", name="Tablo").wait_for()
    assert page.evaluate("document.documentElement.lang") == "ht"
    assert page.get_by_role("button", name="Language: Kreyòl").inner_text().startswith("HT")


def test_one_language_alone_needs_no_menu(in_two_languages: Path, maps: Saved, open_page: Callable[..., Any]) -> None:
    page = open_page(maps["haiti"])
    several = len(Page(maps["haiti"].read_text(encoding="utf-8")).payload["locales"]) > 1
    assert page.get_by_role("button", name="Language").count() == int(several)


@pytest.mark.parametrize("size", [(390, 844), (320, 640), (844, 390)], ids=str)
def test_with_little_room_one_menu_holds_it_all(
    in_two_languages: Path, open_page: Callable[..., Any], keep: Callable[[Any, str], None], size: tuple[int, int]
) -> None:
    page = open_page(in_two_languages, width=size[0], height=size[1])
    button = page.get_by_role("button", name="Menu")
    box = button.bounding_box()
    assert min(box["width"], box["height"]) >= 44
    assert page.locator(".tools button").count() == 1
    button.click()
    menu = page.get_by_role("menu")
    keep(page, f"menu-{size[0]}")
    place = menu.bounding_box()
    assert place["x"] >= 0
    assert place["x"] + place["width"] <= size[0]
    assert place["y"] + place["height"] <= size[1]
    assert min(one.bounding_box()["height"] for one in menu.locator(".menu-item").all()) >= 44
    titles = [group.get_attribute("aria-labelledby") for group in menu.get_by_role("group").all()]
    assert len(titles) == 5
    menu.get_by_role("menuitem", name="Table of the events").click()
    page.locator("#tab-table[aria-selected=true]").wait_for()
    page.get_by_role("button", name="Menu").click()
    page.get_by_role("menuitem", name="How this map was made").click()
    page.get_by_role("dialog").wait_for()
    page.keyboard.press("Escape")
    page.get_by_role("dialog").wait_for(state="hidden")
    page.locator(".tool:focus").wait_for()


@pytest.mark.parametrize("size", [(390, 844), (320, 640), (844, 390)], ids=str)
def test_however_long_the_counts_the_menu_stays_at_the_right(
    maps: Saved, open_page: Callable[..., Any], size: tuple[int, int]
) -> None:
    page = open_page(maps["healthy"], width=size[0], height=size[1])
    box = page.get_by_role("button", name="Menu").bounding_box()
    assert size[0] - 24 <= box["x"] + box["width"] <= size[0]


# Sharing


def test_a_page_opened_from_disk_says_that_the_file_is_to_be_shared_and_copies_the_view(
    maps: Saved, open_page: Callable[..., Any]
) -> None:
    page = open_page(
        maps["haiti"], fragment="#event=leogane-target-2024", permissions=["clipboard-read", "clipboard-write"]
    )
    page.get_by_role("button", name="Share").click()
    page.get_by_role("menuitem", name="Copy a link").click()
    page.locator(".notice").get_by_text("send the file itself").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == "#event=leogane-target-2024"
    page.keyboard.press("Escape")
    page.locator(".notice").wait_for(state="detached")
    assert page.locator(".card").is_visible()
    page.get_by_role("button", name="Share").click()
    page.get_by_role("menuitem", name="Copy the code").click()
    page.locator(".notice").get_by_text("put it beside your own page").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == (
        '<iframe src="map.html#embed&amp;event=leogane-target-2024" title="Haiti, July 2024" '
        'width="600" height="400"></iframe>'
    )


def test_without_the_clipboard_the_text_can_be_copied_by_hand(maps: Saved, open_page: Callable[..., Any]) -> None:
    page = open_page(maps["haiti"], fragment="#event=leogane-target-2024")
    page.evaluate("navigator.clipboard.writeText = () => Promise.reject(); document.execCommand = () => false")
    page.get_by_role("button", name="Share").click()
    page.get_by_role("menuitem", name="Copy a link").click()
    area = page.get_by_label("Copy this text:")
    assert area.input_value() == "#event=leogane-target-2024"
    page.get_by_role("button", name="Close").first.click()
    page.locator(".notice").wait_for(state="detached")


@pytest.fixture
def served(maps: Saved) -> Iterator[str]:
    """The address of the Haiti map on a server of this machine."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *arguments: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(maps["haiti"].parent)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/map.html"
    server.shutdown()
    server.server_close()


def test_a_served_page_copies_its_address_and_shares_with_apps_where_there_are_some(served: str, chromium: Any) -> None:
    context = chromium.new_context(permissions=["clipboard-read", "clipboard-write"])
    context.add_init_script("navigator.share = async (what) => { window.shared = what; }")
    page = context.new_page()
    page.goto(f"{served}#event=leogane-target-2024")
    page.get_by_role("button", name="Share").click()
    page.get_by_role("menuitem", name="Copy a link").click()
    page.locator(".notice").get_by_text("The link is copied.").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == f"{served}#event=leogane-target-2024"
    page.get_by_role("button", name="Share").click()
    page.get_by_role("menuitem", name="Share with an app").click()
    assert page.evaluate("shared") == {"title": "Haiti, July 2024", "url": f"{served}#event=leogane-target-2024"}
    context.close()


# How this map was made


def test_the_method_is_a_dialogue_that_holds_focus_and_gives_it_back(
    maps: Saved, open_page: Callable[..., Any]
) -> None:
    page = open_page(maps["haiti"], fragment="#event=leogane-target-2024")
    page.get_by_role("button", name="How this map was made").focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="How this map was made")
    dialog.wait_for()
    for _ in range(6):
        page.keyboard.press("Tab")
        inside = "document.activeElement === document.body || !!document.activeElement.closest('dialog')"
        assert page.evaluate(inside)
    page.keyboard.press("ArrowRight")
    assert "event=leogane-target-2024" in page.url
    dialog.get_by_role("heading", name="Sources").first.click()
    page.keyboard.press("Escape")
    dialog.wait_for(state="hidden")
    assert page.evaluate(FOCUSED) == "How this map was made"
    assert page.locator(".card").is_visible()


def test_the_method_names_rules_classes_counts_sources_boundaries_and_licences(
    maps: Saved, open_page: Callable[..., Any]
) -> None:
    page = open_page(maps["healthy"])
    page.get_by_role("button", name="How this map was made").click()
    text = page.get_by_role("dialog").inner_text()
    project = Project.open(PROJECTS["healthy"])
    for source in project.sources():
        assert source["sha256"] in text
        assert source["title"] in text
    assert "https://gazette.example/2024-08-10" in text
    for words in (
        "wider area",
        "one day, not known which",
        "Denied: a source says",
        "usually reliable",
        "leaflet 1.9.4",
    ):
        assert words in text
    counted = page.locator(".method section", has_text="What is here").locator("tr").all_inner_texts()
    assert [one.split("\t")[-1] for one in counted] == ["17", "2", "1", "20"]
    page.get_by_text("Their licences in full").click()
    assert "Permission is hereby granted" in page.locator(".licences pre").inner_text()
    assert page.locator(".method a[href]").count() >= 1


def test_a_map_without_sources_claims_no_quotes(crowd: Path, open_page: Callable[..., Any]) -> None:
    page = open_page(crowd)
    page.get_by_role("button", name="How this map was made").click()
    text = page.get_by_role("dialog").inner_text()
    assert "names no sources" in text
    assert "quote" not in text


# The table


def column(page: Any, name: str) -> list[str]:
    return [text.strip() for text in page.locator(f".table tbody .col-{name}").all_inner_texts()]


def test_the_table_sorts_by_a_columns_head_up_then_down_then_not(maps: Saved, open_page: Callable[..., Any]) -> None:
    page = open_page(maps["healthy"], fragment="#tab=table")
    numbers = [str(at + 1) for at in range(len(column(page, "number")))]
    assert len(numbers) == HEALTHY_SHOWN
    usual = column(page, "number")
    head = page.locator("thead .col-title")
    assert head.get_attribute("aria-sort") is None
    head.get_by_role("button").focus()
    page.keyboard.press("Enter")
    page.locator("thead .col-title[aria-sort=ascending]").wait_for()
    titles = [text.split("\n")[0] for text in column(page, "title")]
    assert titles == sorted(titles, key=str.lower)
    page.keyboard.press("Enter")
    page.locator("thead .col-title[aria-sort=descending]").wait_for()
    assert [text.split("\n")[0] for text in column(page, "title")] == titles[::-1]
    page.keyboard.press("Enter")
    page.locator("thead .col-title:not([aria-sort])").wait_for()
    assert column(page, "number") == usual


def test_what_is_not_stated_stands_last_whichever_way_the_table_is_sorted(
    maps: Saved, open_page: Callable[..., Any]
) -> None:
    page = open_page(maps["healthy"], fragment="#tab=table")
    for direction in ("ascending", "descending"):
        page.locator("th.col-deaths button").click()
        page.locator(f"th.col-deaths[aria-sort={direction}]").wait_for()
        assert column(page, "deaths")[0] == "2"
    for direction in ("ascending", "descending"):
        page.locator("th.col-date button").click()
        page.locator(f"th.col-date[aria-sort={direction}]").wait_for()
        assert column(page, "date")[-1] == "date not stated"


def test_a_row_chooses_its_event_by_mouse_and_by_keyboard(
    maps: Saved, open_page: Callable[..., Any], keep: Callable[[Any, str], None]
) -> None:
    page = open_page(maps["haiti"], fragment="#tab=table")
    titles = page.locator(".row-title").all_inner_texts()
    page.locator(".table tbody tr").nth(2).locator(".col-date").click()
    page.locator(".card-head h2").get_by_text(titles[2], exact=True).wait_for()
    assert page.locator(".table tr.chosen").count() == 1
    keep(page, "table")
    page.locator(".table tr.chosen .row-title").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.locator(".card-head h2").get_by_text(titles[3], exact=True).wait_for()
    assert page.locator("[aria-pressed=true].row-title").inner_text() == titles[3]


def test_the_head_of_the_table_stays_and_its_width_scrolls_inside_it(
    maps: Saved, open_page: Callable[..., Any]
) -> None:
    page = open_page(maps["healthy"], fragment="#tab=table", width=390, height=844)
    before = page.locator(".table thead").bounding_box()["y"]
    page.locator(".table-scroll").evaluate("box => box.scrollTo(400, 600)")
    pause(page, 100)
    assert page.locator(".table-scroll").evaluate("box => [box.scrollLeft, box.scrollTop]") == [400, 600]
    assert page.locator(".table thead").bounding_box()["y"] == pytest.approx(before, abs=1)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_two_thousand_events_all_come_into_the_table(crowd: Path, open_page: Callable[..., Any]) -> None:
    page = open_page(crowd, fragment="#tab=table")
    page.locator(".table tr[data-at='0']").wait_for()
    assert page.locator(".table").get_attribute("aria-rowcount") == "2001"
    page.locator("th.col-number button").click()
    page.locator("th.col-number button").click()
    page.locator("th.col-number[aria-sort=descending]").wait_for()
    assert column(page, "number")[0] == "2000"
    # What isn't in sight comes into the page as it comes into sight.
    page.evaluate("document.querySelector('.table-scroll').scrollTop = 1e7")
    page.locator(".table tr[data-at='1999'] .row-title").click()
    page.locator(".card-head h2").get_by_text("Event 0", exact=True).wait_for()


def test_beside_the_table_the_whole_map_stays_in_sight(maps: Saved, open_page: Callable[..., Any]) -> None:
    page = open_page(maps["haiti"])
    page.locator(".badge").first.wait_for()
    page.locator("#tab-table").click()
    pause(page, 300)
    pane = page.locator(".map-slot").bounding_box()
    for badge in page.locator(".badge").all():
        box = badge.bounding_box()
        assert pane["x"] <= box["x"]
        assert box["x"] + box["width"] <= pane["x"] + pane["width"]


# Print


UNQUOTED = {
    None: "The passage is not published.",
    "quote": "The words are not shown, to protect people.",
    "source": "The source and its words are not shown, to protect people.",
}


@pytest.mark.parametrize("size", [(1400, 860), (390, 844)], ids=str)
def test_print_has_map_legend_table_and_method_and_no_furniture(
    maps: Saved, open_page: Callable[..., Any], keep: Callable[[Any, str], None], size: tuple[int, int]
) -> None:
    page = open_page(maps["healthy"], fragment="#event=northtown-shots", width=size[0], height=size[1])
    page.locator(".badge").first.wait_for()
    page.set_viewport_size({"width": 703, "height": 1000}) if size[0] < 703 else None
    page.emulate_media(media="print")
    page.locator(".printed-table").first.wait_for()
    for shown in ("h1", ".counts", ".mapper-map", ".badge.chosen", ".legend-body", ".printed-method"):
        assert page.locator(shown).first.is_visible(), shown
    for hidden in (".reader", ".card", ".tools", ".unlocated", ".leaflet-control-zoom", ".legend-chip"):
        assert not any(one.is_visible() for one in page.locator(hidden).all()), hidden
    text = page.locator(".printed").inner_text()
    events = Project.open(PROJECTS["healthy"]).events()
    for title in events["title"]:
        assert title in text
    for reports in events["reports"]:
        for report in reports:
            assert (report["quote"] or UNQUOTED[report.get("protected")]) in text
            assert (report["source_title"] or "") in text
    assert page.locator(".printed-events").nth(1).get_by_text("Retracted: The paper withdrew it.").is_visible()
    assert page.locator(".map-slot").bounding_box()["width"] == 680
    keep(page, f"print-{size[0]}")


def test_print_shows_what_is_shown_and_the_screen_is_afterwards_as_before(
    maps: Saved, open_page: Callable[..., Any]
) -> None:
    page = open_page(maps["haiti"])
    page.locator(".legend").get_by_role("button", name="Violence against civilians").click()
    page.locator(".counts").get_by_text("3 of ").wait_for()
    where = page.locator(".badge").first.bounding_box()
    pdf = page.pdf(format="A4")
    assert pdf.startswith(b"%PDF")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator(".printed-table > tbody").count() == 3
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator(".printed").count() == 0
    assert page.locator("html.mapper-printing").count() == 0
    pause(page, 100)
    assert page.locator(".badge").first.bounding_box() == pytest.approx(where, abs=1)


# Embed


def test_a_frame_has_map_legend_and_card_alone(
    maps: Saved, open_page: Callable[..., Any], keep: Callable[[Any, str], None]
) -> None:
    page = open_page(maps["haiti"], fragment="#embed", width=600, height=400)
    page.locator(".badge").first.wait_for()
    keep(page, "embed")
    assert page.locator(".header, .tabs, .reader").count() == 0
    assert page.locator(".map-slot").bounding_box() == {"x": 0, "y": 0, "width": 600, "height": 400}
    for badge in page.locator(".badge").all():
        box = badge.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 600
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= 400
    page.locator(".legend-chip").click()
    assert page.locator(".legend-body").is_visible()
    page.locator(".legend-chip").click()
    page.locator('.badge[data-event="leogane-target-2024"]').click()
    card = page.locator(".card").bounding_box()
    assert card["x"] >= 250
    assert card["y"] + card["height"] <= 400
    pause(page, 900)
    keep(page, "embed-card")
    chosen = page.locator(".badge.chosen").bounding_box()
    assert chosen["x"] + chosen["width"] <= card["x"]
    page.keyboard.press("Escape")
    page.locator(".card").wait_for(state="detached")


def test_the_title_in_a_frame_leads_to_the_whole_page_with_what_was_chosen(
    maps: Saved, open_page: Callable[..., Any]
) -> None:
    page = open_page(maps["haiti"], fragment="#embed&event=leogane-target-2024", width=600, height=400)
    link = page.get_by_role("link", name="Haiti, July 2024")
    link.focus()
    assert link.get_attribute("href") == f"{maps['haiti'].as_uri()}#event=leogane-target-2024"
    assert link.get_attribute("target") == "_blank"
    page.evaluate("location.hash = '#event=leogane-target-2024'")
    page.locator(".tabs").wait_for()
    assert page.locator(".header h1").is_visible()
    assert page.locator(".mapper-map .badge").count() > 0


# For everyone


def test_axe_finds_nothing_in_menus_dialogue_notice_and_frame(
    maps: Saved, in_two_languages: Path, open_page: Callable[..., Any]
) -> None:
    page = open_page(in_two_languages, bypass_csp=True)
    page.get_by_role("button", name="Language").click()
    assert violations(page) == []
    page = open_page(maps["healthy"], bypass_csp=True)
    page.get_by_role("button", name="Download").click()
    assert violations(page) == []
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Share").click()
    page.get_by_role("menuitem", name="Copy the code").click()
    page.locator(".notice").wait_for()
    assert violations(page) == []
    page.get_by_role("button", name="How this map was made").click()
    page.get_by_role("dialog").wait_for()
    assert violations(page) == []
    page = open_page(maps["healthy"], fragment="#embed", width=600, height=400, bypass_csp=True)
    assert violations(page) == []
    page.locator(".badge").first.click()
    page.locator(".card").wait_for()
    assert violations(page) == []


def test_axe_finds_nothing_in_menu_table_and_dialogue_of_a_phone(maps: Saved, open_page: Callable[..., Any]) -> None:
    page = open_page(maps["healthy"], width=390, height=844, bypass_csp=True)
    page.get_by_role("button", name="Menu").click()
    assert violations(page) == []
    page.get_by_role("menuitem", name="Table of the events").click()
    page.locator(".table").wait_for()
    assert violations(page) == []
    page.get_by_role("button", name="Menu").click()
    page.get_by_role("menuitem", name="How this map was made").click()
    page.get_by_role("dialog").wait_for()
    assert violations(page) == []
