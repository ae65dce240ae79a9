"""The page's languages: chosen by the project, a JSON file each; what the tables translate is in the page."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT
from small_project import PLACES, event, make, source
from test_document import Page

from mapper import EventMap, Project, catalogues
from mapper.errors import MapperError, SettingsError

FRENCH = {"language.name": "Français", "tab.events": "Événements", "card.where": "Où", "date.none": "date inconnue"}


@pytest.fixture
def locale(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the folder of catalogues, in which alone they are looked for."""
    copy = tmp_path / "locale"
    shutil.copytree(str(catalogues.LOCALE), copy)
    monkeypatch.setattr(catalogues, "LOCALE", copy)
    return copy


def add(locale: Path, language: str, words: Any) -> None:
    (locale / f"{language}.json").write_text(json.dumps(words), encoding="utf-8")


def project(folder: Path, languages: str, **cells: str) -> Path:
    translated = [
        {
            **place,
            "name_fr": {"southtown": "Villesud", "market": "Le marché", "west": "Ouest"}.get(place["place_id"], ""),
        }
        for place in PLACES
    ]
    return make(
        folder / "project",
        [event("a", title_fr="Deux morts au marché", **cells), event("b", "southtown", notes="N", notes_fr="N fr")],
        places=translated,
        sources=[source(show="whole")],
        settings=f'title = "Examplia"\nlanguages = {languages}\n',
    )


def payload_of(folder: Path) -> Any:
    (target,) = (path for path in Project.open(folder).build().paths if path.suffix == ".html")
    return Page(target.read_text(encoding="utf-8")).payload


def test_a_fourth_language_is_one_json_file(locale: Path, tmp_path: Path) -> None:
    add(locale, "xx", FRENCH)
    payload = payload_of(project(tmp_path, '["xx", "en"]'))
    assert payload["language"] == "xx"
    assert list(payload["locales"]) == ["xx", "en"]
    assert payload["locales"]["xx"]["tab.events"] == "Événements"
    assert payload["locales"]["xx"]["tab.source"] == payload["locales"]["en"]["tab.source"]


def test_a_fourth_languages_file_in_the_package_is_all_it_takes(tmp_path: Path, open_page: Callable[..., Any]) -> None:
    package = tmp_path / "package" / "mapper"
    shutil.copytree(ROOT / "mapper", package, ignore=shutil.ignore_patterns("web", "__pycache__"))
    words = json.loads((package / "page" / "locale" / "fr.json").read_text(encoding="utf-8"))
    fourth = {key: _marked(text) for key, text in words.items()}
    (package / "page" / "locale" / "eo.json").write_text(json.dumps(fourth), encoding="utf-8")
    folder = project(tmp_path, '["en", "fr", "ht", "eo"]')
    command = [sys.executable, "-m", "mapper", "-C", str(folder), "build"]
    environment = {**os.environ, "PYTHONPATH": str(package.parent), "PYTHONUTF8": "1"}
    done = subprocess.run(command, cwd=package.parent, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    page = open_page(folder / "output" / "map.html", "#event=a")
    page.get_by_role("button", name="Language: English").click()
    page.get_by_role("menuitemradio", name="¡Français").click()
    page.get_by_role("tab", name="¡Événements").wait_for()
    assert page.get_attribute("html", "lang") == "eo"
    for said in (".counts", ".card dt", ".legend h2", ".card-type", ".card dd"):
        assert page.locator(said).first.inner_text().startswith("¡"), said
    page.locator(".tools > button.tool").click()
    assert all(text.startswith("¡") for text in page.locator(".method h3").all_inner_texts())


def _marked(text: Any) -> Any:
    return {form: f"¡{one}" for form, one in text.items()} if isinstance(text, dict) else f"¡{text}"


def test_only_the_languages_that_the_project_names_are_in_the_page(locale: Path, tmp_path: Path) -> None:
    add(locale, "fr", FRENCH)
    payload = payload_of(project(tmp_path, '["en"]'))
    assert list(payload["locales"]) == ["en"]
    assert "translations" not in payload
    assert not any("names" in one for one in (*payload["base"]["units"], *payload["base"]["places"]))


def test_a_map_of_its_own_has_every_language_english_first(locale: Path) -> None:
    import geopandas

    add(locale, "de", {})
    add(locale, "fr", FRENCH)
    frame = geopandas.GeoDataFrame({"a": [1]}, geometry=geopandas.points_from_xy([0], [0]), crs="EPSG:4326")
    found = Page(EventMap(frame).to_html()).payload["locales"]
    assert next(iter(found)) == "en"
    assert {"de", "fr"} <= set(found)
    assert list(Page(EventMap(frame, languages=["fr"]).to_html()).payload["locales"]) == ["fr"]


@pytest.mark.parametrize(
    ("languages", "says"),
    [('["en", "qq"]', "no qq.json"), ('["../en"]', "no ../en.json"), ('["en", "en"]', "twice"), ("[]", "at least one")],
)
def test_a_language_without_a_catalogue_is_refused_with_those_that_there_are(
    locale: Path, tmp_path: Path, languages: str, says: str
) -> None:
    add(locale, "fr", FRENCH)
    with pytest.raises(SettingsError, match=says) as refused:
        Project.open(project(tmp_path, languages)).check()
    assert says != "no qq.json" or "en.json, " in str(refused.value)


def test_the_title_is_in_the_readers_language(tmp_path: Path, open_page: Callable[..., Any]) -> None:
    folder = project(tmp_path, '["en", "fr", "ht"]\ntitle_fr = "Exemplie <1>"\ntitle_ht = ""')
    built = Project.open(folder).build().paths[0]
    for fragment, title in (("", "Examplia"), ("#lang=fr", "Exemplie <1>"), ("#lang=ht", "Examplia")):
        page = open_page(built, fragment)
        assert page.locator("h1").inner_text() == title
        assert page.title() == title
    page = open_page(built, "#lang=fr&embed")
    assert page.locator(".embed-title").inner_text().startswith("Exemplie <1>")
    assert page.get_attribute("html", "lang") == "fr"
    assert json.loads((folder / "output" / "events.geojson").read_text(encoding="utf-8"))["name"] == "Examplia"


@pytest.mark.parametrize("key", ["title_en", "title_fr", "title_"])
def test_a_title_in_no_language_of_the_page_is_refused(tmp_path: Path, key: str) -> None:
    with pytest.raises(SettingsError, match=f"unknown key '{key}'.* title_ht"):
        Project.open(project(tmp_path, f'["en", "ht"]\n{key} = "A"')).check()


@pytest.mark.parametrize("text", ["[1]", "{", ""])
def test_a_file_that_is_no_catalogue_is_said_in_a_sentence(locale: Path, tmp_path: Path, text: str) -> None:
    (locale / "yy.json").write_text(text, encoding="utf-8")
    with pytest.raises(MapperError, match=r"yy\.json"):
        Project.open(project(tmp_path, '["yy"]')).build()


def test_names_of_places_are_in_the_page_in_its_languages(locale: Path, tmp_path: Path) -> None:
    add(locale, "fr", FRENCH)
    payload = payload_of(project(tmp_path, '["en", "fr"]'))
    columns = payload["events"]["columns"]
    at = columns["id"].index("a")
    translated = payload["translations"]["fr"]
    assert (columns["place"][at], translated["place"][at]) == ("The market", "Le marché")
    assert (columns["admin1"][at], translated["admin1"][at]) == ("West", "Ouest")
    assert columns["title_fr"][at] == "Deux morts au marché"
    names = {one["name"]: one.get("names") for one in (*payload["base"]["units"], *payload["base"]["places"])}
    assert names["Southtown"] == {"fr": "Villesud"}
    assert names["Eastville"] is None


def test_a_coarsened_event_is_named_by_its_unit_in_every_language(locale: Path, tmp_path: Path) -> None:
    add(locale, "fr", FRENCH)
    folder = project(tmp_path, '["en", "fr"]', sensitivity="coarsen")
    html = (Project.open(folder).build().paths[0]).read_text(encoding="utf-8")
    assert "Le march" not in html
    assert "Deux morts" not in html


def test_the_page_without_script_is_in_the_first_language(locale: Path, tmp_path: Path) -> None:
    add(locale, "fr", FRENCH)
    html = Project.open(project(tmp_path, '["fr", "en"]')).build().paths[0].read_text(encoding="utf-8")
    table = html.partition("<noscript>\n<main")[2].partition("</noscript>")[0]
    assert '<html lang="fr">' in html
    assert all(text in table for text in ("Deux morts au marché", "Le marché", "Où"))


def test_a_reader_sees_what_is_translated_and_what_is_not_is_marked(
    locale: Path, tmp_path: Path, open_page: Callable[..., Any]
) -> None:
    add(locale, "fr", FRENCH)
    file = Project.open(project(tmp_path, '["en", "fr"]')).build().paths[0]
    page = open_page(file, "#tab=events")
    assert "Title of b" in page.inner_text(".reader")
    page.get_by_role("button", name="Language: English").click()
    page.get_by_text("Français", exact=True).click()
    page.get_by_text("Deux morts au marché").first.wait_for()
    assert page.get_attribute("html", "lang") == "fr"
    assert "Villesud" in page.inner_text(".reader")
    assert page.locator('.reader [lang="en"]', has_text="Title of b").count() == 1
    assert page.locator(".reader [lang]", has_text="Deux morts").count() == 0
    assert page.locator(".map-name", has_text="Villesud").count() == 1
