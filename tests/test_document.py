"""The page as a file: what a browser reads is what went in, nothing else runs, and the bytes are always the same."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import folium
import geopandas
import pandas as pd
import pytest
import shapely
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mapper.page.document import inert_json
from mapper.page.event_map import EventMap

HOSTILE = [
    "{{7*7}}",
    "{% for x in y %}",
    "50 {% of",
    "{#",
    "${7*7}",
    "`+alert(1)+`",
    "</script><script>document.title='owned'</script>",
    "<!--<script>",
    "]]>",
    "<img src=x onerror=\"document.title='owned'\">",
    "\\x3cb\\x3e \\u003cb\\u003e",
    "C:\\users\\new",
    "'; document.title='owned'; '",
    '"; document.title="owned"; "',
    "a\u2028b\u2029c",
    "\ud800 alone",
    "\udc00\ud800 swapped",
    "nul \x00 bell \x07 escape \x1b",
    "line\r\nline\rline\nline\ttab",
    "javascript:document.title='owned'",
    "&lt;b&gt; &amp; &#x3c;",
    "0123456789abcdef0123456789abcdef",
    "\u202eright to left\u202c \ufeff \ufffe",
    "Léogâne — 太子港 🕊",
    "%s %(x)s {0} {x} %7b%7b7*7%7d%7d",
    "__proto__",
]
TEXTS = (
    "event_id", "title", "event_type", "sub_event_type", "reason", "date", "place", "place_id", "place_text",
    "geometry_note", "coarsened_to", "country", "admin1", "admin2", "actor1", "assoc_actor_1", "actor2",
    "assoc_actor_2", "fatalities_text", "credibility", "notes",
)  # fmt: skip
OF_SOURCE = ("title", "author", "publisher", "original", "url", "archived_url", "licence", "notes", "text")


class Page(HTMLParser):
    """A page as a parser reads it: its elements in order, and the raw text of scripts, styles and the title."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self._inside = False
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self.texts.append("")
        self._inside = True

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.texts[-1] += data

    def handle_endtag(self, tag: str) -> None:
        self._inside = False

    def all(self, tag: str) -> Iterator[tuple[dict[str, str | None], str]]:
        for (name, attributes), text in zip(self.elements, self.texts, strict=True):
            if name == tag:
                yield attributes, text

    @property
    def payload(self) -> Any:
        return json.loads(
            next(text for attributes, text in self.all("script") if attributes.get("id") == "mapper-payload")
        )

    @property
    def policy(self) -> dict[str, list[str]]:
        metas = (attributes for attributes, _ in self.all("meta") if "http-equiv" in attributes)
        directives = (next(metas)["content"] or "").split("; ")
        return {name: values for name, *values in (directive.split(" ") for directive in directives)}


def objects(texts: Sequence[Any]) -> pd.Series[Any]:
    """A column of texts whatever they hold; else pandas makes one that can't hold halves of characters of it."""
    return pd.Series(texts, dtype=object)


def hostile_map(text: str, **more: Any) -> EventMap:
    report = {"event_id": text, "source_id": "s", "quote": text, "spans": [[0, 1]], "place_text": text, "actor1": text}
    frame = geopandas.GeoDataFrame(
        {
            **{name: objects([text]) for name in TEXTS},
            "geo_precision": ["exact"],
            "label_point": [(-72.3, 18.5)],
            "reports": [[report]],
            "extra": [{text: text, "plain": text}],
        },
        geometry=[shapely.Point(-72.3, 18.5)],
        crs="EPSG:4326",
    )
    source = {"source_id": "s", "show": "whole", **dict.fromkeys(OF_SOURCE, text)}
    return EventMap(frame, sources=[source], heading=text, **more)


def sha256(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


@pytest.mark.parametrize("text", HOSTILE)
def test_every_text_comes_back_from_the_page_exactly(text: str) -> None:
    page = hostile_map(text)
    read = Page(page.to_html()).payload
    assert read == page.get_root().payload  # type: ignore[attr-defined]
    columns = read["events"]["columns"]
    assert [columns[name][0] for name in ("id", "title", "notes", "actor1")] == [text] * 4
    assert columns["reports"][0][0]["quote"] == text
    assert columns["extra"] == [{text: text, "plain": text}]
    assert read["sources"][0]["text"] == text
    assert read["title"] == text


@given(st.text(st.characters(codec=None), max_size=40))
@example("</script>")
@settings(max_examples=60, deadline=None)
def test_any_text_comes_back_from_the_page_exactly(text: str) -> None:
    read = Page(hostile_map(text).to_html()).payload
    assert read["events"]["columns"]["notes"] == [text or None]
    assert read["title"] == text


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(_JSON)
def test_inert_json_means_the_same_and_can_be_taken_for_nothing_else(value: Any) -> None:
    text = inert_json(value)
    assert json.loads(text) == value
    assert not re.search("[<>&'$%`\u2028\u2029\ud800-\udfff]", text)


@given(st.text())
def test_no_brace_of_a_text_is_left(text: str) -> None:
    assert not set("{}") & set(inert_json(text))


@pytest.mark.parametrize("text", HOSTILE)
def test_the_title_is_text(text: str) -> None:
    (title,) = [text for _, text in Page(hostile_map(text).to_html()).all("title")]
    assert title == re.sub("[\ud800-\udfff\x00]", "\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_becomes_an_element_or_is_evaluated(text: str) -> None:
    harmless, hostile = (Page(hostile_map(one).to_html()) for one in ("harmless", text))
    assert [tag for tag, _ in hostile.elements] == [tag for tag, _ in harmless.elements]
    assert next(hostile.all("html"))[0] == {"lang": "en"}
    if "7*7" in text:
        assert "49" not in "".join(text for _, text in hostile.all("title"))


def test_the_language_is_escaped() -> None:
    page = hostile_map("x")
    page.get_root().payload["language"] = 'en"><script>1</script>'
    page = Page(page.to_html())
    assert next(page.all("html"))[0] == {"lang": 'en"><script>1</script>'}


def test_the_head_starts_with_the_charset_then_the_policy() -> None:
    page = Page(hostile_map("x").to_html())
    head = [(tag, *attributes) for tag, attributes in page.elements][1:6]
    assert head == [
        ("head",),
        ("meta", "charset"),
        ("meta", "http-equiv", "content"),
        ("meta", "name", "content"),
        ("title",),
    ]
    viewport = next(attributes["content"] for attributes, _ in page.all("meta") if attributes.get("name") == "viewport")
    assert viewport == "width=device-width, initial-scale=1, viewport-fit=cover"


def test_the_policy_allows_what_is_in_the_file_and_nothing_else() -> None:
    page = Page(hostile_map("x").to_html())
    scripts = {sha256(text) for attributes, text in page.all("script") if "type" not in attributes}
    styles = {sha256(text) for _, text in page.all("style")}
    policy = page.policy
    assert set(policy.pop("script-src")) == scripts
    assert set(policy.pop("style-src")) == styles
    assert policy == {
        "default-src": ["'none'"],
        "img-src": ["data:", "blob:"],
        "form-action": ["'none'"],
        "base-uri": ["'none'"],
    }


def test_a_style_attribute_of_an_added_layer_is_allowed_by_its_hash() -> None:
    icon = folium.DivIcon(html='<b style="color:red">x</b>')
    page = hostile_map("x").add_child(folium.Marker([18, -72], icon=icon))
    styles = Page(page.to_html()).policy["style-src"]
    assert {"'unsafe-hashes'", sha256("color:red")} <= set(styles)
    assert "'unsafe-inline'" not in styles


def test_the_file_names_nothing_to_be_loaded() -> None:
    page = Page(hostile_map("x").to_html())
    loading = {"src", "href", "srcset", "data", "action", "poster"}
    assert not [(tag, attributes) for tag, attributes in page.elements if loading & set(attributes) or tag == "link"]


def test_the_page_without_scripts_says_so_and_carries_its_licences() -> None:
    page = Page(hostile_map("x").to_html())
    assert page.payload["locales"]["en"]["noscript"] in page.texts
    (licences,) = [text for attributes, text in page.all("script") if attributes.get("id") == "mapper-licences"]
    assert "leaflet" in licences.lower()


def test_the_same_map_gives_the_same_bytes_each_time() -> None:
    page = hostile_map("x").add_child(folium.Marker([18, -72], icon=folium.DivIcon(html="y")))
    group = folium.FeatureGroup().add_to(page)
    folium.Circle([18, -72], radius=9).add_to(group)
    folium.LayerControl().add_to(page)
    assert page.to_html() == page.to_html()
    assert page.to_html() == page.get_root().render()


def test_what_is_added_after_rendering_is_in_the_next_rendering() -> None:
    page = hostile_map("x")
    before = page.to_html()
    circle = folium.Circle([18, -72], radius=9)
    page.add_child(circle)
    assert "L.circle(" in page.to_html()
    del page._children[circle.get_name()]
    assert page.to_html() == before


def test_no_random_id_is_left_and_a_text_that_looks_like_one_is_untouched() -> None:
    looks_so = "0123456789abcdef0123456789abcdef"
    page = hostile_map(looks_so).add_child(folium.Marker([18, -72], tooltip=f"tip {looks_so}"))
    html = page.to_html()
    assert set(re.findall(r"(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])", html)) == {looks_so}
    assert f"tip {looks_so}" in html


ONE_BUILD = """
import sys, folium, geopandas, shapely
from mapper import EventMap
frame = geopandas.GeoDataFrame(
    {"kind": list("abcde"), "when": ["2024"] * 5}, geometry=[shapely.Point(i, i).buffer(1) for i in range(5)], crs=4326
)
page = EventMap(frame, kind="kind", when="when")
group = folium.FeatureGroup(name="g").add_to(page)
folium.Marker([1, 1], icon=folium.DivIcon(html="x"), tooltip="t").add_to(group)
folium.GeoJson(frame, style_function=lambda one: {"color": "red"}, tooltip=folium.GeoJsonTooltip(["kind"])).add_to(page)
folium.LayerControl().add_to(page)
sys.stdout.buffer.write(page.to_html().encode())
"""


def test_two_processes_write_the_same_bytes(tmp_path: Path) -> None:
    def build(seed: str, zone: str, folder: Path) -> bytes:
        folder.mkdir()
        around = {**os.environ, "PYTHONHASHSEED": seed, "TZ": zone, "PYTHONPATH": os.pathsep.join(sys.path)}
        done = subprocess.run(
            [sys.executable, "-c", ONE_BUILD], cwd=folder, env=around, stdout=subprocess.PIPE, check=True
        )
        return done.stdout

    first = build("1", "UTC", tmp_path / "one")
    assert first.endswith(b"</html>\n")
    assert first == build("2", "America/Port-au-Prince", tmp_path / "two")


def test_hostile_texts_run_nothing_in_a_browser(open_page: Callable[..., Any], tmp_path: Path) -> None:
    for number, text in enumerate(HOSTILE):
        file = tmp_path / f"{number}.html"
        hostile_map(text).save(file)
        tab = open_page(file)
        tab.wait_for_selector(".leaflet-container")
        assert "owned" not in tab.evaluate("document.title").replace(text, "")
        read = tab.evaluate(
            "() => Array.from(JSON.parse(document.getElementById('mapper-payload').textContent).title,"
            " one => one.codePointAt(0))"
        )
        assert read == [ord(one) for one in text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")]
        tab.context.close()
