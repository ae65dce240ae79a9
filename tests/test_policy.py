"""The Content-Security-Policy of every page: by hash, and blocking what is tried in an open page, in both browsers."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import folium
import pytest
from firefox import in_firefox
from small_project import event, make
from test_document import Page, hostile_map, sha256
from test_layers import OWN, map_with

from mapper import Project
from mapper.serve import live_copy

ATTACK = Path(__file__).with_name("attack_page.js")
# Of what the page isn't told: it never runs by HTML's own rules, another document is told, or nothing is attempted. A
# worker of the page's own bytes may run, as the search does, under the page's policy.
SILENT = {"written script", "frame of a text", "worker", "worker of a blob", "shared worker", "manifest"}
SILENT_IN = {
    "chromium": SILENT,
    "firefox": SILENT | {"favicon", "prefetch", "preload", "module preload", "ping of a link"},
}
LOOSE = {"'unsafe-inline'", "'unsafe-eval'", "'wasm-unsafe-eval'", "'strict-dynamic'", "'self'", "*", "http:", "https:"}


def built(folder: Path) -> str:
    return Project.open(make(folder, [event("a")])).build().paths[0].read_text("utf-8")


def with_layer(folder: Path) -> str:
    layers = '[[layers]]\nname = "A"\nprovider = "OpenTopoMap"\n'
    root = make(folder, [event("a")], settings=f'title = "T"\ncountries = ["EXA"]\n{layers}')
    return Project.open(root).build().paths[0].read_text("utf-8")


def saved(folder: Path) -> str:
    hostile_map("x").save(folder / "map.html")
    return (folder / "map.html").read_text("utf-8")


def shown_in_a_notebook(folder: Path) -> str:
    return str(hostile_map("x").get_root().render())


def with_leaflet_layers(folder: Path) -> str:
    page = hostile_map("x")
    folium.Circle([18, -72], radius=9, tooltip="t").add_to(page)
    folium.Marker([18, -72], icon=folium.DivIcon(html='<b style="color:red">x</b>')).add_to(page)
    folium.LayerControl().add_to(page)
    return str(page.to_html())


PAGES: dict[str, Callable[[Path], str]] = {
    "built": built,
    "with an online layer": with_layer,
    "saved": saved,
    "shown in a notebook": shown_in_a_notebook,
    "with layers of Leaflet's": with_leaflet_layers,
    "of a frame with an online layer": lambda _: map_with(OWN).to_html(),
    "served while watching": lambda folder: live_copy(built(folder), 3),
}


@pytest.mark.parametrize("kind", PAGES)
def test_every_page_has_its_policy_first_and_by_hash(tmp_path: Path, kind: str) -> None:
    page = Page(PAGES[kind](tmp_path))
    head = [(tag, *attributes) for tag, attributes in page.elements][1:4]
    assert head == [("head",), ("meta", "charset"), ("meta", "http-equiv", "content")]
    policy = page.policy
    assert policy["default-src"] == ["'none'"]
    assert (policy["form-action"], policy["base-uri"]) == (["'none'"], ["'none'"])
    assert set(policy["script-src"]) == {sha256(text) for one, text in page.all("script") if "type" not in one}
    assert {sha256(text) for _, text in page.all("style")} <= set(policy["style-src"])
    served = kind == "served while watching"
    assert policy.get("connect-src") == (["'self'"] if served else None)
    del policy["connect-src" if served else "default-src"]
    values = {value for values in policy.values() for value in values}
    assert not values & LOOSE
    assert {one for one in policy["img-src"] if "online layer" not in kind} <= {"data:", "blob:"}
    assert all(re.fullmatch(r"data:|blob:|https://[a-z0-9.:-]+", one) for one in policy["img-src"])


# --- what is tried in an open page


@pytest.fixture(scope="module")
def host() -> Iterator[tuple[str, list[str]]]:
    """A host that answers everybody, and what it was asked."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.send_header("Access-Control-Allow-Origin", "*")
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_GET = do_POST = do_HEAD = do_OPTIONS = answer  # noqa: N815

        def log_message(self, *_: Any) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    server.server_close()


def in_chromium(chromium: Any, file: Path, script: str) -> Any:
    context = chromium.new_context()
    page = context.new_page()
    page.goto(file.as_uri())
    page.locator(".leaflet-container").wait_for()
    found = page.evaluate(script)
    context.close()
    return found


def attacked(way: str, file: Path, host: str, folder: Path, request: pytest.FixtureRequest) -> Any:
    script = ATTACK.read_text("utf-8").replace("HOST", host)
    if way == "chromium":
        return in_chromium(request.getfixturevalue("chromium"), file, script)
    (folder / "attack.js").write_text(script, encoding="utf-8")
    return in_firefox(file, folder / "attack.js")["result"]


@pytest.mark.parametrize("way", ["chromium", "firefox"])
@pytest.mark.parametrize("kind", ["built", "with an online layer"])
def test_what_is_tried_in_an_open_page_is_blocked(
    tmp_path: Path, kind: str, way: str, host: tuple[str, list[str]], request: pytest.FixtureRequest
) -> None:
    address, asked = host
    asked.clear()
    file = tmp_path / "map.html"
    file.write_text(PAGES[kind](tmp_path / "project"), encoding="utf-8")
    found = attacked(way, file, address, tmp_path, request)
    assert (asked, found["ran"], found["base"]) == ([], [], True)
    assert set(found["tries"]) - set(found["refused"]) - SILENT_IN[way] == set()


@pytest.mark.parametrize("way", ["chromium", "firefox"])
def test_without_its_policy_the_same_page_would_do_it(
    tmp_path: Path, way: str, host: tuple[str, list[str]], request: pytest.FixtureRequest
) -> None:
    address, asked = host
    asked.clear()
    file = tmp_path / "map.html"
    html, removed = re.subn('<meta http-equiv="Content-Security-Policy"[^>]*>', "", built(tmp_path / "project"))
    file.write_text(html, encoding="utf-8")
    found = attacked(way, file, address, tmp_path, request)
    assert removed == 1
    reached = {one.split("?")[0].strip("/") for one in asked}
    assert len(reached) >= 24
    assert {
        "fetch",
        "xhr",
        "beacon",
        "picture",
        "background",
        "style",
        "link",
        "font",
        "frame",
        "form",
        "object",
    } <= reached
    assert {"inline script", "handler of an image", "eval", "javascript: link", "timer of a text"} <= set(found["ran"])
