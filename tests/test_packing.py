"""Columns as bytes: every number and value comes back, and what no row has is nowhere."""

from __future__ import annotations

import json
from typing import Any

import geopandas
import numpy as np
import pytest
import shapely
from conftest import ROOT
from hypothesis import given
from hypothesis import strategies as st
from page_reader import Reader, inflated, parts_of, read_payload

from mapper import EventMap, Project
from mapper.coded import Coded
from mapper.page.base_map import place_names
from mapper.page.columns import tight, together
from mapper.page.frames import page_table
from mapper.page.packing import CHUNK, WARM, Packer, chunks, deflated, is_long
from mapper.page.payload import make_payload
from mapper.page.published import published_table
from mapper.profiles import DEFAULT

WHOLE = st.integers(-(2**29), 2**29)


def reader(packer: Packer) -> Reader:
    return Reader({"length": 0}, dict(zip(("mapper-hot", "mapper-warm"), packer.parts(), strict=True)))


@given(st.lists(st.lists(WHOLE, max_size=40) | st.lists(st.integers(0, 3), max_size=40), min_size=1, max_size=4))
def test_whole_numbers_come_back(columns: list[list[int]]) -> None:
    packer = Packer()
    packed = [packer.ints(np.asarray(column, np.int64), at % 2) for at, column in enumerate(columns)]
    read = reader(packer)
    assert [read.ints(one) for one in packed] == columns


def test_numbers_that_rise_are_told_by_their_steps_and_equal_ones_take_no_room() -> None:
    packer = Packer()
    assert packer.ints(np.arange(10_000), WARM)[3:] == [1, 1, 0]
    assert packer.ints(np.full(9, 7), WARM)[3:] == [0, 0, 7]
    assert sum(map(len, packer.parts())) == 10_000


VALUES = st.none() | st.text(st.characters(codec=None), max_size=5) | st.integers(-5, 5) | st.lists(st.text(max_size=2))


@given(st.lists(VALUES, max_size=30))
def test_values_come_back(values: list[Any]) -> None:
    packer = Packer()
    packed = packer.values(values, WARM)
    assert reader(packer).values(packed) == json.loads(json.dumps(values))


def test_many_values_stand_in_lists_of_two_thousand_and_forty_eight() -> None:
    packer = Packer()
    values = [f"value {at}" for at in range(2 * CHUNK + 1)]
    packed = packer.values(values, WARM)
    assert len(packed[3]) == 3
    assert reader(packer).values(packed) == values


@given(st.lists(st.sampled_from("abcd") | st.none(), max_size=30), st.data())
def test_a_column_says_the_same_when_tight_and_has_no_value_that_no_row_has(cells: list[Any], data: Any) -> None:
    rows = np.asarray(data.draw(st.lists(st.integers(0, max(len(cells) - 1, 0)), max_size=30)) if cells else [], int)
    doubled = Coded.of(cells)
    doubled = Coded(doubled.codes, [*doubled.values, "unused"])
    found = tight(doubled.take(rows))
    assert found.tolist() == [cells[row] for row in rows]
    assert list(found.values) == list(dict.fromkeys(found.tolist()))


def test_several_columns_as_one_of_tuples() -> None:
    pair = together([Coded.of(list("aabb")), Coded.of([1, 2, 1, 1])])
    assert pair.tolist() == [("a", 1), ("a", 2), ("b", 1), ("b", 1)]
    assert len(pair.values) == 3


def test_texts_are_read_chunk_by_chunk_where_they_are_long_and_hardly_repeat() -> None:
    long = [f"{at} " * 40 for at in range(5000)]
    assert is_long(Coded.of(long))
    assert not is_long(Coded.of(long[:500]))
    assert not is_long(Coded(np.arange(50_000, dtype=np.int32) % 5000, long))
    found = [json.loads(chunk) for chunk in chunks([Coded.of(long), Coded.constant(None, 5000)])]
    assert [len(chunk[0]) for chunk in found] == [CHUNK, CHUNK, 5000 - 2 * CHUNK]
    assert [text for chunk in found for text in chunk[0]] == long


def test_parts_are_deflated_each_by_itself() -> None:
    parts = {"a": b"x" * 9_000_000, "b": b"", "c": bytes(range(256))}
    assert {name: inflated(part) for name, part in deflated(parts).items()} == parts


def many(rows: int) -> geopandas.GeoDataFrame:
    chosen = np.random.default_rng(5)
    lon, lat = chosen.uniform(-180, 180, rows), chosen.uniform(-85, 85, rows)
    columns = {
        "kind": chosen.choice(["Attack", "Riot", "Strike"], rows),
        "day": chosen.choice(np.arange("2020-01-01", "2024-01-01", dtype="datetime64[D]"), rows).astype(str),
        "told": [f"What was told of event {at}: {chosen.integers(1 << 60)}" * 3 for at in range(rows)],
        "dead": chosen.integers(0, 9, rows),
    }
    return geopandas.GeoDataFrame(columns, geometry=shapely.points(lon, lat), crs="EPSG:4326")


def test_a_large_frame_comes_back_whole() -> None:
    frame = many(5000)
    page = EventMap(frame, when="day", kind="kind")
    payload = page.get_root().payload  # type: ignore[attr-defined]
    columns = read_payload(payload)["events"]["columns"]
    assert [one["told"] for one in columns["extra"]] == frame["told"].tolist()
    assert [one["dead"] for one in columns["extra"]] == frame["dead"].astype(str).tolist()
    assert columns["date"] == frame["day"].tolist()
    assert columns["label_lon"] == pytest.approx(frame.geometry.x.round(6).tolist(), abs=0)
    assert columns["label_lat"] == pytest.approx(frame.geometry.y.round(6).tolist(), abs=0)
    assert payload["events"].index["cold"] == ["extra:told"]
    html = page.to_html()
    assert list(parts_of(html)) == [
        "mapper-words",
        "mapper-hot",
        "mapper-warm",
        "mapper-events-0",
        "mapper-events-1",
        "mapper-events-2",
    ]
    assert html == EventMap(frame, when="day", kind="kind").to_html()


def test_points_given_to_two_decimals_take_no_more() -> None:
    frame = geopandas.GeoDataFrame(geometry=shapely.points([-72.31, 0, 179.5], [18.5, 0, -84.25]), crs="EPSG:4326")
    payload = EventMap(frame).get_root().payload  # type: ignore[attr-defined]
    assert payload["events"].index["spots"]["scale"] == 100
    assert read_payload(payload)["events"]["columns"]["label_lon"] == [-72.31, 0.0, 179.5]


@pytest.mark.parametrize("name", ["healthy", "haiti"])
def test_a_projects_table_makes_the_same_page_as_its_frame(name: str) -> None:
    project = Project.open(ROOT if name == "haiti" else ROOT / "tests" / "projects" / name)
    table = project._published(DEFAULT).table
    languages = ("en", "fr")
    frame = page_table(project.events(), place_names(table.locations.tolist(), languages))
    one, other = (
        read_payload(make_payload(each, sources=project.sources(), title="T", languages=languages))
        for each in (frame, published_table(table, languages))
    )
    assert one["events"]["columns"] == other["events"]["columns"]
    assert one == other
