"""Online tile layers: named in the settings, off at first, and nobody else is ever asked."""

from __future__ import annotations

import base64
import re
from pathlib import Path
from typing import Any

import geopandas
import pytest
import shapely
from small_project import event, make
from test_document import Page

from mapper import EventMap, Project
from mapper.errors import SettingsError, UnsupportedLayer
from mapper.settings import ProjectFolder, read_settings
from mapper.tile_layers import read_layers

OWN = {"name": "Own", "url": "https://{s}.tiles.example.org/{z}/{x}/{y}{r}.png", "attribution": "© Somebody"}
ASK_ANOTHER = (
    "new Promise((done) => Object.assign(new Image(), {onload: done, onerror: done, src: 'https://other.example/'}))"
)
PIXEL = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")


def layer(**more: Any) -> Any:
    return read_layers([{**OWN, **more}], "here")[0]


def map_with(*layers: Any) -> EventMap:
    frame = geopandas.GeoDataFrame({"name": ["A"]}, geometry=[shapely.Point(-72.3, 18.5)], crs="EPSG:4326")
    return EventMap(frame, title="name", layers=layers)


def settings(folder: Path, text: str) -> Any:
    (folder / "data").mkdir(exist_ok=True)
    (folder / "data/map.toml").write_text(text, encoding="utf-8")
    return read_settings(ProjectFolder(folder))


def test_a_providers_name_is_enough() -> None:
    (found,) = read_layers([{"name": "Relief", "provider": "OpenTopoMap"}], "here")
    assert found.url == "https://{s}.tile.opentopomap.org/{z}/{x}/{y}.png"
    assert found.hosts == tuple(f"https://{one}.tile.opentopomap.org" for one in "abc")
    assert found.max_zoom == 17
    assert "OpenStreetMap" in found.attribution


def test_layers_stand_in_the_settings(tmp_path: Path) -> None:
    read = settings(tmp_path, '[[layers]]\nname = "A"\nprovider = "OpenTopoMap"\n[[layers]]\nname = "B"\n'
                    'url = "https://t.example.org/{z}/{x}/{y}.png"\nattribution = "B"\nmax_zoom = 12\n')  # fmt: skip
    assert [(one.name, one.hosts[-1], one.max_zoom) for one in read.layers] == [
        ("A", "https://c.tile.opentopomap.org", 17),
        ("B", "https://t.example.org", 12),
    ]


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        ({"name": "A", "provider": "OpenTopMap"}, "Did you mean OpenTopoMap"),
        ({"name": "A", "provider": "mapnik"}, "Did you mean OpenStreetMap.Mapnik"),
        ({"name": "A", "provider": "Thunderforest.Landscape"}, "needs a key"),
        ({"name": "A", "provider": "Stadia.AlidadeSatellite"}, ""),
        ({"name": "A", "provider": "MtbMap"}, "https://"),
        ({"name": "A", "provider": "OpenAIP"}, ""),
        ({"name": "A"}, "either provider"),
        ({**OWN, "provider": "OpenTopoMap"}, "either provider"),
        ({**OWN, "url": "http://t.example.org/{z}/{x}/{y}.png"}, "https://"),
        ({**OWN, "url": "https://t.example.org/{z}/{x}.png"}, "{y}"),
        ({**OWN, "url": "https://t.example.org/{z}/{x}/{y}?key={key}"}, "{key}"),
        ({**OWN, "url": "https://t.example.org; script-src */{z}/{x}/{y}"}, "the host"),
        ({**OWN, "url": "https://{z}.example.org/{z}/{x}/{y}"}, "the host"),
        ({**OWN, "url": "https://user:word@example.org/{z}/{x}/{y}"}, "the host"),
        ({**OWN, "url": "https://*.example.org/{z}/{x}/{y}"}, "the host"),
        ({**OWN, "subdomains": ["a", "b c"]}, "subdomains"),
        ({**OWN, "subdomains": []}, "subdomains"),
        ({**OWN, "max_zoom": "12"}, "max_zoom"),
        ({**OWN, "max_zoom": 99}, "max_zoom"),
        ({**OWN, "attribution": " "}, "attribution"),
        ({"url": OWN["url"], "attribution": "A"}, "name"),
        ({**OWN, "minzoom": 1}, "minzoom"),
    ],
)
def test_a_layer_of_which_it_is_not_certain_whom_it_asks_is_refused(raw: dict[str, Any], says: str) -> None:
    with pytest.raises(SettingsError) as refused:
        read_layers([raw], "data/map.toml")
    assert "data/map.toml: layer 1" in str(refused.value)
    assert says in str(refused.value)


@pytest.mark.parametrize("raw", ["OpenTopoMap", ["OpenTopoMap"], {"name": "A"}])
def test_layers_are_tables(raw: Any) -> None:
    with pytest.raises(SettingsError, match=r"\[\[layers\]\]"):
        read_layers(raw, "here")


def test_two_layers_of_one_name_are_refused() -> None:
    with pytest.raises(SettingsError, match="two layers are called Own"):
        read_layers([OWN, OWN], "here")


def test_the_policy_is_opened_to_the_hosts_of_the_layers_and_to_nothing_else() -> None:
    other = {"name": "Other", "url": "https://T.example.net:8443/{z}/{x}/{y}", "attribution": "Other"}
    with_layers, without = Page(map_with({**OWN, "subdomains": "ab"}, other).to_html()), Page(map_with().to_html())
    opened = with_layers.policy["img-src"]
    assert opened == [
        "data:",
        "blob:",
        "https://a.tiles.example.org",
        "https://b.tiles.example.org",
        "https://t.example.net:8443",
    ]
    assert {**with_layers.policy, "img-src": ["data:", "blob:"]} == without.policy


def test_the_payload_lists_the_layers() -> None:
    assert Page(map_with({**OWN, "max_zoom": 12}).to_html()).payload["layers"] == [
        {**OWN, "subdomains": ["a", "b", "c"], "max_zoom": 12}
    ]


def test_without_layers_the_page_has_no_trace_of_them() -> None:
    assert "layers" not in Page(map_with().to_html()).payload
    assert (
        map_with().to_html()
        == EventMap(
            geopandas.GeoDataFrame({"name": ["A"]}, geometry=[shapely.Point(-72.3, 18.5)], crs="EPSG:4326"),
            title="name",
        ).to_html()
    )


def test_a_stock_tile_layer_is_refused_with_the_way_to_have_it() -> None:
    import folium

    with pytest.raises(UnsupportedLayer, match="layers="):
        map_with().add_child(folium.TileLayer())


def test_tiles_are_fetched_only_once_turned_on_and_from_their_hosts_alone(chromium: Any, tmp_path: Path) -> None:
    folder = make(tmp_path, [event("a")], settings='title = "T"\n[[layers]]\nname = "Own"\n'
                  f'url = "{OWN["url"]}"\nattribution = "© Somebody"\n')  # fmt: skip
    Project.open(folder).build()
    asked: list[str] = []

    def answer(route: Any) -> None:
        asked.append(route.request.url)
        route.fulfill(body=PIXEL, content_type="image/gif")

    with chromium.new_context(viewport={"width": 1400, "height": 860}) as context:
        context.route(re.compile("^https?:"), answer)
        page = context.new_page()
        page.goto((folder / "output/map.html").as_uri())
        page.wait_for_selector(".layers-button")
        assert asked == []
        page.click(".layers-button")
        page.get_by_label("Own", exact=True).check()
        page.wait_for_selector(".leaflet-tile-loaded", state="attached")
        page.evaluate(ASK_ANOTHER)
    hosts = {address.split("/")[2] for address in asked}
    assert hosts
    assert hosts <= {f"{one}.tiles.example.org" for one in "abc"}
    assert not any("{" in address for address in asked)
