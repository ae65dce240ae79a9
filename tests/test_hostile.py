"""Thousands of hostile strings in every place that can hold a text, through every output: nothing runs, nothing is
altered, nothing breaks, no request leaves.

In turn 0 each string stands in one column; in all turns (the long run) each stands in every column of an event.
"""

from __future__ import annotations

import csv
import io
import json
import os
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from itertools import cycle, islice
from pathlib import Path
from typing import Any
from urllib.parse import quote

import geopandas
import openpyxl
import pytest
import shapely
from firefox import in_firefox
from hostile import HOST, NAMES, evaluated, holdable, strings
from hostile_project import COLUMNS, EVENTS, RETRACTED, Planted, plant, told
from leaks import layers
from openpyxl.utils.escape import unescape as xml_unescape
from test_document import OF_SOURCE, TEXTS, Page, hostile_map

from mapper import EventMap, Project
from mapper.delimited import unescape_formula
from mapper.formats import module as format_module
from mapper.formats import writes
from mapper.page.escape import as_parsed
from mapper.tables import clean

WALK = Path(__file__).with_name("walk_page.js")
IN_FULL = int(os.environ.get("MAPPER_EXAMPLES", "100")) >= 1000
PUBLISHED = ("title", "title_fr", "title_ht", "notes", "notes_fr", "reason", "place_text", "actor1", "assoc_actor_1",
             "actor2", "assoc_actor_2", "fatalities_text", "event_type", "place")  # fmt: skip


@pytest.fixture(scope="module", params=range(COLUMNS) if IN_FULL else [0], ids="turn {}".format)
def planted(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Planted:
    """A project full of hostile strings, in a folder of such a name, and what it is built to."""
    there = plant(tmp_path_factory.mktemp("hostile") / "{{7*7}} ${7*7} <b>&amp;' %s", request.param)
    result = Project.open(there.root).build()
    assert [str(one) for one in result.problems if one.is_error] == []
    assert result.rows == {**dict.fromkeys(result.rows, 0), "retracted": RETRACTED, "mapped": EVENTS - RETRACTED}
    return there


def test_there_are_thousands_of_them_each_once() -> None:
    assert len(strings()) == len(set(strings())) >= 2000


# --- files


def test_geojson_gives_every_text_back(planted: Planted) -> None:
    read = json.loads((planted.root / "output/events.geojson").read_text("utf-8"))
    assert_is_told(planted, {one["id"]: one["properties"] for one in read["features"]})
    assert read["name"] == planted.title
    sources = {one["source_id"]: one for one in read["sources"]}
    for source in planted.sources:
        own = sources[source["source_id"]]
        assert all(own[name] == clean(source[name]) for name in ("title", "author", "publisher", "original", "url"))


def test_csv_gives_every_text_back(planted: Planted) -> None:
    assert_is_told(planted, rows_of_csv((planted.root / "output/events.csv").read_bytes().decode()))


@pytest.mark.parametrize("name", ["csv", "acled", "ucdp"])
def test_no_cell_of_a_csv_would_be_run_by_a_spreadsheet(planted: Planted, name: str) -> None:
    text = Project.open(planted.root).export(None, name).decode()
    for row in csv.reader(io.StringIO(text, newline="")):
        for cell in row:
            number = re.fullmatch(r"-?\d+(\.\d+)?", cell)
            assert number or not cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")), told(
                cell
            )


def rows_of_csv(text: str) -> dict[str, dict[str, Any]]:
    """The events of an exported CSV by id, as the properties that they were made of."""
    rows: dict[str, dict[str, Any]] = {}
    csv.field_size_limit(1 << 24)
    for row in csv.DictReader(io.StringIO(text, newline="")):
        cells: dict[str, Any] = {name: unescape_formula(cell) or None for name, cell in row.items()}
        rows[row["event_id"]] = {**cells, **{name: json.loads(row[name] or "{}") for name in ("reports", "extra")}}
    return rows


def rows_of_workbook(data: bytes) -> dict[str, dict[str, Any]]:
    """The events of an exported workbook by id, as an independent reader gives them."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    sheets = {sheet.title: [[unescape(cell.value) for cell in row] for row in sheet.rows] for sheet in book}
    assert all(cell.data_type in "sn" for sheet in book for row in sheet.rows for cell in row)
    records = {title: [dict(zip(rows[0], row, strict=True)) for row in rows[1:]] for title, rows in sheets.items()}
    events = {row["event_id"]: {**row, "extra": json.loads(row["extra"] or "{}")} for row in records["events"]}
    for event_id, event in events.items():
        event["reports"] = [report for report in records["reports"] if report["report_of"] == event_id]
    return events


def unescape(cell: Any) -> Any:
    return xml_unescape(cell) if isinstance(cell, str) else cell


def assert_is_told(
    planted: Planted, events: Mapping[str, Mapping[str, Any]], expected: Sequence[str] | None = None
) -> None:
    """That the published events, or those expected, hold every text that was planted, as it was meant."""
    assert set(events) == set(planted.events if expected is None else expected)
    for event_id, own in events.items():
        texts = planted.events[event_id]
        wrong = {name: told(own[name] or "") for name in PUBLISHED if (own[name] or "") != texts[name]}
        assert wrong == {}, event_id
        assert own["reports"][0]["quote"] == texts["quote"]
        assert own["extra"] == {name: text for name, text in planted.extras[event_id].items() if text}


def features_of(name: str, data: bytes) -> dict[str, dict[str, Any]]:
    """The events of a file of features by id, as the properties that they were made of."""
    features = format_module(name).collection_in(data, "the file")["features"]
    return {one["id"]: one["properties"] for one in features}


READ_BACK: dict[str, Callable[[bytes], Mapping[str, Mapping[str, Any]]]] = {
    "geojson": lambda data: {one["id"]: one["properties"] for one in json.loads(data)["features"]},
    "csv": lambda data: rows_of_csv(data.decode("utf-8")),
    "xlsx": rows_of_workbook,
    "datapackage": lambda data: READ_BACK["geojson"](zipfile.ZipFile(io.BytesIO(data)).read("events.geojson")),
    **{name: partial(features_of, name) for name in ("geopackage", "flatgeobuf", "kml", "geoparquet")},
}


# The column of the id, and which columns hold which texts.
IN_PART = {
    "acled": ("event_id_cnty", {"event_type": "event_type", "actor1": "actor1", "assoc_actor_1": "assoc_actor_1",
              "actor2": "actor2", "assoc_actor_2": "assoc_actor_2", "location": "place", "notes": "quote"}),
    "ucdp": ("id", {"side_a": "actor1", "side_b": "actor2", "where_coordinates": "place",
             "where_description": "place_text"}),
}  # fmt: skip


def assert_is_told_in_part(planted: Planted, data: bytes, key: str, columns: Mapping[str, str]) -> None:
    rows = list(csv.DictReader(io.StringIO(data.decode(), newline="")))
    assert len(rows) == EVENTS - RETRACTED
    for row in rows:
        texts = planted.events[row[key]]
        wrong = {name: told(row[name]) for name, ours in columns.items() if unescape_formula(row[name]) != texts[ours]}
        assert wrong == {}, row[key]


@pytest.mark.parametrize("name", writes())
def test_no_format_evaluates_or_alters_a_text(planted: Planted, name: str) -> None:
    data = Project.open(planted.root).export(None, name)
    assert [found for text in contents(data) for found in evaluated(text)] == []
    assert name in {*READ_BACK, *IN_PART}, f"how do the texts of {name} come back, and what can't it hold?"
    if name in IN_PART:
        assert_is_told_in_part(planted, data, *IN_PART[name])
        return
    lost = {loss.code for loss in Project.open(planted.root).losses(name)}
    drawn = [event_id for event_id, texts in planted.events.items() if texts["status"] != "retracted"]
    assert_is_told(planted, READ_BACK[name](data), drawn if "unlocated" in lost else None)


def contents(data: bytes) -> Iterator[str]:
    """A file's text, and that of each file in it where it is an archive."""
    if zipfile.is_zipfile(io.BytesIO(data)):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for name in archive.namelist():
                yield from contents(archive.read(name))
    elif data.startswith((b"SQLite format 3", b"PAR1")):
        yield from (layer.decode("utf-8", "replace") for layer in layers(data))
    else:
        yield data.decode("utf-8", "replace")


def test_no_output_holds_what_an_expression_would_come_to(planted: Planted) -> None:
    outputs = sorted((planted.root / "output").iterdir())
    assert [one.name for one in outputs] == ["build.json", "events.csv", "events.geojson", "map.html"]
    for file in outputs:
        assert evaluated(file.read_text("utf-8")) == [], file.name


def test_the_same_hostile_project_gives_the_same_bytes(planted: Planted, tmp_path: Path) -> None:
    Project.open(planted.root).build(tmp_path / "map.html")
    for file in (planted.root / "output").iterdir():
        assert file.read_bytes() == (tmp_path / file.name).read_bytes()


# --- the page


Walk = dict[str, Any]


@pytest.fixture(scope="module", params=["chromium", "firefox"])
def seen(request: pytest.FixtureRequest, planted: Planted) -> Walk:
    """What the page shows when all of it is used, in each browser."""
    file = planted.root / "output/map.html"
    return walked_in_firefox(file) if request.param == "firefox" else walked(request.getfixturevalue("chromium"), file)


def walked(chromium: Any, file: Path) -> Walk:
    """What the page in a file shows when all of it is used; any noise that it makes fails here."""
    noise: list[str] = []
    context = chromium.new_context(viewport={"width": 1400, "height": 860}, reduced_motion="reduce")
    context.on("request", lambda one: noise.append(f"request {one.url[:200]}"))
    context.on("page", lambda _: noise.append("page"))
    page = context.new_page()
    noise.clear()
    page.on("console", lambda one: noise.append(f"console {one.text}"))
    page.on("pageerror", lambda one: noise.append(f"error {one}"))
    page.on("dialog", lambda one: (noise.append(f"dialog {one.message}"), one.dismiss()))
    page.on("framenavigated", lambda one: noise.append(f"navigated {one.url[:200]}"))
    page.goto(file.as_uri())
    seen: Walk = json.loads(page.evaluate(WALK.read_text("utf-8")))
    assert page.pdf(format="A4")
    context.close()
    own = file.as_uri()
    assert [
        one for one in noise if not re.match(r"(request|navigated) (blob:|data:)", one) and own[:150] not in one
    ] == []
    return seen


def walked_in_firefox(file: Path) -> Walk:
    seen = in_firefox(file, WALK)
    assert [one for one in seen["requests"] if not one.startswith(("data:", "blob:", "file:"))] == []
    assert {name: seen[name] for name in ("messages", "errors", "dialogs")} == {
        "messages": [],
        "errors": [],
        "dialogs": [],
    }
    assert seen["address"].startswith("file:")
    walk: Walk = json.loads(seen["result"])
    return walk


def test_nothing_runs_and_nobody_is_asked(seen: Walk) -> None:
    assert_is_quiet(seen)


def test_the_card_of_every_event_shows_its_texts_as_they_are(planted: Planted, seen: Walk) -> None:
    cards = by_mark(seen["cards"])
    assert set(cards) == set(planted.events)
    sources = {source["source_id"]: source for source in planted.sources}
    for at, (event_id, texts) in enumerate(planted.events.items()):
        shown = ["title", "notes", "place", "actor1", "actor2", "fatalities_text", "quote", "place_text", "event_type"]
        shown += ["reason"] if texts["status"] == "retracted" else []
        expected = [texts[name] for name in shown] + listed(texts["assoc_actor_1"]) + listed(texts["assoc_actor_2"])
        expected += [one for pair in planted.extras[event_id].items() for one in pair]
        expected += [clean(sources[f"source{at % len(sources)}"][name]) for name in ("title", "author", "publisher")]
        assert [told(one) for one in expected if one not in cards[event_id]] == [], event_id


def test_list_table_and_print_show_the_titles_as_they_are(planted: Planted, seen: Walk) -> None:
    titles = [texts["title"] for texts in planted.events.values()]
    shown = [texts["title"] for texts in planted.events.values() if texts["status"] == "accepted"]
    assert sorted(seen["list"]) == sorted(titles)
    table = "\n".join(seen["table"])
    assert [told(one) for one in shown if one not in table] == []
    for texts in planted.events.values():
        parts = [texts["title"], texts["quote"], texts["place"], texts["actor1"], texts["fatalities_text"]]
        assert [told(one) for one in parts if one not in seen["printed"]] == []


def test_translated_titles_are_shown_as_they_are(planted: Planted, seen: Walk) -> None:
    for language, shown in seen["languages"].items():
        expected = [texts[f"title_{language}"] or texts["title"] for texts in planted.events.values()]
        assert sorted(shown) == sorted(expected)
    assert set(seen["languages"]) == {"fr", "ht"}


def test_header_legend_credits_layers_and_method_show_the_settings_as_they_are(planted: Planted, seen: Walk) -> None:
    assert seen["heading"] == planted.title
    assert seen["title"] == as_parsed(planted.title)
    used = {texts["event_type"] for texts in planted.events.values() if texts["status"] == "accepted"}
    assert used <= set(seen["legend"])
    assert [told(one) for one in planted.credits if one not in seen["attribution"] or one not in seen["method"]] == []
    assert [told(one) for one in planted.layers if one not in "".join(seen["layers"])] == []
    of_source = [
        clean(s[name])
        for s in planted.sources
        for name in ("title", "author", "publisher", "original", "licence", "notes")
    ]
    assert [told(one) for one in of_source if one not in seen["method"]] == []
    addresses = [s[name] for s in planted.sources for name in ("url", "archived_url")]
    assert [told(one) for one in addresses if one not in seen["method"]] == []


def test_facets_list_the_values_as_they_are(planted: Planted, seen: Walk) -> None:
    accepted = [texts for texts in planted.events.values() if texts["status"] == "accepted"]
    actors = {
        one
        for texts in accepted
        for name in ("actor1", "actor2", "assoc_actor_1", "assoc_actor_2")
        for one in listed(texts[name])
    }
    assert actors <= set(seen["facets"]["facet-actor"])
    assert {clean(one["title"]) for one in planted.sources} == set(seen["facets"]["facet-source"])
    assert set(planted.units) <= set(seen["facets"]["facet-admin1"])


def test_a_hostile_text_can_be_searched_for(seen: Walk) -> None:
    for text, found in seen["search"]:
        if re.search(r"[^\W_]{3}", text):
            assert text in found, told(text)


def test_the_sources_are_shown_whole_and_as_they_are(planted: Planted, seen: Walk) -> None:
    assert len(seen["sources"]) == len(planted.sources)
    shown = ["".join(one.split()) for one in seen["sources"]]
    for source in planted.sources:
        text = "".join(source["text"].split())
        assert any(text in one for one in shown), source["source_id"]


def test_what_the_page_saves_is_what_the_exports_hold(planted: Planted, seen: Walk) -> None:
    saved = json.loads(seen["saved"]["application/geo+json"])
    assert_is_told(planted, {one["id"]: one["properties"] for one in saved["features"]})
    exported = json.loads((planted.root / "output/events.geojson").read_text("utf-8"))
    assert [one["properties"] for one in saved["features"]] == [one["properties"] for one in exported["features"]]
    assert saved["sources"] == exported["sources"]
    table = rows_of_csv(seen["saved"]["text/csv"])
    assert table == rows_of_csv((planted.root / "output/events.csv").read_bytes().decode())


def by_mark(cards: list[str]) -> dict[str, str]:
    """The cards' texts by their events' ids, which a column of the project's own gives."""
    return {f"event-{found[1]}": card for card in cards if (found := re.search(r"row-(\d+)-mark", card))}


def listed(text: str) -> list[str]:
    return [part for one in text.split(";") if (part := one.strip())]


def test_without_script_every_text_stands_escaped(planted: Planted, chromium: Any) -> None:
    noise: list[str] = []
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.on("request", lambda one: noise.append(one.url))
    page.on("console", lambda one: noise.append(one.text))
    page.goto((planted.root / "output/map.html").as_uri())
    shown = page.locator("main.plain").text_content()
    context.close()
    assert len(noise) == 1
    assert evaluated(shown) == []
    for texts in planted.events.values():
        parts = [texts[name] for name in ("title", "quote", "place", "actor1", "actor2", "fatalities_text")]
        assert [told(one) for one in parts if as_parsed(one) not in shown] == []


def test_a_page_of_hostile_texts_has_the_elements_of_a_harmless_one(planted: Planted) -> None:
    page = Page((planted.root / "output/map.html").read_text("utf-8"))
    assert [one for tag, attributes in page.elements for one in attributes if one.startswith("on")] == []
    allowed = "a blockquote body br cite div h1 h2 head html li main meta noscript ol p script small strong style table"
    assert {tag for tag, _ in page.elements} <= {*allowed.split(), "tbody", "td", "th", "thead", "title", "tr"}
    harmless = Page(hostile_map("x").to_html())
    assert [tag for tag, _ in page.elements].count("script") == [tag for tag, _ in harmless.elements].count("script")
    assert HOST not in "".join(
        str(value) for tag, one in page.elements if tag not in ("a", "meta") for value in one.values()
    )


# --- links


LINKS = """async (links) => {
  const wait = (ms) => new Promise((done) => setTimeout(done, ms));
  const wrong = [];
  for (const link of links) {
    location.hash = link;
    await wait(50);
    const parts = ["h1", ".leaflet-container", "[role=tab][aria-selected=true]"];
    const whole = parts.every((one) => document.querySelector(one));
    if (!whole || !["en", "fr", "ht"].includes(document.documentElement.lang)) wrong.push(link);
  }
  document.querySelector("#tab-events").click();
  await wait(300);
  return { wrong, owned: window.owned ?? null, items: document.querySelectorAll(".item").length };
}"""
KEYS = ("event", "tab", "lang", "text", "types", "from", "to", "undated", "q", "order", "view", "layer", "actors", "x")


def test_a_hostile_link_runs_nothing_and_breaks_nothing(haiti_map: Path, open_page: Callable[..., Any]) -> None:
    texts = [*NAMES, *holdable()[::90]]
    raw = [f"#{text}" for text in texts[::3]]
    whole = [f"#{'&'.join(f'{key}={quote(text)}' for key in KEYS)}" for text in texts[1::3]]
    keyed = [f"#{KEYS[at % len(KEYS)]}={text}" for at, text in enumerate(texts[2::3])]
    page = open_page(haiti_map, f"#lang={NAMES[0]}&event={NAMES[1]}")
    assert page.evaluate(LINKS, [*raw, *whole, *keyed, "#lang=constructor", "#"]) == {
        "wrong": [],
        "owned": None,
        "items": 8,
    }


# --- frames of anyone's


FRAME_COLUMNS, TABLE_COLUMNS = 58, len(TEXTS)


def plain_frame(turn: int) -> geopandas.GeoDataFrame:
    """A frame whose index, names of columns and values are hostile: each string stands in it once."""
    texts = list(strings()) * 2
    rows = -(-len(strings()) // (FRAME_COLUMNS + 1))
    at = turn * rows
    names = list(islice(cycle(dict.fromkeys(texts)), at, at + FRAME_COLUMNS))
    columns = {
        name: list(islice(cycle(strings()), at + n * rows, at + (n + 1) * rows)) for n, name in enumerate(names, 1)
    }
    points = [shapely.Point(20 + row / 9, 10) for row in range(rows)]
    return geopandas.GeoDataFrame(columns, geometry=points, index=texts[at : at + rows], crs="EPSG:4326")


def event_frame(turn: int) -> tuple[geopandas.GeoDataFrame, list[dict[str, str]]]:
    """An event table all of whose texts, ids among them, are hostile, and its sources."""
    rows = -(-len(strings()) // TABLE_COLUMNS)

    def column(at: int) -> list[str]:
        start = (at + turn) % TABLE_COLUMNS * rows
        return list(islice(cycle(strings()), start, start + rows))

    columns: dict[str, list[Any]] = {name: column(at) for at, name in enumerate(TEXTS)}
    sources = [dict.fromkeys(("source_id", *OF_SOURCE), text) | {"show": "whole"} for text in column(1)[::8]]
    columns["reports"] = [
        [{"event_id": one, "source_id": sources[row // 8]["source_id"], "quote": columns["notes"][row], "spans": []}]
        for row, one in enumerate(columns["event_id"])
    ]
    columns["extra"] = [{one: one} for one in columns["event_id"]]
    columns["label_point"] = [(20 + row / 9, 10.0) for row in range(rows)]
    points = [shapely.Point(*one) for one in columns["label_point"]]
    return geopandas.GeoDataFrame({**columns, "geo_precision": "exact"}, geometry=points, crs="EPSG:4326"), sources


TURNS = range(COLUMNS) if IN_FULL else [0]
WAYS = pytest.mark.parametrize("way", ["chromium", "firefox"])


def walked_in(way: str, file: Path, request: pytest.FixtureRequest) -> Walk:
    return walked_in_firefox(file) if way == "firefox" else walked(request.getfixturevalue("chromium"), file)


@WAYS
@pytest.mark.parametrize("turn", TURNS)
def test_a_plain_frame_is_shown_as_it_is(turn: int, way: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    frame = plain_frame(turn)
    kind, title = frame.columns[:2]
    EventMap(frame, kind=kind, title=title, heading=strings()[turn]).save(tmp_path / "map.html")
    seen = walked_in(way, tmp_path / "map.html", request)
    assert_is_quiet(seen)
    assert len(seen["cards"]) == len(frame)
    rest = [name for name in frame.columns[2:] if name != "geometry"]
    for card, (_, row) in zip(seen["cards"], frame.iterrows(), strict=True):
        texts = [row[kind], row[title], *rest, *(row[name] for name in rest)]
        assert [told(one) for one in texts if units(one) not in units(card)] == []
    saved = json.loads(seen["saved"]["application/geo+json"])["features"]
    assert {one["id"]: one["properties"]["title"] for one in saved} == dict(zip(frame.index, frame[title], strict=True))
    for feature in saved:
        row = frame.loc[feature["id"]]
        assert feature["properties"]["extra"] == {name: row[name] for name in rest}


@pytest.mark.parametrize("way", ["chromium", "firefox"] if IN_FULL else ["chromium"])
@pytest.mark.parametrize("turn", TURNS)
def test_an_event_table_is_shown_as_it_is(turn: int, way: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    frame, sources = event_frame(turn)
    translations = {"fr": {"place": list(frame["notes"])}}
    page = EventMap(
        frame, sources=sources, heading=strings()[turn + 1], licence=strings()[turn + 2], translations=translations
    )
    page.save(tmp_path / "map.html")
    seen = walked_in(way, tmp_path / "map.html", request)
    assert_is_quiet(seen)
    ids = list(frame["event_id"])
    saved = {one["id"]: one["properties"] for one in json.loads(seen["saved"]["application/geo+json"])["features"]}
    assert list(saved) == sorted(ids, key=lambda one: one.encode("utf-16-be", "surrogatepass"))
    for (_, row), event_id in zip(frame.iterrows(), ids, strict=True):
        own = saved[event_id]
        assert {name: own[name] for name in TEXTS[1:]} == {name: row[name] for name in TEXTS[1:]}
        assert own["extra"] == {event_id: event_id}
    rows = [row for _, row in frame.iterrows()]
    for card in seen["cards"]:
        named = (
            "title",
            "notes",
            "actor1",
            "event_type",
            "event_id",
            "place",
            "place_text",
            "fatalities_text",
            "geometry_note",
        )
        # By UTF-16 units, as a browser has them: two halves of characters beside each other are one to Python.
        assert any(all(units(row[name]) in units(card) for name in named) for row in rows), told(card)


def assert_is_quiet(seen: Walk) -> None:
    assert (seen["owned"], seen["violations"]) == (None, [])
    assert [one for one in seen["links"] if not re.match(r"https?://|#$|data:image/png;base64,", one)] == []
    assert evaluated(json.dumps(seen)) == []


def units(text: str) -> str:
    data = text.encode("utf-16-be", "surrogatepass")
    return "".join(chr(data[at] << 8 | data[at + 1]) for at in range(0, len(data), 2))
