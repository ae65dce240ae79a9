"""``read_format``: any file of events as a GeoDataFrame, without a project."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import small_project
from test_import import OWN, acled, ucdp

import mapper
from mapper import EventMap, Project, read_events, read_format
from mapper.errors import MapperError, TableError, UnknownFormat
from mapper.formats import FORMATS, writes
from mapper.formats.reading import READERS

WHOLE = ("geojson", "csv", "xlsx", "datapackage")


@pytest.mark.parametrize("name", [name for name in writes() if name in READERS])
def test_an_export_is_read_as_the_events_that_it_was_made_of(haiti: Path, tmp_path: Path, name: str) -> None:
    file = tmp_path / f"events{FORMATS[name].suffixes[0]}"
    Project.open(haiti).export(file, name)
    events, before = read_format(file), read_events(haiti)
    assert (events.attrs["format"], events.attrs["refused"], events.attrs["problems"]) == (name, [], [])
    assert events.crs == before.crs == "EPSG:4326"
    assert set(events["event_id"]) <= set(before["event_id"])
    if name in WHOLE:
        assert list(events.columns) == list(before.columns)
        assert events["date"].tolist() == before["date"].tolist()
        assert events["geo_precision"].tolist() == before["geo_precision"].tolist()


def test_acled_and_ucdp_are_told_by_their_columns_and_say_what_has_no_place(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(small_project.csv_bytes([acled(1, fatalities="0"), acled(2, event_id_cnty="")]))
    events = read_format(tmp_path / "a.csv")
    assert events["fatalities_text"].tolist() == ["0 or not stated"]
    assert [loss["code"] for loss in events.attrs["losses"]] == ["fatalities-zero", "no-id"]
    assert events.attrs["refused"] == [{"row": 3, "why": "it has no event_id_cnty"}]
    (tmp_path / "u.csv").write_bytes(small_project.csv_bytes([ucdp(1, where_prec="4")]))
    events = read_format(tmp_path / "u.csv")
    assert (events["geo_precision"][0], events["radius_m"][0], events.geometry[0].geom_type) == (
        *("region", 100_000, "Polygon"),
    )


def test_any_table_is_read_by_a_mapping(tmp_path: Path) -> None:
    (tmp_path / "own.csv").write_bytes(small_project.csv_bytes(OWN))
    events = read_format(
        tmp_path / "own.csv",
        columns={"date": "When", "event_type": "Kind", "quote": "What"},
        constants={"geo_precision": "exact"},
        date_format="%d/%m/%Y",
    )
    assert events["date"].tolist() == ["2024-07-21", "2024-07-22"]
    assert events.geometry.x.tolist() == [20.6, 21]


def test_what_was_read_is_a_map_with_its_sources(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(small_project.csv_bytes([acled(1)]))
    events = read_format(tmp_path / "a.csv")
    page = EventMap(events, sources=events.attrs["sources"]).to_html()
    assert "Armed clash: Northtown" in page
    json.dumps(events.attrs)


def test_nothing_is_left_behind_and_the_file_is_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    data = small_project.csv_bytes([acled(1)])
    (tmp_path / "a.csv").write_bytes(data)
    read_format(tmp_path / "a.csv")
    assert list(scratch.iterdir()) == []
    assert (tmp_path / "a.csv").read_bytes() == data


def test_a_file_that_cannot_be_read_says_why(tmp_path: Path) -> None:
    with pytest.raises(TableError, match="no such file"):
        read_format(tmp_path / "gone.csv")
    (tmp_path / "a.doc").write_text("x", encoding="utf-8")
    with pytest.raises(UnknownFormat, match="its suffix names no format"):
        read_format(tmp_path / "a.doc")
    (tmp_path / "own.csv").write_bytes(small_project.csv_bytes(OWN))
    with pytest.raises(MapperError, match="no column says how exact"):
        read_format(tmp_path / "own.csv")


def test_it_is_a_public_name() -> None:
    assert "read_format" in mapper.__all__
