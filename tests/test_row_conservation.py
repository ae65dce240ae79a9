"""Rows in are rows accounted for, whatever a table holds: tables at random, of good cells and bad."""

from __future__ import annotations

import csv
import io
import json
import os
import random
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rapidfuzz import fuzz
from small_project import PLACES, QUOTE, event, make, source
from workbooks import ods_table, xlsx

from mapper.errors import MapperError
from mapper.events import FATES
from mapper.project import Project
from mapper.schema import table_schema
from mapper.tables import clean, unescape_formula, write_csv

# Of each column what it may hold: first what is right, then what isn't.
POOLS: Mapping[str, Sequence[str]] = {
    "event_id": ("a", "b", "c", "d", "e", "f", "coarsened-1", "Not A Slug", "", "a\0"),
    "status": ("", "accepted", "draft", "retracted", "hidden"),
    "same_event_as": ("", "", "a", "b", "c", "d", "nobody"),
    "event_type": ("Battles", "Violence against civilians", "Battle", ""),
    "sub_event_type": ("", "Attack", "Armed clash", "nonsense"),
    "occurrence": ("", "threatened", "denied", "dreamt"),
    "title": ("A title", "Title {{7*7}} ${x} </script>", "=1+1", "x" * 81, "LÃ©ogÃ¢ne", ""),
    "title_fr": ("", "Un titre"),
    "date": ("2024-08-05", "[..2024-08-10]", "2024-08/..", "2025", "03/04/2024", "45383", "2024-08-09/2024-08-01", ""),
    "place": (
        "market",
        "southtown",
        "Northtown",
        "north; south",
        "northtown;southtown",
        "west;market",
        "Atlantis",
        "lost",
        "",
    ),
    "place_text": ("", "the market", "nowhere"),
    "geo_precision": ("", "", "near", "exact", "unlocated", "adm1", "vague"),
    "latitude": ("", "", "10.5", "0", "95", "nan", "10,5", "1,500"),
    "longitude": ("", "", "21", "0", "-181", "inf"),
    "radius_m": ("", "500", "2000000", "0", "-1", "1,500"),
    "actor1": ("", "Guard", "The market union"),
    "fatalities_low": ("", "0", "2", "2.5", "-1"),
    "fatalities_high": ("", "1", "many"),
    "source_id": ("gazette", "wire", "broken", "nobody", ""),
    "quote": (QUOTE, "Nobody was hurt.", "Later it rained. […] Shots were fired", "not there", ""),
    "sensitivity": ("", "", "public", "coarsen", "withhold", "secret"),
    "reason": ("", "an error"),
    "notes": ("", "n\u2028\u202e"),
    "coded_on": ("", "2024-08-20", "yesterday"),
    "desk": ("", "7", " e\u0301 "),
}
ROW = st.fixed_dictionaries({column: st.sampled_from(pool) for column, pool in POOLS.items()})
# A good row with a few cells changed: most tables are like that.
MOSTLY_GOOD = st.builds(
    lambda event_id, changed: event(event_id) | changed,
    st.sampled_from(POOLS["event_id"]),
    st.lists(st.sampled_from(sorted(POOLS)), max_size=3, unique=True).flatmap(
        lambda names: st.fixed_dictionaries({name: st.sampled_from(POOLS[name]) for name in names})
    ),
)
TABLES = st.lists(MOSTLY_GOOD | ROW, max_size=7)
DROPPED = st.just(()) | st.lists(st.sampled_from(sorted(POOLS)), max_size=2).map(tuple)
SOURCES = [source(), source("wire", date_published="", file="", sha256=""), source("broken", sha256="0" * 64)]
FARM = {"place_id": "farm", "name": "Farm", "kind": "site", "latitude": "0", "longitude": "0"}
SETTINGS = settings(
    max_examples=int(os.environ.get("MAPPER_EXAMPLES", "100")),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)


def written(folder: Path, rows: Sequence[Mapping[str, str]], dropped: Sequence[str] = ()) -> Project:
    columns = [column for column in POOLS if column not in dropped]
    whole = [{column: row.get(column, "") for column in columns} for row in rows]
    header = dict.fromkeys(columns, "")
    make(folder, whole or [header], sources=SOURCES, places=[*PLACES, FARM])
    if not whole:
        path = folder / "data/events.csv"
        path.write_bytes(path.read_bytes().splitlines(keepends=True)[0])
    return Project.open(folder)


def counted(rows: Sequence[Mapping[str, str]], dropped: Sequence[str]) -> int:
    """How many rows a spreadsheet would show: those that are blank throughout are none."""
    return sum(any(row.get(column, "").strip() for column in POOLS if column not in dropped) for row in rows)


def features_of(geojson: bytes) -> list[dict[str, Any]]:
    features: list[dict[str, Any]] = json.loads(geojson)["features"]
    return features


@given(TABLES, DROPPED)
@SETTINGS
def test_every_row_has_one_fate_and_every_problem_a_row(rows: list[dict[str, str]], dropped: tuple[str, ...]) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        project = written(Path(scratch), rows, dropped)
        result = project.build()
        ledger = json.loads((Path(scratch) / "output/build.json").read_bytes())
        features = features_of((Path(scratch) / "output/events.geojson").read_bytes())
    fates = ledger["rows"]
    assert fates.pop("all") == sum(fates.values()) == counted(rows, dropped)
    assert list(fates) == list(FATES)
    assert len(features) == fates["retracted"] + fates["unlocated"] + fates["mapped"]
    for problem in result.problems:
        if problem.file == "data/events.csv":
            assert problem.row is None or 1 <= problem.row <= len(rows) + 1
        assert problem.message
        assert problem.remedy
    rejected = {problem.row for problem in result.problems if problem.is_error and problem.row != 1}
    assert fates["rejected"] == 0 or rejected or result.has_errors


@given(TABLES, DROPPED)
@SETTINGS
def test_what_is_published_is_sound(rows: list[dict[str, str]], dropped: tuple[str, ...]) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        features = features_of(written(Path(scratch), rows, dropped).export(None, "geojson"))
    ids = [feature["id"] for feature in features]
    assert ids == sorted(set(ids))
    asked = [] if "sensitivity" in dropped else rows
    hidden = {row["event_id"] for row in asked if row.get("sensitivity") in ("withhold", "coarsen")} - {"coarsened-1"}
    assert not hidden.intersection(ids)
    for feature in features:
        properties = feature["properties"]
        located = feature["geometry"] is not None
        assert located == (properties["geo_precision"] != "unlocated") == (properties["label_point"] is not None)
        assert properties["label_point"] != [0, 0]
        assert not located or feature["geometry"]["coordinates"] != [0, 0]
        assert properties["status"] == "accepted" or not located
        assert properties["reports"]


@given(TABLES.flatmap(lambda rows: st.tuples(st.just(rows), st.permutations(rows))), DROPPED)
@SETTINGS
def test_the_order_of_rows_changes_nothing(
    tables: tuple[list[dict[str, str]], list[dict[str, str]]], dropped: tuple[str, ...]
) -> None:
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        projects = [written(Path(folder), rows, dropped) for folder, rows in zip((one, other), tables, strict=True)]
        texts = [project.export(None, "geojson") for project in projects]
        assert texts[0] == texts[1]
        counts = [sorted(fates) for fates in ([*project.examined.unpublished] for project in projects)]
        assert counts[0] == counts[1]
        codes = [sorted(problem.code for problem in project.check()) for project in projects]
        assert codes[0] == codes[1]


@given(TABLES, st.randoms(use_true_random=False))
@settings(SETTINGS, max_examples=max(10, SETTINGS.max_examples // 10))
def test_no_output_depends_on_the_order_of_any_table(rows: list[dict[str, str]], chance: random.Random) -> None:
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        tables = [written(Path(folder), rows).folder.data for folder in (one, other)]
        for name in ("events", "places", "sources"):
            path = tables[1] / f"{name}.csv"
            with path.open(encoding="utf-8", newline="") as file:
                header, *records = csv.reader(file)
            chance.shuffle(records)
            path.write_bytes(write_csv(header, records))
        outputs, ledgers = [], []
        for folder in (one, other):
            Project.open(folder).build()
            outputs.append({path.name: path.read_bytes() for path in (Path(folder) / "output").iterdir()})
            ledgers.append(json.loads(outputs[-1].pop("build.json")))
    assert outputs[0] == outputs[1]
    for ledger in ledgers:
        del ledger["inputs"]
        ledger["problems"] = sorted((one["code"], one["file"], one["column"] or "") for one in ledger["problems"])
    assert ledgers[0] == ledgers[1]


# A file as a text editor leaves it: cells of any text, records too long, too short or blank, a quote left open.
CELL = st.text(st.sampled_from("a\"'=,;\t\r\n\0é\u0301\u00a0\ufeff😀"), max_size=6) | st.sampled_from(
    [one for pool in POOLS.values() for one in pool]
)
HEADER = st.lists(
    st.sampled_from([*POOLS, "desk 2", "Ort", "titel", "sensitivty", "title", ""]), min_size=1, max_size=9
)


@given(HEADER, st.lists(st.lists(CELL, max_size=11), max_size=8), st.sampled_from(",;\t"), st.booleans(), st.booleans())
@SETTINGS
def test_every_record_of_any_file_has_one_fate(
    header: list[str], records: list[list[str]], delimiter: str, is_open: bool, is_utf16: bool
) -> None:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, quoting=csv.QUOTE_ALL).writerows([["event_id", *header], *records])
    data = text.getvalue() + ('lost,"' if is_open else "")
    with tempfile.TemporaryDirectory() as scratch:
        project = written(Path(scratch), [])
        (project.folder.data / "events.csv").write_bytes(data.encode("utf-16" if is_utf16 else "utf-8"))
        rows = project.build().rows
        ledger = json.loads((project.folder.output / "build.json").read_bytes())
        features = features_of((project.folder.output / "events.geojson").read_bytes())
    filled = sum(any(cell.strip() for cell in record) for record in records) + is_open
    assert sum(rows.values()) == ledger["rows"]["all"] == filled
    assert len(features) == rows["retracted"] + rows["unlocated"] + rows["mapped"]


# What XML can't hold isn't text of a workbook.
TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn"], include_characters="\t\n"), max_size=12)
NAMES = st.lists(
    TEXT.map(clean).filter(lambda name: name.isalpha() and len(name) > 8 and not is_near_miss(name)),
    max_size=3,
    unique=True,
)


def is_near_miss(name: str) -> bool:
    """Whether it is so like a column of ours that it is taken for a slip of the pen."""
    return any(fuzz.ratio(name.lower(), field.name) >= 60 for field in table_schema("events").fields)


@given(NAMES.flatmap(lambda names: st.fixed_dictionaries(dict.fromkeys(names, TEXT))), TEXT)
@SETTINGS
def test_unknown_columns_are_published_as_written_from_every_kind_of_file(cells: dict[str, str], title: str) -> None:
    row = event("a") | {"title": title if clean(title) else "A title"} | cells
    rows = [list(row), list(row.values())]
    for suffix, data in (
        ("csv", write_csv(rows[0], rows[1:])),
        ("xlsx", xlsx(rows, all_text=True)),
        ("ods", ods_table(rows)),
    ):
        with tempfile.TemporaryDirectory() as scratch:
            project = written(Path(scratch), [])
            (project.folder.data / "events.csv").unlink()
            (project.folder.data / f"events.{suffix}").write_bytes(data)
            exported = {name: project.export(None, name) for name in ("geojson", "csv")}
        (feature,) = features_of(exported["geojson"])
        expected = {name: clean(text) for name, text in cells.items() if clean(text)}
        assert feature["properties"].get("extra", {}) == expected
        assert feature["properties"]["title"] == clean(row["title"])
        (back,) = csv.DictReader(io.StringIO(exported["csv"].decode(), newline=""))
        assert unescape_formula(back["title"]) == clean(row["title"])
        assert json.loads(back.get("extra") or "{}") == expected


@given(st.sampled_from(["events", "sources", "places"]), st.binary(max_size=60), st.integers(0, 400))
@SETTINGS
def test_whatever_bytes_a_table_holds_only_the_packages_own_errors_surface(name: str, noise: bytes, at: int) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        project = written(Path(scratch), [event("a"), event("b", "west")])
        path = Path(scratch) / f"data/{name}.csv"
        data = path.read_bytes()
        path.write_bytes(data[:at] + noise + data[at:])
        try:
            rows = project.build().rows
        except MapperError:
            return  # one sentence for the person at the keyboard; anything else would be a crash
        assert sum(rows.values()) == len(project.examined.events)
