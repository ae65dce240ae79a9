"""KML that any viewer can show and none can be attacked with; what XML can't hold comes back all the same."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pyogrio
import pytest
import shapely
import small_project
from hostile import HOST, holdable
from small_project import event
from test_document import Page
from test_round_trips import collection

from mapper import Project
from mapper.errors import MapperError
from mapper.formats.kml import NAMESPACE, NOWHERE
from mapper.formats.kml_reading import collection_in
from mapper.schema import taxonomy

HEALTHY = Path(__file__).parent / "projects" / "healthy"
KML = {"k": NAMESPACE}
UNHELD = "a\x01b\x0b\x1f\ufffe\uffffc\r\nd\te \x7f\x85\u2028z"


@pytest.fixture(scope="module")
def root() -> ET.Element:
    return ET.fromstring(Project.open(HEALTHY).export(None, "kml"))


@pytest.fixture(scope="module")
def features() -> dict[str, dict[str, Any]]:
    read = json.loads(Project.open(HEALTHY).export(None, "geojson"))
    return {one["id"]: one for one in read["features"]}


def data_of(placemark: ET.Element) -> dict[str, str]:
    found = placemark.iterfind("k:ExtendedData/k:Data", KML)
    return {one.get("name", ""): one.findtext("k:value", "", KML) for one in found}


def placemarks(root: ET.Element) -> dict[str, ET.Element]:
    return {data_of(one)["event_id"]: one for one in root.iterfind(".//k:Placemark", KML)}


def of_texts(tmp_path: Path, *texts: str) -> Project:
    """A project whose events have these texts wherever one may stand that no source must hold."""
    rows = [event(f"e{at}", title=text[:80], notes=text, actor1=text, own=text) for at, text in enumerate(texts)]
    return Project.open(small_project.make(tmp_path / "project", rows))


def test_each_event_is_a_placemark_in_the_folder_of_its_type_or_in_that_of_what_is_not_drawn(
    root: ET.Element, features: dict[str, dict[str, Any]]
) -> None:
    found = {
        data_of(one)["event_id"]: folder.findtext("k:name", "", KML)
        for folder in root.iterfind("k:Document/k:Folder", KML)
        for one in folder.iterfind("k:Placemark", KML)
    }
    assert found == {
        event_id: one["properties"]["event_type"] if one["geometry"] else NOWHERE for event_id, one in features.items()
    }
    folders = [one.findtext("k:name", "", KML) for one in root.iterfind("k:Document/k:Folder", KML)]
    assert folders == [one.name for one in taxonomy().types if one.name in set(found.values())] + [NOWHERE]


def test_the_time_of_an_event_is_a_day_or_a_span_open_where_it_is_open(
    root: ET.Element, features: dict[str, dict[str, Any]]
) -> None:
    kinds = set()
    for event_id, placemark in placemarks(root).items():
        said = features[event_id]["properties"]
        day = placemark.findtext("k:TimeStamp/k:when", None, KML)
        span = tuple(placemark.findtext(f"k:TimeSpan/k:{tag}", None, KML) for tag in ("begin", "end"))
        assert ((day, day) if day else span) == (said["date_start"], said["date_end"])
        kinds.add("day" if day else "span" if all(span) else "open" if any(span) else "none")
    assert kinds == {"day", "span", "open", "none"}


def test_colours_are_those_of_the_taxonomy_and_what_did_not_happen_has_no_filling(root: ET.Element) -> None:
    styles = {f"#{one.get('id')}": one for one in root.iterfind("k:Document/k:Style", KML)}
    occurrences = set()
    for placemark in placemarks(root).values():
        said, style = data_of(placemark), styles[placemark.findtext("k:styleUrl", "", KML)]
        kind = taxonomy().get(said["event_type"])
        assert kind
        line = style.findtext("k:LineStyle/k:color", "", KML)
        assert f"#{line[6:8]}{line[4:6]}{line[2:4]}" == kind.colour.lower()
        assert style.findtext("k:PolyStyle/k:fill", "", KML) == str(int(said["occurrence"] == "reported"))
        occurrences.add(said["occurrence"])
    assert occurrences == {"reported", "threatened", "denied"}


def test_gdal_reads_the_same_geometries(features: dict[str, dict[str, Any]]) -> None:
    data = io.BytesIO(Project.open(HEALTHY).export(None, "kml"))
    found = {}
    for name, _ in pyogrio.list_layers(data):
        frame = pyogrio.read_dataframe(data, layer=name)
        found |= dict(zip(frame["event_id"], frame.geometry, strict=True)) if name != NOWHERE else {}
    drawn = {event_id: one["geometry"] for event_id, one in features.items() if one["geometry"]}
    assert set(found) == set(drawn)
    for event_id, shape in drawn.items():
        assert shapely.force_2d(found[event_id]).equals(shapely.from_geojson(json.dumps(shape)))


def test_a_description_is_html_in_which_every_text_is_a_text(tmp_path: Path) -> None:
    texts = list(holdable())[::7]
    root = ET.fromstring(of_texts(tmp_path, *texts).export(None, "kml"))
    for placemark in placemarks(root).values():
        description = placemark.findtext("k:description", "", KML)
        page = Page(description)
        assert {tag for tag, _ in page.elements} == {"p"}
        assert not any(attributes for _, attributes in page.elements)
        assert "$" not in description


def test_a_browser_that_shows_descriptions_runs_nothing_and_asks_nobody(tmp_path: Path, chromium: Any) -> None:
    root = ET.fromstring(of_texts(tmp_path, *holdable()[::7]).export(None, "kml"))
    descriptions = [one.findtext("k:description", "", KML) for one in placemarks(root).values()]
    noise: list[str] = []
    page = chromium.new_page()
    for kind in ("request", "console", "pageerror", "dialog"):
        page.on(kind, lambda one: noise.append(str(one)))
    page.set_content("<body></body>")
    script = """(texts) => { for (const text of texts) document.body.insertAdjacentHTML("beforeend", text); }"""
    page.evaluate(script, descriptions)
    page.wait_for_timeout(300)
    elements = page.evaluate("[...new Set([...document.body.querySelectorAll('*')].map((one) => one.tagName))]")
    assert (elements, page.evaluate("typeof owned"), noise) == (["P"], "undefined", [])
    page.close()


def test_a_viewer_shows_the_description_alone_and_asks_no_host(tmp_path: Path) -> None:
    text = f"<script src=//{HOST}/1></script>$[title]"
    root = ET.fromstring(of_texts(tmp_path, text).export(None, "kml"))
    templates = {one.text for one in root.iterfind(".//k:BalloonStyle/k:text", KML)}
    assert templates == {"$[description]"}
    used = {one.tag.rpartition("}")[2] for one in root.iter()}
    assert not used & {"Icon", "href", "NetworkLink", "GroundOverlay", "ScreenOverlay", "Model", "link", "Link", "Url"}
    assert {one.text for one in root.iterfind(".//k:Placemark/k:styleUrl", KML)} <= {
        f"#{one.get('id')}" for one in root.iterfind(".//k:Style", KML)
    }


def test_what_xml_cannot_hold_is_shown_as_replaced_and_comes_back_as_written(tmp_path: Path) -> None:
    project = of_texts(tmp_path, UNHELD, "plain")
    data = project.export(None, "kml")
    assert project.losses("kml") == []
    told = {event_id: data_of(one) for event_id, one in placemarks(ET.fromstring(data)).items()}
    assert told["e0"]["notes"] == re.sub("[\x01\x0b\x1f\ufffe\uffff]", "\ufffd", UNHELD)
    assert "as_written" in told["e0"]
    assert "as_written" not in told["e1"]
    (first, _) = collection_in(data, "file")["features"]
    said = first["properties"]
    assert (said["notes"], said["actor1"], said["extra"]) == (UNHELD, UNHELD, {"own": UNHELD})


def test_any_kml_gives_its_names_times_values_and_geometries(tmp_path: Path) -> None:
    (tmp_path / "any.kml").write_text(
        """<kml xmlns="http://earth.google.com/kml/2.1"><Document><Folder>
        <Placemark><name>one</name><TimeStamp><when>2024-08-05T10:00:00Z</when></TimeStamp>
          <ExtendedData><Data name="size"><value>3</value></Data></ExtendedData>
          <Point><coordinates>20.6,11.4,800</coordinates></Point></Placemark>
        <Placemark><name>two</name><TimeSpan><begin>2024-08-01</begin></TimeSpan>
          <ExtendedData><SchemaData><SimpleData name="size">4</SimpleData></SchemaData></ExtendedData>
          <MultiGeometry><LineString><coordinates>20.1,10.1 20.9,10.9</coordinates></LineString>
          <LineString><coordinates>21,10 22,10</coordinates></LineString></MultiGeometry></Placemark>
        <Placemark><name>three</name><description>Words</description><Polygon>
          <outerBoundaryIs><LinearRing><coordinates>20,10 21,10 21,11 20,11 20,10</coordinates></LinearRing>
          </outerBoundaryIs>
          <innerBoundaryIs><LinearRing><coordinates>20.2,10.2 20.2,10.4 20.4,10.4 20.2,10.2</coordinates></LinearRing>
          </innerBoundaryIs></Polygon></Placemark>
        <Placemark><name>four</name></Placemark></Folder></Document></kml>""",
        encoding="utf-8",
    )
    project = small_project.make(tmp_path / "project", [])
    Project.open(project).import_file(tmp_path / "any.kml", constants={"geo_precision": "exact"})
    found = {one["properties"]["title"]: one for one in collection(project)["features"]}
    kinds = {title: one["geometry"] and one["geometry"]["type"] for title, one in found.items()}
    assert kinds == {"one": "Point", "two": "MultiLineString", "three": "Polygon", "four": None}
    assert len(found["three"]["geometry"]["coordinates"]) == 2
    dates = {title: one["properties"]["date"] for title, one in found.items()}
    assert dates == {"one": "2024-08-05", "two": "2024-08-01/..", "three": None, "four": None}
    assert {title: found[title]["properties"]["extra"]["size"] for title in ("one", "two")} == {"one": "3", "two": "4"}
    assert found["three"]["properties"]["reports"][0]["quote"] == "Words"


BOMB = "<!DOCTYPE kml [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;'>]><kml><name>&b;</name></kml>"
FETCH = "<!DOCTYPE kml SYSTEM 'file:///etc/passwd'><kml/>"
WRONG = {
    "no XML": b"{}",
    "not whole": b"<kml><Document>",
    "of another kind": b"<gpx/>",
    "with entities": BOMB.encode(),
    "with a document type": FETCH.encode(),
    "in an unknown encoding": b"<?xml version='1.0' encoding='no-such'?><kml/>",
    "with a NUL": b"<kml>\0</kml>",
    "with words for numbers": b"<kml><Placemark><Point><coordinates>a,b</coordinates></Point></Placemark></kml>",
    "with one point for a line": b"<kml><Placemark><LineString><coordinates>1,2</coordinates></LineString>"
    b"</Placemark></kml>",
    "with a ring of two": b"<kml><Placemark><Polygon><outerBoundaryIs><LinearRing><coordinates>1,2 3,4</coordinates>"
    b"</LinearRing></outerBoundaryIs></Polygon></Placemark></kml>",
    "with half a pair": b"<kml><Placemark><Point><coordinates>1</coordinates></Point></Placemark></kml>",
}


@pytest.mark.parametrize("data", WRONG.values(), ids=WRONG)
def test_a_file_that_cannot_be_read_is_one_error_that_names_it(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "any.kml").write_bytes(data)
    project = Project.open(small_project.make(tmp_path / "project", []))
    with pytest.raises(MapperError, match=re.escape(f"{tmp_path / 'any.kml'}: ")):
        project.import_file(tmp_path / "any.kml", constants={"geo_precision": "exact"})
